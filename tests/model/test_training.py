"""The training loop: a run that was interrupted ends in the weights of one that was not, bit for bit."""

import os
import signal
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import nn

from ddim_lab.model import mnist, provenance
from ddim_lab.model.network import UNet
from ddim_lab.model.training import DenoiserTask, TrainingConfig, TrainingRun, batch_indices, rate_share
from tests import full, tiny

CPU = torch.device("cpu")
CONFIG = TrainingConfig(steps=12, batch=8, warmup=3, seed=5)


pytestmark = pytest.mark.usefixtures("one_thread")


def new_run(checkpoint=None, config=CONFIG):
    images, labels = tiny.digits(40)
    torch.manual_seed(config.seed)
    task = DenoiserTask(UNet(tiny.SMALL), mnist.to_signal(images), labels, CPU, config.loss)
    return TrainingRun(task, config, CPU, checkpoint)


def finish(run, report=lambda run, mean: None):
    run.finish(report, every=5, save_every=4)
    return run


def assert_same(a, b):
    assert a.step == b.step == CONFIG.steps
    assert a.history == b.history
    for ours, theirs in ((a.task.model.state_dict(), b.task.model.state_dict()), (a.ema, b.ema)):
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    for moments, others in zip(a.optimizer.state_dict(), b.optimizer.state_dict(), strict=True):
        moments, others = moments["state"], others["state"]
        assert all(torch.equal(moments[i][k], others[i][k]) for i in others for k in others[i])


class KilledError(Exception):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_killed_run_ends_in_the_same_weights(tmp_path, precision):
    config = replace(CONFIG, precision=precision)
    whole = finish(new_run(config=config))

    def kill(run, mean):
        if run.step == 7:  # between checkpoints: the steps after 4 are done again
            raise KilledError

    broken = new_run(tmp_path / "run.pt", config)
    with pytest.raises(KilledError):
        finish(broken, kill)
    resumed = new_run(tmp_path / "run.pt", config)
    assert resumed.resume() == []
    assert resumed.step == 4
    assert_same(finish(resumed), whole)


@pytest.mark.slow
def test_ctrl_c_keeps_the_step_in_hand_and_the_run_goes_on_from_it(tmp_path):
    whole = finish(new_run())

    class Pressed(DenoiserTask):
        def loss(self, indices, rng):
            if self.model.training and rng.bit_generator.seed_seq.entropy[-1] == 6:
                os.kill(os.getpid(), signal.SIGINT)  # in the middle of the seventh step
            return super().loss(indices, rng)

    broken = new_run(tmp_path / "run.pt")
    broken.task.__class__ = Pressed
    before = signal.getsignal(signal.SIGINT)  # ignored where the tests run in the background
    with pytest.raises(KeyboardInterrupt):
        finish(broken)
    assert signal.getsignal(signal.SIGINT) is before
    resumed = new_run(tmp_path / "run.pt")
    resumed.resume()
    assert resumed.step == 7
    assert_same(finish(resumed), whole)


def test_a_second_ctrl_c_does_not_wait():
    with provenance.InterruptLater() as interrupt:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.wanted
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.slow
def test_an_error_inside_a_step_leaves_the_checkpoint_before_it(tmp_path):
    run = new_run(tmp_path / "run.pt")

    def fail_late(parameters, *_):
        for parameter in parameters:  # the step is half done when it fails
            parameter.data.zero_()
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:

        def break_the_next(run, mean):
            if run.step == 6:
                patch.setattr(nn.utils, "clip_grad_norm_", fail_late)

        with pytest.raises(KilledError):
            finish(run, break_the_next)
    resumed = new_run(tmp_path / "run.pt")
    resumed.resume()
    assert resumed.step == 4
    assert all(parameter.any() for parameter in resumed.task.model.conv_in.parameters())


def test_a_disk_that_fills_is_told_and_the_checkpoint_before_stays(tmp_path):
    path = tmp_path / "run.pt"
    new_run(path).save()
    before = path.read_bytes()
    with full.disk(len(before) // 2), pytest.raises(OSError, match=r"run\.pt cannot be written: no room is left"):
        finish(new_run(path))
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir()] == ["run.pt"]


def test_what_differs_on_resuming_is_told(tmp_path):
    path = tmp_path / "run.pt"
    new_run(path).save()
    saved = torch.load(path, weights_only=True)
    threads, build = saved["fingerprint"]["threads"], saved["fingerprint"]["torch"]
    saved["fingerprint"] |= {"threads": threads + 3, "torch": "1.0"}
    torch.save(saved, path)
    assert new_run(path).resume() == [f"torch was 1.0, is {build}", f"threads was {threads + 3}, is {threads}"]


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run.pt"
    new_run(path).save()
    with pytest.raises(ValueError, match=r"another steps, loss \(12, v\)"):
        new_run(path, replace(CONFIG, steps=13, loss="simple")).resume()
    wider = new_run(path)
    wider.task.model = UNet(replace(tiny.SMALL, width=16))
    with pytest.raises(ValueError, match="holds a network of other sizes; pass the same options"):
        wider.resume()
    other = new_run(path)
    other.data = "another checksum"
    with pytest.raises(ValueError, match="learned from other data"):
        other.resume()


@pytest.mark.slow
def test_a_finished_run_can_be_prolonged_and_a_killed_prolongation_goes_on(tmp_path):
    checkpoint = tmp_path / "run.pt"
    finish(new_run(checkpoint))
    longer = replace(CONFIG, steps=20)

    def prolonged():
        run = new_run(checkpoint, longer)
        run.resume()
        return run

    def kill(run, mean):
        if run.step == 18:
            raise KilledError

    before = prolonged()
    assert (before.step, before.stages) == (12, [12])
    whole = finish(TrainingRun(before.task, longer, CPU, None, 12, stages=[12]))  # the same weights, nothing written
    with pytest.raises(KilledError):
        finish(prolonged(), kill)
    again = prolonged()
    assert (again.step, again.stages) == (16, [12])
    assert finish(again).history[-1][0] == whole.step == 20
    shorter = new_run(checkpoint, replace(CONFIG, steps=16))
    with pytest.raises(ValueError, match="another steps"):
        shorter.resume()


def test_a_prolonged_run_warms_up_and_falls_again():
    config = TrainingConfig(steps=300, learning_rate=1.0, warmup=10, decay=0.5)
    rates = [config.learning_rate * rate_share(config, step, begin=100) for step in range(100, 301)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:100] == [1.0] * 91
    assert rates[150] == pytest.approx(0.5)
    assert rates[200] == 0


@pytest.mark.parametrize("content", [b"", b"nonsense", b"junk", None])
def test_a_damaged_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "run.pt"
    new_run(path).save()
    path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    with pytest.raises(ValueError, match="no complete checkpoint"):
        new_run(path).resume()
    torch.save({"model": {}}, path)
    with pytest.raises(ValueError, match="no complete checkpoint"):
        new_run(path).resume()


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        ({"batch": 2.0}, TypeError, "batch"),
        ({"seed": -1}, ValueError, "seed"),
        ({"precision": "float16"}, ValueError, "precision"),
    ],
)
def test_nonsense_is_refused_at_once(wrong, error, message):
    with pytest.raises(error, match=message):
        TrainingConfig(**wrong)


def test_every_epoch_sees_every_example_once():
    epochs = [np.concatenate([batch_indices(3, e * 5 + i, 8, 40) for i in range(5)]) for e in range(2)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch), np.arange(40))
    assert (epochs[0] != epochs[1]).any()
    assert (epochs[0][:8] != batch_indices(4, 0, 8, 40)).any()
    with pytest.raises(ValueError, match="a batch of 8 needs at least as many examples, got 7"):
        batch_indices(0, 0, 8, 7)


def test_learning_rate_rises_stays_and_falls_to_zero():
    config = TrainingConfig(steps=1000, learning_rate=2.0, warmup=100, decay=0.25)
    rates = [config.learning_rate * rate_share(config, step) for step in (0, 49, 99, 500, 750, 875, 999)]
    assert rates == pytest.approx([0.02, 1.0, 2.0, 2.0, 2.0, 1.0, 0.008])


@dataclass
class Pull:
    """The simplest task: a number, pulled to 1."""

    model: nn.Module
    examples: int = 8

    def loss(self, indices, rng):
        return (self.model.weight - 1).square().sum()


def test_the_average_follows_the_weights_as_stated():
    model = nn.Linear(1, 1, bias=False)
    run = TrainingRun(Pull(model), TrainingConfig(steps=30, batch=8, ema=0.8, learning_rate=0.1), CPU)
    average = model.weight.item()
    for step in range(30):
        run.advance()
        decay = min(0.8, (1 + step) / (10 + step))
        average = decay * average + (1 - decay) * model.weight.item()
    assert float(run.ema["weight"]) == pytest.approx(average, rel=1e-5)
    assert float(run.ema["weight"]) != pytest.approx(model.weight.item(), rel=1e-3)


class KnowsTheDigit(nn.Module):
    """The exact v for data that consists of one picture: x_0 is known, so eps is."""

    def __init__(self, x_0):
        super().__init__()
        self.x_0 = x_0
        self.levels, self.labels = [], []

    def forward(self, x_t, log_snr, label):
        self.levels.append(log_snr)
        self.labels.append(label)
        a = log_snr.double().sigmoid()[:, None, None, None]
        eps = (x_t - a.sqrt() * self.x_0) / (1 - a).sqrt()
        return a.sqrt() * eps - (1 - a).sqrt() * self.x_0


def test_the_task_asks_for_v():
    x_0 = 0.6
    images = np.full((64, 1, 28, 28), x_0, np.float32)
    model = KnowsTheDigit(x_0)
    task = DenoiserTask(model, images, np.full(64, 7, np.uint8), CPU)
    rng = np.random.default_rng(0)
    losses = [float(task.loss(np.arange(64), rng)) for _ in range(20)]
    assert max(losses) < 1e-6  # float32 rounding; a model that says 0 would have E v^2 = a + (1 - a) x_0^2 > 0.36
    labels = torch.cat(model.labels)
    assert set(labels.tolist()) == {7, 10}
    assert (labels == 10).float().mean().item() == pytest.approx(0.1, abs=0.03)  # trained without a label
    assert torch.cat(model.levels).std() > 3


def test_the_loss_is_weighed():
    images = np.zeros((64, 1, 28, 28), np.float32)

    class Zero(nn.Module):
        def forward(self, x_t, log_snr, label):
            self.a = log_snr.double().sigmoid()
            return torch.zeros_like(x_t)

    for name, wanted in (("v", lambda a: a), ("simple", lambda a: a**2)):  # x_0 = 0: v = sqrt(a) eps, E v^2 = a
        model = Zero()
        loss = DenoiserTask(model, images, np.zeros(64, np.uint8), CPU, name).loss(
            np.arange(64), np.random.default_rng(1)
        )
        assert float(loss) == pytest.approx(float(wanted(model.a).mean()), rel=0.03)


def test_no_label_is_the_class_after_the_last():
    model = KnowsTheDigit(0.6)
    images, labels = np.full((64, 1, 28, 28), 0.6, np.float32), (np.arange(64) % 3).astype(np.uint8)
    DenoiserTask(model, images, labels, CPU, label_dropout=0.5, no_label=3).loss(
        np.arange(64), np.random.default_rng(0)
    )
    assert model.labels[0].unique().tolist() == [0, 1, 2, 3]
