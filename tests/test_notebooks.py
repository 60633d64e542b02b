"""Every lesson is executed from scratch, offline; its text and numbers must be those that are stored with it.

And each has the form of a lesson: what for and what from, guesses before pictures, checked sentences, an ending.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from queue import SimpleQueue

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbconvert import HTMLExporter

from ddim_lab.symbolic import notation
from ddim_lab.teaching import asked, claims, lesson_claims, pages

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
import execute  # noqa: E402

ALL_SECONDS, LESSON_SECONDS = 300, 40  # of one core; so all lessons take under 5 minutes, two at a time under 3
LONGEST_CELL, WIDEST_LINE = 25, 112  # lines of code: more belongs into the core; letters: a page shows no more
each_lesson = pytest.mark.parametrize("path", execute.lessons(), ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def kernels():
    """A queue of kernels that stay warm from one lesson to the next: each need not import torch again."""
    free, started = SimpleQueue(), [AsyncKernelManager(kernel_name="python3") for _ in range(execute.AT_ONCE)]
    for kernel in started:
        free.put(kernel)
    yield free
    for kernel in started:
        if kernel.has_kernel:
            run_sync(kernel.shutdown_kernel)(now=True)


@pytest.fixture(scope="module")
def runs(request, kernels):
    """The chosen lessons, all started at once, two at a time: path -> future of (notebook, processor seconds)."""

    def timed(path):
        kernel = kernels.get()
        try:
            return execute.timed(path, kernel)
        finally:
            kernels.put(kernel)

    chosen = [
        item.callspec.params["path"]
        for item in request.session.items
        if "runs" in item.fixturenames and "path" in item.fixturenames
    ]
    with ThreadPoolExecutor(execute.AT_ONCE) as pool:
        yield {path: pool.submit(timed, path) for path in dict.fromkeys(chosen)}


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


FOLD = re.compile(r"<details><summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)


@each_lesson
def test_a_guess_has_a_fold_for_each_option_and_then_the_answer(path):
    """A reply hints: it neither names an option nor says which is right; the answer begins with its letter."""
    text = "\n\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    for guess in text.split("**Guess ")[1:]:
        asked, _, told = guess.partition("<details>")
        options = re.findall(r"^- ([A-F]): ", asked, re.M)
        assert len(options) >= 2, asked
        folds = FOLD.findall("<details>" + told)[: len(options) + 1]
        assert [name for name, _ in folds] == [*(f"Reply to {option}" for option in options), "The answer"], asked
        *replies, (_, answer) = folds
        assert re.match(r"\*\*[A-F]\b", answer), answer
        right = answer[2]
        for option, (_, reply) in zip(options, replies, strict=True):
            assert "**" not in reply, reply
            assert len(reply) < 300, reply
            assert reply.startswith("Yes. ") == (option == right), f"{option}: {reply}"


@each_lesson
def test_imports_are_folded_and_nothing_else_is(path):
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    folded = [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in code]
    assert folded == [True] + [False] * (len(code) - 1)
    assert not re.search(r"^(?!import |from |#|sys\.path\.append|$)", code[0].source, re.M)


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


@pytest.mark.slow
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
    answered = re.findall(r"\basked\.show\(\"([^\"]+)\"\)", "\n".join(sources))
    keys = [key for call in calls for key in re.findall(r"\"([^\"]+)\"", call)]
    return keys + [key for each in answered for key in asked.find(each).claims]


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
                sentences = [line for line in text.splitlines() if line.startswith("> ")]
                assert sentences
                assert all(line.startswith("> ✓") for line in sentences)
                assert not re.search(r"[✗{]", text)


def test_a_sentence_that_does_not_hold_is_shown_as_such(monkeypatch):
    monkeypatch.setattr(lesson_claims, "LESSON_CLAIMS", (claims.Claim("moon", "It is cheese.", {}, lambda: False),))
    told = lesson_claims.show("moon")._repr_markdown_()
    assert "✗" in told
    assert "does not hold" in told
    with pytest.raises(ValueError, match="no claim 'sun'; known are moon, off-varies-less"):
        lesson_claims.show("sun")
