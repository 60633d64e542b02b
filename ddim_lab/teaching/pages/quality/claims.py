"""The sentences of the page "Quality map", each read from the measured table, which its check recomputes."""

from itertools import combinations

from ddim_lab.exact import paper
from ddim_lab.quality import findings
from ddim_lab.quality.bootstrap import Measure
from ddim_lab.quality.cell import Cell
from ddim_lab.quality.grid import Measured, Value, beats, kind, lead
from ddim_lab.teaching.claims import Claim

TRAILING = "trailing"
FEW, MANY = 10, 100  # steps
NOT_YET = "{what} is not measured yet: `python -m ddim_lab quality` measures it"
FEWER_STEPS = (
    "With {S} steps eta 0 is nearer to real digits: its Fréchet distance is better by {frechet}, its kernel distance "
    "by {kernel} thousandths, its recall by {recall} % (in brackets 95 %, from the same {n:,} starts). But a judge "
    "reads the digits of eta 1 more often: {accuracy} %. Few noisy steps draw digits that are more alike, and so "
    "easier to read."
)
LEAST = 8  # cells of which it can be told how many pairs differ
TOO_FEW = "too few cells are measured yet: `python -m ddim_lab quality` measures them"


def value(measure: str, S: int, eta: float, sigma_hat: bool = False) -> Value:
    """Of a cell with trailing steps. Raises ValueError, in words, if it was not measured."""
    cell = Cell.named(TRAILING, S, eta, sigma_hat)
    measured = Measured.load().value(cell, kind(measure))
    if measured is None:
        raise ValueError(NOT_YET.format(what=cell.title))
    return measured


def few_steps(measure: str) -> Measure:
    """By how much eta 0 is better than eta 1 with few steps."""
    return lead(kind(measure), value(measure, FEW, 0.0), value(measure, FEW, 1.0))


def few_steps_told() -> dict[str, str | int]:
    """The same by four measures, each with its interval."""
    leads = {
        name: findings.written(kind(name), few_steps(name)) for name in ("frechet", "kernel", "recall", "accuracy")
    }
    return {"S": FEW, "n": value("frechet", FEW, 0.0).n, **leads}


def distance_against_judge() -> bool:
    """By distances and recall eta 0 is surely better; the judge reads the digits of eta 1 more often."""
    better = all(few_steps(name).low > 0 for name in ("frechet", "kernel", "recall"))
    return better and few_steps("accuracy").high < 0


def varieties() -> dict[str, float]:
    """The pixels' variance over that of real digits, at eta 0 and 1."""
    return {name: value("variance_ratio", FEW, eta).value for name, eta in (("none", 0.0), ("full", 1.0))}


def more_varied_at_zero() -> bool | None:
    """Whether the variety at eta 0 is nearer to that of real digits than at eta 1; None if it is not told apart."""
    return beats(kind("variance_ratio"), value("variance_ratio", FEW, 0.0), value("variance_ratio", FEW, 1.0))


def real_distance() -> dict[str, float]:
    """The Fréchet distance of as many real test digits as a cell has, and that of the cell."""
    cell = value("frechet", 50, 0.0)
    if cell.floor is None:
        raise ValueError(NOT_YET.format(what="the floor of real digits"))
    return {"floor": cell.floor, "n": cell.n, "drawn": cell.value}


def _fewer_differ_more() -> bool:
    fewer, whole = real_distance(), Measured.load().floor
    return whole is not None and whole["n"] > fewer["n"] and 0 < whole["frechet"]["value"] < fewer["floor"]


def overlapping() -> dict[str, int]:
    """Of the cells with trailing steps: how many pairs have Fréchet intervals that overlap, and how many of these are
    told apart all the same. Raises ValueError, in words, if too few cells are measured."""
    of = kind("frechet")
    table = Measured.load()
    n = table.usual_n(TRAILING)
    values = [value for value in table.all_values(of, TRAILING).values() if value.n == n]
    if len(values) < LEAST:
        raise ValueError(TOO_FEW)
    pairs = [(a, b) for a, b in combinations(values, 2) if a.low <= b.high and b.low <= a.high]
    return {"pairs": len(pairs), "told": sum(beats(of, a, b) is not None for a, b in pairs)}


def _pairs_decide() -> bool:
    counted = overlapping()
    return 0 < counted["told"] < counted["pairs"]


def hat_times() -> dict[str, float]:
    """At 10 steps, the Fréchet distance of sigma-hat in that of eta 0."""
    return {"times": value("frechet", FEW, 1.0, True).value / value("frechet", FEW, 0.0).value}


def _hat_is_farther() -> bool:
    hat, none = paper.entry("CIFAR10", 1.0, True, FEW), paper.entry("CIFAR10", 0.0, False, FEW)
    return hat is not None and none is not None and int(hat / none) == 27 and hat_times()["times"] > 1


def errors_back() -> dict[str, float]:
    """The error of explicit encoding with few steps and with many."""
    return {"few": _error(FEW), "many": _error(MANY)}


def _error(S: int) -> float:
    for row in Measured.load().reconstruction:
        if row["S"] == S and not row["implicit"]:
            return float(row["mse"]["value"])
    raise ValueError(NOT_YET.format(what=f"the reconstruction at S = {S}"))


def _error_falls() -> bool:
    errors, theirs = errors_back(), (paper.RECONSTRUCTION[FEW], paper.RECONSTRUCTION[MANY])
    return errors["many"] < errors["few"] and theirs == (0.014, 0.0009)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "quality-few",
        FEWER_STEPS,
        {"S": FEW},
        distance_against_judge,
        few_steps_told,
    ),
    Claim(
        "quality-variety",
        "The pixels vary {none:.2f} times as much as those of real digits at eta 0, and {full:.2f} times at eta 1. "
        "At eta 0 variety comes from the starts alone: another start, another digit.",
        {"S": FEW},
        lambda: more_varied_at_zero() is True,
        varieties,
    ),
    Claim(
        "quality-floor",
        "It is {floor:.2f} with {n:,} test digits. Two handfuls of real digits differ too, and the fewer they are, "
        "the more. So a number means something only beside this floor.",
        {"S": 50, "eta": 0.0},
        _fewer_differ_more,
        real_distance,
    ),
    Claim(
        "quality-apart",
        "{pairs} pairs of cells have intervals that overlap, and {told} of them are told apart all the same. The "
        "starts are the same in every cell: an unlucky start is unlucky in both, and goes out of their difference.",
        {},
        _pairs_decide,
        overlapping,
    ),
    Claim(
        "quality-hat",
        "It is {times:.1f} times that of eta 0; in the paper's CIFAR10 it is 27 times. How far depends on "
        "the pictures and on the judge: the paper's is a network trained on photographs, ours on digits.",
        {"S": FEW, "eta": 1.0, "sigma_hat": True},
        _hat_is_farther,
        hat_times,
    ),
    Claim(
        "quality-back",
        "It goes from {few:.2g} at 10 steps to {many:.2g} at 100; in the paper from .014 to .0009. Encoding uses the "
        "noise that was predicted one step too early; shorter steps, smaller mistake.",
        {"eta": 0.0},
        _error_falls,
        errors_back,
    ),
)
