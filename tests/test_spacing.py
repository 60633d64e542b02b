"""Steps visited: the integer rules, and the grids of diffusers where those are right."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler
from hypothesis import given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab import spacing

KINDS = spacing.KINDS
RULES = [getattr(spacing, kind) for kind in KINDS]


def half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def wanted(kind: str, T: int, S: int) -> list[int]:
    """The rules in exact fractions."""
    if kind == "trailing":
        return [half_up(Fraction(i * T, S)) for i in range(1, S + 1)]
    if kind == "leading":
        return [1 + i * (T // S) for i in range(S)]
    if kind == "linspace":
        return [T] if S == 1 else [1 + half_up(Fraction(i * (T - 1), S - 1)) for i in range(S)]
    steps: list[int] = []
    for i in range(1, S + 1):
        steps.append(max((steps[-1] if steps else 0) + 1, math.ceil(Fraction(T * i * i, S * S))))
    return steps


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("T", [1, 2, 3, 40, 97])
def test_every_S_gives_exactly_S_steps_by_the_rule(kind: str, T: int) -> None:
    for S in range(1, T + 1):
        tau = getattr(spacing, kind)(T, S)
        assert tau.dtype == np.int64
        assert tau.shape == (S,)
        assert tau.tolist() == wanted(kind, T, S)
        assert tau[0] >= 1
        assert tau[-1] <= T
        assert (np.diff(tau) > 0).all()
        np.testing.assert_array_equal(spacing.custom(tau, T), tau)


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_steps(kind: str) -> None:
    for S in (1, 2, 3, 7, 10, 37, 50, 61, 103, 121, 333, 501, 604, 999, 1000):
        assert getattr(spacing, kind)(1000, S).tolist() == wanted(kind, 1000, S)
    np.testing.assert_array_equal(getattr(spacing, kind)(1000, 1000), np.arange(1, 1001))


@given(T=st.integers(1, 1500), data=st.data())
@settings(max_examples=60)
def test_all_rules_end_where_they_say(T: int, data: st.DataObject) -> None:
    S = data.draw(st.integers(1, T))
    ends = {kind: getattr(spacing, kind)(T, S)[-1] for kind in KINDS}
    assert ends["trailing"] == ends["linspace"] == ends["quadratic"] == T
    assert ends["leading"] == 1 + (S - 1) * (T // S)


def test_grids_of_diffusers() -> None:
    whole = [S for S in range(1, 1001) if 1000 % S == 0]
    for S in range(1, 1001):
        leading = DDIMScheduler(timestep_spacing="leading")
        leading.set_timesteps(S)
        assert (leading.timesteps.numpy()[::-1] + 1).tolist() == spacing.leading(1000, S).tolist()
    for S in whole:
        trailing = DDIMScheduler(timestep_spacing="trailing")
        trailing.set_timesteps(S)
        assert (trailing.timesteps.numpy()[::-1] + 1).tolist() == spacing.trailing(1000, S).tolist()


def test_halves_go_up() -> None:
    assert spacing.trailing(5, 2).tolist() == [3, 5]  # 2.5 -> 3
    assert spacing.linspace(4, 3).tolist() == [1, 3, 4]  # 1 + 1.5 -> 1 + 2


def test_transitions_are_the_pairs_of_0_and_tau_backwards() -> None:
    assert spacing.transitions(spacing.custom([2, 5, 9], 10)) == [(9, 5), (5, 2), (2, 0)]
    assert spacing.transitions(spacing.custom([7], 10)) == [(7, 0)]


def test_named_and_package_name() -> None:
    for kind in KINDS:
        np.testing.assert_array_equal(spacing.named(kind, 20, 7), getattr(dl.spacing, kind)(20, 7))
    with pytest.raises(ValueError, match="'uniform'"):
        spacing.named("uniform", 20, 7)


@pytest.mark.parametrize(
    "steps", [[1, 4, 9], (1, 4, 9), np.array([1, 4, 9], np.int32), torch.tensor([1, 4, 9]), range(1, 10, 4)]
)
def test_custom_takes_any_sequence_of_integers(steps) -> None:
    tau = spacing.custom(steps, 9)
    assert tau.dtype == np.int64
    assert tau.tolist() == list(map(int, steps))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("T", "S", "error", "names"),
    [
        (10, 0, ValueError, "S must be at least 1, got 0"),
        (10, -1, ValueError, "-1"),
        (10, 11, ValueError, "11.*1..10"),
        (10, 2.0, TypeError, "S must.*2.0"),
        (10, "2", TypeError, "'2'"),
        (10, True, TypeError, "True"),
        (10, None, TypeError, "None"),
        (0, 1, ValueError, "T must be at least 1, got 0"),
        (9.0, 1, TypeError, "T must.*9.0"),
    ],
)
def test_bad_sizes(rule, T: object, S: object, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        rule(T, S)


@pytest.mark.parametrize(
    ("steps", "error", "names"),
    [
        ([], ValueError, "at least one"),
        (5, TypeError, "sequence of steps, got 5"),
        (None, TypeError, "got None"),
        ([[1, 2]], ValueError, r"\(1, 2\)"),
        ([0, 3], ValueError, r"1\.\.10, got 0"),
        ([3, 11], ValueError, r"1\.\.10, got 11"),
        ([-1, 3], ValueError, "got -1"),
        ([3, 3], ValueError, "3 is followed by 3"),
        ([1, 7, 4], ValueError, "7 is followed by 4"),
        (np.array([1, 7, 4], np.uint8), ValueError, "7 is followed by 4"),  # the difference of which wraps to 253
        ([1.0, 2.0], TypeError, r"got 1.0 \(float\)"),
        ([True, False], TypeError, "bool"),
        (["1"], TypeError, "got '1'"),
        ([1, math.nan], TypeError, r"got 1.0 \(float\)"),
    ],
)
def test_bad_custom(steps: object, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        spacing.custom(steps, 10)  # type: ignore[arg-type]
