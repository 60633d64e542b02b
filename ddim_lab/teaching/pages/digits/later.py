"""Questions of the lab page, levels 3 and 4: steps visited, noise schedule, the last step, memory, notation, bounds."""

from ddim_lab.run import Run
from ddim_lab.teaching.pages.digits import evidence
from ddim_lab.teaching.pages.digits.first import opens, question
from ddim_lab.teaching.questions import Action, Option, Question


def leading_start() -> int:
    """The leading run begins at T, below T, or at 1."""
    run = Run.named(spacing="leading")
    top = run.t[0]
    return 0 if top == run.schedule.T else 2 if top == 1 else 1


def crowd() -> int:
    """Quadratic steps crowd in the noisier half, in neither, or in the half near the picture."""
    visits = evidence.low_half("quadratic")
    return 1 if 2 * visits["low"] == visits["S"] else 2 if 2 * visits["low"] > visits["S"] else 0


def schedule_change() -> int:
    """From the linear to the cosine schedule these change: the steps visited, the noise at each, nothing."""
    linear, cosine = (Run.named(schedule=kind) for kind in ("linear", "cosine"))
    if (linear.tau != cosine.tau).any():
        return 0
    return 1 if (linear.levels[:, 0] != cosine.levels[:, 0]).any() else 2


def last_step() -> int:
    """In the last step at eta 1, sigma is: as large as anywhere, smaller than elsewhere but there, or 0."""
    fresh = Run.named(eta=1.0).sigma
    if fresh[-1] == 0:
        return 2
    return 0 if fresh[-1] >= fresh[:-1].max() else 1


def better_belief() -> int:
    """Under 2M the belief first differs from DDIM's in the first column, in the second, or in none."""
    column = evidence.first_better_belief()
    return 2 if column is None else min(column, 1)


def memory() -> int:
    """A run resumed halfway ends at the same pictures: always, only at eta 0, never."""
    same = [evidence.goes_on_alike(Run.named(eta=eta)) for eta in (0.0, 1.0)]
    return 0 if all(same) else 1 if same[0] else 2


def alpha() -> int:
    """The paper's alpha_t is, of ours: one step's 1 - beta_t, or alpha_bar_t (whichever the run's x0 fits)."""
    alpha, alpha_bar, one_step = evidence.paper_alphas()
    return 0 if abs(alpha - one_step) < abs(alpha - alpha_bar) else 1


def arc_end() -> int:
    """At the end of the arc, of the noise of the next picture the predicted noise is: all, half, none."""
    shares = (1.0, 0.5**0.5, 0.0)
    put_back, _ = evidence.legs_at_end()
    return min(range(3), key=lambda i: abs(shares[i] - put_back))


def truest() -> int:
    """Which run of 10 steps has the spread nearest to the data's: eta 0, eta 1, eta 1 with sigma-hat."""
    spreads = evidence.spreads_at_ten()
    misses = [abs(spreads[name] - spreads["right"]) for name in ("ddim", "ddpm", "larger")]
    return misses.index(min(misses))


LATER: tuple[Question, ...] = (
    question(
        "leading-start",
        3,
        "Choose “leading” under “steps visited”. Where on the ruler does the run begin?",
        opens(spacing="trailing"),
        leading_start,
        (
            Option(
                "At T, as every run does",
                "Choose it and look at the left end of the ruler: is there a mark?",
                "starts-at-T",
            ),
            Option(
                "A little below T", "Yes. Its first stop lies short of T, and yet it is handed the noise meant for T."
            ),
            Option(
                "At 1",
                "Which way does a run go along the ruler? Look at which end of it the noise is.",
                "starts-at-1",
            ),
        ),
        "leading-stops-short",
        do=Action("Now choose it, and look at the ruler.", "spacing", "spacing-changed"),
    ),
    question(
        "crowd",
        3,
        "Choose “quadratic” under “steps visited”. Where on the ruler do the 10 steps crowd?",
        opens(spacing="trailing"),
        crowd,
        (
            Option(
                "At the noisy end",
                "Choose it and count the marks of the ruler, left of the middle and right of it.",
                "crowd-at-noise",
            ),
            Option(
                "Nowhere: steps must be evenly spaced",
                "Look at the list under “steps visited”: is each of them called even?",
                "uniform",
            ),
            Option("Near the finished picture", "Yes. Short steps there, long strides in the noise."),
        ),
        "quadratic-crowds-low",
        "any-list",
        holds=("dense",),
        do=Action("Now choose it, and look at the ruler.", "spacing", "spacing-changed"),
    ),
    question(
        "schedule-change",
        3,
        "Change the noise schedule from linear to cosine. Which of these moves?",
        opens(),
        schedule_change,
        (
            Option(
                "The ruler: other steps are visited",
                "Change it, and look at the ruler: does a mark move?",
                "two-schedules",
            ),
            Option("The noise at each step", "Yes. Same stops, but another amount of noise at each of them."),
            Option(
                "Nothing: the steps are the same",
                "Change it, and compare the film at one and the same time: is the picture as noisy as before?",
                "two-schedules",
            ),
        ),
        "schedule-moves-levels",
        do=Action("Now change it, and look what moves.", "schedule", "schedule-changed"),
    ),
    question(
        "last-step",
        3,
        "eta is 1: every step stirs in fresh noise, or so it seems. How much does the very last step add?",
        opens(eta=1.0),
        last_step,
        (
            Option(
                "As much as the strongest",
                "Look at the finished digit, which this step makes. Is there noise on it?",
                "last-noise",
            ),
            Option(
                "A little",
                "Look at the finished digit, which this step makes. Which later step would take the little away?",
                "last-noise",
            ),
            Option("None at all", "Yes. After the last step nobody could take the noise away again."),
        ),
        "last-step-quiet",
        hides=("sigma", "sigma-formula"),
        holds=("last-step",),
    ),
    question(
        "better-belief",
        3,
        "Choose “2M” under “solver”: it extrapolates the belief. Which picture of the lower row changes first?",
        opens(),
        better_belief,
        (
            Option(
                "The first, at t = T",
                "An extrapolation goes on from two beliefs. Count those that there are at the first step.",
                "belief-at-once",
            ),
            Option("The second", "Yes. There is a belief before it, and the change between the two is carried on."),
            Option(
                "None: it is the same network",
                "Choose it, and compare the lower row with what it was: is every picture the same?",
                "plain-step",
            ),
        ),
        "belief-carried-on",
        "belief-is-nearer",
        do=Action("Now choose it, and compare the lower row.", "solver", "solver-changed"),
    ),
    question(
        "memory",
        3,
        "Halfway, another sampler takes over the picture, with the same fresh noise. Does it end at the same digit?",
        opens(eta=1.0),
        memory,
        (
            Option("Yes, whatever eta is", "Yes. The picture of the moment is all it needs."),
            Option(
                "Only at eta 0",
                "Open a step and look at its fresh noise. Is it made of earlier pictures, or of none?",
                "non-markov",
            ),
            Option(
                "No, it needs the earlier pictures too",
                "Open a step and look at the pictures that are added up. Is an earlier one among them?",
                "non-markov",
            ),
        ),
        "present-is-enough",
        "forward-remembers",
    ),
    question(
        "alpha",
        4,
        "Switch the notation to “paper”. The DDIM paper's alpha at t is which of these?",
        opens(),
        alpha,
        (
            Option(
                "What one step from t - 1 to t keeps",
                "Switch, point at the letter and read its value near t = T. Could a single step leave so little?",
                "alpha",
            ),
            Option("What is kept after all steps up to t", "Yes: our alpha_bar. Nearly everyone trips over this once."),
        ),
        "paper-alpha",
        hides=("aliases",),
        do=Action("Now switch it, and point at the letters.", "notation", "notation-changed"),
    ),
    question(
        "arc-end",
        4,
        f"Open the step from t = {Run.named().tightest.t} and drag eta as far as it goes, to the end of the arc. "
        "How much of the next picture's noise is predicted noise now?",
        opens(eta=1.0),
        arc_end,
        (
            Option(
                "All of it",
                "Drag to the end, and look at the leg along the floor: how long is it?",
                "amount",
            ),
            Option(
                "Half of it",
                "Drag to the end, and look at both legs: are they of one length there?",
                "eta-half",
            ),
            Option("None of it", "Yes. In this step all the noise is fresh, and the arc ends there."),
        ),
        "arc-ends-fresh",
        do=Action("Now drag it there.", "eta", "eta-changed"),
    ),
    question(
        "truest",
        4,
        "Three samplers take 10 steps each, in a world whose true variety is known. Which comes closest to it?",
        opens(),
        truest,
        (
            Option(
                "DDIM, eta 0",
                "Do ten steps keep all of the variety? Compare the three in the third tab of “Exact world”, at S = 10.",
                "always-better",
            ),
            Option(
                "DDPM, eta 1",
                "Does fresh noise bring variety? Compare the three in the third tab of “Exact world”, at S = 10.",
                "more-noise",
            ),
            Option(
                "DDPM, sigma-hat",
                "Yes, by this measure, in this world. Now look at its digits with 10 steps, and judge again.",
            ),
        ),
        "larger-noise-can-win",
    ),
)
