"""Every public function x the same list of odd inputs: the right result, or a sentence that names the parameter.

Right is what the function gives for the same numbers in float64. `pytest -s tests/test_inputs.py` prints the table.
"""

import dataclasses
import inspect
import pkgutil
import tempfile
import types
import warnings
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import exact, figures
from ddim_lab.exact import chains, gallery, rules, solvers
from ddim_lab.exact.heun import heun
from ddim_lab.figures import film, latents, noising, pixels, reconstruction, strips
from ddim_lab.latents import comparing, interpolation, looks
from ddim_lab.model import weights
from ddim_lab.model.denoiser import Denoiser, TorchEngine
from tests import odd_inputs, tiny

SCHEDULE, TAU = dl.NoiseSchedule.linear(100), np.array([20, 60, 100])
WORLD, PLANE = exact.Gaussian(0.3, 0.5), exact.Gaussian([0.1, 0.2], 0.5)
X = (torch.arange(32, dtype=torch.float64) / 16 - 1).reshape(2, 1, 4, 4)  # the same numbers in every dtype
Y, MASK = X.flip(0) * 0.75 + 0.125, torch.arange(16).reshape(4, 4) > 7
PICTURES = torch.linspace(-1, 1, 2 * 784).reshape(2, 1, 28, 28).double()
RUN = {"denoiser": WORLD.eps, "schedule": SCHEDULE, "tau": TAU}
PAIRS = dl.Run(SCHEDULE, TAU).levels
P, Q = exact.Moments(0.1, 0.5), exact.Moments(0.2, 0.4)
STEPS = list(dl.sample(WORLD.eps, X, SCHEDULE, TAU, 0.5))
FOLDER = tempfile.TemporaryDirectory()
SHEET = Path(FOLDER.name) / "sheet.png"
SMALL = Denoiser(TorchEngine(tiny.random_unet(tiny.SMALL), torch.device("cpu")))
SCHEDULER = types.SimpleNamespace(
    alphas_cumprod=torch.from_numpy(SCHEDULE.alpha_bar[1:].copy()), config={"prediction_type": "epsilon"}
)


def network(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return 0.5 * x


def of_steps(draw: Callable[..., Any], part: str) -> Callable[..., Any]:
    """A figure of records, as a function of one of their tensors."""
    return lambda pictures: draw([dataclasses.replace(STEPS[0], **{part: pictures})])


# name -> (function, arguments that are right). Every argument meets every odd input.
TABLE: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "NoiseSchedule": (dl.NoiseSchedule, {"alpha_bar": [1.0, 0.7, 0.2]}),
    "NoiseSchedule.from_betas": (dl.NoiseSchedule.from_betas, {"betas": [0.1, 0.2, 0.3]}),
    "NoiseSchedule.linear": (dl.NoiseSchedule.linear, {"T": 9, "beta_start": 0.01, "beta_end": 0.3}),
    "NoiseSchedule.scaled_linear": (dl.NoiseSchedule.scaled_linear, {"T": 9, "beta_start": 0.01, "beta_end": 0.3}),
    "NoiseSchedule.sigmoid": (dl.NoiseSchedule.sigmoid, {"T": 9, "beta_start": 0.01, "beta_end": 0.3, "span": 4.0}),
    "NoiseSchedule.cosine": (dl.NoiseSchedule.cosine, {"T": 9, "s": 0.008, "beta_max": 0.9}),
    "NoiseSchedule.flow": (dl.NoiseSchedule.flow, {"T": 9}),
    "NoiseSchedule.zero_snr": (dl.NoiseSchedule.zero_snr, {"T": 9, "beta_start": 0.01, "beta_end": 0.3}),
    "Run": (
        dl.Run,
        {"schedule": SCHEDULE, "tau": TAU, "eta": 0.5, "sigma_hat": False, "clip": "none", "solver": "ddim"},
    ),
    "Run.fit": (dl.Run.fit, {"schedule": SCHEDULE, "tau": TAU, "eta": 0.5, "sigma_hat": False, "clip": "none"}),
    "Run.named": (dl.Run.named, {"eta": 0.5, "S": 3, "spacing": "leading", "schedule": "linear", "T": 9}),
    "coefficients": (dl.coefficients, {"alpha_bar_t": 0.3, "alpha_bar_prev": 0.6, "eta": 0.5, "sigma_hat": False}),
    "eta_max": (dl.eta_max, {"alpha_bar_t": [0.3, 0.2], "alpha_bar_prev": [0.6, 0.6]}),
    "initial_noise": (dl.initial_noise, {"n": 2, "shape": (3,), "seed": 1, "first": 0}),
    "fresh_noise": (dl.fresh_noise, {"n": 2, "shape": (3,), "j": 1, "seed": 1, "first": 0}),
    **{
        f"spacing.{rule.__name__}": (rule, {"T": 9, "S": 3})
        for rule in (dl.spacing.trailing, dl.spacing.leading, dl.spacing.linspace, dl.spacing.quadratic)
    },
    "spacing.named": (dl.spacing.named, {"kind": "leading", "T": 9, "S": 3}),
    "spacing.custom": (dl.spacing.custom, {"steps": TAU, "T": 100}),
    "step": (
        dl.step,
        {"x_t": X, "eps": Y, "alpha_bar_t": 0.3, "alpha_bar_prev": [0.6, 0.7], "eta": 0.5, "clip": "none", "z": Y},
    ),
    "sample": (dl.sample, {**RUN, "x_T": X, "eta": 0.5, "sigma_hat": False, "clip": "none", "seed": 1, "first": 2}),
    "sample, 2M": (dl.sample, {**RUN, "x_T": X, "solver": "dpmpp_2m", "start": 60}),
    "sample, 2S": (dl.sample, {**RUN, "x_T": X, "solver": "dpmpp_2s"}),
    "encode": (dl.encode, {**RUN, "x_0": X, "implicit": False, "tol": 1e-8, "max_rounds": 9}),
    "encode, implicit": (partial(dl.encode, implicit=True), {**RUN, "x_0": X}),
    "edit": (dl.edit, {**RUN, "x_0": X, "start": 60, "eta": 0.5, "seed": 1, "first": 2}),
    "edit, encoded": (dl.edit, {**RUN, "x_0": X, "start": 60, "encoder": WORLD.eps, "implicit": False}),
    "inpaint": (dl.inpaint, {**RUN, "x_0": X, "mask": MASK, "eta": 0.5, "resamples": 2, "seed": 1, "first": 2}),
    "interpolate": (dl.interpolate, {"code_0": X, "code_1": Y, "weight": 0.4}),
    "latents.straight": (interpolation.straight, {"code_0": X, "code_1": Y, "weight": [0.4, 0.6]}),
    "latents.grid": (interpolation.grid, {"corners": torch.cat([X, Y]), "n": 3}),
    "latents.noise_off": (comparing.noise_off, {**RUN, "x_T": X, "eta": 1.0}),
    "latents.look": (looks.look, {"code": X[:1]}),
    "latents.lengths": (looks.lengths, {"codes": X}),
    "latents.squared_errors": (looks.squared_errors, {"pictures": X, "x_0": Y}),
    "adapt": (dl.adapt, {"network": network, "predicts": "v", "schedule": SCHEDULE, "time": "index", "first": 0}),
    "adapt(...)": (dl.adapt(network, schedule=SCHEDULE), {"x_t": X, "alpha_bar_t": float(SCHEDULE.alpha_bar[60])}),
    "from_diffusers": (dl.from_diffusers, {"unet": network, "scheduler": SCHEDULER}),
    "exact.Gaussian": (exact.Gaussian, {"mean": [0.1, 0.2], "cov": [[1.0, 0.5], [0.5, 1.0]]}),
    "exact.Gaussian, std": (exact.Gaussian, {"mean": 0.1, "std": 0.5}),
    "exact.GaussianMixture": (exact.GaussianMixture, {"weights": [0.5, 0.5], "means": [0.0, 1.0], "stds": [0.5, 0.6]}),
    "exact.empirical": (exact.empirical, {"points": X}),
    "World.eps": (WORLD.eps, {"x_t": X, "alpha_bar_t": [0.5, 0.6]}),
    "World.score": (PLANE.score, {"x_t": X[0, 0, :, :2], "alpha_bar_t": 0.5}),
    "World.log_density": (WORLD.log_density, {"x": X, "alpha_bar_t": 0.5}),
    "World.density": (WORLD.density, {"x": X, "alpha_bar_t": 0.5}),
    "World.sample": (WORLD.sample, {"n": 3, "seed": 1, "alpha_bar_t": 0.5}),
    "exact.moments": (exact.moments, {"world": WORLD, "schedule": SCHEDULE, "tau": TAU, "eta": 0.5, "solver": "ddim"}),
    "exact.solved": (exact.solved, {"world": WORLD, "run": dl.Run(SCHEDULE, TAU)}),
    "exact.propagate": (exact.propagate, {"world": WORLD, "levels": PAIRS.copy(), "rule": rules.ddim()}),
    "exact.marginal": (exact.marginal, {"world": WORLD, "alpha_bar_t": 0.5}),
    "exact.levels_of": (exact.levels_of, {"schedule": SCHEDULE, "tau": TAU}),
    "exact.w2": (exact.w2, {"p": P, "q": Q}),
    "exact.kl": (exact.kl, {"p": P, "q": Q}),
    "exact.sliced_w2": (
        partial(exact.sliced_w2, pool=2, repeats=1),
        {"samples": X.flatten(), "world": WORLD, "alpha_bar_t": 0.5, "directions": 3, "seed": 1},
    ),
    "exact.error_split": (exact.error_split, {"world": WORLD, "schedule": SCHEDULE, "tau": TAU, "eta": 0.5}),
    "chains.forward": (chains.forward, {"x_0": 0.5, "schedule": SCHEDULE, "tau": TAU, "eta": 0.5, "n": 3, "seed": 1}),
    "chains.lanes": (chains.lanes, {"world": WORLD, "schedule": SCHEDULE, "tau": TAU, "n": 3, "seed": 1}),
    "solvers.closed_ode": (solvers.closed_ode, {"world": WORLD, "x": X, "alpha_bar_from": 0.1, "alpha_bar_to": 1.0}),
    "solvers.reference_ode": (
        solvers.reference_ode,
        {"world": WORLD, "x": X, "alpha_bar_from": 0.1, "alpha_bar_to": 0.9, "steps": 3},
    ),
    "solvers.convergence_order": (solvers.convergence_order, {"steps": [10, 20, 40], "errors": [0.1, 0.04, 0.01]}),
    "exact.heun": (heun, {"denoiser": WORLD.eps, "x_T": X, "levels": PAIRS.copy()}),
    "rules.walk": (partial(rules.walk, rule=rules.ddim()), {"denoiser": WORLD.eps, "x_T": X, "levels": PAIRS.copy()}),
    "Denoiser": (SMALL, {"x_t": PICTURES, "alpha_bar_t": 0.5, "label": [1, 2], "guidance": 2.0}),
    "load_denoiser": (
        dl.load_denoiser,
        {"device": "cpu", "engine": "torch", "path": weights.UNET, "threads": 1},
    ),
    "gallery.named": (gallery.named, {"name": "ring"}),
    "figures.save": (figures.save, {"path": str(SHEET), "pictures": X, "columns": 2, "zoom": 1}),
    "figures.to_grey": (pixels.to_grey, {"values": X}),
    "figures.shown": (pixels.shown, {"values": X}),
    "figures.results": (lambda pictures: film.results({"a": pictures}), {"pictures": X}),
    "figures.tiles": (lambda pictures: film.tiles({"a": pictures}), {"pictures": X[0]}),
    "figures.film": (of_steps(lambda steps: film.film({"a": steps}), "x_t"), {"pictures": X}),
    "figures.three_terms": (of_steps(film.three_terms, "noise_term"), {"pictures": X}),
    "figures.strips": (lambda pictures: strips.strips({"a": pictures}), {"pictures": X}),
    "figures.walk": (of_steps(strips.walk, "x0"), {"pictures": X}),
    "figures.square": (latents.square, {"pictures": torch.stack([X, Y])}),
    "figures.code_sphere": (latents.code_sphere, {"code_0": X[:1], "code_1": Y[:1]}),
    "figures.noised_at": (
        partial(noising.noised_at, schedule=SCHEDULE, times=[0, 50]),
        {"picture": X[0], "noise": Y[0]},
    ),
    "figures.over_time": (
        partial(noising.over_time, schedules={"linear": SCHEDULE}, times=[0, 50]),
        {"picture": X[0], "noise": Y[0]},
    ),
    "figures.at_time": (
        partial(noising.at_time, schedules={"linear": SCHEDULE}, t=50),
        {"picture": X[0], "noise": Y[0]},
    ),
    "figures.rows": (
        lambda x_0, pictures: reconstruction.rows(x_0, {"a": pictures}),
        {"x_0": X, "pictures": Y},
    ),
}
ALSO_CALLED = {  # what a sentence calls a parameter, where the lab has another word for it
    ("spacing.custom", "steps"): "tau",
    ("spacing.named", "kind"): "spacing",
    ("gallery.named", "name"): "world",
    ("from_diffusers", "unet"): "network",
    ("figures.to_grey", "values"): "pictures",
    ("figures.shown", "values"): "pictures",
}
RECORDS = {
    "Step",
    "Coefficients",
    "exact.Moments",
    "exact.Sliced",
    "exact.Split",
    "exact.World",
}  # made by the lab alone

PARTS = {"strip", "held", "of_image", "row_of"}  # what other figures are drawn with


def outcome(function: Callable[..., Any], arguments: dict[str, Any], name: str, value: Any) -> tuple[bool, Any]:
    """(True, the numbers) or (False, the error)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return True, odd_inputs.numbers_of(function(**{**arguments, name: value}))
    except Exception as error:
        return False, error


@lru_cache(64)
def of_same_numbers(key: str, name: str, dtype: str, shape: tuple[int, ...], values: bytes) -> tuple[bool, Any]:
    """The outcome for a float64 tensor, kept for the next dtype that holds the same numbers."""
    tensor = torch.from_numpy(np.frombuffer(values, dtype).reshape(shape).copy())
    return outcome(*TABLE[key], name, tensor)


def in_float64(key: str, name: str, value: Any) -> tuple[bool, Any]:
    plain = odd_inputs.plain(value)
    if not isinstance(plain, torch.Tensor):
        return outcome(*TABLE[key], name, plain)
    numbers = plain.numpy()
    return of_same_numbers(key, name, numbers.dtype.str, numbers.shape, numbers.tobytes())


def default_of(function: Callable[..., Any], name: str) -> Any:
    parameter = inspect.signature(function).parameters.get(name)
    return inspect.Parameter.empty if parameter is None else parameter.default


def judged(key: str, name: str, value: Any) -> tuple[str, str]:
    """("right" or "refused", what is wrong with it) of one odd input."""
    function, arguments = TABLE[key]
    taken, result = outcome(function, arguments, name, value)
    if not taken:
        return "refused", odd_inputs.is_sentence(result, ALSO_CALLED.get((key, name), name))
    if value is default_of(function, name):
        return "right", ""
    if isinstance(value, bool) and isinstance(arguments[name], bool):
        return "right", ""
    if value is None or isinstance(value, bool | str | dict) or type(value) is object:
        return "right", f"took {value!r}"
    known, wanted = in_float64(key, name, value)
    if not known:
        return "right", f"took what it refuses in float64: {wanted}"
    return "right", "" if odd_inputs.is_right(result, wanted, value) else "another result than in float64"


@pytest.mark.slow
@pytest.mark.parametrize("key", TABLE)
def test_an_odd_input_is_taken_rightly_or_refused_in_words(key: str) -> None:
    function, arguments = TABLE[key]
    assert outcome(function, arguments, *next(iter(arguments.items())))[0], "what is right is taken"
    counts, faults = Counter(), []
    for name, good in arguments.items():
        for version, value in odd_inputs.odd(good):
            if callable(value) and callable(good):
                continue  # what a function does when called is its own affair
            how, wrong = judged(key, name, value)
            counts[how] += 1
            faults += [f"{name} = {version}: {how}, {wrong}"] if wrong else []
    print(f"{key:28} {counts['right']:4} right {counts['refused']:4} refused   {', '.join(arguments)}")
    assert not faults, "\n".join(faults)


def public(module: types.ModuleType) -> dict[str, Any]:
    """What a module offers of its own, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and value.__module__.startswith(module.__name__)
    }


def takes_pictures(function: Any) -> bool:
    annotations = [str(parameter.annotation) for parameter in inspect.signature(function).parameters.values()]
    return inspect.isfunction(function) and any("Tensor" in text or "Step]" in text for text in annotations)


def test_no_public_function_is_left_out() -> None:
    walked = {key.partition(",")[0] for key in TABLE}
    assert set(dl.__all__) - {"spacing", "last"} - RECORDS <= walked  # `last` takes any iterator
    assert {f"exact.{name}" for name in public(exact)} - RECORDS <= walked
    modules = [import_module(f"ddim_lab.figures.{name}") for _, name, _ in pkgutil.iter_modules(figures.__path__)]
    drawn = {name for module in modules for name, value in public(module).items() if takes_pictures(value)}
    assert drawn - PARTS <= {key.rpartition(".")[2] for key in walked}
