"""Small stand-ins that the model's tests share: IDX files, random weights, and a network that is quick to train."""

import gzip
import struct
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from ddim_lab.model import weights
from ddim_lab.model.network import UNet, UNetConfig

SMALL = UNetConfig(width=8, embedding=16, frequencies=4, groups=2)


def idx(array: np.ndarray) -> bytes:
    """`array` (uint8) as an IDX file, written from the format's description."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape) + array.tobytes()


def digits(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """n pictures of ten classes that are easy to tell apart: a bright bar whose place is the label, and noise."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(n) % 10).astype(np.uint8)
    pictures = rng.integers(0, 60, (n, 28, 28), dtype=np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        row, column = divmod(int(label), 5)
        picture[4 + 12 * row : 12 + 12 * row, 2 + 5 * column : 6 + 5 * column] = 250
    return pictures, labels


def write_mnist(folder: Path, train: int = 64, test: int = 40, zipped: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, n, seed in (("train", train, 0), ("t10k", test, 1)):
        pictures, labels = digits(n, seed)
        for name, array in ((f"{prefix}-images-idx3-ubyte", pictures), (f"{prefix}-labels-idx1-ubyte", labels)):
            if zipped:
                (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array), 1))
            else:
                (folder / name).write_bytes(idx(array))
    return folder


def random_unet(config: UNetConfig | None = None, seed: int = 0) -> UNet:
    """A U-Net in which every weight matters: the layers that start at zero are random too."""
    torch.manual_seed(seed)
    network = UNet(config).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            if not parameter.any():
                parameter.normal_(std=0.02)
    return network.requires_grad_(False)


def save_random_unet(path: Path, config: UNetConfig | None = None, seed: int = 0) -> UNet:
    network = random_unet(config, seed)
    weights.save(path, network.state_dict(), {"network": asdict(network.config)})
    return network
