"""Every command works from any folder; where it writes is asked first, and no file of another kind is lost."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from ddim_lab import files
from ddim_lab.__main__ import COMMANDS, main
from ddim_lab.commands import places
from ddim_lab.model import misused, mnist, weights
from ddim_lab.model.classifier import Classifier
from ddim_lab.quality import bootstrap, executors, plan, store, worker
from tests import tiny
from tests.quality import sweep

pytestmark = pytest.mark.usefixtures("one_thread")
TRAINING = ("--steps", "2", "--batch", "2", "--device", "cpu", "--precision", "float32", "--data", "mnist")
MEASURING = ("--data", "mnist", "--weights", "unet.safetensors", "--judge", "judge.safetensors", "--device", "cpu")
SAMPLER = "from ddim_lab.referee.samplers import ours"
WALK = {  # command -> its options in a user's folder, and the files that it leaves there
    "app": ((), ()),
    "exercises": (("--out", "mine", "--course", "course"), ("mine/1_the_numbers.ipynb", "course/nbgrader_config.py")),
    "train": (("--width", "8", *TRAINING, "--out", "mine/net.safetensors"), ("mine/net.safetensors", "runs/unet.pt")),
    "train-classifier": ((*TRAINING, "--out", "mine/eye.safetensors"), ("mine/eye.json", "runs/judge.pt")),
    "draw": (("--rows", "1", "--S", "1", "--out", "sheet.png"), ("sheet.png",)),
    "evaluate": ((*MEASURING, "--out", "evaluation.json"), ("evaluation.json", "runs/evaluation.json")),
    "quality": ((*MEASURING, "--out", "quality.json", "--digits", str(sweep.DIGITS)), ("quality.json", "runs/quality")),
    "symptoms": (("--no-training", "--out", "seen"), ("seen/guided_hard.png",)),
    "referee": (("--alone", "--sampler", "mine:ours"), ()),
    "lessons": (("--html", "pages"), ("pages/index.html", "pages/sheet.html")),
    "export-graph": (("--out", "unet.onnx"), ("unet.onnx",)),
    "model-card": (("--assets", "."), ("MODEL_CARD.md",)),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A user's folder with small data and models, where measuring is short."""
    sweep.files(tmp_path)
    (tmp_path / "mine.py").write_text(SAMPLER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        executors, "processes", lambda setup, tasks, jobs: ((t, worker.compute(setup, t)) for t in tasks)
    )
    monkeypatch.setattr(bootstrap, "DRAWS", 4)
    monkeypatch.setattr(bootstrap, "HALVES", 4)
    monkeypatch.setattr(plan, "table", lambda *_: sweep.TASKS[:2])
    monkeypatch.setattr(plan, "evaluation", lambda samples: sweep.TASKS[:2])
    monkeypatch.setattr(store, "reconstructions", lambda digits: [])
    one = {mistake: right for mistake, right in misused.MISTAKES.items() if mistake.__name__ == "guided_hard"}
    monkeypatch.setattr(misused, "MISTAKES", one)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_works_from_any_folder(folder, monkeypatch, command: str) -> None:
    started = []
    monkeypatch.setattr(runpy, "run_module", lambda name, run_name: started.append((name, Path(sys.argv[2]))))
    monkeypatch.setattr(sys, "argv", ["ddim-lab"])
    options, written = WALK[command]
    before = {path: path.stat().st_mtime_ns for path in files.ASSETS.iterdir()}
    assert main([command, *options]) == 0
    assert all((folder / name).exists() for name in written)
    assert started == ([("streamlit", files.APP)] if command == "app" else [])
    assert {path: path.stat().st_mtime_ns for path in files.ASSETS.iterdir()} == before


OUT = {"train": "weights of a U-Net", "train-classifier": "weights of a judge", "draw": "a picture",
       "evaluate": "an evaluation", "quality": "a quality table", "export-graph": "an ONNX graph"}  # fmt: skip
SHIPPED = {  # of each kind one, and what it is called
    "unet.safetensors": "weights of a U-Net", "unet.json": "the card of a U-Net",
    "judge.safetensors": "weights of a judge", "judge.json": "the card of a judge", "digits.png": "a picture",
    "evaluation.json": "an evaluation", "quality.json": "a quality table", "unet.onnx": "an ONNX graph",
    "tried.json": "JSON of another kind", "default_run.npz": "a checkpoint or another archive",
}  # fmt: skip


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    """A copy of the shipped files."""
    copy = tmp_path_factory.mktemp("assets")
    for name in SHIPPED:
        (copy / name).write_bytes((files.ASSETS / name).read_bytes())
    return copy


@pytest.mark.parametrize("name", SHIPPED)
def test_kinds_are_told_by_content(assets, tmp_path, name: str) -> None:
    assert places.kind_of(assets / name) == SHIPPED[name]
    (tmp_path / "empty").touch()
    assert places.kind_of(tmp_path / "empty") == places.kind_of(tmp_path / "nothing") == ""


@pytest.mark.parametrize("command", OUT)
@pytest.mark.parametrize("name", SHIPPED)
def test_no_command_overwrites_a_file_of_another_kind(assets, monkeypatch, capsys, command: str, name: str) -> None:
    """Under its own name, and under that of the weights whose card it would be."""
    monkeypatch.setattr(mnist, "load", None)  # nothing is read, let alone done, before
    before = {path.name: path.read_bytes() for path in assets.iterdir()}
    if SHIPPED[name] == OUT[command]:
        places.check("--out", assets / name, OUT[command])
        return
    ending = places.ENDINGS[OUT[command]]
    for path in (assets / name, (assets / name).with_suffix(ending)):
        if SHIPPED.get(path.name) == OUT[command]:
            continue
        clash = path.exists() or (OUT[command].startswith("weights") and path.with_suffix(".json").exists())
        if path.suffix == ending and not clash:
            continue
        assert main([command, "--out", str(path)]) == 2
        told = capsys.readouterr().err.splitlines()[-1]
        assert told.startswith("error: --out ")
        assert "would overwrite" in told or f"must end in {ending}" in told
    assert {path.name: path.read_bytes() for path in assets.iterdir()} == before


def test_the_card_beside_is_not_lost_either(assets, capsys) -> None:
    assert main(["train", "--out", str(assets / "quality.safetensors")]) == 2
    assert f"would overwrite {assets / 'quality.json'}, which is a quality table" in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"judge.safetensors, which is weights of a judge: choose another name"):
        places.check("--out", assets / "judge.safetensors", "weights of a U-Net")


def test_broken_off_json_is_overwritten_only_by_who_goes_on_with_it(tmp_path) -> None:
    (tmp_path / "cut.json").write_text("{")
    places.check("--out", tmp_path / "cut.json", "a quality table")  # whose own words say what to do
    with pytest.raises(ValueError, match="which is damaged JSON"):
        places.check("--out", tmp_path / "cut.json", "an evaluation")


def test_finished_cells_and_checkpoints_have_places_of_their_own(folder, capsys) -> None:
    card = (folder / "unet.json").read_bytes()
    assert main(["evaluate", *MEASURING, "--out", "e.json", "--cells", "unet.json"]) == 2
    assert "--cells would overwrite unet.json, which is the card of a U-Net" in capsys.readouterr().err
    assert (folder / "unet.json").read_bytes() == card
    out = ("--out", "new.safetensors", "--checkpoint")
    for same in ("new.safetensors", "./new.json"):
        assert main(["train", *TRAINING, *out, same]) == 2
        assert "--checkpoint must be another file than --out and its card" in capsys.readouterr().err


def test_measures_of_different_data_say_so(folder, capsys) -> None:
    card = json.loads((folder / "unet.json").read_text())
    (folder / "unet.json").write_text(json.dumps({**card, "data": {"name": "FashionMNIST, training set"}}))
    assert main(["quality", *WALK["quality"][0]]) == 0
    said = "is of different data (U-Net: FashionMNIST, pictures beside: the data in a folder called mnist)"
    assert said in capsys.readouterr().out


def test_foreign_weights_are_no_weights_of_the_lab(tmp_path) -> None:
    path = tmp_path / "other.safetensors"
    weights.save(path, Classifier(8).state_dict(), {"whose": "another's"})
    with pytest.raises(ValueError, match="which is weights of another model"):
        places.check("--out", path, "weights of a U-Net")
    tiny.save_random_unet(path, tiny.SMALL)
    places.check("--out", path, "weights of a U-Net")


@pytest.mark.parametrize("command", OUT)
def test_a_place_that_cannot_be_written_is_told_before_the_work(folder, capsys, command: str) -> None:
    ending = places.ENDINGS[OUT[command]]
    (folder / f"folder{ending}").mkdir()
    for wrong, why in ((f"mine.py/x{ending}", "mine.py"), (f"folder{ending}", "it is a folder")):
        assert main([command, "--out", wrong]) == 2
        told = capsys.readouterr().err.splitlines()[-1]
        assert f"{wrong} cannot be written: " in told
        assert why in told


def test_a_folder_without_cards_gets_no_model_card(tmp_path, capsys) -> None:
    for wrong in (tmp_path, tmp_path / "nowhere"):
        assert main(["model-card", "--assets", str(wrong)]) == 2
        assert f"got {wrong}" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    (tmp_path / "unet.json").write_text(json.dumps({"sha256": "a"}))
    assert main(["model-card", "--assets", str(tmp_path)]) == 0
