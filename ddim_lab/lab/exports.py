"""What a learner takes away: the film as PNG, GIF and CSV, and the few lines of Python that reproduce it.

Pictures are made in two steps: `drawn` their frames, which may cost network passes, then of these the file.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddim_lab.figures import saving
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab import code
from ddim_lab.lab.live.film import curves, film
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.settings import Settings

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Pictures:
    """A file of pictures: at most `most` frames, of image `focus` alone or of all; `file` makes it of a `drawn`."""

    media: str
    most: int
    alone: bool
    file: Callable[[Grey], bytes]

    def drawn(self, settings: Settings, focus: int, kept: Kept | None = None) -> Grey:
        """Frames of x_t and predicted x_0, grey levels (frames, 2, n, 28, 28); walks what `kept` does not hold."""
        images = range(focus, focus + 1) if self.alone else range(settings.images)
        at = (thinned(settings.S + 1, self.most) + 1).tolist()
        held = {} if kept is None else {image: kept.pictures(settings, image, at) for image in images}
        rows = {image: pictures for image, pictures in held.items() if pictures is not None}
        missing = [image for image in images if image not in rows]
        if missing:
            walked = range(missing[0], missing[-1] + 1)
            frames = film(settings, walked[0], len(walked))
            made = np.stack([(frame.x_t, frame.x0) for frame in frames if frame.j in at])
            rows |= {image: made[:, :, row] for row, image in enumerate(walked)}
        return np.stack([rows[image] for image in images], axis=2)


def png(frames: Grey) -> bytes:
    """Two rows, x_t and predicted x_0 of the first image, a column each frame."""
    return saving.png(np.concatenate((frames[:, 0, 0], frames[:, 1, 0])), len(frames))


def gif(frames: Grey) -> bytes:
    """All images side by side, x_t above and predicted x_0 below, over the run; the last frame rests."""
    return saving.gif([np.concatenate(frame) for frame in frames], frames.shape[2])


def table(settings: Settings) -> bytes:
    """The run's numbers, one row a transition."""
    columns = {name: values for name, values in curves(settings.run).items() if isinstance(values, tuple)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["j", *columns])
    for j, row in enumerate(zip(*columns.values(), strict=True), start=1):
        writer.writerow([j, *("inf" if value is None else value for value in row)])
    return text.getvalue().encode()


def lines(settings: Settings) -> bytes:
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


DRAWN = {"film.png": Pictures("image/png", 11, True, png), "film.gif": Pictures("image/gif", 60, False, gif)}
WRITTEN = {"numbers.csv": ("text/csv", table), "code.py": ("text/x-python", lines)}
