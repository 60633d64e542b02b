"""The script behind every page, by Streamlit's AppTest: whatever the link says, a page and no traceback."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import ddim_lab as dl
from ddim_lab.lab import markup, native, routes, shell
from ddim_lab.lab.live import network
from ddim_lab.lab.pages.digits import page
from ddim_lab.lab.settings import Settings
from tests.lab import truth

SCRIPT = Path(routes.SCRIPT)


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(SCRIPT, default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


NONSENSE = [
    {"eta": "x", "S": "-5", "level": "99"},
    {"eta": "9" * 400, "T": "0", "clip": "<script>alert(1)</script>"},
    {"images": "64", "S": "1000"},
    {"sigma_hat": "perhaps", "digit": "eleven", "unknown": "1"},
    {"S": "9" * 5000, "native": "2"},
]


def test_streamlit_takes_no_folder_for_pages_of_its_own():
    """A folder `pages` beside the script makes the first visit to any page but the first "Page not found"."""
    assert SCRIPT.is_file()
    assert not (SCRIPT.parent / "pages").exists()


@pytest.mark.slow
@pytest.mark.parametrize("query", [{}, {"eta": "0.5", "S": "20", "level": "3"}, *NONSENSE])
def test_the_live_page_runs_for_any_link(query):
    test = opened(**query)
    assert not test.exception
    assert not test.slider  # the live page has its own controls


@pytest.mark.parametrize(
    ("query", "looked_at", "said"),
    [
        ({}, {}, []),
        ({"image": "7", "step": "11", "level": "9"}, {"image": 7, "step": 11}, []),
        ({"library": "ddimN"}, {"library": "ddimN"}, []),
        ({"library": "numpy"}, {}, ["library must be one of uniform, quad, ddimN,"]),
        ({"image": "8"}, {}, ["image must be within 0..7, got 8"]),
        ({"image": "-1"}, {}, ["image must be a whole number within 0..7, got '-1'"]),
        ({"step": "12"}, {}, ["step must be within 1..11, got 12"]),
        ({"step": "0"}, {}, ["step must be within 1..11, got 0"]),
        ({"step": "٣"}, {}, ["step must be a whole number within 1..11, got '٣'"]),
        ({"step": "9" * 5000, "image": "2"}, {"image": 2}, ["step must be a whole number within 1..11"]),
    ],
)  # fmt: skip
def test_what_a_link_looks_at_beside_the_settings(query, looked_at, said):
    found, problems = page.opening(query, Settings())
    assert found == {"image": 0, "step": None, "library": ""} | looked_at
    assert len(problems) == len(said)
    assert all(problem.startswith(words) for problem, words in zip(problems, said, strict=True))


@pytest.mark.parametrize(
    ("query", "short", "chosen", "said"),
    [
        ({}, False, {}, []),
        ({"level": "3", "notation": "paper"}, False, {"level": 3, "notation": "paper"}, []),
        ({"notation": "short"}, True, {"notation": "short"}, []),
        ({"level": "9"}, False, {}, ["level must be within 1..4, got 9"]),
        ({"level": "two"}, False, {}, ["level must be a whole number within 1..4, got 'two'"]),
        ({"notation": "mine"}, False, {}, ["notation must be one of ours, paper, diffusers, got 'mine'"]),
        ({"notation": "short"}, False, {}, ["notation must be one of ours, paper, diffusers, got 'short'"]),
    ],
)
def test_what_a_link_chose_for_all_pages(query, short, chosen, said):
    found, problems = shell.chosen(query, markup.offered(short))
    assert found == chosen
    assert problems == said


@pytest.fixture
def shown(monkeypatch):
    """Every sheet of pictures that the native page draws, as it was handed over."""
    sheets = []
    whole = native.sheet
    monkeypatch.setattr(native, "sheet", lambda images, columns: sheets.append(images) or whole(images, columns))
    return sheets


@pytest.mark.slow
def test_native_controls_show_the_links_run(shown):
    test = opened(native="1", eta="0.5", S="5", seed="3")
    assert not test.exception
    assert [slider.label for slider in test.slider] == ["eta"]
    assert test.slider[0].value == 0.5
    assert test.select_slider[0].value == 5
    assert {box.label for box in test.selectbox} == {"Steps visited", "Noise schedule", "Solver"}
    x_t, x0 = truth.film({"eta": 0.5, "S": 5, "seed": 3})
    truth.assert_same_picture(shown[0], np.concatenate([x_t[:, 0], x0[:, 0]]))
    truth.assert_same_picture(shown[1], x_t[-1])


@pytest.mark.slow
def test_moving_the_native_sliders_changes_the_pictures(shown):
    test = opened(native="1", S="5")
    for eta, S in ((0.5, 5), (0.5, 2), (0.0, 5)):
        shown.clear()
        test.slider[0].set_value(eta)
        test.select_slider[0].set_value(S)
        test.run()
        assert not test.exception
        truth.assert_same_picture(shown[-1], truth.film({"eta": eta, "S": S})[0][-1])


def test_what_is_longer_than_a_page_ever_writes_is_left_out_and_said():
    """A message of the socket would be too long with it, and the page would never open."""
    long = "eta0.5-" * 1000
    told, problems = shell.of_link({"l2": long, "l3": "S20", "more": long}, ("l2", "l3"))
    assert told == {"l3": "S20"}
    assert problems == ["l2 has 7000 characters, at most 120 are taken: it is left out"]


def link_of(test: AppTest) -> dict[str, str]:
    """The page's link now: AppTest keeps what the script wrote as lists, what the test set as it was."""
    return {name: text if isinstance(text, str) else text[0] for name, text in test.query_params.items()}


def taken(test: AppTest) -> tuple[Settings, list[str]]:
    """The run that the page's link now names, and what is wrong with it."""
    return Settings.from_query(link_of(test))


@pytest.mark.slow
def test_the_native_page_takes_the_whole_link_and_keeps_it(shown):
    link = {"S": "7", "eta": "0.5", "digit": "3", "images": "4", "clip": "keep_eps", "T": "500", "guidance": "2.0"}
    test = opened(native="1", level="2", **link)
    asked = {"S": 7, "eta": 0.5, "digit": "3", "images": 4, "clip": "keep_eps", "T": 500, "guidance": 2.0}
    truth.assert_same_picture(shown[-1], truth.film(asked)[0][-1])
    assert taken(test) == (Settings(**asked), [])
    said = " ".join(caption.value for caption in test.caption)
    for words in ("digit = 3", "images = 4", "clip = keep_eps", "T = 500", "guidance = 2"):
        assert words in said
    for eta, S in ((0.9, 7), (0.9, 5), (1.05, 5), (0.3, 2)):
        test.slider[0].set_value(eta)
        test.select_slider[0].set_value(S)
        test.run()
        assert not test.exception
        assert taken(test) == (Settings(**asked | {"eta": eta, "S": S}), [])
        assert (link_of(test)["native"], link_of(test)["level"]) == ("1", "2")
    truth.assert_same_picture(shown[-1], truth.film(asked | {"eta": 0.3, "S": 2})[0][-1])


@pytest.mark.slow
def test_a_native_solver_without_noise_takes_the_eta_slider_away_and_gives_it_back(shown):
    test = opened(native="1", S="3", eta="0.5")
    test.selectbox(key="native_solver").set_value("dpmpp_2s").run()
    assert not test.exception
    assert not test.slider
    assert taken(test) == (Settings(S=3, solver="dpmpp_2s"), [])
    assert any("5 network calls" in caption.value for caption in test.caption)
    truth.assert_same_picture(shown[-1], truth.film({"S": 3, "solver": "dpmpp_2s"})[0][-1])
    test.selectbox(key="native_solver").set_value("dpmpp_2m").run()
    assert not test.exception
    assert test.slider[0].label == "eta"


def test_native_sigma_hat_holds_until_eta_leaves_1():
    test = opened(native="1", S="2", eta="1", sigma_hat="true")
    assert taken(test) == (Settings(S=2, eta=1.0, sigma_hat=True), [])
    test.slider[0].set_value(0.5)
    test.run()
    assert not test.exception
    assert taken(test) == (Settings(S=2, eta=0.5), [])


@pytest.mark.slow
def test_the_native_curve_runs_from_T_at_the_left_to_0():
    test = opened(native="1", S="5", eta="0.5", T="500")
    figure = json.loads(test.get("plotly_chart")[0].proto.spec)
    assert figure["layout"]["xaxis"]["range"] == [500, 0]
    shown = next(line for line in figure["data"] if line["name"].startswith("σ"))
    levels = dl.NoiseSchedule.linear(500).alpha_bar
    tau = dl.spacing.trailing(500, 5)
    sigma = dl.coefficients(levels[tau[::-1]], levels[[*tau[-2::-1], 0]], 0.5).sigma
    packed = base64.b64decode(shown["y"]["bdata"])
    np.testing.assert_allclose(np.frombuffer(packed, shown["y"]["dtype"]), sigma, atol=1e-6)


def test_the_native_eta_ends_at_the_runs_bound():
    test = opened(native="1", S="2", eta="1.2")
    assert test.slider[0].max == pytest.approx(Settings(S=2).eta_end)
    test.select_slider[0].set_value(1)
    test.run()
    assert not test.exception
    assert test.slider[0].max == 1.5


@pytest.mark.slow
@pytest.mark.parametrize("query", [{"eta": "x"}, {"T": "0", "clip": "<script>"}, {"images": "65", "seed": "-1"}])
def test_the_native_page_says_what_was_wrong_with_the_link(query):
    test = opened(native="1", S="2", **query)
    assert not test.exception
    said = " ".join(warning.value for warning in test.warning)
    assert "must" in said
    assert "Traceback" not in said


def test_the_native_page_says_that_weights_are_missing(monkeypatch):
    def missing():
        raise FileNotFoundError("unet.safetensors is missing: restore it (git checkout assets)")

    monkeypatch.setattr(network, "_shipped", missing)
    test = opened(native="1", S="2")
    assert not test.exception
    assert ["git checkout assets" in error.value for error in test.error] == [True]
    monkeypatch.undo()
    test.run()
    assert not test.error
