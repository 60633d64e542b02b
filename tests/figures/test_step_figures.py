"""The figures of lessons 2, 3 and 9 draw what the core says, and say it in words."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection

import ddim_lab as dl
from ddim_lab import errata, exact
from ddim_lab.figures import geometry, lanes, moment_paths, needles, noise_shares
from ddim_lab.symbolic.conditions import Conditions

SCHEDULE = dl.NoiseSchedule.linear()
AT = Conditions(float(SCHEDULE.alpha_bar[500]), float(SCHEDULE.alpha_bar[400]))


def runs(eta: float = 1.0, counts: tuple[int, ...] = (10, 50, 1000)):
    return [dl.Run(SCHEDULE, dl.spacing.trailing(1000, S), eta) for S in counts]


def drawn(figure) -> bytes:
    return figure._repr_png_()[0]


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_needles_stand_at_0_for_the_core_s_own_weights_and_for_no_others(eta):
    c = dl.coefficients(AT.a, AT.b, eta)
    solved = needles.Knobs(float(c.k), float(c.m), float(c.sigma))
    assert needles.met(AT, solved)
    assert "mean needle +0.000, variance needle +0.000" in needles.needles(AT, *solved).description
    for moved in (solved._replace(k=solved.k + 0.05), solved._replace(m=solved.m + 0.05)):
        assert not needles.met(AT, moved)


def test_needles_say_which_way_they_are_off():
    said = [text.get_text() for axes in needles.needles(AT, 1.0, 0.2, 0.3).axes for text in axes.texts]
    assert "+0.614  too high" in said
    assert "-0.678  too little noise" in said


def test_a_knob_can_bring_its_needle_to_0_from_anywhere():
    """Half a step of k, .005, moves the mean needle by less than what counts as 0."""
    for m in np.linspace(-1.2, 1.2, 7):
        k = round(AT.k_of(float(m)), 2)
        assert abs(AT.gaps(k, float(m), 0.5)[0]) <= needles.MET


def test_the_wanted_curve_does_not_move_and_the_other_does():
    one, other = (needles.needles(AT, k, 0.2, 0.3).axes[0].lines for k in (0.2, 1.0))
    assert np.array_equal(one[0].get_ydata(), other[0].get_ydata())
    assert not np.array_equal(one[1].get_ydata(), other[1].get_ydata())
    mean, variance = AT.moments(1.0, 0.2, 0.3)
    x, y = (np.asarray(values) for values in other[1].get_data())
    assert np.trapezoid(y, x) == pytest.approx(1, abs=1e-6)
    assert np.trapezoid(x * y, x) == pytest.approx(mean, abs=1e-6)
    assert np.trapezoid((x - mean) ** 2 * y, x) == pytest.approx(variance, abs=1e-6)


def test_what_was_found_by_hand_stays_as_stars():
    found = [(0.78, 0.5), (-0.78, 0.5)]
    for figure in (needles.needles(AT, 1, 0.2, 0.3, found), geometry.solution_ellipse(AT.a, AT.b, found=found)):
        stars = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "*"]
        assert [np.asarray(line.get_xydata()).tolist() for line in stars] == [[list(one) for one in found]]
    assert drawn(needles.needles(AT, 1, 0.2, 0.0))  # no noise at all can be drawn too


def test_shares_say_the_median_and_fill_the_whole():
    figure = noise_shares.shares(runs())
    assert "S = 10: median 0.736; S = 50: median 0.234; S = 1000: median 0.013" in figure.description
    fresh, back = figure.axes[0].collections
    assert fresh.get_datalim(figure.axes[0].transData).y0 == 0
    assert back.get_datalim(figure.axes[0].transData).y1 == 1
    assert {fresh.get_hatch(), back.get_hatch()} == {"..", "////"}


def test_bounds_are_those_of_the_core():
    figure = noise_shares.bounds(runs(counts=(10,)))
    (line,) = [one for one in figure.axes[0].lines if len(np.asarray(one.get_xdata())) == 9]
    tau = [0, *dl.spacing.trailing(1000, 10)]
    a, b = SCHEDULE.alpha_bar[tau[2:]][::-1], SCHEDULE.alpha_bar[tau[1:-1]][::-1]
    assert np.asarray(line.get_ydata()) == pytest.approx(dl.eta_max(a, b), abs=1e-12)
    with pytest.raises(ValueError, match=r"eta = 1, got eta = 0\.5"):
        noise_shares.bounds(runs(0.5, (10,)))


def test_lanes_end_where_the_exact_recursion_does():
    world, tau = exact.Gaussian(0.3, 0.5), dl.spacing.trailing(1000, 10)
    figure = lanes.lanes(
        exact.chains.lanes(world, SCHEDULE, tau, n=5), [int(t) for t in reversed([0, *tau])], world.cov**0.5
    )
    assert "0.3335" in figure.axes[0].get_title("left")
    assert "0.0016" in figure.axes[1].get_title("left")
    assert "0.3700" in figure.axes[2].get_title("left")
    mean, *band = (np.asarray(line.get_ydata()) for line in figure.axes[2].lines[-3:])
    assert (band[1] - band[0])[-1] / 4 == pytest.approx(0.1368665608**0.5, abs=1e-9)
    assert mean[-1] == pytest.approx(0.2992949233, abs=1e-9)


def paths(key: str, eta: float, S: int):
    tau = dl.spacing.trailing(1000, S)
    return errata.find(key).moments(SCHEDULE, tau, eta), errata.right_moments(SCHEDULE, tau, eta)


def test_moment_paths_draw_both_and_say_where_they_end():
    seen, right = paths("covariance", 1.0, 50)
    figure = moment_paths.moment_paths(seen, right, 0.25, "covariance")
    assert figure.description == "covariance: mean 0.3, variance 0.959; exact: mean 0.3, variance 0.197"
    exact_line, seen_line = figure.axes[1].lines[:2]
    assert np.asarray(seen_line.get_ydata()).tolist() == [one.variance for one in seen]
    assert np.asarray(exact_line.get_ydata()).tolist() == [one.variance for one in right]
    assert figure.axes[1].get_yscale() == "linear"
    assert drawn(figure)


def test_nan_and_huge_variances_can_be_drawn():
    nan = moment_paths.moment_paths(*paths("variance-is-deviation", 1.0, 10))
    assert "variance NaN" in nan.description
    assert drawn(nan)
    huge = moment_paths.variances([("huge", *paths("same-noise", 1.0, 10))] * 4, 0.25)
    assert huge.axes[0].get_yscale() == "log"
    assert drawn(huge)


def test_the_ruler_stands_higher_where_a_time_comes_twice():
    figure = moment_paths.ruler([1000, 1000, 500, 0], 1000)
    (marks,) = figure.axes[0].collections
    assert isinstance(marks, LineCollection)
    heights = {segment[1][0]: segment[1][1] for segment in marks.get_segments()}
    assert heights == {0.0: 1.0, 500.0: 1.0, 1000.0: 2.0}
    assert figure.description == "Visited: 1000, 1000, 500, 0"
