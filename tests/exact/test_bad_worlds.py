"""Worlds that cannot be, and arguments that do not fit, are refused in words that name the value."""

import subprocess
import sys

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import exact

MEANS, STDS, EYES = np.zeros((2, 3)), [1.0, 1.0], np.stack([np.eye(3)] * 2)
HALVES = [0.5, 0.5]
SCHEDULE = dl.NoiseSchedule.linear(40)
BAD = {
    "weights sum": (lambda: exact.GaussianMixture([0.5, 0.4], MEANS, STDS), "sum to 0.9"),
    "weights negative": (lambda: exact.GaussianMixture([1.5, -0.5], MEANS, STDS), "not be negative, got -0.5"),
    "weights NaN": (lambda: exact.GaussianMixture([0.5, np.nan], MEANS, STDS), "weights must be finite"),
    "weights empty": (lambda: exact.GaussianMixture([], np.zeros((0, 3)), []), "at least one component"),
    "weights 2-D": (lambda: exact.GaussianMixture([HALVES], MEANS, STDS), "weights must be of shape"),
    "means NaN": (lambda: exact.GaussianMixture(HALVES, MEANS * np.nan, STDS), "means must be finite"),
    "means count": (lambda: exact.GaussianMixture(HALVES, np.zeros((3, 3)), STDS), "means must be of shape"),
    "means 3-D": (lambda: exact.GaussianMixture(HALVES, np.zeros((2, 3, 3)), STDS), "means must be of shape"),
    "means ragged": (lambda: exact.GaussianMixture(HALVES, [[1.0], [1.0, 2.0]], STDS), "equally long"),
    "stds count": (lambda: exact.GaussianMixture(HALVES, MEANS, [1.0]), "stds must be 2 numbers"),
    "stds negative": (lambda: exact.GaussianMixture(HALVES, MEANS, [1.0, -1.0]), "stds must be 2 numbers above 0"),
    "stds zero": (lambda: exact.GaussianMixture(HALVES, MEANS, [1.0, 0.0]), "point masses: `empirical`"),
    "covs shape": (lambda: exact.GaussianMixture(HALVES, MEANS, covs=np.eye(3)[None]), r"shape \(2, 3, 3\)"),
    "covs not positive": (lambda: exact.GaussianMixture(HALVES, MEANS, covs=-EYES), "covs must be positive"),
    "covs of numbers": (lambda: exact.GaussianMixture(HALVES, [0.0, 1.0], covs=EYES), "covs need means"),
    "stds and covs": (lambda: exact.GaussianMixture(HALVES, MEANS, STDS, EYES), "either stds or covs, got both"),
    "neither": (lambda: exact.GaussianMixture(HALVES, MEANS), "either stds or covs, got neither"),
    "std negative": (lambda: exact.Gaussian(0.0, -1.0), "std must be at least 0"),
    "std NaN": (lambda: exact.Gaussian(0.0, float("nan")), "std must be finite"),
    "std missing": (lambda: exact.Gaussian(0.0), "either std or cov"),
    "mean infinite": (lambda: exact.Gaussian(np.inf, 1.0), "mean must be finite"),
    "mean 2-D": (lambda: exact.Gaussian(MEANS, cov=np.eye(3)), "mean must be a number or of shape"),
    "mean empty": (lambda: exact.Gaussian([], 1.0), "d at least 1"),
    "cov shape": (lambda: exact.Gaussian([0.0, 0.0], cov=np.eye(3)), r"cov must be of shape \(2, 2\)"),
    "cov indefinite": (lambda: exact.Gaussian([0.0, 0.0], cov=[[1, 2], [2, 1]]), "cov must be positive"),
    "cov singular": (lambda: exact.Gaussian([0.0, 0.0], cov=[[1, 1], [1, 1]]), "cov must be positive"),
    "cov zero": (lambda: exact.Gaussian([0.0, 0.0], cov=np.zeros((2, 2))), "cov must be positive"),
    "cov lopsided": (lambda: exact.Gaussian([0.0, 0.0], cov=[[1, 0.5], [0, 1]]), "symmetric"),
    "cov NaN": (lambda: exact.Gaussian([0.0, 0.0], cov=[[1, 0], [0, np.nan]]), "cov must be finite"),
    "cov of a number": (lambda: exact.Gaussian(0.0, cov=[[1.0]]), "cov needs a mean"),
    "empty set": (lambda: exact.empirical([]), "at least one point"),
    "empty pictures": (lambda: exact.empirical(torch.zeros(0, 1, 28, 28)), "at least one point"),
    "points NaN": (lambda: exact.empirical([[0.0, np.nan]]), "points must be finite"),
    "shape of x": (lambda: exact.Gaussian([0.0, 0.0], 1.0).eps(np.zeros((4, 3)), 0.5), r"ends in \(2,\).*\(4, 3\)"),
    "alpha_bar 0": (lambda: exact.Gaussian(0.0, 1.0).eps(np.zeros(3), 0.0), r"alpha_bar_t must lie in \(0, 1\]"),
    "alpha_bar 2": (lambda: exact.Gaussian(0.0, 1.0).eps(np.zeros(2), np.array([0.5, 2.0])), "got 2.0"),
    "alpha_bar NaN": (
        lambda: exact.Gaussian(0.0, 1.0).eps(torch.zeros(2), torch.tensor([0.5, torch.nan])),
        "finite, got nan",
    ),
    "alpha_bar count": (lambda: exact.Gaussian(0.0, 1.0).eps(np.zeros(3), np.array([0.5, 0.6])), r"of shape \(3,\)"),
    "n": (lambda: exact.Gaussian(0.0, 1.0).sample(0), "n must be at least 1"),
    "eta": (lambda: exact.moments(exact.Gaussian(0.0, 1.0), SCHEDULE, [1, 40], 3.0), "eta = 3.0 is beyond the bound"),
    "sigma-hat": (lambda: exact.moments(exact.Gaussian(0.0, 1.0), SCHEDULE, [1, 40], 0.5, True), "sigma_hat"),
    "tau": (lambda: exact.moments(exact.Gaussian(0.0, 1.0), SCHEDULE, [1, 41]), "within 1..40, got 41"),
    "dimensions": (lambda: exact.w2(exact.Moments(0.0, 1.0), exact.Moments(np.zeros(2), np.eye(2))), "one dimension"),
    "samples": (lambda: exact.sliced_w2(np.zeros((5, 2)), exact.Gaussian([0.0], 1.0)), "samples must be of shape"),
    "noise": (
        lambda: next(exact.rules.walk(lambda x, a: x, 0.0, [(0.5, 0.9)], lambda a, b: (1, 1, 1))),
        "needs fresh noise",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_value_error_in_words(name: str) -> None:
    make, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        make()


def test_wrong_kinds_are_type_errors() -> None:
    wrong = (
        lambda: exact.Gaussian("0", 1.0),
        lambda: exact.Gaussian(0.0, "1"),
        lambda: exact.Gaussian(0.0, 1.0).eps(np.array(["a"]), 0.5),
        lambda: exact.Gaussian(0.0, 1.0).eps(np.zeros(2), None),
        lambda: exact.moments(exact.GaussianMixture([1.0], [0.0], [1.0]), SCHEDULE, [40]),
        lambda: exact.moments(exact.Gaussian(0.0, 1.0), SCHEDULE.alpha_bar, [40]),
        lambda: exact.solvers.closed_ode(exact.empirical([1.0, 2.0]), np.zeros(2), 0.1, 0.9),
    )
    for make in wrong:
        with pytest.raises(TypeError):
            make()


def test_numpy_is_enough() -> None:
    code = (
        "import sys, numpy as np, ddim_lab as dl; w = dl.exact.Gaussian(0.3, 0.5); s = dl.NoiseSchedule.linear(40); "
        "dl.exact.moments(w, s, [1, 40], 0.5); w.eps(np.zeros(3), 0.5); dl.exact.empirical([1., 2.]).sample(3); "
        "dl.exact.chains.lanes(w, s, [1, 40], 5); dl.exact.sliced_w2(w.sample(9), w); dl.exact.error_split(w, s, [40]);"
        "print({'torch', 'scipy', 'sympy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_walk_of_no_transitions_is_no_fault() -> None:
    assert list(exact.rules.walk(lambda x, a: x, np.zeros(3), [], exact.rules.ddim())) == []
    assert list(exact.propagate(exact.Gaussian(0.0, 1.0), np.empty((0, 2)), exact.rules.ddim())) == []
