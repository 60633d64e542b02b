"""Gradients are right or refused: closed forms, finite differences, torch.func; never silently cut."""

import contextlib
import math

import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad

import ddim_lab as dl
from ddim_lab.model import weights
from ddim_lab.model.denoiser import Denoiser, OnnxEngine, TorchEngine
from tests import tiny

A, B, ETA = 0.3, 0.6, 0.7
SCHEDULE, TAU = dl.NoiseSchedule.linear(100), [20, 60, 100]
WORLD = dl.exact.Gaussian(0.3, 0.5)
X, EPS, Z = (dl.fresh_noise(2, (3,), j) for j in (1, 2, 3))

pytestmark = pytest.mark.usefixtures("one_thread")


def end(x_t: Tensor = X, eps: Tensor = EPS, z: Tensor = Z, clip: str = "none") -> Tensor:
    return dl.step(x_t, eps, A, B, ETA, clip=clip, z=z).x_prev


def slopes() -> dict[str, float]:
    """d x_prev / d x_t, eps and z, by Eq. 12 of DDIM."""
    sigma = ETA * math.sqrt((1 - B) / (1 - A) * (1 - A / B))
    return {
        "x_t": math.sqrt(B / A),
        "eps": math.sqrt(1 - B - sigma**2) - math.sqrt(B * (1 - A) / A),
        "z": sigma,
    }


@pytest.mark.parametrize("name", ["x_t", "eps", "z"])
def test_a_step_has_the_slopes_of_its_formula(name: str) -> None:
    value = {"x_t": X, "eps": EPS, "z": Z}[name]
    wanted = torch.full_like(value, slopes()[name])
    followed = value.clone().requires_grad_()
    (recorded,) = torch.autograd.grad(end(**{name: followed}).sum(), followed)
    by_func = torch.func.grad(lambda v: end(**{name: v}).sum())(value)
    _, tangent = torch.func.jvp(lambda v: end(**{name: v}), (value,), (torch.ones_like(value),))
    rows = torch.func.vmap(torch.func.grad(lambda v: end(**{name: v}).sum()))(torch.stack([value, 2 * value]))
    for found in (recorded, by_func, tangent, *rows):
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("clip", ["none", "keep_eps", "rederive_eps"])
def test_a_step_is_differentiable_as_numbers_say(clip: str) -> None:
    inputs = tuple(value.clone().requires_grad_() for value in (X, EPS, Z))
    assert torch.autograd.gradcheck(lambda *values: end(*values, clip), inputs)
    batched = torch.func.vmap(end)(torch.stack([X, -X]), torch.stack([EPS, X]), torch.stack([Z, Z]))
    torch.testing.assert_close(batched, torch.stack([end(), end(-X, X)]))


@pytest.fixture(scope="module")
def denoiser() -> Denoiser:
    return Denoiser(TorchEngine(tiny.random_unet(tiny.SMALL), torch.device("cpu")))


def test_the_denoisers_slope_is_that_of_its_values(denoiser: Denoiser) -> None:
    """Along ones, at alpha_bar .5: what cut the network away gave 784 sqrt(.5), whatever the network."""
    x, ones, h = dl.initial_noise(1, (1, 28, 28)), torch.ones(1, 1, 28, 28), 1e-2

    def total(x: Tensor) -> Tensor:
        return denoiser(x, 0.5, label=3, guidance=2.0).sum()

    numeric = float(total(x + h * ones).double() - total(x - h * ones).double()) / (2 * h)
    followed = x.clone().requires_grad_()
    (recorded,) = torch.autograd.grad(total(followed), followed)
    assert float(recorded.sum()) == pytest.approx(numeric, rel=5e-3)
    assert abs(numeric - 784 * math.sqrt(0.5)) > 10
    torch.testing.assert_close(torch.func.grad(total)(x), recorded)
    assert float(torch.func.jvp(total, (x,), (ones,))[1]) == pytest.approx(float(recorded.sum()), rel=1e-4)
    rows = torch.func.vmap(lambda x: denoiser(x, 0.5))(torch.stack([x, -x]))
    torch.testing.assert_close(rows[:, 0], denoiser(torch.cat([x, -x]), 0.5), rtol=1e-4, atol=1e-4)


def test_guidance_through_a_step_and_the_network_is_what_numbers_say(denoiser: Denoiser) -> None:
    x = dl.initial_noise(1, (1, 28, 28), seed=2)

    def loss(x: Tensor) -> Tensor:
        return dl.step(x, denoiser(x, A), A, B).x_prev.square().sum()

    gradient, h = torch.func.grad(loss)(x), 1e-2
    along = gradient / gradient.norm()
    numeric = float(loss(x + h * along).double() - loss(x - h * along).double()) / (2 * h)
    assert float(gradient.norm()) == pytest.approx(numeric, rel=5e-3)


@pytest.mark.parametrize("name", ["alpha_bar_t", "alpha_bar_prev", "eta"])
def test_levels_and_eta_follow_no_gradient(name: str, denoiser: Denoiser) -> None:
    right = {"alpha_bar_t": A, "alpha_bar_prev": B, "eta": ETA}
    for level in (torch.tensor(right[name]).requires_grad_(), torch.full((2,), right[name]).requires_grad_()):
        with pytest.raises(TypeError, match=f"{name} must not be a tensor that requires grad"):
            dl.step(X, EPS, **{**right, name: level}, z=Z)
    with pytest.raises(TypeError, match=f"{name} must not be"):
        torch.func.grad(lambda v: dl.step(X, EPS, **{**right, name: v}, z=Z).x_prev.sum())(torch.tensor(right[name]))
    if name == "alpha_bar_t":
        with pytest.raises(TypeError, match="alpha_bar_t must not be"):
            denoiser(torch.zeros(1, 1, 28, 28), torch.tensor(A, requires_grad=True))


def test_onnx_runtime_refuses_what_it_cannot_record() -> None:
    onnx = Denoiser(OnnxEngine(tiny.random_unet().state_dict(), weights.UNET_GRAPH))
    x = dl.initial_noise(1, (1, 28, 28))
    followed = x.clone().requires_grad_()
    with pytest.raises(TypeError, match=r'x_t must not require grad.*engine="torch"'):
        onnx(followed, 0.5)
    with pytest.raises(TypeError, match='engine="torch"'):
        torch.func.grad(lambda x: onnx(x, 0.5).sum())(x)
    with torch.no_grad():
        assert torch.equal(onnx(followed, 0.5), onnx(x, 0.5))


WALKS = {
    "sample": lambda x: dl.last(dl.sample(WORLD.eps, x, SCHEDULE, TAU)).x_prev,
    "encode": lambda x: dl.last(dl.encode(WORLD.eps, x, SCHEDULE, TAU)).x_t,
    "edit": lambda x: dl.last(dl.edit(WORLD.eps, x, SCHEDULE, TAU, start=60)).x_prev,
    "inpaint": lambda x: dl.last(dl.inpaint(WORLD.eps, x, X > 0, SCHEDULE, TAU)).x_prev,
}


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("mode", [True, False])
def test_a_walk_records_none_and_refuses_what_would_follow_it(walk: str, mode: bool) -> None:
    go = WALKS[walk]
    with torch.set_grad_enabled(mode):
        ended = go(X.clone().requires_grad_())
        assert not ended.requires_grad
        assert torch.is_grad_enabled() == mode
        assert torch.equal(ended, go(X))
    for transform in (
        lambda: torch.func.grad(lambda x: go(x).sum())(X),
        lambda: torch.func.jvp(go, (X,), (X,)),
        lambda: torch.func.vmap(go)(torch.stack([X, X])),
        lambda: torch.func.grad(lambda scale: (scale * go(X)).sum())(torch.tensor(1.0).double()),
    ):
        with pytest.raises(TypeError, match=r"x_[0T] must not be under torch.func .*dl.step"):
            transform()
    with forward_ad.dual_level(), pytest.raises(TypeError, match="carry a tangent"):
        go(forward_ad.make_dual(X, X))


def test_a_step_keeps_the_callers_gradient_mode() -> None:
    for mode, context in ((True, contextlib.nullcontext()), (False, torch.no_grad())):
        with context:
            assert end(X.clone().requires_grad_()).requires_grad == mode
            assert torch.is_grad_enabled() == mode
