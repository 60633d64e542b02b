"""The faults that make good mysteries: the cause in a sentence, its line and the repaired one, and where it shows."""

from dataclasses import dataclass

from ddim_lab.errata.case import Setting


@dataclass(frozen=True)
class Suspect:
    """`key` of the case; `cause` in words; `line` as it runs and `repaired`; `tell`: the reading that gives it away."""

    key: str
    cause: str
    line: str
    repaired: str
    tell: str
    setting: Setting


SUSPECTS = (
    Suspect(
        "covariance",
        "The fresh noise has variance σ instead of σ²",
        "x_prev = ... + sqrt(sigma) * z",
        "x_prev = ... + sigma * z",
        "The variance swells at every step with fresh noise; at eta = 0 it would be right.",
        Setting(eta=1.0, S=50),
    ),
    Suspect(
        "noise-off",
        "The DDPM's mean is used, with the fresh noise switched off",
        "x_prev = sqrt(b) * x0 + sqrt(1 - b - sigma_1**2) * eps",
        "x_prev = sqrt(b) * x0 + sqrt(1 - b) * eps",
        "No fresh noise, and the variance falls to almost nothing: all pictures come out alike.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "same-noise",
        "The predicted noise is used again as the fresh noise",
        "x_prev = ... + sigma * eps",
        "x_prev = ... + sigma * z",
        "At eta = 1 another noise seed changes nothing, and the variance grows far too large.",
        Setting(eta=1.0, S=10),
    ),
    Suspect(
        "alpha-midway",
        "α = 1 − β is used for ᾱ",
        "a, b = alpha[t], alpha[t_prev]",
        "a, b = alpha_bar[t], alpha_bar[t_prev]",
        "The variance falls far too slowly, and the mean stays near 0: hardly any noise is removed.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "x-for-x0",
        "The present picture is put where x_0 belongs",
        "x_prev = k * x0 + m * (sqrt(a) * x_t + sqrt(1 - a) * eps)",
        "x_prev = k * x0 + m * (sqrt(a) * x0 + sqrt(1 - a) * eps)",
        "The variance rises above 1 on the way: the picture feeds itself.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "lost-root",
        "The weight of x_0 in the DDPM's mean lacks a root of ᾱ",
        "k = sqrt(b) - a / b * (1 - b) / (1 - a)",
        "k = sqrt(b) - sqrt(b) * a / b * (1 - b) / (1 - a)",
        "Each step is a little too weak on x_0: variance is missing, and the mean is lost with many steps.",
        Setting(eta=1.0, S=50),
    ),
    Suspect(
        "variance-is-deviation",
        "m was solved from a variance set equal to a deviation",
        "m = sqrt(((1 - b)**2 - sigma**2) / (1 - a))",
        "m = sqrt((1 - b - sigma**2) / (1 - a))",
        "Too little of the noise is put back at eta = 0; with ten steps or more, eta = 0.5 and eta = 1 give NaN.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "eta-once",
        "σ² was scaled with eta, not eta²",
        "sigma = sqrt(eta) * sigma_1",
        "sigma = eta * sigma_1",
        "It is the right sampler at a larger eta, the root of the one asked for; at 0 and 1 nothing shows.",
        Setting(eta=0.3, S=10),
    ),
    Suspect(
        "training-without-roots",
        "The network was trained on pictures weighted with ᾱ and 1 − ᾱ",
        "x_t = a * x_0 + (1 - a) * eps   # in training",
        "x_t = sqrt(a) * x_0 + sqrt(1 - a) * eps",
        "Mean and variance both end too low, though nothing is random and the ruler is in order.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "linked-direction",
        "eta scales the fresh noise, but not the σ in the direction term",
        "x_prev = sqrt(b) * x0 + sqrt(1 - b - sigma_1**2) * eps + eta * sigma_1 * z",
        "x_prev = sqrt(b) * x0 + sqrt(1 - b - (eta * sigma_1)**2) * eps + eta * sigma_1 * z",
        "At eta = 1 it is right; the smaller eta is, the more variance is missing.",
        Setting(eta=0.5, S=20),
    ),
    Suspect(
        "linked-noise",
        "The fresh noise is multiplied by σ²",
        "x_prev = ... + eta * sigma_1**2 * z",
        "x_prev = ... + eta * sigma_1 * z",
        "Variance is missing wherever fresh noise is added; at eta = 0 it would be right.",
        Setting(eta=1.0, S=20),
    ),
    Suspect(
        "class-unscaled-noise",
        "Noise of size eta is added at every step, and every step is visited",
        "x = x + eta * z",
        "x = x + eta * sigma_1 * z",
        "The ruler shows 999 calls, and the variance grows without end.",
        Setting(eta=0.5, S=10),
    ),
    Suspect(
        "sigma-table",
        "σ comes from a table of adjacent steps, and the walk ends at t = 1",
        "sigma = eta * table[t]",
        "sigma = eta * sigma_1(alpha_bar[t], alpha_bar[t_prev])",
        "The ruler ends at 1, and the variance on the way is that of a far smaller eta.",
        Setting(eta=0.5, S=100),
    ),
    Suspect(
        "last-transition",
        "The walk ends at t = 1, not at the data",
        "visited = [*tau[::-1], 1]",
        "visited = [*tau[::-1], 0]",
        "The ruler ends at 1.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "uniform-repeats",
        "The first step is visited twice",
        "steps = [*range(0, T, stride), T - 1]",
        "tau = spacing.trailing(T, S)",
        "Where the run ends is right, but the ruler shows the top twice: one network call for nothing.",
        Setting(eta=0.0, S=10),
    ),
    Suspect(
        "exp-is-quadratic",
        "The steps are squares, some of them the same",
        "steps = linspace(0, sqrt(0.8 * T), S) ** 2",
        "tau = spacing.quadratic(T, S)",
        "The ruler shows steps crowded near the data, and some of them twice.",
        Setting(eta=0.0, S=40),
    ),
    Suspect(
        "short-chain",
        "The chain is too short for its betas: alpha_bar_T is .08",
        "schedule = NoiseSchedule.linear(250)",
        "schedule = NoiseSchedule.linear(1000)",
        "The ruler starts at 250, and the mean stays below the data's.",
        Setting(eta=0.0, S=50),
    ),
)
