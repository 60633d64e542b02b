"""Judge samplers in an exact world: ours, diffusers', and your own.

Exit status 0: everything asked for was judged and passed. 1: yours (or ours) has a fault. 2: something could not be
judged, each with a line that says why: a sampler that leaves (sys.exit, a crash, no answer before the deadline) or
cannot be imported, or diffusers where it is not installed (--alone does not ask for it). What is found of diffusers
is told, and changes no status.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack

from ddim_lab import checks
from ddim_lab.referee import peers, samplers
from ddim_lab.referee.apart import DEADLINE, Apart, UnjudgedError
from ddim_lab.referee.judging import (
    CASES,
    SINGLE,
    TOLERANCE,
    TOLERANCE_MAX,
    WORLD,
    Case,
    Sampler,
    Verdict,
    judge,
    under,
    verdict,
)  # fmt: skip
from ddim_lab.solvers import SOLVERS

HEAD = f"{'schedule':<9}{'spacing':<10}{'S':>5}{'eta':>5} {'mean':>13} {'must be':>12} {'variance':>13} {'must be':>12}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The sampler to be judged, how closely, and whether it is judged alone."""
    parser.add_argument(
        "--sampler",
        metavar="package.module:function",
        help="your own, or folder/file.py:function: function(denoiser, x_T, alpha_bar, tau, eta, noise) -> x_0 in "
        "float64 NumPy, with denoiser(x, t) for t in 1..T and noise(j) the fresh noise of the j-th transition, 1 the "
        "top one; it runs in a process of its own",
    )
    parser.add_argument(
        "--solver",
        choices=SOLVERS,
        default=SOLVERS[0],
        help="what yours is: DDIM, or DPM-Solver++ 2M or 2S as a DDIM step with a better belief (default: %(default)s)",
    )
    parser.add_argument("--alone", action="store_true", help="judge your sampler only, neither ours nor diffusers'")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        help="how far yours may miss the exact mean and variance, both of order 0.1 (default: %(default)g; a right "
        f"sampler misses by 1e-12 in float64, and by up to 3e-6 in float32: {SINGLE:g} is enough there; at most "
        f"{TOLERANCE_MAX:g})",
    )
    parser.add_argument(
        "--deadline",
        type=float,
        default=DEADLINE,
        help="seconds your sampler has for its import and for each case (default: %(default)g)",
    )


def run(options: argparse.Namespace) -> int:
    """Prints the tables; returns the exit status that the command's description explains."""
    if options.alone and not options.sampler:
        raise ValueError("--alone needs --sampler package.module:function: there is nothing else to judge")
    tolerance = _within("--tolerance", options.tolerance, TOLERANCE_MAX)
    deadline = _within("--deadline", options.deadline, 86_400)
    unjudged: list[str] = []
    failed = False
    with ExitStack() as stack:
        mine = stack.enter_context(Apart(options.sampler, deadline)) if options.sampler else None
        print(f"Data N({WORLD.mean}, {WORLD.cov}), its exact denoiser, x_T and z from N(0, 1); no Monte Carlo.")
        if not options.alone:
            failed |= _ours(unjudged)
            _theirs(unjudged)
        if mine is not None:
            cases = under(options.solver, CASES)
            failed |= _table(options.sampler, _mine(options.sampler, mine, cases, tolerance, unjudged), tolerance)
    for line in unjudged:
        print(f"not judged: {line}", file=sys.stderr)
    return 1 if failed else 2 if unjudged else 0


def _within(name: str, value: float, most: float) -> float:
    if not 0 < checks.real(name, value) <= most:
        raise ValueError(f"{name} must be above 0 and at most {most:g}, got {value:g}")
    return value


def _mine(name: str, sampler: Apart, cases: Sequence[Case], tolerance: float, unjudged: list[str]) -> Iterator[Verdict]:
    """The verdicts on it, as far as it stays; what is left then is told in `unjudged`."""
    for done, case in enumerate(cases):
        try:
            yield verdict(lambda case=case: sampler.results(case), case, tolerance)
        except UnjudgedError as why:
            where = " ".join(_place(case).split())
            unjudged.append(f"{name} from case {done + 1} of {len(cases)} on ({where}): {why}")
            return


def _ours(unjudged: list[str]) -> bool:
    if samplers.missing():
        unjudged.append(samplers.missing())
        return False
    hat = [Case.of("trailing", S, 1.0, sigma_hat=True) for S in (10, 50)]
    failed = _table("ddim_lab (dl.step)", _judged(samplers.ours, CASES))
    failed |= _table("ddim_lab, sigma-hat", _judged(samplers.ours_sigma_hat, hat))
    for solver in SOLVERS[1:]:
        failed |= _table(f"ddim_lab, {solver}", _judged(samplers.ours_under(solver), under(solver, CASES)))
    return failed


def _judged(sampler: Sampler, cases: Iterable[Case]) -> Iterable[Verdict]:
    return (judge(sampler, case) for case in cases)


def _table(name: str, verdicts: Iterable[Verdict], tolerance: float = TOLERANCE) -> bool:
    """Prints one sampler's rows as they are judged; returns whether some failed."""
    print(f"\n{name} (mean and variance within {tolerance:g})\n{HEAD}")
    passed = total = 0
    for each in verdicts:
        wanted = each.wanted
        print(
            f"{_place(each.case)} {each.mean:>13.10f} {wanted.mean:>12.10f} {each.variance:>13.10f} "
            f"{wanted.cov:>12.10f}  {each.fault or 'passes'}",
            flush=True,
        )
        passed, total = passed + each.passes, total + 1
    print(f"{name}: {passed} of {total} pass" if total else f"{name}: nothing was judged")
    return passed < total


def _place(case: Case) -> str:
    return f"{case.schedule:<9}{case.spacing:<10}{case.run.S:>5}{case.run.eta:>5g}"


def _theirs(unjudged: list[str]) -> None:
    """diffusers' verdicts are facts about it."""
    if peers.missing():
        unjudged.append(peers.missing())
        return
    try:
        _diffusers()
    except Exception as error:  # another version may raise anything
        unjudged.append(f"diffusers raised {type(error).__name__}: {' '.join(str(error).split())}")


def _diffusers() -> None:
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
