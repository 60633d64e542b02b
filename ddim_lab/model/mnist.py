"""MNIST: the four IDX files, read from a folder or downloaded with checksums. Never shipped with the lab."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}


def load(split: str, folder: str | Path | None = None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (N, 28, 28) and labels (N,) of `split` ("train" or "test"), both uint8.

    Read from `folder` (files gzipped or not); without one, downloaded once into the user's cache.
    Raises FileNotFoundError or ValueError that names the file and what is wrong with it.
    """
    if split not in FILES:
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")
    images, labels = (_read_idx(_find(name, folder)) for name in FILES[split])
    if images.ndim != 3 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        raise ValueError(f"the {split} files hold images {images.shape} and labels {labels.shape}, not MNIST's")
    if len(labels) and labels.max() > 9:
        raise ValueError(f"the {split} labels must lie within 0..9, got {labels.max()}")
    return images, labels


def to_signal(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey levels 0..255 (N, 28, 28) as float32 (N, 1, 28, 28) in [-1, 1]."""
    return (images[:, None].astype(np.float32) / 127.5) - 1.0


def to_grey(signal: NDArray[np.floating], limit: float = 1.0) -> NDArray[np.uint8]:
    """The picture a screen shows of float (N, 1, 28, 28): clipped to -limit..limit, then grey levels (N, 28, 28)."""
    return np.rint((np.clip(signal[:, 0], -limit, limit) + limit) * (127.5 / limit)).astype(np.uint8)


def _find(name: str, folder: str | Path | None) -> Path:
    if folder is None:
        return _download(f"{name}.gz")
    for candidate in (Path(folder) / f"{name}.gz", Path(folder) / name):
        if candidate.is_file():
            return candidate
    what = f"holds neither {name}.gz nor {name}" if Path(folder).is_dir() else "is no folder"
    raise FileNotFoundError(f"{Path(folder)} {what}: --data wants the folder of MNIST's four IDX files")


def _download(name: str) -> Path:
    import pooch

    errors = []
    for mirror in MIRRORS:
        try:
            return Path(
                pooch.retrieve(
                    mirror + name, known_hash=f"sha256:{SHA256[name]}", fname=name, path=pooch.os_cache("ddim_lab")
                )
            )
        except (OSError, ValueError) as error:  # no network (requests' errors are OSErrors), or a wrong checksum
            errors.append(f"{mirror}: {error}")
    raise FileNotFoundError(
        f"could not download {name} from any mirror; fetch MNIST's four .gz files by hand into a folder "
        "and pass it as --data FOLDER. What was tried:\n  " + "\n  ".join(errors)
    )


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes: 0, 0, 8, rank, the sizes as big-endian uint32, the values."""
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is no complete gzip file: {error}") from error
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is no IDX file of bytes: it begins with {raw[:4]!r}")
    rank = raw[3]
    shape = struct.unpack_from(f">{rank}I", raw, 4) if len(raw) >= 4 + 4 * rank else ()
    if len(raw) - 4 - 4 * rank != int(np.prod(shape, dtype=np.int64)) or not shape:
        raise ValueError(f"{path} is cut short: its header promises {shape}, {len(raw)} bytes came")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)
