"""Wrong claims of document B: each verdict is recomputed by the core."""

from operator import attrgetter
from typing import Any

import numpy as np
import sympy as sp

from ddim_lab.errata.case import FULL, Case, Finding, even_steps
from ddim_lab.errata.documents.b.one_training import one_network
from ddim_lab.exact.known import KNOWN_WORLD
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.nonmarkov import ON_X_0
from ddim_lab.symbolic.posterior import POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, b, sigma
from ddim_lab.walk import Transition, walk


def _resumed(run: Run, after: int, n: int = 64) -> float:
    """How far a run of `n` pictures, broken off after `after` steps and resumed from those held, ends from itself."""
    from ddim_lab import noise, sampler

    def move(at: Transition, held: Any, before: sampler.Step | None) -> sampler.Step:
        z = noise.fresh_noise(n, (1,), at.j)
        return sampler.step(held, KNOWN_WORLD.eps(held, at.a), at.a, at.b, eta=run.eta, z=z)

    x_T = noise.initial_noise(n, (1,)).double()
    unbroken = list(sampler.sample(KNOWN_WORLD.eps, x_T, run.schedule, run.tau, run.eta))
    *_, end = walk(run.transitions[after:], unbroken[after - 1].x_prev, move, attrgetter("x_prev"))
    return float((end.x_prev - unbroken[-1].x_prev).abs().max())


def _markov() -> Finding:
    off = _resumed(even_steps(eta=0.5, S=10), after=4)
    at_sigma = float(ON_X_0.subs({a: 0.5, b: 0.7, sigma: 0.1}).evalf())
    at_ddpm = float(ON_X_0.subs(sigma, sp.sqrt(POSTERIOR_VARIANCE)).subs({a: 0.5, b: 0.7}).evalf())
    said = (
        f"A run resumed from the picture held, knowing no earlier one, ends {off:g} away from the run itself. The "
        f"forward process does look back: x_0 has the weight {at_sigma:.4f} in it at P, and "
        f"{abs(at_ddpm):.4f} for the DDPM's σ."
    )
    facts = {"resumed": off, "weight of x_0": at_sigma, "weight for the DDPM": at_ddpm}
    return Finding(facts, said, off == 0 and abs(at_sigma) > 0.1 and abs(at_ddpm) < 1e-12)


def _deterministic() -> Finding:
    largest = {eta: float(even_steps(eta, S=10).sigma.max()) for eta in (0.0, 0.5, 1.0)}
    said = (
        f"The largest σ of a run of 10 steps: {largest[0.0]:.3f} at eta = 0, {largest[0.5]:.3f} at eta = 0.5, "
        f"{largest[1.0]:.3f} at eta = 1."
    )
    return Finding({"largest sigma": largest}, said, largest[0.0] == 0 and min(largest[0.5], largest[1.0]) > 0)


def _rises() -> Finding:
    least = {kind: float(np.diff(1 - NoiseSchedule.named(kind).alpha_bar).min()) for kind in NoiseSchedule.KINDS}
    said = (
        f"In all {len(least)} shipped noise schedules 1 − alpha_bar_t rises with every t: from 0 to "
        f"{1 - FULL.alpha_bar[-1]:.5f} in the linear one."
    )
    return Finding({"smallest rise": least}, said, min(least.values()) > 0)


CASES = (
    Case(
        key="reverse-markov",
        document="B",
        kind="claim",
        title="“DDIM makes the reverse chain non-Markov”",
        claim="DDIM turns the Markov chain of the reverse process into a non-Markov one.",
        misconception="non-markov",
        wrong="the reverse (generative) chain stops being Markov",
        right="the forward (inference) process does; the generative chain stays Markov",
        why="x_prev is computed from x_t and fresh noise alone, so the sampler needs no memory. What looks back to x_0 "
        "is the forward process, except at the DDPM's σ.",
        source="DDIM paper, Section 3.1 (forward process) and Eq. 10 (generative process)",
        run=_markov,
    ),
    Case(
        key="always-deterministic",
        document="B",
        kind="claim",
        title="“DDIM computes each picture deterministically”",
        claim="The reverse process uses a deterministic function, and the class has an eta that adds noise.",
        misconception="the family of samplers has no fresh noise at all",
        wrong="the reverse process is deterministic",
        right="it is deterministic at eta = 0 only",
        why="The formula describes a family of samplers. Only its member with σ = 0 draws no fresh noise.",
        source="DDIM paper, Eq. 16 and Section 4.1",
        run=_deterministic,
    ),
    Case(
        key="noise-falls",
        document="B",
        kind="claim",
        title="“Noise decreases as t grows”",
        claim="α_t gets smaller with t, which means that the noise gets less.",
        misconception="noise falls as t rises",
        wrong="smaller α_t: less noise",
        right="smaller alpha_bar_t: more noise, of variance 1 − alpha_bar_t",
        why="alpha_bar_t is what is left of the picture. What it loses, the noise gains.",
        source="DDIM paper, Eq. 4; DDPM paper (arXiv:2006.11239), Eq. 4",
        run=_rises,
    ),
    Case(
        key="hard-to-train",
        document="B",
        kind="claim",
        title="“DDIM is hard to train”",
        claim="Training DDIM is listed among its difficulties.",
        misconception="retraining",
        wrong="DDIM has a training of its own",
        right="DDIM samples from a network trained as for the DDPM",
        why="The loss depends on the marginals only, and those are the same for every σ and every choice of steps.",
        source="DDIM paper, Theorem 1 and the first lines of Section 5: the same trained model",
        run=one_network,
    ),
)
