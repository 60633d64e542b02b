"""A picture that a learner sends, as grey levels: bounded before it is decoded, and refused in words."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

BYTES_MAX = 8_000_000
PIXELS_MAX = {"JPEG": 16_000_000}  # a photograph, which is decoded at a smaller size where that is enough
OTHERS_MAX = 9_000_000  # a screen of 3840 x 2160
SIDE_MIN = 800  # pixels of the shorter side down to which a picture is reduced; `mnist_like` takes half of that
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
WANTED = "PNG, JPEG, GIF, WebP or BMP"


def decode(blob: bytes) -> NDArray[np.uint8]:
    """The first picture in `blob` as grey levels (H, W), turned upright, transparency laid on contrasting paper.

    Its size is read from the header and checked before any pixel is decoded. Raises ValueError in words.
    """
    if not blob:
        raise ValueError("the file is empty (0 bytes): choose another picture")
    if len(blob) > BYTES_MAX:
        raise ValueError(too_many_bytes(len(blob)))
    with _in_words():
        image = Image.open(io.BytesIO(blob), formats=FORMATS)
    width, height = image.size
    most = PIXELS_MAX.get(image.format or "", OTHERS_MAX)
    if width * height > most:
        raise ValueError(
            f"the picture has {width * height / 1e6:.1f} megapixels ({width} x {height}); "
            f"at most {most / 1e6:.0f} are taken: make it smaller, or photograph only the digit"
        )
    with _in_words():
        image.draft("L", (SIDE_MIN, SIDE_MIN))
        image.load()
    return _grey(ImageOps.exif_transpose(_reduced(image)))


def too_many_bytes(n: int) -> str:
    """What is said of a file of `n` bytes that is too large."""
    return f"the file has {n / 1e6:.1f} MB; at most {BYTES_MAX / 1e6:.0f} MB are taken: make the picture smaller"


@contextmanager
def _in_words() -> Iterator[None]:
    """What Pillow says of a file that is no picture, or a broken one, as a ValueError for people."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `decode` is stricter
            yield
    except UnidentifiedImageError as error:
        raise ValueError(f"this file is no picture that can be read: send a {WANTED} file") from error
    except Image.DecompressionBombError as error:
        raise ValueError(f"the picture has far more than {OTHERS_MAX / 1e6:.0f} megapixels: make it smaller") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, MemoryError) as error:
        raise ValueError(f"the picture is damaged or cut short: send another one ({error})") from error


def _reduced(image: Image.Image) -> Image.Image:
    """A large picture in grey, transparency kept, made smaller by a whole factor: a float for each pixel costs much."""
    factor = min(image.size) // SIDE_MIN
    if factor < 2 or image.mode.startswith("I"):
        return image
    return image.convert("LA" if image.has_transparency_data else "L").reduce(factor)


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I"):  # 16 bits a pixel
        levels = np.asarray(image, dtype=np.float64)
        return np.rint(levels * (255 / max(levels.max(), 1))).astype(np.uint8)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"))
    layers = np.asarray(image.convert("LA"), dtype=np.float64)  # (H, W, 2)
    ink, share = layers[..., 0], layers[..., 1] / 255
    if not share.any():
        raise ValueError("all of the picture is transparent: there is nothing to see")
    bright = float((ink * share).sum() / share.sum()) > 127.5
    paper = 0.0 if bright else 255.0
    return np.rint(ink * share + paper * (1 - share)).astype(np.uint8)
