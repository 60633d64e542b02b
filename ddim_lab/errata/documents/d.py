"""Document D: its wrong claims, each recomputed by the core or held against the paper's own table."""

import math
from typing import Any

import sympy as sp

from ddim_lab import spacing
from ddim_lab.errata.case import FULL, Case, Document, Finding, Note
from ddim_lab.errata.forms import Line
from ddim_lab.exact.known import STD
from ddim_lab.exact.paper import SOURCE, STEPS, fid
from ddim_lab.symbolic.nonmarkov import FORWARD_MEAN, FORWARD_VARIANCE
from ddim_lab.symbolic.objective_weights import GAMMA
from ddim_lab.symbolic.symbols import at, b, substituted, x_0, x_prev, x_t
from ddim_lab.transition import coefficients

DOCUMENT = Document(
    "D",
    "The written outline, in Chinese, of a recorded lecture on the DDIM paper and the improved-diffusion code",
    "the loss needs only marginals, the induction proof, J_sigma = L_gamma + C, the implicit model, respacing",
)


def _density(x: sp.Expr, mean: sp.Expr, variance: sp.Expr) -> sp.Expr:
    return sp.exp(-((x - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


CONDITIONAL = _density(x_t, FORWARD_MEAN, FORWARD_VARIANCE)  # q_sigma(x_t | x_prev, x_0)
JOINT = CONDITIONAL * _density(x_prev, sp.sqrt(b) * x_0, 1 - b)  # q_sigma(x_t, x_prev | x_0)


HOLDS = "{data}: DDIM with {few} steps {ddim}, DDPM with {many} {ddpm}: holds."
HOLDS_NOT = "{data}: DDIM with {few} steps {ddim}, DDPM with {many} {ddpm}: does not hold."
BEST = "On CIFAR10 DDIM's best is {best}; the DDPM with the larger variance reaches {hat} at 1000 steps."


def _five_times() -> Finding:
    facts: dict[str, Any] = {}
    for data in ("CIFAR10", "CelebA"):
        pairs = {few: (fid(data, 0.0, few), fid(data, 1.0, 5 * few)) for few in (10, 20)}
        facts[data] = {few: (ddim, ddpm, ddim <= ddpm) for few, (ddim, ddpm) in pairs.items()}
    best = min(fid("CIFAR10", 0.0, S) for S in STEPS)
    hat = fid("CIFAR10", "hat", 1000)
    said = [
        (HOLDS if fine else HOLDS_NOT).format(data=data, few=few, many=5 * few, ddim=ddim, ddpm=ddpm)
        for data, rows in facts.items()
        for few, (ddim, ddpm, fine) in rows.items()
    ]
    said.append(BEST.format(best=best, hat=hat))
    verdicts = {data: [row[2] for row in rows.values()] for data, rows in facts.items()}
    holds = verdicts == {"CIFAR10": [False, False], "CelebA": [True, True]} and hat < best
    return Finding(facts | {"best DDIM": best, "sigma-hat at 1000": hat}, " ".join(said), holds)


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


CASES: tuple[Case, ...] = (
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
)
NOTES: tuple[Note, ...] = ()
