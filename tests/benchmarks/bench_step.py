"""`dl.step`, its record included, beside diffusers' DDIMScheduler.step on the same eps.

    python -m tests.benchmarks.bench_step

16 images of 1 x 28 x 28, float32, one thread, CPU. Rounds of the two take turns; a ratio is one of medians over rounds.
The bar is .5 at eta = 0; eta > 0 has none.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from diffusers import DDIMScheduler

import ddim_lab as dl

BAR = 0.5
T_NOW, T_PREV = 500, 480


def microseconds(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats * 1e6


def compare(eta: float, rounds: int, repeats: int) -> tuple[float, float]:
    """Median microseconds of one step: ours, theirs."""
    schedule = dl.NoiseSchedule.linear()
    a, b = float(schedule.alpha_bar[T_NOW]), float(schedule.alpha_bar[T_PREV])
    x_t, eps = dl.initial_noise(16, (1, 28, 28)), dl.initial_noise(16, (1, 28, 28), seed=1)
    z = dl.initial_noise(16, (1, 28, 28), seed=2) if eta else None
    scheduler = DDIMScheduler(beta_start=1e-4, beta_end=0.02, timestep_spacing="trailing", clip_sample=False)
    scheduler.set_timesteps(50)

    def ours() -> torch.Tensor:
        return dl.step(x_t, eps, a, b, eta, z=z).x_prev

    def theirs() -> torch.Tensor:
        return scheduler.step(eps, T_NOW - 1, x_t, eta=eta, variance_noise=z).prev_sample

    torch.testing.assert_close(ours(), theirs(), rtol=0, atol=1e-4)  # the same work
    times = [(microseconds(ours, repeats), microseconds(theirs, repeats)) for _ in range(rounds)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--repeats", type=int, default=100)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'eta':>5} {'dl.step us':>11} {'diffusers us':>13} {'ratio':>6}  bar")
    for eta in (0.0, 1.0):
        ours, theirs = compare(eta, options.rounds, options.repeats)
        verdict = "none" if eta else f"{BAR} {'met' if ours / theirs <= BAR else 'MISSED'}"
        print(f"{eta:5.1f} {ours:11.1f} {theirs:13.1f} {ours / theirs:6.3f}  {verdict}")


if __name__ == "__main__":
    main()
