"""Three broken samplers to repair. Each is right somewhere, so that looking at one setting does not find the fault.

They stand here as a learner gets them: a test holds the notebook's text against these functions.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ddim_lab.teaching.graded.exercise import Exercise, Given, Mistake, Property
from ddim_lab.teaching.graded.walks import ask_sampler, cases, judged, visits, wrong_walks

# No docstrings: the notebook shows these lines as they stand.


def first(denoiser, x_T, alpha_bar, tau, eta, noise):  # type: ignore[no-untyped-def]
    x = x_T
    for j, t in enumerate(reversed(tau), start=1):
        a, b = alpha_bar[t], alpha_bar[t - 1]
        sigma = eta * ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5
        eps = denoiser(x, t)
        x_0 = (x - (1 - a) ** 0.5 * eps) / a**0.5
        x = b**0.5 * x_0 + (1 - b - sigma**2) ** 0.5 * eps + sigma * noise(j)
    return x


def second(denoiser, x_T, alpha_bar, tau, eta, noise):  # type: ignore[no-untyped-def]
    x, steps = x_T, [0, *tau]
    for j in range(1, len(steps)):
        t, t_prev = steps[-j], steps[-j - 1]
        a, b = alpha_bar[t], alpha_bar[t_prev]
        sigma = ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5
        eps = denoiser(x, t)
        x_0 = (x - (1 - a) ** 0.5 * eps) / a**0.5
        x = b**0.5 * x_0 + (1 - b - sigma**2) ** 0.5 * eps + eta * sigma * noise(j)
    return x


def third(denoiser, x_T, alpha_bar, tau, eta, noise):  # type: ignore[no-untyped-def]
    x, steps = x_T, [0, *tau]
    for j in range(1, len(steps)):
        t, t_prev = steps[-j], steps[-j - 1]
        a, b = alpha_bar[t], alpha_bar[t_prev]
        variance = eta * (1 - b) / (1 - a) * (1 - a / b)
        eps = denoiser(x, t)
        x_0 = (x - (1 - a) ** 0.5 * eps) / a**0.5
        x = b**0.5 * x_0 + (1 - b - variance) ** 0.5 * eps + eta**0.5 * variance**0.5 * noise(j)
    return x


def _whole(given: Given, value: Any) -> str:
    return visits(given, value) or judged(given, value)


def _at(wanted: Callable[[float], bool]) -> Callable[[Given], bool]:
    return lambda given: wanted(given.arguments.run.eta)


def _mistakes(broken: Callable[..., Any]) -> Iterator[Mistake]:
    yield Mistake("the fault is still there: the results are those of the broken sampler", broken)
    yield from wrong_walks()


def _patient(key: str, broken: Callable[..., Any]) -> Exercise:
    return Exercise(
        key,
        f"{key}(denoiser, x_T, alpha_bar, tau, eta, noise)",
        cases,
        ask_sampler,
        (
            Property("η = 0 is right (no points: an instrument)", judged, at=_at(lambda eta: eta == 0), points=0),
            Property("0 < η < 1 is right (an instrument)", judged, at=_at(lambda eta: 0 < eta < 1), points=0),
            Property("η = 1 is right (an instrument)", judged, at=_at(lambda eta: eta == 1), points=0),
            Property("All is right: every η, any steps, and each step visited once", _whole, points=2),
        ),
        partial(_mistakes, broken),
    )


PATIENTS = tuple(_patient(broken.__name__, broken) for broken in (first, second, third))
