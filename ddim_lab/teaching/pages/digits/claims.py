"""The sentences of the lab page, each with a check that recomputes it."""

from itertools import pairwise

from ddim_lab.run import Run
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.guidance import GUIDANCE
from ddim_lab.teaching.measure import film
from ddim_lab.teaching.pages.digits import evidence as e


def _shares_fall() -> bool:
    shares = e.shares()
    return shares["s10"] > shares["s50"] > shares["s1000"]


def _gaps_fall() -> bool:
    gaps = e.gaps_to_finest()
    return all(finer < coarser for coarser, finer in pairwise(gaps))


def _leading_stops_short() -> bool:
    leading = e.first_visit("leading")()
    return leading["top"] < leading["T"] == e.first_visit("trailing")()["top"]


def _quadratic_crowds_low() -> bool:
    quadratic = e.low_half("quadratic")
    return quadratic["low"] > quadratic["S"] / 2 == e.low_half("trailing")["low"]


def _alpha_is_alpha_bar() -> bool:
    alpha, alpha_bar, one_step = e.paper_alphas()
    return abs(alpha - alpha_bar) < 1e-12 < 1e-2 < abs(alpha - one_step)


NOTES: dict[str, Claim] = {"guidance": GUIDANCE}  # what stands beside a control

CLAIMS: tuple[Claim, ...] = (
    GUIDANCE,
    # Level 1: eta, play, new start
    Claim(
        "start-stays",
        "Whatever eta is, the run begins with the same noise, and the network's first guess is made from that noise "
        "alone. These two stay, and everything after them changes.",
        {},
        lambda: e.only_the_start_stays([film(Run.named(eta=eta)) for eta in e.ETAS]),
    ),
    Claim(
        "starts-decide",
        "At eta 0 nothing is random after the start. Another start gives other pictures; "
        "the same start gives the same pictures again.",
        {"eta": 0.0},
        e.starts_decide,
        check_digits=e.starts_decide_digits,
    ),
    Claim(
        "first-guess-average",
        "In pure noise there is hardly anything to see, so the best guess is close to the average of all the pictures "
        "it could become.",
        {},
        e.first_guess_is_average,
        check_digits=e.first_guess_is_average_digits,
    ),
    Claim(
        "guess-sharpens",
        "As the noise goes, the guesses move apart from one another and become pictures of their own.",
        {},
        e.guess_grows_sharper,
        check_digits=e.guess_grows_sharper_digits,
    ),
    # Level 2: the number of steps, and what one step is made of
    Claim(
        "first-guess-same",
        "The first guess comes before the first fresh noise, so it is the same for every eta.",
        {},
        lambda: e.only_the_start_stays([film(Run.named(eta=eta)) for eta in e.ETAS]),
    ),
    Claim(
        "levels-trained",
        "The network is told how noisy its picture is, and it was trained on all noise levels. "
        "A run with 10 steps calls it at 10 of them, and it has practised every one.",
        {"S": 10},
        e.all_levels_trained,
    ),
    Claim(
        "more-steps-smaller-gap",
        "With the same start and eta 0, more steps leave a smaller gap to the run with 1000 steps.",
        {"eta": 0.0},
        _gaps_fall,
        check_digits=e.more_steps_digits,
    ),
    Claim(
        "legs-trade",
        "Less fresh noise means more of the predicted noise is put back.",
        {},
        e.more_fresh_less_put_back,
    ),
    Claim(
        "total-fixed",
        "Together, as the two legs of the arc, they always make the noise that the next picture must hold: "
        "no more and no less, whatever eta is.",
        {},
        e.total_is_fixed,
    ),
    Claim(
        "noise-off-collapses",
        "Leave out the fresh noise of eta 1 and change nothing else, and all pictures run together into one average. "
        "Take pictures of a single pixel, with grey values around a mean (a bell curve of standard deviation "
        "{right:.1f}): all can be computed there. Ten steps then leave {left:.4f}, where DDIM leaves {ddim:.2f}.",
        {"eta": 1.0, "S": 10},
        e.noise_off_collapses,
        numbers=e.collapse,
    ),
    Claim(
        "eta-is-a-ratio",
        "At eta 1, fresh noise makes up {s10:.0%} of the noise variance in a typical step when there are 10 steps, "
        "{s50:.0%} with 50 and {s1000:.1%} with 1000.",
        {"eta": 1.0},
        _shares_fall,
        numbers=e.shares,
    ),
    Claim(
        "half-eta-half-sigma",
        "sigma is eta times its value at eta 1: half the eta, half the sigma. Its square, the variance, "
        "falls to a quarter.",
        {},
        e.half_eta_half_sigma,
    ),
    # Level 3: steps visited, noise schedule
    Claim(
        "leading-stops-short",
        "Leading steps count up from 1 in whole strides; the last of them is {top}, below T = {T}. "
        "The run begins there, although its noise is meant for T.",
        {"spacing": "leading"},
        _leading_stops_short,
        numbers=e.first_visit("leading"),
    ),
    Claim(
        "quadratic-crowds-low",
        "Quadratic steps crowd near the finished picture: {low} of {S} lie at t = {half} or below.",
        {"spacing": "quadratic"},
        _quadratic_crowds_low,
        numbers=lambda: e.low_half("quadratic"),
    ),
    Claim(
        "any-list",
        "Any rising list of steps between 1 and T is a valid run. Which list is best has to be tried.",
        {},
        e.any_list_will_do,
    ),
    Claim(
        "schedule-moves-levels",
        "The noise schedule says how noisy the picture is at each t; the steps visited say at which t the sampler "
        "stops. At t = {half} the linear noise schedule has {linear:.0%} of the picture's variance left, the cosine "
        "one {cosine:.0%}.",
        {"S": 10},
        e.schedule_moves_levels_only,
        numbers=e.halfway,
    ),
    Claim(
        "last-step-quiet",
        "The last step lands at t = 0, where the picture must hold no noise at all. So sigma is 0 there for every eta.",
        {"eta": 1.0},
        e.last_step_is_quiet,
    ),
    Claim(
        "present-is-enough",
        "The next picture is made from the present one and fresh noise, and from nothing else: "
        "the way back is a Markov chain, for every eta.",
        {},
        e.present_is_enough,
    ),
    Claim(
        "forward-remembers",
        "What is not Markov in the DDIM paper is the other direction, from picture to noise. "
        "There, each step also depends on the clean picture, except at eta 1.",
        {},
        e.forward_remembers,
    ),
    Claim(
        "belief-carried-on",
        "2M carries each change of belief on to the step: x0 + w (x0 - x0 of the step before). The first step has no "
        "belief before it and is DDIM's own; so is the last, where no noise is left to come.",
        {"solver": "dpmpp_2m"},
        e.ends_are_plain,
    ),
    Claim(
        "belief-is-nearer",
        "It costs no more network calls than DDIM. Where everything can be computed (pictures of a single pixel, its "
        "grey values on a bell curve) its ten steps end {solved:.3f} from the finest run, and DDIM's {ddim:.3f}.",
        {"solver": "dpmpp_2m", "S": 10},
        e.solved_is_nearer,
        numbers=e.solved_gaps,
        check_digits=e.solved_is_nearer_digits,
    ),
    # Level 4: more
    Claim(
        "arc-ends-fresh",
        "In the step from t = {t:.0f}, eta {eta:.4f} is the end of the arc: all noise of the next picture is fresh, "
        "and none of the predicted noise is put back. A larger eta would add more noise than the picture may hold.",
        {},
        e.arc_ends_fresh,
        numbers=e.end,
    ),
    Claim(
        "paper-alpha",
        "The DDIM paper writes alpha for what is called alpha_bar here and in the DDPM paper: "
        "the share of the picture's variance left after all steps up to t, not after one.",
        {"S": 1000},
        _alpha_is_alpha_bar,
    ),
    Claim(
        "larger-noise-can-win",
        "Take pictures of a single pixel, its grey values on a bell curve of standard deviation {right:.2f}, so that "
        "everything can be computed. 10 steps give {ddim:.2f} at eta 0, {ddpm:.2f} at eta 1 and {larger:.2f} at eta 1 "
        "with the larger noise sigma-hat. Which sampler is best depends on the data, the steps and the measure.",
        {"S": 10},
        e.larger_noise_can_win,
        numbers=e.spreads_at_ten,
    ),
)
