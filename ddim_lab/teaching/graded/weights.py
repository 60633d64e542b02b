"""The exercises on a step's weights: k, m and sigma, and the largest eta that a run admits."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching.calling import TroubleError
from ddim_lab.teaching.graded import catalogue
from ddim_lab.teaching.graded.exercise import Exercise, Given, Mistake, Property
from ddim_lab.teaching.graded.levels import shown
from ddim_lab.teaching.slips import ETAS, LEVELS, Trial, right_terms, slips
from ddim_lab.teaching.values import TOLERANCE, article, off, shaped
from ddim_lab.transition import coefficients

Floats = NDArray[np.float64]


def transitions(seed: int | None) -> list[tuple[float, float, float]]:
    """Transitions to try: (a, b, eta)."""
    tried = [(a, b, eta) for a, b in LEVELS for eta in ETAS]
    if seed is not None:
        rng = np.random.default_rng(seed)
        for _ in range(4):
            a, b = np.sort(rng.uniform(0.02, 0.98, 2)).round(3).tolist()
            tried.append((a, b, round(float(rng.uniform(0.1, 0.9)), 2)))
    return tried


def _levels(seed: int | None) -> list[Given]:
    return [Given(f"a = {a:g}, b = {b:g}, η = {eta:g}", (a, b, eta)) for a, b, eta in transitions(seed)]


def _three(call: Callable[..., Any], given: Given) -> tuple[Floats, ...]:
    value = call(*given.arguments)
    if not isinstance(value, tuple | list) or len(value) != 3:
        raise TroubleError(f"it returns {article(value)}, where three numbers, k, m, sigma, belong")
    return tuple(shaped(each, (), name) for each, name in zip(value, ("k", "m", "sigma"), strict=True))


def _sigma(given: Given, value: tuple[Floats, ...]) -> str:
    return off(value[2], coefficients(*given.arguments).sigma, "sigma")


def _mean(given: Given, value: tuple[Floats, ...]) -> str:
    a, b, _ = given.arguments
    left = float(value[0] + value[1] * a**0.5 - b**0.5)
    return "" if abs(left) < TOLERANCE else f"k + m·√a − √b is {left:+.4f}"


def _variance(given: Given, value: tuple[Floats, ...]) -> str:
    a, b, _ = given.arguments
    left = float(value[1] ** 2 * (1 - a) + value[2] ** 2 - (1 - b))
    if abs(left) >= TOLERANCE:
        return f"m²·(1 − a) + σ² − (1 − b) is {left:+.4f}"
    return "" if value[1] >= -TOLERANCE else f"m is {float(value[1]):.4f}: the noise would change its sign"


def _quiet_end(given: Given, value: tuple[Floats, ...]) -> str:
    return "" if np.allclose(value, (1, 0, 0), atol=TOLERANCE) else f"k, m, sigma are {shown(value)}"


def _weights(a: float, b: float, eta: float, sigma: Any = None, m: Any = None) -> tuple[Any, Any, Any]:
    """The right k, m, sigma, around a sigma or an m that is given."""
    sigma = coefficients(a, b, eta).sigma if sigma is None else sigma
    m = (1 - b - sigma**2) ** 0.5 / (1 - a) ** 0.5 if m is None else m
    return b**0.5 - m * a**0.5, m, sigma


def slipped(term: str, place: int, a: float, b: float, eta: float) -> Any:
    """What slip number `place` of `term` gives at a transition (sigma or direction: no pictures needed)."""
    trial = Trial(a, b, eta, 0.0, 0.0, 0.0)
    return list(slips(term, right_terms(trial), trial))[place][1]


def words_of(term: str) -> list[str]:
    """The slips of `term`, in words."""
    trial = Trial(*LEVELS[0], ETAS[1], 0.0, 0.0, 0.0)
    return [words for words, _ in slips(term, right_terms(trial), trial)]


def _weights_mistakes() -> Iterator[Mistake]:
    for place, words in enumerate(words_of("sigma")):
        yield Mistake(f"sigma: {words}", lambda *at, place=place: (0, 0, slipped("sigma", place, *at)), part=2)
    for place, words in enumerate(words_of("direction")):

        def of_direction(a: float, b: float, eta: float, place: int = place) -> tuple[Any, Any, Any]:
            return _weights(a, b, eta, m=slipped("direction", place, a, b, eta) / (1 - a) ** 0.5)

        yield Mistake(f"m: {words}", of_direction, part=1)
    for words, m in (
        ("m: this is the weight of the predicted noise; x_t holds more than noise", lambda a, c: c.m * (1 - a) ** 0.5),
        ("m: of the two roots, this one turns the noise round", lambda a, c: -c.m),
        ("m: a root is missing", lambda a, c: c.m**2),
    ):
        yield Mistake(words, lambda a, b, eta, m=m: _weights(a, b, eta, m=m(a, coefficients(a, b, eta))), part=1)
    for words, k in (
        ("k: what x_t brings of x_0 is forgotten", lambda a, b, m: b**0.5),
        ("k: x_t does not bring all of x_0", lambda a, b, m: b**0.5 - m),
        ("k: the roots are missing", lambda a, b, m: b - m * a),
        ("k: the levels are mixed up", lambda a, b, m: a**0.5 - m * b**0.5),
        ("k: what x_t brings comes on top", lambda a, b, m: b**0.5 + m * a**0.5),
    ):
        yield Mistake(words, lambda a, b, eta, k=k: (k(a, b, coefficients(a, b, eta).m), 0, 0), part=0)
    for words, wrong in catalogue.weights():
        yield Mistake(words, wrong)


WEIGHTS = Exercise(
    "weights",
    "my_weights(a, b, eta)",
    _levels,
    _three,
    (
        Property("σ is η times the DDPM's", _sigma, at=lambda given: given.arguments[1] < 1),
        Property("The mean is kept: k + m·√a = √b", _mean, at=lambda given: given.arguments[1] < 1),
        Property(
            "The variance is kept: m²·(1 − a) + σ² = 1 − b, and m is not negative",
            _variance,
            at=lambda given: given.arguments[1] < 1,
        ),
        Property(
            "The last step, b = 1, gives x_0 and draws no noise", _quiet_end, at=lambda given: given.arguments[1] == 1
        ),
    ),
    _weights_mistakes,
)

# the largest eta


def _runs(seed: int | None) -> list[Given]:
    linear, cosine = NoiseSchedule.linear(), NoiseSchedule.cosine()
    runs = [
        (f"linear betas, {rule} steps, S = {S}", linear, spacing.named(rule, 1000, S))
        for rule, S in (("trailing", 10), ("trailing", 50), ("quadratic", 20), ("leading", 5))
    ]
    runs.append(("cosine schedule, trailing steps, S = 20", cosine, spacing.trailing(1000, 20)))
    runs.append(("tau = [1000], one step", linear, np.array([1000])))
    if seed is not None:
        rng = np.random.default_rng(seed)
        tau = np.sort(rng.choice(np.arange(1, 1001), 6, replace=False))
        runs.append((f"linear betas, tau = {tau.tolist()}", linear, tau))
    return [Given(told, (schedule.alpha_bar, tau)) for told, schedule, tau in runs]


def bound(alpha_bar: Floats, tau: Sequence[int]) -> float:
    """The core's."""
    return Run(NoiseSchedule(alpha_bar), np.asarray(tau)).eta_bound


def _largest(given: Given, value: Floats) -> str:
    right = bound(*given.arguments)
    if abs(float(value) - right) < 1e-6 * right:
        return ""
    if value > right:
        return f"at η = {float(value):.4f} some step wants more fresh noise than it may hold: σ² is above 1 − b"
    return f"at η = {float(value):.4f} no step has come to its end: all σ² stay below 1 − b"


def _several(given: Given) -> bool:
    return len(given.arguments[1]) > 1


def _eta_mistakes() -> Iterator[Mistake]:
    def over(
        fold: Callable[[Floats], Any], each: Callable[[Floats, Floats], Floats] | None = None
    ) -> Callable[..., Any]:
        def wrong(alpha_bar: Floats, tau: Sequence[int]) -> Any:
            levels = alpha_bar[[0, *tau]]
            a, b = levels[1:], levels[:-1]
            with np.errstate(all="ignore"):
                bounds = np.sqrt((1 - a) / (1 - a / b)) if each is None else each(a, b)
            return float(fold(np.where(b < 1, bounds, np.inf)))

        return wrong

    def finite(values: Floats) -> Any:
        return values[np.isfinite(values)] if np.isfinite(values).any() else values

    yield Mistake(
        "that is the step which allows most; one step too much spoils the run", over(lambda v: finite(v).max())
    )
    yield Mistake("only the first step down, from T, was looked at", over(lambda v: v[-1]))
    yield Mistake("the mean over the steps: one step too much spoils the run", over(lambda v: finite(v).mean()))
    yield Mistake("this is η², not η", over(np.min, lambda a, b: (1 - a) / (1 - a / b)))
    yield Mistake("the DDPM's η was taken for the largest one", over(lambda v: 1.0))
    yield Mistake("the ratio is turned round", over(np.min, lambda a, b: np.sqrt((1 - a / b) / (1 - a))))
    yield Mistake(
        "a deviation σ was held against the variance 1 − b",
        over(np.min, lambda a, b: np.sqrt((1 - a) * (1 - b) / (1 - a / b))),
    )
    yield Mistake(
        "the steps visited do not count here: all t were taken",
        lambda alpha_bar, tau: bound(alpha_bar, range(1, len(alpha_bar))),
    )


ETA_MAX = Exercise(
    "eta_max",
    "my_eta_max(alpha_bar, tau)",
    _runs,
    lambda call, given: shaped(call(*given.arguments), (), "the result", finite=False),
    (
        Property("With this η the tightest step has σ² = 1 − b, and no step more", _largest, at=_several, points=2),
        Property("A run of one step has no largest η: it draws no noise, so the answer is inf",
                 lambda given, value: "" if np.isposinf(value) else f"it is {float(value):.4f}",
                 at=lambda given: not _several(given)),
    ),
    _eta_mistakes,
)  # fmt: skip
