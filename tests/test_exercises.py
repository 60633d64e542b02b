"""The exercise sheets: what a learner gets holds no answer, and nbgrader itself grades right, wrong and absurd ones."""

import inspect
import re
import shutil
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest

from ddim_lab.__main__ import main
from ddim_lab.teaching.graded import EXERCISES, SHEETS, repair

FOLDER = Path(__file__).resolve().parents[1] / "notebooks" / "exercises"
SOURCE = FOLDER / "course" / "source" / "ddim"
sys.path.insert(0, str(FOLDER))
import generate  # noqa: E402

each_sheet = pytest.mark.parametrize("sheet", SHEETS)


def cells_of(path):
    """The cells of a sheet that nbgrader knows, by their id."""
    cells = nbformat.read(path, as_version=4).cells
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells if "nbgrader" in cell.metadata}


def solutions(cell):
    """The lines between BEGIN SOLUTION and END SOLUTION."""
    return re.search(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", cell.source, re.DOTALL)[1].splitlines()


@each_sheet
def test_each_exercise_has_an_answer_and_a_check_that_counts(sheet):
    keys = [exercise.key for exercise in SHEETS[sheet]]
    for path in (FOLDER / f"{sheet}.ipynb", SOURCE / f"{sheet}.ipynb"):
        cells = cells_of(path)
        assert list(cells) == [name for key in keys for name in (key, f"{key}_points")]
        for key in keys:
            counted = cells[f"{key}_points"]
            assert counted.metadata.nbgrader.points == EXERCISES[key].points
            name = EXERCISES[key].asked.partition("(")[0]
            assert f"def {EXERCISES[key].asked}:" in cells[key].source
            assert counted.source.startswith(f'check("{key}", {name})')


@each_sheet
def test_the_points_are_told(sheet):
    notebook = nbformat.read(FOLDER / f"{sheet}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    worth = [exercise.points for exercise in SHEETS[sheet]]
    assert [int(points) for points in re.findall(r"\((\d) points\)", text)] == worth
    minutes = re.search(rf"\*\*Time\*\* about (\d+) minutes\. \*\*Points\*\* {sum(worth)}\.", text)[1]
    assert f"({sheet}.ipynb)" in (FOLDER / "README.md").read_text()
    assert f"| {sum(worth)} | {minutes} minutes |" in (FOLDER / "README.md").read_text()


@each_sheet
def test_a_learners_sheet_holds_no_answer_and_no_output(sheet):
    mine, source = cells_of(FOLDER / f"{sheet}.ipynb"), cells_of(SOURCE / f"{sheet}.ipynb")
    for key in (exercise.key for exercise in SHEETS[sheet]):
        given = source[key].source.partition("### BEGIN SOLUTION")[0]
        for line in solutions(source[key]):
            assert line in given or line not in mine[key].source, line
        assert "seed" not in mine[f"{key}_points"].source
    text = (FOLDER / f"{sheet}.ipynb").read_text()
    assert not re.search("BEGIN|HIDDEN|counted", text)
    for path in (FOLDER / f"{sheet}.ipynb", SOURCE / f"{sheet}.ipynb"):
        assert not [cell for cell in nbformat.read(path, as_version=4).cells if cell.get("outputs")]


@pytest.mark.parametrize("patient", repair.PATIENTS, ids=lambda patient: patient.key)
def test_a_patient_of_the_sheet_is_that_of_the_check(patient):
    code = inspect.getsource(getattr(repair, patient.key)).replace("  # type: ignore[no-untyped-def]", "").strip()
    assert cells_of(FOLDER / "3_repair.ipynb")[patient.key].source.startswith(code)


# The command


def test_the_command_writes_sheets_and_course_and_overwrites_nothing(tmp_path, capsys):
    assert main(["exercises", "--out", str(tmp_path / "mine"), "--course", str(tmp_path / "course")]) == 0
    assert sorted(path.stem for path in (tmp_path / "mine").iterdir()) == sorted(SHEETS)
    written = {path.relative_to(tmp_path / "course").as_posix() for path in (tmp_path / "course").rglob("*.*")}
    assert written == {"nbgrader_config.py", *(f"source/ddim/{sheet}.ipynb" for sheet in SHEETS)}
    work = tmp_path / "mine" / "2_the_sampler.ipynb"
    work.write_text("my work")
    for left in ("1_the_numbers", "3_repair"):
        (tmp_path / "mine" / f"{left}.ipynb").unlink()
    assert main(["exercises", "--out", str(tmp_path / "mine")]) == 2
    assert "may hold somebody's work" in capsys.readouterr().err
    assert [path.read_text() for path in (tmp_path / "mine").iterdir()] == ["my work"]
    assert main(["exercises"]) == 2
    assert "--out DIR" in capsys.readouterr().err


# nbgrader itself

MISTAKEN = {  # one known mistake each: the answer, its points, and the words for it
    "alpha_bar": ("def my_alpha_bar(betas):\n    return np.cumprod(1 - betas)", 2, "entry is missing"),
    "tau": ("def my_tau(T, S):\n    return list(range(0, T, T // S))", 0, "the paper's code"),
    "weights": (
        "def my_weights(a, b, eta):\n"
        "    sigma = eta * ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5\n"
        "    m = ((1 - b) / (1 - a)) ** 0.5\n"
        "    return b**0.5 - m * a**0.5, m, sigma",
        3,
        "the fresh noise comes on top",
    ),
    "eta_max": (
        "def my_eta_max(alpha_bar, tau):\n"
        "    a, b = alpha_bar[tau[-1]], alpha_bar[tau[-2]] if len(tau) > 1 else 1\n"
        "    return ((1 - a) / (1 - a / b)) ** 0.5 if b < 1 else np.inf",
        1,
        "only the first step down",
    ),
    "step": (
        "def my_step(x_t, eps, a, b, eta, z):\n"
        "    x0 = (x_t - (1 - a) ** 0.5 * eps) / a**0.5\n"
        "    c = dl.coefficients(a, b, eta)\n"
        "    return x0, c.k * x0 + c.m * x_t + c.sigma**2 * z",
        3,
        "a variance for its factor",
    ),
    "walk": (
        "def my_walk(denoiser, x_T, alpha_bar, tau, eta, noise):\n"
        "    x = x_T\n"
        "    for j, t in enumerate(tau[::-1], 1):\n"
        "        a, b = alpha_bar[t], alpha_bar[t - 1]\n"
        "        c = dl.coefficients(a, b, eta)\n"
        "        x0 = (x - (1 - a) ** 0.5 * denoiser(x, t)) / a**0.5\n"
        "        x = c.k * x0 + c.m * x + c.sigma * noise(j)\n"
        "    return x",
        1,
        "t_prev is t − 1",
    ),
    "encode": (
        "def my_encode(denoiser, x_0, alpha_bar, tau):\n"
        "    top = alpha_bar[tau[-1]]\n"
        "    return top**0.5 * x_0 + (1 - top) ** 0.5 * np.random.standard_normal(x_0.shape)",
        0,
        "it asks at no step at all",
    ),
    "first": (inspect.getsource(repair.second).replace("def second", "def first"), 0, "eta scales the fresh noise"),
    "second": (inspect.getsource(repair.third).replace("def third", "def second"), 0, "the referee says"),
    "third": (inspect.getsource(repair.third), 0, "the fault is still there"),
}
NONSENSE = {  # what is handed in, and what is said of it; nothing gets a point
    "alpha_bar": ("my_alpha_bar = 'cumprod'\ncheck = lambda *_: 100", "A str is given, where the function"),
    "tau": (
        "from ddim_lab.teaching import calling\n"
        "calling.Caller.__init__.__defaults__ = (0.5,)  # seconds: a test is to be quick\n"
        "def my_tau(T, S):\n    while True:\n        pass",
        "no answer within 0.5 seconds",
    ),
    "weights": ("def my_weights(a, b, eta):\n    return 1 / 0", "raises ZeroDivisionError: division by zero (line 2"),
    "eta_max": ("def my_eta_max(alpha_bar tau):\n    return", "name 'my_eta_max' is not defined"),
    "step": ("def my_step(x_t, eps, a, b, eta, z):\n    x_t *= 0\n    return x_t, x_t", "changes an array"),
    "walk": ("def my_walk(*_):\n    import sys\n    sys.exit(0)", "raises SystemExit"),
    "encode": ("def my_encode(*_):\n    return np.nan", "not finite (NaN)"),
    "first": (None, "the fault is still there"),
    "second": (None, "the fault is still there"),
    "third": (None, "the fault is still there"),
}


def hand_in(sheets, folder, answers):
    """A learner's sheets, the answer cells filled in."""
    folder.mkdir(parents=True)
    for sheet in sheets:
        notebook = nbformat.read(sheet, as_version=4)
        for cell in notebook.cells:
            code = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if code is not None:
                cell.source = textwrap.dedent(code)
        nbformat.write(notebook, folder / sheet.name)


def said(cell):
    """All that a learner is shown below a cell."""
    shown = [out.get("data", {}).get("text/markdown", "") + out.get("evalue", "") for out in cell.outputs]
    return " ".join(shown)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course's folder, and nbgrader's points by learner and cell: three learners, all sheets."""
    course = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
        import nbgrader.api

        patch.setattr(nbgrader.api, "get_alembic_version", lambda: "none")  # half of the time, for a table's name
        api = generate.course_in(course)
        generate.done(api.generate_assignment, "ddim")
        sheets = sorted((course / "release" / "ddim").glob("*.ipynb"))
        shutil.copytree(SOURCE, course / "submitted" / "right" / "ddim")
        hand_in(sheets, course / "submitted" / "mistaken" / "ddim", {key: MISTAKEN[key][0] for key in MISTAKEN})
        hand_in(sheets, course / "submitted" / "nonsense" / "ddim", {key: NONSENSE[key][0] for key in NONSENSE})
        points = {}
        for learner in ("right", "mistaken", "nonsense"):
            generate.done(api.autograde, "ddim", learner)
            with api.gradebook as book:
                notebooks = book.find_submission("ddim", learner).notebooks
                points[learner] = {g.name: g.score for notebook in notebooks for g in notebook.grades}
    return course, points


def autograded(course, learner):
    paths = sorted((course / "autograded" / learner / "ddim").glob("*.ipynb"))
    return {name: cell for path in paths for name, cell in cells_of(path).items()}


@pytest.mark.slow
def test_the_learners_sheets_are_the_generated_ones(graded):
    course, _ = graded
    for sheet in SHEETS:
        fresh = nbformat.read(course / "release" / "ddim" / f"{sheet}.ipynb", as_version=4)
        stored = nbformat.read(FOLDER / f"{sheet}.ipynb", as_version=4)
        assert fresh == stored, "python notebooks/exercises/generate.py makes them anew"


@pytest.mark.slow
def test_nbgrader_gives_the_right_answers_all_points(graded):
    course, points = graded
    assert points["right"] == {f"{key}_points": exercise.points for key, exercise in EXERCISES.items()}
    assert not [
        out for cell in autograded(course, "right").values() for out in cell.outputs if out.output_type == "error"
    ]


@pytest.mark.slow
def test_nbgrader_counts_what_a_mistake_leaves_and_shows_its_name(graded):
    course, points = graded
    assert points["mistaken"] == {f"{key}_points": worth for key, (_, worth, _) in MISTAKEN.items()}
    cells = autograded(course, "mistaken")
    for key, (_, _, words) in MISTAKEN.items():
        assert words in said(cells[f"{key}_points"]), said(cells[f"{key}_points"])


@pytest.mark.slow
def test_nbgrader_survives_nonsense_and_gives_nothing_for_it(graded):
    course, points = graded
    assert points["nonsense"] == {f"{key}_points": 0 for key in EXERCISES}
    cells = autograded(course, "nonsense")
    for key, (_, words) in NONSENSE.items():
        cell = cells[f"{key}_points"]
        assert words in said(cell), said(cell)
        assert key == "eta_max" or not [out for out in cell.outputs if out.output_type == "error"]
