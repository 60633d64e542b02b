"""The figures and words of lesson 11: heat map, code sphere, square of blends, reconstruction; the table in words."""

import numpy as np
import pytest
import torch

from ddim_lab.exact import paper
from ddim_lab.figures import heat_map, latents, reconstruction
from ddim_lab.quality import grid
from ddim_lab.teaching import memory, quality_table
from ddim_lab.teaching.lesson_claims import trained_model
from tests import quality_table as made_up
from tests.figures.test_lesson_figures import size

NOISE = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 1, 28, 28)))


def a_grid(values, **more):
    values = np.array(values, dtype=float)
    rows, columns = (tuple(map(str, range(n))) for n in values.shape)
    return heat_map.Grid(rows, columns, values, **more)


def test_the_best_of_a_column_follows_the_measure():
    values = [[3.0, np.nan, np.nan], [1.0, 2.0, np.nan]]
    assert [a_grid(values).best(i) for i in range(3)] == [1, 1, None]
    assert a_grid(values, less_is_better=False).best(0) == 0
    with pytest.raises(ValueError, match="2 rows and 3 columns got an array"):
        a_grid(values, low=np.zeros((1, 3)))


def test_a_heat_map_writes_each_number_and_frames_the_best():
    values = np.array([[0.09, 13.36], [0.24, 367.4]])
    found = heat_map.heat_maps({"one": a_grid(values, low=values / 2, high=values * 2)}, "S", mine=("1", "0"))
    (axes,) = found.axes
    told = [text.get_text() for text in axes.texts]
    assert told[::2] == ["0.0900", "0.240", "13.4", "367"]
    assert told[1] == "0.0450–0.180"
    assert len(axes.patches) == 3  # two best, one mine
    assert found.description == "one, the best row of each column: 0: 0, 1: 0"
    assert size(found)[0] > 150


@pytest.mark.parametrize("values", [[[np.nan, np.nan]], [[-0.001, 0.2]], [[1.0, 1.0]]])
def test_a_heat_map_of_gaps_and_of_values_below_zero_is_drawn(values):
    assert size(heat_map.heat_maps({"one": a_grid(values)}))


def test_dark_is_bad_whatever_the_measure():
    for less in (True, False):
        shades = heat_map._shades(a_grid([[1.0, 10.0, np.nan]], less_is_better=less))
        assert (shades[0, 0] < shades[0, 1]) == less
        assert np.isnan(shades[0, 2])


def test_the_arc_keeps_its_length_and_the_line_does_not():
    figure = latents.code_sphere(NOISE[:1], NOISE[1:])
    arc, line = (np.asarray(one.get_ydata()) for one in figure.axes[1].lines)
    ends = [float(one.norm()) / 28 for one in NOISE]
    np.testing.assert_allclose([arc[0], arc[-1]], ends, rtol=1e-9)
    assert arc.min() > 0.99 * min(ends)
    assert line[10] == pytest.approx(float((NOISE[0] + NOISE[1]).norm()) / 56, rel=1e-9)
    assert f"{line[10]:.2f}" in figure.description


def test_a_square_of_blends_is_a_square():
    assert size(latents.square(NOISE[:1, None].expand(3, 3, 1, 28, 28), ("a", "b", "c", "d")))
    with pytest.raises(ValueError, match=r"\(n, n, 1, H, W\)"):
        latents.square(NOISE)


def test_rows_of_reconstruction_tell_their_error_on_grey_levels():
    figure = reconstruction.rows(NOISE, {"moved": NOISE + 0.2})
    assert "moved: error 1.0e-02" in figure.description  # (0.2 / 2)², as a grey level runs from -1 to 1
    line = reconstruction.Line((10, 20), (1e-2, 5e-3), (9e-3, 4e-3), (2e-2, 6e-3))
    chart = reconstruction.over_steps({"ours": line, "nothing": reconstruction.Line((), ())})
    assert list(chart.axes[0].lines[0].get_ydata()) == [1e-2, 5e-3]
    assert size(chart)


# The table in words


@pytest.fixture
def given(monkeypatch):
    """Puts a table, or none, in the place of the shipped one."""

    def put(content):
        measured = grid.Measured(content)  # read once, as the shipped one is
        monkeypatch.setattr(quality_table, "measured", lambda: measured)

    return put


def test_a_made_up_table_is_shown_as_it_is(given):
    content = made_up.table()
    given(content)
    shown = quality_table.table("frechet", "quadratic")
    cell = next(c for c in content["cells"] if (c["spacing"], c["S"], c["eta"]) == ("quadratic", 20, 0.5))
    assert shown.values[2, shown.columns.index("20")] == cell["frechet"]["value"]
    assert "1000" not in quality_table.table().columns  # of another number of pictures
    assert not quality_table.table("accuracy").less_is_better
    floors = quality_table.floors()
    assert floors["worst_times"] == pytest.approx(floors["worst"] / made_up.FLOOR["frechet"])


def test_the_paper_stands_beside_it(given):
    given(made_up.table())
    theirs = quality_table.paper_table("CIFAR10")
    assert theirs.values[0].tolist() == list(paper.FID["CIFAR10"][0.0])
    rows = quality_table.beside_paper().text.splitlines()
    assert "| ✗ | ✓ |" in rows[-1]  # a fifth of the steps: CelebA alone
    assert quality_table.verdicts_follow_numbers()
    assert "η = 0" in quality_table.eta_by_measure().text


def test_a_verdict_that_the_numbers_contradict_is_found(given, monkeypatch):
    given(made_up.table())
    monkeypatch.setattr(quality_table, "_ours", lambda *_: False)
    assert not quality_table.verdicts_follow_numbers()


@pytest.mark.parametrize("content", [None, {"made": {}, "floor": None, "cells": [], "reconstruction": []}])
def test_without_a_table_the_lesson_says_so(given, content):
    given(content)
    assert size(heat_map.heat_maps({"none": quality_table.table()}))
    assert "–" in quality_table.beside_paper().text
    about = [claim for claim in trained_model.CLAIMS if claim.key.startswith("table-")]
    assert {claim.text() for claim in about} == {quality_table.NOT_YET}
    assert all(claim.check() for claim in about)


@pytest.mark.slow
def test_sentences_about_the_table_hold_for_a_made_up_one(given):
    given(made_up.table())
    for claim in trained_model.CLAIMS:
        if claim.key.startswith("table-"):
            assert claim.check(), claim.key
            assert claim.text() != quality_table.NOT_YET


# Memorising


def test_the_nearest_training_picture_is_found_over_all_parts(monkeypatch):
    monkeypatch.setattr(memory.neighbours, "ROWS", 1)
    train = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    apart, which = memory.nearest_training(train[[3, 18]], train)
    assert which.tolist() == [3, 18]
    assert np.abs(apart).max() < 1e-6
    brute = ((train[5] / 255 - (255 - train) / 255) ** 2).mean(axis=(1, 2)) ** 0.5
    assert memory.nearest_training(train[5:6], 255 - train)[0] == pytest.approx(brute.min())


def test_without_mnist_there_is_a_sentence_and_with_it_numbers(monkeypatch):
    assert memory.beside_training(NOISE, None).text == memory.training_pairs(NOISE, None).text == memory.NO_MNIST
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
    monkeypatch.setattr(memory.mnist, "load", lambda split, folder: (images, np.zeros(30)))
    rows = memory.beside_training(NOISE, "here").text.splitlines()
    assert rows[-1].endswith("| 0.000 | 0.000 | 0.000 |")  # here the test pictures are the training pictures
    assert size(memory.training_pairs(NOISE, "here"))
