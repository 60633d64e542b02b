"""The sentences of the errata clinic's questions: exact moments of right and faulty samplers."""

from functools import cache

from ddim_lab import errata
from ddim_lab.errata import mystery
from ddim_lab.exact.known import STD
from ddim_lab.run import Run
from ddim_lab.teaching.claims import Claim

FEW = errata.even_steps(eta=0.0, S=20)
SAME = 0.01  # relative


@cache
def end_variance(key: str | None, eta: float, S: int) -> float:
    """The variance at the end, of the case called `key` or of the right sampler."""
    at = errata.even_steps(eta, S)
    moments = errata.find(key).moments if key else errata.right_moments
    return float(moments(at.schedule, at.tau, at.eta)[-1].variance)


@cache
def same_noise() -> mystery.Mystery:
    """A patient whose fault is the reused noise."""
    seed = next(seed for seed in range(len(mystery.SUSPECTS)) if mystery.pick(seed).culprit.key == "same-noise")
    return mystery.pick(seed)


def yardsticks() -> dict[str, float]:
    """The variance at the end of the right sampler with few steps and with many, and that of the data."""
    few, many = (end_variance(None, FEW.eta, S) for S in (FEW.S, 1000))
    return {"S": FEW.S, "few": few, "many": many, "data": STD**2}


def _few_steps_cost() -> bool:
    ends = yardsticks()
    return ends["few"] < ends["many"] < ends["data"] and ends["data"] - ends["many"] < SAME * ends["data"]


def fault_ends() -> dict[str, float]:
    """The variance at the end with sigma in the place of sigma^2, and right, at eta 1, 0.5 and 0."""
    etas = {"one": 1.0, "half": 0.5, "zero": 0.0}
    wrong = {f"wrong_{name}": end_variance("covariance", eta, 50) for name, eta in etas.items()}
    return wrong | {f"right_{name}": end_variance(None, eta, 50) for name, eta in etas.items()}


def _hides_at_zero() -> bool:
    ends = fault_ends()
    shows = [abs(ends[f"wrong_{name}"] - ends[f"right_{name}"]) > SAME for name in ("one", "half", "zero")]
    same = [bool((run.sigma == run.sigma**2).all()) for run in (Run.named(eta=eta, S=50) for eta in (1.0, 0.5, 0.0))]
    return shows == [True, True, False] and same == [False, False, True]


def reseeded() -> dict[str, float]:
    """How far another seed moves the results of the sampler that reuses its noise; its variance, seen and right."""
    readings = same_noise().readings()
    return {"moved": readings.reseeded, "seen": readings.seen[-1].variance, "right": readings.exact[-1].variance}


def _only_the_start_is_random() -> bool:
    readings = reseeded()
    return readings["moved"] == 0 and readings["seen"] > 2 * readings["right"]


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "few-steps-cost",
        "With {S} steps it ends at {few:.4f}, with 1000 at {many:.4f}; the data have {data:g}. So a faulty sampler "
        "must be held against the right one at the same steps, never against the data.",
        {"eta": 0.0},
        _few_steps_cost,
        numbers=yardsticks,
    ),
    Claim(
        "hides-at-zero",
        "The variance at the end is {wrong_one:.4f} instead of {right_one:.4f} at eta = 1, {wrong_half:.4f} instead of "
        "{right_half:.4f} at eta = 0.5, {wrong_zero:.4f} instead of {right_zero:.4f} at eta = 0. Only at 0 are σ and "
        "σ² the same number at every step.",
        {"S": 50},
        _hides_at_zero,
        numbers=fault_ends,
    ),
    Claim(
        "nothing-random",
        "The results move by {moved:g}: nothing in them is random but the start. Yet their variance ends at "
        "{seen:.1f} instead of {right:.4f}: the two uses of one noise add up.",
        {"eta": 1.0},
        _only_the_start_is_random,
        numbers=reseeded,
    ),
)
