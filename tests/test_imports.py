"""Which room imports what: seen from outside, in fresh interpreters, and in the sources."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import ddim_lab as dl

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ddim_lab"
HEAVY = ("torch", "streamlit", "sympy", "plotly", "matplotlib", "onnxruntime", "scipy")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys, json; {statement}; print(json.dumps(sorted(m.partition('.')[0] for m in sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["", ".schedule", ".spacing", ".transition", ".noise", ".checks"])
def test_the_curves_side_needs_numpy_only(module: str) -> None:
    assert not loaded_by(f"import ddim_lab{module}") & set(HEAVY)


def test_using_the_curves_side_needs_numpy_only() -> None:
    use = (
        "import ddim_lab as dl; s = dl.NoiseSchedule.cosine(); tau = dl.spacing.trailing(s.T, 10); "
        "dl.coefficients(s.alpha_bar[tau], 1.0, 0.5); dl.eta_max(0.5, 0.7)"
    )
    assert not loaded_by(use) & set(HEAVY)


def test_the_sampler_needs_neither_streamlit_nor_sympy_nor_figures() -> None:
    loaded = loaded_by("import ddim_lab as dl; dl.sample, dl.step, dl.encode, dl.last")
    assert "torch" in loaded
    assert not loaded & {"streamlit", "plotly", "matplotlib", "onnxruntime"}


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module}
    return names


def test_only_the_lab_imports_streamlit() -> None:
    rooms = [path for path in PACKAGE.rglob("*.py") if (PACKAGE / "lab") not in path.parents]
    assert len(rooms) > 10
    guilty = [path.name for path in rooms if any(name.partition(".")[0] == "streamlit" for name in imports_of(path))]
    assert not guilty


def test_the_core_does_not_reach_upwards() -> None:
    """NumPy rooms know no torch room, torch rooms no figures, figures no lab."""
    for path in PACKAGE.glob("*.py"):
        if path.name in ("__main__.py",):
            continue
        assert not [name for name in imports_of(path) if name.startswith("ddim_lab.lab")], path.name
    for path in (PACKAGE / "figures").rglob("*.py"):
        assert not [name for name in imports_of(path) if name.startswith("ddim_lab.lab")], path.name


def test_no_module_shares_its_name_with_a_public_function() -> None:
    modules = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    public = {name for name in dl.__all__ if name not in ("spacing",)}
    assert {"sample", "step", "encode", "coefficients", "initial_noise"} <= public
    assert not modules & public


def test_every_public_name_exists_and_typos_do_not() -> None:
    for name in dl.__all__:
        if name not in ("Denoiser", "load_denoiser"):  # their room has tests of its own
            assert getattr(dl, name) is not None
        assert name in dir(dl)
    with pytest.raises(AttributeError, match="smaple"):
        dl.smaple  # noqa: B018
