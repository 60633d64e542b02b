"""The README's Python runs as it stands there: block after block, from a user's folder, in one session."""

import re
from pathlib import Path

import pytest
from PIL import Image

README = Path(__file__).resolve().parents[1] / "README.md"
pytestmark = pytest.mark.usefixtures("one_thread")


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_every_block_of_python_runs(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    session: dict = {"__name__": "readme"}
    for number, block in enumerate(blocks(), start=1):
        exec(compile(block, f"README.md, block {number}", "exec"), session)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[:10]]
    assert [int(t) for t, *_ in lines] == list(range(1000, 0, -100))  # the four lines print a line a step
    assert session["kept"].t == 600
    assert Image.open(tmp_path / "sheet.png").width == 4 * (30 * 3 - 2)
    assert getattr(Image.open(tmp_path / "film.gif"), "n_frames", 0) == 10
