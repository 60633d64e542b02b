"""What the sampler adds to the network's own passes, and whether its memory grows with S.

    python -m tests.benchmarks.bench_sampler

Time: 16 images x 50 steps with the shipped model (or `--passes MS`, a stand-in of MS milliseconds a pass): a run of
`dl.sample` and the same passes replayed alone on the same inputs, taking turns ("apart"); bar 3 %. Each run's passes
are timed inside it as well ("inside"): what is left of it is the sampler's, whatever else the machine does meanwhile.
Memory: the peak of live tensor bytes over runs that keep nothing; it must not depend on S.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable

from torch import Tensor

import ddim_lab as dl

BAR = 0.03
IMAGES, STEPS, SHAPE = 16, 50, (1, 28, 28)
Denoiser = Callable[[Tensor, float], Tensor]


class Timed:
    """A denoiser that adds up the time spent in it, and keeps its inputs where asked."""

    def __init__(self, denoiser: Denoiser, keep: bool = False) -> None:
        self.denoiser, self.spent, self.keep, self.inputs = denoiser, 0.0, keep, []

    def __call__(self, x_t: Tensor, alpha_bar_t: float) -> Tensor:
        if self.keep:
            self.inputs.append((x_t, alpha_bar_t))
        start = time.perf_counter()
        eps = self.denoiser(x_t, alpha_bar_t)
        self.spent += time.perf_counter() - start
        return eps


def stand_in(milliseconds: float) -> Denoiser:
    """A denoiser that is busy for so long: the loop, not the model, is what is measured."""

    def denoise(x_t: Tensor, alpha_bar_t: float) -> Tensor:
        end = time.perf_counter() + milliseconds / 1e3
        eps = (1 - alpha_bar_t) ** 0.5 * x_t
        while time.perf_counter() < end:
            pass
        return eps

    return denoise


def time_table(denoiser: Denoiser, eta: float, rounds: int) -> None:
    schedule, tau = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, STEPS)
    x_T = dl.initial_noise(IMAGES, SHAPE)
    dl.last(dl.sample(seen := Timed(denoiser, keep=True), x_T, schedule, tau, eta))
    whole, alone, inside = [], [], []
    for _ in range(rounds):
        timed = Timed(denoiser)
        start = time.perf_counter()
        dl.last(dl.sample(timed, x_T, schedule, tau, eta))
        whole.append(time.perf_counter() - start)
        inside.append(whole[-1] / timed.spent - 1)
        start = time.perf_counter()
        for x_t, level in seen.inputs:
            denoiser(x_t, level)
        alone.append(time.perf_counter() - start)
    run, passes = statistics.median(whole), statistics.median(alone)
    share = statistics.median(inside)
    verdict = "met" if share <= BAR else "MISSED"
    print(f"{eta:4.1f} {run * 1e3:9.1f} {passes * 1e3:11.1f} {run / passes - 1:9.2%} {share:9.2%}  {BAR:.0%} {verdict}")


def live_bytes() -> int:
    storages = {}
    for item in gc.get_objects():
        if type(item) is Tensor:
            storages[item.untyped_storage().data_ptr()] = item.untyped_storage().nbytes()
    return sum(storages.values())


def peak_bytes(x_T: Tensor, steps: int) -> int:
    """The most that tensors made by one run ever hold, looked at five times on the way."""
    before, peak, every = live_bytes(), 0, steps // 5
    tau = dl.spacing.trailing(1000, steps)
    for i, _ in enumerate(dl.sample(lambda x, a: 0.5 * x, x_T, dl.NoiseSchedule.linear(), tau, 1.0)):
        if i % every == every - 1:
            peak = max(peak, live_bytes() - before)
    return peak


def memory_table() -> None:
    x_T = dl.initial_noise(IMAGES, SHAPE)
    peaks = {steps: peak_bytes(x_T, steps) for steps in (5, 50, 500)}
    image = x_T.nbytes
    print("\n   S  live tensors, in batches of images")
    for steps, peak in peaks.items():
        print(f"{steps:4d}  {peak / image:.2f}")
    print("constant in S" if max(peaks.values()) <= min(peaks.values()) + image else "GROWS WITH S")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--passes", type=float, default=None, metavar="MS", help="a stand-in of MS milliseconds a pass")
    options = parser.parse_args()
    denoiser = dl.load_denoiser() if options.passes is None else stand_in(options.passes)
    print(f"{IMAGES} images x {STEPS} steps, medians of {options.rounds} rounds")
    print(f"{'eta':>4} {'run ms':>9} {'passes ms':>11} {'apart':>9} {'inside':>9}  bar")
    for eta in (0.0, 1.0):
        time_table(denoiser, eta, options.rounds)
    memory_table()


if __name__ == "__main__":
    main()
