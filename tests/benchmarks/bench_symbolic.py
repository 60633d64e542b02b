"""How long the symbolic suite takes, and what it leaves out for time: every slip there is.

    python -m tests.benchmarks.bench_symbolic
    python -m tests.benchmarks.bench_symbolic --every-slip

Without arguments: tests/symbolic in one process, against the limit of 90 s on two quiet cores. The process's own
processor time stands beside it, which other work on the machine does not lengthen.
`--every-slip`: the suite changes one part of each side of each equation; here every part of every side has its turn.
"""

import argparse
import resource
import subprocess
import sys
import time

LIMIT = 90.0  # seconds


def suite() -> bool:
    """Runs it, prints its slowest tests and the time; whether it passed within the limit."""
    command = [sys.executable, "-m", "pytest", "tests/symbolic", "-q", "-p", "no:cacheprovider", "--durations=10"]
    start = time.perf_counter()
    passed = subprocess.run(command, check=False).returncode == 0
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of them computing; the limit is {LIMIT:.0f} s")
    return passed and seconds <= LIMIT


def every_slip() -> bool:
    """Tries all of them and prints those that nobody noticed; whether there is none."""
    from ddim_lab.symbolic.derivation import given, left, right
    from tests.symbolic.perturbed import assert_equation_noticed, every_inner_slip
    from tests.symbolic.test_proofs import LISTED, OF_A_CASE

    tried = missed = 0
    for derivation in (*LISTED, *OF_A_CASE):
        for number, step in enumerate(derivation.steps):
            for index, equation in enumerate(step.equations if step.rule is not given else ()):
                for wrong in (*every_inner_slip(equation, left), *every_inner_slip(equation, right)):
                    tried += 1
                    try:
                        assert_equation_noticed(derivation, number, index, wrong)
                    except AssertionError:
                        missed += 1
                        print(f"not noticed in {derivation.title}, {step.name}: {wrong}")
    print(f"{tried} slips, {missed} of them not noticed")
    return missed == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every-slip", action="store_true")
    sys.exit(0 if (every_slip() if parser.parse_args().every_slip else suite()) else 1)
