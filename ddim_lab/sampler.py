"""The DDIM sampler (Song et al., arXiv:2010.02502, Eq. 12): one step, and the walk down, over any denoiser.

A denoiser is a callable (x_t, alpha_bar_t) -> eps with eps of the shape of x_t; alpha_bar_t is a float, never 1.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks, noise, solvers
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.tensors import HALVES, check_finite, check_like, check_state, check_walk, sums
from ddim_lab.transition import CLIPS, Coefficients, coefficients
from ddim_lab.walk import Transition, walk
from ddim_lab.walk import last as last

Denoiser = Callable[..., Tensor]


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One transition t -> t_prev, all tensors of the shape and dtype of x_t.

    `x_prev` = `x0_term` + `direction_term` + `noise_term`: predicted x_0, predicted noise put back, fresh noise.
    `x0` and `eps` are the values used, after clipping; `eps_model` is the denoiser's own. `t` and `t_prev` are None
    where a step was taken outside a walk; `rounds` and `residual` (root mean square) tell of implicit encoding.
    `belief` says how a solver came by x0: "predicted", "extrapolated" or "averaged"; where it is not the network's
    own, `x0_model` is that one.
    """

    t: int | None
    t_prev: int | None
    x_t: Tensor
    eps_model: Tensor
    eps: Tensor
    x0: Tensor
    x0_term: Tensor
    direction_term: Tensor
    noise_term: Tensor
    x_prev: Tensor
    rounds: int | None = None
    residual: float | None = None
    belief: str = "predicted"
    x0_model: Tensor | None = None


def step(
    x_t: Tensor,
    eps: Tensor,
    alpha_bar_t: Any,
    alpha_bar_prev: Any,
    eta: Any = 0.0,
    sigma_hat: bool = False,
    clip: str = "none",
    z: Tensor | None = None,
) -> Step:
    """One transition given the predicted noise `eps`; no network is called (DDIM, Eq. 12).

    `alpha_bar_t`, `alpha_bar_prev` and `eta` are floats or (B,) for x_t (B, ...). `z` is the fresh noise, of the shape
    of x_t; None only where sigma is 0. `clip` limits x_0 to [-1, 1]: "keep_eps" leaves eps, "rederive_eps" recomputes
    it from the clipped x_0. Differentiable in x_t, eps and z, also under torch.func (where vmap batches, NaN is not
    looked for). Raises TypeError or ValueError naming the value (conventions of `ddim_lab.transition`).
    """
    check_state("x_t", x_t)
    check_like("eps", eps, x_t)
    checks.choice("clip", clip, CLIPS)
    a, b = _per_image("alpha_bar_t", alpha_bar_t, x_t), _per_image("alpha_bar_prev", alpha_bar_prev, x_t)
    c = coefficients(a, b, _per_image("eta", eta, x_t), sigma_hat)
    if z is not None:
        check_like("z", z, x_t)
    elif (c.sigma > 0) if isinstance(c.sigma, float) else np.any(c.sigma):
        raise ValueError(f"z is None, but sigma = {c.sigma} needs fresh noise of the shape {tuple(x_t.shape)}")
    record = _transition(x_t, eps, a, b, c, clip, z, None, None)
    if clip != "none" or not sums(record.x_prev):  # NaN and inf reach x_prev unless x_0 is clipped
        for name, value in (("x_t", x_t), ("eps", eps), ("z", z), ("x_prev", record.x_prev)):
            if value is not None:
                check_finite(name, value)
    return record


def sample(
    denoiser: Denoiser,
    x_T: Tensor,
    schedule: NoiseSchedule,
    tau: Sequence[int] | NDArray[np.integer],
    eta: float = 0.0,
    sigma_hat: bool = False,
    clip: str = "none",
    seed: int = 0,
    first: int = 0,
    solver: str = "ddim",
    start: int | None = None,
) -> Iterator[Step]:
    """Walks x_T (B, ...) from tau[-1] down to 0 and yields a `Step` for each transition (DDIM, Eq. 12, Section 4.2).

    Arguments are checked when this is called; what follows is an iterator, and stopping it stops the work. Row r of
    x_T is image `first` + r and gets the fresh noise of (seed, first + r, j). The dtype of x_T is kept; no gradient
    is recorded, also where x_T requires one. `solver` chooses the belief each step uses (`ddim_lab.solvers`).
    With `start`, a step of tau, x_T is the state there and the walk goes on with the z of the unbroken one (a solver
    with a memory begins plainly): what was broken off at `step` is taken up again by

        sample(denoiser, step.x_prev, schedule, tau, eta, seed=seed, start=step.t_prev)

    Raises TypeError or ValueError naming the value and what would be right.
    """
    check_walk(denoiser, x_T, schedule)
    run = Run(schedule, cast(Any, tau), eta, sigma_hat, clip, solver)
    draw = drawn(noise.FRESH, checks.integer("seed", seed, 0), checks.integer("first", first, 0))
    return walk(run.begun(start), x_T, partial(move, denoiser, run, draw), attrgetter("x_prev"))


def drawn(stream: int, seed: int, first: int) -> Callable[[Transition, Tensor], Tensor]:
    """draw(at, x) for `move`: z of the transition from one of the streams of `ddim_lab.noise`, float64 on the CPU."""
    return lambda at, x: torch.from_numpy(noise.rows(len(x), tuple(x.shape[1:]), seed, stream, at.j, first))


def move(
    denoiser: Denoiser,
    run: Run,
    draw: Callable[[Transition, Tensor], Tensor],
    at: Transition,
    x: Tensor,
    before: Step | None = None,
) -> Step:
    """One transition of `run` from x (B, ...); `draw(at, x)` is its z, asked for only where sigma is above 0.

    `before` is the record of the transition before, which a solver may remember.
    """
    c = coefficients(at.a, at.b, run.eta, run.sigma_hat)
    with torch.no_grad():  # closed before the yield: the caller's gradient mode is the caller's
        eps = predict(denoiser, x, at.a)
        z = draw(at, x) if c.sigma else None
        better = None if run.solver == "ddim" else _better(denoiser, run, at, before, x.dtype)
        record = _transition(x, eps, at.a, at.b, c, run.clip, z, at.t, at.t_prev, better)
    check_finite(f"x_prev of the transition {at.t} -> {at.t_prev}", record.x_prev)  # finite eps may still overflow
    return record


Better = tuple[str, Callable[[Tensor, Tensor], Tensor]]  # what to call it; (x_0, eps) -> the x_0 that is used


def _better(denoiser: Denoiser, run: Run, at: Transition, before: Step | None, dtype: torch.dtype) -> Better | None:
    """The belief that `run.solver` puts in place of the network's own; None where a step is plain. x is of `dtype`."""
    if run.solver == "dpmpp_2m":
        weight = solvers.extrapolation(at, None if before is None else run.transitions[at.j - 2])
        if before is None or not weight:
            return None
        held = before.x0 if before.x0_model is None else before.x0_model
        return "extrapolated", lambda x0, _: x0 + weight * (x0 - held)
    if not solvers.averages(run.solver, at):
        return None
    root_b, root_1_b = at.b**0.5, (1 - at.b) ** 0.5

    def averaged(x0: Tensor, eps: Tensor) -> Tensor:
        landed = root_b * x0 + root_1_b * eps
        there = (landed - root_1_b * predict(denoiser, landed.to(dtype), at.b)) / root_b
        return (x0 + (there if run.clip == "none" else there.clamp(-1, 1))) / 2

    return "averaged", averaged


def _transition(
    x_t: Tensor,
    eps_model: Tensor,
    a: Any,
    b: Any,
    c: Coefficients,
    clip: str,
    z: Tensor | None,
    t: int | None,
    t_prev: int | None,
    better: Better | None = None,
) -> Step:
    """The arithmetic of one step, by meaning: sqrt(b) x_0 + sqrt(1 - b - sigma^2) eps + sigma z."""
    if x_t.dtype in HALVES:
        record = _transition(x_t.float(), eps_model, a, b, c, clip, z, t, t_prev, better)
        return replace(narrowed(record, x_t.dtype), x_t=x_t)
    root_1_a = (1 - a) ** 0.5
    root_a, root_1_a, root_b, direction, sigma = _columns((a**0.5, root_1_a, b**0.5, c.m * root_1_a, c.sigma), x_t)
    eps = eps_model = _cast(eps_model, x_t)
    x0 = torch.addcmul(x_t, eps, root_1_a, value=-1).div_(root_a)
    if clip != "none":
        x0 = x0.clamp(-1, 1)
        if clip == "rederive_eps":
            eps = (x_t - root_a * x0) / root_1_a
    x0_model, belief = None, "predicted"
    if better is not None:
        belief, x0_model = better[0], x0
        x0 = better[1](x0, eps)
        eps = (x_t - root_a * x0) / root_1_a
    x0_term, direction_term = root_b * x0, direction * eps
    x_prev = x0_term + direction_term
    if z is None:
        noise_term = torch.zeros_like(x_t)
    else:
        noise_term = sigma * _cast(z, x_t).to(x_t.device)
        x_prev = x_prev + noise_term  # not in place: a transform may follow z alone
    terms = x0_term, direction_term, noise_term
    return Step(t, t_prev, x_t, eps_model, eps, x0, *terms, x_prev, belief=belief, x0_model=x0_model)


def narrowed(record: Step, dtype: torch.dtype) -> Step:
    """A record computed in float32 as it is kept in half precision: its terms add up to rounding only."""
    values = {name: getattr(record, name) for name in Step.__slots__}
    return replace(record, **{name: value.to(dtype) for name, value in values.items() if isinstance(value, Tensor)})


def predict(denoiser: Denoiser, x_t: Tensor, alpha_bar_t: float) -> Tensor:
    """The denoiser's eps, of the shape and dtype of x_t, a copy. Raises TypeError or ValueError if it is none."""
    eps = denoiser(x_t, alpha_bar_t)
    check_like("the denoiser's eps", eps, x_t)
    with torch.no_grad():  # a denoiser may have switched gradients on inside, and may use its output's memory again
        eps = eps.to(x_t.dtype, copy=True)
    check_finite("the denoiser's eps", eps)
    return eps


def _cast(value: Tensor, x_t: Tensor) -> Tensor:
    return value if value.dtype == x_t.dtype else value.to(x_t.dtype)


def _per_image(name: str, value: Any, x_t: Tensor) -> Any:
    """A float as it is, (B,) values as a float64 array of x_t's batch size."""
    if isinstance(value, float):
        return value
    array = checks.numbers(name, value)
    checks.per_image(name, array, len(x_t))
    return array if array.ndim else array.item()


def _columns(numbers: tuple[Any, ...], x_t: Tensor) -> Sequence[Tensor]:
    """Tensors of x_t's dtype that multiply x_t: 0-dimensional ones for floats, (B, 1, ...) for (B,)."""
    if isinstance(numbers[-1], float):  # sigma is an array where any of the numbers is
        if x_t.dtype == torch.float32 and x_t.is_cpu:
            return torch.from_numpy(np.array(numbers, dtype=np.float32)).unbind()  # the quick way, felt in every step
        return torch.tensor(numbers, dtype=x_t.dtype, device=x_t.device).unbind()
    rows = torch.from_numpy(np.stack(np.broadcast_arrays(*numbers)))  # (5, B)
    return rows.to(x_t.dtype).to(x_t.device).reshape(len(numbers), -1, *[1] * (x_t.ndim - 1)).unbind()
