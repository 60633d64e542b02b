"""What `sample`, `encode`, `step` and `last` refuse, how they say it, and when."""

import math

import numpy as np
import pytest
import torch

import ddim_lab as dl
from tests import oracles

LINEAR = dl.NoiseSchedule.linear(100)
TAU = dl.spacing.trailing(100, 5)
WORLD = oracles.gaussian_denoiser(0.3, 0.5)
X_T = dl.initial_noise(2, (1, 4, 4))
NAN = torch.where(torch.arange(16).reshape(4, 4) == 5, torch.nan, X_T)


def never(x: torch.Tensor, a: float) -> torch.Tensor:
    raise AssertionError("the denoiser must not run before the arguments are checked")


AT_THE_CALL = [
    ({"x_T": NAN}, ValueError, "x_T must be finite.*2 NaN"),
    ({"x_T": X_T / 0}, ValueError, "x_T must be finite"),
    ({"x_T": torch.ones(2, 3, dtype=torch.int64)}, TypeError, "x_T.*int64"),
    ({"x_T": torch.ones(2, 3, dtype=torch.bool)}, TypeError, "x_T.*bool"),
    ({"x_T": torch.ones(2, 3, dtype=torch.complex64)}, TypeError, "x_T.*complex64"),
    ({"x_T": X_T.numpy()}, TypeError, "x_T.*ndarray"),
    ({"x_T": torch.ones(0, 3)}, ValueError, r"x_T.*\(0, 3\)"),
    ({"x_T": torch.tensor(1.0)}, ValueError, r"x_T.*\(\)"),
    ({"schedule": LINEAR.alpha_bar}, TypeError, "schedule.*ndarray"),
    ({"denoiser": None}, TypeError, "denoiser.*NoneType"),
    ({"tau": [1, 5, 5]}, ValueError, "5 is followed by 5"),
    ({"tau": [5, 3]}, ValueError, "5 is followed by 3"),
    ({"tau": [0, 3]}, ValueError, r"1\.\.100, got 0"),
    ({"tau": [3, 101]}, ValueError, r"1\.\.100, got 101"),
    ({"tau": []}, ValueError, "at least one"),
    ({"tau": 10}, TypeError, "got 10"),
    ({"tau": [1.5]}, TypeError, r"must be integers, got 1.5 \(float\)"),
    ({"tau": [True]}, TypeError, "must be integers, got True"),
    ({"tau": [1, 2**70]}, ValueError, f"1..100, got {2**70}"),
    ({"tau": [[1, 2], [3]]}, TypeError, "one sequence of steps"),
]
ONLY_DOWN = [
    ({"eta": -0.1}, ValueError, "eta must be at least 0, got -0.1"),
    ({"eta": math.nan}, ValueError, "eta.*nan"),
    ({"eta": math.inf}, ValueError, "eta.*inf"),
    ({"eta": "1"}, TypeError, "eta.*'1'"),
    ({"eta": True}, TypeError, "eta.*True"),
    ({"eta": [0.0]}, TypeError, r"eta.*\[0.0\]"),
    ({"sigma_hat": True}, ValueError, "sigma_hat.*eta = 0.0"),
    ({"sigma_hat": True, "eta": 0.5}, ValueError, "sigma_hat.*eta = 0.5"),
    ({"sigma_hat": 1, "eta": 1.0}, TypeError, "sigma_hat.*1"),
    ({"clip": "clamp"}, ValueError, "'clamp'"),
    ({"clip": None}, TypeError, "None"),
    ({"seed": -1}, ValueError, "seed.*-1"),
    ({"seed": 1.0}, TypeError, "seed.*1.0"),
    ({"first": -2}, ValueError, "first.*-2"),
    ({"first": "0"}, TypeError, "first.*'0'"),
]
ONLY_UP = [
    ({"implicit": 1}, TypeError, "implicit.*1"),
    ({"tol": 0.0}, ValueError, "tol.*0.0"),
    ({"max_rounds": 0}, ValueError, "max_rounds.*0"),
]


@pytest.mark.parametrize(("change", "error", "names"), AT_THE_CALL + ONLY_DOWN)
def test_sample_refuses_at_the_call(change: dict, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        dl.sample(**{"denoiser": never, "x_T": X_T, "schedule": LINEAR, "tau": TAU, **change})


@pytest.mark.parametrize(("change", "error", "names"), AT_THE_CALL + ONLY_UP)
def test_encode_refuses_at_the_call(change: dict, error: type[Exception], names: str) -> None:
    arguments = {"denoiser": never, "x_T": X_T, "schedule": LINEAR, "tau": TAU, **change}
    arguments["x_0"] = arguments.pop("x_T")
    with pytest.raises(error, match=names.replace("x_T", "x_0")):
        dl.encode(**arguments)


def test_eta_beyond_the_bound_names_the_transition_and_the_bound() -> None:
    levels = oracles.pairs(LINEAR.alpha_bar, TAU)
    bounds = [math.sqrt((1 - a) / (1 - a / b)) if b < 1 else math.inf for a, b in levels]
    worst = int(np.argmin(bounds))
    t, t_prev = dl.spacing.transitions(TAU)[worst]
    with pytest.raises(ValueError, match=f"eta = 1.4 .*{bounds[worst]:.6g}.*{t} -> {t_prev}"):
        dl.sample(never, X_T, LINEAR, TAU, eta=1.4)
    with pytest.raises(ValueError, match="beyond the bound"):
        dl.sample(never, X_T, LINEAR, TAU, eta=bounds[worst] * (1 + 1e-11))
    last = dl.last(dl.sample(WORLD, X_T.double(), LINEAR, TAU, eta=bounds[worst] * (1 + 0.9e-12)))
    assert torch.isfinite(last.x_prev).all()
    assert dl.last(dl.sample(WORLD, X_T, LINEAR, [100], eta=1e200)).x_prev.isfinite().all(), "one jump has no bound"


@pytest.mark.parametrize("walk", [dl.sample, dl.encode])
@pytest.mark.parametrize(
    ("denoiser", "error", "names"),
    [
        (lambda x, a: x[:1], ValueError, r"\(2, 1, 4, 4\).*\(1, 1, 4, 4\)"),
        (lambda x, a: x[..., 0], ValueError, r"got \(2, 1, 4\)"),
        (lambda x, a: x.mean(), ValueError, r"got \(\)"),
        (lambda x, a: x * math.nan, ValueError, "eps must be finite, it holds 32 NaN"),
        (lambda x, a: x / 0, ValueError, "eps must be finite"),
        (lambda x, a: NAN, ValueError, "eps.*2 NaN"),
        (lambda x, a: (x, x), TypeError, "eps.*tuple"),
        (lambda x, a: x.numpy(), TypeError, "eps.*ndarray"),
    ],
)
def test_what_a_denoiser_must_not_return(walk, denoiser, error: type[Exception], names: str) -> None:
    steps = walk(denoiser, X_T, LINEAR, TAU)
    with pytest.raises(error, match=names):
        next(steps)


def test_an_overflow_is_told_where_it_happens() -> None:
    huge = torch.finfo(torch.float32).max
    steps = dl.sample(lambda x, a: torch.full_like(x, huge), X_T, LINEAR, [50, 100])
    with pytest.raises(ValueError, match="x_prev of the transition 100 -> 50 must be finite, it holds 32"):
        next(steps)
    with pytest.raises(ValueError, match="x_t of the transition 0 -> 50 must be finite"):
        next(dl.encode(lambda x, a: torch.full_like(x, huge), torch.full_like(X_T, 0.9 * huge), LINEAR, [50, 100]))


EPS = torch.zeros_like(X_T)
STEP = {"x_t": X_T, "eps": EPS, "alpha_bar_t": 0.5, "alpha_bar_prev": 0.7}


@pytest.mark.parametrize(
    ("change", "error", "names"),
    [
        ({"eta": 0.5}, ValueError, "z is None, but sigma = 0.2"),
        ({"eta": np.array([0.0, 0.5])}, ValueError, "z is None"),
        ({"eta": 1.0, "sigma_hat": True}, ValueError, "z is None"),
        ({"eta": 2.0, "z": EPS}, ValueError, "eta = 2.0 is beyond"),
        ({"eta": -1.0}, ValueError, "got -1.0"),
        ({"eta": math.nan}, ValueError, "eta.*nan"),
        ({"eta": "1"}, TypeError, "eta.*'1'"),
        ({"sigma_hat": True}, ValueError, "sigma_hat"),
        ({"clip": "both"}, ValueError, "'both'"),
        ({"alpha_bar_t": 0.7}, ValueError, "0.7 and 0.7"),
        ({"alpha_bar_t": 0.8}, ValueError, "0.8 and 0.7"),
        ({"alpha_bar_t": 0.0}, ValueError, "alpha_bar_t 0.0"),
        ({"alpha_bar_prev": 1.5}, ValueError, "1.5"),
        ({"alpha_bar_t": math.nan}, ValueError, "alpha_bar_t.*nan"),
        ({"alpha_bar_t": [0.1, 0.2, 0.3]}, ValueError, r"alpha_bar_t.*\(2,\).*\(3,\)"),
        ({"alpha_bar_t": [0.1, 0.75]}, ValueError, "0.75 and 0.7"),
        ({"alpha_bar_prev": None}, TypeError, "alpha_bar_prev.*None"),
        ({"x_t": NAN}, ValueError, "x_t must be finite"),
        ({"x_t": NAN, "clip": "keep_eps"}, ValueError, "x_t must be finite"),
        ({"eps": NAN}, ValueError, "eps must be finite"),
        ({"eps": EPS + math.inf, "clip": "rederive_eps"}, ValueError, "eps must be finite"),
        ({"eta": 0.5, "z": NAN}, ValueError, "z must be finite"),
        ({"eta": 0.5, "z": EPS[:1]}, ValueError, "z must have the shape"),
        ({"eta": 0.5, "z": 0.0}, TypeError, "z.*float"),
        ({"x_t": X_T.long()}, TypeError, "x_t.*int64"),
        ({"x_t": [0.0]}, TypeError, "x_t.*list"),
        ({"eps": EPS[..., :2]}, ValueError, r"\(2, 1, 4, 2\)"),
        ({"eps": None}, TypeError, "eps.*NoneType"),
    ],
)
def test_step_refuses(change: dict, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        dl.step(**{**STEP, **change})


def test_last_of_nothing() -> None:
    steps = dl.sample(WORLD, X_T, LINEAR, TAU)
    dl.last(steps)
    with pytest.raises(ValueError, match="yielded no step"):
        dl.last(steps)
    with pytest.raises(TypeError, match="records must be an Iterable, got 5"):
        dl.last(5)  # type: ignore[arg-type]
