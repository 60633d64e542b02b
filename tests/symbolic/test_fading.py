"""Fading: the exercises hold, right answers are right in any form, and every typical slip is known by its name."""

import pytest
import sympy as sp

from ddim_lab.symbolic import answers, fading, slips
from ddim_lab.symbolic.grammar import parse
from ddim_lab.symbolic.symbols import a, b, k, m, sigma
from ddim_lab.transition import coefficients

ONE, TWO = fading.find("one"), fading.find("two")
RIGHT_M = (
    "sqrt((1-b-sigma^2)/(1-a))",
    "sqrt(1-b-sigma²)/√(1-a)",
    "((b+σ·σ-1)/(a-1))^(1/2)",
    "sqrt((1-b)/(1-a))*sqrt(1-eta^2*(1-a/b)/(1-a))",
)
RIGHT_K = ("sqrt(b) - m*sqrt(a)", "√b − √a·√((1−b−σ²)/(1−a))", "(b - m^2*a)/(sqrt(b) + m*sqrt(a))")


def left(exercise, **texts):
    return answers.remainders(exercise, {{"k": k, "m": m}[name]: parse(text) for name, text in texts.items()})


def slip(exercise, unknown, **texts):
    found = slips.find(exercise, unknown, {{"k": k, "m": m}[name]: parse(text) for name, text in texts.items()})
    return found and found.key


@pytest.mark.parametrize("exercise", fading.EXERCISES, ids=lambda exercise: exercise.key)
def test_each_exercise_holds_and_leaves_out_its_last_steps(exercise):
    assert exercise.derivation.holds
    assert len(exercise.derivation.steps) - len(exercise.shown) == len(exercise.missing)
    for missing in exercise.missing:  # no step that is shown gives an answer away
        assert all(equation.lhs != missing for step in exercise.shown for equation in step.equations)


def test_they_fade():
    assert [len(exercise.missing) for exercise in fading.EXERCISES] == [0, 1, 2]


@pytest.mark.parametrize("exercise", fading.EXERCISES, ids=lambda exercise: exercise.key)
def test_their_solutions_are_the_cores(exercise):
    levels, eta = (0.3, 0.6), 0.5
    noise = float(exercise.sigma.subs({a: levels[0], b: levels[1], sigma: coefficients(*levels, eta).sigma}))
    of_one = coefficients(*levels, 1.0).sigma
    core = coefficients(*levels, noise / of_one)
    at = {a: levels[0], b: levels[1], sigma: noise, m: core.m}
    assert float(exercise.solution[m].subs(at)) == pytest.approx(core.m, rel=1e-12)
    assert float(exercise.solution[k].subs(at)) == pytest.approx(core.k, rel=1e-12)


@pytest.mark.parametrize("text", RIGHT_M)
def test_a_right_m_is_proved_in_any_form(text):
    mean, variance = left(TWO, m=text)
    assert (variance.holds, variance.proved) == (True, True)
    assert mean.needs == ("k",)
    assert slip(TWO, m, m=text) is None


@pytest.mark.parametrize("text", RIGHT_K)
def test_a_right_k_is_proved_in_any_form(text):
    mean, variance = left(TWO, k=text, m=RIGHT_M[0])
    assert mean.holds
    assert mean.proved
    assert variance.holds
    assert slip(TWO, k, k=text, m=RIGHT_M[0]) is None


def test_k_may_come_first():
    mean, variance = left(TWO, k=RIGHT_K[0])
    assert mean.holds
    assert variance.needs == ("m",)
    assert left(TWO, k=RIGHT_K[1])[0].needs == ("m",)  # this one fits one m only


def test_a_sigma_that_is_given_has_to_be_put_in():
    for text in ("sqrt(1-b)", "sqrt((1-b-a*(1-b))/(1-a))"):
        assert all(one.holds and one.proved for one in left(ONE, m=text)), text
    for text, name in (("sqrt((1-b-sigma^2)/(1-a))", "sigma"), ("sqrt(1-b)*eta/eta + eta", "eta")):
        with pytest.raises(ValueError, match=f"written with {name}: here σ² = a·\\(1 − b\\)"):
            left(ONE, m=text)


@pytest.mark.parametrize("wrong", slips.M_SLIPS, ids=lambda wrong: wrong.key)
def test_each_slip_in_m_is_known_and_only_the_other_root_meets_the_condition(wrong):
    typed = wrong.form(sigma)
    assert slips.find(TWO, m, {m: typed}) == wrong
    assert answers.remainders(TWO, {m: typed})[1].holds is (wrong.key == "negative-root")


@pytest.mark.parametrize("wrong", slips.K_SLIPS, ids=lambda wrong: wrong.key)
def test_each_slip_in_k_is_known_written_with_m_or_without(wrong):
    root = TWO.solution[m]
    for inside, given in ((m, {}), (root, {}), (m, {m: root}), (root, {m: root})):
        typed = wrong.form(inside)
        assert slips.find(TWO, k, {k: typed} | given) == wrong
        if inside == m or given:
            assert not answers.remainders(TWO, {k: typed} | given)[0].holds


def test_replies_differ_and_speak():
    for known in (slips.M_SLIPS, slips.K_SLIPS):
        assert len({one.reply for one in known}) == len({one.key for one in known}) == len(known)
        assert all(30 < len(one.reply) < 220 for one in known)


def test_what_remains_is_told_as_a_formula():
    mean, variance = left(TWO, k="sqrt(b) - m", m="sqrt((1-b-sigma)/(1-a))")
    assert sp.expand(variance.formula - (sigma**2 - sigma)) == 0
    wrong_m = sp.sqrt((1 - b - sigma) / (1 - a))
    assert answers.vanishes(mean.formula - wrong_m * (sp.sqrt(a) - 1))


def test_an_m_that_is_off_by_the_least_is_noticed():
    assert not left(TWO, m="sqrt((1-b-sigma^2)/(1-a))*1.00000001")[1].holds


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"m": "m"}, "your m is written with m itself"),
        ({"k": "k + m"}, "your k is written with k itself"),
        ({"m": "(sqrt(b) - k)/sqrt(a)"}, "your m is written with k"),
        ({"m": "sqrt(b-1)"}, "your m is no real number anywhere"),  # its square would pass for one
        ({"m": "1/((a+b)^2 - a^2 - 2*a*b - b^2)"}, "divides by zero"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(texts, words):
    with pytest.raises(ValueError, match=words):
        left(TWO, **texts)


def test_an_unknown_exercise_is_named():
    with pytest.raises(ValueError, match="no exercise 'x'; known are complete, one, two"):
        fading.find("x")
