"""The page "Quality map", its server: reading, ratios, what can be told apart, your setting, a cell drawn again."""

import csv
import io
import json

import numpy as np
import pytest

from ddim_lab.exact import paper
from ddim_lab.lab.pages.compare import words as compare_words
from ddim_lab.lab.pages.quality import maps, reading, view, words, yours
from ddim_lab.lab.settings import Settings
from ddim_lab.quality import findings, grid
from ddim_lab.quality.bootstrap import Measure
from ddim_lab.quality.cell import SPACINGS, STEPS, Cell
from ddim_lab.quality.grid import KINDS, Measured, Value, kind
from tests import quality_table
from tests.lab import truth

ASKED = {"settings": {}, "spacing": "trailing", "measure": "frechet", "relative": False, "data": "CIFAR10"}
CELL = {"spacing": "quadratic", "S": 5, "eta": 0.5, "sigma_hat": False}
DDIM = Cell.named("trailing", 10, 0.0, False)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A whole table, shown in place of the shipped one."""
    path = quality_table.write(tmp_path / "quality.json", quality_table.table(reading.shipped_weights() or ""))
    monkeypatch.setenv("DDIM_QUALITY", str(path))
    return path


def asked(**changes):
    ((told, _),) = view.quality(ASKED | changes)
    return json.loads(json.dumps(told, allow_nan=False))


def cell(**changes):
    return list(view.quality_cell({"cell": CELL, "seed": 0, "draw": False, "measure": "frechet"} | changes))


# Reading


def test_a_whole_table_is_shown_without_a_word(file):
    told = asked()
    assert told["problems"] == []
    assert len(told["map"]["cells"]) == 5 * 5 + 2
    assert told["map"]["steps"] == [5, 10, 20, 50, 100, 1000]
    assert dict(told["made"])["time"] == "2.0 hours"


def test_a_missing_file_is_said_with_the_command_that_makes_it(file):
    file.unlink()
    told = asked()
    assert "missing" in told["problems"][0]
    assert "python -m ddim_lab quality" in told["problems"][0]
    assert told["map"]["cells"] == {}
    assert told["paper"]["cells"]["eta 0|10"]["text"] == "13.36"  # the page goes on
    assert cell()[0][0]["numbers"] == []


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", '{"made": {}}', "\x00", '{"made": {"weights": "0"}, "cells": [1]}']
)
def test_a_damaged_file_is_said_and_the_page_goes_on(file, text):
    file.write_text(text)
    told = asked()
    assert "damaged" in told["problems"][0]
    assert "python -m ddim_lab quality" in told["problems"][0]
    assert told["map"]["told"] == "Nothing is measured here yet."


def test_a_file_is_read_anew_when_it_changes(file):
    assert asked()["problems"] == []
    content = quality_table.table(reading.shipped_weights() or "")
    content["cells"] = content["cells"][:3]
    quality_table.write(file, content)
    assert len(asked()["map"]["cells"]) == 3


def test_a_partial_table_shows_what_is_there(file):
    content = quality_table.table(reading.shipped_weights() or "")
    content |= {"cells": content["cells"][:1], "floor": None, "reconstruction": []}
    quality_table.write(file, content)
    told = asked()
    assert told["problems"] == []
    assert list(told["map"]["cells"]) == ["eta 0|5"]
    assert told["map"]["told"].startswith("Best: eta 0, S 5")
    assert {row["state"] for row in told["findings"]["rows"]} == {"missing"}
    assert told["reconstruction"]["rows"] == []


def test_entries_that_are_no_measurement_are_left_out_and_counted(file):
    content = quality_table.table(reading.shipped_weights() or "")
    content["cells"][0]["frechet"] = None
    content["cells"][1]["recall"] = {"value": float("nan"), "low": 0, "high": 1}
    content["cells"][2]["eta"] = "much"
    content["cells"][3]["S"] = -5
    quality_table.write(file, content)
    told = asked()
    assert told["problems"] == ["4 entries of quality.json are no measurements and were left out."]
    assert len(told["map"]["cells"]) == 27 - 4


def test_a_table_of_other_weights_is_said(file):
    quality_table.write(file)
    assert "other weights (00000000)" in asked()["problems"][0]


# What the map says


def value(low, at, high, n=300, floor=None, drawn=""):
    return Value(Measure(at, low, high, (high - low) / 3.92, drawn), n, floor)


def test_the_interval_of_the_difference_decides_what_can_be_told_apart():
    less, more, one = kind("frechet"), kind("recall"), kind("variance_ratio")
    small, large, between = value(0.1, 0.2, 0.3), value(0.4, 0.5, 0.6), value(0.2, 0.3, 0.4)
    assert grid.beats(less, small, large) is True
    assert grid.beats(more, small, large) is False
    assert grid.beats(less, small, between) is None
    same, drawn = (" ".join(map(str, order)) for order in (range(-15, 16), range(15, -16, -1)))
    paired = [value(0.1, 0.2, 0.3, drawn=same), value(0.2, 0.3, 0.4, drawn=same), value(0.2, 0.3, 0.4, drawn=drawn)]
    assert grid.beats(less, paired[0], paired[1]) is True  # what happens to one happens to the other
    assert grid.beats(less, paired[0], paired[2]) is None
    assert grid.beats(less, paired[0], value(0.2, 0.3, 0.4, n=200, drawn=same)) is None  # of other starts
    assert grid.lead(less, small, large).value == pytest.approx(0.3)
    assert grid.lead(more, small, large).value == pytest.approx(-0.3)
    assert grid.lead(one, value(0.8, 0.9, 1.0), value(1.1, 1.3, 1.5)).value == pytest.approx(0.2)
    assert grid.beats(one, value(0.97, 0.99, 1.01), large) is True
    assert grid.beats(one, value(1.4, 1.5, 1.6), value(0.8, 0.9, 1.1)) is False  # as far above as below
    assert grid.beats(one, value(1.3, 1.4, 1.5), value(0.55, 0.6, 0.65)) is None


def test_marks_name_the_best_the_tied_and_what_does_not_compare():
    cells = {
        DDIM: value(0.1, 0.2, 0.3),
        Cell.named("trailing", 20, 0.0, False): value(0.25, 0.3, 0.4),
        Cell.named("trailing", 50, 0.0, False): value(0.5, 0.6, 0.7),
        Cell.named("trailing", 1000, 0.0, False): value(0.0, 0.01, 0.02, n=100),
    }
    assert list(grid.marks(kind("frechet"), cells).values()) == ["best", "tied", "", "other n"]
    assert list(grid.marks(kind("kernel"), cells).values()) == ["", "", "", "best"]  # unbiased: any n compares


def test_ratios_are_to_the_floor_of_as_many_real_digits(file):
    plain, ratio = asked()["map"], asked(relative=True)["map"]
    for key, one in plain["cells"].items():
        floor = quality_table.FLOOR["frechet"]
        for part in ("value", "low", "high"):
            assert ratio["cells"][key][part] == pytest.approx(one[part] / floor)
        assert ratio["cells"][key]["text"].startswith("×")
    assert ratio["floor"]["text"] == "×1"
    told = "real test digits: 0.050 (300 of them)"
    assert plain["floor"] == {"value": 0.05, "text": "0.050", "n": 300, "same_n": True, "told": told}
    assert ratio["floor"]["told"] == "real test digits: ×1"
    assert not asked(relative=True, measure="kernel")["map"]["relative"]  # about 0: no unit


def test_shade_follows_how_bad_a_cell_is_on_one_scale_for_all_spacings(file):
    for of in KINDS:
        found = {
            cell.run.S: one for cell, one in Measured.load().all_values(of, "trailing").items() if cell.run.eta == 0
        }
        levels = [asked(measure=of.key)["map"]["cells"][f"eta 0|{S}"]["level"] for S in STEPS]
        bad = [grid.badness(of, found[S]) for S in STEPS]
        assert all((b > a) <= (d >= c) for a, b, c, d in zip(bad, bad[1:], levels, levels[1:], strict=False))
        shown = [one for by in SPACINGS for one in asked(measure=of.key, spacing=by)["map"]["cells"].values()]
        levels = [one["level"] for one in shown if one["level"] is not None]
        assert (min(levels), max(levels)) == (0, 10)
        apart = [one["n"] for one in shown if one["level"] is None]
        assert apart == ([100, 100] if of.same_n else [])  # a distance of 100 digits has no place among those of 300


def test_the_papers_table_is_in_the_same_layout(file):
    told = asked()
    assert told["paper"]["steps"] == told["map"]["steps"]
    assert told["paper"]["cells"]["sigma-hat|1000"] == {"text": "3.17", "level": 0, "mark": "best"}
    assert paper.entry("CelebA", 0.2, False, 10) == 17.66
    assert paper.entry("CIFAR10", 0.2, False, 5) is None


def test_statements_are_judged_by_the_numbers(file):
    rows = {row["words"]: row for row in asked()["findings"]["rows"]}
    few = next(row for words, row in rows.items() if "few steps" in words)
    assert (few["paper"], few["digits"], few["state"]) == ("yes", "yes", "alike")
    fifth = next(row for words, row in rows.items() if "fifth" in words)
    assert (fifth["paper"], fifth["digits"], fifth["state"]) == ("no", "no", "alike")
    content = quality_table.table()
    for entry in content["cells"]:
        if entry["spacing"] == "trailing" and entry["S"] == 10 and entry["eta"] == 0:
            entry["frechet"] = quality_table.around(0.9)  # now DDIM is worse at ten steps
    told = findings.told(Measured(content), kind("frechet"), "trailing", "CIFAR10")
    assert next(row for row in told["rows"] if "few steps" in row["words"])["state"] == "unlike"
    assert "unlike it in 1" in told["sentence"]
    few = next(row for row in told["rows"] if "few steps" in row["words"])["difference"]
    assert few.high < 0
    assert few.value == pytest.approx(0.06 + 0.09 - 0.9)  # what the made-up table has at eta 1, less the new 0.9
    for entry in content["cells"]:
        entry["frechet"] = quality_table.around(0.5, 0.9)
    told = findings.told(Measured(content), kind("frechet"), "trailing", "CIFAR10")
    assert told["sentence"] == "By Fréchet distance, none of 6 statements can be decided: every difference may be 0."


# Your setting


@pytest.mark.parametrize(
    ("changed", "place", "differs"),
    [
        ({}, DDIM, 0),
        ({"S": 20, "eta": 0.5, "seed": 7, "images": 2}, Cell.named("trailing", 20, 0.5, False), 0),
        ({"S": 50, "eta": 1.0, "sigma_hat": True, "spacing": "leading"}, Cell.named("leading", 50, 1.0, True), 0),
        ({"S": 12}, DDIM, 1),
        ({"S": 8}, DDIM, 1),
        ({"S": 7}, Cell.named("trailing", 5, 0.0, False), 1),  # nearest as a ratio
        ({"S": 1000}, Cell.named("trailing", 1000, 0.0, False), 0),
        ({"eta": 0.3, "spacing": "linspace"}, Cell.named("trailing", 10, 0.2, False), 2),
        ({"schedule": "cosine", "clip": "keep_eps"}, DDIM, 2),
        ({"digit": "any", "guidance": 3.0}, DDIM, 1),
        ({"guidance": 3.0}, DDIM, 1),
    ],
)
def test_your_setting_is_its_cell_or_the_nearest_named_so(changed, place, differs):
    found = yours.mark(Settings(**changed), Measured(quality_table.table()))
    assert found["cell"] == place
    assert len(found["differs"]) == differs


SOLVED = {"spacing": "trailing", "S": 10, "eta": 0.0, "sigma_hat": False, "solver": "dpmpp_2m"}


def test_a_row_of_another_solver_is_there_where_any_of_it_was_measured(file):
    assert [row["name"] for row in asked()["map"]["rows"]][-1] == "sigma-hat"
    nearest = asked(settings={"solver": "dpmpp_2m"})["yours"]
    assert nearest["place"] == DDIM.place
    assert nearest["differs"] == ["solver dpmpp_2m is ddim here"]
    content = quality_table.table(reading.shipped_weights() or "")
    content["cells"].insert(0, quality_table.cell("trailing", 10, 0.0, False, n=299) | {"solver": "dpmpp_2m"})
    quality_table.write(file, content)
    told = asked(settings={"solver": "dpmpp_2m"})
    assert told["map"]["rows"][-1] == {"name": "2M", "eta": 0.0, "sigma_hat": False, "solver": "dpmpp_2m"}
    assert (told["map"]["cells"]["2M|10"]["n"], told["map"]["cells"]["eta 0|10"]["n"]) == (299, 300)
    assert (told["yours"]["place"], told["yours"]["differs"]) == (SOLVED, [])
    found: dict = {}
    exec(words.lines(DDIM, 0).split("schedule = ")[0].replace("quality.load()", repr(content)), found)
    assert found["cell"]["n"] == 300  # not the first one of the same numbers
    ((start, _), *_, (_, pixels)) = cell(cell=SOLVED, draw=True)
    assert start["n"] == 299
    assert 'solver="dpmpp_2m"' in start["code"]
    true = truth.film({**SOLVED, "images": 10})[0][-1]
    truth.assert_same_picture(np.frombuffer(pixels, np.uint8).reshape(10, 28, 28), true)


# A cell


def test_a_cell_tells_its_numbers_links_and_code(file):
    ((told, pixels),) = cell()
    assert pixels == b""
    wanted = quality_table.cell("quadratic", 5, 0.5, False)
    assert {row["key"]: row["value"] for row in told["numbers"]} == {one.key: wanted[one.key]["value"] for one in KINDS}
    assert told["by_digit"][3] == "97.0 %"
    settings, problems = Settings.from_query({name: text for name, text in told["lab"].items() if name != "level"})
    assert not problems
    assert (settings.eta, settings.S, settings.spacing) == (0.5, 5, "quadratic")
    other = compare_words.from_link(told["compare"]["l2"])
    assert (other.get("eta", 0.0), other["S"]) == (0.0, 100)  # the best cell of the map
    ((told, _),) = cell(cell={**CELL, "S": 100, "eta": 0.0})  # the best one itself: beside the other end of eta
    assert compare_words.from_link(told["compare"]["l2"])["eta"] == 1.0


def test_the_digits_of_a_cell_are_those_of_dl_sample(file):
    start, *frames = cell(draw=True, seed=3)
    assert start[0]["kind"] == "start"
    x_t, _ = truth.film({**CELL, "seed": 3, "images": 10})
    for (head, pixels), true in zip(frames, x_t, strict=True):
        truth.assert_same_picture(np.frombuffer(pixels, np.uint8).reshape(10, 28, 28), true, f"step {head['j']}")
    assert [head["j"] for head, _ in frames] == [1, 2, 3, 4, 5, 6]


def test_a_long_run_sends_some_of_its_moments_and_can_be_stopped(file):
    parts = view.quality_cell({"cell": {**CELL, "S": 1000}, "seed": 0, "draw": True, "measure": "frechet"})
    heads = [next(parts)[0] for _ in range(4)]  # a newer request stops it between two parts
    assert [head.get("j") for head in heads] == [None, 1, 2, 3]
    assert [head["kinds"] for head in heads[1:]] == [{"x_t": 10}, {}, {}]
    parts.close()


@pytest.mark.parametrize(
    "values",
    [
        {"cell": 3}, {"cell": {**CELL, "eta": 0.3}}, {"cell": {**CELL, "S": 0}}, {"cell": {**CELL, "S": 1001}},
        {"cell": {**CELL, "spacing": "linspace"}}, {"cell": {**CELL, "sigma_hat": 1}}, {"seed": -1}, {"draw": "yes"},
        {"measure": "beauty"}, {"cell": {**CELL, "more": 1}}, {"cell": {**CELL, "solver": "dpmpp_2s"}},
        {"cell": {**CELL, "sigma_hat": True}},  # with eta 0.5
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words_before_any_work(values):
    with pytest.raises((TypeError, ValueError), match=r"must|needs|no measure|no row"):
        cell(**values)


@pytest.mark.parametrize("values", [{"spacing": "x"}, {"measure": 3}, {"relative": 1}, {"data": "MNIST"}, {"more": 1}])
def test_the_map_refuses_nonsense_too(values):
    with pytest.raises((TypeError, ValueError)):
        view.quality(ASKED | values)


@pytest.mark.slow
@pytest.mark.parametrize("hat", [False, True])
def test_the_code_reads_the_cell_and_draws_the_same_digits(file, hat, monkeypatch):
    from ddim_lab.quality import table

    monkeypatch.setattr(table.load, "__defaults__", (file,))  # the shipped table stands in for
    cell_asked = Cell.named("leading", 5, 1.0, hat)
    found: dict = {}
    exec(words.lines(cell_asked, 4), found)
    assert found["cell"]["frechet"] == quality_table.cell("leading", 5, 1.0, hat)["frechet"]
    ((_, pixels),) = cell(cell=cell_asked.place, seed=4, draw=True)[-1:]
    truth.assert_same_picture(np.frombuffer(pixels, np.uint8).reshape(10, 28, 28), truth.grey(found["digits"]))


def test_the_csv_holds_every_cell_and_measure(file):
    rows = list(csv.DictReader(io.StringIO(asked()["csv"])))
    assert len(rows) == 77
    first, wanted = rows[0], quality_table.table()["cells"][0]
    assert float(first["recall_low"]) == wanted["recall"]["low"]
    assert float(first["frechet_floor"]) == wanted["frechet_floor_at_n"]


def test_maps_write_numbers_as_people_read_them():
    assert [maps._percent(share) for share in (1.0, 0.9733, 0.0)] == ["100 %", "97.3 %", "0.0 %"]
    assert maps._thousandths(-0.0058) == "−5.8"
    assert [maps._plain(value) for value in (0.0, 0.0123, 0.276, 12.345)] == ["0", "0.012", "0.28", "12.3"]
