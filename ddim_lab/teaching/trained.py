"""What lesson 11 draws and measures of the trained network: one start, known errors, codes, filling, guidance.

Results are kept, so that a sentence beside a picture costs nothing more.
"""

import warnings
from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

import ddim_lab as dl
from ddim_lab import exact, spacing
from ddim_lab.latents import interpolation, looks
from ddim_lab.model import mnist
from ddim_lab.model.classifier import load_classifier, look
from ddim_lab.sampler import Denoiser
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure, quality_table

T = 1000
SCHEDULE = NoiseSchedule.linear(T)
SHAPE = (1, 28, 28)
DIGITS, SEED = (3, 4, 5, 7), 5  # drawn in the lesson
COUNTS = (5, 10, 20, 40)
CODES = 20  # the seed of the two codes that are blended
EARLY = 0.1  # alpha_bar below which an error is called early, as in lesson 10


@cache
def network() -> Denoiser:
    """The shipped network on one CPU thread."""
    return dl.load_denoiser(device="cpu", threads=1)


def asked(labels: Any, guidance: float = 1.0) -> Denoiser:
    """The network, asked for these digits."""
    label = torch.as_tensor(labels) if labels is not None else None
    return partial(network(), label=label, guidance=guidance)


def start(n: int, seed: int = 0) -> Tensor:
    """x_T of n digits."""
    return dl.initial_noise(n, SHAPE, seed)


def end(denoiser: Denoiser, x_T: Tensor, S: int, eta: float = 0.0) -> Tensor:
    """The pictures that S trailing steps make of x_T."""
    return dl.last(dl.sample(denoiser, x_T, SCHEDULE, spacing.trailing(T, S), eta=eta)).x_prev


# One start, many S


@cache
def same_start(S: int, eta: float) -> Tensor:
    """The lesson's four digits, always from the same x_T."""
    return end(asked(DIGITS), start(len(DIGITS), SEED), S, eta)


def gap(one: Tensor, other: Tensor) -> float:
    """Root mean square difference of pixels in [-1, 1]."""
    return float((one - other).square().mean().sqrt())


def start_gaps() -> dict[str, float]:
    """10 against 40 steps from one start, at eta 0 and at eta 1."""
    return {name: gap(same_start(10, eta), same_start(40, eta)) for name, eta in (("none", 0.0), ("full", 1.0))}


# A known error


def early(size: float) -> Any:
    """An error of the predicted noise only where alpha_bar is below EARLY."""
    return lambda a: size if a < EARLY else 0.0


@cache
def spoiled(size: float, eta: float) -> Tensor:
    """Six digits of ten steps by the network with a known early error put in."""
    labels = (0, 2, 3, 5, 6, 8)
    error = early(size)

    def erring(x_t: Tensor, alpha_bar_t: float) -> Tensor:
        return network()(x_t, alpha_bar_t, label=torch.tensor(labels)) + error(alpha_bar_t)

    return end(erring, start(len(labels), seed=1), 10, eta)


ERROR = 0.05  # put into the network


def moved() -> dict[str, float]:
    """How far the early error moves the network's digits, at eta 0 and at eta 1, with the same noise."""
    measured = {name: gap(spoiled(ERROR, eta), spoiled(0.0, eta)) for name, eta in (("none", 0.0), ("full", 1.0))}
    return measured | {"size": ERROR}


# Codes


def blends(kind: str, n: int = 7, label: int = 8, seed: int = CODES) -> Tensor:
    """n codes from one to another by `kind` ("interpolate" or "straight"), decoded as `label`."""
    ends, weights = start(2, seed), torch.linspace(0, 1, n, dtype=torch.float64)
    between = getattr(interpolation, kind)(ends[:1].expand(n, *SHAPE), ends[1:].expand(n, *SHAPE), weights)
    return end(asked(label), between, 8)


def corner_blends(n: int = 5, label: int = 3, seed: int = 5) -> Tensor:
    """A square of blends of four codes, decoded as `label`: (n, n, 1, 28, 28)."""
    square = interpolation.grid(start(4, seed), n)
    return end(asked(label), square.flatten(0, 1), 8).reshape(n, n, *SHAPE)


def halfway() -> dict[str, float]:
    """Mean length of blends halfway between codes of noise, on the sphere and straight; the spread of known results."""
    one, other = start(400, seed=2).flatten(1).double(), start(400, seed=3).flatten(1).double()
    blends = {kind: getattr(interpolation, kind)(one, other, 0.5) for kind in ("interpolate", "straight")}
    spreads = {f"{kind}_spread": measure.spread(end(measure.KNOWN_WORLD.eps, x, 10)) for kind, x in blends.items()}
    return spreads | {kind: float(np.mean(looks.lengths(blend))) for kind, blend in blends.items()}


@cache
def back(S: int, implicit: bool = False) -> tuple[Tensor, int, float]:
    """The lesson's digits (of 40 steps) encoded and decoded in S steps: pictures, network calls up, residual."""
    x_0, denoiser, tau = same_start(40, 0.0), asked(DIGITS), spacing.trailing(T, S)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what does not converge is told as the residual
        steps = list(dl.encode(denoiser, x_0, SCHEDULE, tau, implicit, tol=1e-3, max_rounds=15))
    calls = sum(step.rounds or 1 for step in steps)
    return end(denoiser, steps[-1].x_t, S), calls, max(step.residual or 0.0 for step in steps)


def back_error(S: int, implicit: bool = False) -> float:
    """Mean squared error on [0, 1] of what came back, the scale of the paper's Table 2."""
    return float(np.mean(looks.squared_errors(back(S, implicit)[0], same_start(40, 0.0))))


def errors_back() -> dict[str, float]:
    """The errors of the lesson's digits, and what the implicit code of ten steps costs."""
    errors = {f"explicit{S}": back_error(S) for S in (5, 10, 20)}
    _, calls, residual = back(10, True)
    return errors | {"implicit10": back_error(10, True), "calls": calls, "residual": residual}


def measured_back() -> dict[str, float]:
    """The measured table's explicit error at its fewest and most steps, and its implicit error at the fewest.

    Raises LookupError with a sentence if they are not measured.
    """
    explicit, implicit = quality_table.reconstructions(False), quality_table.reconstructions(True)
    if not explicit or not implicit:
        raise LookupError(quality_table.NOT_YET)
    return {
        "digits": explicit[0]["digits"],
        "few": explicit[0]["S"], "few_mse": explicit[0]["mse"]["value"],
        "many": explicit[-1]["S"], "many_mse": explicit[-1]["mse"]["value"],
        "implicit": implicit[0]["S"], "implicit_mse": implicit[0]["mse"]["value"], "rounds": implicit[0]["rounds"],
    }  # fmt: skip


# Filling


CORRELATION, SEEN = 0.9, 0.8
PAIR = exact.Gaussian([0.0, 0.0], cov=0.25 * np.array([[1, CORRELATION], [CORRELATION, 1]]))


@cache
def filled_pair(resamples: int) -> tuple[float, float]:
    """Two pixels that go together, the second hidden: mean and standard deviation of 400 fillings."""
    x_0 = torch.tensor([[SEEN, 0.0]], dtype=torch.float64).expand(400, 2).contiguous()
    walk = dl.inpaint(PAIR.eps, x_0, torch.tensor([False, True]), SCHEDULE, spacing.trailing(T, 20),
                      resamples=resamples)  # fmt: skip
    hidden = dl.last(walk).x_prev[:, 1]
    return float(hidden.mean()), float(hidden.std())


def fillings() -> dict[str, float]:
    """Means of the hidden pixel: exact (the conditional of a Gaussian), and filled with one round a step and ten."""
    exactly = CORRELATION * SEEN  # both pixels have one variance and mean 0
    return {"seen": SEEN, "exact": exactly, "once": filled_pair(1)[0], "ten": filled_pair(10)[0]}


@cache
def filled(resamples: int, labels: tuple[int, ...] = DIGITS) -> Tensor:
    """The lesson's digits with their lower half filled anew, in eight steps, as `labels`."""
    walk = dl.inpaint(asked(labels), same_start(40, 0.0), lower_half(), SCHEDULE, spacing.trailing(T, 8),
                      resamples=resamples)  # fmt: skip
    return dl.last(walk).x_prev


def lower_half() -> Tensor:
    """The mask of the lesson, boolean (1, 28, 28): True is to be filled."""
    mask = torch.zeros(SHAPE, dtype=torch.bool)
    mask[:, 14:] = True
    return mask


# Guidance


GUIDED = 20


@cache
def guided(w: float) -> Mapping[str, float]:
    """Of twenty digits of six steps with guidance w: how many the judge takes for what was asked, and how varied."""
    labels = np.repeat(np.arange(0, 10, 2), GUIDED // 5)
    denoiser = asked(labels, w) if w else asked(None)
    pictures = end(denoiser, start(GUIDED, seed=6), 6)
    _, seen = look(load_classifier(), mnist.to_grey(pictures.numpy()))
    groups = [pictures[labels == label] for label in np.unique(labels)]
    return MappingProxyType(
        {
            "right": int((seen == labels).sum()),
            "spread": float(np.mean([float(g.std(dim=0).mean()) for g in groups])),
        }
    )


STRENGTHS = (0.0, 0.5, 1.0, 4.0)


def guided_ends() -> dict[str, float]:
    """`guided` without a label, and with much guidance."""
    weak, strong = guided(0.0), guided(STRENGTHS[-1])
    return {
        "n": GUIDED, "right0": weak["right"], "right4": strong["right"],
        "spread0": weak["spread"], "spread1": guided(1.0)["spread"], "spread4": strong["spread"],
    }  # fmt: skip
