"""diffusers' schedulers before the judge, as they come: its DDIMScheduler and its DDIMInverseScheduler.

Its timesteps count from 0 (its t' is our t - 1) and its tables are float32, so its tolerance is wider. diffusers is
optional: without it `missing()` says so in a sentence.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from ddim_lab import exact
from ddim_lab.referee.judging import SINGLE, Case, Sampler, Verdict, judge
from ddim_lab.run import Run
from ddim_lab.walk import itself, last, walk

TOLERANCE = SINGLE  # its tables are float32
SPACINGS = ("leading", "trailing", "linspace")
CASES = (
    *(Case.of(rule, S, eta) for rule in SPACINGS for S in (10, 50) for eta in (0.0, 1.0)),
    *(Case.of(rule, S, 0.0) for rule in SPACINGS for S in (30, 61)),  # 1000 / 30 and 1000 / 61 are not whole
)
ROUND_TRIPS = (("leading", 10), ("leading", 50), ("leading", 250), ("trailing", 10), ("trailing", 50), ("trailing", 30))


def missing() -> str:
    """Why diffusers cannot be judged here; empty where it can."""
    if find_spec("diffusers") is not None:
        return ""
    return "diffusers is not installed, so its schedulers are not judged (pip install diffusers, or --alone)"


def scheduler(kind: str, rule: str, S: int) -> Any:
    """A scheduler of diffusers on the linear schedule, with nothing clipped and a last step that lands on the data."""
    import diffusers

    made = getattr(diffusers, kind)(
        beta_start=1e-4, beta_end=0.02, timestep_spacing=rule, clip_sample=False, set_alpha_to_one=True
    )
    made.set_timesteps(S)
    return made


def sampler(rule: str, S: int) -> Sampler:
    """diffusers' sampling loop as a sampler; tau and alpha_bar are its own."""
    import torch

    def run(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any) -> Any:
        plan, x = scheduler("DDIMScheduler", rule, S), torch.from_numpy(x_T)
        for j, t in enumerate(plan.timesteps.tolist(), start=1):
            eps, z = torch.from_numpy(denoiser(x.numpy(), t + 1)), torch.from_numpy(noise(j)) if eta else None
            x = plan.step(eps, t, x, eta=eta, variance_noise=z).prev_sample
        return x.numpy()

    return run


def judge_diffusers(case: Case) -> Verdict:
    """Against the closed form of the steps that its own `timesteps` name, where these are S steps within 1..T."""
    S = case.run.S
    visited = np.sort(np.asarray(scheduler("DDIMScheduler", case.spacing, S).timesteps)) + 1
    if len(visited) != S or visited[0] < 1:
        fault = f"asked for S = {S}, it visits {len(visited)} steps, the last of them at its t' = {visited[0] - 1}"
        return Verdict(case, np.nan, np.nan, case.wanted(), fault)
    return judge(sampler(case.spacing, S), case, TOLERANCE, visited)


def beyond_the_bound() -> tuple[float, float, bool]:
    """An eta above the run's largest one (trailing, S = 10): eta, that bound, and whether diffusers gives NaN there."""
    eta, run = 1.1, Case.of("trailing", 10, 0.0).run
    given = np.ones((2, 1)), run.schedule.alpha_bar, run.tau
    x_0 = sampler("trailing", 10)(lambda x, t: x, *given, eta, lambda j: np.zeros((2, 1)))
    return eta, run.eta_bound, bool(np.isnan(x_0).all())


@dataclass(frozen=True)
class RoundTrip:
    """What is left of a deviation after encoding and decoding; 1 would be perfect.

    `explicit` is the closed form of explicit Euler upwards and DDIM downwards over the same steps.
    """

    spacing: str
    S: int
    kept: float
    explicit: float

    @property
    def passes(self) -> bool:
        """Whether it keeps what explicit Euler must keep."""
        return abs(self.kept - self.explicit) <= TOLERANCE


def round_trip(rule: str, S: int, std: float = 0.5) -> RoundTrip:
    """Encodes 0 and 1 with DDIMInverseScheduler and decodes them with DDIMScheduler, in N(0, std^2)."""
    import torch

    world, schedule = exact.Gaussian(0.0, std), Case.of(rule, S, 0.0).run.schedule
    up, down = (scheduler(kind, rule, S) for kind in ("DDIMInverseScheduler", "DDIMScheduler"))
    x = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    for plan in (up, down):
        for t in plan.timesteps.tolist():
            x = plan.step(world.eps(x, float(schedule.alpha_bar[t + 1])), t, x).prev_sample
    visited = np.sort(np.asarray(down.timesteps)) + 1
    return RoundTrip(rule, S, float(x[1, 0] - x[0, 0]), explicit_round_trip(Run(schedule, visited), std))


def explicit_round_trip(run: Run, std: float) -> float:
    """Up: x_t = sqrt(a) (x - sqrt(1 - b) e) / sqrt(b) + sqrt(1 - a) e with e = eps(x, a). Down: DDIM at eta = 0."""

    def rise(level: Any, kept: float, _: Any) -> float:
        a, b = level
        e = (1 - a) ** 0.5 / (a * std**2 + 1 - a)  # eps of a unit deviation
        return kept * ((a / b) ** 0.5 * (1 - (1 - b) ** 0.5 * e) + (1 - a) ** 0.5 * e)

    top = exact.Moments(np.zeros(()), np.array(last(walk(run.levels[::-1], 1.0, rise, itself)) ** 2))
    return float(last(exact.propagate(exact.Gaussian(0.0, std), run.levels, exact.rules.ddim(), top)).cov) ** 0.5
