"""MNIST and what is stored like it: IDX files, read from a folder or downloaded with checksums. Never shipped.

FashionMNIST, KMNIST and EMNIST's digits have the same form; torchvision keeps all of them in folders NAME/raw.
"""

import gzip
import hashlib
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CLASSES = 10
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
KNOWN = {  # training images by their checksum: MD5 of the .gz as its authors publish it, SHA-256 of what is in it
    "f68b3c2dcbeaaa9fbdd348bbdeb94873": "MNIST",
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db": "MNIST",
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d": "FashionMNIST",
    "bdb82020997e1d708af4cf47b453dcf7": "KMNIST",
}
WANTED = "--data wants the folder of MNIST's four IDX files, or of FashionMNIST's, KMNIST's or EMNIST's digits"


class Form(NamedTuple):
    """How a data set names its files: what both splits begin with, and whether its pictures lie on their side."""

    train: str = "train"
    test: str = "t10k"
    transposed: bool = False

    def stem(self, split: str, kind: str) -> str:
        """The name of a file without .gz; `kind` is "images" or "labels"."""
        return f"{getattr(self, split)}-{kind}-idx{3 if kind == 'images' else 1}-ubyte"


PLAIN = Form()
FORMS = (PLAIN, Form("emnist-digits-train", "emnist-digits-test", transposed=True))
SETS = ("MNIST", "FashionMNIST", "KMNIST", "EMNIST")
INSIDE = ("", "raw", "gzip", *(f"{name}/raw" for name in SETS))  # below the folder that is named: torchvision's way


def load(
    split: str, folder: str | Path | None = None, classes: int = CLASSES
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (N, 28, 28) and labels (N,) of `split` ("train" or "test"), both uint8.

    Read from `folder` (files gzipped or not); without one, MNIST is downloaded once into the user's cache.
    Raises FileNotFoundError or ValueError that names the file and what is wrong with it.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")
    form, place = (PLAIN, None) if folder is None else _place(Path(folder))
    images, labels = (_read_idx(_find(form.stem(split, kind), place)) for kind in ("images", "labels"))
    if images.ndim != 3 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        raise ValueError(
            f"the {split} files hold images {images.shape} and labels {labels.shape}, "
            "not pictures of 28 x 28 with a label each"
        )
    if not len(labels):
        raise ValueError(f"the {split} files hold no picture")
    if labels.max() >= classes:
        raise ValueError(f"the {split} labels must lie within 0..{classes - 1}, got {labels.max()}")
    return np.ascontiguousarray(images.swapaxes(1, 2)) if form.transposed else images, labels


def called(folder: str | Path | None = None) -> str:
    """What the data in `folder` are: by the files' checksum or EMNIST's names, else as the folder is called.

    Raises as `load` does.
    """
    if folder is None:
        return "MNIST"
    form, place = _place(Path(folder))
    if form.transposed:
        return "EMNIST digits"
    path = _find(form.stem("train", "images"), place)
    content = path.read_bytes()
    for digest in (hashlib.md5(content).hexdigest(), hashlib.sha256(_unzipped(path, content)).hexdigest()):
        if digest in KNOWN:
            return KNOWN[digest]
    names = [part for part in place.absolute().parts if part not in ("raw", "gzip")]
    return f"the data in a folder called {names[-1]}"


def to_signal(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey levels 0..255 (N, 28, 28) as float32 (N, 1, 28, 28) in [-1, 1]."""
    return (images[:, None].astype(np.float32) / 127.5) - 1.0


def to_grey(signal: NDArray[np.floating], limit: float = 1.0) -> NDArray[np.uint8]:
    """The picture a screen shows of float (N, 1, 28, 28): clipped to -limit..limit, then grey levels (N, 28, 28)."""
    if signal.ndim != 4 or signal.shape[1] != 1:
        raise ValueError(f"pictures must be grey, of shape (N, 1, H, W), got {signal.shape}")
    return to_levels(signal[:, 0], limit)


def to_levels(signal: NDArray[np.floating], limit: float = 1.0) -> NDArray[np.uint8]:
    """-limit..limit as 0..255, clipped, of the shape of `signal`."""
    return np.rint((np.clip(signal, -limit, limit) + limit) * (127.5 / limit)).astype(np.uint8)


def _place(folder: Path) -> tuple[Form, Path]:
    """The one set of files in `folder`, or in one of the folders that torchvision makes there."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder: {WANTED}")
    sets = [
        (form, place)
        for place in (folder / inner for inner in INSIDE)
        for form in FORMS
        if any(_variants(form.stem(split, kind), place) for split in ("train", "test") for kind in ("images", "labels"))
    ]
    if len(sets) > 1:
        named = " and ".join(f"{place} ({form.train}-...)" for form, place in sets)
        raise ValueError(f"{folder} holds several data sets, {named}: name the folder of one as --data")
    if not sets:
        stem = PLAIN.stem("train", "images")
        raise FileNotFoundError(
            f"{folder} holds neither {stem}.gz nor {stem}, nor a folder such as MNIST/raw: {WANTED}"
        )
    return sets[0]


def _variants(stem: str, place: Path) -> list[Path]:
    """The files there that hold `stem`; some copies have a dot for the second dash."""
    names = (stem, stem.replace("-idx", ".idx"))
    return [path for name in names for path in (place / f"{name}.gz", place / name) if path.is_file()]


def _find(stem: str, place: Path | None) -> Path:
    if place is None:
        return _download(f"{stem}.gz")
    files = _variants(stem, place)
    if not files:
        raise FileNotFoundError(f"{place} holds neither {stem}.gz nor {stem}: {WANTED}")
    return files[0]


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


def _unzipped(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is no complete gzip file: {error}") from error


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes: 0, 0, 8, rank, the sizes as big-endian uint32, the values."""
    raw = _unzipped(path, path.read_bytes())
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is no IDX file of bytes: it begins with {raw[:4]!r}")
    rank = raw[3]
    shape = struct.unpack_from(f">{rank}I", raw, 4) if len(raw) >= 4 + 4 * rank else ()
    if len(raw) - 4 - 4 * rank != int(np.prod(shape, dtype=np.int64)) or not shape:
        raise ValueError(f"{path} is cut short: its header promises {shape}, {len(raw)} bytes came")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)
