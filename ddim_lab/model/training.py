"""A training run that can be killed: data order and noise are functions of (seed, step), checkpoints are atomic.

The loop knows nothing of diffusion: a `Task` says what a step's loss is. `DenoiserTask` trains the U-Net;
`ddim_lab.model.classifier` trains the classifier with the same loop.
"""

import io
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ddim_lab import checks, files
from ddim_lab.model import loss as objective
from ddim_lab.model import parameterization, provenance
from ddim_lab.model.network import NO_LABEL, UNet
from ddim_lab.model.optimizers import OPTIMIZERS, Optimizer
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN

STREAMS = {"order": 0, "noise": 1}
PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class TrainingConfig:
    """What a run is: the same configuration gives the same weights."""

    steps: int = 7500
    batch: int = 128
    optimizer: str = "adamw"
    learning_rate: float = 1e-3
    matrix_rate: float = 0.02  # of Muon's matrices; AdamW's have `learning_rate`
    warmup: int = 200
    decay: float = 0.3  # the last share of the steps, over which the learning rate falls to 0
    weight_decay: float = 0.01
    ema: float = 0.9995
    long_ema: float | None = None  # a second, slower average, kept beside the first to compare
    ema_warmup: bool = True  # a young average forgets faster; else it holds on to the weights of the start
    seed: int = 0
    loss: str = "v"
    precision: str = "float32"  # or "bfloat16": autocast, for GPUs and for CPUs that multiply it fast

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "warmup"):
            checks.integer(name, getattr(self, name), 1)
        checks.integer("seed", self.seed, 0)
        checks.choice("precision", self.precision, PRECISIONS)
        checks.choice("optimizer", self.optimizer, OPTIMIZERS)


class Task(Protocol):
    """What is trained: `model`, and the loss of a step."""

    @property
    def model(self) -> nn.Module:
        """What is trained."""
        ...

    @property
    def examples(self) -> int:
        """How many there are to draw from."""
        ...

    def loss(self, indices: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """The loss on the examples `indices`; all chance comes from `rng`."""
        ...


@dataclass
class DenoiserTask:
    """Digits noised to a random level; the network is asked for v (see `ddim_lab.model.loss`)."""

    model: UNet
    images: NDArray[np.float32]  # (N, 1, 28, 28) in [-1, 1]
    labels: NDArray[np.uint8]  # (N,)
    device: torch.device
    weighting: str = "v"
    label_dropout: float = 0.1  # share trained without a label, for guidance
    no_label: int = NO_LABEL  # the class that says so
    examples: int = field(init=False)

    def __post_init__(self) -> None:
        self.examples = len(self.images)

    def loss(self, indices: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """The weighed squared error of v, averaged over pixels and pictures."""
        n = len(indices)
        log_snr = objective.draw_log_snr(rng, n, LOG_SNR_MIN, LOG_SNR_MAX)
        alpha_bar = 1 / (1 + np.exp(-log_snr))
        eps = rng.standard_normal((n, 1, 28, 28), dtype=np.float32)
        label = np.where(rng.random(n) < self.label_dropout, self.no_label, self.labels[indices])
        root_a, root_1_a = (np.sqrt(p).astype(np.float32)[:, None, None, None] for p in (alpha_bar, 1 - alpha_bar))
        noisy, target = parameterization.turned(self.images[indices], eps, root_a, root_1_a)
        x_t, v, level, asked, weight = (
            torch.from_numpy(np.ascontiguousarray(array)).to(self.device)
            for array in (
                noisy,
                target,
                log_snr.astype(np.float32),
                label.astype(np.int64),
                objective.weight(self.weighting, alpha_bar).astype(np.float32),
            )
        )
        error = (self.model(x_t, level, asked).float() - v).square().mean(dim=(1, 2, 3))
        return (weight * error).mean()


def rate_share(config: TrainingConfig, step: int, begin: int = 0) -> float:
    """Warm-up, 1, then a straight fall to 0 over the last `decay` share of the steps from `begin` on."""
    fall = (config.steps - step) / max((config.steps - begin) * config.decay, 1)
    return min(1.0, (step - begin + 1) / config.warmup, fall)


@dataclass
class TrainingRun:
    """The state of a training run; `checkpoint` None keeps nothing on disk."""

    task: Task
    config: TrainingConfig
    device: torch.device
    checkpoint: Path | None = None
    data: str = ""  # checksum of the examples
    step: int = 0
    seconds: float = 0.0
    history: list[tuple[int, float]] = field(default_factory=list)  # (step, mean loss since the last entry)
    recent: list[float] = field(default_factory=list)  # losses since that entry
    stages: list[int] = field(default_factory=list)  # where runs ended that this one prolongs

    def __post_init__(self) -> None:
        self.task.model.to(self.device).train()
        c = self.config
        rates = c.learning_rate, c.matrix_rate
        self.optimizer = Optimizer(self.task.model, c.optimizer, rates, c.weight_decay)
        self.ema = {name: value.detach().clone() for name, value in self.task.model.state_dict().items()}
        self.long_ema = {} if c.long_ema is None else {name: value.clone() for name, value in self.ema.items()}

    def resume(self) -> list[str]:
        """Takes up the checkpoint, if there is one; returns what differs from the machine that wrote it.

        The checkpoint of a finished run is prolonged by more steps: the learning rate rises and falls once more
        (Wen et al. 2024, arXiv:2410.05192: nothing is lost by going on from decayed weights). One whose rate has not
        begun to fall may be given another length, sooner or later. Raises ValueError if the checkpoint is damaged or
        belongs to a run with other options.
        """
        if self.checkpoint is None or not self.checkpoint.exists():
            return []
        saved = _read(self.checkpoint, self.device)
        before = TrainingConfig(**saved["config"])
        differs = [k for k, v in asdict(self.config).items() if asdict(before)[k] != v]
        finished = saved["step"] == before.steps
        prolonged = differs == ["steps"] and finished and self.config.steps > saved["step"]
        begin = saved["stages"][-1] if saved.get("stages") else 0
        open_ended = (
            differs == ["steps"]
            and self.config.steps > saved["step"]
            and (saved["step"] <= before.steps - (before.steps - begin) * before.decay)
        )
        if differs and not (prolonged or open_ended):
            raise ValueError(
                f"{self.checkpoint} belongs to a run with another {', '.join(differs)} "
                f"({', '.join(str(asdict(before)[k]) for k in differs)}); pass the same options, "
                "or another --checkpoint"
            )
        if saved.get("data", self.data) != self.data:
            raise ValueError(
                f"{self.checkpoint} learned from other data (SHA-256 {saved['data'][:16]}..., here "
                f"{self.data[:16]}...); pass the same --data, or another --checkpoint"
            )
        try:
            self.task.model.load_state_dict(saved["model"])
        except RuntimeError as error:  # torch lists every size that differs, over pages
            raise ValueError(
                f"{self.checkpoint} holds a network of other sizes; pass the same options, or another --checkpoint"
            ) from error
        self.optimizer.load_state_dict(saved["optimizer"])
        self.ema, self.long_ema = saved["ema"], saved.get("long_ema", {})
        self.step, self.seconds = saved["step"], saved["seconds"]
        self.history, self.recent = [tuple(entry) for entry in saved["history"]], saved["recent"]
        self.stages = [*saved.get("stages", []), *([saved["step"]] if prolonged else [])]
        here = provenance.fingerprint(self.device)
        return [f"{k} was {v}, is {here[k]}" for k, v in saved["fingerprint"].items() if k in here and here[k] != v]

    def save(self) -> None:
        """Writes the checkpoint whole or not at all. Raises OSError, in words where the disk is full."""
        if self.checkpoint is None:
            return
        state = {
            "model": self.task.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "ema": self.ema,
            "long_ema": self.long_ema,
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
            "recent": self.recent,
            "stages": self.stages,
            "config": asdict(self.config),
            "data": self.data,
            "fingerprint": provenance.fingerprint(self.device),
        }
        content = io.BytesIO()
        torch.save(state, content)
        files.write(self.checkpoint, content.getbuffer())

    def advance(self) -> float:
        """One step; returns its loss."""
        started = time.perf_counter()
        config, step = self.config, self.step
        share = rate_share(config, step, begin=self.stages[-1] if self.stages else 0)
        indices = batch_indices(config.seed, step, config.batch, self.task.examples)
        rng = np.random.default_rng([config.seed, STREAMS["noise"], step])
        with torch.autocast(self.device.type, torch.bfloat16, enabled=config.precision == "bfloat16"):
            loss = self.task.loss(indices, rng)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.task.model.parameters(), 1.0)
        self.optimizer.step(share)
        self._average(self.ema, config.ema)
        if config.long_ema is not None:
            self._average(self.long_ema, config.long_ema)
        self.step += 1
        self.seconds += time.perf_counter() - started
        return float(loss.detach())

    @torch.no_grad()
    def _average(self, average: dict[str, Tensor], decay: float) -> None:
        if self.config.ema_warmup:
            decay = min(decay, (1 + self.step) / (10 + self.step))
        for name, value in self.task.model.state_dict().items():
            if value.is_floating_point():
                average[name].lerp_(value, 1 - decay)
            else:
                average[name].copy_(value)

    def finish(self, report: Callable[["TrainingRun", float], None], every: int = 50, save_every: int = 250) -> None:
        """Runs to the last step, calling `report` (with the mean of the recent losses) after each.

        Ctrl-C ends the step in hand, writes the checkpoint and raises KeyboardInterrupt. Only whole steps are ever
        written: an error inside a step leaves the checkpoint before it.
        """
        with provenance.InterruptLater() as interrupt:
            while self.step < self.config.steps:
                self.recent.append(self.advance())
                mean = float(np.mean(self.recent))
                if self.step % every == 0 or self.step == self.config.steps:
                    self.history.append((self.step, mean))
                    self.recent = []
                if self.step % save_every == 0 or self.step == self.config.steps or interrupt.wanted:
                    self.save()
                report(self, mean)
                if interrupt.wanted:
                    self.save()  # the interrupt may have come during `report`
                    raise KeyboardInterrupt


def _read(checkpoint: Path, device: torch.device) -> dict[str, Any]:
    damaged = f"{checkpoint} is no complete checkpoint of this lab; delete it, or pass another --checkpoint"
    try:
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
    except OSError:
        raise
    except Exception as error:  # what torch.load raises on bytes of another kind shares no base class
        raise ValueError(f"{damaged} ({type(error).__name__})") from error
    wanted = {"model", "optimizer", "ema", "step", "seconds", "history", "recent", "config", "fingerprint"}
    if not isinstance(saved, dict) or not wanted <= set(saved):
        raise ValueError(damaged)
    return saved


def batch_indices(seed: int, step: int, batch: int, examples: int) -> NDArray[np.int64]:
    """Which examples step `step` sees: consecutive slices of one shuffled epoch after another; (batch,)."""
    per_epoch = examples // batch
    if per_epoch == 0:
        raise ValueError(f"a batch of {batch} needs at least as many examples, got {examples}")
    epoch, place = divmod(step, per_epoch)
    order = np.random.default_rng([seed, STREAMS["order"], epoch]).permutation(examples)
    return order[place * batch : (place + 1) * batch]
