"""Questions of the exact world. Every answer is computed by `ddim_lab.exact`, at the setting it asks about."""

from functools import cache

import numpy as np

from ddim_lab import exact
from ddim_lab.exact import chains, gallery, rules
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.spacing import trailing
from ddim_lab.teaching.questions import Option, Question

DATA = exact.Gaussian(mean=0.3, std=0.5)  # of the three lanes
SCHEDULE = NoiseSchedule.linear()
ERRORS = 4.0  # standard errors that a variance may be off by chance


def crowd_width() -> int:
    """The crowd halfway, at eta 1 against eta 0: wider, as wide, or narrower."""
    quiet, jagged = (chains.forward(0.8, SCHEDULE, trailing(1000, 10), eta)[5].var() for eta in (0.0, 1.0))
    if abs(jagged / quiet - 1) <= ERRORS * (4 / 2000) ** 0.5:
        return 1
    return 0 if jagged > quiet else 2


def fault_at_zero() -> int:
    """The chains with the wrong covariance at eta 0: the very same, wider, or narrower."""
    right, wrong = (chains.forward(0.8, SCHEDULE, trailing(1000, 10), 0.0, wrong_covariance=w) for w in (False, True))
    if np.array_equal(right, wrong):
        return 0
    return 1 if wrong[5].var() > right[5].var() else 2


@cache
def lane_std(name: str, S: int) -> float:
    """The exact std at the end of a lane: "ddpm", "noise_off" or "ddim"."""
    rule = {"ddpm": rules.ddim(1.0), "noise_off": rules.noise_off, "ddim": rules.ddim(0.0)}[name]
    *_, end = exact.propagate(DATA, exact.levels_of(SCHEDULE, trailing(1000, S)), rule)
    return float(end.cov**0.5)


def what_is_left() -> int:
    """Of the spread with the noise off: about DDIM's, about half of that, or next to nothing."""
    shares = (1.0, 0.5, 0.0)
    left = lane_std("noise_off", 10) / lane_std("ddim", 10)
    return min(range(3), key=lambda i: abs(shares[i] - left))


def more_steps() -> int:
    """With 1000 steps in place of 10 the lane without its noise is: right, as narrow as before, or better."""
    few, many, wanted = lane_std("noise_off", 10), lane_std("noise_off", 1000), float(DATA.cov**0.5)
    if many > 0.9 * wanted:
        return 0
    return 2 if many > 1.01 * few else 1


@cache
def stay_left(eta: float) -> float:
    """In the ring, 50 steps: of those who start on the left, the share that ends there."""
    z = chains.particle_noise(2000, (2,), 0)
    levels = exact.levels_of(SCHEDULE, trailing(1000, 50))
    *_, end = rules.walk(gallery.named("ring").eps, z(0), levels, rules.ddim(eta), z)
    return float((end[z(0)[:, 0] < 0][:, 0] < 0).mean())


def who_stays() -> int:
    """At eta 1: nearly all (as at eta 0), more than half, or half."""
    share = stay_left(1.0)
    return 0 if share > 0.9 else 1 if share > 0.55 else 2


@cache
def blob_errors() -> tuple[float, ...]:
    """W2 to the blob after 10 steps: eta 0, eta 1, sigma-hat."""
    world, tau = gallery.blob(), trailing(1000, 10)
    runs = ((0.0, False), (1.0, False), (1.0, True))
    return tuple(exact.w2(exact.moments(world, SCHEDULE, tau, *run), exact.marginal(world, 1.0)) for run in runs)


def nearest() -> int:
    """Which of eta 0, eta 1, sigma-hat has the smallest error."""
    return int(np.argmin(blob_errors()))


def _left_told() -> str:
    return (
        f"At eta 0 {100 * stay_left(0.0):.0f} % of them end on the left, at eta 1 {100 * stay_left(1.0):.0f} %. "
        "At eta 0 the start decides everything. Each portion of fresh noise makes the walk forget some of it: "
        f"at eta 0.5 {100 * stay_left(0.5):.0f} % end on the left."
    )


def _errors_told() -> str:
    ddim, ddpm, larger = blob_errors()
    return (
        f"W2 to the data is {ddim:.2f} for eta 0, {ddpm:.2f} for eta 1 and {larger:.2f} for sigma-hat. "
        "Every step loses some variance, the least at eta 0; sigma-hat adds more noise than is right, which here "
        "happens to make up for the loss."
    )


def _steps_told() -> str:
    few, many = lane_std("noise_off", 10), lane_std("noise_off", 1000)
    return (
        f"Its std is {few:.4f} with 10 steps and {many:.4f} with 1000. Each step shrinks the crowd to leave room for "
        "noise that does not come, and the factors of all steps multiply to the same number."
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        "exact-crowd",
        1,
        "2,000 walks end at the same x_0. Before you drag eta to 1: what will the crowd do at A, B and C?",
        {"view": "walks", "eta": 0.0, "S": 10, "wrong": False},
        (
            Option(
                "It gets wider", "More of the noise is fresh, but as much old noise makes room for it.", "marginals"
            ),
            Option("It stays as it is", "Yes. Other walks, the same crowd."),
            Option("It gets narrower", "Watch the dashed curve: does the crowd ever leave it?", "trade-off"),
        ),
        crowd_width,
        "Every walk changes, and at every time the crowd is the same: N(√alpha_bar · x_0, 1 − alpha_bar). "
        "The training only ever saw these crowds. So one network serves every eta.",
        "curves",
    ),
    Question(
        "exact-fault",
        1,
        "With the wrong covariance the crowd swells. Before you drag eta to 0: what will the fault do there?",
        {"view": "walks", "eta": 1.0, "S": 10, "wrong": True},
        (
            Option("Nothing at all", "Yes. Where sigma is 0, sigma² is 0 as well."),
            Option("The crowd is still too wide", "How much noise does a step add at eta 0?", "fault-everywhere"),
            Option(
                "The crowd is too narrow",
                "Then less noise would come than is right. None is right, at eta 0.",
                "fault-everywhere",
            ),
        ),
        fault_at_zero,
        "At eta 0 no step adds noise, so its size cannot be wrong. A test at eta 0 alone would miss this fault.",
        "curves",
    ),
    Question(
        "exact-off",
        1,
        "The middle lane is DDPM with its noise switched off. How much of the spread is left at its end?",
        {"view": "lanes", "S": 10, "hide": "noise_off"},
        (
            Option("As much as DDIM keeps", "Then the two would be the same sampler. Compare the lanes.", "noise-off"),
            Option("About half of that", "Look at the number at its right end.", "noise-off"),
            Option("Next to nothing", "Yes. All starts end at nearly the same point."),
        ),
        what_is_left,
        "DDPM's k and m leave room for fresh noise. Without it the crowd falls onto the mean. "
        "DDIM has another k and a larger m: it carries the old noise along instead.",
        "curves",
    ),
    Question(
        "exact-steps",
        1,
        "Would it help to take more steps? Guess, then drag S to 1000 and look at the middle lane.",
        {"view": "lanes", "S": 10},
        (
            Option("Yes, then it is right", "That is so for the other two lanes. Look again.", "more-steps-heal"),
            Option("Not at all", "Yes. Not by one digit."),
            Option("It helps a little", "Compare the number to its fourth digit.", "more-steps-heal"),
        ),
        more_steps,
        _steps_told,
        "curves",
    ),
    Question(
        "exact-left",
        1,
        "The dark ones started on the left, and at eta 0 all of them end there. Where will they end at eta 1?",
        {"view": "crowd", "world": "ring", "eta": 0.0, "S": 50, "place": 1},
        (
            Option("Nearly all on the left again", "Try it, and watch them change sides on their way.", "eta-nothing"),
            Option("More than half on the left", "Something is left of the start at eta 0.5. At eta 1?", "amount"),
            Option("Half here, half there", "Yes. At eta 1 the end tells nothing about the start."),
        ),
        who_stays,
        _left_told,
        "film",
    ),
    Question(
        "exact-nearest",
        1,
        "One blob, 10 steps. Which sampler comes nearest to the data?",
        {"view": "crowd", "world": "blob", "eta": 0.0, "S": 10, "place": 1, "hide": "errors"},
        (
            Option("DDIM, eta 0", "It beats eta 1 here, but a third one beats both.", "always-better"),
            Option("DDPM, eta 1", "It loses the most variance of the three.", "more-noise"),
            Option("DDPM with the larger noise, sigma-hat", "Yes, here. Look at the curve of errors against S."),
        ),
        nearest,
        _errors_told,
        "curves",
    ),
)
