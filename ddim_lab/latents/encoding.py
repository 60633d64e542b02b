"""The deterministic sampler walked upwards: a picture's latent (DDIM, Eq. 14 run backwards)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks, spacing
from ddim_lab.latents.fixed_point import finest_residual, solve
from ddim_lab.sampler import Denoiser, Step, narrowed, predict
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.tensors import check_finite, check_walk, wide
from ddim_lab.walk import Transition, path, walk


def encode(
    denoiser: Denoiser,
    x_0: Tensor,
    schedule: NoiseSchedule,
    tau: Sequence[int] | NDArray[np.integer],
    implicit: bool = False,
    tol: float = 1e-8,
    max_rounds: int = 100,
) -> Iterator[Step]:
    """Walks x_0 (B, ...) up to tau[-1], the deterministic sampler reversed; yields the same `Step` records.

    Of each record x_prev is known and x_t is found: x_t = sqrt(a) (x_prev - sqrt(1 - b) e) / sqrt(b) + sqrt(1 - a) e.
    Explicit (DDIM, Eq. 14 run backwards): e = denoiser(x_prev, alpha_bar_t). Implicit: e = denoiser(x_t, alpha_bar_t),
    solved by `ddim_lab.latents.fixed_point` until decoding (`sample` with eta = 0) would miss x_prev by less than `tol`
    a pixel, or as little as the dtype allows; a warning names the residual left after `max_rounds` network calls.
    No gradient is recorded, also where x_0 requires one. Raises TypeError or ValueError naming the value.
    """
    check_walk(denoiser, x_0, schedule, name="x_0")
    tau = spacing.custom(tau, schedule.T)
    checks.flag("implicit", implicit)
    max_rounds = checks.count("max_rounds", max_rounds)
    if checks.real("tol", tol) <= 0:
        raise ValueError(f"tol must be above 0, got {tol}")
    rise = _Explicit(denoiser) if not implicit else _Implicit(denoiser, tol, max_rounds)
    return walk(path(schedule, tau)[::-1], x_0, rise, attrgetter("x_t"))


@dataclass(frozen=True)
class _Explicit:
    """The way up with the noise predicted at x_prev."""

    denoiser: Denoiser

    def __call__(self, at: Transition, x: Tensor, _: Step | None) -> Step:
        with torch.no_grad():
            held = wide(x)
            x_t, eps, rounds, residual = self.raised(at, held, x.dtype)
            x0 = _believed(held, eps, at.b)
            terms = (at.b**0.5 * x0, (1 - at.b) ** 0.5 * eps, torch.zeros_like(held))
            record = Step(at.t, at.t_prev, x_t, eps, eps, x0, *terms, held, rounds, residual)
        check_finite(f"x_t of the transition {at.t_prev} -> {at.t}", x_t)
        return record if held is x else replace(narrowed(record, x.dtype), x_prev=x)

    def raised(self, at: Transition, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor, int | None, float | None]:
        """x_t, the noise it goes with, and how an iteration ended, where there was one; the denoiser speaks `dtype`."""
        eps = self.asked(x, at, dtype)
        return _raised(x, eps, at), eps, None, None

    def asked(self, x: Tensor, at: Transition, dtype: torch.dtype) -> Tensor:
        """The noise predicted in x at the upper level."""
        return predict(self.denoiser, x.to(dtype), at.a).to(x.dtype)


@dataclass(frozen=True)
class _Implicit(_Explicit):
    """The way up with the noise predicted at x_t, which is iterated for."""

    tol: float
    max_rounds: int

    def raised(self, at: Transition, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor, int | None, float | None]:
        target = self.tol * (at.a / at.b) ** 0.5  # decoding errs by sqrt(b/a) more
        finest = max(target, finest_residual(dtype))
        first = super().raised(at, x, dtype)[0]
        x_t, rounds, residual = solve(
            lambda x_t: _raised(x, self.asked(x_t, at, dtype), at), first, finest, self.max_rounds, f"t = {at.t}"
        )
        return x_t, self.asked(x_t, at, dtype), rounds, residual


def _believed(x_prev: Tensor, eps: Tensor, b: float) -> Tensor:
    return (x_prev - (1 - b) ** 0.5 * eps) / b**0.5  # x_0


def _raised(x_prev: Tensor, eps: Tensor, at: Transition) -> Tensor:
    return at.a**0.5 * _believed(x_prev, eps, at.b) + (1 - at.a) ** 0.5 * eps
