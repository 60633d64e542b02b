"""MNIST's files: read as the format says, refused where they are not sound, downloaded with checksums."""

import gzip
import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch
import pytest

from ddim_lab.model import mnist
from tests import tiny

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@pytest.mark.parametrize("zipped", [True, False])
def test_reads_what_was_written(tmp_path, zipped):
    images, labels = mnist.load("train", tiny.write_mnist(tmp_path, zipped=zipped))
    wanted_images, wanted_labels = tiny.digits(64)
    assert images.dtype == labels.dtype == np.uint8
    np.testing.assert_array_equal(images, wanted_images)
    np.testing.assert_array_equal(labels, wanted_labels)
    assert len(mnist.load("test", tmp_path)[0]) == 40


def test_signal_and_grey_are_inverse_for_every_level():
    levels = np.arange(256, dtype=np.uint8).repeat(784).reshape(256, 28, 28)
    signal = mnist.to_signal(levels)
    assert signal.shape == (256, 1, 28, 28)
    assert signal.dtype == np.float32
    assert (signal.min(), signal.max()) == (-1, 1)
    np.testing.assert_array_equal(mnist.to_grey(signal), levels)
    np.testing.assert_array_equal(mnist.to_grey(3 * signal)[[0, 255]], levels[[0, 255]])  # beyond [-1, 1]: clipped


def damage(folder, name, change):
    path = folder / f"{name}.gz"
    path.write_bytes(change(path.read_bytes()))


def rewritten(content):
    return lambda _: gzip.compress(content)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (IMAGES, lambda b: b[:-20], "complete gzip"),
        (IMAGES, lambda b: b[:300] + bytes(200) + b[500:], "complete gzip"),
        (IMAGES, lambda _: b"<html>not found</html>", "complete gzip"),
        (IMAGES, lambda b: gzip.compress(gzip.decompress(b)[:-1]), "cut short"),
        (IMAGES, rewritten(b"\0\0\x08"), "IDX"),
        (IMAGES, rewritten(b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0"), "IDX"),
        (IMAGES, rewritten(b"\0\0\x08\x03\0\0"), "cut short"),
        (IMAGES, rewritten(tiny.idx(np.zeros((64, 32, 32), np.uint8))), "not pictures of 28 x 28"),
        (LABELS, rewritten(tiny.idx(np.zeros(63, np.uint8))), "not pictures of 28 x 28 with a label each"),
        (LABELS, rewritten(tiny.idx(np.full(64, 10, np.uint8))), "0..9, got 10"),
        (LABELS, rewritten(tiny.idx(np.zeros(0, np.uint8))), "with a label each"),
    ],
)
def test_unsound_files_are_refused(tmp_path, name, change, message):
    damage(tiny.write_mnist(tmp_path), name, change)
    with pytest.raises(ValueError, match=message):
        mnist.load("train", tmp_path)


def test_no_picture_is_too_few(tmp_path):
    damage(tiny.write_mnist(tmp_path), IMAGES, rewritten(tiny.idx(np.zeros((0, 28, 28), np.uint8))))
    damage(tmp_path, LABELS, rewritten(tiny.idx(np.zeros(0, np.uint8))))
    with pytest.raises(ValueError, match="the train files hold no picture"):
        mnist.load("train", tmp_path)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"is no folder.*--data"):
        mnist.load("train", tmp_path / "nowhere")
    tiny.write_mnist(tmp_path)
    (tmp_path / f"{LABELS}.gz").unlink()
    with pytest.raises(FileNotFoundError, match=rf"neither {LABELS}\.gz nor {LABELS}:"):
        mnist.load("train", tmp_path)
    with pytest.raises(ValueError, match="'train' or 'test', got 'valid'"):
        mnist.load("valid", tmp_path)


# As others store them


def under(folder, name, transposed=False, zipped=True, dots=False):
    """The tiny data in folder/name, as the set of that name is stored; returns `folder`."""
    place = tiny.write_mnist(folder / name, zipped=zipped)
    for path in sorted(place.iterdir()):
        new = path.name.replace("-idx", ".idx") if dots else path.name
        if transposed:
            new = f"emnist-digits-{new.replace('t10k', 'test')}"
            if "images" in new:
                content = gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()
                images = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)
                content = tiny.idx(images.swapaxes(1, 2))
                path.write_bytes(gzip.compress(content) if zipped else content)
        path.rename(place / new)
    return folder


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(
    ("name", "transposed"),
    [
        *((name, False) for name in (".", "raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw")),
        *((name, True) for name in (".", "gzip", "EMNIST/raw")),
    ],
)
def test_what_torchvision_and_the_authors_store_is_found_and_stands_upright(tmp_path, name, transposed, zipped):
    under(tmp_path, name, transposed, zipped)
    for split, n, seed in (("train", 64, 0), ("test", 40, 1)):
        images, labels = mnist.load(split, tmp_path)
        wanted_images, wanted_labels = tiny.digits(n, seed)
        np.testing.assert_array_equal(images, wanted_images)
        np.testing.assert_array_equal(labels, wanted_labels)
        assert images.flags.c_contiguous


def test_a_copy_with_dots_for_dashes_is_found(tmp_path):
    under(tmp_path, ".", dots=True, zipped=False)
    assert (tmp_path / "train-images.idx3-ubyte").is_file()
    np.testing.assert_array_equal(mnist.load("train", tmp_path)[0], tiny.digits(64)[0])


def test_a_folder_of_several_sets_is_refused_by_their_names(tmp_path):
    under(under(tmp_path, "MNIST/raw"), "FashionMNIST/raw")
    with pytest.raises(
        ValueError, match=r"several data sets, \S*/MNIST/raw .*and \S*FashionMNIST/raw .*name the folder"
    ):
        mnist.load("train", tmp_path)
    assert len(mnist.load("train", tmp_path / "FashionMNIST")[0]) == 64


def test_data_are_called_by_checksum_by_emnists_names_or_as_their_folder(tmp_path, monkeypatch):
    """A folder called MNIST does not make MNIST of what is in it."""
    called = mnist.called(under(tmp_path / "one", "MNIST/raw"))
    assert called == "the data in a folder called MNIST"
    assert mnist.called(under(tmp_path / "two", "EMNIST/raw", transposed=True)) == "EMNIST digits"
    assert mnist.called() == "MNIST"
    images = tmp_path / "one" / "MNIST" / "raw" / f"{IMAGES}.gz"
    known = {hashlib.md5(images.read_bytes()).hexdigest(): "FashionMNIST"}
    monkeypatch.setattr(mnist, "KNOWN", known)
    assert mnist.called(tmp_path / "one") == "FashionMNIST"
    monkeypatch.setattr(mnist, "KNOWN", {hashlib.sha256(tiny.idx(tiny.digits(64)[0])).hexdigest(): "KMNIST"})
    assert mnist.called(tmp_path / "one") == "KMNIST"  # however it was compressed
    assert mnist.called(under(tmp_path / "three", "raw", zipped=False)) == "KMNIST"


def test_as_many_classes_as_are_asked_for(tmp_path):
    damage(tiny.write_mnist(tmp_path), LABELS, rewritten(tiny.idx(np.arange(64, dtype=np.uint8))))
    assert mnist.load("train", tmp_path, classes=64)[1].max() == 63
    with pytest.raises(ValueError, match=r"within 0\.\.62, got 63"):
        mnist.load("train", tmp_path, classes=63)


@pytest.fixture
def server(tmp_path):
    """A mirror that serves tmp_path/served on this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "served")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(pooch, "os_cache", lambda _: tmp_path / "cache")
    return tmp_path / "cache"


def test_downloads_from_the_mirror_whose_checksum_is_right(tmp_path, server, cache, monkeypatch):
    good, bad = tmp_path / "served" / "good", tmp_path / "served" / "bad"
    tiny.write_mnist(good)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in good.iterdir()}
    bad.mkdir()
    for path in good.iterdir():
        (bad / path.name).write_bytes(path.read_bytes() + b"!")
    monkeypatch.setattr(mnist, "SHA256", sums)
    monkeypatch.setattr(mnist, "MIRRORS", (f"{server}bad/", f"{server}good/"))
    images, _ = mnist.load("train")
    np.testing.assert_array_equal(images, tiny.digits(64)[0])
    assert sorted(path.name for path in cache.iterdir()) == [f"{IMAGES}.gz", f"{LABELS}.gz"]
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/",))  # the second time the cache is enough
    np.testing.assert_array_equal(mnist.load("train")[0], images)


def test_a_failed_download_says_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/", "http://127.0.0.1:9/other/"))
    with pytest.raises(FileNotFoundError, match=r"by hand into a folder and pass it as --data FOLDER") as caught:
        mnist.load("train")
    assert str(caught.value).count("127.0.0.1") >= 2  # both were tried
