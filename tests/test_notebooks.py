"""Every lesson is executed from scratch, offline; its text and numbers must be those that are stored with it.

And each has the form of a lesson: what for and what from, guesses before pictures, checked sentences, an ending.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from ddim_lab.figures import interactive
from ddim_lab.figures.printing import canvas
from ddim_lab.symbolic import notation
from ddim_lab.teaching import claims, lesson_claims, pages

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
import execute  # noqa: E402

ALL_SECONDS, LESSON_SECONDS = 300, 40  # of one core; so all lessons take under 5 minutes, two at a time under 3
LONGEST_CELL, WIDEST_LINE = 25, 112  # lines of code: more belongs into the core; letters: a page shows no more
each_lesson = pytest.mark.parametrize("path", execute.lessons(), ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def runs(request):
    """The chosen lessons, all started at once, two at a time: path -> future of (notebook, processor seconds)."""
    chosen = [
        item.callspec.params["path"]
        for item in request.session.items
        if "runs" in item.fixturenames and "path" in item.fixturenames
    ]
    with ThreadPoolExecutor(execute.AT_ONCE) as pool:
        yield {path: pool.submit(execute.timed, path) for path in dict.fromkeys(chosen)}


@pytest.mark.slow
@each_lesson
def test_a_lesson_gives_what_is_stored(path, runs):
    fresh, seconds = runs[path].result()
    found = list(execute.differences(nbformat.read(path, as_version=4), fresh))
    assert not found, f"{path.name}: {'; '.join(found)} (python notebooks/execute.py stores new outputs)"
    assert seconds < LESSON_SECONDS


@pytest.mark.slow
def test_all_lessons_together_are_quick(runs):
    assert sum(run.result()[1] for run in runs.values()) < ALL_SECONDS


@each_lesson
def test_stored_outputs_are_complete_small_and_stable(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.stat().st_size < 1_000_000
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert "execution" not in cell.metadata
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output
            assert " at 0x" not in str(output.get("data", {}).get("text/plain", ""))
            assert not {"image/svg+xml", execute.WIDGET} & set(output.get("data", {}))
            if "image/png" in output.get("data", {}):
                assert output.metadata["image/png"]["alt"], "a picture needs its words"
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@each_lesson
def test_a_lesson_opens_with_what_for_and_what_from(path):
    first, then = nbformat.read(path, as_version=4).cells[:2]
    number = int(path.name[:2])
    assert first.source.startswith(f"# {number} · ")
    for words in ("**Afterwards you can**", "**You need**", "**Time**"):
        assert words in first.source
    assert then.cell_type == "code"
    assert "import ddim_lab as dl" in then.source


@each_lesson
def test_a_lesson_asks_before_it_shows(path):
    cells = nbformat.read(path, as_version=4).cells
    first_picture = next(
        i for i, cell in enumerate(cells) if any("image/png" in out.get("data", {}) for out in cell.get("outputs", []))
    )
    asked = sum(cell.source.count("<details>") for cell in cells[:first_picture] if cell.cell_type == "markdown")
    assert asked >= 2
    text = "".join(cell.source for cell in cells)
    assert text.count("<details>") == text.count("</details>")
    guesses = [int(number) for number in re.findall(r"\*\*Guess (\d+)\.\*\*", text)]
    assert guesses == list(range(1, len(guesses) + 1))


@each_lesson
def test_a_lesson_ends_with_summary_and_notation(path):
    cells = nbformat.read(path, as_version=4).cells
    summary = next(i for i, cell in enumerate(cells) if cell.source.startswith("## Summary"))
    assert "$" in cells[summary].source
    shown = "".join(
        out.get("data", {}).get("text/markdown", "") for c in cells[summary:] for out in c.get("outputs", [])
    )
    assert " | ".join(notation.HEADINGS) in shown
    assert notation.time_table() in shown


@each_lesson
def test_a_lesson_computes_by_calling_the_core(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= LONGEST_CELL, cell.source
            assert max(map(len, cell.source.splitlines())) <= WIDEST_LINE, cell.source
            assert "matplotlib" not in cell.source, "figures come from ddim_lab.figures"


@each_lesson
def test_the_index_has_the_lesson_and_its_time(path):
    first = nbformat.read(path, as_version=4).cells[0].source
    (line,) = [line for line in (NOTEBOOKS / "README.md").read_text().splitlines() if f"({path.name})" in line]
    minutes = re.search(r"\*\*Time\*\* about (\d+) minutes", first)[1]
    assert line.startswith(f"| {int(path.name[:2])} |")
    assert line.endswith(f"| {minutes} minutes |")


class Pictures(HTMLParser):
    """Counts the pictures of a page; remembers its scripts that would fetch a widget."""

    def __init__(self, page: str):
        super().__init__()
        self.pictures = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.pictures += tag == "img" and dict(attrs).get("src", "").startswith("data:image/png")


@each_lesson
def test_a_lesson_is_a_page(path):
    notebook = nbformat.read(path, as_version=4)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert Pictures(page).pictures == sum("image/png" in out.get("data", {}) for out in outputs)
    assert "Error displaying" not in page
    assert "jupyter.widget-view" not in page


# Sentences


def claimed(path: Path) -> list[str]:
    """The keys of the sentences that a lesson shows."""
    sources = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    calls = re.findall(r"\b(?:lesson_claims|claims)\.show\(([^)]*)\)", "\n".join(sources))
    return [key for call in calls for key in re.findall(r"\"([^\"]+)\"", call)]


def test_lessons_show_sentences_that_exist_and_every_sentence_is_shown():
    shown = [key for path in execute.lessons() for key in claimed(path)]
    assert all(lesson_claims.find(key) for key in shown)
    assert {claim.key for claim in lesson_claims.LESSON_CLAIMS} <= set(shown)
    keys = [claim.key for claim in (*lesson_claims.LESSON_CLAIMS, *pages.claims())]
    assert len(keys) == len(set(keys))


@each_lesson
def test_stored_sentences_hold(path):
    """And so do they now: a lesson that is run checks each anew, and what it says is compared with what is stored."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/markdown", "")
            if "<Checked sentences" in output.get("data", {}).get("text/plain", ""):
                assert text.startswith("> ✓")
                assert not re.search(r"[✗{]", text)


def test_a_sentence_that_does_not_hold_is_shown_as_such(monkeypatch):
    monkeypatch.setattr(lesson_claims, "LESSON_CLAIMS", (claims.Claim("moon", "It is cheese.", {}, lambda: False),))
    told = lesson_claims.show("moon")._repr_markdown_()
    assert "✗" in told
    assert "does not hold" in told
    with pytest.raises(ValueError, match="no claim 'sun'; known are moon, off-varies-less"):
        lesson_claims.show("sun")


# Pictures that move


def drawn(eta: float, S: int):
    figure = canvas(2, 1, f"η = {eta}, S = {S}")
    figure.add_subplot().bar([0], [eta * S])
    return figure


def explorer(**more):
    etas, counts = interactive.slider("η", (0.0, 0.5, 1.0), 0.5), interactive.buttons("steps", (5, 20), 20)
    return interactive.Explorer(drawn, eta=etas, S=counts, **more)


def test_a_moving_picture_is_a_widget_and_a_still_picture():
    data, metadata = explorer()._repr_mimebundle_()
    assert set(data) == {execute.WIDGET, "image/png", "text/plain"}
    assert metadata["image/png"]["alt"] == "η = 0.5, S = 20"
    assert explorer().still().get_supxlabel().startswith("Shown: η = 0.5, steps = 20. In Jupyter, run this cell")


def test_moving_a_control_draws_its_picture():
    box = explorer().widget()
    (eta, counts), picture = box.children[0].children, box.children[1]
    before = bytes(picture.value)
    eta.value, counts.value = 1.0, 5
    assert bytes(picture.value) == drawn(1.0, 5)._repr_png_()[0] != before
    assert box.children[2].value == "η = 1.0, S = 5"
    eta.value, counts.value = 0.5, 20
    assert bytes(picture.value) == before


def test_a_moving_picture_without_widgets_is_still(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert set(explorer()._repr_mimebundle_()[0]) == {"image/png", "text/plain"}


def test_a_control_starts_at_one_of_its_values():
    with pytest.raises(ValueError, match=r"the start of 'η' must be one of \(0, 1\), got 2"):
        interactive.slider("η", (0, 1), 2)
    with pytest.raises(ValueError, match="at least one control"):
        interactive.Explorer(drawn)


def test_no_widget_is_stored():
    notebook = stored_with("", **{"image/png": "AAAA"})
    notebook.cells[0].outputs[1].data[execute.WIDGET] = {"model_id": "4f2a"}
    notebook.metadata["widgets"] = {"state": {}}
    tidied = execute.tidied(notebook)
    assert list(tidied.cells[0].outputs[1].data) == ["image/png"]
    assert "widgets" not in tidied.metadata


# The comparison


def notebook_of(*sources: str):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)


def stored_with(text: str, **data: str):
    notebook = notebook_of("show()", "last()")
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    notebook.cells[0].outputs += [nbformat.v4.new_output("display_data", data=data)] if data else []
    return notebook


@pytest.mark.parametrize(
    ("stored", "fresh", "named"),
    [
        ("σ = 0.7223\n", "σ = 0.7224\n", "0.7224"),
        ("adds up: True\n", "adds up: False\n", "False"),
        ("1 word\n", "1 word\n2 words\n", "2 words"),
        ("value 1e-09\n", "value 3e-09\n", "3e-09"),
        ("x = 3\n", "x = nan\n", "nan"),
    ],
)
def test_another_text_or_number_is_found_and_named(stored, fresh, named):
    (found,) = execute.differences(stored_with(stored), stored_with(fresh))
    assert "code cell 1 ('show()')" in found
    assert named in found
    assert not list(execute.differences(stored_with(stored), stored_with(stored)))


def test_a_tolerance_can_be_stated():
    loose, off, far = (stored_with(f"rms {value}\n") for value in (0.50, 0.52, 0.60))
    loose.cells[0].metadata["tags"] = ["tolerance:0.05"]
    assert not list(execute.differences(loose, off))
    assert list(execute.differences(loose, far))


def test_pictures_must_be_there_and_are_not_compared():
    one, other, none = (stored_with("", **data) for data in ({"image/png": "AAAA"}, {"image/png": "BBBB"}, {}))
    assert not list(execute.differences(one, other))
    assert list(execute.differences(one, none))


def test_the_words_of_a_picture_are_compared():
    one, other = (stored_with("", **{"image/png": "AAAA"}) for _ in range(2))
    for notebook, words in ((one, "median 0.736"), (other, "median 0.737")):
        notebook.cells[0].outputs[-1].metadata["image/png"] = {"alt": words}
    (found,) = execute.differences(one, other)
    assert "words of a picture: stored the number 0.736" in found


def test_a_cut_stream_is_one_stream():
    whole, cut = stored_with("one\ntwo\n"), stored_with("one\n")
    cut.cells[0].outputs.append(nbformat.v4.new_output("stream", name="stdout", text="two\n"))
    assert not list(execute.differences(whole, cut))
    assert len(execute.tidied(cut).cells[0].outputs) == 1


def test_addresses_and_run_times_are_not_stored():
    notebook = stored_with("", **{"text/plain": "<object at 0x7f12ab>"})
    notebook.cells[0].metadata["execution"] = {"iopub.execute_input": "2026-01-01"}
    cell = execute.tidied(notebook).cells[0]
    assert cell.outputs[1].data["text/plain"] == "<object>"
    assert "execution" not in cell.metadata


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import urllib.request\nurllib.request.urlopen('http://192.0.2.1', timeout=5)", "without network"),
    ],
)
def test_a_cell_that_raises_or_goes_online_fails_by_name(tmp_path, source, said):
    path = tmp_path / "99_broken.ipynb"
    nbformat.write(notebook_of("fine = 1", source), path)
    with pytest.raises(RuntimeError, match=rf"99_broken.ipynb, code cell 2 .*{said}"):
        execute.execute(path)
