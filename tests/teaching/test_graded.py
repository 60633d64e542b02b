"""The exercises' checks: the right answer gets all points, each known mistake its name, and nonsense a sentence."""

import os
import re
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab.referee.judging import CASES, judge
from ddim_lab.teaching.calling import Caller, TroubleError
from ddim_lab.teaching.graded import EXERCISES, SHEETS, check, repair, walks
from ddim_lab.teaching.graded.exercise import LIKELY

# Right answers, written from the paper and not from the core.


def alpha_bar(betas):
    left = [1.0]
    for beta in betas:
        left.append(left[-1] * (1 - beta))
    return left


def tau(T, S):
    return [-(-i * T // S) for i in range(1, S + 1)]  # rounded up, where the core rounds


def weights(a, b, eta):
    sigma = eta * ((1 - b) / (1 - a)) ** 0.5 * (1 - a / b) ** 0.5
    m = (1 - b - sigma**2) ** 0.5 / (1 - a) ** 0.5
    return b**0.5 - m * a**0.5, m, sigma


def eta_max(levels, visited):
    bounds = [np.inf]
    for t_prev, t in pairwise(visited):
        bounds.append(((1 - levels[t]) / (1 - levels[t] / levels[t_prev])) ** 0.5)
    return min(bounds)


def step(x_t, eps, a, b, eta, z):
    x0 = (x_t - (1 - a) ** 0.5 * eps) / a**0.5
    sigma = weights(a, b, eta)[2]
    return x0, b**0.5 * x0 + (1 - b - sigma**2) ** 0.5 * eps + sigma * z


def walk(denoiser, x_T, levels, visited, eta, noise):
    x, times = x_T, [0, *visited]
    for j in range(1, len(times)):
        t, t_prev = times[-j], times[-j - 1]
        x = step(x, denoiser(x, t), levels[t], levels[t_prev], eta, noise(j))[1]
    return x


def encode(denoiser, x_0, levels, visited):
    x, t_prev = x_0, 0
    for t in visited:
        e = denoiser(x, t)
        believed = (x - (1 - levels[t_prev]) ** 0.5 * e) / levels[t_prev] ** 0.5
        x, t_prev = levels[t] ** 0.5 * believed + (1 - levels[t]) ** 0.5 * e, t
    return x


RIGHT = {
    "alpha_bar": alpha_bar, "tau": tau, "weights": weights, "eta_max": eta_max, "step": step, "walk": walk,
    "encode": encode, "first": walk, "second": walk, "third": walk,
}  # fmt: skip
SAME = {  # one mistake under two names: the catalogue's, and the one that is said
    "x_prev: σ² was scaled with eta, not eta²": "sigma: η multiplies the variance here",
}
LONG = ("all steps of the chain are visited", "every step is visited")  # a thousand steps each
PROPER = [exercise for sheet in ("1_the_numbers", "2_the_sampler") for exercise in SHEETS[sheet]]
MISTAKES = [
    pytest.param(exercise.key, mistake, marks=[pytest.mark.slow] if any(map(mistake.words.__contains__, LONG)) else [])
    for exercise in PROPER
    for mistake in exercise.mistakes()
]


@pytest.mark.parametrize("key", EXERCISES)
@pytest.mark.parametrize("seed", [None, 5])
def test_a_right_answer_gets_all_points(key, seed):
    marks = check(key, RIGHT[key], seed)
    assert marks.right, str(marks)
    assert marks.points == EXERCISES[key].points
    assert marks.note == ""
    assert float(repr(marks)) == marks.points  # what nbgrader reads


@pytest.mark.parametrize(("key", "mistake"), MISTAKES, ids=lambda value: str(getattr(value, "words", value))[:50])
def test_each_mistake_is_named_and_costs(key, mistake):
    marks = check(key, mistake.wrong)
    assert LIKELY.format(words=SAME.get(mistake.words, mistake.words)) in marks.note
    assert 0 <= marks.points < EXERCISES[key].points
    assert any(verdict.state == "wrong" and "for " in verdict.hint for verdict in marks.verdicts)


TYPED = {  # as learners write them, and what is said of it
    "np.linspace(0, T, S).round().astype(int)": "S points from 0 to T",
    "np.linspace(0, T, S, dtype=int)": "S points from 0 to T",
    "[round(t) for t in np.linspace(0, T, S)]": "S points from 0 to T",
    "np.linspace(0, T, S)": "S points from 0 to T",
    "np.linspace(0, T, S, endpoint=False).astype(int)": "without the end",
    "[int(i * T / S) for i in range(S)]": "without the end",
    "np.linspace(0, T, S + 1).round().astype(int)": "the data, t = 0, are no step",
    "np.linspace(0, T, S + 1, dtype=int)": "the data, t = 0, are no step",
    "np.linspace(1, T, S).astype(int)": "both ends are visited",
    "np.linspace(0, T - 1, S, dtype=int)": "the steps count from 0",
}


@pytest.mark.parametrize("seed", [None, 5])
@pytest.mark.parametrize("line", TYPED)
def test_points_between_the_wrong_ends_are_named(line, seed):
    marks = check("tau", eval(f"lambda T, S: {line}", {"np": np}), seed)
    assert TYPED[line] in marks.note
    assert marks.note.count("Likely mistake") == 1
    if "S − 1 steps are left" in marks.note or "T is not" in marks.note:  # what the sentence says of the points
        points = eval(line, {"np": np, "T": 1000, "S": 10})
        assert sum(t > 0 for t in points) == 9
        assert (1000 in points) == ("T is not" not in marks.note)
    assert "linspace" not in marks.note, "it says what is wrong, not what to write"


def test_a_mistake_beside_another_is_named_too():
    def two(a, b, eta):
        k, m, sigma = weights(a, b, eta)
        return k, m, sigma**2

    def three(a, b, eta):
        _, m, sigma = weights(a, b, eta)
        return b**0.5, m, eta * (1 - a / b) ** 0.5 if sigma else 0.0

    assert check("weights", two).note == LIKELY.format(words="sigma: this is a variance")
    assert "k: what x_t brings of x_0 is forgotten" in check("weights", three).note


def test_another_mistake_has_no_name_but_its_property():
    marks = check("weights", lambda a, b, eta: (*weights(a, b, eta)[:2], weights(a, b, eta)[2] + 0.1))
    assert marks.note == ""
    assert marks.points == 1  # the mean is kept
    assert "sigma is 0.1000, where 0.0000 belongs" in marks.verdicts[0].hint


@pytest.mark.parametrize("patient", repair.PATIENTS, ids=lambda patient: patient.key)
def test_a_broken_sampler_is_right_somewhere_and_gets_nothing(patient):
    broken = getattr(repair, patient.key)
    marks = check(patient.key, broken)
    assert (marks.points, marks.note) == (0, LIKELY.format(words=next(iter(patient.mistakes())).words))
    passes = [case for case in CASES if judge(broken, case).passes]
    assert 0 < len(passes) < len(CASES)
    assert not any(v.hint for v in marks.verdicts) or all(
        "the referee says" in v.hint for v in marks.verdicts if v.hint
    )


def test_a_wrong_repair_is_told_from_the_fault_itself():
    words = dict(walks.WALKS)
    by_stride = next(wrong for name, wrong in words.items() if "T // S" in name)
    assert "t − T // S" in check("first", by_stride).note


def test_the_instruments_show_where_a_patient_is_right():
    states = {key: [v.state for v in check(key, getattr(repair, key)).verdicts] for key in ("first", "second", "third")}
    assert states == {
        "first": ["wrong", "wrong", "wrong", "wrong"],
        "second": ["wrong", "wrong", "right", "wrong"],
        "third": ["right", "wrong", "right", "wrong"],
    }


# Nonsense


class OddError(Exception):
    """Its words cannot be read."""

    def __str__(self):
        raise ValueError


def odd(*_):
    raise OddError


def leaves(*_):
    sys.exit(0)


def deep(*given):
    return deep(*given)


def changes(*given):
    for each in given:
        if isinstance(each, np.ndarray):
            each[...] = 0
    return given[0]


NONSENSE = [
    (None, "Nothing is written here yet"),
    (..., "Nothing is written here yet"),
    (3, "An int is given, where the function"),
    ("my_answer", "A str is given"),
    (lambda *_: None, "returns nothing"),
    (lambda *_: ..., "Nothing is written here yet"),
    (lambda *_: "nonsense", "text|str, where"),
    (lambda *_: np.full((2, 3, 5), 0.5), r"shape \(2, 3, 5\)|ndarray, where"),
    (lambda *_: {"a": 1}, "dict, where"),
    (lambda *_: object(), "object, where"),
    (lambda *_: 1 / 0, r"raises ZeroDivisionError: division by zero \(line \d+"),
    (lambda *_: (-1.0) ** 0.5, "complex|complex, where"),
    (lambda: 1, "raises TypeError"),
    (odd, "raises OddError: no words"),
    (leaves, "raises SystemExit"),
    (deep, "calls itself without end"),
]


@pytest.mark.parametrize("key", EXERCISES)
@pytest.mark.parametrize(("answer", "said"), NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_gets_a_sentence_and_no_points(key, answer, said):
    marks = check(key, answer)
    assert marks.points == 0
    told = " ".join([marks.note, *(verdict.hint for verdict in marks.verdicts)])
    assert re.search(said, told), told
    assert "Likely mistake" not in told


@pytest.mark.parametrize("key", [key for key in EXERCISES if key not in ("tau", "weights")])
def test_an_array_that_is_changed_is_told(key):
    assert "changes an array that it was given" in str(check(key, changes))


@pytest.mark.parametrize("key", EXERCISES)
def test_nan_and_gaps_inside_are_told(key):
    def nan(*given):
        right = RIGHT[key](*given)
        return (
            tuple(np.nan * np.asarray(each) for each in right)
            if isinstance(right, tuple)
            else np.nan * np.asarray(right)
        )

    marks = check(key, nan)
    assert marks.points == 0
    assert "not finite (NaN)" in str(marks)


def test_a_gap_in_one_of_several_values_is_a_gap():
    marks = check("step", lambda x_t, eps, a, b, eta, z: (step(x_t, eps, a, b, eta, z)[0], ...))
    assert {verdict.state for verdict in marks.verdicts} == {"gap"}


def test_an_answer_may_be_of_tensors_or_lists():
    assert check("alpha_bar", lambda betas: torch.tensor(alpha_bar(betas), dtype=torch.float64)).right
    assert check("weights", lambda a, b, eta: list(weights(a, b, eta))).right


@pytest.mark.slow
def test_an_endless_loop_ends(monkeypatch):
    def endless(*_):
        while True:
            try:
                pass
            except Exception:
                continue

    monkeypatch.setattr("ddim_lab.teaching.graded.exercise.Caller", lambda function: Caller(function, seconds=0.2))
    began = time.monotonic()
    marks = check("tau", endless)
    assert time.monotonic() - began < 5
    assert "no answer within 0.2 seconds" in marks.note
    time.sleep(0.3)  # nothing is raised afterwards


def test_a_quick_call_is_not_interrupted_later():
    call = Caller(lambda: 1, seconds=0.05)
    assert call() == 1
    time.sleep(0.1)
    with pytest.raises(TroubleError, match=r"within 0\.05 seconds"):
        call()


def test_an_interrupt_is_the_learners_own():
    def stopped(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("tau", stopped)


def test_warnings_and_stderr_are_kept_from_nbgrader(capsys):
    def loud(T, S):
        print("lost", file=sys.stderr)
        np.sqrt(np.array(-1.0))
        return tau(T, S)

    assert check("tau", loud).right
    assert capsys.readouterr().err == ""


# What it is held against


def test_encoding_is_that_of_the_core():
    schedule, steps, world = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 10), dl.exact.Gaussian(0.3, 0.5)
    core = dl.last(dl.encode(world.eps, torch.from_numpy(walks.FAR), schedule, steps)).x_t
    ours = walks.raised(lambda x, t: world.eps(x, schedule.alpha_bar[t]), walks.FAR, schedule.alpha_bar, steps)
    np.testing.assert_allclose(ours, core.numpy(), rtol=0, atol=1e-12)


def test_no_exercise_goes_by_another_name():
    with pytest.raises(ValueError, match=r"exercise must be .*alpha_bar.*'beta'"):
        check("beta", alpha_bar)


def test_a_right_answer_needs_neither_torch_nor_sympy():
    block = "import sys; sys.modules.update(dict.fromkeys(('torch', 'sympy'), None))\n"
    answer = "lambda T, S: [-(-i * T // S) for i in range(1, S + 1)]"
    ask = f"from ddim_lab.teaching.graded import check; print(repr(check('tau', {answer})))"
    done = subprocess.run(
        [sys.executable, "-c", block + ask], capture_output=True, text=True, env=os.environ, cwd=dl.__path__[0] + "/.."
    )
    assert done.stdout.strip() == "4", done.stderr


def test_the_table_is_markdown_whatever_is_said():
    def piped(*_):
        raise ValueError("a|b\nc " + "x" * 500)

    marks = check("tau", lambda T, S: piped() if S == 1 else tau(T, S))
    table = marks._repr_markdown_()
    assert r"a\|b c" in table
    assert "x" * 200 not in table
    assert table.startswith("**0 of 4 points**")
