"""The judge: what its training distorts, that the loop trains it, and the shipped weights."""

import os

import numpy as np
import pytest
import torch
from torch import nn

from ddim_lab.model import classifier as judging
from ddim_lab.model import mnist, weights
from ddim_lab.model.classifier import Classifier, ClassifierTask, distort, load_classifier, look
from ddim_lab.model.training import TrainingConfig, TrainingRun
from tests import tiny

CPU = torch.device("cpu")


class Fixed:
    """A generator that "draws" what the test wants: the turn, the zoom, then the shift."""

    def __init__(self, degrees=0.0, zoom=1.0, shift=(0.0, 0.0)):
        self.values = [degrees, zoom, shift]

    def uniform(self, low, high, size):
        return np.broadcast_to(self.values.pop(0), size).astype(float)


@pytest.fixture(scope="module")
def pictures():
    return torch.from_numpy(mnist.to_signal(tiny.digits(6)[0]))


def test_no_distortion_changes_nothing(pictures):
    torch.testing.assert_close(distort(pictures, Fixed()), pictures, atol=1e-5, rtol=0)


def test_a_shift_moves_whole_pixels_and_background_enters(pictures):
    moved = distort(pictures, Fixed(shift=(2.0, -1.0)))  # the grid moves right and up, the picture left and down
    torch.testing.assert_close(moved[..., 1:, :-2], pictures[..., :-1, 2:], atol=1e-5, rtol=0)
    torch.testing.assert_close(moved[..., 0, :], torch.full((6, 1, 28), -1.0), atol=1e-5, rtol=0)
    torch.testing.assert_close(moved[..., :, -2:], torch.full((6, 1, 28, 2), -1.0), atol=1e-5, rtol=0)


def test_a_quarter_turn_is_numpys(pictures):
    turned = distort(pictures, Fixed(degrees=90.0))
    torch.testing.assert_close(turned, torch.rot90(pictures, 1, (2, 3)), atol=1e-4, rtol=0)


def test_distortions_are_small_different_and_a_function_of_the_generator(pictures):
    a, b, c = (distort(pictures[:1].repeat(50, 1, 1, 1), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert not torch.equal(a[0], a[1])
    assert a.min() >= -1 - 1e-5
    assert a.max() <= 1 + 1e-5
    # The bright bar's centre stays near: 2 pixels of shift, and 10 degrees and 8 % of at most 14 pixels.
    rows = torch.arange(28.0)
    for axis in (2, 3):
        weight = (a > 0.5).float().sum(dim=(1, 5 - axis))
        centre = (weight * rows).sum(dim=1) / weight.sum(dim=1)
        assert centre.std() > 0.3
        assert centre.max() - centre.min() < 2 * (2 + 14 * 0.175 + 14 * 0.08) + 1


@pytest.mark.usefixtures("one_thread")
def test_the_shared_loop_trains_it():
    images, labels = tiny.digits(200)
    torch.manual_seed(0)
    model = Classifier(width=8)
    config = TrainingConfig(steps=40, batch=20, learning_rate=5e-3, warmup=5, ema=0.9)
    run = TrainingRun(ClassifierTask(model, mnist.to_signal(images), labels, CPU), config, CPU)
    run.finish(lambda run, mean: None)
    weights.fit(model, run.ema, weights.CLASSIFIER)
    unseen, wanted = tiny.digits(100, seed=9)
    assert (look(model, unseen)[1] == wanted).mean() > 0.95


def test_what_it_sees_does_not_depend_on_the_batch():
    model = Classifier(width=8).eval()
    pictures, _ = tiny.digits(23)
    features, digits = look(model, pictures)
    assert features.shape == (23, judging.FEATURES)
    assert features.dtype == np.float64
    alone, same = look(model, pictures, batch=5)
    np.testing.assert_allclose(alone, features, atol=1e-5)
    np.testing.assert_array_equal(same, digits)
    logits = nn.functional.linear(torch.from_numpy(features).float(), model.head.weight, model.head.bias)
    np.testing.assert_array_equal(logits.argmax(dim=1), digits)


@pytest.mark.parametrize(
    "wrong", [np.zeros((3, 28, 28)), np.zeros((3, 1, 28, 28), np.uint8), np.zeros((0, 28, 28), np.uint8)]
)
def test_only_grey_pictures_are_judged(wrong):
    with pytest.raises(ValueError, match=r"grey levels uint8 \(N, 28, 28\)"):
        look(Classifier(width=8).eval(), wrong)


def test_the_shipped_judge_is_small_and_good_enough():
    _, card = weights.load(weights.CLASSIFIER)
    assert weights.CLASSIFIER.stat().st_size < 2_000_000
    assert card["test_images"] == 10_000
    assert card["test_accuracy"] >= 0.993
    assert not load_classifier().training


@pytest.mark.skipif("MNIST_DATA" not in os.environ, reason="set MNIST_DATA to the folder of the four IDX files")
def test_the_shipped_judge_has_the_accuracy_of_its_card():
    images, labels = mnist.load("test", os.environ["MNIST_DATA"])
    right = (look(load_classifier(), images)[1] == labels).mean()
    assert right == pytest.approx(weights.load(weights.CLASSIFIER)[1]["test_accuracy"], abs=2e-4)


def test_a_judge_that_is_none(tmp_path):
    path = tmp_path / "judge.safetensors"
    weights.save(path, Classifier(8).state_dict(), {"network": {"depth": 3}})
    with pytest.raises(ValueError, match="does not describe a judge"):
        load_classifier(path=path)
    weights.save(path, Classifier(8).state_dict(), {"network": {"width": 16}})
    with pytest.raises(ValueError, match="does not fit this Classifier"):
        load_classifier(path=path)
