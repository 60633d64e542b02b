"""The sentences of the exact world, and what they and its questions measure: `ddim_lab.exact` knows every answer."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact
from ddim_lab.exact import chains, gallery, rules
from ddim_lab.model import parameterization
from ddim_lab.run import Run
from ddim_lab.teaching.claims import Claim
from ddim_lab.walk import last

DATA = exact.Gaussian(mean=0.3, std=0.5)  # of the three lanes
X_0 = 0.8  # where the walks end
ETAS = (0.0, 0.5, 1.0)
ERRORS = 4.0  # standard errors that a variance may be off by chance
SAME = 1e-12


def walks(eta: float, wrong: bool = False) -> NDArray[np.float64]:
    """2,000 chains of ten steps to X_0: (11, 2000), the noisiest first."""
    run = Run.named(eta=eta)
    return chains.forward(X_0, run.schedule, run.tau, eta, wrong_covariance=wrong)


def crowd_moments(eta: float) -> Iterator[tuple[float, float, float]]:
    """Of the walks to X_0, exactly: mean, variance and level after every transition, from q(x_T | x_0) on."""
    run = Run.named(eta=eta)
    top = float(run.levels[0, 0])
    mean, variance = top**0.5 * X_0, 1 - top
    for k, m, sigma, b in zip(run.k, run.m, run.sigma, run.levels[:, 1], strict=True):
        mean, variance = k * X_0 + m * mean, m**2 * variance + sigma**2
        yield mean, variance, float(b)


def _crowd_stays() -> bool:
    exactly = all(
        abs(mean - b**0.5 * X_0) < SAME and abs(variance - (1 - b)) < SAME
        for eta in ETAS
        for mean, variance, b in crowd_moments(eta)
    )
    quiet, *others = (walks(eta) for eta in ETAS)
    return exactly and all(bool((quiet[1:-1] != other[1:-1]).all()) for other in others)


def _crowds_are_trained() -> bool:
    """What training shows, `noised`, has at each level the mean and the variance of the walks, whatever eta is."""
    eps = np.array([-1.0, 1.0])  # mean 0, variance 1
    for mean, variance, b in (moments for eta in ETAS for moments in crowd_moments(eta)):
        if b < 1:  # at 1 there is no noise to take away
            shown = parameterization.noised(np.full(2, X_0), eps, b)
            if abs(shown.mean() - mean) > SAME or abs(shown.var() - variance) > SAME:
                return False
    return True


def _fault_is_blind_at_zero() -> bool:
    same = {eta: np.array_equal(walks(eta), walks(eta, wrong=True)) for eta in ETAS}
    return not Run.named(eta=0.0).sigma.any() and same == {0.0: True, 0.5: False, 1.0: False}


@cache
def lane_std(name: str, S: int) -> float:
    """The exact std at the end of a lane: "ddpm", "noise_off" or "ddim"."""
    rule = {"ddpm": rules.ddim(1.0), "noise_off": rules.noise_off, "ddim": rules.ddim(0.0)}[name]
    return float(last(exact.propagate(DATA, Run.named(S=S).levels, rule)).cov ** 0.5)


def predicted_stds() -> dict[str, float]:
    """The std at the end where x_0 is predicted: DDPM and DDIM, with 10 steps and with 1000; that of the data."""
    runs = {
        f"{lane}_{name}": lane_std(lane, S) for lane in ("ddpm", "ddim") for name, S in (("few", 10), ("many", 1000))
    }
    return runs | {"data": float(DATA.cov**0.5)}


def _predicting_costs_variety() -> bool:
    """With x_0 known the crowd is right at ten steps (`_crowd_stays`); predicted it is too narrow, less so in more."""
    std = predicted_stds()
    lost = all(
        std[f"{lane}_few"] < 0.8 * std["data"] < 0.98 * std["data"] < std[f"{lane}_many"] for lane in ("ddpm", "ddim")
    )
    return _crowd_stays() and lost


def _noise_off_collapses() -> bool:
    run = Run.named(eta=1.0)
    room = (1 - run.levels[:, 1]) - run.m**2 * (1 - run.levels[:, 0])
    left_open = bool((room[:-1] > 0).all()) and np.allclose(room, run.sigma**2, rtol=0, atol=SAME)
    return left_open and lane_std("noise_off", 10) < 0.01 * float(DATA.cov**0.5)


def _ddim_carries_noise() -> bool:
    """Down to the last step, which leaves no noise."""
    ddim, ddpm = Run.named(eta=0.0), Run.named(eta=1.0)
    larger = bool((ddim.m[:-1] > ddpm.m[:-1]).all() and (ddim.k[:-1] != ddpm.k[:-1]).all())
    carried = ddim.m**2 * (1 - ddim.levels[:, 0])
    return larger and np.allclose(carried, 1 - ddim.levels[:, 1], rtol=0, atol=SAME)


def steps_std() -> dict[str, float]:
    """The std where the noise is switched off, with 10 and with 1000 steps."""
    return {"few": lane_std("noise_off", 10), "many": lane_std("noise_off", 1000)}


def _factors_multiply() -> bool:
    """Each step without its noise ends narrower than the crowd should be; the product is the same for any S."""
    for S in (10, 1000):
        for a, b in Run.named(S=S).levels[:-1]:
            right = exact.marginal(DATA, float(a)), exact.marginal(DATA, float(b))
            narrowed = last(exact.propagate(DATA, [(a, b)], rules.noise_off, right[0]))
            if not narrowed.cov < right[1].cov:
                return False
    stds = steps_std()
    return abs(stds["few"] / stds["many"] - 1) < 1e-9


@cache
def stay_left(eta: float) -> float:
    """In the ring, 50 steps: of those who start on the left, the share that ends there."""
    z = chains.particle_noise(2000, (2,), 0)
    end = last(rules.walk(gallery.named("ring").eps, z(0), Run.named(S=50).levels, rules.ddim(eta), z))
    return float((end[z(0)[:, 0] < 0][:, 0] < 0).mean())


def left_percents() -> dict[str, float]:
    """`stay_left` in percent at eta 0, 0.5 and 1."""
    return {name: 100 * stay_left(eta) for name, eta in (("quiet", 0.0), ("half", 0.5), ("noisy", 1.0))}


def _noise_forgets_the_side() -> bool:
    percents = left_percents()
    return percents["quiet"] > 90 and abs(percents["noisy"] - 50) < 10


def _noise_forgets_bit_by_bit() -> bool:
    percents = left_percents()
    return percents["quiet"] > percents["half"] > percents["noisy"]


@cache
def blob_errors() -> Mapping[str, float]:
    """W2 to the blob after 10 steps: eta 0, eta 1, sigma-hat."""
    world, data = gallery.blob(), exact.marginal(gallery.blob(), 1.0)
    runs = {"ddim": Run.named(), "ddpm": Run.named(eta=1.0), "larger": Run.named(eta=1.0, sigma_hat=True)}
    return MappingProxyType(
        {
            name: exact.w2(exact.moments(world, run.schedule, run.tau, run.eta, run.sigma_hat), data)
            for name, run in runs.items()
        }
    )


def _larger_wins_in_the_blob() -> bool:
    errors = blob_errors()
    return errors["larger"] < errors["ddim"] < errors["ddpm"]


def _steps_lose_variance() -> bool:
    """One step from where the crowd should be: too narrow at eta 0, more so at eta 1; sigma-hat adds more than that."""
    world = gallery.blob()
    for a, b in Run.named().levels[:-1]:
        start, right = exact.marginal(world, float(a)), np.trace(exact.marginal(world, float(b)).cov)
        after = {
            run: np.trace(last(exact.propagate(world, [(a, b)], rules.ddim(*run), start)).cov)
            for run in ((0.0, False), (1.0, False), (1.0, True))
        }
        if not after[1.0, False] < after[0.0, False] < right < after[1.0, True]:
            return False
    return True


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "walks-same-crowd",
        "Every walk changes, and at every time the crowd is the same: N(√alpha_bar · x_0, 1 − alpha_bar).",
        {"S": 10},
        _crowd_stays,
    ),
    Claim(
        "crowds-trained",
        "The training only ever saw these crowds. So one network serves every eta.",
        {"S": 10},
        _crowds_are_trained,
    ),
    Claim(
        "both-true",
        "“Walks” is right for every eta because x_0 is known there. In “noise off” it is predicted, and one prediction "
        "serves a whole step, which costs variety: with 10 steps the std ends at {ddpm_few:.3f} (DDPM) and "
        "{ddim_few:.3f} (DDIM) for {data:g}, with 1000 at {ddpm_many:.3f} and {ddim_many:.3f}.",
        {"S": 10},
        _predicting_costs_variety,
        numbers=predicted_stds,
    ),
    Claim(
        "fault-blind-at-zero",
        "At eta 0 no step adds noise, so its size cannot be wrong. A test at eta 0 alone would miss this fault.",
        {"eta": 0.0},
        _fault_is_blind_at_zero,
    ),
    Claim(
        "room-for-noise",
        "DDPM's k and m leave room for fresh noise. Without it the crowd falls onto the mean.",
        {"eta": 1.0},
        _noise_off_collapses,
    ),
    Claim(
        "old-noise-carried",
        "DDIM has another k and a larger m: it carries the old noise along instead.",
        {"eta": 0.0},
        _ddim_carries_noise,
    ),
    Claim(
        "noise-off-any-S",
        "Its std is {few:.4f} with 10 steps and {many:.4f} with 1000. Each step shrinks the crowd to leave room for "
        "noise that does not come, and the factors of all steps multiply to the same number.",
        {"eta": 1.0},
        _factors_multiply,
        numbers=steps_std,
    ),
    Claim(
        "left-ends",
        "At eta 0 {quiet:.0f} % of them end on the left, at eta 1 {noisy:.0f} %.",
        {"S": 50},
        _noise_forgets_the_side,
        numbers=left_percents,
    ),
    Claim(
        "left-forgotten",
        "At eta 0 the start decides everything. Each portion of fresh noise makes the walk forget some of it: "
        "at eta 0.5 {half:.0f} % end on the left.",
        {"S": 50},
        _noise_forgets_bit_by_bit,
        numbers=left_percents,
    ),
    Claim(
        "blob-errors",
        "W2 to the data is {ddim:.2f} for eta 0, {ddpm:.2f} for eta 1 and {larger:.2f} for sigma-hat.",
        {"S": 10},
        _larger_wins_in_the_blob,
        numbers=blob_errors,
    ),
    Claim(
        "blob-steps-lose",
        "Every step loses some variance, the least at eta 0; sigma-hat adds more noise than is right, which here "
        "happens to make up for the loss.",
        {"S": 10},
        _steps_lose_variance,
    ),
)
NOTES: dict[str, Claim] = {claim.key: claim for claim in CLAIMS if claim.key == "both-true"}  # told in two tabs
