"""The command line: a run that is killed goes on, results outlive an interruption, mistakes end in one line."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import files
from ddim_lab.__main__ import main
from ddim_lab.commands import model_card
from ddim_lab.commands.training import thin
from ddim_lab.model import weights
from ddim_lab.schedule import NoiseSchedule
from tests import tiny

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tiny.write_mnist(tmp_path_factory.mktemp("mnist"), train=120, test=60)


def train(folder, data, *more, steps=10, command="train"):
    return [
        *(command, "--data", str(data), "--steps", str(steps), "--batch", "2", "--device", "cpu"),
        *("--precision", "float32"),  # bfloat16 is slow at these sizes
        *("--checkpoint", str(folder / "run.pt"), "--out", str(folder / "net.safetensors"), *more),
        *(("--width", "8") if command == "train" else ()),
    ]


def sha(folder):
    return json.loads((folder / "net.json").read_text())["sha256"]


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_then_the_same_command(tmp_path, data, capsys):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert main(train(whole, data, steps=24)) == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "ddim_lab", *train(broken, data, steps=24)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    while "24 steps of 2 images" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    told = re.search(r"step (\d+) is saved in \S+run\.pt: the same command goes on", errors)
    assert told, errors
    assert "Traceback" not in errors
    assert int(told[1]) < 24
    capsys.readouterr()
    assert main(train(broken, data, steps=24)) == 0
    if int(told[1]):
        assert f"going on from step {told[1]} " in capsys.readouterr().out
    assert sha(broken) == sha(whole)


def test_what_train_writes(tmp_path, data, capsys):
    assert main(train(tmp_path, data, "--loss", "min-snr", "--seed", "3")) == 0
    out = capsys.readouterr().out
    assert out.index("gamma") < out.index("10 steps of 2 images")  # the weights are shown before training
    assert "[min-snr]" in out
    state, card = weights.load(tmp_path / "net.safetensors")
    assert card["parameters"] == sum(tensor.numel() for tensor in state.values())
    assert card["network"]["width"] == 8
    assert {k: card["training"][k] for k in ("steps", "loss", "seed", "batch")} == {
        **{"steps": 10, "loss": "min-snr", "seed": 3, "batch": 2}
    }
    assert card["data"]["images"] == 120
    assert card["loss_curve"][-1][0] == 10
    assert card["noise_levels"]["log_snr"] == [-20, 12]
    assert card["hardware"]["device"] == "cpu"
    rendered = model_card.render(card, None, None)
    assert "10 steps of 2, loss min-snr" in rendered
    assert card["sha256"] in rendered


def test_the_card_names_the_data_and_the_network_has_their_classes(tmp_path, capsys):
    data = tiny.write_mnist(tmp_path / "FashionMNIST" / "raw", train=50)
    labels = (np.arange(50) % 5).astype(np.uint8)
    (data / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(tiny.idx(labels)))
    assert main(train(tmp_path, tmp_path, "--batch", "32", steps=2)) == 0  # some without a label: the sixth class
    _, card = weights.load(tmp_path / "net.safetensors")
    assert card["data"]["name"] == "the data in a folder called FashionMNIST, training set"
    assert card["network"]["classes"] == 5
    text = model_card.render(card, None, None)
    assert "knows nothing but the data in a folder called FashionMNIST" in text
    assert "MNIST-like" not in text
    assert "LeCun" not in text
    denoiser, x = dl.load_denoiser(path=tmp_path / "net.safetensors"), torch.zeros(1, 1, 28, 28)
    assert torch.equal(denoiser(x, 0.5, label=5), denoiser(x, 0.5))  # the sixth: none
    with pytest.raises(ValueError, match=r"label must lie within 0\.\.4 \(or 5: none\), got \[6\]"):
        denoiser(x, 0.5, label=6)

    other = tmp_path / "other"
    assert main([*train(tmp_path, tmp_path, steps=2), "--classes", "4", "--checkpoint", str(other)]) == 2
    assert "labels must lie within 0..3, got 4" in capsys.readouterr().err
    assert main([*train(tmp_path, tmp_path, steps=2), "--classes", "12", "--checkpoint", str(other)]) == 0
    assert weights.load(tmp_path / "net.safetensors")[1]["network"]["classes"] == 12


def test_weights_that_learned_from_other_data_are_not_overwritten(tmp_path, data, capsys):
    assert main(train(tmp_path, data, steps=2)) == 0
    before = sha(tmp_path)
    elsewhere = tiny.write_mnist(tmp_path / "EMNIST")
    again = train(tmp_path, elsewhere, "--checkpoint", str(tmp_path / "new.pt"), steps=2)
    assert main(again) == 2
    assert "learned from the data in a folder called mnist" in capsys.readouterr().err
    assert sha(tmp_path) == before


def test_the_table_of_weights_alone(capsys):
    assert main(["train", "--show-loss", "--loss", "simple"]) == 0
    lines = capsys.readouterr().out.splitlines()
    last = dict(zip(lines[1].split(), lines[-1].split(), strict=True))
    assert last["t"] == "1000"
    assert float(last["[simple]"]) == 1
    assert float(last["v"]) == pytest.approx(1 / NoiseSchedule.linear().alpha_bar[1000], rel=1e-3)


def test_train_classifier_measures_on_the_test_set(tmp_path, data, capsys):
    assert main(train(tmp_path, data, command="train-classifier", steps=4)) == 0
    _, card = weights.load(tmp_path / "net.safetensors")
    assert card["test_images"] == 60
    assert 0 <= card["test_accuracy"] <= 1
    assert f"test accuracy {card['test_accuracy']:.2%}" in capsys.readouterr().out


def test_a_place_that_cannot_be_written_is_told_before_the_first_step(tmp_path, data, capsys):
    (tmp_path / "file").write_text("")
    for option, name in (("--checkpoint", "x.pt"), ("--out", "x.safetensors")):
        assert main([*train(tmp_path, data), option, str(tmp_path / "file" / name)]) == 2
        told = capsys.readouterr()
        assert f"{name} cannot be written" in told.err
        assert "loss" not in told.err  # no step was made


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--data", "nowhere"], "nowhere is no folder: --data wants"),
        (["train", "--width", "12"], "width must be a multiple of 8, got 12"),
        (["train", "--steps", "0"], "steps must be at least 1, got 0"),
        (["train", "--device", "tpu"], "device must be one of auto, cpu, cuda, mps, got 'tpu'"),
        (["evaluate", "--samples", "0"], "samples must be at least 100, got 0"),
        (["quality", "--samples", "5"], "samples must be at least 100, got 5"),
        (["quality", "--digits", "0"], "digits must be at least 1, got 0"),
        (["evaluate", "--weights", "nowhere.safetensors"], "nowhere.safetensors is missing"),
    ],
)
def test_a_mistake_ends_in_one_line(arguments, message, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith("error: ")
    assert message in error
    assert len(error.splitlines()) == 1


def test_a_finished_run_is_prolonged_by_more_steps_and_refuses_fewer(tmp_path, data, capsys):
    assert main(train(tmp_path, data, steps=2)) == 0
    assert main(train(tmp_path, data, steps=3)) == 0
    assert json.loads((tmp_path / "net.json").read_text())["training"]["stages"] == [2, 3]
    assert main(train(tmp_path, data, steps=2)) == 2
    assert "another steps (3)" in capsys.readouterr().err


def test_the_loss_curve_is_thinned_to_a_hundred_points():
    history = [(50 * i, float(i)) for i in range(1, 161)]
    curve = thin(history)
    assert len(curve) == 80
    assert curve[0] == [100, 1.5]
    assert curve[-1] == [8000, 159.5]
    assert thin(history[:3]) == [[50, 1.0], [100, 2.0], [150, 3.0]]


# --- model card -------------------------------------------------------------------------------------------------


def test_the_committed_model_card_is_what_the_json_files_say(tmp_path):
    for name in model_card.CARDS:
        if (files.ASSETS / name).is_file():
            (tmp_path / name).write_bytes((files.ASSETS / name).read_bytes())
    assert main(["model-card", "--assets", str(tmp_path)]) == 0
    written = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert written == (files.ASSETS / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_an_evaluation_of_other_weights_is_not_shown():
    card = {"sha256": "a"}
    text = model_card.render(card, {"sha256": "b"}, {"weights": "c", "judge": "b"})
    assert "is of other files (weights)" in text


def test_what_was_tried_is_told_of_its_own_weights_only():
    card, tried = {"sha256": "a"}, {"weights": "a", "short": "One number.", "tried": ["Longer.", "Wider."]}
    assert "One number.\n\n- Longer.\n- Wider." in model_card.render(card, None, None, tried)
    assert "One number." not in model_card.render({"sha256": "b"}, None, None, tried)
