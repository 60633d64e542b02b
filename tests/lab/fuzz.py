"""What no page ever sends: right requests with something wrong in them, and nonsense; the same for the same seed."""

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ddim_lab import errata
from tests.lab.encoding import ASKED, values

RUN = {"S": 2, "images": 1}
BLOB, RING = {"name": "blob"}, {"name": "ring"}
DRAWN = next(case.key for case in errata.ALL if case.recipe is not None)
START = {"seed": 0, "draft": True, "focus": 0}
KNOBS = {"k": 0.1, "m": 0.2, "sigma": 0.3, "moved": "k", "hand": "drag"}
PARTICLES = {"settings": RUN, "n": 5, "place": 0.5, "drag": False, "chosen": [1]}
RIGHT: list[tuple[str, dict[str, Any]]] = [  # a request of each view, and of each kind of work
    ("film", {"settings": RUN, "draft": False, "focus": 0}),
    ("step", {"settings": RUN, "image": 0, "j": 1}),
    ("path", {"settings": RUN, "image": 0}),
    ("library", {"settings": RUN, "library": "leading"}),
    ("walks", {"settings": RUN, "x_0": 0.5, "wrong": False}),
    ("lanes", {"settings": RUN}),
    ("world", {"world": RING, "n": 5}),
    ("particles", PARTICLES | {"world": RING}),
    ("particles", PARTICLES | {"world": {"name": "drawn", "centres": [[0.1, 0.2], [1.0, -1.0]]}}),
    ("field", {"settings": RUN, "world": BLOB, "t": 3, "show": "none"}),
    ("distances", {"settings": RUN, "world": BLOB}),
    ("errors", {"settings": RUN, "world": BLOB}),
    ("setting", {"settings": RUN}),
    ("knobs", {"settings": RUN, "j": 1, **KNOBS}),
    ("solutions", {"settings": RUN, "j": 1}),
    ("steps", {"derivation": "bayes", "notation": "short"}),
    ("numbers", {"derivation": "bayes", "settings": RUN, "j": 1}),
    ("exercise", {"exercise": "one", "notation": "paper", "all": False}),
    ("typed", {"unknown": "m", "text": "sqrt(1-b)/a", "notation": "short"}),
    ("finish", {"exercise": "two", "k": "a", "m": "sqrt(b)", "notation": "short", "settings": RUN, "j": 1}),
    ("erratum", {"case": DRAWN, "notation": "short"}),
    ("effect", {"case": DRAWN, "eta": 0.5, "S": 2}),
    ("guess", {"case": DRAWN, "choice": 0, "attempt": 1}),
    ("digits", {"case": DRAWN, "eta": 0.5, "S": 2, **START}),
    ("patient", {"patient": 3}),
    ("patient_digits", {"patient": 3, "beside": True, "line": -1, **START}),
    ("instrument", {"patient": 3, "name": "moments"}),
    ("accuse", {"patient": 3, "choice": 0}),
    ("repair", {"patient": 3, "choice": 0}),
    ("compare", {"common": {"images": 1}, "lanes": [{"S": 1}, {"S": 2}], "draw": [0], "draft": True, "focus": 0}),
    ("compare_open", {"settings": RUN, "link": {"l2": "eta0.5-S20", "off": "1"}}),
    *(("encode", values(do, RUN)) for do in ASKED),
    *(("take", {"what": what, "of": values(do, RUN)}) for what in ("python", "npy") for do in ASKED),
    ("ready", {"page": 0}),
    ("quality", {"settings": RUN, "spacing": "trailing", "measure": "frechet", "relative": True, "data": "CIFAR10"}),
    (
        "quality_cell",
        {
            **{"cell": {"spacing": "trailing", "S": 10, "eta": 0.0, "sigma_hat": False}},
            **{"seed": 0, "draw": False, "measure": "frechet"},
        },
    ),
    ("answer", {"key": "eta-same", "choice": 0, "attempt": 1}),
]
JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 0.5, -0.0, 1e308, -1e308, 1e-320, 10**400, 2**31, 2**63, 1000),
    *("", "x", "none", "each", "__class__", "../../etc/passwd", "\x00", "\ud800", "é" * 50, "9" * 500, "A" * 1048),
    *([], {}, [[]], [None], [{}], {"": ""}, {"name": []}, {"picture": 1}, [1, 2, 3], [[1, 2], ["a", None]]),
    *("1/0", "sqrt(" * 15 + "a", "a^b^c", "√" * 30 + "a", "default-S0-eta9", "S1e9", "linear", "dpmpp_2s", "keep_eps"),
]
NONSENSE = ["", "{", "null", "[]", "3", '"x"', "[" * 5000, '{"id":NaN}', "\x00", "x" * 7000, '{"id":1,"id":{}}', "{}"]


def messages(n: int, seed: int) -> Iterator[str]:
    """`n` messages: one in ten is no request at all; ids count from 1, except where the id itself is wrong."""
    chance = random.Random(seed)
    for id in range(1, n + 1):
        if chance.random() < 0.1:
            yield chance.choice(NONSENSE)
            continue
        view, right = chance.choice(RIGHT)
        message = {"id": id, "view": view, "values": json.loads(json.dumps(right))}
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
            spoil(message if chance.random() < 0.1 else message["values"], chance)
            if not isinstance(message.get("values"), dict):
                break
        yield json.dumps(message)


def spoil(values: dict[str, Any], chance: random.Random) -> None:
    """Puts junk in the place of something in `values`, however deep it lies; or leaves it out, or adds something."""
    place: Any = values
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = chance.choice(keys) if keys else None
        inner = place[key] if key is not None else None
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
            break
        place = inner
    junk = json.loads(json.dumps(chance.choice(JUNK)))
    if key is None or chance.random() < 0.1:
        place.update({"more": junk}) if isinstance(place, dict) else place.append(junk)
    elif chance.random() < 0.2:
        del place[key]
    else:
        place[key] = junk


PATHS = ("/ddim/export/film.png", "/ddim/export/film.gif", "/ddim/export/numbers.csv", "/ddim/export/code.py")
OTHER = ("/ddim/export/x", "/ddim/figures.json", "/ddim/curves.json", "/ddim/pages/../routes.py", "/ddim/picture")
ORIGINS = (None, "http://testserver", "http://[::1", "null", "http://", "//", "http://testserver:x", "\xff")
BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"BM", b"\xff\xd8\xff")
NAMES = ("S", "T", "eta", "images", "focus", "schedule", "spacing", "solver", "digit", "guidance", "seed", "dark", "x")


def requests(n: int, seed: int, token: str) -> Iterator[tuple[str, str, dict[str, bytes], bytes]]:
    """`n` HTTP requests, most of an open page with this `token`: method, path with its query, headers, body."""
    chance = random.Random(seed)
    for _ in range(n):
        names = chance.sample(NAMES, chance.choice((0, 1, 1, 2)))
        junk = {name: str(chance.choice(JUNK)).encode("utf-8", "replace").decode() for name in names}
        wanted = {"S": "2", "images": "1", "token": token if chance.random() < 0.8 else "x"} | junk
        query = "&".join(f"{quote(name)}={quote(text)}" for name, text in wanted.items())
        origin = chance.choice(ORIGINS) if chance.random() < 0.3 else "http://testserver"
        headers = {} if origin is None else {"origin": origin.encode("latin-1")}
        path = chance.choice((*PATHS, *OTHER))
        method = "POST" if (path == "/ddim/picture") != (chance.random() < 0.1) else "GET"
        body = chance.randbytes(chance.choice((0, 1, 100, 3000)))
        if chance.random() < 0.5:
            body = chance.choice(BEGINNINGS) + body
        yield method, f"{path}?{query}", headers, body if method == "POST" else b""
