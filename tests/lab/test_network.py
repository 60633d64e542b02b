"""A learner's own network in the app: on every page, at the noise levels it knows, and in words where it fails."""

import numpy as np
import pytest

import ddim_lab as dl
from ddim_lab.commands import app
from ddim_lab.lab import exports, shell
from ddim_lab.lab.live import film, network
from ddim_lab.lab.pages import PAGES
from ddim_lab.lab.refusals import in_words
from ddim_lab.lab.settings import Settings
from tests import networks
from tests.lab.test_script import opened
from tests.lab.wire import client, page

LEFT = np.prod(1 - np.linspace(1e-4, 0.02, 100))  # of the variance, at its T
LOWEST = np.log(LEFT / (1 - LEFT))
HOME = {"schedule": "linear", "T": 100}
ASKED = {"seed": 77, "images": 2, "S": 4}  # of no other test: what pages keep is of another network there


@pytest.fixture
def shown():
    """shown("course"): the pages show that network of tests.networks."""
    yield lambda name: network.show(f"tests.networks:{name}")
    network.show(None)


def drawn(**settings):
    return list(film.film(Settings.fit(ASKED | settings)))[-1].x_t


def refused(**settings):
    with pytest.raises((ValueError, network.NetworkError, network.ModelUnavailableError)) as caught:
        drawn(**settings)
    return in_words(caught.value)


def test_the_film_is_dl_sample_of_that_network(shown):
    shown("course")
    schedule = dl.NoiseSchedule.linear(100)
    x_T = dl.initial_noise(2, (1, 28, 28), seed=77)
    x_0 = dl.last(dl.sample(networks.course(), x_T, schedule, dl.spacing.trailing(100, 4))).x_prev
    expected = np.rint(127.5 * (x_0[:, 0].clamp(-1, 1).numpy() + 1))
    assert np.abs(drawn(**HOME) - expected).max() <= 1


def test_a_page_begins_on_the_networks_own_schedule_and_says_whose_it_is(shown):
    shown("course")
    assert shell.opened({})[0] == Settings(T=100, digit="any")
    assert shell.opened({"schedule": "cosine"})[0].T == 1000  # what a link says is taken
    told = network.told()
    assert told["name"] == "tests.networks:course"
    assert told["range"] == f"log-SNR {LOWEST:.4g} to 9.21, noise schedule linear, T = 100"
    assert told["start"] == HOME


def test_levels_it_was_not_trained_on_are_refused_in_words(shown):
    shown("course")
    asked = (
        f"tests.networks:course was trained on log-SNR {LOWEST:.4g} to 9.21 (linear, T = 100), and t = 1000 of cosine"
    )
    code, said = refused(schedule="cosine")
    assert code == "bad-settings"
    assert said.startswith(asked)
    assert said.endswith("choose noise schedule linear, T = 100")
    _, said = refused(schedule="sigmoid", T=30)  # within its range, but no step of its own
    assert "counts its time in the steps of its own noise schedule (linear, T = 100), and t = 30 of sigmoid" in said
    shown("narrow")
    _, said = refused()
    assert "T = 2, none that the lab offers" in said
    assert said.endswith("choose another noise schedule or length of chain")


def test_labels_and_guidance_are_heard_only_where_they_are_taken(shown):
    values = {"digit": "3", "guidance": 2.0}
    for name, takes, heard in (
        ("grey", (), {"digit": "any", "guidance": 1.0}),
        ("labelled", ("label", "guidance"), values),
    ):
        shown(name)
        assert network.told()["takes"] == takes
        for taken in (
            Settings.fit(values),
            Settings.parse(values),
            Settings.from_query({"digit": "3", "guidance": "2"})[0],
        ):
            assert {key: getattr(taken, key) for key in values} == heard
        assert drawn(**values).mean() == pytest.approx(127.5 * 1.3, abs=2)
    assert Settings.fit(values) == Settings(**values)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        (
            "shaped",
            "network",
            r"alpha_bar = 4.036e-05: it must give .* the shape of x_t, (2, 1, 28, 28), got (2, 28, 28)",
        ),
        ("raising", "network", "tests.networks:raising raised KeyError: 'weights'"),
        ("nan", "network", "its noise holds 1568 NaN or infinite values"),
        ("forgetful", "weights", "forgetful() must return a denoiser (x_t, alpha_bar_t) -> eps, got NoneType"),
        ("broken", "weights", "broken cannot be had: FileNotFoundError: no file weights.pt"),
        ("nowhere", "weights", "no such name as nowhere"),
    ],
)
def test_a_network_that_fails_is_told_and_the_page_goes_on(shown, name, code, words):
    shown(name)
    assert refused()[0] == code
    with page() as wire:
        for _ in range(2):  # the second request is answered as the first
            answer = wire.until(wire.run(ASKED), "end", "error")[-1]
            assert answer["code"] == code
            for part in words.split(".* "):
                assert part in answer["message"]
        assert wire.until(wire.ask("library", settings={}, library="uniform"), "end", "error")[-1]["type"] == "end"


def test_no_shipped_picture_is_shown_as_the_learners(shown):
    shown("grey")
    with page() as wire:
        parts = wire.until(wire.run({}), "end")
        frames = [part for part in parts if part.get("kind") == "frame"]
        assert len(frames) == 11  # the default run: none of it comes from the file
        assert np.abs(np.frombuffer(frames[-1]["pictures"], np.uint8) - 127.5 * 1.3).max() < 90


@pytest.mark.slow
def test_every_page_opens_with_it(shown):
    shown("labelled")
    for each in PAGES:
        told = each._whose()
        assert told["network"]["words"].startswith("Your network: tests.networks:labelled, of any noise level")
        assert ("guide" in told) == (each.path in ("", "compare", "encode"))
    test = opened()
    assert not test.exception
    native = opened(native="1")
    assert not native.exception
    assert any("tests.networks:labelled" in caption.value for caption in native.caption)


def test_compare_encode_and_errata_ask_it(shown):
    shown("raising")
    picture = {"picture": "A" * 1044 + "AA==", "label": "none", "implicit": False}
    start = {"seed": 77, "draft": True, "focus": 0}
    asked = {
        "compare": {"common": {"seed": 77}, "lanes": [{}, {"eta": 1.0}], "draw": [0, 1], "draft": True, "focus": 0},
        "encode": {"do": "code", "settings": {"seed": 77}, **picture, "draft": True},
        "digits": {"case": "noise-off", "eta": 1.0, "S": 10, **start},
        "path": {"settings": {"seed": 77}, "image": 0},
    }
    with page() as wire:
        for view, values in asked.items():
            answer = wire.until(wire.ask(view, **values), "end", "error")[-1]
            assert "raised KeyError" in answer.get("message", ""), view


def test_code_and_links_name_it(shown):
    settings = Settings(digit="3", guidance=2.0)
    shown("labelled")
    told = exports.lines(settings).decode()
    assert "from tests.networks import labelled\n" in told
    assert "denoiser = partial(labelled(), label=torch.tensor([3, 3, 3, 3, 3, 3, 3, 3]), guidance=2.0)" in told
    shown("grey")
    told = exports.lines(settings).decode()
    names: dict = {}
    exec(told.replace("dl.initial_noise(8", "dl.initial_noise(1"), names)
    assert names["digits"].mean() == pytest.approx(0.3, abs=0.02)
    network.show("folder/mine.py:denoiser")
    assert network.lines() == ("from runpy import run_path", 'run_path("folder/mine.py")["denoiser"]()')
    assert client().get("/ddim/export/code.py").status_code == 200


# --- the command line -------------------------------------------------------------------------------------------


def test_the_script_reads_its_own_option_and_no_other():
    network.choose(["--server.port", "8501", "--denoiser", "tests.networks:grey"])
    assert network.told()["name"] == "tests.networks:grey"
    network.choose([])
    assert network.told() is None
    assert network.is_shipped()


def test_the_command_hands_it_to_the_script(monkeypatch):
    ran = []
    monkeypatch.setattr(app.runpy, "run_module", lambda *_, **__: ran.append(app.sys.argv))
    monkeypatch.setattr(app.sys, "argv", [])
    from ddim_lab.__main__ import main

    assert main(["app", "--denoiser", "mine:net", "--port", "9000", "--", "--server.headless", "true"]) == 0
    assert ran[0][3:] == ["--server.port", "9000", "--server.headless", "true", "--", "--denoiser", "mine:net"]
    assert main(["app", "--denoiser", "mine"]) == 2
