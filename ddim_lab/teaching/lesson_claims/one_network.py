"""Sentences of lesson 1, One network, many samplers."""

from typing import Any

import numpy as np

from ddim_lab import exact
from ddim_lab.exact import chains
from ddim_lab.model import loss, parameterization
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim

TWO_TONES = exact.GaussianMixture([0.5, 0.5], [-0.6, 0.6], stds=[0.03, 0.03])  # the lesson's world: dark or light
BEFORE, AFTER = 500, 300  # times of the two noises that the lesson compares
DRAWS = 20_000


def edges(pictures: Any) -> float:
    """How far neighbouring pixels of (N, 1, H, W) differ in the mean: high where edges are sharp."""
    return float((pictures.diff(dim=-1).abs().mean() + pictures.diff(dim=-2).abs().mean()) / 2)


def crowd(eta: float) -> tuple[Any, Any, Any]:
    """x_0, and the noise in x at BEFORE and at AFTER, of DRAWS chains of q_sigma; each (DRAWS,)."""
    alpha_bar = NoiseSchedule.linear().alpha_bar
    x_0 = TWO_TONES.sample(DRAWS, seed=0)
    rows = chains.forward(x_0, NoiseSchedule.linear(), [AFTER, BEFORE], eta, n=1)[:2, 0]
    before, after = (
        parameterization.forms(x, "x0", x_0, float(alpha_bar[t])).eps
        for x, t in zip(rows, (BEFORE, AFTER), strict=True)
    )
    return x_0, before, after


def mean_loss(eta: float) -> tuple[float, float]:
    """The squared error of the exact denoiser at AFTER in the process of this eta, and its standard error."""
    level = float(NoiseSchedule.linear().alpha_bar[AFTER])
    x_0, _, eps = crowd(eta)
    errors = (TWO_TONES.eps(parameterization.noised(x_0, eps, level), level) - eps) ** 2
    return float(errors.mean()), float(errors.std() / DRAWS**0.5)


def _losses_agree() -> bool:
    (one, error), (other, other_error) = mean_loss(0.0), mean_loss(1.0)
    correlations = [float(np.corrcoef(*crowd(eta)[1:])[0, 1]) for eta in (0.0, 1.0)]
    return abs(one - other) < 4 * float(np.hypot(error, other_error)) and correlations[0] > 0.99 > 0.5 > correlations[1]


def _losses() -> dict[str, float]:
    return {"ddim": mean_loss(0.0)[0], "ddpm": mean_loss(1.0)[0]}


def best_scale(name: str, level: float) -> float:
    """The factor on the exact denoiser that makes the loss `name` at this level least; 1 if nothing beats it."""
    eps, factors = np.random.default_rng(0).standard_normal(DRAWS), np.linspace(0.8, 1.2, 41)
    measured = TWO_TONES.eps(parameterization.noised(TWO_TONES.sample(DRAWS, seed=1), eps, level), level)
    weight = float(loss.gamma(name, np.array([level]))[0])
    return float(factors[np.argmin([weight * np.mean((factor * measured - eps) ** 2) for factor in factors])])


def _no_weight_moves_the_best() -> bool:
    measured = [best_scale(name, level) for name in loss.LOSSES for level in (0.1, 0.5, 0.9)]
    return max(abs(factor - 1) for factor in measured) < 0.021


def x0_errors(t: int = 1000) -> dict[str, float]:
    """By form: what an error of size 1 in it becomes in x0 at t of the linear schedule."""
    level = float(NoiseSchedule.linear().alpha_bar[t])
    return {kind: parameterization.x0_error(kind, level) for kind in parameterization.KINDS} | {"t": t}


def _noise_error_blows_up() -> bool:
    measured = x0_errors()
    return measured["eps"] > 100 > 1 >= measured["v"]


def sharp_and_average() -> tuple[float, float]:
    """From pure noise: the mean squared error of naming any one of 50 pictures, and of naming their average."""
    points = np.random.default_rng(0).uniform(-1, 1, (50, 784))
    sharp = np.mean([np.mean((points - guess) ** 2) for guess in points])
    return float(sharp), float(np.mean((points - points.mean(axis=0)) ** 2))


def _average_is_best() -> bool:
    sharp, average = sharp_and_average()
    return abs(sharp / average - 2) < 1e-9


def _exact_is_blurred_too() -> bool:
    """In a world of 50 pictures: at t = 1000 the exact belief is near their average, at t = 50 one of them."""
    points, alpha_bar = np.random.default_rng(0).uniform(-1, 1, (50, 784)), NoiseSchedule.linear().alpha_bar
    world, eps = exact.empirical(points), np.random.default_rng(1).standard_normal((1, 784))
    far, near = (
        parameterization.forms(x_t, "eps", world.eps(x_t, a), a).x0
        for a, x_t in (
            (float(alpha_bar[t]), parameterization.noised(points[:1], eps, float(alpha_bar[t]))) for t in (1000, 50)
        )
    )
    return bool(np.abs(far - points.mean(axis=0)).max() < 0.15 and np.abs(near - points[0]).max() < 1e-6)


def guided_spread(guidance: float) -> float:
    """The spread of results that were guided to the light tone of a world whose two tones overlap."""
    both, light = guided_worlds()

    def guided(x_t: Any, a: float) -> Any:
        return both.eps(x_t, a) + guidance * (light.eps(x_t, a) - both.eps(x_t, a))

    return measure.spread(measure.film(Run.named(S=50), n=256, denoiser=guided)[-1].x_prev)


def _guidance_narrows() -> bool:
    return guided_spread(1.0) > guided_spread(3.0) > guided_spread(6.0)


def guided_digits_spread(guidance: float) -> float:
    """The spread of twelve threes drawn with this guidance."""
    from functools import partial

    from ddim_lab import noise, sampler

    run, threes = Run.named(), partial(measure.network(), label=3, guidance=guidance)
    walk = sampler.sample(threes, noise.initial_noise(12, (1, 28, 28)), run.schedule, run.tau)
    return measure.spread(sampler.last(walk).x_prev)


def _guidance_narrows_digits() -> bool:
    return guided_digits_spread(1.0) > guided_digits_spread(4.0)


def guided_worlds() -> tuple[Any, Any]:
    """Two tones that overlap, and the light one of them alone: what a network says without a label, and with it."""
    return exact.GaussianMixture([0.5, 0.5], [-0.5, 0.5], stds=[0.4, 0.4]), exact.Gaussian(0.5, std=0.4)


def _classifier_inside() -> bool:
    """The two noises differ by -√(1 - a) times the slope of log p(light | x_t), which is taken by differences."""
    (both, light), x, h, off = guided_worlds(), np.linspace(-1.5, 1.5, 31), 1e-5, []
    for t in (100, 500, 900):
        a = float(NoiseSchedule.linear().alpha_bar[t])

        def log_label(x: Any, a: float = a) -> Any:  # by Bayes' rule, but for a constant
            return light.log_density(x, a) - both.log_density(x, a)

        slope = (log_label(x + h) - log_label(x - h)) / (2 * h)
        off.append(np.abs(light.eps(x, a) - both.eps(x, a) + (1 - a) ** 0.5 * slope).max())
    return max(off) < 1e-6


def _two_w() -> bool:
    """(1 + w') label - w' none is none + w (label - none) for w = 1 + w'."""
    (both, light), x = guided_worlds(), np.linspace(-1.5, 1.5, 31)
    none, label = both.eps(x, 0.3), light.eps(x, 0.3)
    off = [np.abs((1 + w) * label - w * none - (none + (1 + w) * (label - none))).max() for w in (0.0, 0.5, 3.0, 6.5)]
    return max(off) < 1e-12


def _two_w_digits() -> bool:
    """The shipped network's guidance counts from 1."""
    import torch

    from ddim_lab import noise

    network, x = measure.network(), noise.initial_noise(2, (1, 28, 28))
    none, label, guided = (network(x, 0.3, **asked) for asked in ({}, {"label": 3}, {"label": 3, "guidance": 3.0}))
    return torch.allclose(guided, (1 + 2) * label - 2 * none, atol=1e-3)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "classifier-inside",
        "The noise predicted with a label, less the noise predicted without, is −√(1 − ᾱ) times the slope of "
        "log p(label | x_t): the classifier is in the network already.",
        {},
        _classifier_inside,
    ),
    Claim(
        "two-w",
        "The w of Ho & Salimans is the guidance of this lab less 1: (1 + 2) ε_label − 2 ε_none is guidance 3.",
        {"guidance": 3.0},
        _two_w,
        check_digits=_two_w_digits,
    ),
    Claim(
        "loss-needs-marginals",
        "Two processes with other pairs of noises but the same noise at each single time have the same loss: "
        "in 20,000 draws {ddim:.2f} for eta 0 and {ddpm:.2f} for eta 1.",
        {},
        _losses_agree,
        numbers=_losses,
    ),
    Claim(
        "weight-moves-no-best",
        "Whatever weight a training objective puts on a noise level, the best answer at that level stays the same.",
        {},
        _no_weight_moves_the_best,
    ),
    Claim(
        "noise-error-blows-up",
        "At t = {t} of the linear noise schedule, an error in the predicted noise becomes an error {eps:.0f} times as "
        "large in the predicted picture; an error in v becomes no larger.",
        {},
        _noise_error_blows_up,
        numbers=x0_errors,
    ),
    Claim(
        "average-beats-sharp",
        "When nothing can be seen, naming any one sharp picture costs twice the squared error of naming the average.",
        {},
        _average_is_best,
    ),
    Claim(
        "exact-is-blurred-too",
        "The blur is no weakness of the network: in a world of 50 known pictures the exact answer from nearly pure "
        "noise is nearly their average, and with little noise it is one of them.",
        {},
        _exact_is_blurred_too,
    ),
    Claim(
        "guidance-narrows",
        "More guidance makes pictures of one class more alike.",
        {},
        _guidance_narrows,
        check_digits=_guidance_narrows_digits,
    ),
)
