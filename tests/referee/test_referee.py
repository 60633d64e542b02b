"""The referee passes right samplers, fails wrong ones and says why; what it says of diffusers is measured."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ddim_lab.__main__ import main as run_main
from ddim_lab.referee import judging, peers, samplers
from ddim_lab.referee.judging import Case, judge, under
from tests import oracles

pytestmark = pytest.mark.usefixtures("one_thread")
ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FEW = [
    Case.of("trailing", 10, 0.0),
    Case.of("trailing", 10, 1.0),
    Case.of("leading", 7, 0.5),
    Case.of("quadratic", 12, 1.0, "cosine"),
]


def walk(denoiser, x_T, alpha_bar, tau, eta, noise, sigma_of=oracles.sigma, under_root=None, ask=None, last=1.0):
    """A plain DDIM with parts to break."""
    x, steps = x_T, [0, *(int(t) for t in tau)]
    for j in range(1, len(steps)):
        t, t_prev = steps[-j], steps[-j - 1]
        a, b = float(alpha_bar[t]), float(alpha_bar[t_prev]) if t_prev else last
        sigma = sigma_of(a, b, eta)
        removed = sigma**2 if under_root is None else under_root(a, b, sigma)
        eps = denoiser(x, t if ask is None else ask(t))
        x_0 = (x - math.sqrt(1 - a) * eps) / math.sqrt(a)
        x = math.sqrt(b) * x_0 + math.sqrt(max(1 - b - removed, 0)) * eps + sigma * noise(j)
    return x


def broken(**parts):
    return lambda *arguments: walk(*arguments, **parts)


def own_noise(denoiser, x_T, alpha_bar, tau, eta, noise):
    rng = np.random.default_rng()
    return walk(denoiser, x_T, alpha_bar, tau, eta, lambda j: rng.standard_normal(x_T.shape))


def clipped(denoiser, x_T, *rest):
    return np.clip(walk(denoiser, x_T, *rest), -1, 1)


def raising(*_):
    raise KeyError("no such timestep")


WRONG = {
    "sigma for sigma^2": (broken(under_root=lambda a, b, sigma: sigma), "variance off by"),
    "eta ignored": (lambda d, x, ab, tau, eta, z: walk(d, x, ab, tau, 0.0, z), "off by"),
    "noise left out": (lambda d, x, ab, tau, eta, z: walk(d, x, ab, tau, eta, lambda j: 0 * x), "variance off by"),
    "noise left in at the end": (broken(last=1 - 1e-4), "off by"),
    "index shifted by one": (broken(ask=lambda t: max(t - 1, 1)), "off by"),
    "eta squared": (broken(sigma_of=lambda a, b, eta: oracles.sigma(a, b, eta**2 if eta < 1 else 0.9)), "off by"),
    "its own noise": (own_noise, "draw no noise of your own"),
    "clipped": (clipped, "not affine.* is something clipped"),
    "exploding": (lambda *arguments: 1e5 * walk(*arguments), "exploded: results reach .*, where a right sampler stays"),
    "exploding wildly": (lambda *arguments: np.sinh(9 * walk(*arguments)), "exploded"),
    "an exception": (raising, "raised KeyError: 'no such timestep'"),
    "index from 0": (broken(ask=lambda t: t - 1 if t > 1 else 0), "asked at 0"),
    "noise from 0": (lambda d, x, *rest: walk(d, x, *rest[:-1], lambda j: rest[-1](j - 1)), "asked for 0"),
    "a list": (lambda *arguments: walk(*arguments).tolist(), "returned list, not a NumPy array"),
    "a flat array": (lambda *arguments: walk(*arguments)[:, 0], r"returned an array \(\d+,\)"),
    "nothing": (lambda *_: None, "returned NoneType"),
    "NaN": (lambda *arguments: walk(*arguments) * np.nan, "NaN or infinite"),
}


@pytest.mark.parametrize("case", judging.CASES)
def test_a_right_sampler_passes_to_rounding(case: Case) -> None:
    verdict = judge(walk, case)
    assert verdict.passes, verdict.fault
    levels = oracles.pairs(case.run.schedule.alpha_bar, case.run.tau)
    wanted = oracles.moments(levels, 0.3, 0.5, case.run.eta, False)
    assert (verdict.mean, verdict.variance) == pytest.approx(wanted, rel=0, abs=1e-11)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_one_fails_and_is_told_why(name: str) -> None:
    sampler, why = WRONG[name]
    verdicts = [judge(sampler, case) for case in FEW]
    faults = [verdict.fault for verdict in verdicts if not verdict.passes]
    assert faults
    assert any(re.search(why, fault) for fault in faults), faults
    assert all(verdict.passes == (not verdict.fault) for verdict in verdicts)


def test_ours_passes_also_under_sigma_hat() -> None:
    for case in FEW:
        assert judge(samplers.ours, case).passes
    hat = Case.of("trailing", 10, 1.0, sigma_hat=True)
    verdict = judge(samplers.ours_sigma_hat, hat)
    assert verdict.variance == pytest.approx(0.2439380657, abs=1e-9)
    assert verdict.passes
    assert not judge(samplers.ours, hat).passes


# Solvers, written out by hand in NumPy from Lu et al. 2022 (arXiv:2211.01095), Algorithms 2 and 1


def half_log_snr(a):
    return math.log(a / (1 - a)) / 2 if a < 1 else math.inf


def two_m(denoiser, x_T, alpha_bar, tau, eta, noise, half=2, plain_end=True):
    x, x_0, before, steps = x_T, None, None, [0, *(int(t) for t in tau)]
    for j in range(1, len(steps)):
        t, a, b = steps[-j], float(alpha_bar[steps[-j]]), float(alpha_bar[steps[-j - 1]])
        held, x_0 = x_0, (x - math.sqrt(1 - a) * denoiser(x, t)) / math.sqrt(a)
        h = half_log_snr(b if plain_end or b < 1 else 1 - 1e-6) - half_log_snr(a)
        r = h / before if before and math.isfinite(h) else 0
        used = x_0 if held is None or not r else x_0 + r / half * (x_0 - held)
        eps, sigma = (x - math.sqrt(a) * used) / math.sqrt(1 - a), oracles.sigma(a, b, eta)
        x = math.sqrt(b) * used + math.sqrt(max(1 - b - sigma**2, 0)) * eps + sigma * noise(j)
        before = h
    return x


def two_s(denoiser, x_T, alpha_bar, tau, eta, noise):
    x, steps = x_T, [0, *(int(t) for t in tau)]
    for j in range(1, len(steps)):
        t, t_prev = steps[-j], steps[-j - 1]
        a, b = float(alpha_bar[t]), float(alpha_bar[t_prev])
        x_0 = (x - math.sqrt(1 - a) * denoiser(x, t)) / math.sqrt(a)
        if t_prev:
            landed = math.sqrt(b) * x_0 + math.sqrt((1 - b) / (1 - a)) * (x - math.sqrt(a) * x_0)
            x_0 = (x_0 + (landed - math.sqrt(1 - b) * denoiser(landed, t_prev)) / math.sqrt(b)) / 2
        x = math.sqrt(b) * x_0 + math.sqrt((1 - b) / (1 - a)) * (x - math.sqrt(a) * x_0)
    return x


@pytest.mark.parametrize(("solver", "sampler", "cases"), [("dpmpp_2m", two_m, 31), ("dpmpp_2s", two_s, 11)])
def test_right_solvers_pass_and_are_told_from_each_other_and_from_ddim(solver, sampler, cases) -> None:
    judged = under(solver, judging.CASES)
    assert len(judged) == cases
    assert all(judge(sampler, case).passes for case in judged)
    assert all(judge(samplers.ours_under(solver), case).passes for case in judged)
    longer = [case for case in judged if case.run.S > 1]  # in a single step all three are one
    assert not any(judge(walk, case).passes for case in longer)
    assert not any(judge(sampler, case).passes for case in FEW if not case.run.eta)


@pytest.mark.parametrize("slip", [{"half": 1}, {"plain_end": False}])
def test_a_slip_in_2m_is_found(slip: dict) -> None:
    verdicts = [judge(lambda *arguments: two_m(*arguments, **slip), case) for case in under("dpmpp_2m", FEW)]
    assert all("off by" in verdict.fault for verdict in verdicts)


def test_the_sampler_may_change_its_arguments() -> None:
    def rude(denoiser, x_T, alpha_bar, tau, eta, noise):
        x_0 = walk(denoiser, x_T, alpha_bar, tau, eta, noise)
        x_T[:], alpha_bar[:], tau[:] = 7, 0.5, 1
        noise(1)[:] = 3
        return x_0

    assert all(judge(rude, case).passes for case in FEW)


# diffusers, measured


@pytest.mark.parametrize(("rule", "S", "eta", "passes"), [
    ("leading", 10, 0.0, True), ("leading", 30, 1.0, True), ("trailing", 10, 1.0, True), ("trailing", 50, 0.0, True),
    ("trailing", 30, 0.0, False), ("linspace", 10, 0.0, False), ("linspace", 50, 1.0, False),
])  # fmt: skip
def test_diffusers_spacings(rule: str, S: int, eta: float, passes: bool) -> None:
    verdict = peers.judge_diffusers(Case.of(rule, S, eta))
    assert verdict.passes == passes
    if not passes:  # far beyond what float32 tables could do
        assert abs(verdict.mean - verdict.wanted.mean) > 1e-3
        assert abs(verdict.variance - verdict.wanted.cov) > 1e-3


def test_diffusers_other_faults() -> None:
    assert (
        "visits 62 steps, the last of them at its t' = -1" in peers.judge_diffusers(Case.of("trailing", 61, 0.0)).fault
    )
    eta, bound, is_nan = peers.beyond_the_bound()
    assert eta > bound == pytest.approx(1.0825, abs=5e-5)
    assert is_nan


@pytest.mark.parametrize(
    ("rule", "S", "kept"),
    [("leading", 10, 0.7275), ("leading", 50, 0.9464), ("leading", 250, 0.9893), ("trailing", 10, 0.7242)],
)
def test_round_trips_are_those_computed_elsewhere(rule: str, S: int, kept: float) -> None:
    trip = peers.round_trip(rule, S)
    assert trip.passes
    assert trip.kept == pytest.approx(kept, abs=6e-5)
    assert trip.explicit == pytest.approx(kept, abs=6e-5)


def test_the_inverse_fails_where_a_stride_is_not_whole() -> None:
    assert not peers.round_trip("trailing", 30).passes


# The command


def referee(*arguments: str) -> int:
    return run_main(["referee", *arguments])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A user's folder: the README's mine.py and others beside it."""
    code = re.search(r"```python\n(def ddim\(denoiser.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    (tmp_path / "mine.py").write_text(code[1] + "\nNOT_A_FUNCTION = 3\n")
    wrong = code[1].replace("sigma * noise(j)", "sigma**2 * noise(j)")
    assert wrong != code[1]
    (tmp_path / "wrong.py").write_text(wrong)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in ("mine", "wrong"):
        sys.modules.pop(name, None)


def test_the_sampler_of_the_readme_passes(folder, capsys) -> None:
    assert referee("--alone", "--sampler", "mine:ddim") == 0
    out = capsys.readouterr().out
    assert f"mine:ddim: {len(judging.CASES)} of {len(judging.CASES)} pass" in out
    assert "0.1368665608 0.1368665608  passes" in out
    assert "diffusers" not in out


@pytest.mark.slow
def test_alone_needs_numpy_only(folder) -> None:
    """In fresh interpreters, the judge's and the sampler's, in which only Python, NumPy and the lab are found."""
    (folder / "sitecustomize.py").write_text("""
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "numpy", "ddim_lab", "mine"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Nothing())
""")
    (folder / "mine.py").write_text(
        """
import sys
try:
    import torch
except ModuleNotFoundError as error:
    print("as it should be, there is no", error)
"""
        + (folder / "mine.py").read_text()
    )
    done = subprocess.run(
        [sys.executable, "-m", "ddim_lab", "referee", "--alone", "--sampler", "mine:ddim"],
        cwd=folder, env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "there is no torch" in done.stdout
    assert f"{len(judging.CASES)} of {len(judging.CASES)} pass" in done.stdout


def test_a_wrong_sampler_ends_in_exit_status_1(folder, capsys) -> None:
    assert referee("--alone", "--sampler", "wrong:ddim") == 1
    out = capsys.readouterr().out
    assert "variance off by" in out
    assert re.search(r"eta .*\n(.* 0 .*passes\n)", out)  # DDIM itself, where the slip is silent


def test_alone_needs_a_sampler(capsys) -> None:
    assert referee("--alone") == 2
    assert "--alone needs --sampler" in capsys.readouterr().err


@pytest.mark.slow
def test_all_tables_and_diffusers_left_out_in_a_sentence(monkeypatch, capsys) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    assert referee() == 2
    out, err = capsys.readouterr()
    assert err == (
        "not judged: diffusers is not installed, so its schedulers are not judged (pip install diffusers, or --alone)\n"
    )
    assert f"ddim_lab (dl.step): {len(judging.CASES)} of {len(judging.CASES)} pass" in out
    assert "ddim_lab, sigma-hat: 2 of 2 pass" in out
    assert "ddim_lab, dpmpp_2m: 31 of 31 pass" in out
    assert "ddim_lab, dpmpp_2s: 11 of 11 pass" in out


def test_without_torch_or_with_a_broken_diffusers_nothing_is_passed_over(monkeypatch, capsys) -> None:
    monkeypatch.setattr(samplers, "find_spec", lambda name: None)
    monkeypatch.setattr(peers, "beyond_the_bound", lambda: 1 / 0)
    assert referee() == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "not judged: torch is not installed, so dl.step is not judged (pip install torch, or --alone)"
    assert second == "not judged: diffusers raised ZeroDivisionError: division by zero"


def test_what_it_says_of_diffusers(monkeypatch, capsys) -> None:
    monkeypatch.setattr("ddim_lab.commands.referee.CASES", judging.CASES[:1])
    assert referee() == 0  # its faults are facts about it, not an error here
    out = capsys.readouterr().out
    assert "returns NaN, without a word; ours refuses it" in out
    assert "visits 62 steps" in out
    assert "leading      10  0.7275, explicit Euler over its steps must keep 0.7275  passes" in out
