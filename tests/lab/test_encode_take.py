"""Encode and edit: what is taken away gives the pictures on screen; ready digits, the socket, guide and questions."""

import base64
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ddim_lab.lab.pages.encode import pictures, take
from ddim_lab.teaching.pages.encode import GUIDE, QUESTIONS
from tests.lab import truth
from tests.lab.encoding import PICTURE, SHORT, THREE, encoded, last, parts, values
from tests.lab.wire import page

ROOT = Path(__file__).parents[2]
CASES = [
    ("code", {"S": 3, "eta": 0.25, "spacing": "quadratic"}, {"implicit": True}, "back"),
    ("code", SHORT, {"label": "none"}, "back"),
    ("change", {"S": 3, "guidance": 2.5, "seed": 3}, {}, "digits"),
    ("change", {"S": 3, "eta": 1.0}, {"way": "noise", "start": 3}, "digits"),
    ("fill", {"S": 3, "eta": 1.0, "schedule": "sigmoid"}, {"label": "3"}, "fills"),
    ("blend", SHORT, {"corners": [{"picture": PICTURE}, *({"seed": 1, "image": i} for i in (2, 3, 4))]}, "between"),
    ("blend", SHORT, {"draft": True}, "between"),
]


def python(do, settings, changed):
    [(head, _)] = list(take.take({"what": "python", "of": values(do, settings, **changed)}))
    return head["text"]


@pytest.mark.slow
def test_the_lines_give_the_pictures(tmp_path):
    """All in one process of their own, as a learner would run them, to load torch once."""
    script = "import numpy\n"
    for i, (do, settings, changed, _) in enumerate(CASES):
        script += f"names = {{}}\nexec({python(do, settings, changed)!r}, names)\n"
        script += f"numpy.save('{tmp_path.as_posix()}/{i}', names['digits'].numpy())\n"
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=300, cwd=ROOT)
    for i, (do, settings, changed, kind) in enumerate(CASES):
        found = parts(do, settings, **({"draft": True} if do == "code" else {}) | changed)  # fewer S, the same picture
        if do == "code":
            found = [part for part in found if part[0].get("implicit") == changed.get("implicit", False)]
            found = [part for part in found if part[0]["kind"] == "back" and part[0]["S"] == 3]
        digits = np.load(tmp_path / f"{i}.npy")
        wanted = last(found, kind)[1]
        truth.assert_same_picture(truth.grey(torch.from_numpy(digits)), wanted[: len(digits)], f"case {i}")


def test_the_lines_are_few_and_short():
    for do, settings, changed, _ in CASES:
        lines = python(do, settings, changed).splitlines()
        assert len(lines) <= 36
        assert max(map(len, lines)) <= 140


def test_the_code_as_a_numpy_file():
    *_, (head, raw) = take.take({"what": "npy", "of": values("code")})
    assert head["name"].endswith(".npy")
    np.testing.assert_allclose(np.load(io.BytesIO(raw)), encoded().numpy(), atol=1e-5)
    with pytest.raises(ValueError, match="only the code"):
        take.take({"what": "npy", "of": values("fill")})


# Ready digits, the socket, the teaching


def test_the_shelf_is_the_shipped_run_and_the_next_page_goes_on():
    assert [one["digit"] for one in pictures.shelf()] == list(range(8))
    assert base64.b64decode(pictures.shelf()[3]["picture"]) == THREE.tobytes()
    pictures._shelves.clear()
    *_, (head, raw) = pictures.ready({"page": 1})
    assert head["digits"] == [8, 9, 0, 1, 2, 3, 4, 5]
    drawn = np.frombuffer(raw, np.uint8).reshape(-1, 28, 28)
    truth.assert_same_picture(drawn, truth.film({}, 8, 8)[0][-1])
    assert list(pictures.ready({"page": 1}))[-1][1] == raw
    with pytest.raises(ValueError, match="page must be within"):
        pictures.ready({"page": 100})


def test_the_newest_request_stops_another_kind_of_work():
    with page() as wire:
        long = wire.send(view="encode", values=values("code", {"S": 200}, implicit=True))
        wire.until(long, "part")
        short = wire.send(view="encode", values=values("fill"))
        got = wire.until(short, "end", "error")
        assert got[-1]["type"] == "end"
        assert not [
            answer for answer in got if answer["id"] == long and answer["type"] == "end" and not answer["cancelled"]
        ]
        wrong = wire.send(view="encode", values=values("code", picture="x"))
        assert wire.until(wrong, "end", "error")[-1]["code"] == "bad-settings"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_opens_a_view_of_the_page(question):
    view_values = {name: value for name, value in question.state.items() if name in ("do", "way", "inverse")}
    assert set(question.state) == {"eta", "S", *view_values}


def test_the_guide_names_what_the_page_has():
    html = (ROOT / "ddim_lab/lab/pages/encode/encode.html").read_text(encoding="utf-8")
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "ddim_lab/lab/pages/encode").glob("*.js"))
    asked = {step.question for step in GUIDE if step.question}
    assert asked == {question.key for question in QUESTIONS}
    for step in GUIDE:
        assert f'data-control="{step.highlight}"' in html or step.highlight in ("eta", "S")
        if not step.question:
            assert step.done_by in scripts or f'data-tab="{step.done_by.partition("-")[0]}"' in html
