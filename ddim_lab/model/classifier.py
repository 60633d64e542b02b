"""The judge: a small classifier of real digits, trained without the U-Net, that says which digit a picture shows.

Its last hidden layer gives the features in which `ddim_lab.quality` compares generated digits with real ones.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ddim_lab import checks
from ddim_lab.model import mnist, weights

FEATURES = 128
ROTATION, ZOOM, SHIFT = 10.0, 0.08, 2.0  # the largest distortion in training: degrees, share, pixels


def _convolution(c_in: int, c_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True)
    )


class Classifier(nn.Module):
    """Pictures (B, 1, 28, 28) in [-1, 1] -> logits (B, 10)."""

    def __init__(self, width: int = 48):
        super().__init__()
        self.width = width
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2),  # (B, 4, 14, 14)
            _convolution(4, width),
            _convolution(width, width),
            _convolution(width, 2 * width, stride=2),  # (B, 2w, 7, 7)
            _convolution(2 * width, 2 * width),
            _convolution(2 * width, FEATURES),
        )
        self.head = nn.Linear(FEATURES, 10)

    def features(self, pictures: Tensor) -> Tensor:  # (B, 1, 28, 28) -> (B, 128)
        """What the judge sees in each picture, before it decides on a digit."""
        return self.body(pictures).mean(dim=(2, 3))

    def forward(self, pictures: Tensor) -> Tensor:  # (B, 1, 28, 28) -> (B, 10)
        """The ten logits of each picture."""
        return self.head(self.features(pictures))


def distort(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """`pictures` (B, 1, 28, 28), each turned, zoomed and shifted a little at random; what enters is background, -1."""
    n, size = len(pictures), pictures.shape[-1]
    turn = np.deg2rad(rng.uniform(-ROTATION, ROTATION, n))
    zoom = rng.uniform(1 - ZOOM, 1 + ZOOM, n)
    shift = rng.uniform(-SHIFT, SHIFT, (n, 2)) * 2 / size  # a picture is 2 wide in grid_sample's coordinates
    cos, sin = zoom * np.cos(turn), zoom * np.sin(turn)
    matrix = np.stack([cos, -sin, shift[:, 0], sin, cos, shift[:, 1]], axis=1).reshape(n, 2, 3)
    grid = F.affine_grid(torch.from_numpy(matrix.astype(np.float32)), [n, 1, size, size], align_corners=False)
    return F.grid_sample(pictures + 1, grid.to(pictures.device), align_corners=False) - 1  # outside counts as 0


@dataclass
class ClassifierTask:
    """Cross-entropy on distorted training digits; a `ddim_lab.model.training.Task`."""

    model: Classifier
    images: NDArray[np.float32]  # (N, 1, 28, 28) in [-1, 1]
    labels: NDArray[np.uint8]  # (N,)
    device: torch.device
    examples: int = field(init=False)

    def __post_init__(self) -> None:
        self.examples = len(self.images)

    def loss(self, indices: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Mean cross-entropy of the pictures `indices`, distorted by `rng`."""
        pictures = distort(torch.from_numpy(self.images[indices]), rng).to(self.device)
        wanted = torch.from_numpy(self.labels[indices].astype(np.int64)).to(self.device)
        return F.cross_entropy(self.model(pictures).float(), wanted)


@torch.no_grad()
def look(
    classifier: Classifier, pictures: NDArray[np.uint8], batch: int = 500
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What the judge sees in grey pictures (N, 28, 28): features (N, 128) float64 and the digits (N,)."""
    if pictures.dtype != np.uint8 or pictures.shape[1:] != (28, 28) or not len(pictures):
        raise ValueError(f"the judge wants grey levels uint8 (N, 28, 28), got {pictures.dtype} {pictures.shape}")
    checks.integer("batch", batch, 1)
    device = next(classifier.parameters()).device
    features, digits = [], []
    for start in range(0, len(pictures), batch):
        seen = classifier.features(torch.from_numpy(mnist.to_signal(pictures[start : start + batch])).to(device))
        features.append(seen.double().cpu().numpy())
        digits.append(classifier.head(seen).argmax(dim=1).cpu().numpy())
    return np.concatenate(features), np.concatenate(digits)


def load_classifier(device: torch.device | str = "cpu", path: Path | str = weights.CLASSIFIER) -> Classifier:
    """The shipped judge in evaluation mode. Raises FileNotFoundError or ValueError if its weights are not sound."""
    state, card = weights.load(Path(path))
    try:
        classifier = Classifier(card["network"]["width"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{weights.card_of(Path(path))} does not describe a judge of this lab ({error})") from error
    return weights.fit(classifier, state, Path(path)).to(device)
