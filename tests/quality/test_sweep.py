"""The command `quality`: the same numbers whoever computes them, nothing done twice, nothing lost."""

import json

import pytest

from ddim_lab import quality
from ddim_lab.__main__ import main
from ddim_lab.quality import book, table, tasks
from ddim_lab.quality.evaluation import Store
from tests import tiny
from tests.quality import sweep


@pytest.fixture
def command(tmp_path, monkeypatch):
    unet, judge, data = sweep.files(tmp_path)
    monkeypatch.setattr(tasks, "plan", lambda *_: sweep.TASKS)
    monkeypatch.setattr(book, "reconstructions", lambda digits: sweep.TASKS[3:])
    ran = []
    add = book.Book.add

    def noted(self, task, result):
        add(self, task, result)
        ran.append(task.key)
        if len(ran) == call.stop_after:
            raise KeyboardInterrupt

    monkeypatch.setattr(book.Book, "add", noted)

    def call(out="quality.json", jobs=1, stop_after=0):
        call.stop_after = stop_after
        ran.clear()
        files = ("--weights", str(unet), "--judge", str(judge), "--data", str(data), "--device", "cpu")
        where = ("--out", str(tmp_path / out), "--scratch", str(tmp_path / f"{out}.scratch"))
        status = main(["quality", "--digits", "100", "--jobs", str(jobs), *files, *where])
        return status, list(ran)

    call.unet = unet
    return call


def test_however_many_processes_and_interruptions_the_numbers_are_the_same(tmp_path, command, capsys):
    assert command("whole.json", jobs=2)[0] == 0
    stopped, first = command("broken.json", stop_after=2)
    assert stopped == 130
    assert "the same command goes on" in capsys.readouterr().err
    partial = quality.load(tmp_path / "broken.json")  # the app can read it at any time
    assert partial["floor"] is not None
    assert len(partial["cells"]) == 1
    assert partial["reconstruction"] == []
    status, rest = command("broken.json")
    assert status == 0
    assert sorted(first + rest) == sorted(task.key for task in sweep.TASKS)  # each once
    whole, broken = (quality.load(tmp_path / name) for name in ("whole.json", "broken.json"))
    for part in ("cells", "reconstruction"):
        assert len(whole[part]) == len(broken[part]) > 0
        assert all(sweep.same(a, b) for a, b in zip(whole[part], broken[part], strict=True))
    assert sweep.same(whole["floor"], broken["floor"])
    assert whole["made"]["machines"] == broken["made"]["machines"]
    assert whole["made"]["machines"][0]["threads"] == 1
    assert command("whole.json") == (0, [])  # all is there

    for entry in (whole["floor"], *whole["cells"]):
        for name in ("accuracy", "frechet", "kernel", "precision", "recall", "variance_ratio"):
            assert entry[name]["low"] <= entry[name]["value"] <= entry[name]["high"], name
    assert {f"{name}_floor_at_n" for name in ("frechet", "kernel", "precision", "recall")} <= set(whole["cells"][0])
    explicit, implicit = whole["reconstruction"]
    assert (explicit["implicit"], implicit["implicit"]) == (False, True)
    assert implicit["rounds"] > 1
    assert len(implicit["rounds_by_step"]) == 2
    assert explicit["digits"] == 100


def test_rows_whose_parts_are_kept_are_made_again_without_work(tmp_path):
    parts = Store(tmp_path / "parts.json", "these files")
    rows = tasks.reconstructions(150)
    for number, task in enumerate(rows):
        told = {"rounds": [5] * task.S, "residual": [1e-5] * task.S} if task.implicit else {}
        result = {"errors": [0.25 * (number % 2)] * task.digits, **told, "seconds": 1.0, "machine": {"threads": 1}}
        if task.key != rows[-1].key:  # one part is not done yet
            parts.put(task.key, result)
    made = book.Book(tmp_path / "quality.json", {"weights": "a"}, parts, 150)
    assert [(row["implicit"], row["S"]) for row in made.rows] == [(task.implicit, task.S) for task in rows[::2]][:-1]
    assert {row["digits"] for row in made.rows} == {150}
    assert made.rows[0]["mse"]["value"] == pytest.approx(0.25 * 50 / 150)  # every digit counts once
    assert [made.has(task) for task in rows] == [True] * (len(rows) - 1) + [False]


def test_other_weights_start_a_new_table(tmp_path, command, capsys):
    assert command(stop_after=1)[1] == ["floor"]
    tiny.save_random_unet(command.unet, tiny.SMALL, seed=1)
    assert command(stop_after=1)[1] == ["floor"]  # not taken over
    assert "is of other files" in capsys.readouterr().out
    card = json.loads(command.unet.with_suffix(".json").read_text())
    assert quality.load(tmp_path / "quality.json")["made"]["weights"] == card["sha256"]


def test_the_plan_is_the_table_of_the_paper_and_more():
    cells = tasks.cells(300, 100)
    found = {(c.spacing, c.S, c.eta, c.sigma_hat) for c in cells if c.S < 1000}
    rules = {(0.0, False), (0.2, False), (0.5, False), (1.0, False), (1.0, True)}
    spacings = ("trailing", "quadratic", "leading")
    assert found == {(where, S, *rule) for where in spacings for S in (5, 10, 20, 50, 100) for rule in rules}
    assert {(c.eta, c.n) for c in cells if c.S == 1000} == {(0.0, 100), (1.0, 100)}
    assert {c.n for c in cells if c.S < 1000} == {300}
    assert len({c.key for c in cells}) == len(cells) == 77
    rows = tasks.reconstructions(250)
    explicit, implicit = [(S, False) for S in (10, 20, 50, 100, 200)], [(S, True) for S in (10, 20)]
    assert {(r.S, r.implicit) for r in rows} == {*explicit, *implicit}
    assert sum(r.digits for r in rows if r.S == 200) == 250
    assert [(r.first, r.digits) for r in rows if r.S == 200] == [(0, 100), (100, 100), (200, 50)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is missing: restore it"),
        ("{", "is damaged"),
        ("[]", "it is no table"),
        ('{"made": {"weights": "a"}, "floor": null, "cells": [{"S": 5}], "reconstruction": []}', "lacks spacing, eta"),
        ('{"made": {"weights": "a"}, "floor": null, "cells": []}', "reconstruction"),
        ('{"made": {"weights": "a"}, "floor": 3, "cells": [], "reconstruction": []}', "is damaged"),
        ('{"made": {"weights": "a"}, "floor": null, "cells": 3, "reconstruction": []}', "is damaged"),
    ],
)
def test_a_missing_or_damaged_table_is_told_in_words(tmp_path, content, message):
    path = tmp_path / "quality.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=message) as told:
        table.load(path)
    assert "python -m ddim_lab quality" in str(told.value)
