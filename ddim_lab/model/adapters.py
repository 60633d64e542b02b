"""Networks of other conventions as denoisers (x_t, alpha_bar_t) -> eps: what they predict, how they are told the time.

A denoiser is asked at a noise level, since L_simple depends on nothing else (DDIM, Section 3). A network that counts
time in indices knows the levels of one table, its noise schedule's, and is asked at no other.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ddim_lab import checks
from ddim_lab.model import parameterization
from ddim_lab.model.levels import log_snr, noise_levels
from ddim_lab.schedule import NoiseSchedule, within
from ddim_lab.schedule import log_snr as log_snr_of
from ddim_lab.tensors import check_state

TIMES = ("index", "alpha_bar", "log_snr", "sigma")
NEAR = 1e-6  # relative; float32 levels are this near to their table, neighbours in it are not
PREDICTIONS = {"epsilon": "eps", "v_prediction": "v", "sample": "x0"}  # diffusers' names, ours
FLOAT32 = 2e-3  # in log-SNR: what float32 leaves of a table near alpha_bar = 1


class Adapted:
    """A network as a denoiser. Made by `adapt`.

    `schedule` is the noise schedule it was trained on, or None; `log_snr_range` the noise levels at which it may be
    asked (infinite ends where nothing is known); `takes` the keywords that its network names beyond x_t and the time.
    """

    def __init__(
        self, network: Callable[..., Any], predicts: str, schedule: NoiseSchedule | None, time: str, first: int
    ):
        self.network, self.predicts, self.time, self.first = network, predicts, time, first
        self.schedule, self.takes = schedule, keywords_of(network)
        ends = (-np.inf, np.inf) if schedule is None else log_snr_of(schedule.alpha_bar[[-1, 1]]).tolist()
        self.log_snr_range: tuple[float, float] = (ends[0], ends[1])

    def __call__(self, x_t: Tensor, alpha_bar_t: float | Tensor, **keywords: Any) -> Tensor:
        """eps of the shape, dtype and device of `x_t` (B, ...); `keywords` go to the network as they are.

        A module gets x_t in the dtype and on the device of its weights. `alpha_bar_t`: a float or (B,).
        Raises ValueError for a noise level that the network does not know, and for an output of another shape.
        """
        check_state("x_t", x_t)
        range_ = (-np.inf, np.inf) if self.time == "index" else self.log_snr_range  # an index is looked up instead
        a = noise_levels(alpha_bar_t, len(x_t), range_)  # (B,) float64
        wide = torch.promote_types(x_t.dtype, torch.float32)  # half precision would round the level's roots
        x = x_t.to(wide)
        root_a, root_1_a = (p.sqrt().to(x)[(..., *[None] * (x_t.ndim - 1))] for p in (a, 1 - a))
        given = _at_home(x / root_a if self.time == "sigma" else x_t, self.network)  # 1 / sqrt(a) = sqrt(1 + sigma^2)
        output = self.network(given, self._time(a, given), **keywords)
        output = _picture(output, x_t).to(x)
        return parameterization.pair(x, self.predicts, output, root_a, root_1_a)[1].to(x_t.dtype)

    def _time(self, a: Tensor, given: Tensor) -> Tensor:
        """What the network is told of the levels `a` (B,)."""
        if self.time == "index":
            return self._index(a).to(given.device)
        told = {"alpha_bar": a, "log_snr": log_snr(a), "sigma": ((1 - a) / a).sqrt()}[self.time]
        return told.to(given)

    def knows(self, alpha_bar: float) -> bool:
        """Whether it may be asked at this level."""
        a = torch.tensor([alpha_bar], dtype=torch.float64)
        if self.time == "index":
            return not self._nearest(a)[1].any()
        return bool(within(float(log_snr(a)), self.log_snr_range))

    def _nearest(self, a: Tensor) -> tuple[Tensor, Tensor]:
        """Where in the schedule's table, from 0, the levels next to `a` (B,) stand, and which of them are not near."""
        assert self.schedule is not None
        table = torch.from_numpy(self.schedule.alpha_bar[1:].copy())  # of t = 1..T, decreasing
        after = torch.searchsorted(-table, -a).clamp(max=len(table) - 1)
        before = (after - 1).clamp(min=0)
        nearest = torch.where((table[before] - a).abs() < (table[after] - a).abs(), before, after)
        return nearest, (table[nearest] - a).abs() > NEAR * a

    def _index(self, a: Tensor) -> Tensor:
        """The times of the levels `a` (B,), counted from `first`, int64 (B,)."""
        nearest, missed = self._nearest(a)
        if missed.any():
            assert self.schedule is not None
            asked, t = float(a[missed][0]), int(nearest[missed][0]) + 1
            raise ValueError(
                f"alpha_bar_t = {asked!r} is no level of the schedule that the network counts its time in "
                f"(T = {self.schedule.T}); the nearest is alpha_bar[{t}] = {float(self.schedule.alpha_bar[t])!r}: "
                "sample on that schedule, and choose fewer steps by tau"
            )
        return nearest + self.first


def adapt(
    network: Callable[..., Any],
    predicts: str = "eps",
    schedule: NoiseSchedule | None = None,
    time: str = "index",
    first: int = 0,
) -> Adapted:
    """`network(x, time, **keywords)` as a denoiser (x_t, alpha_bar_t) -> eps.

    `predicts`: "eps", "v" (sqrt(a) eps - sqrt(1 - a) x_0, Salimans & Ho 2022, arXiv:2202.00512) or "x0".
    `time` is how the network is told the noise level, (B,) of:
      "index"      integers: t = 1 of `schedule`, which it was trained on, is `first` (1 where it counts as the paper)
      "alpha_bar", "log_snr" (log(a / (1 - a)))
      "sigma"      sqrt((1 - a) / a), for a network that takes x_0 + sigma n: its input is x_t / sqrt(a)
    `schedule` is needed for "index"; elsewhere it limits the levels asked for to those between its ends. An output with
    a `.sample` (diffusers) is unwrapped. Call `network.eval()` first, as always. Raises TypeError or ValueError.
    """
    if not callable(network):
        raise TypeError(f"network must be a callable (x, time) -> tensor, got {type(network).__name__}")
    checks.choice("predicts", predicts, parameterization.KINDS)
    checks.choice("time", time, TIMES)
    first = checks.integer("first", first, 0)
    if schedule is not None and not isinstance(schedule, NoiseSchedule):
        raise TypeError(f"schedule must be a NoiseSchedule or None, got {type(schedule).__name__}")
    if time == "index" and schedule is None:
        raise ValueError('time="index" needs the schedule that the network was trained on, as schedule=; got None')
    if time != "index" and first:
        raise ValueError(f'first is where an index begins, for time="index" alone; got first={first}, time={time!r}')
    return Adapted(network, predicts, schedule, time, first)


def from_diffusers(unet: Callable[..., Any], scheduler: Any) -> tuple[Adapted, NoiseSchedule]:
    """A diffusers model and its scheduler as (denoiser, schedule).

    The schedule is the scheduler's alphas_cumprod, computed anew in float64 from its config: in float32, as diffusers
    holds it, 1 - alpha_bar is off by up to 5e-4 of itself near the data. A table of one's own, or of a config unknown
    here, is taken as it is. Clipping is the caller's: what diffusers does under clip_sample=True is clip="keep_eps".
    Raises TypeError for what is no scheduler with alphas_cumprod, ValueError for one that ends on no data or no noise.
    """
    table, config = getattr(scheduler, "alphas_cumprod", None), getattr(scheduler, "config", None)
    if not isinstance(table, Tensor) or not isinstance(config, Mapping):
        raise TypeError(
            f"scheduler must be one of diffusers with a table alphas_cumprod (DDPMScheduler, DDIMScheduler and their "
            f"kin), got {type(scheduler).__name__}"
        )
    levels = table.detach().cpu().double().numpy()
    if levels[-1] <= 0:
        raise ValueError(
            "the scheduler's last alphas_cumprod is 0 (rescale_betas_zero_snr=True), and from eps at alpha_bar = 0 no "
            "x_0 can be told; use a scheduler whose last level is above 0 (rescale_betas_zero_snr=False)"
        )
    end = float(getattr(scheduler, "final_alpha_cumprod", 1.0))
    if end != 1:
        raise ValueError(
            f"the scheduler's last step lands on alpha_bar = {end:.6g}, not on the data (set_alpha_to_one=False); "
            "make it anew: DDIMScheduler.from_config(scheduler.config, set_alpha_to_one=True)"
        )
    predicts = PREDICTIONS[
        checks.choice("prediction_type", config.get("prediction_type", "epsilon"), tuple(PREDICTIONS))
    ]
    exact = None if table.dtype == torch.float64 else _of_config(config)
    schedule = NoiseSchedule(np.concatenate([[1.0], levels]))
    if exact is not None and exact.T == schedule.T:
        apart = abs(log_snr_of(exact.alpha_bar[1:]) - log_snr_of(levels))
        schedule = exact if apart.max() < FLOAT32 else schedule
    return adapt(unet, predicts, schedule), schedule


def _of_config(config: Mapping[str, Any]) -> NoiseSchedule | None:
    """The noise schedule of a scheduler's config in float64; None where that is not known here."""
    if config.get("trained_betas") is not None:
        return NoiseSchedule.from_betas(config["trained_betas"])
    T, ends = config.get("num_train_timesteps", 1000), (config.get("beta_start"), config.get("beta_end"))
    kind = config.get("beta_schedule")
    if kind == "squaredcos_cap_v2":
        return NoiseSchedule.cosine(T)
    if kind in ("linear", "scaled_linear", "sigmoid") and None not in ends:
        return getattr(NoiseSchedule, kind)(T, *ends)
    return None


def keywords_of(denoiser: Callable[..., Any]) -> tuple[str, ...]:
    """The keywords that a denoiser or a network names beyond its first two arguments; those already bound are not."""
    told = getattr(denoiser, "takes", None)
    if told is not None:
        return tuple(told)
    bound = denoiser.keywords if isinstance(denoiser, functools.partial) else {}
    try:
        names = inspect.signature(denoiser.forward if isinstance(denoiser, nn.Module) else denoiser).parameters.values()
    except (TypeError, ValueError):  # some callables written in C have no signature
        return ()
    named = [name for name in names if name.kind in (name.POSITIONAL_OR_KEYWORD, name.KEYWORD_ONLY)]
    return tuple(name.name for name in named[2:] if name.name not in bound)


def home_of(denoiser: Any) -> torch.device:
    """Where the weights of a denoiser, or of its network, are; the CPU where that is not known."""
    weight = _weight(denoiser.network if isinstance(denoiser, Adapted) else denoiser)
    return torch.device("cpu") if weight is None else weight.device


def _weight(network: Any) -> Tensor | None:
    weights = network.parameters() if isinstance(network, nn.Module) else ()
    return next((weight for weight in weights if weight.is_floating_point()), None)


def _at_home(x: Tensor, network: Any) -> Tensor:
    """`x` in the dtype and on the device of a module's weights; as it is where the network is no module."""
    weight = _weight(network)
    return x if weight is None else x.to(weight)


def _picture(output: Any, x_t: Tensor) -> Tensor:
    """The tensor in a network's output. Raises TypeError or ValueError unless it has the shape of x_t."""
    output = output if isinstance(output, Tensor) else getattr(output, "sample", output)
    if not isinstance(output, Tensor):
        raise TypeError(f"the network must give a tensor, or an output with a .sample, got {type(output).__name__}")
    if output.shape != x_t.shape:
        raise ValueError(
            f"the network must give the shape of x_t, {tuple(x_t.shape)}, got {tuple(output.shape)} "
            "(twice the channels: a learned variance, which DDIM does not use; keep the first half)"
        )
    return output
