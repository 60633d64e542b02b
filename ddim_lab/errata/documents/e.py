"""Document E: its wrong formulas, each with the sampler that follows from it, and its claims."""

import sympy as sp

from ddim_lab.errata.case import Case, Document, Finding, Note, Repair, Suspect, even_steps
from ddim_lab.errata.forms import VARIANCE, Line, weights
from ddim_lab.errata.recipe import Recipe, by_coefficient, by_meaning, mistrained
from ddim_lab.errata.rules import DIRECTION, PICTURE, ROOT_A, ROOT_B, M
from ddim_lab.exact.paper import SOURCE, fid
from ddim_lab.symbolic.posterior import ALPHA, POSTERIOR_K, POSTERIOR_M, POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, b, eta, sigma, substituted

DOCUMENT = Document(
    "E",
    "A review post, in English: undetermined coefficients as a table, the freedom of sigma, subsequences",
    "DDPM recap, the marginal condition as an integral, two choices of variance, tau, eta and S",
)
SIGMA_1 = sp.sqrt(POSTERIOR_VARIANCE)
NO_ROOTS = (a, 1 - a)  # training picture: weights of x_0 and of the noise
LOST_ROOT = ROOT_B - ALPHA * (1 - b) / (1 - a)
KAPPA = sp.sqrt(((1 - b) ** 2 - sigma**2) / (1 - a))
ETA_ONCE = eta * POSTERIOR_VARIANCE


def _solved(m: sp.Expr) -> Recipe:
    """k from the mean condition, for this m."""
    return by_coefficient(ROOT_B - ROOT_A * m, m)


def _with_sigma(value: sp.Expr) -> Recipe:
    """The right step with this sigma."""
    return by_meaning(ROOT_B, substituted(DIRECTION, {sigma: value}), value)


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


def _kernel() -> Finding:
    from ddim_lab.symbolic import undetermined
    from ddim_lab.symbolic.symbols import reduced

    left = tuple(reduced(value) for value in undetermined.remainders(undetermined.solution()))
    said = (
        f"With the kernel of that line both marginal conditions hold: what is left of them is {left[0]} and {left[1]}."
    )
    return Finding({"residuals": left}, said, left == (0, 0))


CASES: tuple[Case, ...] = (
    Case(
        key="lost-root",
        document="E",
        kind="formula",
        title="The posterior mean lacks √ᾱ_(t−1)",
        claim="The weight of x_0 in the DDPM's posterior mean is √ᾱ_(t−1) − α_t·(1 − ᾱ_(t−1))/(1 − ᾱ_t).",
        misconception="a lost root changes a formula only a little",
        why="The second term is √ᾱ_t times the weight of x_t, and √ᾱ_t·√α_t = √ᾱ_(t−1)·α_t. Without that root the "
        "weight of x_0 is too small at every step but the last, and over 1000 steps the mean of the data is lost.",
        lines=(Line("weight of x_0 in the posterior mean", r"\lambda_t", LOST_ROOT, POSTERIOR_K),),
        recipe=by_coefficient(LOST_ROOT, POSTERIOR_M, SIGMA_1),
        setting=even_steps(eta=1.0, S=1000),
        shows="mean",
        suspect=Suspect(
            cause="The weight of x_0 in the DDPM's mean lacks a root of ᾱ",
            tell="Near t = T the weight of x_0 is below 0: the mean first runs to the wrong side, and variance is "
            "missing. With many steps the mean is lost.",
            setting=even_steps(eta=1.0, S=50),
            line="k = sqrt(b) - a / b * (1 - b) / (1 - a)",
            repaired="k = sqrt(b) - sqrt(b) * a / b * (1 - b) / (1 - a)",
            others=(
                Repair(
                    "k = sqrt(b) - sqrt(a) * a / b * (1 - b) / (1 - a)",
                    by_coefficient(ROOT_B - ROOT_A * a / b * (1 - b) / (1 - a), POSTERIOR_M, SIGMA_1),
                ),
                Repair("k = sqrt(b) - sqrt(a)", by_coefficient(ROOT_B - ROOT_A, POSTERIOR_M, SIGMA_1)),
            ),
        ),
    ),
    Case(
        key="variance-is-deviation",
        document="E",
        kind="formula",
        title="A variance is set equal to a standard deviation",
        claim="1 − ᾱ_(t−1) = √(κ_t²·(1 − ᾱ_t) + σ_t²), and κ_t and λ_t follow with (1 − ᾱ_(t−1))².",
        misconception="variance-or-deviation",
        why="The left side is a variance, the right one a deviation. Squaring puts (1 − ᾱ_(t−1))² where 1 − ᾱ_(t−1) "
        "belongs: too little noise is put back, and near the data the root of a negative number is asked for. The next "
        "line of the same text is right again.",
        lines=(
            Line("weight of x_t", r"\kappa_t", KAPPA, M),
            Line("variance of x_prev given x_0", VARIANCE, sp.expand(KAPPA**2 * (1 - a) + sigma**2), 1 - b),
        ),
        recipe=_solved(KAPPA),
        setting=even_steps(eta=0.0, S=10),
        shows="narrower",
        suspect=Suspect(
            cause="m was solved from a variance set equal to a deviation",
            tell="Too little of the noise is put back at eta = 0; with ten steps or more, eta = 0.5 and eta = 1 give "
            "NaN.",
            setting=even_steps(eta=0.0, S=10),
            line="m = sqrt(((1 - b)**2 - sigma**2) / (1 - a))",
            repaired="m = sqrt((1 - b - sigma**2) / (1 - a))",
            others=(
                Repair("m = (1 - b - sigma**2) / (1 - a)", _solved((1 - b - sigma**2) / (1 - a))),
                Repair("m = sqrt((1 - b**2 - sigma**2) / (1 - a))", _solved(sp.sqrt((1 - b**2 - sigma**2) / (1 - a)))),
            ),
        ),
    ),
    Case(
        key="eta-once",
        document="E",
        kind="formula",
        title="σ² is eta times β̃, not eta² times",
        claim="The paper studies σ_t² = eta·β̃_t with eta between 0 and 1.",
        misconception="variance-or-deviation",
        why="The paper scales the deviation: σ = eta·√β̃ (its Eq. 16), so the variance has eta². The two agree at 0 "
        "and 1 only; in between, the text's eta of .25 is the paper's .5.",
        lines=(
            Line(
                "variance of the fresh noise", r"\sigma_t^2", ETA_ONCE, eta**2 * POSTERIOR_VARIANCE, point={"eta": 0.5}
            ),
        ),
        recipe=_with_sigma(sp.sqrt(ETA_ONCE)),
        setting=even_steps(eta=0.5, S=10),
        shows="narrower",
        suspect=Suspect(
            cause="σ² was scaled with eta, not eta²",
            tell="It is the right sampler at a larger eta, the root of the one asked for; at 0 and 1 nothing shows.",
            setting=even_steps(eta=0.3, S=10),
            line="sigma = sqrt(eta) * sigma_1",
            repaired="sigma = eta * sigma_1",
            others=(
                Repair("sigma = eta**2 * sigma_1", _with_sigma(eta**2 * SIGMA_1)),
                Repair("sigma = sigma_1", _with_sigma(SIGMA_1)),
            ),
        ),
    ),
    Case(
        key="training-without-roots",
        document="E",
        kind="formula",
        title="The training picture lacks both roots",
        claim="The network is trained to find ε in ᾱ_t·x_0 + β̄_t·ε, where β̄_t = 1 − ᾱ_t.",
        misconception="variance-or-deviation",
        why="Weights of pictures are deviations: √ᾱ_t and √(1 − ᾱ_t), whose squares add up to 1. A network trained "
        "without the roots has learnt another noise level, and expects pictures of another size, than the sampler "
        "shows it.",
        lines=weights(
            ("weight of x_0 in the training picture", "weight of the noise in the training picture"), NO_ROOTS, PICTURE
        ),
        recipe=mistrained(*NO_ROOTS),
        shows="narrower",
        suspect=Suspect(
            cause="The network was trained on pictures weighted with ᾱ and 1 − ᾱ",
            tell="Mean and variance both end too low, though nothing is random and the ruler is in order.",
            setting=even_steps(eta=0.0, S=10),
            line="x_t = a * x_0 + (1 - a) * eps   # in training",
            repaired="x_t = sqrt(a) * x_0 + sqrt(1 - a) * eps",
            others=(
                Repair("x_t = sqrt(a) * x_0 + (1 - a) * eps", mistrained(ROOT_A, 1 - a)),
                Repair("x_t = a * x_0 + sqrt(1 - a) * eps", mistrained(a, sp.sqrt(1 - a))),
            ),
        ),
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
NOTES: tuple[Note, ...] = (
    Note(
        key="kernel-in-the-end",
        document="E",
        title="The line after the mistake is right",
        says="After a variance was set equal to a deviation, the kernel of the next line is the paper's own again, so "
        "it cannot have come from the line above it.",
        run=_kernel,
    ),
)
