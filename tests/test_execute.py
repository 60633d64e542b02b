"""Executing lessons: what counts as the same output, what is stored, what fails by name; and pictures that move."""

import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from ddim_lab.figures import interactive
from ddim_lab.figures.printing import canvas

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))
import execute


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


@pytest.mark.slow
def test_a_warm_kernel_knows_nothing_of_the_lesson_before(tmp_path):
    lab = 'import sys\nsys.path.append("..")\nimport ddim_lab.schedule'
    before, after = tmp_path / "98_before.ipynb", tmp_path / "99_after.ipynb"
    nbformat.write(notebook_of("left = 1", lab), before)
    nbformat.write(notebook_of('import sys\nassert "ddim_lab" not in sys.modules', lab, "left"), after)
    kernel = AsyncKernelManager(kernel_name="python3")
    try:
        execute.timed(before, kernel)
        with pytest.raises(RuntimeError, match=r"code cell 3 \('left'\) raised NameError"):
            execute.timed(after, kernel)
    finally:
        run_sync(kernel.shutdown_kernel)(now=True)


# Pictures that move


def drawn(eta: float, S: int):
    figure = canvas(2, 1, f"η = {eta}, S = {S}")
    figure.add_subplot().bar([0], [eta * S])
    return figure


def explorer(**more):
    etas, counts = interactive.slider("η", (0.0, 0.5, 1.0), 0.5), interactive.buttons("steps", (5, 20), 20)
    return interactive.Explorer(drawn, eta=etas, S=counts, **more)


@pytest.mark.slow
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
