"""The commands `quality` and `evaluate`: the same numbers whoever computes them, nothing done twice, nothing lost."""

import functools
import json

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import files, quality
from ddim_lab.__main__ import main
from ddim_lab.commands import model_card
from ddim_lab.model import mnist
from ddim_lab.model.denoiser import Denoiser, TorchEngine, pick_device
from ddim_lab.quality import bootstrap, drawing, executors, plan, store, table, worker
from ddim_lab.quality.cell import Cell
from ddim_lab.quality.plan import CellTask, FloorTask
from ddim_lab.quality.store import Store
from ddim_lab.schedule import NoiseSchedule
from tests import tiny
from tests.quality import sweep

EVALUATED = [
    FloorTask(),
    *map(CellTask, (sweep.CELLS[0], Cell.named("trailing", 2, 1.0, n=40, schedule="cosine", T=50))),
]


@pytest.fixture
def call(tmp_path, monkeypatch, one_thread):
    """call(command, ...): its exit status, and the keys of the tasks done here, at most `stop_after` if that is set."""
    unet, judge, data = sweep.files(tmp_path)
    given = ("--weights", str(unet), "--judge", str(judge), "--data", str(data), "--device", "cpu")
    begun = []

    def here(setup, tasks, jobs):
        for task in tasks:
            if len(begun) == run.stop_after:
                raise KeyboardInterrupt
            begun.append(task.key)
            yield task, worker.compute(setup, task)

    def run(command, *options, stop_after=-1):
        run.stop_after = stop_after
        begun.clear()
        return main([command, *given, *map(str, options)]), list(begun)

    run.unet = unet
    monkeypatch.setattr(executors, "processes", here)
    monkeypatch.setattr(bootstrap, "DRAWS", 12)  # how wide an interval is, is not the question here
    monkeypatch.setattr(bootstrap, "HALVES", 12)
    monkeypatch.setattr(plan, "table", lambda *_: sweep.TASKS)
    monkeypatch.setattr(plan, "evaluation", lambda samples: EVALUATED)
    monkeypatch.setattr(store, "reconstructions", lambda digits: sweep.TASKS[3:])
    return run


def sweeping(folder, name="quality.json"):
    return "quality", "--digits", sweep.DIGITS, "--out", folder / name, "--scratch", folder / f"{name}.scratch"


def evaluating(folder):
    return "evaluate", "--out", folder / "evaluation.json", "--cells", folder / "cells.json"


@pytest.mark.slow
def test_an_interrupted_sweep_goes_on_and_ends_in_the_same_table(tmp_path, call, capsys):
    assert call(*sweeping(tmp_path, "whole.json"))[0] == 0
    stopped, first = call(*sweeping(tmp_path, "broken.json"), stop_after=2)
    assert stopped == 130
    assert "the same command goes on" in capsys.readouterr().err
    partial = quality.load(tmp_path / "broken.json")  # the app can read it at any time
    assert partial["floor"] is not None
    assert len(partial["cells"]) == 1
    assert partial["reconstruction"] == []
    status, rest = call(*sweeping(tmp_path, "broken.json"))
    assert status == 0
    assert first + rest == [task.key for task in sweep.TASKS]  # each once
    whole, broken = (quality.load(tmp_path / name) for name in ("whole.json", "broken.json"))
    for part in ("cells", "reconstruction"):
        assert len(whole[part]) == len(broken[part]) > 0
        assert all(sweep.same(a, b) for a, b in zip(whole[part], broken[part], strict=True))
    assert sweep.same(whole["floor"], broken["floor"])
    assert whole["made"]["machines"] == broken["made"]["machines"]
    assert whole["made"]["machines"][0]["threads"] == 1
    assert call(*sweeping(tmp_path, "whole.json")) == (0, [])  # all is there

    for entry in (whole["floor"], *whole["cells"]):
        for name in ("accuracy", "frechet", "kernel", "precision", "recall", "variance_ratio"):
            assert entry[name]["low"] <= entry[name]["value"] <= entry[name]["high"], name
    assert {f"{name}_floor_at_n" for name in ("frechet", "kernel", "precision", "recall")} <= set(whole["cells"][0])
    explicit, implicit = whole["reconstruction"]
    assert (explicit["implicit"], implicit["implicit"]) == (False, True)
    assert implicit["rounds"] > 1
    assert len(implicit["rounds_by_step"]) == 2
    assert explicit["digits"] == sweep.DIGITS

    tiny.save_random_unet(call.unet, tiny.SMALL, seed=1)
    assert call(*sweeping(tmp_path, "whole.json"), stop_after=1)[1] == ["floor"]  # other weights: nothing is taken over
    assert "is of other files" in capsys.readouterr().out
    card = json.loads(call.unet.with_suffix(".json").read_text())
    assert quality.load(tmp_path / "whole.json")["made"]["weights"] == card["sha256"]


def test_a_second_measurement_of_the_same_files_is_told(tmp_path, call, capsys):
    table, parts = tmp_path / "quality.json", tmp_path / "other.json.scratch" / "parts.json"
    for place, command in ((table, sweeping(tmp_path)), (parts, sweeping(tmp_path, "other.json"))):
        with files.locked(place):
            assert call(*command) == (2, [])
        assert f"another measurement is writing {place}: wait for it, or give another --" in capsys.readouterr().err
        assert not place.exists()
    with files.locked(tmp_path / "cells.json"):
        assert call(*evaluating(tmp_path)) == (2, [])
    assert "or give another --cells" in capsys.readouterr().err


@pytest.mark.slow
def test_an_interrupted_evaluation_goes_on(tmp_path, call, capsys):
    keys = [task.key for task in EVALUATED]
    assert call(*evaluating(tmp_path), stop_after=2) == (130, keys[:2])
    assert not (tmp_path / "evaluation.json").exists()
    assert call(*evaluating(tmp_path)) == (0, keys[2:])  # the first was kept
    result = json.loads((tmp_path / "evaluation.json").read_text())
    assert result["weights"] == json.loads(call.unet.with_suffix(".json").read_text())["sha256"]
    assert [(c["schedule"], c["S"], c["eta"]) for c in result["cells"]] == [("linear", 2, 0), ("cosine", 2, 1)]
    for entry in (result["floor"], *result["cells"]):
        for name in ("accuracy", "frechet", "variance_ratio"):
            assert entry[name]["low"] <= entry[name]["value"] <= entry[name]["high"]
    assert "real test images" in capsys.readouterr().out
    shas = [result[name] for name in ("weights", "judge")]
    owner = "/".join([*shas, result["data"]["sha256"], result["engine"], "cpu"])
    kept = json.loads((tmp_path / "cells.json").read_text())
    assert list(kept[owner]) == keys  # names that older stores have, too

    kept[owner][keys[2]]["machine"]["processor"] = "Another"  # one cell of an older machine is told, the rest once
    (tmp_path / "cells.json").write_text(json.dumps(kept))
    assert call(*evaluating(tmp_path)) == (0, [])
    told = json.loads((tmp_path / "evaluation.json").read_text())
    assert "hardware" not in told["cells"][0]
    assert told["cells"][1]["hardware"] == {**result["hardware"], "processor": "Another"}
    assert result["hardware"] == told["hardware"]
    assert "another machine: cosine, S 2, eta 1 on Another." in model_card._elsewhere(told)
    tiny.save_random_unet(call.unet, tiny.SMALL, seed=1)
    assert call(*evaluating(tmp_path), stop_after=1)[1] == ["floor"]  # other weights: nothing is taken over


def test_a_cell_is_called_in_a_store_what_it_always_was():
    assert [task.key for task in plan.evaluation(4000)][:3] == [
        "floor", "linear T=1000 S=50 eta=0 n=4000 seed=0", "linear T=1000 S=50 eta=1 n=4000 seed=0",
    ]  # fmt: skip
    assert Cell.named("leading", 3, 1.0, True, 100).key == "linear T=1000 S=3 eta=1 n=100 seed=0 leading sigma-hat"
    solved = Cell.of("trailing", 5, (0.0, False, "dpmpp_2m"), 300)
    assert solved.key == "linear T=1000 S=5 eta=0 n=300 seed=0 dpmpp_2m"
    assert plan.reconstructions(150)[1].key == "reconstruction T=1000 S=10 explicit digits=100+50"


def test_a_damaged_file_of_finished_cells(tmp_path, call, capsys):
    (tmp_path / "cells.json").write_text("{")
    assert call(*evaluating(tmp_path)) == (2, [])
    assert "cells.json is no valid JSON: delete it" in capsys.readouterr().err


def test_a_picture_does_not_depend_on_the_batch():
    denoiser = Denoiser(TorchEngine(tiny.random_unet(tiny.SMALL), pick_device("cpu")))
    cell = Cell.named("trailing", 3, 1.0, n=30)

    def drawn(batch):
        return np.concatenate([drawing.draw(denoiser, cell, *part) for part in drawing.batches(cell.n, batch)])

    assert abs(drawn(64).astype(int) - drawn(7)).max() <= 1


@pytest.mark.slow
def test_two_processes_give_each_task_once_and_the_numbers_of_one(small, alone):
    results = list(executors.processes(small, sweep.TASKS, jobs=2))
    assert sorted(task.key for task, _ in results) == sorted(task.key for task in sweep.TASKS)
    for task, result in results:
        assert sweep.same(result, alone[task]), task.key


def test_a_cell_of_another_solver_is_drawn_with_it_and_is_a_cell_of_its_own(tmp_path):
    plain, solved = (Cell.named("trailing", 3, 0.0, n=4, solver=solver) for solver in ("ddim", "dpmpp_2m"))
    denoiser = Denoiser(TorchEngine(tiny.random_unet(tiny.SMALL), pick_device("cpu")))
    x_T, labels = dl.initial_noise(4, (1, 28, 28)), torch.arange(4)
    steps = dl.sample(
        functools.partial(denoiser, label=labels), x_T, solved.run.schedule, solved.run.tau, solver="dpmpp_2m"
    )
    wanted = mnist.to_grey(dl.last(steps).x_prev.numpy())
    assert abs(drawing.draw(denoiser, solved, 0, 4).astype(int) - wanted).max() <= 1
    assert abs(drawing.draw(denoiser, plain, 0, 4).astype(int) - wanted).max() > 1

    made = store.Table(tmp_path / "quality.json", {"weights": "a"}, Store(tmp_path / "parts.json"), 100)
    for cell in (solved, plain):
        assert not made.has(plan.CellTask(cell))
        told = {"schedule": cell.schedule, "T": 1000, **cell.place, "n": 4}
        made.add(plan.CellTask(cell), told | {"seconds": 1.0, "machine": {"threads": 1}})
        assert made.has(plan.CellTask(cell))
    assert [entry.get("solver") for entry in made.cells] == [None, "dpmpp_2m"]


def test_rows_whose_parts_are_kept_are_made_again_without_work(tmp_path):
    parts = Store(tmp_path / "parts.json", "these files")
    rows = plan.reconstructions(150)
    for number, task in enumerate(rows):
        told = {"rounds": [5] * task.S, "residual": [1e-5] * task.S} if task.implicit else {}
        result = {"errors": [0.25 * (number % 2)] * task.digits, **told, "seconds": 1.0, "machine": {"threads": 1}}
        if task.key != rows[-1].key:  # one part is not done yet
            parts.add(task, result)
    made = store.Table(tmp_path / "quality.json", {"weights": "a"}, parts, 150)
    assert [(row["implicit"], row["S"]) for row in made.rows] == [(task.implicit, task.S) for task in rows[::2]][:-1]
    assert {row["digits"] for row in made.rows} == {150}
    assert made.rows[0]["mse"]["value"] == pytest.approx(0.25 * 50 / 150)  # every digit counts once
    assert [made.has(task) for task in rows] == [True] * (len(rows) - 1) + [False]


def test_the_plan_is_the_table_of_the_paper_and_more():
    cells = plan.cells(3000)
    found = {(c.spacing, c.run.S, *c.row) for c in cells if c.run.S < 1000}
    rules = {(0.0, False), (0.2, False), (0.5, False), (1.0, False), (1.0, True), (0.0, False, "dpmpp_2m")}
    spacings = ("trailing", "quadratic", "leading")
    assert found == {(where, S, *rule) for where in spacings for S in (5, 10, 20, 50, 100) for rule in rules}
    assert {(c.run.eta, c.n) for c in cells if c.run.S == 1000} == {(0.0, 1000), (1.0, 1000)}
    sizes = {c.spacing: c.n for c in cells if c.run.S < 1000}
    assert sizes == {"trailing": 3000, "quadratic": 1000, "leading": 1000}
    assert {c.n for c in plan.cells(300)} == {300}
    assert len({c.key for c in cells}) == len(cells) == 92
    rows = plan.reconstructions(250)
    explicit, implicit = [(S, False) for S in (10, 20, 50, 100, 200)], [(S, True) for S in (10, 20)]
    assert {(r.S, r.implicit) for r in rows} == {*explicit, *implicit}
    assert sum(r.digits for r in rows if r.S == 200) == 250
    assert [(r.first, r.digits) for r in rows if r.S == 200] == [(0, 100), (100, 100), (200, 50)]


def test_the_evaluation_holds_every_promised_setting():
    cells = [task.cell for task in plan.evaluation(4000)[1:]]
    keys = {(c.schedule, c.run.schedule.T, c.run.S, c.run.eta, c.n) for c in cells}
    assert {("linear", 1000, 50, eta, 4000) for eta in (0.0, 1.0)} <= keys
    assert {("linear", 1000, S, eta, 2000) for S in (10, 20) for eta in (0.0, 1.0)} <= keys
    assert {(kind, 1000, 50, 0.0) for kind in NoiseSchedule.KINDS} <= {key[:4] for key in keys}
    assert len({c.key for c in cells}) == len(cells)
    assert {task.cell.n for task in plan.evaluation(300)[1:]} == {300}


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
