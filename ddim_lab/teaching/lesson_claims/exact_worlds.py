"""Sentences of lesson 10, exact worlds: what is the sampler's own error, and what is the denoiser's."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact, spacing
from ddim_lab.exact import rules
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim

T = 1000
SCHEDULE = NoiseSchedule.linear(T)
WORLD = measure.KNOWN_WORLD
DATA = exact.marginal(WORLD, 1.0)
COUNTS = (2, 5, 10, 20, 50, 100, 250, 1000)
BIAS = 0.02  # the known error of the lesson's denoiser


def run(S: int, eta: float, sigma_hat: bool = False, tau: Any = None, world: Any = WORLD) -> exact.Moments:
    """Exact moments at the end of a run of S trailing steps, or along `tau`."""
    visited = spacing.trailing(T, S) if tau is None else tau
    return exact.moments(world, SCHEDULE, visited, eta, sigma_hat)


def losses(tau: Any, eta: float) -> tuple[list[float], list[float]]:
    """Variance that each transition loses if it starts from the right marginal, top first: measured, and by formula."""
    from ddim_lab.symbolic import symbols, variance_loss  # SymPy: only where it is asked for

    measured, formula = [], []
    for a, b in exact.levels_of(SCHEDULE, tau):
        (after,) = exact.propagate(WORLD, [(a, b)], rules.ddim(eta), exact.marginal(WORLD, a))
        measured.append(float(exact.marginal(WORLD, b).cov - after.cov))
        formula.append(symbols.at(variance_loss.LOSS, a, b, sigma=float(rules.ddim(eta)(a, b)[2]), s=measure.STD))
    return measured, formula


def _loss_is_a_square() -> bool:
    measured = {eta: losses(spacing.trailing(T, 10), eta) for eta in (0.0, 0.5, 1.0)}
    same = [np.allclose(*pair, rtol=1e-9, atol=1e-13) for pair in measured.values()]
    none, half, full = (np.array(measured[eta][0][:-1]) for eta in (0.0, 0.5, 1.0))
    return all(same) and bool((none > 0).all() and (none < half).all() and (half < full).all())


def distances(eta: float, counts: tuple[int, ...] = COUNTS, sigma_hat: bool = False) -> list[float]:
    """W2 from the exact result to the data, for each number of steps."""
    return [exact.w2(run(S, eta, sigma_hat), DATA) for S in counts]


def two_distances() -> dict[str, float]:
    """`distances` at eta 0 and at eta 1, with 10 and with 50 steps."""
    (none10, none50), (full10, full50) = (distances(eta, (10, 50)) for eta in (0.0, 1.0))
    return {"none10": none10, "none50": none50, "full10": full10, "full50": full50}


def _few_steps_favour_zero() -> bool:
    return all(none < full for none, full in zip(distances(0.0), distances(1.0), strict=True))


def rising() -> dict[str, float]:
    """Three pairs of runs in which the one with more steps is farther from the data."""
    leading = [exact.w2(run(S, 0.0, tau=spacing.leading(T, S)), DATA) for S in (500, 501)]
    hat = distances(1.0, (10, 50), sigma_hat=True)
    return {"l500": leading[0], "l501": leading[1], "h10": hat[0], "h50": hat[1]}


def short_distance(S: int) -> float:
    """W2 at eta 0 on a schedule that ends early: the usual betas, T = 250."""
    return exact.w2(exact.moments(WORLD, NoiseSchedule.linear(250), spacing.trailing(250, S), 0.0), DATA)


def _distance_can_rise() -> bool:
    measured = rising()
    return measured["l501"] > measured["l500"] and measured["h50"] > 1.2 * measured["h10"]


def means() -> dict[str, float]:
    """Means at the end, at eta 1 and at eta 0, with 1, 10 and 50 steps."""
    return {f"{name}{S}": float(run(S, eta).mean) for name, eta in (("one", 1.0), ("none", 0.0)) for S in (1, 10, 50)}


def _mean_telescopes() -> bool:
    top = float(SCHEDULE.alpha_bar[T])
    said = float(WORLD.mean * (1 - top * WORLD.cov / exact.marginal(WORLD, top).cov))
    measured = [float(run(S, 1.0).mean) for S in (1, 2, 10, 50, 250)]
    return max(abs(value - said) for value in measured) < 1e-12 and abs(means()["none50"] - said) > 1e-4


def _point_is_exact() -> bool:
    point = exact.Gaussian(measure.MEAN, std=0.0)
    ends = [run(S, eta, world=point) for S in (1, 2, 7, 50) for eta in (0.0, 0.5, 1.0)]
    return max(max(abs(end.mean - measure.MEAN), abs(end.cov)) for end in ends) < 1e-12


def three_variances(S: int) -> dict[str, float]:
    """Variance at the end from the same x_T ~ N(0, 1): DDIM, the exact ODE, Euler's method in sigma-bar squared."""
    levels = exact.levels_of(SCHEDULE, spacing.trailing(T, S))
    *_, flow = exact.propagate(WORLD, levels, rules.euler_variance)
    line = exact.solvers.closed_ode(WORLD, np.array([0.0, 1.0]), levels[0][0], 1.0)
    return {"ddim": float(run(S, 0.0).cov), "ode": float(line[1] - line[0]) ** 2, "flow": float(flow.cov)}


def _variances_in_order() -> bool:
    return all(measured["ddim"] < measured["ode"] < measured["flow"] for measured in map(three_variances, COUNTS))


def angles(schedule: NoiseSchedule = SCHEDULE, std: float = measure.STD) -> NDArray[np.float64]:
    """phi of every t, 0 first, rising: tan phi = sqrt(1 - alpha_bar) / (sqrt(alpha_bar) std), float64 (T + 1,)."""
    return np.arctan2(np.sqrt(1 - schedule.alpha_bar), np.sqrt(schedule.alpha_bar) * std)


def even_angles(S: int, std: float = measure.STD) -> NDArray[np.int64]:
    """S steps as even in phi as whole t allow, ending at T: int64 (S,)."""
    phi, tau = angles(std=std), [0]
    for i in range(1, S + 1):
        nearest = int(np.abs(phi - phi[-1] * i / S).argmin())
        tau.append(min(max(nearest, tau[-1] + 1), T - S + i))
    return spacing.custom(np.array(tau[1:]), T)


def grid_distances(S: int = 8) -> dict[str, float]:
    """W2 to the data at eta 0 in S steps: of each spacing, and of steps even in the angle."""
    measured = {kind: exact.w2(run(S, 0.0, tau=spacing.named(kind, T, S)), DATA) for kind in spacing.KINDS}
    return measured | {"even": exact.w2(run(S, 0.0, tau=even_angles(S)), DATA)}


def _even_angles_win() -> bool:
    tables = [grid_distances(S) for S in (3, 5, 8, 10, 20, 50)]
    return all(measured["even"] < min(measured[kind] for kind in spacing.KINDS) for measured in tables)


Error = Callable[[float], float]


def always(a: float) -> float:
    """The error BIAS at every noise level."""
    return BIAS


def early(a: float) -> float:
    """The error BIAS only where noise is most of x_t: alpha_bar below 0.1."""
    return BIAS if a < 0.1 else 0.0


def late(a: float) -> float:
    """The error BIAS only where alpha_bar is 0.9 or more."""
    return BIAS if a >= 0.9 else 0.0


def with_error(S: int, eta: float, error: Error = always) -> exact.Moments:
    """Exact moments at the end if the denoiser says eps + error(alpha_bar_t): each belief is off by a known amount."""
    now = exact.Moments(np.float64(0.0), np.float64(1.0))
    for a, b in exact.levels_of(SCHEDULE, spacing.trailing(T, S)):
        k = rules.ddim(eta)(a, b)[0]
        (now,) = exact.propagate(WORLD, [(a, b)], rules.ddim(eta), now)
        now = exact.Moments(now.mean - k * ((1 - a) / a) ** 0.5 * error(a), now.cov)
    return now


def error_distances(eta: float, counts: tuple[int, ...] = COUNTS) -> list[float]:
    """`distances` of the denoiser with the error BIAS."""
    return [exact.w2(with_error(S, eta), DATA) for S in counts]


def verdicts() -> dict[str, float]:
    """`error_distances` at eta 0 and at eta 1, with 10 and with 250 steps."""
    (none10, none250), (full10, full250) = (error_distances(eta, (10, 250)) for eta in (0.0, 1.0))
    return {"none10": none10, "full10": full10, "none250": none250, "full250": full250, "bias": BIAS}


def _verdict_turns() -> bool:
    measured = verdicts()
    return measured["none10"] < measured["full10"] and measured["full250"] < measured["none250"]


def shift(eta: float, error: Error, S: int = 250) -> float:
    """How far the error moves the mean of the results."""
    return abs(float(with_error(S, eta, error).mean - run(S, eta).mean))


def kept_shifts() -> dict[str, float]:
    """`shift` of an early and of a late error, at eta 0 and at eta 1."""
    return {
        f"{when}_{name}": shift(eta, error)
        for when, error in (("early", early), ("late", late))
        for name, eta in (("none", 0.0), ("full", 1.0))
    }


def _early_errors_are_forgotten() -> bool:
    measured = kept_shifts()
    return measured["early_full"] < measured["early_none"] / 5 and measured["late_full"] > measured["late_none"] / 2


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "loss-is-a-square",
        "In each step but the last of a run of ten, the variance measured as lost is the square of the derivation. "
        "It is above 0, least at eta 0, more at eta 0.5 and most at eta 1. In the last step eta makes no difference.",
        {"S": 10},
        _loss_is_a_square,
    ),
    Claim(
        "exact-favours-eta-0",
        "With the exact denoiser, eta 0 ends nearer to the data than eta 1: the distance W2 is {none10:.3f} against "
        "{full10:.3f} with 10 steps and {none50:.3f} against {full50:.3f} with 50.",
        {},
        _few_steps_favour_zero,
        numbers=two_distances,
    ),
    Claim(
        "distance-can-rise",
        "More steps can end farther from the data. Leading steps at eta 0: W2 is {l500:.4f} with 500 steps and "
        "{l501:.4f} with 501. With sigma-hat: {h10:.4f} with 10 steps and {h50:.4f} with 50.",
        {},
        _distance_can_rise,
        numbers=rising,
    ),
    Claim(
        "mean-telescopes",
        "At eta 1 the mean is {one1:.7f} with one step, {one10:.7f} with 10 and {one50:.7f} with 50. At eta 0 it is "
        "{none1:.7f}, {none10:.7f} and {none50:.7f}.",
        {},
        _mean_telescopes,
        numbers=means,
    ),
    Claim(
        "point-is-exact",
        "If all data are one point, the result is that point for every S and eta tried, with one step as with 50.",
        {},
        _point_is_exact,
    ),
    Claim(
        "variances-in-order",
        "For each S tried from 2 to 1000, the variance of DDIM is below that of the exact ODE, and that of Euler's "
        "method in the variance is above. With 10 steps: {ddim:.3f}, {ode:.3f}, {flow:.3f}.",
        {"eta": 0.0},
        _variances_in_order,
        numbers=lambda: three_variances(10),
    ),
    Claim(
        "even-angles-win",
        "For Gaussian data, steps even in the angle beat all four rules of this lab with 3, 5, 8, 10, 20 and 50 steps. "
        "With 8, W2 is {even:.3f}; quadratic has {quadratic:.3f} and trailing {trailing:.3f}.",
        {"eta": 0.0},
        _even_angles_win,
        numbers=grid_distances,
    ),
    Claim(
        "verdict-turns",
        "With the error {bias} in the predicted noise, eta 0 is still better with 10 steps: W2 is {none10:.3f} against "
        "{full10:.3f}. With 250 steps it is worse: {none250:.3f} against {full250:.3f}.",
        {},
        _verdict_turns,
        numbers=verdicts,
    ),
    Claim(
        "early-errors-forgotten",
        "An error made early moves the mean by {early_none:.4f} at eta 0 and by {early_full:.4f} at eta 1. An error "
        "made late moves it by {late_none:.4f} and {late_full:.4f}: no later step is left to correct it.",
        {"S": 250},
        _early_errors_are_forgotten,
        numbers=kept_shifts,
    ),
)
