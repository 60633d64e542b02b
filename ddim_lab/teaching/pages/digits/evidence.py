"""Where the core is asked: each function recomputes what a question or a sentence rests on.

Exactly, in the known world of `ddim_lab.teaching.measure`; names that end in `_digits` run the shipped network.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact
from ddim_lab.run import Run
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN, NoiseSchedule, log_snr
from ddim_lab.teaching import measure

ETAS = (0.0, 0.3, 0.7, 1.0)
STEP_COUNTS = (5, 10, 20, 50, 100, 250)


def only_the_start_stays(films: list[Any]) -> bool:
    """Whether columns agree across runs in the first place (state and guess) and nowhere else."""
    first, rest = films[0], films[1:]
    same = [
        [(step.x_t == other.x_t).all() and (step.x0 == other.x0).all() for step, other in zip(first, film, strict=True)]
        for film in rest
    ]
    results = [bool((first[-1].x_prev == film[-1].x_prev).any()) for film in rest]
    return all(row[0] and not any(row[1:]) for row in same) and not any(results)


def starts_decide() -> bool:
    """The same seed gives the same results; another one gives others, farther off than results spread."""
    first, again, other = (measure.pictures(Run.named(), seed) for seed in (0, 0, 1))
    return measure.gap(first, again) == 0 and measure.gap(again, other) > measure.spread(again)


def starts_decide_digits() -> bool:
    """The same of two digits."""
    first, again, other = (measure.digits_film(Run.named(), [3, 8], seed)[-1].x_prev for seed in (0, 0, 1))
    return measure.gap(first, again) == 0 and measure.gap(first, other) > 0.2


def first_guess_is_average() -> bool:
    """The first beliefs of all starts spread less than a hundredth as much as their results."""
    film = measure.film(Run.named())
    return measure.spread(film[0].x0) < 0.01 * measure.spread(film[-1].x_prev)


def first_guess_is_average_digits() -> bool:
    """Six threes: the first beliefs spread less than a quarter as much as their results."""
    film = measure.digits_film(Run.named(), [3] * 6)
    return measure.spread(film[0].x0) < 0.25 * measure.spread(film[-1].x_prev)


def guess_grows_sharper() -> bool:
    """The beliefs spread more with every step."""
    spreads = [measure.spread(step.x0) for step in measure.film(Run.named())]
    return all(np.diff(spreads) > 0)


def guess_grows_sharper_digits() -> bool:
    """The same of six threes: first, halfway, last."""
    film = measure.digits_film(Run.named(), [3] * 6)
    spreads = [measure.spread(film[j].x0) for j in (0, len(film) // 2, -1)]
    return spreads[0] < spreads[1] < spreads[2]


def more_fresh_less_put_back() -> bool:
    """Down to the last step, which leaves no noise at all."""
    runs = [Run.named(eta=eta) for eta in ETAS]
    fresh, put_back = np.array([run.sigma[:-1] for run in runs]), np.array([run.put_back[:-1] for run in runs])
    return bool((np.diff(fresh, axis=0) > 0).all() and (np.diff(put_back, axis=0) < 0).all())


def total_noise(run: Run) -> NDArray[np.float64]:
    """What both legs of the arc make together, their hypotenuse: (S,)."""
    return np.hypot(run.sigma, run.put_back)


def total_is_fixed() -> bool:
    """Whatever eta is, both kinds of noise together make sqrt(1 - alpha_bar_prev)."""
    runs = [Run.named(eta=eta) for eta in ETAS]
    return all(np.allclose(total_noise(run), run.sigma_max, rtol=0, atol=1e-12) for run in runs)


def collapse() -> dict[str, float]:
    """Spread of the data, of DDPM's mean without its noise, and of DDIM, each in ten steps."""
    return {
        "right": measure.STD,
        "left": measure.spread_without_noise(Run.named(eta=1.0)),
        "ddim": measure.exact_spread(Run.named(eta=0.0)),
    }


def noise_off_collapses() -> bool:
    """DDPM without its noise keeps hardly any spread; DDIM, which has none either, keeps most of it."""
    spreads = collapse()
    return spreads["left"] < 0.01 * spreads["right"] and spreads["ddim"] > 0.6 * spreads["right"]


def shares() -> dict[str, float]:
    """The median share of fresh noise at eta 1, for 10, 50 and 1000 steps."""
    return {f"s{S}": measure.fresh_share(Run.named(eta=1.0, S=S)) for S in (10, 50, 1000)}


def practised(run: Run) -> list[bool]:
    """For each call that `run` makes: whether its noise level lies in the range the network was trained on."""
    asked = log_snr(np.array(measure.levels_asked(run)))
    return ((asked >= LOG_SNR_MIN) & (asked <= LOG_SNR_MAX)).tolist()


def all_levels_trained() -> bool:
    """One call a step, every one at a practised level."""
    calls = {S: practised(Run.named(S=S)) for S in (1, 10, 50)}
    return all(len(told) == S and all(told) for S, told in calls.items())


def gaps_to_finest(counts: tuple[int, ...] = STEP_COUNTS) -> list[float]:
    """In the known world at eta 0: the distance of each run's results from those of 1000 steps, same start."""
    finest = measure.pictures(Run.named(S=1000))
    return [measure.gap(measure.pictures(Run.named(S=S)), finest) for S in counts]


def more_steps_digits() -> bool:
    """Two digits in 20 steps lie nearer to those of 100 steps than in 5."""
    five, twenty, finest = (measure.digits_film(Run.named(S=S), [3, 8])[-1].x_prev for S in (5, 20, 100))
    return measure.gap(twenty, finest) < measure.gap(five, finest)


def first_visit(spacing: str) -> Callable[[], dict[str, float]]:
    """A function that gives the top step of this spacing, and T."""

    def visit() -> dict[str, float]:
        run = Run.named(spacing=spacing)
        return {"top": int(run.t[0]), "T": run.schedule.T}

    return visit


def low_half(spacing: str) -> dict[str, float]:
    """How many of the S steps of this spacing lie in the lower half of 1..T."""
    run = Run.named(spacing=spacing)
    T = run.schedule.T
    return {"low": int((run.tau <= T / 2).sum()), "S": run.S, "half": T // 2}


def any_list_will_do() -> bool:
    """A world of one picture: every list of steps must end at that picture, whatever eta is."""
    lists = ([1000], [3, 500], [1, 2, 3, 999, 1000], [7, 8, 600, 601])
    point, schedule = exact.Gaussian(measure.MEAN, std=0.0).eps, NoiseSchedule.linear()
    runs = [Run(schedule, np.array(tau), eta) for tau in lists for eta in (0.0, 1.0)]
    ends = [measure.film(run, n=8, denoiser=point)[-1].x_prev for run in runs]
    return all(float((end - measure.MEAN).abs().max()) < 1e-9 for end in ends)


def schedule_moves_levels_only() -> bool:
    """Linear and cosine: the same steps visited, and another level at each of them."""
    linear, cosine = (Run.named(schedule=kind) for kind in ("linear", "cosine"))
    same_steps = bool((linear.tau == cosine.tau).all())
    return same_steps and bool((linear.levels[:, 0] != cosine.levels[:, 0]).all())


def halfway() -> dict[str, float]:
    """alpha_bar of the linear and of the cosine schedule at t = T/2."""
    runs = {kind: Run.named(schedule=kind) for kind in ("linear", "cosine")}
    half = runs["linear"].schedule.T // 2
    return {"half": half} | {kind: float(run.schedule.alpha_bar[half]) for kind, run in runs.items()}


def last_step_is_quiet() -> bool:
    """Fresh noise at every transition but the last, for each eta and S tried."""
    runs = [Run.named(eta=eta, S=S) for eta in (0.5, 1.0) for S in (1, 10, 1000)]
    return all(run.sigma[-1] == 0 and (run.sigma[:-1] > 0).all() for run in runs)


def present_is_enough() -> bool:
    """A run broken off and gone on with, knowing x_t alone, ends where the whole run ends."""
    return all(goes_on_alike(Run.named(eta=eta)) for eta in (0.0, 1.0))


def goes_on_alike(run: Run) -> bool:
    """Whether `run`, broken off halfway and gone on with, ends where it ends unbroken."""
    return measure.gap(measure.resumed(run, 5), measure.pictures(run)) < 1e-12


def x0_weight_of_forward(eta: float) -> Any:
    """In q_sigma(x_t | x_prev, x_0), Bayes' rule on DDIM, Eq. 7: the weight of x_0, last transition excepted."""
    run = Run.named(eta=eta)
    a, b = run.levels[:-1].T
    return np.sqrt(a) - run.m[:-1] * (1 - a) / (1 - b) * np.sqrt(b)


def forward_remembers() -> bool:
    """The forward kernel leans on x_0 at eta 0 and not at all at eta 1."""
    return bool((np.abs(x0_weight_of_forward(0.0)) > 1e-3).all() and np.allclose(x0_weight_of_forward(1.0), 0))


def first_better_belief(solver: str = "dpmpp_2m") -> int | None:
    """The column, counted from 0, in which this solver's belief first is another than DDIM's; None if in none."""
    films = zip(measure.film(Run.named()), measure.film(Run.named(solver=solver)), strict=True)
    return next((column for column, (one, other) in enumerate(films) if (one.x0 != other.x0).any()), None)


def ends_are_plain() -> bool:
    """2M's first and last belief are the network's own, all others extrapolated, at one call a step, as DDIM's."""
    run = Run.named(solver="dpmpp_2m")
    beliefs = [step.belief for step in measure.film(run)]
    plain = beliefs[0] == beliefs[-1] == "predicted" and set(beliefs[1:-1]) == {"extrapolated"}
    return plain and len(measure.levels_asked(run)) == run.calls == run.S


def solved_gaps() -> dict[str, float]:
    """In the known world: how far ten steps of DDIM and of 2M end from 1000 of DDIM, same starts."""
    finest = measure.pictures(Run.named(S=1000))
    runs = {"ddim": Run.named(), "solved": Run.named(solver="dpmpp_2m")}
    return {name: measure.gap(measure.pictures(run), finest) for name, run in runs.items()}


def solved_is_nearer() -> bool:
    """2M's ten steps end nearer than DDIM's."""
    gaps = solved_gaps()
    return gaps["solved"] < gaps["ddim"]


def solved_is_nearer_digits() -> bool:
    """The same of two digits, from 50 steps of DDIM."""
    runs = Run.named(S=50), Run.named(), Run.named(solver="dpmpp_2m")
    finest, ddim, solved = (measure.digits_film(run, [3, 8])[-1].x_prev for run in runs)
    return measure.gap(solved, finest) < measure.gap(ddim, finest)


def half_eta_half_sigma() -> bool:
    """sigma goes with eta, at every transition."""
    return bool(np.allclose(Run.named(eta=0.5).sigma, Run.named(eta=1.0).sigma / 2, rtol=1e-12))


def end() -> dict[str, float]:
    """The run's largest eta, and the t at which it is reached."""
    run = Run.named()
    return {"eta": run.eta_bound, "t": run.tightest.t}


def legs_at_end() -> tuple[float, float]:
    """Where the run's largest eta is reached: predicted noise put back and fresh noise, as parts of the total."""
    run = Run.named(eta=Run.named().eta_bound)
    at = run.tightest.j - 1
    total = total_noise(run)[at]
    return float(run.put_back[at] / total), float(run.sigma[at] / total)


def arc_ends_fresh() -> bool:
    """There all of the noise is fresh, and nothing is put back."""
    put_back, fresh = legs_at_end()
    return put_back < 1e-6 and abs(fresh - 1) < 1e-12


def spreads_at_ten() -> dict[str, float]:
    """The spread of the results of 10 steps in the known world, whose data have the spread `measure.STD`."""
    return {
        "right": measure.STD,
        "ddim": measure.exact_spread(Run.named(eta=0.0)),
        "ddpm": measure.exact_spread(Run.named(eta=1.0)),
        "larger": measure.exact_spread(Run.named(eta=1.0, sigma_hat=True)),
    }


def larger_noise_can_win() -> bool:
    """In ten steps sigma-hat ends nearest to the data's spread, then DDIM, then DDPM."""
    spreads = spreads_at_ten()
    misses = {name: abs(value - spreads["right"]) for name, value in spreads.items()}
    return misses["larger"] < misses["ddim"] < misses["ddpm"]


def paper_alphas() -> tuple[float, float, float]:
    """alpha in x0 = x_t / sqrt(alpha), which holds for eps = 0, halfway; alpha_bar_t; one step's 1 - beta_t."""
    run, t = Run.named(S=1000), 500
    silent = next(step for step in measure.film(run, n=4, denoiser=lambda x_t, _: 0 * x_t) if step.t == t)
    alpha = float(((silent.x_t / silent.x0) ** 2).mean())
    alpha_bar = run.schedule.alpha_bar
    return alpha, float(alpha_bar[t]), float(alpha_bar[t] / alpha_bar[t - 1])
