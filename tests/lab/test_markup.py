"""The pages' HTML: one head, every id once, every label and every link where it belongs."""

import re

import pytest

from ddim_lab.lab import markup
from ddim_lab.lab.pages import PAGES
from ddim_lab.lab.pages.derivation.page import PAGE as DERIVATION
from ddim_lab.lab.pages.digits.page import PAGE as DIGITS
from ddim_lab.lab.pages.exact.page import PAGE as EXACT


def html_of(page):
    return markup.html(page.name, page.path, page.short, page.buttons)


def test_every_page_has_a_place_and_a_module():
    assert PAGES[0].path == ""
    assert len({page.path for page in PAGES}) == len({page.title for page in PAGES}) == len(PAGES)
    for page in PAGES:
        assert (markup.PAGES / page.name / f"{page.name}.js").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_left_to_fill_in_and_every_id_is_there_once(page):
    html = html_of(page)
    assert "<!--" not in html
    assert not re.search(r"\$\w", html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(ids)) == len(ids)
    used = re.findall(r'(?:for|aria-labelledby|aria-controls)="([^"]+)"', html)
    assert used
    assert set(used) <= set(ids)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_the_head(page):
    html = html_of(page)
    for needed in ('class="notice" role="alert"', 'class="guide-body"', 'class="notation"', 'class="share"'):
        assert html.count(needed) == 1
    assert html.count('" data-page="./') == len(PAGES)


def test_the_bar_marks_the_page_that_is_open():
    assert re.findall(r'data-page="\./(\w*)" aria-current="page"', markup.bar("errata")) == ["errata"]


def test_the_short_letters_are_offered_where_the_page_asks_for_them():
    with_short, without = html_of(DERIVATION), html_of(EXACT)
    assert all(f'value="{word}"' in with_short for word in markup.NOTATIONS)
    assert [word for word in markup.NOTATIONS if f'value="{word}"' not in without] == ["short"]


def test_a_part_takes_the_classes_that_the_page_gives_it():
    assert 'class="pair control lv3" data-control="schedule"' in html_of(DIGITS)


def test_an_unknown_part_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "digits").mkdir()
    (tmp_path / "parts").mkdir()
    (tmp_path / "digits/digits.html").write_text("<!-- nothing -->")
    monkeypatch.setattr(markup, "STATIC", tmp_path)
    monkeypatch.setattr(markup, "PAGES", tmp_path)
    with pytest.raises(FileNotFoundError, match="nothing"):
        markup.html("digits", "")
