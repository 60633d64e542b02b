"""Draw a sheet of digits with the trained model, as a PNG: a column shows one digit, a row comes of fresh noise."""

import argparse
import functools
import io
from pathlib import Path

from ddim_lab import checks, files
from ddim_lab.commands import places
from ddim_lab.model import weights
from ddim_lab.sampler import last
from ddim_lab.spacing import KINDS, named

COLUMNS, ROWS_MAX = 10, 100  # a column shows one class, unless --label asks for one in all
SCALE = 2  # screen pixels of one pixel of a digit


def add_options(parser: argparse.ArgumentParser) -> None:
    """The setting, the network, how many rows, and where the picture goes."""
    parser.add_argument("--rows", type=int, default=10, help="rows of ten digits (default: 10)")
    parser.add_argument("--S", type=int, default=50, help="steps (default: 50)")
    parser.add_argument("--eta", type=float, default=0.0, help="0 is DDIM, 1 is DDPM on these steps (default: 0)")
    parser.add_argument("--spacing", choices=KINDS, default="trailing", help="default: trailing")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    parser.add_argument("--weights", type=Path, default=weights.UNET, help="the U-Net (default: assets)")
    parser.add_argument("--label", type=int, help="one class for all pictures (default: a class a column)")
    parser.add_argument("--guidance", type=float, default=1.0, help="above 1, the class shows more; 1 is off (default)")
    parser.add_argument("--out", type=Path, default=files.OUT / "digits.png", help="a PNG (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    """Samples the sheet with a progress bar and writes it. Raises ValueError or OSError in words."""
    places.check("--out", options.out, "a picture")
    import torch
    from PIL import Image
    from tqdm import tqdm

    import ddim_lab as dl
    from ddim_lab.figures.pixels import sheet, to_grey

    n = COLUMNS * checks.integer("--rows", options.rows, 1, ROWS_MAX)
    schedule = dl.NoiseSchedule.linear()
    tau = named(options.spacing, schedule.T, options.S)
    network = dl.load_denoiser(path=options.weights)
    label = torch.arange(n) % COLUMNS % network.classes if options.label is None else options.label
    denoiser = functools.partial(network, label=label, guidance=options.guidance)
    x_T = dl.initial_noise(n, (1, 28, 28), options.seed)
    steps = dl.sample(denoiser, x_T, schedule, tau, options.eta, seed=options.seed)
    result = last(tqdm(steps, total=len(tau), unit="step")).x_prev
    picture = Image.fromarray(sheet(to_grey(result), COLUMNS, gap=0))
    png = io.BytesIO()
    picture.resize((SCALE * picture.width, SCALE * picture.height), Image.Resampling.BICUBIC).save(png, "PNG")
    files.write(options.out, png.getvalue())
    print(f"wrote {options.out}")
