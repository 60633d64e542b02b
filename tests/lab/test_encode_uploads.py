"""Uploads: taken, or refused in words, and bounded before anything is decoded."""

import base64
import io
import struct
import subprocess
import sys
import zlib

import anyio
import numpy as np
import pytest
from PIL import Image, ImageDraw
from starlette.requests import Request

from ddim_lab.lab.live import film
from ddim_lab.lab.pages.encode import pictures, upload
from ddim_lab.model.mnist_like import prepare
from tests.lab import encoding
from tests.lab.wire import OWN, client, ended


def one(mode="L", paper=0, ink=255, size=(240, 300)):
    """A one: a slanted stroke."""
    image = Image.new(mode, size, paper)
    ImageDraw.Draw(image).line([(130, 50), (100, 250)], fill=ink, width=24)
    return image


def stored(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width, height):
    """A PNG that says it is this large, in a hundred bytes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def post(blob, **headers):
    return client().post("/ddim/picture", content=blob, headers=OWN | headers)


def made(response):
    assert response.status_code == 200, response.text
    told = response.json()
    return np.frombuffer(base64.b64decode(told["picture"]), np.uint8).reshape(28, 28), told


TRUE = prepare(np.asarray(one())).picture.astype(int)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "WEBP", "JPEG"])
def test_every_common_kind_is_read(kind):
    picture, told = made(post(stored(one(), kind)))
    assert np.abs(picture - TRUE).mean() < 4
    assert (told["digit"], told["inverted"]) == (1, False)
    assert 0.5 < told["share"] <= 1


@pytest.mark.parametrize(
    ("name", "image", "inverted"),
    [
        ("inverted", one(paper=255, ink=0), True),
        ("colour", one("RGB", (250, 240, 200), (10, 30, 120)), True),
        ("colour on dark", one("RGB", (10, 30, 60), (250, 240, 100)), False),
        ("black ink on nothing", one("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)), True),
        ("white ink on nothing", one("RGBA", (255, 255, 255, 0), (255, 255, 255, 255)), False),
        ("palette", one().convert("P"), False),
        ("sixteen bits", Image.fromarray(np.asarray(one()).astype(np.uint16) * 257), False),
        ("one bit", one("1", 1, 0), True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_colour_transparency_and_ink(name, image, inverted):
    picture, told = made(post(stored(image)))
    assert np.abs(picture - TRUE).mean() < 4
    assert told["inverted"] is inverted


def test_a_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    turned = one().rotate(90, expand=True)
    picture, _ = made(post(stored(turned, "JPEG", exif=exif, quality=95)))
    assert np.abs(picture - TRUE).mean() < 4


PLAIN = stored(one())


@pytest.mark.parametrize(
    ("blob", "says"),
    [
        (b"", "The file is empty (0 bytes)"),
        (b"This is a text file called digit.png.\n" * 20, "no picture that can be read"),
        (b"%PDF-1.7\n1 0 obj", "no picture that can be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that can be read"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (PLAIN[: len(PLAIN) // 2], "damaged or cut short"),
        (stored(one(), "TIFF"), "send a PNG, JPEG, GIF, WebP or BMP file"),
        (png_header(6000, 5000), "30.0 megapixels"),
        (png_header(60_000, 60_000), "megapixels"),
        (stored(Image.new("L", (90, 90), 255)), "The picture is empty"),
        (stored(Image.new("RGBA", (90, 90), (0, 0, 0, 0))), "All of the picture is transparent: there is nothing to"),
        (b"\0" * (upload.BYTES_MAX + 1), "8.0 MB; at most 8 MB"),
    ],
    ids=["0 bytes", "text", "pdf", "svg", "signature", "cut", "tiff", "30 MP", "bomb", "white", "transparent", "large"],
)
def test_what_cannot_be_taken_is_refused_in_words(blob, says):
    response = post(blob)
    assert response.status_code == 422
    message = response.json()["message"]
    assert says in message
    assert "Traceback" not in message
    assert "<_io" not in message


def test_thirty_megapixels_are_not_decoded(monkeypatch):
    def decoded(self):
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    with pytest.raises(ValueError, match=r"30.0 megapixels \(6000 x 5000\)"):
        upload.decode(png_header(6000, 5000))


@pytest.mark.slow
def test_a_large_transparent_picture_costs_little_memory():
    """Seven megapixels, 29 MB decoded, in a process of its own whose peak is measured; a camera lay on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    small = one("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)).rotate(90, expand=True)
    blob = stored(small.resize((3000, 2400), Image.Resampling.NEAREST), compress_level=1, exif=exif)
    code = (
        "import resource, sys, PIL.PngImagePlugin; from ddim_lab.lab.pages.encode import upload;"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; before = peak();"
        "upload.decode(sys.stdin.buffer.read()); print(peak() - before)"
    )
    pytest.importorskip("resource")
    run = subprocess.run([sys.executable, "-c", code], input=blob, capture_output=True, check=True)
    assert int(run.stdout) < 150_000  # kB
    assert np.abs(prepare(upload.decode(blob)).picture.astype(int) - TRUE).mean() < 4


def test_a_long_body_is_not_read_to_its_end():
    def endless():
        for _ in range(1000):
            yield b"\0" * 100_000

    response = client().post("/ddim/picture", content=endless(), headers=OWN)
    assert response.status_code == 422
    assert "at most 8 MB" in response.json()["message"]


SCOPE = {"type": "http", "method": "POST", "path": "/ddim/picture", "query_string": b"", "scheme": "http"}
SCOPE |= {"headers": [(b"host", b"testserver"), (b"origin", b"http://testserver")]}


def test_files_that_never_end_are_given_up_and_the_stillest_makes_room(monkeypatch):
    answers, most = [], pictures._arriving._most

    async def send_one(name):
        sent = []

        async def receive():
            if sent:
                await anyio.sleep_forever()
            sent.append(b"\x89PNG")
            return {"type": "http.request", "body": sent[0], "more_body": True}

        response = await pictures.picture(Request(SCOPE, receive))
        answers.append((name, response.status_code, response.body))

    async def main():
        async with anyio.create_task_group() as tasks:
            for name in range(most + 2):
                tasks.start_soon(send_one, name)
                await anyio.sleep(0.001)
            await anyio.sleep(0.01)
            assert [name for name, *_ in answers] == [0, 1]

    monkeypatch.setattr(pictures, "SENDING", 0.5)
    ended(main)
    assert len(answers) == most + 2
    assert {(status, b"arrived too slowly" in body) for _, status, body in answers} == {(422, True)}
    assert len(pictures._arriving) == 0


def test_a_browser_that_leaves_is_no_fault(caplog):
    async def receive():
        return {"type": "http.disconnect"}

    async def main():
        return await pictures.picture(Request(SCOPE, receive))

    assert ended(main).status_code == 499
    assert not caplog.records


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_another_sites_page_is_refused(origin):
    assert post(PLAIN, origin=origin).status_code == 403


def test_without_a_judge_the_picture_is_taken_and_nothing_is_read(monkeypatch):
    def missing():
        raise FileNotFoundError("classifier.safetensors is not there")

    monkeypatch.setattr(film, "_judge", missing)
    picture, told = made(post(PLAIN))
    assert np.abs(picture - TRUE).mean() < 4
    assert told["digit"] is told["share"] is None
    for do in ("fill", "change"):
        *_, (head, _) = encoding.parts(do)
        assert head["kind"] in ("fills", "digits")  # the last picture, and no reading


def test_a_get_is_refused():
    assert client().get("/ddim/picture", headers=OWN).status_code == 405
