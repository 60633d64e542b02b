"""Muon beside AdamW: which weights it moves, how, and that a checkpoint keeps both optimisers' states."""

from dataclasses import replace

import pytest
import torch

from ddim_lab.model.network import UNet
from ddim_lab.model.optimizers import Optimizer
from ddim_lab.model.training import TrainingConfig
from tests import tiny
from tests.model.test_training import CONFIG, finish, new_run

pytestmark = pytest.mark.usefixtures("one_thread")
MUON = replace(CONFIG, optimizer="muon", long_ema=0.2)


def gradients(network):
    torch.manual_seed(1)
    for weight in network.parameters():
        weight.grad = torch.randn_like(weight)


def test_a_step_moves_inner_matrices_by_as_much_in_every_direction_and_the_rest_as_adamw_does():
    torch.manual_seed(0)
    ours, theirs = UNet(tiny.SMALL), UNet(tiny.SMALL)
    theirs.load_state_dict(ours.state_dict())
    before = {name: weight.detach().clone() for name, weight in ours.named_parameters()}
    for network in (ours, theirs):
        gradients(network)
    Optimizer(ours, "muon", (1e-3, 0.02), 0.0).step(1.0)
    Optimizer(theirs, "adamw", (1e-3, 0.02), 0.0).step(1.0)
    adamw = dict(theirs.named_parameters())
    orthogonal = {name for name, weight in ours.named_parameters() if not torch.equal(weight, adamw[name])}
    assert {name.split(".")[0] for name in orthogonal} == {
        "down", "downsample", "middle", "attention", "upsample", "up"
    }  # fmt: skip
    weights = dict(ours.named_parameters())
    for name in orthogonal:
        moved = (weights[name] - before[name]).detach().flatten(1)
        sizes = torch.linalg.svdvals(moved) / (0.02 * max(1, moved.shape[0] / moved.shape[1]) ** 0.5)
        assert float(sizes.quantile(0.1)) > 0.4, name  # Newton-Schulz, five rounds: what is almost 0 stays small
        assert float(sizes.max()) < 1.3, name


@pytest.mark.slow
def test_an_interrupted_run_ends_in_the_same_weights_and_averages(tmp_path):
    whole = finish(new_run(config=MUON))
    path = tmp_path / "run.pt"
    first = new_run(path, MUON)
    for _ in range(7):
        first.recent.append(first.advance())
    first.save()
    again = new_run(path, MUON)
    assert again.resume() == []
    finish(again)
    for ours, theirs in ((again.ema, whole.ema), (again.long_ema, whole.long_ema)):
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert any(not torch.equal(whole.ema[name], whole.long_ema[name]) for name in whole.ema)


@pytest.mark.slow
def test_a_run_whose_rate_has_not_begun_to_fall_may_be_ended_sooner_or_later(tmp_path):
    path = tmp_path / "run.pt"
    long = replace(MUON, steps=40)
    run = new_run(path, long)
    for _ in range(8):
        run.recent.append(run.advance())
    run.save()
    shorter = new_run(path, replace(MUON, steps=12))
    shorter.resume()
    assert (shorter.step, shorter.config.steps, shorter.stages) == (8, 12, [])
    falling = new_run(path, replace(MUON, steps=9))
    falling.resume()
    falling.recent.append(falling.advance())
    falling.save()
    with pytest.raises(ValueError, match="another optimizer"):
        new_run(path, replace(MUON, steps=9, optimizer="adamw")).resume()


def test_an_unknown_optimizer_is_refused():
    with pytest.raises(ValueError, match="optimizer"):
        TrainingConfig(optimizer="sgd")
