"""Small slips in document C's code."""

from typing import Any

import numpy as np

from ddim_lab.errata.case import Case, Finding
from ddim_lab.errata.documents.c.steps import uniform_steps


def chosen_steps(kind: str, T: int = 1000) -> list[int]:
    """Steps by name, with a bare text as the guard: our own copy of the slip."""
    if kind == "uniform":
        steps = uniform_steps(T, 10)
    else:
        assert "no such kind"  # a text that is not empty counts as true
    return steps  # pyright: ignore[reportPossiblyUnboundVariable]


def _guard() -> Finding:
    try:
        chosen_steps("uniformm")
        failed = "nothing"
    except AssertionError:
        failed = "AssertionError"
    except UnboundLocalError:
        failed = "UnboundLocalError"
    said = f"A mistyped name passes the assert and fails later with {failed}, about another matter."
    return Finding({"error": failed}, said, failed == "UnboundLocalError")


def named_x0(x_t: Any, eps: Any, a: float, b: float) -> Any:
    """What the notes' code calls the predicted x_0."""
    return b**0.5 * (x_t - (1 - a) ** 0.5 * eps) / a**0.5


def _shrunk() -> Finding:
    a, b, x_0, eps = 0.5, 0.7, 1.0, -0.4
    shown = named_x0(a**0.5 * x_0 + (1 - a) ** 0.5 * eps, eps, a, b)
    said = f"For x_0 = 1 and the true noise, at alpha_bar_prev = 0.7, the variable holds {shown:.6f}, not 1."
    return Finding({"shown": shown, "x_0": x_0}, said, abs(shown - b**0.5 * x_0) < 1e-12)


def _compared() -> Finding:
    import torch

    try:
        bool(np.zeros(3) == None)  # noqa: E711
        array = "nothing"
    except ValueError as error:
        array = type(error).__name__
    tensor = bool(torch.zeros(3) == None)  # noqa: E711
    said = (
        f"With a NumPy array the test raises {array}; with a torch tensor it gives {tensor} and works by luck. "
        "“is None” asks what is meant."
    )
    return Finding({"array": array, "tensor": tensor}, said, array == "ValueError")


ASSERT_TEXT = Case(
    key="assert-text",
    document="C",
    kind="code",
    title="The guard against a wrong name never fires",
    claim="For an unknown spacing the code asserts a text.",
    misconception="an assert with a text raises an error",
    wrong='assert "no such spacing"',
    right='raise ValueError(f"no such spacing: {kind}")',
    why="assert tests its first part, and a text that is not empty is true.",
    run=_guard,
)
NAMED_X0 = Case(
    key="named-x0",
    document="C",
    kind="code",
    title="predicted_x0 is not the predicted x_0",
    claim="The variable with that name holds the first of the three terms.",
    misconception="the first term of a step is the predicted picture",
    wrong="predicted_x0 = sqrt(b) * (x_t - sqrt(1 - a) * eps) / sqrt(a)",
    right="x0 = (x_t - sqrt(1 - a) * eps) / sqrt(a)\nx0_term = sqrt(b) * x0",
    why="The sum is right, the name is not: shown as a picture, or clipped to [−1, 1], the term is too dark by √b.",
    run=_shrunk,
)
EQUALS_NONE = Case(
    key="equals-none",
    document="C",
    kind="code",
    title="sample == None",
    claim="Whether a start was given is tested with ==.",
    misconception="== None asks whether there is a value",
    wrong="if start == None: ...",
    right="if start is None: ...",
    why="== asks the value itself, and arrays answer for each element.",
    run=_compared,
)
