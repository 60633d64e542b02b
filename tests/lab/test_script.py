"""The script behind every page, by Streamlit's AppTest: whatever the link says, a page and no traceback."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ddim_lab.lab import film, native
from ddim_lab.lab.settings import Settings
from tests.lab import truth

SCRIPT = Path(__file__).parents[2] / "ddim_lab/lab/script.py"


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


@pytest.mark.parametrize("query", [{}, {"eta": "0.5", "S": "20", "level": "3"}, *NONSENSE])
def test_the_live_page_runs_for_any_link(query):
    test = opened(**query)
    assert not test.exception
    assert not test.slider  # the live page has its own controls


@pytest.fixture
def shown(monkeypatch):
    """Every sheet of pictures that the native page draws, as it was handed over."""
    sheets = []
    whole = native.sheet
    monkeypatch.setattr(native, "sheet", lambda images, columns: sheets.append(images) or whole(images, columns))
    return sheets


def test_native_controls_show_the_links_run(shown):
    test = opened(native="1", eta="0.5", S="5", seed="3")
    assert not test.exception
    assert [slider.label for slider in test.slider] == ["eta"]
    assert test.slider[0].value == 0.5
    assert test.select_slider[0].value == 5
    assert {box.label for box in test.selectbox} == {"Steps visited", "Noise schedule"}
    x_t, x0 = truth.film({"eta": 0.5, "S": 5, "seed": 3})
    truth.assert_same_picture(shown[0], np.concatenate([x_t[:, 0], x0[:, 0]]))
    truth.assert_same_picture(shown[1], x_t[-1])


def test_moving_the_native_sliders_changes_the_pictures(shown):
    test = opened(native="1", S="5")
    for eta, S in ((0.5, 5), (0.5, 2), (0.0, 5)):
        shown.clear()
        test.slider[0].set_value(eta)
        test.select_slider[0].set_value(S)
        test.run()
        assert not test.exception
        truth.assert_same_picture(shown[-1], truth.film({"eta": eta, "S": S})[0][-1])


def test_the_native_eta_ends_at_the_runs_bound():
    test = opened(native="1", S="2", eta="1.2")
    assert test.slider[0].max == pytest.approx(Settings(S=2).eta_end)
    test.select_slider[0].set_value(1)
    test.run()
    assert not test.exception
    assert test.slider[0].max == 1.5


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

    monkeypatch.setattr(film, "_load", missing)
    test = opened(native="1", S="2")
    assert not test.exception
    assert ["git checkout assets" in error.value for error in test.error] == [True]
    monkeypatch.undo()
    test.run()
    assert not test.error
