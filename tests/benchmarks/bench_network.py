"""A pass of the network, on each engine, beside a diffusers UNet2DModel (32, 64, 64) of 1.1 million parameters.

    python -m tests.benchmarks.bench_network

16 images and one image, CPU (or `--device cuda`); the three take turns, a round each, so that whatever else the machine
does falls on all of them; a ratio is one of medians over rounds. Bars: .45 at 16 images, .25 at one.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import UNet2DModel

from ddim_lab.model.denoiser import load_denoiser, pick_device
from tests import tiny

BARS = {16: 0.45, 1: 0.25}
Pass = Callable[[], object]


def peer(device: torch.device) -> UNet2DModel:
    """Plain blocks, one layer each: attention in the middle alone, the fastest model of these widths."""
    model = UNet2DModel(
        sample_size=28,
        in_channels=1,
        out_channels=1,
        layers_per_block=1,
        block_out_channels=(32, 64, 64),
        down_block_types=("DownBlock2D",) * 3,
        up_block_types=("UpBlock2D",) * 3,
        norm_num_groups=8,
    )
    return model.eval().to(device)


def passes(n: int, device: torch.device, weights: Path) -> dict[str, Pass]:
    """A pass of n images with each model, everything around it done beforehand."""
    x_t, level, label = torch.randn(n, 1, 28, 28), torch.zeros(n), torch.arange(n) % 10
    model, t = peer(device), torch.full((n,), 500)

    def theirs() -> object:
        with torch.no_grad():
            return model(x_t.to(device), t.to(device)).sample

    found: dict[str, Pass] = {"diffusers": theirs}
    for name in ("torch", "onnx") if device.type == "cpu" else ("torch",):
        engine = load_denoiser(device.type, name, weights).engine
        found[name] = lambda engine=engine: engine(x_t.to(device), level.to(device), label.to(device))
    return found


def measure(competitors: dict[str, Pass], rounds: int, calls: int, device: torch.device) -> dict[str, float]:
    """Median milliseconds of a pass."""
    times: dict[str, list[float]] = {name: [] for name in competitors}
    for each in competitors.values():
        for _ in range(5):
            each()
    for _ in range(rounds):
        for name, each in competitors.items():
            started = time.perf_counter()
            for _ in range(calls):
                each()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            times[name].append((time.perf_counter() - started) / calls)
    return {name: 1e3 * statistics.median(values) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    device = pick_device(options.device)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "unet.safetensors"
        ours = sum(p.numel() for p in tiny.save_random_unet(weights).parameters())
        theirs = sum(p.numel() for p in peer(device).parameters())
        print(f"parameters: {ours:,} here, {theirs:,} diffusers; {device.type}, {torch.get_num_threads()} threads")
        for n, bar in BARS.items():
            found = measure(passes(n, device, weights), options.rounds, 2 if n > 1 else 5, device)
            best = min(value for name, value in found.items() if name != "diffusers")
            shown = ", ".join(f"{name} {value:.2f} ms" for name, value in found.items())
            print(f"{n:>3} images: {shown}; ratio {best / found['diffusers']:.3f} (bar {bar})")


if __name__ == "__main__":
    main()
