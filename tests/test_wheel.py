"""The wheel: built from this tree, installed outside it, it draws a digit from any folder with what it brings along."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import ddim_lab as dl

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def call(*command, cwd, **environment):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    call("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    return next(folder.glob("ddim_lab-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder of its own; the dependencies are those of the tests' environment, so nothing is downloaded."""
    folder = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-deps", "--no-index", "--target", str(folder))
    call("-m", "pip", "install", *options, str(wheel), cwd=folder)
    return folder


def test_the_wheel_holds_what_the_lab_needs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "ddim_lab", "assets", "notebooks"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert len(tracked) > 250
    wanted = {name if name.startswith("ddim_lab/") else f"ddim_lab/shipped/{name}" for name in tracked}
    assert not {name for name in wanted if (ROOT / name.removeprefix("ddim_lab/shipped/")).exists()} - names
    assert {"ddim_lab/shipped/app.py", "ddim_lab/shipped/.streamlit/config.toml"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith("tests")]


def test_an_installed_lab_draws_the_digits_of_the_checkout(installed, tmp_path):
    draw = (
        "import sys, json; sys.path[:0] = [{path!r}]; import ddim_lab as dl; from ddim_lab import files\n"
        "x_T = dl.initial_noise(2, (1, 28, 28), seed=0); schedule = dl.NoiseSchedule.linear()\n"
        "steps = dl.sample(dl.load_denoiser(), x_T, schedule, dl.spacing.trailing(1000, 3))\n"
        "print(json.dumps([dl.__file__, str(files.ASSETS), dl.last(steps).x_prev.flatten().tolist()]))"
    )
    home, assets, pixels = json.loads(call("-c", draw.format(path=str(installed)), cwd=tmp_path))
    assert Path(home).is_relative_to(installed)
    assert Path(assets).is_relative_to(installed)
    x_T = dl.initial_noise(2, (1, 28, 28), seed=0)
    steps = dl.sample(dl.load_denoiser(), x_T, dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 3))
    assert pixels == pytest.approx(dl.last(steps).x_prev.flatten().tolist(), abs=1e-5)


def test_the_command_and_the_app_are_found_from_any_folder(installed, tmp_path):
    environment = {"PYTHONPATH": str(installed), "HOME": str(tmp_path)}
    assert "referee" in call("-m", "ddim_lab", "--help", cwd=tmp_path, **environment)
    script = next((installed / "bin").glob("ddim-lab*"))
    assert "open the lab in a browser" in call(str(script), "--help", cwd=tmp_path, **environment)
    seen = (
        "from streamlit.testing.v1 import AppTest; from ddim_lab import files; from ddim_lab.lab import routes\n"
        "import runpy; app = runpy.run_path(str(files.APP))['app']\n"
        "shown = AppTest.from_file(routes.SCRIPT, default_timeout=60).run()\n"
        "print(len(shown.exception), app.script_path)"
    )
    failures, script_path = call("-c", seen, cwd=tmp_path, **environment).split()
    assert failures == "0"
    assert Path(script_path).is_relative_to(installed)


def test_an_installed_lab_writes_where_it_is_called(installed, tmp_path):
    where = "from ddim_lab import files; print(files.OUT.absolute())"
    assert call("-c", where, cwd=tmp_path, PYTHONPATH=str(installed)).strip() == str(tmp_path)


def names(requirements):
    return {re.split(r"[\[<>=! ]", line, maxsplit=1)[0].lower() for line in requirements}


def pinned(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return names(line for line in lines if line and not line.startswith(("#", "-r")))


def test_what_is_pinned_is_what_the_project_declares():
    """A learner's file holds just the base and the extras of app, notebooks and training."""
    extras = PROJECT["optional-dependencies"]
    declared = names([*PROJECT["dependencies"], *extras["app"], *extras["notebooks"], *extras["train"]])
    assert declared == pinned("requirements.txt")
    assert names(extras["test"]) <= pinned("requirements-dev.txt")


def test_the_base_is_what_sampling_needs():
    """NumPy, torch and safetensors; without torch the NumPy side works, as a CI that only judges has it."""
    assert names(PROJECT["dependencies"]) == {"torch", "numpy", "safetensors"}
    others = ("onnxruntime", "sympy", "streamlit", "plotly", "matplotlib", "PIL", "pooch", "requests", "tqdm")
    block = "import sys; sys.modules.update(dict.fromkeys({}, None)); import ddim_lab as dl\n"
    draw = "dl.load_denoiser(device='cpu'); print(dl.sample.__name__)"
    assert call("-c", block.format(others) + draw, cwd=ROOT).strip() == "sample"
    numpy_side = "from ddim_lab import exact, referee; print(exact.moments.__name__, dl.Run.__name__)"
    assert call("-c", block.format((*others, "torch", "safetensors")) + numpy_side, cwd=ROOT).split() == [
        "moments",
        "Run",
    ]


def test_the_lessons_pages_need_the_extra_of_notebooks():
    """nbconvert comes with jupyter; what the command says without them is tested in tests/handouts."""
    assert {"jupyter", "latex2mathml", "sympy"} <= names(PROJECT["optional-dependencies"]["notebooks"])
