"""The exercises on the whole way: down from noise to data, and up again. The referee's world and the referee's form."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.referee import judging
from ddim_lab.referee.judging import Case
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching.graded import catalogue
from ddim_lab.teaching.graded.exercise import Exercise, Given, Mistake, Property
from ddim_lab.teaching.values import off, shaped
from ddim_lab.transition import coefficients
from ddim_lab.walk import Transition, itself, last, path, walk

Floats = NDArray[np.float64]
Asked = NDArray[np.int64]
NEW = (0.3, 0.7)  # the eta of a drawn run lies between


def told(case: Case) -> str:
    """The run in words."""
    run = case.run
    return f"{case.schedule} schedule, {case.spacing} steps, S = {run.S}, η = {run.eta:g}"


def cases(seed: int | None) -> list[Given]:
    """The runs that a sampler is asked for; with a seed, two more on drawn steps."""
    chosen = [
        *(Case.of("trailing", S, eta) for S in (10, 3) for eta in (0.0, 1.0, 0.5)),
        *(Case.of(rule, S, 0.0) for rule, S in (("quadratic", 10), ("trailing", 30), ("leading", 7), ("trailing", 1))),
        Case.of("trailing", 5, 0.0, "cosine"),
    ]
    if seed is not None:
        rng = np.random.default_rng(seed)
        for eta in (0.0, round(float(rng.uniform(*NEW)), 2)):
            tau = np.sort(rng.choice(np.arange(1, 1001), 6, replace=False))
            chosen.append(Case("linear", f"other ({tau.tolist()})", Run(NoiseSchedule.linear(), tau, eta)))
    return [Given(told(case), case) for case in chosen]


def ask_sampler(call: Callable[..., Any], given: Given) -> tuple[Floats, Asked]:
    """What a sampler in the referee's form makes of the referee's rows, and the steps at which it asks the network."""
    case: Case = given.arguments
    probe, asked = judging.Probe(case.run), []

    def denoiser(x: Any, t: int) -> Any:
        eps = probe.denoiser(x, t)
        asked.append(int(t))
        return eps

    value = call(denoiser, probe.x_T, case.run.schedule.alpha_bar, case.run.tau, case.run.eta, probe.noise)
    return shaped(value, probe.x_T.shape, "the result", finite=False), np.array(asked, dtype=np.int64)


def judged(given: Given, value: tuple[Floats, Asked]) -> str:
    """What the referee says of it."""
    fault = judging.verdict(lambda: value[0], given.arguments).fault
    return f"the referee says: {fault}" if fault else ""


def visits(given: Given, value: tuple[Floats, Asked]) -> str:
    """What is wrong with the steps at which it asks the network; "" where they are those of tau, from the top."""
    return _compared(value[1], given.arguments.run.tau[::-1].tolist())


def _compared(asked: Asked, wanted: list[int]) -> str:
    if asked.tolist() == wanted:
        return ""
    return f"it asks at {_listed(asked.tolist())}, and not at {_listed(wanted)}"


def _listed(steps: list[int]) -> str:
    if not steps:
        return "no step at all"
    if len(steps) <= 5:
        return f"t = {', '.join(map(str, steps))}"
    return f"t = {', '.join(map(str, steps[:3]))}, …, {steps[-1]} ({len(steps)} calls)"


# wrong walks


def stepping(
    pairs: Callable[[list[int], int], list[tuple[int, int]]] | None = None,
    noise_of: Callable[[int, int], int] = lambda j, S: j,
) -> Callable[..., Any]:
    """A sampler with the right step on `pairs`, made of tau and T, and with the z of transition `noise_of(j, S)`."""

    def sampler(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any) -> Any:
        x = x_T
        way = spacing.transitions(tau) if pairs is None else pairs(tau.tolist(), len(alpha_bar) - 1)
        for j, (t, t_prev) in enumerate(way, start=1):
            a, b = alpha_bar[t], alpha_bar[t_prev]
            c = coefficients(a, b, eta)
            x0 = (x - (1 - a) ** 0.5 * denoiser(x, t)) / a**0.5
            x = c.k * x0 + c.m * x + c.sigma * noise(noise_of(min(j, len(tau)), len(tau)))
        return x

    return sampler


def _own_noise(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any) -> Any:
    rng = np.random.default_rng(0)
    return stepping()(denoiser, x_T, alpha_bar, tau, eta, lambda j: rng.standard_normal(x_T.shape))


def _by_stride(tau: list[int], T: int) -> list[tuple[int, int]]:
    return [(t, max(t - T // len(tau), 0)) for t in tau[::-1]]


WALKS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("t_prev is t − 1, not the next step of the list", stepping(lambda tau, T: [(t, t - 1) for t in tau[::-1]])),
    ("t_prev is taken for t − T // S, whichever step comes next", stepping(_by_stride)),
    ("the walk ends at the smallest step of the list: the last transition is missing",
     stepping(lambda tau, T: spacing.transitions(np.array([0, *tau]))[:-2])),
    ("the first transition is left out", stepping(lambda tau, T: [*zip(tau[-2::-1], [*tau[-3::-1], 0], strict=False)])),
    ("only one step is taken, straight from T to the data", stepping(lambda tau, T: [(tau[-1], 0)])),
    ("all steps of the chain are visited, not those of tau",
     stepping(lambda tau, T: [(t, t - 1) for t in range(tau[-1], 0, -1)])),
    ("every step gets the same fresh noise", stepping(noise_of=lambda j, S: 1)),
    ("the fresh noise is drawn anew, so no run can be repeated: noise(j) is there for it", _own_noise),
)  # fmt: skip


def wrong_walks() -> Iterator[Mistake]:
    """Samplers whose way is wrong, then those of the catalogue."""
    for words, wrong in (*WALKS, *catalogue.samplers()):
        yield Mistake(words, wrong)


def _plain(given: Given) -> bool:
    run = given.arguments.run
    return run.eta == 0 and given.arguments.spacing == "trailing" and 1000 % run.S == 0 and run.S > 1


WALK = Exercise(
    "walk",
    "my_walk(denoiser, x_T, alpha_bar, tau, eta, noise)",
    cases,
    ask_sampler,
    (
        Property("The network is asked once at each step of tau, from the last one down", visits),
        Property("η = 0, even steps: mean and variance of the results are right", judged, at=_plain),
        Property(
            "η = 0, any steps: they are right, one step only among them",
            judged,
            at=lambda given: given.arguments.run.eta == 0 and not _plain(given),
        ),
        Property("η > 0: they are right", judged, at=lambda given: given.arguments.run.eta > 0),
    ),
    wrong_walks,
)

# the way up

FAR = np.array([[-1.5], [0.0], [0.8]])  # pictures of one pixel
EXACT, ALWAYS = "the exact network", "a network that always answers .7"


def _ways(seed: int | None) -> list[Given]:
    runs = [(rule, Run.named(S=S, spacing=rule)) for rule, S in (("trailing", 10), ("quadratic", 5), ("trailing", 1))]
    if seed is not None:
        tau = np.sort(np.random.default_rng(seed).choice(np.arange(1, 1001), 6, replace=False))
        runs.append((f"other ({tau.tolist()})", Run(NoiseSchedule.linear(), tau)))
    return [
        Given(f"linear schedule, {rule} steps, S = {run.S}, {network}", (run, network))
        for rule, run in runs
        for network in (ALWAYS, EXACT)
    ]


def _answer(run: Run, network: str) -> Callable[[Any, int], Any]:
    return (lambda x, t: np.full(np.shape(x), 0.7)) if network == ALWAYS else judging.Probe(run).denoiser


def _ask_encoder(call: Callable[..., Any], given: Given) -> tuple[Floats, Asked]:
    run, network = given.arguments
    answer, asked = _answer(run, network), []

    def denoiser(x: Any, t: int) -> Any:
        if not 1 <= t <= run.schedule.T or t != int(t):
            raise ValueError(f"denoiser(x, t) is for steps t = 1..{run.schedule.T}, asked at {t}")
        asked.append(int(t))
        return answer(np.asarray(x), int(t))

    value = call(denoiser, FAR, run.schedule.alpha_bar, run.tau)
    return shaped(value, FAR.shape, "the result", finite=False), np.array(asked, dtype=np.int64)


def raised(
    denoiser: Any,
    x_0: Any,
    alpha_bar: Any,
    tau: Any,
    at: Callable[[Transition], int] = lambda transition: transition.t,
    levels: Callable[[float, float], tuple[float, float]] = lambda a, b: (a, b),
    roots: Callable[[float], float] = np.sqrt,
    way: slice = slice(None, None, -1),
) -> Any:
    """Explicit encoding over NumPy (DDIM, Eq. 14 run backwards), and what is made of it by other choices."""

    def rise(transition: Transition, x: Any, _: Any) -> Any:
        a, b = levels(transition.a, transition.b)
        e = denoiser(x, at(transition))
        return roots(a) * (x - roots(1 - b) * e) / roots(b) + roots(1 - a) * e

    return last(walk(path(NoiseSchedule(alpha_bar), np.asarray(tau))[way], x_0, rise, itself))


def _forwards(denoiser: Any, x_0: Any, alpha_bar: Any, tau: Any) -> Any:
    top = alpha_bar[tau[-1]]
    return top**0.5 * x_0 + (1 - top) ** 0.5 * np.random.default_rng(0).standard_normal(x_0.shape)


def _encode_mistakes() -> Iterator[Mistake]:
    start = "the way begins at the first step of tau: the transition from the data to it is missing"
    yield Mistake(start, partial(raised, way=slice(-2, None, -1)))
    yield Mistake(
        "the way begins at the noise: up goes from the data to the last step", partial(raised, way=slice(None))
    )
    yield Mistake("the way stops before the last step of tau", partial(raised, way=slice(None, 0, -1)))
    yield Mistake("the levels are mixed up: this is a step down", partial(raised, levels=lambda a, b: (b, a)))
    yield Mistake("the roots are missing", partial(raised, roots=lambda share: share))
    lower = partial(raised, at=lambda transition: max(transition.t_prev, 1))
    yield Mistake("the network is asked at the lower of the two steps", lower)
    yield Mistake("the network is asked at the last step of tau every time", _always_at_the_top)
    yield Mistake("noise is drawn here; a code is computed from the picture, and leads back to it", _forwards)


def _always_at_the_top(denoiser: Any, x_0: Any, alpha_bar: Any, tau: Any) -> Any:
    return raised(denoiser, x_0, alpha_bar, tau, at=lambda transition: int(tau[-1]))


def _upwards(given: Given, value: tuple[Floats, Asked]) -> str:
    return _compared(value[1], given.arguments[0].tau.tolist())


def _constant(given: Given, value: tuple[Floats, Asked]) -> str:
    run, _ = given.arguments
    top = run.schedule.alpha_bar[run.tau[-1]]
    wanted = top**0.5 * FAR + (1 - top) ** 0.5 * 0.7
    if np.allclose(value[0], wanted, atol=1e-9):
        return ""
    return f"{FAR[0, 0]:g} comes out as {float(value[0][0, 0]):.4f}, where {float(wanted[0, 0]):.4f} belongs"


def _coded(given: Given, value: tuple[Floats, Asked]) -> str:
    run, network = given.arguments
    return off(value[0], raised(_answer(run, network), FAR, run.schedule.alpha_bar, run.tau), "x_T")


ENCODE = Exercise(
    "encode",
    "my_encode(denoiser, x_0, alpha_bar, tau)",
    _ways,
    _ask_encoder,
    (
        Property("The network is asked once at each step of tau, from the first one up", _upwards),
        Property(
            "A network that always answers e gives x_T = √ᾱ·x_0 + √(1 − ᾱ)·e, whatever the steps",
            _constant,
            at=lambda given: given.arguments[1] == ALWAYS,
        ),
        Property(
            "With the exact network x_T is that of the step solved for x_t",
            _coded,
            at=lambda given: given.arguments[1] == EXACT,
        ),
    ),
    _encode_mistakes,
)
