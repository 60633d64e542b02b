"""The lessons' own figures show what the core says, keep their columns, and put their faults in words."""

from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
import torch
from PIL import Image

import ddim_lab as dl
from ddim_lab import exact
from ddim_lab.figures import belief_steps, beliefs, exact_lines, noising, rulers, strips
from ddim_lab.teaching.lesson_claims import exact_worlds

SCHEDULES = {"linear": dl.NoiseSchedule.linear(), "cosine": dl.NoiseSchedule.cosine()}
PICTURE, GRAINS = torch.linspace(-1, 1, 784).reshape(1, 28, 28), dl.initial_noise(1, (1, 28, 28))[0]


def size(figure):
    data, metadata = figure._repr_png_()
    assert metadata["alt"]
    assert len(data) < 250_000
    return Image.open(BytesIO(data)).size


def test_a_noised_row_is_the_marginal():
    row = noising.noised_at(PICTURE, GRAINS, SCHEDULES["linear"], [0, 500, 1000])
    assert torch.equal(row[0], PICTURE)
    a = float(SCHEDULES["linear"].alpha_bar[500])
    torch.testing.assert_close(row[1], a**0.5 * PICTURE + (1 - a) ** 0.5 * GRAINS)
    assert float((row[2] - GRAINS).abs().max()) < 0.02


def test_pictures_stand_over_their_time():
    times = [1000, 500, 0]
    figure = noising.over_time(PICTURE, GRAINS, SCHEDULES, times)
    chart = figure.axes[-1]
    for column, t in enumerate(times):
        over = figure.axes[0].transData.transform((column + 0.5, 0))[0]
        assert over == pytest.approx(chart.transData.transform((t, 1))[0], abs=1)
    assert size(figure)[0] > 300
    assert noising.at_time(PICTURE, GRAINS, SCHEDULES, 500).description == (
        "t = 500. linear: 8% picture; cosine: 49% picture"
    )


def test_rows_of_other_lengths_keep_their_columns():
    figure = strips.strips({"long": [PICTURE] * 4, "short": [PICTURE] * 2})
    assert {axes.get_xlim() for axes in figure.axes} == {(0.0, 4.0)}
    assert [axes.images[0].get_extent()[1] for axes in figure.axes] == [4, 2]


def test_a_walk_shows_what_is_held_and_believed():
    world = exact.Gaussian(0.3, std=0.5)
    steps = list(dl.sample(world.eps, GRAINS[None], SCHEDULES["linear"], [10, 500, 1000]))
    held = strips.held(steps)
    assert torch.equal(held[0], GRAINS)
    assert torch.equal(held[-1], steps[-1].x_prev[0])
    titles = [label.get_text() for label in strips.walk(steps).axes[0].get_xticklabels()]
    assert titles == ["t = 1000", "t = 500", "t = 10", "t = 0"]


def words_in(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_rulers_tell_what_is_wrong():
    assert words_in(rulers.peers(1000, 10))[:3] == ["✗ starts at 901", "✗ starts at 801", "✗ starts at 901"]
    told = words_in(rulers.peers(1000, 61))
    assert "✗ no integer stride gives exactly 61 steps of 1000" in told
    assert "✗ 62 steps, t = 0 does not exist" in told
    assert told.count("✓") == 2
    assert "✗ 3 steps, t = 1001 does not exist" not in told
    assert any("t = 1001 does not exist" in word for word in words_in(rulers.peers(1000, 3)))


def test_a_ruler_has_a_tick_for_every_step():
    figure = rulers.rulers({"one": [1, 500, 500, 1000], "two": [0, 1001]}, 1000)
    ticks = figure.axes[0].collections[0].get_segments()
    assert [segment[0][0] for segment in ticks] == [1, 500, 1000]
    heights = [segment[1][1] - segment[0][1] for segment in ticks]
    assert heights[1] > heights[0] == heights[2]
    (crosses,) = [line for line in figure.axes[0].lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert list(crosses.get_xdata()) == [0, 1001]


def test_beliefs_are_flat_in_noise_and_steep_near_the_data():
    world = exact.GaussianMixture([0.5, 0.5], [-0.6, 0.6], stds=[0.03, 0.03])
    lines = beliefs.belief_curves(world, {"noise": 1e-4, "little": 0.97}).axes[1].lines
    flat, steep = (np.ptp(np.asarray(line.get_ydata())) for line in lines)
    assert flat < 0.05
    assert steep > 1.1


@pytest.mark.parametrize("rule", dl.spacing.KINDS)
@pytest.mark.parametrize("S", [1, 8, 20])
def test_labels_of_a_run_in_angles_keep_apart(rule, S):
    tau = dl.spacing.named(rule, 1000, S)
    figure = exact_lines.angles(exact_worlds.angles(), {rule: tau})
    size(figure)
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    named = [int(t) for word in words_in(figure) for t in word.split("–")]
    assert named == sorted(named)
    assert {named[0], named[-1]} == {0, int(tau[-1])}
    assert len(figure.axes[0].lines) == 1 + 2 * (S + 1), "the arc; a ray and a dot for each time"


@pytest.mark.parametrize("draw", [beliefs.loss_weights, lambda: beliefs.turn(0.5)])
def test_the_others_are_drawn(draw):
    assert min(size(draw())) > 200


def test_a_bar_lies_over_its_step_at_the_belief_it_used():
    held = [-2.0, 0.0], [0.0, 1.0], [0.1, 0.4]
    figure = belief_steps.held({"DDIM": held, "2M": held}, fine=held)
    bars = figure.axes[1].collections[0].get_segments()
    assert [bar.tolist() for bar in bars] == [[[-2.0, 0.1], [0.0, 0.1]], [[0.0, 0.4], [1.0, 0.4]]]
    assert "DDIM, 2M" in figure.description
    assert size(figure)[0] > 300
