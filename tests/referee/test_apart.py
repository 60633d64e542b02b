"""A sampler that leaves is not judged, and the referee says so: status 0 only where everything passed."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ddim_lab.__main__ import main
from ddim_lab.address import load
from ddim_lab.commands import referee as command
from ddim_lab.referee import judging
from ddim_lab.referee.judging import Case, judge

ROOT = Path(__file__).resolve().parents[2]
MINE = """
import os, sys, time

def ddim(denoiser, x_T, alpha_bar, tau, eta, noise):
    x, steps = x_T, [0, *tau]
    for j in range(1, len(steps)):
        a, b = alpha_bar[steps[-j]], alpha_bar[steps[-j - 1]]
        eps, sigma = denoiser(x, steps[-j]), eta * ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5
        x = b**0.5 * (x - (1 - a) ** 0.5 * eps) / a**0.5 + (1 - b - sigma**2) ** 0.5 * eps + sigma * noise(j)
    return x

def leaves(*_): sys.exit(0)
def quits(*_): os._exit(0)
def crashes(*_): os.abort()
def hangs(*_): time.sleep(600)
def interrupts(*_): raise KeyboardInterrupt

calls = []
def wrong_then_quits(*arguments):
    calls.append(1)
    if len(calls) == 3:
        os._exit(0)
    return ddim(*arguments) + (0.1 if len(calls) == 2 else 0)

class Sampler:
    def step(self, *arguments): return ddim(*arguments)
    alone = staticmethod(ddim)

here = Sampler().step
NOT_A_FUNCTION = 3
"""
FILES = {
    "mine.py": MINE,
    "exits.py": "import sys; sys.exit(0)",
    "quits.py": "import os; os._exit(0)",
    "broken.py": "x = 1\ndef ddim(:\n",
    "needs.py": "import there_is_no_such_package",
    "raises.py": "1 / 0",
    "sub/beside.py": "from helper import ddim",
    "sub/helper.py": MINE,
}
FEW = [Case.of("trailing", 10, 0.0), Case.of("leading", 10, 1.0), Case.of("trailing", 5, 1.0)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, code in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(command, "CASES", FEW)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def referee(*arguments: str) -> int:
    return main(["referee", "--alone", *arguments])


@pytest.mark.slow
@pytest.mark.parametrize(("sampler", "why"), [
    ("mine:leaves", "it left by sys.exit(0)"), ("mine:quits", "its process ended with exit status 0"),
    ("mine:crashes", "its process ended by SIGABRT"), ("mine:interrupts", "it left by KeyboardInterrupt"),
])  # fmt: skip
def test_who_leaves_is_not_judged(folder, capsys, sampler: str, why: str) -> None:
    assert referee("--sampler", sampler) == 2
    out, err = capsys.readouterr()
    assert err == f"not judged: {sampler} from case 1 of 3 on (linear trailing 10 0): {why}, without a result\n"
    assert out.endswith(f"{sampler}: nothing was judged\n")


@pytest.mark.parametrize(("module", "why"), [
    ("exits", "it left by sys.exit(0), without a result"), ("quits", "its process ended with exit status 0"),
])  # fmt: skip
def test_a_module_that_leaves_is_told_before_any_table(folder, capsys, module: str, why: str) -> None:
    assert referee("--sampler", f"{module}:ddim") == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"error: {module}:ddim: {why}")
    assert err.count("\n") == 1
    assert not out


@pytest.mark.slow
def test_who_hangs_is_ended_at_the_deadline(folder, capsys) -> None:
    started = time.monotonic()
    assert referee("--sampler", "mine:hangs", "--deadline", "3") == 2
    assert time.monotonic() - started < 20
    assert "no answer within 3 seconds for this case (--deadline gives more)" in capsys.readouterr().err


def test_a_fault_that_was_found_outweighs_what_was_not_judged(folder, capsys) -> None:
    assert referee("--sampler", "mine:wrong_then_quits") == 1
    out, err = capsys.readouterr()
    assert "1 of 2 pass" in out
    assert "mean off by +0.1" in out
    assert "from case 3 of 3 on (linear trailing 5 1): its process ended" in err


@pytest.mark.slow
def test_a_script_that_calls_the_referee_is_not_run_twice(folder) -> None:
    """Without `if __name__ == "__main__"`, which a new process would need that runs its parent's script again."""
    script = folder / "ci.py"
    script.write_text("""
from ddim_lab.__main__ import main
print("begun")
status = main(["referee", "--alone", "--sampler", "mine:ddim"])
print(status, __file__)
""")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "ci.py"], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.stdout.count("begun") == 1
    assert done.stdout.splitlines()[-1].startswith("0 ")
    assert done.stdout.splitlines()[-1].endswith("ci.py")
    assert not done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("sampler", ["mine:ddim", "mine:Sampler.alone", "sub/beside.py:ddim"])
def test_functions_are_taken_by_dots_and_by_file(folder, capsys, sampler: str) -> None:
    assert referee("--sampler", sampler) == 0
    assert f"{sampler}: 3 of 3 pass" in capsys.readouterr().out


def test_ddim_does_not_pass_as_2m(folder, capsys) -> None:
    assert referee("--sampler", "mine:ddim", "--solver", "dpmpp_2m") == 1
    assert "0 of 3 pass" in capsys.readouterr().out


@pytest.mark.parametrize(("address", "kind", "words"), [
    ("mine", ValueError, "must be package.module:function or folder/file.py:function"),
    (":ddim", ValueError, "must be package.module:function"), ("mine:", ValueError, "must be package.module:function"),
    ("mine:a b", ValueError, "must be package.module:function"),
    ("nowhere_to_be_found:ddim", ImportError, "No module named 'nowhere_to_be_found'; is it importable from"),
    ("mine:dddim", ValueError, "there is no such name as dddim"),
    ("mine:Sampler.stepp", ValueError, "no such name as Sampler.stepp"),
    ("mine:NOT_A_FUNCTION", ValueError, "it is no function but int"),
    ("mine:Sampler.step", ValueError, "is a method and needs an object: write own = Sampler().step there"),
    ("sub/nothing.py:ddim", ValueError, "there is no file"), ("sub/beside:ddim", ValueError, "there is no file"),
    ("broken:ddim", ImportError, "broken.py, line 2: invalid syntax"),
    ("./broken.py:ddim", ImportError, "broken.py, line 2: invalid syntax"),
    ("needs:ddim", ImportError, "needs what is not installed here: No module named 'there_is_no_such_package'"),
    ("raises:ddim", ImportError, "importing raises raised ZeroDivisionError: division by zero"),
])  # fmt: skip
def test_what_cannot_be_loaded_is_told(folder, address: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=re.escape(words)):
        load(address, "--sampler")
    assert callable(load("mine:here", "--sampler"))


def test_a_load_that_fails_ends_in_one_line_and_status_2(folder, capsys) -> None:
    assert referee("--sampler", "broken:ddim") == 2
    assert re.fullmatch(r"error: broken:ddim: \S*broken\.py, line 2: invalid syntax\n", capsys.readouterr().err)


# Tolerance


def single(denoiser, x_T, alpha_bar, tau, eta, noise):
    """A DDIM that computes in float32 throughout."""
    x, steps, few = x_T.astype(np.float32), [0, *tau], np.float32
    for j in range(1, len(steps)):
        a, b = (alpha_bar[steps[i]] for i in (-j, -j - 1))
        eps, sigma = denoiser(x, steps[-j]).astype(few), eta * ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5
        x_0 = (x - few((1 - a) ** 0.5) * eps) / few(a**0.5)
        x = few(b**0.5) * x_0 + few(max(1 - b - sigma**2, 0) ** 0.5) * eps + few(sigma) * noise(j).astype(few)
    return x


def test_float32_passes_at_the_tolerance_that_is_named_and_the_verdict_names_it() -> None:
    assert all(judge(single, case, judging.SINGLE).passes for case in judging.CASES)
    faults = [verdict.fault for case in judging.CASES if (verdict := judge(single, case)).fault]
    assert faults
    assert all("rounding in float32 can be this large, --tolerance 1e-05 allows" in fault for fault in faults)


def test_no_tolerance_makes_a_fault_pass() -> None:
    def shrunk(*arguments):
        return single(*arguments) * np.float32(0.99)

    assert not any(judge(shrunk, case, judging.SINGLE).passes for case in judging.CASES)
    assert "rounding" not in judge(shrunk, judging.CASES[0]).fault


@pytest.mark.parametrize(("option", "value"), [("--tolerance", "1"), ("--tolerance", "0"), ("--tolerance", "nan"),
                                               ("--deadline", "-1"), ("--deadline", "inf")])  # fmt: skip
def test_a_nonsense_limit_is_refused(capsys, option: str, value: str) -> None:
    assert referee("--sampler", "mine:ddim", option, value) == 2
    assert option in capsys.readouterr().err
