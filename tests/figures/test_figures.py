"""Figures show the core's numbers, on fixed scales, and can be read without colour."""

import json
from io import BytesIO

import numpy as np
import plotly.graph_objects as go
import pytest
import torch
from PIL import Image

import ddim_lab as dl
from ddim_lab.figures import curves, film, geometry, palette, pixels, print_curves, strips
from ddim_lab.model import weights

SCHEDULE = dl.NoiseSchedule.linear()
CHARTS = {
    "sigma": curves.sigma_figure,
    "k and m": curves.k_m_figure,
    "alpha_bar": curves.alpha_bar_figure,
    "snr": curves.snr_figure,
}


def run(eta: float = 0.5, S: int = 10, schedule: dl.NoiseSchedule = SCHEDULE):
    return dl.Run(schedule, dl.spacing.trailing(schedule.T, S), eta)


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_colours_of_the_plan():
    assert [term.colour for term in palette.TERMS] == ["#0072B2", "#009E73", "#D55E00"]
    assert [term.fill for term in palette.TERMS] == ["solid", "hatched", "dotted"]
    assert [term.text_light for term in palette.TERMS] == ["#0072B2", "#00734F", "#B34700"]
    assert [term.text_dark for term in palette.TERMS] == ["#56B4E9", "#3DDBA8", "#FF8A3D"]
    assert palette.GUESS.colour == "#E69F00"


@pytest.mark.parametrize("term", palette.ALL, ids=lambda term: term.name)
def test_words_can_be_read_on_both_grounds(term):
    assert contrast(term.text_light, palette.LIGHT.background) >= 4.5
    assert contrast(term.text_dark, palette.DARK.background) >= 4.5
    assert contrast(term.colour, palette.LIGHT.background) >= (3 if term is not palette.GUESS else 2)


def test_terms_differ_without_colour():
    for attribute in ("letter", "fill", "marker", "words", "pattern"):
        assert len({getattr(term, attribute) for term in palette.TERMS}) == 3, attribute


def test_fresh_shares_of_the_plan():
    shares = [np.median(run(1.0, S).fresh_share[:-1]) for S in (10, 50, 1000)]
    assert shares == pytest.approx([0.74, 0.23, 0.013], abs=0.005)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("dark", [False, True])
def test_charts_are_small_fixed_and_run_from_noise_to_data(name, dark):
    figures = [CHARTS[name](run(eta, S), dark) for eta, S in ((0.0, 10), (1.0, 10), (1.0, 1000))]
    for figure in figures:
        assert isinstance(figure, go.Figure)
        assert tuple(figure.layout.xaxis.range) == (1000, 0)
        assert tuple(figure.layout.yaxis.range) == tuple(figures[0].layout.yaxis.range)
        message = figure.to_json()
        assert len(message) < 40_000
        assert json.loads(message)["layout"].get("template", {}).get("layout", {}) == {}
        for trace in figure.data:
            assert np.isfinite(np.asarray(trace.y)).all()


@pytest.mark.parametrize("name", CHARTS)
def test_lines_of_a_chart_differ_without_colour(name):
    traces = CHARTS[name](run(), False).data
    looks = {(trace.mode, trace.line.dash, trace.marker.symbol) for trace in traces}
    assert len(looks) == len(traces)
    assert len({trace.name for trace in traces}) == len(traces)


def test_the_k_and_m_chart_shows_k_and_m():
    shown = run(0.8)
    for line, values in zip(curves.k_m_figure(shown).data, (shown.k, shown.m), strict=True):
        assert np.asarray(line.y) == pytest.approx(values, abs=1e-7)
        assert np.asarray(line.x).tolist() == shown.t.tolist()


def test_the_sigma_chart_shows_sigma_under_its_bound():
    shown = run(0.8)
    bound, sigma = curves.sigma_figure(shown).data
    assert np.asarray(sigma.y) == pytest.approx(shown.sigma, abs=1e-7)
    assert np.asarray(bound.y) == pytest.approx(shown.sigma_max, abs=1e-7)
    assert np.asarray(sigma.x).tolist() == np.asarray(bound.x).tolist() == shown.t.tolist()
    assert (shown.sigma <= shown.sigma_max).all()


def test_the_snr_scale_is_what_the_network_was_trained_on():
    card = weights.load(weights.UNET)[1]
    assert list(curves.snr_figure(run()).layout.yaxis.range) == card["noise_levels"]["log_snr"]


@pytest.mark.parametrize("kind", dl.NoiseSchedule.KINDS)
def test_every_schedule_stays_on_the_scales(kind):
    shown = run(0.9, 20, dl.NoiseSchedule.named(kind))
    for chart in (curves.sigma_figure, curves.k_m_figure, curves.alpha_bar_figure, curves.snr_figure):
        figure = chart(shown)
        low, high = figure.layout.yaxis.range
        for trace in figure.data:
            assert (np.asarray(trace.y) >= low - 1e-9).all(), (chart.__name__, trace.name)
            assert (np.asarray(trace.y) <= high + 1e-9).all(), (chart.__name__, trace.name)


def walk(S: int = 3):
    def denoiser(x_t, alpha_bar_t):
        return 0.5 * x_t

    x_T = dl.initial_noise(2, (1, 28, 28))
    return x_T, list(dl.sample(denoiser, x_T, SCHEDULE, dl.spacing.trailing(1000, S), eta=1.0))


def printed() -> dict:
    x_T, steps = walk()
    return {
        "ellipse": lambda: geometry.solution_ellipse(0.5, 0.7),
        "arc": lambda: geometry.variance_arc(0.5, 0.7, (0.0, 1.0, dl.eta_max(0.5, 0.7))),
        "curves": lambda: print_curves.sigma_and_m((run(0.0), run(1.0))),
        "film": lambda: film.film({"η = 1": steps}),
        "results": lambda: film.results({"start": x_T, "end": steps[-1].x_prev}),
        "terms": lambda: film.three_terms(steps[:2]),
        "tiles": lambda: film.tiles({"x": x_T[0]}),
    }


@pytest.mark.parametrize("name", printed())
def test_printed_figures_are_small_stable_pngs_with_a_description(name):
    figure = printed()[name]()
    (png, metadata), (again, _) = figure._repr_png_(), printed()[name]()._repr_png_()
    assert png == again
    assert len(png) < 200_000
    assert len(metadata["alt"]) > 10
    pixels = np.asarray(Image.open(BytesIO(png)).convert("L"))
    assert 0.005 < (pixels < 200).mean() < 0.95  # something is drawn


def test_the_solutions_drawn_lie_on_the_ellipse():
    a, b = 0.5, 0.7
    (axes,) = geometry.solution_ellipse(a, b).axes
    drawn = np.concatenate([line.get_xydata() for line in axes.lines if len(line.get_xydata()) != 2])
    assert len(drawn) > 100
    assert drawn[:, 0] ** 2 * (1 - a) + drawn[:, 1] ** 2 == pytest.approx(1 - b, abs=1e-12)


def test_the_film_holds_every_step_and_the_result():
    _, steps = walk(4)
    axes = film.film({"one": steps, "two": steps}).axes
    assert len(axes) == 2 * 2 * 5
    assert [one.get_title() for one in axes[:5]] == ["t = 1000", "t = 750", "t = 500", "t = 250", "t = 0"]


@pytest.mark.parametrize("draw", [film.results, strips.strips])
def test_a_colour_batch_is_shown_in_colour_and_never_by_its_red_alone(draw):
    pictures = torch.linspace(-1, 1, 2 * 3 * 16).reshape(2, 3, 4, 4)
    image = draw({"a": pictures}).axes[0].images[0].get_array()
    wanted = np.rint((np.moveaxis(pictures[0].numpy(), 0, -1) + 1) * 127.5)
    np.testing.assert_array_equal(np.asarray(image)[:, :4], wanted)
    with pytest.raises(ValueError, match="must be grey"):
        pixels.to_grey(pictures)
