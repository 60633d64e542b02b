"""Wrong claims: each verdict is recomputed by the core, or from the paper's own table."""

import math
from typing import Any

import numpy as np
import sympy as sp

from ddim_lab import spacing
from ddim_lab.errata.case import Case, Finding, Line
from ddim_lab.errata.one_training import one_network
from ddim_lab.errata.paper import SOURCE, STEPS, fid
from ddim_lab.errata.runner import STD
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.nonmarkov import FORWARD_MEAN, FORWARD_VARIANCE, ON_X_0
from ddim_lab.symbolic.objective_weights import GAMMA
from ddim_lab.symbolic.posterior import POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, at, b, sigma, substituted, x_0, x_prev, x_t
from ddim_lab.transition import coefficients

FULL = NoiseSchedule.linear()


def _density(x: sp.Expr, mean: sp.Expr, variance: sp.Expr) -> sp.Expr:
    return sp.exp(-((x - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


CONDITIONAL = _density(x_t, FORWARD_MEAN, FORWARD_VARIANCE)  # q_sigma(x_t | x_prev, x_0)
JOINT = CONDITIONAL * _density(x_prev, sp.sqrt(b) * x_0, 1 - b)  # q_sigma(x_t, x_prev | x_0)


def _respaced() -> Finding:
    worst = 0.0
    for S in (7, 10, 50):
        tau = spacing.trailing(FULL.T, S)
        levels = FULL.alpha_bar[[0, *tau]]
        betas = 1 - levels[1:] / levels[:-1]
        chain = NoiseSchedule.from_betas(betas).alpha_bar  # a DDPM of S steps: its own posterior, DDPM, Eq. 7
        posterior = (1 - chain[:-1]) / (1 - chain[1:]) * betas
        ours = np.asarray(coefficients(levels[1:], levels[:-1], 1.0).sigma) ** 2
        worst = max(worst, float(np.abs(posterior - ours).max()))
    said = (
        "At S = 7, 10 and 50, σ(1)² differs from the posterior variance of the DDPM with the S respaced betas by at "
        f"most {worst:.0e}."
    )
    return Finding({"largest difference": worst}, said, worst < 1e-12)


def _markov() -> Finding:
    from ddim_lab.teaching import measure

    state = {"eta": 0.5, "S": 10}
    off = float((measure.resumed(state, 4) - measure.pictures(state)).abs().max())
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
    tau = spacing.trailing(FULL.T, 10)
    levels = FULL.alpha_bar[[0, *tau]]
    fresh = {eta: float(np.max(coefficients(levels[1:], levels[:-1], eta).sigma)) for eta in (0.0, 0.5, 1.0)}
    said = (
        "The largest σ of a run of 10 steps: "
        + ", ".join(f"{v:.3f} at eta = {eta:g}" for eta, v in fresh.items())
        + "."
    )
    return Finding({"largest sigma": fresh}, said, fresh[0.0] == 0 and min(fresh[0.5], fresh[1.0]) > 0)


def _rises() -> Finding:
    least = {kind: float(np.diff(1 - NoiseSchedule.named(kind).alpha_bar).min()) for kind in NoiseSchedule.KINDS}
    said = (
        "In all four shipped noise schedules 1 − alpha_bar_t rises with every t: from 0 to "
        f"{1 - FULL.alpha_bar[-1]:.5f} in the linear one."
    )
    return Finding({"smallest rise": least}, said, min(least.values()) > 0)


def _five_times() -> Finding:
    facts: dict[str, Any] = {}
    for data in ("CIFAR10", "CelebA"):
        pairs = {few: (fid(data, 0.0, few), fid(data, 1.0, 5 * few)) for few in (10, 20)}
        facts[data] = {few: (ddim, ddpm, ddim <= ddpm) for few, (ddim, ddpm) in pairs.items()}
    best = min(fid("CIFAR10", 0.0, S) for S in STEPS)
    hat = fid("CIFAR10", "hat", 1000)
    said = " ".join(
        f"{data}: DDIM with {few} steps {ddim}, DDPM with {5 * few} {ddpm}: {'holds' if fine else 'does not hold'}."
        for data, rows in facts.items()
        for few, (ddim, ddpm, fine) in rows.items()
    )
    said += f" On CIFAR10 DDIM's best is {best}; the DDPM with the larger variance reaches {hat} at 1000 steps."
    verdicts = {data: [row[2] for row in rows.values()] for data, rows in facts.items()}
    holds = verdicts == {"CIFAR10": [False, False], "CelebA": [True, True]} and hat < best
    return Finding(facts | {"best DDIM": best, "sigma-hat at 1000": hat}, said, holds)


def gamma(alpha_bar_t: float, alpha_bar_prev: float, s: float) -> float:
    """The weight of the noise error at one step in J_sigma, for sigma = `s` > 0 and alpha_bar_prev < 1."""
    return at(GAMMA, alpha_bar_t, alpha_bar_prev, sigma=s)


def _shared() -> Finding:
    """The best linear guess theta x_t of the noise, for data N(0, .5^2): each level has its own, sqrt(1 - a)/v."""
    levels = [(float(FULL.alpha_bar[t]), float(FULL.alpha_bar[t - 1])) for t in (150, 500, 950)]
    variances = [level * STD**2 + 1 - level for level, _ in levels]

    def best(weights: list[float]) -> float:  # one theta for all levels: a weighted mean
        top = sum(w * math.sqrt(1 - level) for w, (level, _) in zip(weights, levels, strict=True))
        return top / sum(w * v for w, v in zip(weights, variances, strict=True))

    gammas = [gamma(*pair, float(coefficients(*pair, 1.0).sigma)) for pair in levels]
    plain, weighted = best([1.0] * len(levels)), best(gammas)
    said = (
        f"One shared number for three noise levels: L_1 is least at {plain:.4f}, J_σ at {weighted:.4f}. With a number "
        "for each level both are least at the same three, since a weight does not move the minimum of its own term."
    )
    return Finding({"L_1": plain, "J_sigma": weighted, "gamma": gammas}, said, abs(plain - weighted) > 1e-3)


def _comma() -> Finding:
    over_x_t = sp.sqrt(2 * sp.pi * (1 - b)) * JOINT / CONDITIONAL
    left = sp.simplify(over_x_t - sp.exp(-((x_prev - sp.sqrt(b) * x_0) ** 2) / (2 * (1 - b))))
    said = (
        "Integrated over x_t the conditional density gives 1, the joint one the density of x_(t−1): "
        f"their quotient is exactly that (residual {left})."
    )
    return Finding({"residual of the quotient": left}, said, left == 0)


def _strides() -> Finding:
    counts = {len(range(0, FULL.T, stride)) for stride in range(1, FULL.T + 1)}
    missing = [S for S in range(1, FULL.T + 1) if S not in counts]
    said = (
        f"At T = 1000 whole strides give {len(counts) - 1} numbers of steps above 1, of 999. The smallest that do not "
        f"exist: {', '.join(map(str, missing[:8]))}."
    )
    ours = all(len(spacing.trailing(FULL.T, S)) == S for S in missing)
    return Finding(
        {"counts above 1": len(counts) - 1, "missing": missing}, said, {37, 41, 43, 45, 60} <= set(missing) and ours
    )


def _at_full_length() -> Finding:
    rows = {data: tuple(fid(data, eta, 1000) for eta in (0.0, 1.0, "hat")) for data in ("CIFAR10", "CelebA")}
    said = " ".join(
        f"{data}, S = 1000: eta 0 gives {ddim}, eta 1 {ddpm}, the larger variance {hat}."
        for data, (ddim, ddpm, hat) in rows.items()
    )
    return Finding({"FID at 1000": rows}, said, all(hat < ddim < ddpm for ddim, ddpm, hat in rows.values()))


def _year() -> Finding:
    """Nothing can be computed here."""
    number = SOURCE[SOURCE.index("arXiv:") + 6 :][:10]
    said = (
        f"Nothing is computed here: the citation is the refutation. The paper is arXiv:{number}, and such a number "
        f"begins with the year and the month, 20{number[:2]}-{number[2:4]}; it was published at ICLR 2021."
    )
    return Finding({"arXiv": number}, said, True)


CASES = (
    Case(
        key="only-unskipped",
        document="A",
        kind="claim",
        title="“It becomes the DDPM if no step is skipped”",
        claim="With σ = σ(1) the model is the DDPM, provided one does not skip steps.",
        misconception="the DDPM exists only where no step is skipped",
        wrong="the DDPM only without skipping",
        right="with skipping, the DDPM of the respaced chain, with betas 1 − ᾱ_τ(i)/ᾱ_τ(i−1)",
        why="Nothing in the derivation says that t_prev is t − 1. With skipping it is again a DDPM: that of a chain "
        "with fewer and larger steps.",
        source="DDIM paper, Sections 4.1 and 4.2: the formulas hold for any subsequence",
        run=_respaced,
    ),
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
    Case(
        key="five-times",
        document="D",
        kind="claim",
        title="“Five times fewer steps at equal quality”",
        claim="DDIM reaches the quality of the DDPM with a fifth of the steps.",
        misconception="always-better",
        wrong="a fifth of the steps, equal quality",
        right="true on CelebA for 10 against 50 and 20 against 100 steps; on CIFAR10 for neither",
        why="How much is gained depends on the data and on what one compares with. DDIM wins at equal, small S; it "
        "does not win against every longer run.",
        source=SOURCE,
        run=_five_times,
    ),
    Case(
        key="same-objective",
        document="D",
        kind="claim",
        title="“Optimising L_1 optimises J_σ as well”",
        claim="The plain loss with all weights 1 has the same minimum as the objective of any σ.",
        misconception="weights-never",
        wrong="the two objectives have the same minimum",
        right="exactly so only if no parameters are shared across t",
        why="If each t has parameters of its own, weights do not matter: each term is least by itself. One network for "
        "all t must compromise, and the weights say how. In practice the plain loss works well.",
        source="DDIM paper, Section 3.2, after Theorem 1: the condition is stated there",
        run=_shared,
    ),
    Case(
        key="stray-comma",
        document="D",
        kind="claim",
        title="q(x_t, | x_(t−1), x_0): a comma too many",
        claim="The forward kernel is written with a comma before the bar, several times.",
        misconception="a comma before the bar changes nothing",
        wrong="q(x_t, x_(t−1) | x_0), as the comma suggests",
        right="q(x_t | x_(t−1), x_0)",
        why="A comma before the bar lists what is drawn together: it makes a joint density of a conditional one. They "
        "differ by the factor q(x_(t−1) | x_0).",
        lines=(
            Line(
                "density at x_0 = x_t = x_prev = 0",
                "q",
                substituted(JOINT, {x_0: 0, x_t: 0, x_prev: 0}),
                substituted(CONDITIONAL, {x_0: 0, x_t: 0, x_prev: 0}),
            ),
        ),
        source="the definition of conditional density",
        run=_comma,
    ),
    Case(
        key="whole-strides",
        document="D",
        kind="claim",
        title="Respacing by a whole stride",
        claim="To sample with S steps, keep every n-th step for some whole n.",
        misconception="uniform",
        wrong="range(0, T, n) has S steps for some n",
        right="round each i·T/S by itself: S steps for every S",
        why="A whole stride gives ⌈T/n⌉ steps, and most numbers are not of that form.",
        source="counting: the core tries every stride",
        run=_strides,
    ),
    Case(
        key="ddpm-at-full-length",
        document="E",
        kind="claim",
        title="“The DDPM (eta = 1) is better when S = T”",
        claim="With all 1000 steps, eta = 1 gives better samples than eta = 0.",
        misconception="fresh noise is better once there are enough steps",
        wrong="eta = 1 is best at S = 1000",
        right="sigma-hat, the DDPM's larger variance, is best there; eta = 1 is worse than eta = 0",
        why="The paper's table has two rows for the DDPM. Only the one with the larger variance wins at full length, "
        "and it is the worst by far at small S.",
        source=SOURCE,
        run=_at_full_length,
    ),
    Case(
        key="year",
        document="E",
        kind="claim",
        title="Song et al. is of 2020",
        claim="The DDIM paper is cited with the year 2022.",
        misconception="the date of the newest version is the date of the work",
        wrong="Song et al. (2022)",
        right="Song, Meng & Ermon (2020); ICLR 2021",
        why="arXiv shows the date of the last revision; the number of the paper holds the first one.",
        source="arXiv:2010.02502",
        run=_year,
    ),
)
