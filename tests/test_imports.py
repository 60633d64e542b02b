"""What an import loads, seen in fresh interpreters, and which names it gives; the table of layers is test_layers's."""

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


@pytest.mark.parametrize("module", ["", ".noise", ".run", ".exact", ".referee.judging"])
def test_the_curves_side_needs_numpy_only(module: str) -> None:
    assert not loaded_by(f"import ddim_lab{module}") & set(HEAVY)


def test_using_the_curves_side_needs_numpy_only() -> None:
    use = (
        "import ddim_lab as dl; s = dl.NoiseSchedule.cosine(); tau = dl.spacing.trailing(s.T, 10); "
        "dl.coefficients(s.alpha_bar[tau], 1.0, 0.5); dl.eta_max(0.5, 0.7)"
    )
    assert not loaded_by(use) & set(HEAVY)


@pytest.mark.slow
def test_the_sampler_needs_neither_streamlit_nor_sympy_nor_figures() -> None:
    loaded = loaded_by("import ddim_lab as dl; dl.sample, dl.step, dl.encode, dl.last")
    assert "torch" in loaded
    assert not loaded & {"streamlit", "plotly", "matplotlib", "onnxruntime"}


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
