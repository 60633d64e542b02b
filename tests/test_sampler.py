"""The walk down and the single step: records, randomness, clipping, gradients, laziness."""

import dataclasses
import itertools
import math
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import ddim_lab as dl
from tests import oracles

LINEAR = dl.NoiseSchedule.linear()
WORLD = oracles.mixture_denoiser([0.3, 0.7], [-0.9, 0.8], [0.3, 0.4])
WIDE = oracles.gaussian_denoiser(0.3, 1.2)  # believes beyond [-1, 1]
CLIPS = ("none", "keep_eps", "rederive_eps")
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]
TENSORS = ("x_t", "eps_model", "eps", "x0", "x0_term", "direction_term", "noise_term", "x_prev")


def start(n: int = 3, shape: tuple[int, ...] = (1, 4, 4), seed: int = 0, first: int = 0) -> Tensor:
    return dl.initial_noise(n, shape, seed, first).double()


def levels_of(step: dl.Step) -> tuple[float, float]:
    return float(LINEAR.alpha_bar[step.t]), float(LINEAR.alpha_bar[step.t_prev])


RUNS = st.fixed_dictionaries(
    {
        "tau": st.sets(st.integers(1, 1000), min_size=1, max_size=6).map(sorted),
        "eta": st.floats(0, 1),
        "clip": st.sampled_from(CLIPS),
        "seed": st.integers(0, 2**40),
        "first": st.integers(0, 200),
    }
)


@given(run=RUNS)
@settings(max_examples=60)
def test_the_record_of_any_run(run: dict) -> None:
    x_T = start(2, (3,), run["seed"], run["first"])
    steps = list(dl.sample(WIDE, x_T, LINEAR, eta=run["eta"], **{k: v for k, v in run.items() if k != "eta"}))
    visited = [0, *run["tau"]]
    assert [(s.t, s.t_prev) for s in steps] == list(zip(visited[:0:-1], visited[-2::-1], strict=True))
    assert steps[0].x_t is x_T
    assert all(before.x_prev is after.x_t for before, after in itertools.pairwise(steps))
    for j, s in enumerate(steps, start=1):
        a, b = levels_of(s)
        sigma = oracles.sigma(a, b, run["eta"])
        assert torch.equal(s.x0_term + s.direction_term + s.noise_term, s.x_prev)
        close = {"rtol": 1e-9, "atol": 1e-9}
        torch.testing.assert_close(s.x0_term, math.sqrt(b) * s.x0, **close)
        torch.testing.assert_close(s.direction_term, math.sqrt(max(1 - b - sigma**2, 0)) * s.eps, rtol=1e-7, atol=1e-7)
        z = dl.fresh_noise(2, (3,), j, run["seed"], run["first"])
        torch.testing.assert_close(s.noise_term, sigma * z, **close)
        torch.testing.assert_close(s.eps_model, WIDE(s.x_t, a), rtol=0, atol=0)
        if run["clip"] != "keep_eps":  # there x_0 and eps no longer add up to x_t
            torch.testing.assert_close(math.sqrt(a) * s.x0 + math.sqrt(1 - a) * s.eps, s.x_t, **close)
    assert torch.equal(steps[-1].x_prev, steps[-1].x0), "the last transition lands on predicted x_0"
    assert not steps[-1].noise_term.any()


@given(run=RUNS, other=st.floats(0, 1))
@settings(max_examples=40)
def test_randomness_does_not_depend_on_batch_or_eta(run: dict, other: float) -> None:
    """The same image whatever the batch; a first eta, another, and the first again give the first pixels."""
    arguments = {key: run[key] for key in ("clip", "seed")}
    whole_T = start(5, (3,), run["seed"], run["first"])

    def walk(eta: float, low: int = 0, high: int = 5) -> list[dl.Step]:
        first = run["first"] + low
        return list(dl.sample(WORLD, whole_T[low:high], LINEAR, run["tau"], eta, first=first, **arguments))

    whole, elsewhere, again, part = walk(run["eta"]), walk(other), walk(run["eta"]), walk(run["eta"], 1, 3)
    for one, two, repeat, window in zip(whole, elsewhere, again, part, strict=True):
        for name in TENSORS:
            assert torch.equal(getattr(one, name), getattr(repeat, name))
            torch.testing.assert_close(getattr(window, name), getattr(one, name)[1:3], rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(other * one.noise_term, run["eta"] * two.noise_term, rtol=1e-9, atol=1e-12)
    assert torch.equal(whole[0].x0, elsewhere[0].x0), "the first belief precedes all noise"


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("hat", [False, True])
def test_grouping_by_coefficient(clip: str, hat: bool) -> None:
    """k x_0 + m x_t + sigma z: the same step, but under keep_eps, where only the grouping by meaning holds."""
    different = 0.0
    for s in dl.sample(WIDE, start(), LINEAR, dl.spacing.trailing(1000, 10), float(hat), hat, clip):
        c = dl.coefficients(*levels_of(s), float(hat), hat)
        different = max(different, float((c.k * s.x0 + c.m * s.x_t + s.noise_term - s.x_prev).abs().max()))
    assert different > 1e-3 if clip == "keep_eps" else different < 1e-12


@pytest.mark.parametrize("clip", CLIPS)
def test_clipping_as_stated(clip: str) -> None:
    touched = False
    for s in dl.sample(WIDE, 2 * start(), LINEAR, dl.spacing.trailing(1000, 10), clip=clip):
        a, _ = levels_of(s)
        raw = (s.x_t - math.sqrt(1 - a) * s.eps_model) / math.sqrt(a)
        touched |= bool((raw.abs() > 1).any())
        torch.testing.assert_close(s.x0, raw if clip == "none" else raw.clamp(-1, 1), rtol=1e-12, atol=1e-12)
        if clip == "rederive_eps":
            wanted = (s.x_t - math.sqrt(a) * raw.clamp(-1, 1)) / math.sqrt(1 - a)
            torch.testing.assert_close(s.eps, wanted, rtol=1e-10, atol=1e-10)
        else:
            assert torch.equal(s.eps, s.eps_model)
    assert touched


def test_sigma_hat_enters_the_noise_only() -> None:
    tau = dl.spacing.trailing(1000, 10)
    plain, hat = (list(dl.sample(WORLD, start(), LINEAR, tau, 1.0, sigma_hat)) for sigma_hat in (False, True))
    a, b = levels_of(hat[0])
    z = dl.fresh_noise(3, (1, 4, 4), 1)
    assert torch.equal(plain[0].direction_term, hat[0].direction_term)
    torch.testing.assert_close(hat[0].noise_term, math.sqrt(1 - a / b) * z, rtol=1e-12, atol=1e-12)
    assert not hat[-1].noise_term.any()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("returned", [torch.float32, torch.float64])
@pytest.mark.parametrize("clip", CLIPS)
def test_the_dtype_of_x_T_is_kept(dtype: torch.dtype, returned: torch.dtype, clip: str) -> None:
    seen = []

    def denoiser(x: Tensor, a: float) -> Tensor:
        seen.append((x.dtype, type(a)))
        assert 0 < a < 1
        return WORLD(x, a).to(returned)

    for s in dl.sample(denoiser, start().to(dtype), LINEAR, [10, 500, 1000], 0.7, clip=clip):
        assert {getattr(s, name).dtype for name in TENSORS} == {dtype}
    assert seen == [(dtype, float)] * 3


def test_float64_is_float64_throughout() -> None:
    """The noise is drawn in float64 and stays so: float32 anywhere would show at 1e-8."""
    s = next(dl.sample(WORLD, start(), LINEAR, [500, 1000], 1.0))
    a, b = levels_of(s)
    exact = oracles.sigma(a, b, 1.0) * dl.fresh_noise(3, (1, 4, 4), 1)
    assert float((s.noise_term - exact).abs().max()) < 1e-15


@pytest.mark.parametrize("device", DEVICES)
def test_device_changes_no_noise(device: str) -> None:
    tau, x_T = [1, 300, 1000], dl.initial_noise(2, (5,))
    here = list(dl.sample(oracles.gaussian_denoiser(0.3, 0.5), x_T, LINEAR, tau, 0.8, clip="rederive_eps"))
    there = list(dl.sample(oracles.gaussian_denoiser(0.3, 0.5), x_T.to(device), LINEAR, tau, 0.8, clip="rederive_eps"))
    for one, two in zip(here, there, strict=True):
        assert two.x_prev.device.type == device
        torch.testing.assert_close(one.noise_term, two.noise_term.cpu(), rtol=1e-6, atol=1e-7)
        torch.testing.assert_close(one.x_prev, two.x_prev.cpu(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("walk", [dl.sample, dl.encode])
def test_the_callers_gradient_mode_is_the_callers(mode: bool, walk) -> None:
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)

    def denoiser(x: Tensor, a: float) -> Tensor:
        assert not torch.is_grad_enabled()
        with torch.enable_grad():
            return scale * WORLD(x, a)  # even a denoiser that records is not recorded

    with torch.set_grad_enabled(mode):
        for s in walk(denoiser, start().requires_grad_(), LINEAR, [10, 500, 1000]):
            assert torch.is_grad_enabled() == mode
            made = (s.eps_model, s.eps, s.x0, s.x0_term, s.direction_term, s.noise_term)
            assert not any(tensor.requires_grad for tensor in made)
        assert not (s.x_prev if walk is dl.sample else s.x_t).requires_grad
        with pytest.raises(RuntimeError, match="stop"):
            next(walk(lambda x, a: (_ for _ in ()).throw(RuntimeError("stop")), start(), LINEAR, [10]))
        assert torch.is_grad_enabled() == mode


@pytest.mark.parametrize("walk", [dl.sample, dl.encode])
def test_stopping_stops_the_work(walk) -> None:
    calls = []

    def denoiser(x: Tensor, a: float) -> Tensor:
        calls.append(a)
        return WORLD(x, a)

    steps = walk(denoiser, start(), LINEAR, dl.spacing.trailing(1000, 50))
    assert iter(steps) is steps
    assert not calls
    for _ in itertools.islice(steps, 3):
        pass
    assert len(calls) == 3
    next(steps)
    assert len(calls) == 4


def test_what_is_not_kept_is_freed() -> None:
    tau, alive, most = dl.spacing.trailing(1000, 40), [], 0
    for s in dl.sample(WORLD, start(), LINEAR, tau, 0.5):
        alive.append(weakref.ref(s.x0))
        most = max(most, sum(ref() is not None for ref in alive))
    assert len(alive) == 40
    assert most <= 2


def test_records_cannot_be_changed() -> None:
    s = dl.last(dl.sample(WORLD, start(), LINEAR, [5]))
    with pytest.raises(dataclasses.FrozenInstanceError):
        s.x0 = s.x_t  # type: ignore[misc]


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize(("eta", "hat"), [(0.0, False), (0.6, False), (1.0, True)])
def test_step_is_the_step_of_sample(clip: str, eta: float, hat: bool) -> None:
    for j, s in enumerate(dl.sample(WIDE, start(), LINEAR, dl.spacing.leading(1000, 7), eta, hat, clip), start=1):
        z = dl.fresh_noise(3, (1, 4, 4), j)
        alone = dl.step(s.x_t, s.eps_model, *levels_of(s), eta, hat, clip, z)
        assert (alone.t, alone.t_prev) == (None, None)
        assert all(torch.equal(getattr(alone, name), getattr(s, name)) for name in TENSORS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("wrap", [np.array, lambda values: torch.tensor(values, dtype=torch.float64), list])
def test_a_step_of_a_batch_is_the_steps_of_its_images(dtype: torch.dtype, clip: str, wrap) -> None:
    x_t, eps = start(4).to(dtype), dl.fresh_noise(4, (1, 4, 4), 1).to(dtype)
    z = dl.fresh_noise(4, (1, 4, 4), 2)
    a, b, eta = [0.001, 0.3, 0.5, 0.99], [0.02, 0.31, 0.9, 1.0], [0.0, 1.0, 0.4, 0.8]
    together = dl.step(x_t, eps, wrap(a), wrap(b), wrap(eta), clip=clip, z=z)
    mixed = dl.step(x_t, eps, 0.001, wrap([0.02] * 4), 0.0, clip=clip)
    for i in range(4):
        one = slice(i, i + 1)
        alone = dl.step(x_t[one], eps[one], a[i], b[i], eta[i], clip=clip, z=z[one])
        for name in TENSORS:
            assert torch.equal(getattr(together, name)[one], getattr(alone, name)), name
    assert torch.equal(mixed.x_prev, dl.step(x_t, eps, 0.001, 0.02, clip=clip).x_prev)


def test_step_leaves_its_inputs_alone() -> None:
    x_t, eps, z = start(), dl.fresh_noise(3, (1, 4, 4), 1), dl.fresh_noise(3, (1, 4, 4), 2)
    copies = x_t.clone(), eps.clone(), z.clone()
    for clip in CLIPS:
        dl.step(x_t, eps, 0.3, 0.5, 0.7, clip=clip, z=z)
    assert all(torch.equal(one, two) for one, two in zip((x_t, eps, z), copies, strict=True))


def test_step_accepts_the_end_of_the_cosine_schedule() -> None:
    a = float(dl.NoiseSchedule.cosine().alpha_bar[-1])
    assert a < 3e-9
    assert dl.step(start().float(), start().float(), a, 1).x_prev.isfinite().all()


@pytest.mark.parametrize(("dtype", "most"), [(torch.bfloat16, 0.0018), (torch.float16, 0.0003)])
def test_half_precision_errs_by_the_rounding_of_its_result_alone(dtype: torch.dtype, most: float) -> None:
    """Relative root mean square of one step: bfloat16 rounds by .17 %; with rounded coefficients it was .36 %."""
    x_t, eps, z = (dl.fresh_noise(16, (28, 28), j).to(dtype) for j in (1, 2, 3))
    for eta in (0.0, 1.0):
        found = dl.step(x_t, eps, 0.05, 0.2, eta, z=z).x_prev
        exact = dl.step(x_t.double(), eps.double(), 0.05, 0.2, eta, z=z.double()).x_prev
        assert found.dtype == dtype
        assert float((found.double() - exact).norm() / exact.norm()) < most


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("solver", ["ddim", "dpmpp_2m", "dpmpp_2s"])
def test_a_walk_in_half_precision_keeps_its_dtype_and_asks_the_network_in_it(dtype: torch.dtype, solver: str) -> None:
    asked = []

    def denoiser(x: Tensor, a: float) -> Tensor:
        asked.append(x.dtype)
        return WORLD(x.double(), a).to(x.dtype)

    x_T = start().to(dtype)
    steps = list(dl.sample(denoiser, x_T, LINEAR, [100, 400, 700, 1000], solver=solver))
    assert steps[0].x_t is x_T
    assert all(before.x_prev is after.x_t for before, after in itertools.pairwise(steps))
    assert {getattr(step, name).dtype for step in steps for name in TENSORS} == set(asked) == {dtype}
    exact = dl.last(dl.sample(WORLD, x_T.double(), LINEAR, [100, 400, 700, 1000], solver=solver)).x_prev
    torch.testing.assert_close(steps[-1].x_prev.double(), exact, rtol=0, atol=0.1 if dtype == torch.bfloat16 else 0.02)
    up = list(dl.encode(denoiser, steps[-1].x_prev, LINEAR, [100, 400, 700, 1000], implicit=True))
    assert {getattr(step, name).dtype for step in up for name in TENSORS} == {dtype}


@pytest.mark.parametrize("walk", [dl.sample, dl.encode])
def test_a_denoiser_may_use_its_outputs_memory_again(walk) -> None:
    memory = torch.empty(3, 1, 4, 4, dtype=torch.float64)

    def reusing(x: Tensor, a: float) -> Tensor:
        return memory.copy_(WORLD(x, a))

    for kept, fresh in zip(*(list(walk(d, start(), LINEAR, [10, 500, 1000])) for d in (reusing, WORLD)), strict=True):
        assert all(torch.equal(getattr(kept, name), getattr(fresh, name)) for name in TENSORS)


def test_a_walk_broken_off_is_taken_up_as_its_doc_says() -> None:
    tau, eta, seed = [100, 300, 500, 700, 1000], 0.7, 3
    whole = list(dl.sample(WORLD, start(), LINEAR, tau, eta, seed=seed))
    step = whole[1]
    rest = dl.sample(WORLD, step.x_prev, LINEAR, tau, eta, seed=seed, start=step.t_prev)
    assert torch.equal(dl.last(rest).x_prev, whole[-1].x_prev)
