"""Pictures made like the data: box, centre, ink and paper; the data themselves pass through unchanged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from ddim_lab.lab import shipped
from ddim_lab.model.mnist_like import prepare


def seven(size=300, place=(60, 40), paper=0, ink=255, width=26):
    """A seven of two strokes on a square sheet."""
    image = Image.new("L", (size, size), paper)
    x, y = place
    ImageDraw.Draw(image).line([(x, y), (x + 120, y), (x + 50, y + 200)], fill=ink, width=width, joint="curve")
    return np.asarray(image)


def box(picture):
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def test_box_and_centre_are_the_datas():
    digit = prepare(seven())
    assert (digit.picture.shape, digit.picture.dtype, digit.inverted) == ((28, 28), np.uint8, False)
    assert max(box(digit.picture)) == 20
    assert digit.picture.max() == 255
    centre = ndimage.center_of_mass(digit.picture.astype(float))  # the data's lies within half a pixel of (14, 14)
    assert np.abs(np.array(centre) - 14).max() <= 0.5 + 1e-9


@settings(max_examples=25)
@given(st.integers(20, 160), st.integers(20, 80))
def test_the_place_on_the_sheet_does_not_matter(x, y):
    apart = prepare(seven(place=(x, y))).picture.astype(int) - prepare(seven()).picture
    assert np.abs(apart).max() <= 60  # less than a quarter: the edges' smoothing
    assert np.abs(apart).mean() < 4


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (200, 30), (90, 250), (0, 40), (140, 100)])
def test_ink_and_paper_of_any_brightness(paper, ink):
    digit = prepare(seven(paper=paper, ink=ink))
    assert digit.inverted is (ink < paper and paper > 127)
    np.testing.assert_allclose(digit.picture.astype(int), prepare(seven()).picture, atol=2)


def test_uneven_paper_is_paper():
    shade = np.linspace(0, 40, 300)[None]
    photo = np.clip(seven(paper=200, ink=30) + shade + np.random.default_rng(0).normal(0, 3, (300, 300)), 0, 255)
    digit = prepare(photo.astype(np.uint8))
    assert max(box(digit.picture)) == 20
    assert np.abs(digit.picture.astype(int) - prepare(seven()).picture).mean() < 8


def test_digits_of_the_model_come_back_as_the_digits_they_are():
    """Enlarged and shifted, they are read as before; the judge was trained without any of this."""
    from ddim_lab.model.classifier import load_classifier, look

    *_, last = shipped.frames()
    sheets = [np.pad(np.asarray(Image.fromarray(grey).resize((280, 280))), ((90, 10), (20, 60))) for grey in last.x_t]
    made = np.stack([prepare(sheet).picture for sheet in sheets])
    assert look(load_classifier(), made)[1].tolist() == list(range(8))


@pytest.mark.parametrize("level", [0, 255, 128])
def test_an_empty_sheet_is_refused_in_words(level):
    with pytest.raises(ValueError, match="empty"):
        prepare(np.full((50, 60), level, np.uint8))


def test_what_is_no_picture_is_refused():
    for wrong in (np.zeros((2, 2)), [[0, 1]]):
        with pytest.raises(TypeError, match="grey levels"):
            prepare(wrong)
    for shape in ((0, 5), (3, 3, 3)):
        with pytest.raises(ValueError, match="shape"):
            prepare(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(1, 1000), (1000, 1), (2, 2), (5000, 3)])
def test_odd_shapes_are_no_trouble(shape):
    picture = np.zeros(shape, np.uint8)
    picture[: max(1, shape[0] // 4), : max(1, shape[1] // 4)] = 255
    assert prepare(picture).picture.shape == (28, 28)
