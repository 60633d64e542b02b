"""What a learner takes away: the film as PNG, GIF and CSV, and the few lines of Python that reproduce it."""

import csv
import io

import numpy as np

from ddim_lab.figures import saving
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab import code
from ddim_lab.lab.live.film import curves, film
from ddim_lab.lab.settings import Settings

PNG_COLUMNS, GIF_FRAMES = 11, 60


def png(settings: Settings, focus: int) -> bytes:
    """Two rows, x_t and predicted x_0 of image `focus`, thinned to eleven columns."""
    frames = list(film(settings, focus, 1))
    shown = [frames[i] for i in thinned(len(frames), PNG_COLUMNS)]
    pictures = np.concatenate([frame.x_t for frame in shown] + [frame.x0 for frame in shown])
    return saving.png(pictures, len(shown))


def gif(settings: Settings, focus: int) -> bytes:
    """All images side by side, x_t above and predicted x_0 below, over the run; the last frame rests."""
    frames = list(film(settings))
    shown = [frames[i] for i in thinned(len(frames), GIF_FRAMES)]
    return saving.gif([np.concatenate([frame.x_t, frame.x0]) for frame in shown], settings.images)


def table(settings: Settings, focus: int) -> bytes:
    """The run's numbers, one row a transition."""
    columns = {name: values for name, values in curves(settings.run).items() if isinstance(values, tuple)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["j", *columns])
    for j, row in enumerate(zip(*columns.values(), strict=True), start=1):
        writer.writerow([j, *("inf" if value is None else value for value in row)])
    return text.getvalue().encode()


def lines(settings: Settings, focus: int) -> bytes:
    """Python that reproduces the run: it ends with `digits`, the float32 results (images, 1, 28, 28)."""
    labels = code.tensor(settings.labels(settings.images))
    told = [
        *code.levels_of(settings),
        f"denoiser = {code.bound(code.loaded(), label=labels, guidance=settings.guidance)}",
        f"x_T = {code.start(settings.images, settings.seed)}",
        f"steps = {code.sampled(settings, **code.stepping(settings), seed=settings.seed)}",
        "digits = dl.last(steps).x_prev",
    ]
    return code.program(told).encode()


EXPORTS = {
    "film.png": (png, "image/png"),
    "film.gif": (gif, "image/gif"),
    "numbers.csv": (table, "text/csv"),
    "code.py": (lines, "text/x-python"),
}
DRAWN = ("film.png", "film.gif")  # what costs network passes
