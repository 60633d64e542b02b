"""The derivation page's views against the core: needles, magnets, the curve of solutions, numbers, answers."""

import json
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab.lab import markup
from ddim_lab.lab.apart import Apart
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.derivation import fading as fading_view
from ddim_lab.lab.pages.derivation import page as derivation_page
from ddim_lab.lab.pages.derivation import proof, view
from ddim_lab.symbolic import catalogue, fading, mathml
from ddim_lab.teaching.pages.derivation import GUIDE, questions
from tests.lab import wire

RUNS = (
    {},
    {"eta": 0.5, "S": 50, "schedule": "cosine"},
    {"S": 1},
    {"T": 250, "S": 20, "spacing": "quadratic", "eta": 1.0},
)
KNOBS = {"k": 0.4, "m": 0.6, "sigma": 0.3, "moved": "none", "hand": "drag"}


def one(name, values):
    """The only part of a view's answer: its head as JSON gives it back, and its bytes."""
    head, bytes = next(VIEWS[name](values))
    return json.loads(json.dumps(head, allow_nan=False)), bytes


def levels(settings, j):
    """alpha_bar_t and alpha_bar_prev of transition j, from the public core."""
    schedule = getattr(dl.NoiseSchedule, settings.get("schedule", "linear"))(settings.get("T", 1000))
    tau = getattr(dl.spacing, settings.get("spacing", "trailing"))(schedule.T, settings.get("S", 10))
    steps = [0, *tau.tolist()]
    return float(schedule.alpha_bar[steps[-j]]), float(schedule.alpha_bar[steps[-j - 1]])


# The knobs


@pytest.mark.parametrize("settings", RUNS)
@pytest.mark.parametrize("at", [0.0, 0.6, 1.0])
def test_the_cores_own_k_m_sigma_stand_at_zero_and_pull(settings, at):
    j = 1 + round(at * (settings.get("S", 10) - 1))
    a, b = levels(settings, j)
    for eta in (0.0, 0.7, 1.0):
        core = dl.coefficients(a, b, eta)
        place = {"k": core.k, "m": core.m, "sigma": core.sigma}
        head, _ = one("knobs", {"settings": settings, "j": j, **KNOBS, **place})
        assert (head["a"], head["b"]) == (a, b)
        assert abs(head["mean_gap"]) < 1e-14
        assert abs(head["variance_gap"]) < 1e-14
        assert head["mean_met"]
        assert head["variance_met"]
        assert head["now"] == pytest.approx(head["wanted"], abs=1e-9)
        for name in place:  # a little beside it, the knob is pulled back onto it
            beside = place | {name: min(max(place[name] + 0.01, view.RANGES[name][0]), 1.2)}
            pulled, _ = one("knobs", {"settings": settings, "j": j, **KNOBS, **beside, "moved": name})
            if b < 1 and (name != "sigma" or core.sigma > 0.02) and (name != "m" or core.m > 0.02):
                assert pulled["snapped"] == name
                assert pulled[name] == pytest.approx(place[name], abs=1e-9)


@given(st.floats(-0.5, 2), st.floats(-1.2, 1.2), st.floats(0, 1.2))
def test_the_needles_are_the_two_conditions(k, m, sigma):
    a, b = levels({}, 6)
    head, _ = one("knobs", {"settings": {}, "j": 6, **KNOBS, "k": k, "m": m, "sigma": sigma})
    assert head["mean_gap"] == pytest.approx(k + m * math.sqrt(a) - math.sqrt(b), abs=1e-14)
    assert head["variance_gap"] == pytest.approx(m * m * (1 - a) + sigma * sigma - (1 - b), abs=1e-14)
    assert head["mean_met"] is (abs(head["mean_gap"]) <= head["tolerance"])
    assert head["variance_met"] is (abs(head["variance_gap"]) <= head["tolerance"])


def test_the_bell_curve_is_that_of_many_draws():
    place = {"k": 0.5, "m": -0.4, "sigma": 0.35}
    head, bytes = one("knobs", {"settings": {}, "j": 6, **KNOBS, **place})
    x, wanted, now = np.frombuffer(bytes, "<f4").reshape(3, head["points"])
    a, b = levels({}, 6)
    rng = np.random.default_rng(0)
    x_t = math.sqrt(a) * 1.0 + math.sqrt(1 - a) * rng.normal(size=400_000)
    x_prev = place["k"] * 1.0 + place["m"] * x_t + place["sigma"] * rng.normal(size=x_t.size)
    drawn, _ = np.histogram(x_prev, np.append(x - np.diff(x)[0] / 2, x[-1] + np.diff(x)[0] / 2), density=True)
    assert np.abs(now - drawn).max() < 0.03
    assert head["now"]["mean"] == pytest.approx(x_prev.mean(), abs=0.005)
    assert head["now"]["std"] == pytest.approx(x_prev.std(), abs=0.005)
    peak = 1 / math.sqrt(2 * math.pi * (1 - b))
    assert wanted.max() == pytest.approx(peak, rel=1e-3)


def test_help_closes_the_mean_and_a_key_is_not_held_fast():
    head, _ = one("knobs", {"settings": {}, "j": 6, **KNOBS, "moved": "close_mean"})
    assert abs(head["mean_gap"]) < 1e-14
    place = {name: head[name] for name in ("k", "m", "sigma")}
    away, _ = one("knobs", {"settings": {}, "j": 6, **place, "k": place["k"] + 0.01, "moved": "k", "hand": "key"})
    assert away["snapped"] is None


def test_two_m_for_each_sigma_one_at_the_bound_none_beyond():
    _, b = levels({}, 6)
    for sigma, roots in ((0.3, 2), (math.sqrt(1 - b), 1), (1.0, 0)):
        assert one("knobs", {"settings": {}, "j": 6, **KNOBS, "sigma": sigma})[0]["roots"] == roots


@pytest.mark.parametrize("settings", RUNS)
def test_every_point_of_the_curve_closes_both_needles(settings):
    head, bytes = one("solutions", {"settings": settings, "j": 1})
    curve = np.frombuffer(bytes, "<f4").reshape(-1, 2)
    a, b = levels(settings, 1)
    assert np.abs(curve[:, 0] ** 2 * (1 - a) + curve[:, 1] ** 2 - (1 - b)).max() < 1e-6
    assert len(curve) == head["points"]
    for name, eta in (("DDIM", 0.0), ("DDPM", 1.0)):
        core = dl.coefficients(a, b, eta)
        assert head["named"][name] == pytest.approx({"k": core.k, "m": core.m, "sigma": core.sigma}, abs=1e-12)


def test_a_knob_is_answered_within_milliseconds():
    ask = {"settings": {"eta": 0.5, "S": 50}, "j": 20, **KNOBS, "moved": "m"}
    one("knobs", ask)
    times = []
    for i in range(50):
        started = time.perf_counter()
        one("knobs", ask | {"m": i / 50})
        times.append(time.perf_counter() - started)
    assert sorted(times)[25] < 0.02  # about 1 ms on a quiet machine


def test_the_setting_lists_the_transitions():
    head, _ = one("setting", {"settings": {"S": 5, "eta": 9.0}})
    assert (head["t"], head["t_prev"]) == ([1000, 800, 600, 400, 200], [800, 600, 400, 200, 0])
    assert head["settings"]["eta"] == head["eta_end"]


NONSENSE = [
    ("knobs", {"settings": {}, "j": 6, **KNOBS, "k": 1e9}, "k must lie within"),
    ("knobs", {"settings": {}, "j": 6, **KNOBS, "m": "0"}, "m must be a real number"),
    ("knobs", {"settings": {}, "j": 6, **KNOBS, "sigma": float("nan")}, "sigma must be finite"),
    ("knobs", {"settings": {}, "j": 11, **KNOBS}, "j must be within 1..10"),
    ("knobs", {"settings": {}, "j": 6, **KNOBS, "moved": "x"}, "moved must be one of"),
    ("knobs", {"settings": {"S": 0}, "j": 1, **KNOBS}, "S must be within"),
    ("knobs", {"j": 1}, "the view needs settings"),
    ("solutions", {"settings": {}, "j": 6, "x": 1}, "the view needs settings, j; got"),
    ("setting", {"settings": []}, "settings must be an object"),
    ("steps", {"derivation": "os", "notation": "short"}, "derivation must be one of"),
    ("steps", {"derivation": "bayes", "notation": "latin"}, "notation must be one of"),
    ("numbers", {"derivation": "bayes", "settings": {}}, "the view needs"),
    ("exercise", {"exercise": "four", "notation": "short", "all": False}, "exercise must be one of"),
    ("exercise", {"exercise": "one", "notation": "short", "all": 1}, "all must be True or False"),
    ("typed", {"unknown": "sigma", "text": "a", "notation": "short"}, "unknown must be one of"),
    ("typed", {"unknown": "k", "text": 3, "notation": "short"}, "must be text"),
    ("finish", {"exercise": "one", "k": "", "notation": "short", "settings": {}, "j": 1}, "must be text"),
]


@pytest.mark.parametrize(("name", "values", "words"), NONSENSE)
def test_nonsense_is_refused_in_words(name, values, words):
    with pytest.raises((TypeError, ValueError), match=words):
        list(VIEWS[name](values))


# Step by step


def test_the_steps_come_first_and_then_their_checks():
    parts = [json.loads(json.dumps(head)) for head, _ in proof.steps({"derivation": "bound", "notation": "short"})]
    steps = catalogue.derivation("bound").steps
    assert [part["kind"] for part in parts] == ["outline", *["check"] * len(steps)]
    assert [step["name"] for step in parts[0]["steps"]] == [step.name for step in steps]
    assert all(part["holds"] for part in parts[1:])
    assert [len(part["left"]) for part in parts[1:]] == [0, 1, 1]
    assert "<mn>0</mn>" in parts[1:][1]["left"][0]


def test_a_derivation_that_fails_is_shown_to_fail():
    parts = [head for head, _ in proof.steps({"derivation": "paper-weight", "notation": "short"})]
    assert not all(part["holds"] for part in parts[1:])


@pytest.mark.parametrize("notation", mathml.ALL)
def test_what_changed_is_marked_and_symbols_tell_their_names(notation):
    shown = proof.outline("k-and-m", notation)["steps"]
    assert all('class="changed"' in str(step["now"]) for step in shown[1:])
    assert all('class="gone"' in str(step["before"]) for step in shown[1:])
    assert "changed" not in str(shown[0])
    assert 'data-symbol="sigma"' in str(shown)
    assert "class{" not in str(shown)
    assert {"short": "<mi>a</mi>", "ours": "¯", "paper": "α", "diffusers": "alpha_prod_t"}[notation] in _plain(shown)


def _plain(shown):
    import html

    return html.unescape(str(shown)).replace("&#x000AF;", "¯")


def test_numbers_are_the_cores():
    a, b = levels({"eta": 0.5}, 4)
    core = dl.coefficients(a, b, 0.5)
    told, _ = one("numbers", {"derivation": "k-and-m", "settings": {"eta": 0.5}, "j": 4})
    assert told["values"] == pytest.approx({"a": a, "b": b, "sigma": core.sigma, "eta": 0.5, "k": core.k, "m": core.m})
    k_row, m_row = told["rows"][-1]
    assert (k_row["left"], m_row["left"]) == pytest.approx((core.k, core.m))


# Fading


def finish(exercise, k="", m="", notation="short", j=6, **settings):
    values = {"exercise": exercise, "k": k, "m": m, "notation": notation, "settings": settings, "j": j}
    return one("finish", values)[0]


def test_a_right_answer_is_solved_and_a_half_one_says_what_waits():
    assert finish("one", m="√(1 − b)")["solved"]
    half = finish("two", m="sqrt((1-b-sigma^2)/(1-a))")
    assert not half["solved"]
    assert [row["needs"] for row in half["conditions"]] == [["k"], []]
    assert "Now k" in half["reply"][-1]
    assert finish("two", k="√b − m·√a", m="sqrt((1-b-sigma^2)/(1-a))")["solved"]


def test_the_other_root_meets_both_and_is_no_solution():
    told = finish("two", k="sqrt(b) - m*sqrt(a)", m="-sqrt((1-b-sigma^2)/(1-a))", eta=0.5)
    assert [row["holds"] for row in told["conditions"]] == [True, True]
    assert not told["solved"]
    assert "upside down" in told["reply"][0]


def test_what_remains_has_the_number_of_the_present_transition():
    a, b = levels({"eta": 0.5}, 6)
    sigma = dl.coefficients(a, b, 0.5).sigma
    told = finish("two", m="sqrt(1-b)", eta=0.5)
    wanted = (1 - b) * (1 - a) + sigma**2 - (1 - b)
    assert told["conditions"][1]["number"] == pytest.approx(wanted)
    assert f"too {'much' if wanted > 0 else 'little'} noise" in " ".join(told["reply"])


def test_a_slip_that_eta_0_hides_is_said_to_be_hidden():
    told = finish("two", m="sqrt((1-b)/(1-a))", eta=0.0)
    assert not told["conditions"][1]["holds"]
    assert abs(told["conditions"][1]["number"]) < 1e-12
    assert any("Move eta" in words for words in told["reply"])


def test_what_the_last_transition_hides_is_said_to_be_hidden_there():
    told = finish("one", m="sqrt((1-b)*(1-a))", eta=0.5, S=10, j=10)
    assert not told["conditions"][1]["holds"]
    assert told["conditions"][1]["number"] == 0
    assert "b = 1" in told["reply"][-1]
    assert not any("Move eta" in words for words in told["reply"])


def test_a_root_that_is_negative_here_is_no_noise():
    high, low = (finish("two", m="sqrt(b-0.1)", j=j) for j in (6, 1))  # b is above .1, then below
    assert high["conditions"][1]["number"] is not None
    assert low["conditions"][1]["number"] is None
    assert "no real number" in low["reply"][-1]


def test_the_notation_decides_what_alpha_is():
    formula = "sqrt((1 - alpha_prev - sigma^2)/(1 - alpha_t))"
    assert finish("two", m=formula, notation="paper")["conditions"][1]["holds"]
    assert "unknown name 'alpha_prev'" in finish("two", m=formula)["refused"]
    assert any("alpha_bar" in words for words in finish("two", m="sqrt((1-b-sigma^2)/(1-α_t))")["reply"])


def test_hostile_text_is_refused_in_words_over_the_socket_too():
    with wire.page() as page:
        for text in ("__import__('os').system('true')", "10**10**10", "(" * 200, "a" * 2000, "a\x00b", "９^９"):
            got = page.until(page.send(view="typed", values={"unknown": "m", "text": text, "notation": "short"}), "end")
            assert got[0]["refused"]
            values = {"exercise": "two", "k": "", "m": text, "notation": "short", "settings": {}, "j": 1}
            assert page.until(page.send(view="finish", values=values), "end")[0]["refused"].startswith("m: ")


@pytest.mark.slow
def test_a_formula_that_takes_too_long_is_ended_and_the_page_says_so(monkeypatch):
    values = {"exercise": "two", "k": "", "m": "sqrt(1 - b)", "notation": "short", "settings": {}, "j": 1}
    with wire.page() as page, monkeypatch.context() as patched:
        patched.setattr(fading_view, "_judging", Apart("ddim_lab.teaching.judging", 0.02))
        told = page.until(page.send(view="finish", values=values), "end")[0]
        assert told["refused"] == "this took longer than 0.02 seconds, and was ended: make it shorter"
        patched.undo()
        assert "refused" not in page.until(page.send(view="finish", values=values), "end")[0]


def test_the_page_gets_no_answer_before_it_is_asked_for():
    sent = json.dumps(derivation_page.PAGE.content())
    for exercise in fading.EXERCISES[1:]:
        shown, whole = (
            one("exercise", {"exercise": exercise.key, "notation": "short", "all": all})[0]["steps"]
            for all in (False, True)
        )
        assert len(whole) - len(shown) == len(exercise.missing)
        for name in exercise.missing:
            stands = mathml.of(name)
            assert all(left != stands for step in shown for left, _ in step["now"])
            assert any(left == stands for left, _ in whole[-1]["now"])
            assert json.dumps(mathml.of(exercise.solution[name]))[1:-1] not in sent
    assert fading_view.listed()[2]["missing"] == ["k", "m"]


# Words


def test_answers_move_with_the_conditions(monkeypatch):
    from ddim_lab.symbolic.conditions import Conditions

    monkeypatch.setattr(Conditions, "m_of", lambda self, sigma: (0.5,))
    assert questions.how_many() == 0
    assert questions.with_sigma_held() == 2


def test_the_guide_points_at_what_the_page_has():
    html = markup.html("derivation", "derivation")
    script = "".join(path.read_text("utf-8") for path in markup.PAGES.glob("derivation/*.js"))
    for step in GUIDE:
        assert f'data-control="{step.highlight}"' in html
        if not step.question:
            assert f'event("{step.done_by}")' in script
