"""Sentences of lesson 12, After DDIM: better beliefs, what they cost, flow matching, and zero SNR."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from ddim_lab import exact, noise, sampler, solvers, spacing
from ddim_lab.exact.solvers import convergence_order
from ddim_lab.model import parameterization
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim

HUMPS = exact.GaussianMixture([0.3, 0.7], [-1.0, 1.0], stds=[0.3, 0.2])
ONE = 0.35  # the grey value at T whose path is drawn
STEPS = (20, 40, 80, 160)
NAMES = {"ddim": "DDIM", "dpmpp_2m": "2M", "dpmpp_2s": "2S"}
DIGITS_AT = (("linear", 10), ("linear", 50), ("cosine", 10))
SHORT_T, SHORT_S = 250, 50  # a chain whose usual betas end too early


@cache
def ended(solver: str, S: int) -> Any:
    """Where 64 grey values end in the world of two humps: S trailing steps of the linear schedule at eta 0."""
    import torch

    run, x_T = Run.named(S=S, solver=solver), torch.from_numpy(noise.rows(64, (1,), 0, noise.INITIAL, 0))
    steps = sampler.sample(HUMPS.eps, x_T[:, 0], run.schedule, run.tau, solver=solver)
    return sampler.last(steps).x_prev


def gap(solver: str, S: int) -> float:
    """Root mean square distance from the ODE's end, for which 2S in 1000 steps stands."""
    return measure.gap(ended(solver, S), ended("dpmpp_2s", 1000))


def line(solver: str) -> tuple[list[int], list[float]]:
    """The calls for each of STEPS, and the gap after them."""
    return [solvers.calls(solver, S) for S in STEPS], [gap(solver, S) for S in STEPS]


def orders() -> dict[str, float]:
    """By solver the p of gap ~ calls^-p, measured over STEPS."""
    return {solver: convergence_order(*line(solver)) for solver in solvers.SOLVERS}


@cache
def path(solver: str, S: int) -> Any:
    """One grey value on its way: lambda at the start and the end of each step but the last, and the belief used."""
    import torch

    run = Run.named(S=S, solver=solver)
    steps = list(sampler.sample(HUMPS.eps, torch.tensor([ONE]).double(), run.schedule, run.tau, solver=solver))[:-1]
    clock = [solvers.half_log_snr(level) for level in run.levels[:, 0]]
    return clock[:-1], clock[1:], [float(step.x0) for step in steps]


def halving() -> dict[str, float]:
    """How many times smaller the gap is with 160 steps than with 80, and the gap of each with 20 steps."""
    shrinks = {solver: gap(solver, 80) / gap(solver, 160) for solver in solvers.SOLVERS}
    return shrinks | {f"{solver}_20": gap(solver, 20) for solver in solvers.SOLVERS}


def _order_is_measured() -> bool:
    measured = orders()
    falls = halving()
    return (
        abs(measured["ddim"] - 1) < 0.05
        and measured["dpmpp_2m"] > 2
        and 1.8 < falls["ddim"] < 2.2
        and falls["dpmpp_2m"] > 4
        and 2.2 < falls["dpmpp_2s"] < falls["dpmpp_2m"]
    )


def priced() -> dict[str, float]:
    """Gaps at about the same calls: DDIM and 2M in 40 and 160 steps, 2S in 20 and 80."""
    return {f"{solver}{calls}": gap(solver, calls // (1 + (solver == "dpmpp_2s"))) for solver in solvers.SOLVERS
            for calls in (40, 160)}  # fmt: skip


def _calls_are_the_price() -> bool:
    """2S makes half the steps for the same calls: at 40 it is behind DDIM, at 160 it has passed it; 2M leads."""
    at = priced()
    behind = at["dpmpp_2m40"] < at["ddim40"] < at["dpmpp_2s40"]
    return behind and at["dpmpp_2m160"] < at["dpmpp_2s160"] < at["ddim160"]


@cache
def of_digits() -> Mapping[str, float]:
    """Gaps of the shipped digits by schedule, solver and calls, such as linear_ddim_10."""
    from ddim_lab.teaching import ode_ends

    places = [(kind, calls, solver) for kind, calls in DIGITS_AT for solver in solvers.SOLVERS]
    return MappingProxyType(
        {f"{kind}_{solver}_{calls}": ode_ends.gap(kind, solver, calls) for kind, calls, solver in places}
    )


def _order_decides_late() -> bool:
    """With 10 calls 2S is farthest on both schedules, and 2M is clearly nearer than DDIM on the linear one alone.

    With 50 both solvers of second order are nearer than DDIM.
    """
    at = of_digits()
    few = all(at[f"{kind}_dpmpp_2s_10"] > at[f"{kind}_ddim_10"] for kind in ("linear", "cosine"))
    gains = {kind: 1 - at[f"{kind}_dpmpp_2m_10"] / at[f"{kind}_ddim_10"] for kind in ("linear", "cosine")}
    return (
        gains["linear"] > 0.1 > gains["cosine"]
        and few
        and max(at["linear_dpmpp_2m_50"], at["linear_dpmpp_2s_50"]) < at["linear_ddim_50"]
    )


@cache
def read_at_ten() -> Mapping[str, int]:
    """How many of the digits the judge reads as asked: at the ODE's end, and after ten calls of each solver."""
    from ddim_lab.model.classifier import load_classifier, look
    from ddim_lab.model.mnist import to_grey
    from ddim_lab.teaching import ode_ends

    drawn = {"end": ode_ends.end("linear")} | {
        solver: ode_ends.drawn("linear", solver, 10) for solver in solvers.SOLVERS
    }
    judge = load_classifier()
    right = {
        name: int((look(judge, to_grey(made.numpy()))[1] == ode_ends.LABELS).sum()) for name, made in drawn.items()
    }
    return MappingProxyType(right | {"all": ode_ends.PICTURES})


def _gap_is_no_quality() -> bool:
    """The solver that ends farthest is read no worse than the ODE's own end."""
    return min(read_at_ten()[solver] for solver in solvers.SOLVERS) >= read_at_ten()["end"]


def euler_on_the_line(S: int = 20) -> dict[str, float]:
    """The largest distance, over all states, between flow matching's Euler method and `dl.sample` on `flow`."""
    import torch

    schedule, tau = NoiseSchedule.flow(), spacing.trailing(1000, S)
    x_T = torch.linspace(-2, 2, 9, dtype=torch.float64)
    shares = np.append(noise_shares(schedule)[tau][::-1], 0.0).tolist()
    X, off = x_T * scale(shares[0]), []
    for s, s_prev, step in zip(shares, shares[1:], sampler.sample(HUMPS.eps, x_T, schedule, tau), strict=False):
        eps = HUMPS.eps(X / scale(s), (1 - s) ** 2 / scale(s) ** 2)
        velocity = eps - (X - s * eps) / (1 - s)  # noise minus data
        X = X + (s_prev - s) * velocity
        off.append(float((X / scale(s_prev) - step.x_prev).abs().max()))
    return {"off": max(off), "S": S}


def noise_shares(schedule: NoiseSchedule) -> Any:
    """s of every t, (T + 1,): the share of noise where the weights of picture and noise add up to 1."""
    a = schedule.alpha_bar
    return np.sqrt(1 - a) / (np.sqrt(a) + np.sqrt(1 - a))


def scale(s: float) -> float:
    """The deviation that (1 - s) x_0 + s eps has for data of deviation 1."""
    return ((1 - s) ** 2 + s**2) ** 0.5


def at_the_noisy_end() -> dict[str, float]:
    """Of T = 1000: what is left of the picture, and what an error of 1 in eps or in v becomes in x_0."""
    numbers = {}
    for name, kind in (("linear", "linear"), ("zero", "zero_snr")):
        level = float(NoiseSchedule.named(kind).alpha_bar[-1])
        numbers |= {name: level**0.5, f"{name}_eps": parameterization.x0_error("eps", level)}
        numbers[f"{name}_v"] = parameterization.x0_error("v", level)
    return numbers


def _v_survives() -> bool:
    at = at_the_noisy_end()
    return at["zero"] < 1e-4 < at["linear"] and at["zero_eps"] > 20_000 and 0.999 < at["zero_v"] <= 1


def short_chain() -> dict[str, float]:
    """Distance W2 to the data after 50 exact steps of a chain of 250: usual betas, and zero SNR; and the level left."""
    data, numbers = exact.marginal(measure.KNOWN_WORLD, 1.0), {}
    for kind in ("linear", "zero_snr"):
        schedule = NoiseSchedule.named(kind, SHORT_T)
        tau = spacing.trailing(SHORT_T, SHORT_S)
        numbers[kind] = exact.w2(exact.moments(measure.KNOWN_WORLD, schedule, tau, solver="dpmpp_2m"), data)
        numbers[f"{kind}_left"] = float(schedule.alpha_bar[-1]) ** 0.5
    return numbers


def _zero_snr_ends_right() -> bool:
    at = short_chain()
    return at["zero_snr"] < at["linear"] / 5 and at["linear_left"] > 0.25


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "order-measured",
        "In the world of two humps, 160 steps end {ddim:.1f} times as near to the ODE's end as 80 with DDIM, "
        "{dpmpp_2s:.1f} times with 2S and {dpmpp_2m:.0f} times with 2M. With 20 steps the gaps are {ddim_20:.3f} "
        "(DDIM), {dpmpp_2s_20:.3f} (2S) and {dpmpp_2m_20:.3f} (2M).",
        {"S": 20},
        _order_is_measured,
        halving,
    ),
    Claim(
        "calls-are-the-price",
        "At 40 calls of the denoiser 2S, in half as many steps, is behind DDIM: {dpmpp_2s40:.3f} against {ddim40:.3f}. "
        "At 160 calls it has passed it: {dpmpp_2s160:.4f} against {ddim160:.4f}. 2M pays one call a step and leads "
        "both times: {dpmpp_2m40:.3f} and {dpmpp_2m160:.4f}.",
        {"solver": "dpmpp_2s"},
        _calls_are_the_price,
        priced,
    ),
    Claim(
        "order-decides-late",
        "On the digits, ten calls end {linear_ddim_10:.3f} (DDIM), {linear_dpmpp_2m_10:.3f} (2M) and "
        "{linear_dpmpp_2s_10:.3f} (2S) from the ODE's end with the linear schedule, and {cosine_ddim_10:.3f}, "
        "{cosine_dpmpp_2m_10:.3f} and {cosine_dpmpp_2s_10:.3f} with the cosine one. After 50 calls (linear) 2M and 2S "
        "are nearer than DDIM: {linear_dpmpp_2m_50:.3f} and {linear_dpmpp_2s_50:.3f} against {linear_ddim_50:.3f}.",
        {"S": 10},
        _calls_are_the_price,  # in the world of two humps, where the gaps are known
        of_digits,
        check_digits=_order_decides_late,
    ),
    Claim(
        "gap-is-no-quality",
        "Of {all} digits the judge reads {end} as asked at the ODE's end, and after ten calls {ddim} (DDIM), "
        "{dpmpp_2m} (2M) and {dpmpp_2s} (2S). The gap says how far a picture is from the end of its path, not how good "
        "it is.",
        {"S": 10},
        _calls_are_the_price,  # in the world of two humps, where the gaps are known
        read_at_ten,
        check_digits=_gap_is_no_quality,
    ),
    Claim(
        "flow-is-ddim",
        "Flow matching's Euler method, in its own variables, and DDIM on the schedule `flow` hold the same states, "
        "rescaled: over {S} steps they differ by less than a ten-billionth.",
        {"schedule": "flow", "S": 20},
        lambda: euler_on_the_line()["off"] < 1e-10,
        euler_on_the_line,
    ),
    Claim(
        "v-survives",
        "At t = T the linear schedule still holds {linear:.4f} of the picture, zero_snr {zero:.6f}. There an error of "
        "1 in the predicted noise becomes one of {linear_eps:.0f} or of {zero_eps:,.0f} in x_0; an error of 1 in v "
        "becomes one of {zero_v:.4f}.",
        {"schedule": "zero_snr"},
        _v_survives,
        at_the_noisy_end,
    ),
    Claim(
        "zero-snr-ends-right",
        "A chain of 250 steps with the usual betas leaves {linear_left:.2f} of the picture in x_T, which a start from "
        "pure noise does not have: W2 to the data is {linear:.3f} in the known world after 50 steps of 2M. With "
        "zero_snr it is {zero_snr:.4f}.",
        {"T": 250, "schedule": "zero_snr"},
        _zero_snr_ends_right,
        short_chain,
    ),
)
