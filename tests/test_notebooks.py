"""Every lesson is executed from scratch, offline; its text and numbers must be those that are stored with it."""

import sys
import time
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
import execute  # noqa: E402

SECONDS = 120


@pytest.mark.slow
@pytest.mark.parametrize("path", execute.lessons(), ids=lambda path: path.stem)
def test_a_lesson_gives_what_is_stored(path):
    started = time.monotonic()
    fresh = execute.execute(path)
    elapsed = time.monotonic() - started
    found = list(execute.differences(nbformat.read(path, as_version=4), fresh))
    assert not found, f"{path.name}: {'; '.join(found)} (python notebooks/execute.py stores new outputs)"
    assert elapsed < SECONDS


@pytest.mark.parametrize("path", execute.lessons(), ids=lambda path: path.stem)
def test_stored_outputs_are_complete_small_and_stable(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.stat().st_size < 1_000_000
    for cell in notebook.cells:
        assert "execution" not in cell.metadata
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output
            assert " at 0x" not in str(output.get("data", {}).get("text/plain", ""))
            assert "image/svg+xml" not in output.get("data", {})
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", execute.lessons(), ids=lambda path: path.stem)
def test_a_lesson_asks_before_it_shows(path):
    cells = nbformat.read(path, as_version=4).cells
    first_picture = next(
        i for i, cell in enumerate(cells) if any("image/png" in out.get("data", {}) for out in cell.get("outputs", []))
    )
    asked = sum(cell.source.count("<details>") for cell in cells[:first_picture] if cell.cell_type == "markdown")
    assert asked >= 2
    text = "".join(cell.source for cell in cells)
    assert text.count("<details>") == text.count("</details>")


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
