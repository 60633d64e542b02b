"""Judge samplers in an exact world: ours, diffusers', and your own. Exit status 1 if yours does not pass."""

import argparse
from collections.abc import Iterable

from ddim_lab.referee import peers, samplers
from ddim_lab.referee.judging import CASES, TOLERANCE, WORLD, Case, Sampler, Verdict, judge

HEAD = f"{'schedule':<9}{'spacing':<10}{'S':>5}{'eta':>5} {'mean':>13} {'must be':>12} {'variance':>13} {'must be':>12}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The sampler to be judged, and whether it is judged alone."""
    parser.add_argument(
        "--sampler",
        metavar="package.module:function",
        help="your own: function(denoiser, x_T, alpha_bar, tau, eta, noise) -> x_0 in float64 NumPy, "
        "with denoiser(x, t) for t in 1..T and noise(j) the fresh noise of the j-th transition, 1 the top one",
    )
    parser.add_argument("--alone", action="store_true", help="judge your sampler only, neither ours nor diffusers'")


def run(options: argparse.Namespace) -> int:
    """Prints the tables; 1 if the user's sampler (or ours) fails somewhere, else 0."""
    if options.alone and not options.sampler:
        raise ValueError("--alone needs --sampler package.module:function: there is nothing else to judge")
    mine = samplers.load(options.sampler) if options.sampler else None
    print(f"Data N({WORLD.mean}, {WORLD.cov}), its exact denoiser, x_T and z from N(0, 1); no Monte Carlo.")
    failed = False
    if not options.alone:
        failed |= _table("ddim_lab (dl.step)", _judged(samplers.ours, CASES))
        hat = [Case.of("trailing", S, 1.0, sigma_hat=True) for S in (10, 50)]
        failed |= _table("ddim_lab, sigma-hat", _judged(samplers.ours_sigma_hat, hat))
        print(f"\n{peers.missing()}") if peers.missing() else _diffusers()
    if mine is not None:
        failed |= _table(options.sampler, _judged(mine, CASES))
    return int(failed)


def _judged(sampler: Sampler, cases: Iterable[Case]) -> Iterable[Verdict]:
    return (judge(sampler, case) for case in cases)


def _table(name: str, verdicts: Iterable[Verdict], tolerance: float = TOLERANCE) -> bool:
    """Prints one sampler's rows as they are judged; returns whether some failed."""
    print(f"\n{name} (mean and variance within {tolerance:g})\n{HEAD}")
    passed = total = 0
    for verdict in verdicts:
        case, run, wanted = verdict.case, verdict.case.run, verdict.wanted
        print(
            f"{case.schedule:<9}{case.spacing:<10}{run.S:>5}{run.eta:>5g} {verdict.mean:>13.10f} "
            f"{wanted.mean:>12.10f} {verdict.variance:>13.10f} {wanted.cov:>12.10f}  {verdict.fault or 'passes'}",
            flush=True,
        )
        passed, total = passed + verdict.passes, total + 1
    print(f"{name}: {passed} of {total} pass")
    return passed < total


def _diffusers() -> None:
    """Its verdicts are facts about it; they do not change the exit status."""
    import diffusers

    name = f"diffusers {diffusers.__version__}"
    _table(
        f"{name}, DDIMScheduler, the steps its timesteps name", map(peers.judge_diffusers, peers.CASES), peers.TOLERANCE
    )
    eta, bound, is_nan = peers.beyond_the_bound()
    told = "NaN, without a word" if is_nan else "numbers"
    print(
        f"eta = {eta:g} where the run's largest is {bound:.4f} (trailing, S = 10): {name} returns {told}; "
        "ours refuses it"
    )
    print(
        f"\n{name}, DDIMInverseScheduler then DDIMScheduler on N(0, 0.25): what is left of a deviation (perfect is 1)"
    )
    for rule, S in peers.ROUND_TRIPS:
        trip = peers.round_trip(rule, S)
        verdict = "passes" if trip.passes else f"off by {trip.kept - trip.explicit:+.2g}"
        print(
            f"{rule:<10}{S:>5}  {trip.kept:.4f}, explicit Euler over its steps must keep {trip.explicit:.4f}  {verdict}"
        )
