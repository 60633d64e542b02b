"""The shared settings: whatever enters is a run the core accepts, or an error in words."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab.lab.settings import CLIPS, DIGITS, Settings, fitted_plain

LINKS = st.dictionaries(
    st.sampled_from([*Settings().to_dict(), "other"]),
    st.text(max_size=8)
    | st.integers(-5, 2000).map(str)
    | st.floats().map(str)
    | st.sampled_from(["true", "any", "cosine"]),
    max_size=6,
)
SPACINGS = ("trailing", "leading", "linspace", "quadratic")
SCHEDULES = ("linear", "scaled_linear", "sigmoid", "cosine", "flow", "zero_snr")
SOLVERS = ("ddim", "dpmpp_2m", "dpmpp_2s")


@st.composite
def runs(draw) -> dict:
    """The names and values of any run the lab admits; eta anywhere up to the slider's end."""
    T = draw(st.integers(1, 1000))
    images = draw(st.integers(1, 64))
    solver = draw(st.sampled_from(SOLVERS))
    calls = 16_000 // images  # of the network, for each image
    S = draw(st.integers(1, min(T, (calls + 1) // 2 if solver == "dpmpp_2s" else calls)))
    values = {
        "S": S, "T": T, "images": images,
        "spacing": draw(st.sampled_from(SPACINGS)), "schedule": draw(st.sampled_from(SCHEDULES)),
        "seed": draw(st.integers(0, 2**31 - 1)), "digit": draw(st.sampled_from(DIGITS)),
        "guidance": draw(st.floats(0, 8)), "clip": draw(st.sampled_from(CLIPS)), "solver": solver,
    }  # fmt: skip
    if solver != "ddim" and values["clip"] == "keep_eps":
        values["clip"] = "rederive_eps"
    if solver != "dpmpp_2s" and draw(st.booleans()):
        return values | {"eta": 1.0, "sigma_hat": True}
    return values | {"eta": draw(st.floats(0, 1)) * slider_end(values), "sigma_hat": False}


def slider_end(values: dict) -> float:
    """The smallest eta_max of the run's transitions, at most 1.5, from the formula of the contract; 0 under 2S."""
    if values["solver"] == "dpmpp_2s":
        return 0.0
    levels = getattr(dl.NoiseSchedule, values["schedule"])(values["T"]).alpha_bar
    tau = getattr(dl.spacing, values["spacing"])(values["T"], values["S"])
    a, b = levels[tau[1:]], levels[tau[:-1]]  # the transition to t = 0 bounds nothing
    bound = np.sqrt((1 - a) / ((b - a) / b))  # 1 - a / b, whose rounding is large where a is near b
    return float(min([1.5, *bound])) * (1 - 1e-12)  # rounding: the core forms the bound another way


@pytest.mark.parametrize(
    ("name", "value", "error", "says"),
    [
        ("eta", -0.1, ValueError, r"0\.\.1\.\d+.*-0\.1"),
        ("eta", 1.6, ValueError, r"0\.\.1\.\d+ for S = 10, trailing steps.*1\.6"),
        ("eta", math.nan, ValueError, "finite.*nan"),
        ("eta", "0.5", TypeError, "'0.5'"),
        ("eta", True, TypeError, "True"),
        ("eta", None, TypeError, "None"),
        ("S", 0, ValueError, r"1\.\.1000.*0"),
        ("S", 1001, ValueError, r"1\.\.1000.*1001"),
        ("S", 10.0, TypeError, r"10\.0"),
        ("S", True, TypeError, "True"),
        ("T", 0, ValueError, r"1\.\.1000.*0"),
        ("T", 1001, ValueError, "1001"),
        ("T", "1000", TypeError, "'1000'"),
        ("seed", -1, ValueError, "-1"),
        ("seed", 2**31, ValueError, "2147483648"),
        ("seed", 1.5, TypeError, r"1\.5"),
        ("images", 0, ValueError, r"1\.\.64.*0"),
        ("images", 65, ValueError, r"1\.\.64.*65"),
        ("images", [8], TypeError, r"\[8\]"),
        ("digit", "10", ValueError, "each, any, 0.*'10'"),
        ("digit", 3, TypeError, "3"),
        ("guidance", -0.5, ValueError, r"0\.\.8.*-0\.5"),
        ("guidance", 8.5, ValueError, r"8\.5"),
        ("guidance", math.inf, ValueError, "inf"),
        ("clip", "some", ValueError, "keep_eps.*'some'"),
        ("clip", None, TypeError, "None"),
        ("sigma_hat", 1, TypeError, "True or False, got 1"),
        ("sigma_hat", True, ValueError, "eta = 1 alone, got eta = 0.0"),
        ("schedule", "exponential", ValueError, "cosine.*'exponential'"),
        ("schedule", "__class__", ValueError, "'__class__'"),
        ("spacing", "custom", ValueError, "quadratic.*'custom'"),
        ("spacing", 7, TypeError, "7"),
        ("solver", "heun", ValueError, "ddim, dpmpp_2m, dpmpp_2s, got 'heun'"),
        ("solver", None, TypeError, "None"),
    ],
)
def test_a_bad_value_is_refused_by_name(name, value, error, says):
    label = {"schedule": "noise schedule"}.get(name, name)
    with pytest.raises(error, match=f"{label}.*{says}"):
        Settings(**{name: value})
    with pytest.raises(error, match=label):
        Settings.parse({name: value})


def test_work_is_bounded_before_it_starts():
    assert Settings(S=250, images=64).S == 250  # 16,000 passes of one image: the most there is
    with pytest.raises(ValueError, match=r"images x network calls must be at most 16000, got 64 x 251: take fewer"):
        Settings(S=251, images=64)
    assert Settings(S=125, images=64, solver="dpmpp_2s").run.calls == 249
    with pytest.raises(ValueError, match=r"got 64 x 251: take fewer"):
        Settings(S=126, images=64, solver="dpmpp_2s")


@pytest.mark.parametrize("values", [None, [], "eta", 3, [["eta", 0]]])
def test_settings_are_an_object(values):
    for enter in (Settings.parse, Settings.fit):
        with pytest.raises(TypeError, match="settings must be an object"):
            enter(values)


@pytest.mark.parametrize("enter", [Settings.parse, Settings.fit])
def test_an_unknown_name_is_told_with_the_known_ones(enter):
    with pytest.raises(ValueError, match="unknown setting 'etta'; known are eta, S, spacing"):
        enter({"etta": 0.5})


@pytest.mark.parametrize("name", ["eta", "guidance"])
def test_a_number_beyond_floats_is_a_value_error(name):
    for enter in (Settings.parse, Settings.fit):
        with pytest.raises(ValueError, match=name):
            enter({name: 10**400})


@given(runs())
def test_a_run_survives_json_and_a_link(values):
    settings = Settings(**values)
    assert Settings.parse(json.loads(json.dumps(settings.to_dict()))) == settings
    assert Settings.fit(settings.to_dict()) == settings
    query = settings.to_query()
    assert all(isinstance(text, str) for text in query.values())
    assert Settings.from_query(query) == (settings, [])


def test_defaults_cost_no_query_and_a_link_holds_what_differs():
    assert Settings().to_query() == {}
    assert Settings(eta=0.25, S=20).to_query() == {"eta": "0.25", "S": "20"}


@given(runs())
def test_eta_ends_at_the_runs_bound_or_one_and_a_half(values):
    settings = Settings(**values)
    assert settings.eta_end == pytest.approx(slider_end(values), rel=1e-9)
    assert settings.eta_end == 0 if values["solver"] == "dpmpp_2s" else 1 <= settings.eta_end <= 1.5
    Settings(**values | {"eta": settings.eta_end, "sigma_hat": False})  # the end itself is a setting
    with pytest.raises(ValueError, match="eta"):
        Settings(**values | {"eta": settings.eta_end + 1e-6, "sigma_hat": False})


@given(runs())
def test_the_core_accepts_every_setting(values):
    """The arguments alone decide: `dl.sample` checks them when it is called."""
    import torch

    settings = Settings(**values)
    dl.sample(lambda x, a: x, torch.zeros(1, 1, 2, 2), settings.run.schedule, settings.run.tau, **settings.sampling)


@given(runs(), st.floats(1.5, 1e6), st.integers(1, 5000))
def test_fit_lowers_eta_to_the_bound_and_S_to_T(values, eta, S):
    wanted = values | {"eta": eta, "S": S, "sigma_hat": False, "images": 1}
    fitted = Settings.fit(wanted)
    assert min(S, values["T"]) == fitted.S
    assert fitted.eta == fitted.eta_end == pytest.approx(slider_end(wanted | {"S": fitted.S}), rel=1e-9)


def test_fit_changes_nothing_else():
    assert Settings.fit({"eta": 0.7, "S": 20}) == Settings(eta=0.7, S=20)
    assert Settings.fit({"sigma_hat": True, "eta": 0.2}) == Settings(eta=1.0, sigma_hat=True)
    for values, error in [({"eta": -1}, ValueError), ({"eta": "x"}, TypeError), ({"S": 0}, ValueError)]:
        with pytest.raises(error):
            Settings.fit(values)
    with pytest.raises(ValueError, match="images x network calls"):
        Settings.fit({"S": 1000, "images": 64})


@given(LINKS)
@example({"eta": "9" * 400})
@example({"S": "9" * 5000})
@example({"eta": "nan"})
@example({"eta": "inf", "guidance": "-inf"})
@example({"T": "5"})
@example({"T": "5", "S": "10"})
@example({"T": "5", "S": "-3"})
def test_any_link_gives_a_run_and_words(query):
    settings, problems = Settings.from_query(query)
    Settings(**settings.to_dict())  # a valid run, whatever came
    assert all(isinstance(text, str) and text for text in problems)
    if not problems:  # then everything was taken, as it was written
        for name, default in Settings().to_dict().items():
            if name in query:
                read = {"true": True, "false": False}[query[name].lower()] if default is False else None
                assert settings.to_dict()[name] == (type(default)(query[name]) if read is None else read)


def test_what_is_right_in_a_link_is_taken_and_the_rest_is_said():
    settings, problems = Settings.from_query({"eta": "0.5", "S": "ten", "digit": "7", "clip": "maybe", "x": "1"})
    assert settings == Settings(eta=0.5, digit="7")
    assert problems[0] == "S must be a whole number, got 'ten'"
    assert any("clip must be one of" in text and "'maybe'" in text for text in problems)
    assert len(problems) == 2


def test_values_that_only_fit_together():
    assert Settings.from_query({"T": "5", "S": "5", "eta": "1"}) == (Settings(T=5, S=5, eta=1.0), [])
    assert Settings.from_query({"sigma_hat": "TRUE", "eta": "1"}) == (Settings(sigma_hat=True, eta=1.0), [])
    settings, problems = Settings.from_query({"S": "1000", "images": "64"})
    assert settings == Settings(S=1000)
    assert "images x network calls" in problems[0]
    assert Settings.from_query({"sigma_hat": "yes"})[1] == ["sigma_hat must be true or false, got 'yes'"]


@pytest.mark.parametrize("T", [1, 5, 9])
def test_a_link_that_names_T_alone_lowers_S_to_it(T):
    assert Settings.from_query({"T": str(T)}) == (Settings(T=T, S=T), [])
    assert Settings.fit({"T": T}) == Settings(T=T, S=T)
    assert Settings.from_query({"T": "50"}) == (Settings(T=50), [])


def test_where_S_and_T_do_not_fit_together_both_are_named():
    assert Settings.from_query({"T": "5", "S": "10"}) == (
        Settings(T=5, S=5),
        ["S must be at most T, got S = 10 and T = 5"],
    )
    assert Settings.from_query({"T": "5", "S": "-3"}) == (Settings(T=5, S=5), ["S must be within 1..5, got -3"])
    settings, problems = Settings.from_query({"T": "2000", "S": "20"})
    assert settings == Settings(S=20)
    assert problems == ["T must be within 1..1000, got 2000"]


@given(runs())
def test_the_bound_that_a_message_tells_is_admitted(values):
    """Rounded down: an eta that was refused with "0..1.0825" is not 1.0825."""
    end = Settings(**values).eta_end
    if not end:
        return  # the solver that has none says so in its own words
    with pytest.raises(ValueError, match=r"0\.\.\d") as refused:
        Settings(**values | {"eta": end + 1e-6, "sigma_hat": False})
    told = float(re.search(r"0\.\.(\d\.\d+)", str(refused.value))[1])
    assert end - 1e-4 <= told <= end


def test_a_solver_without_noise_lowers_eta_and_says_so():
    fitted = Settings.fit({"solver": "dpmpp_2s", "eta": 0.7})
    assert fitted == Settings(solver="dpmpp_2s")
    assert fitted.lowered == "eta was lowered to 0: the solver dpmpp_2s walks a path without fresh noise."
    assert fitted.changed(solver="dpmpp_2m") == Settings(solver="dpmpp_2m", eta=0.7)
    assert Settings.fit({"solver": "dpmpp_2s"}).lowered is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"solver": "dpmpp_2m", "clip": "keep_eps"}, "use 'rederive_eps' or 'none', or solver 'ddim'"),
        ({"solver": "dpmpp_2s", "sigma_hat": True, "eta": 1.0}, "eta must be 0, got sigma_hat"),
    ],
)
def test_what_a_solver_cannot_take_is_refused_and_a_link_keeps_the_rest(values, says):
    for enter in (Settings.fit, Settings.parse):
        with pytest.raises(ValueError, match=says):
            enter(values)
    settings, problems = Settings.from_query({name: str(value).lower() for name, value in values.items()})
    assert settings == Settings(solver=values["solver"])
    assert any(says in problem for problem in problems)


def test_a_view_without_solvers_takes_the_setting_as_ddims_own():
    asked = {"solver": "dpmpp_2s", "eta": 0.7, "S": 5}
    assert fitted_plain("settings", asked) == Settings(eta=0.7, S=5)
    with pytest.raises(ValueError, match="solver must be one of"):
        fitted_plain("settings", {"solver": "heun"})
    with pytest.raises(TypeError, match="must be an object"):
        fitted_plain("settings", [])


def test_labels():
    assert Settings(digit="each").labels(3, first=9) == [9, 0, 1]
    assert Settings(digit="4").labels(2) == [4, 4]
    assert Settings(digit="any").labels(2) is None
