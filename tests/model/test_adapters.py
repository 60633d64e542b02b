"""Networks of other conventions: beside diffusers' own step, a course's own loop, and a world that is known exactly."""

import functools
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler, FlowMatchEulerDiscreteScheduler, UNet2DModel

import ddim_lab as dl
from ddim_lab.model import adapters
from tests import networks, oracles

LINEAR = dl.NoiseSchedule.linear()
THEIRS = {"linear": "linear", "scaled_linear": "scaled_linear", "cosine": "squaredcos_cap_v2"}
PREDICTS = {"eps": "epsilon", "v": "v_prediction", "x0": "sample"}

pytestmark = pytest.mark.usefixtures("one_thread")


# --- diffusers --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unet():
    torch.manual_seed(0)
    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "block_out_channels": (8,)}
    sizes = {"sample_size": 8, "in_channels": 1, "out_channels": 1, "layers_per_block": 1, "norm_num_groups": 4}
    return UNet2DModel(**blocks, **sizes, attention_head_dim=8).double().eval().requires_grad_(False)


def scheduler_of(kind, T, predicts, double):
    made = DDIMScheduler(
        num_train_timesteps=T,
        beta_schedule=THEIRS[kind],
        prediction_type=PREDICTS[predicts],
        clip_sample=False,
        timestep_spacing="trailing",
    )
    if double:
        ends = () if kind == "cosine" else (1e-4, 0.02)
        made.alphas_cumprod = torch.from_numpy(getattr(dl.NoiseSchedule, kind)(T, *ends).alpha_bar[1:].copy())
        made.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    return made


def farthest(unet, scheduler, S=5, eta=0.3):
    """The largest relative difference of x_0 or x_prev to the pipeline's own loop, over the steps of one run."""
    denoiser, schedule = dl.from_diffusers(unet, scheduler)
    x = dl.initial_noise(2, (1, 8, 8), seed=3).double()
    ours = list(dl.sample(denoiser, x, schedule, dl.spacing.trailing(schedule.T, S), eta, seed=3))
    scheduler.set_timesteps(S)
    assert [step.t - 1 for step in ours] == scheduler.timesteps.tolist()
    worst = 0.0
    for j, (t, step) in enumerate(zip(scheduler.timesteps, ours, strict=True), start=1):
        z = dl.fresh_noise(2, (1, 8, 8), j, seed=3)
        theirs = scheduler.step(unet(x, t).sample, t, x, eta=eta, variance_noise=z)
        for mine, yours in ((step.x0, theirs.pred_original_sample), (step.x_prev, theirs.prev_sample)):
            worst = max(worst, float((mine - yours).abs().max() / yours.abs().max()))
        x = theirs.prev_sample
    return worst


@pytest.mark.parametrize("T", [50, 250, 1000])
@pytest.mark.parametrize("kind", THEIRS)
@pytest.mark.parametrize("predicts", PREDICTS)
def test_each_step_is_that_of_the_diffusers_pipeline(unet, predicts, kind, T):
    assert farthest(unet, scheduler_of(kind, T, predicts, double=True)) < 1e-9
    told = farthest(unet, scheduler_of(kind, T, predicts, double=False))  # its own table, of float32
    print(
        f"{predicts}, {kind}, T = {T}: float32 alphas_cumprod moves a picture by up to {told:.1e} of its largest value"
    )
    assert 1e-9 < told < 1e-4


@pytest.mark.parametrize("kind", [*THEIRS, "sigmoid"])
@pytest.mark.parametrize("T", [50, 1000])
def test_the_schedule_is_computed_anew_in_float64(kind, T):
    made = DDPMScheduler(num_train_timesteps=T, beta_schedule=THEIRS.get(kind, kind))
    _, schedule = dl.from_diffusers(lambda x, t: x, made)
    ends = () if kind == "cosine" else (1e-4, 0.02)
    assert schedule == getattr(dl.NoiseSchedule, kind)(T, *ends)
    near = 1 - made.alphas_cumprod.double().numpy()
    assert 1e-5 < abs(near / (1 - schedule.alpha_bar[1:]) - 1).max() < 6e-4  # what float32 had left of 1 - alpha_bar


def test_a_table_of_ones_own_is_taken_as_it_is():
    for dtype in (torch.float32, torch.float64):
        made = DDIMScheduler()
        made.alphas_cumprod = torch.linspace(0.99, 0.01, 1000, dtype=dtype)
        _, schedule = dl.from_diffusers(lambda x, t: x, made)
        assert np.array_equal(schedule.alpha_bar[1:], made.alphas_cumprod.double().numpy())
    given = DDIMScheduler(num_train_timesteps=3, trained_betas=[0.1, 0.2, 0.3])
    assert dl.from_diffusers(lambda x, t: x, given)[1] == dl.NoiseSchedule.from_betas([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        (DDIMScheduler(set_alpha_to_one=False), ValueError, r"alpha_bar = 0\.9999, not on the data .*set_alpha_to_one"),
        (DDIMScheduler(rescale_betas_zero_snr=True), ValueError, "last alphas_cumprod is 0 .*rescale_betas_zero_snr"),
        (FlowMatchEulerDiscreteScheduler(), TypeError, "alphas_cumprod .*got FlowMatchEulerDiscreteScheduler"),
        (DDPMScheduler(prediction_type="flow"), ValueError, "prediction_type must be one of epsilon.*'flow'"),
    ],
)
def test_schedulers_that_are_refused(made, error, said):
    with pytest.raises(error, match=said):
        dl.from_diffusers(lambda x, t: x, made)


def test_a_table_without_the_data_is_told_to_prepend_one():
    with pytest.raises(ValueError, match=r"exactly 1, got 0\.9998.*prepend 1, .*\[\[1\.0\], table\]"):
        dl.NoiseSchedule(DDPMScheduler().alphas_cumprod.numpy())


# --- a network of an MNIST course -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course():
    return networks.course_unet()


def test_a_course_networks_own_ddpm_loop(course):
    """Ho et al., Algorithm 2, written as courses write it: time counted from 0, the mean from eps."""
    betas = torch.linspace(1e-4, 0.02, 100, dtype=torch.float64)
    alphas_cumprod = torch.cumprod(1 - betas, 0)
    net = course.double()
    x = x_T = dl.initial_noise(3, (1, 28, 28), seed=2).double()
    for t in reversed(range(100)):
        eps = net(x, torch.full((3,), t))
        x = (x - betas[t] / (1 - alphas_cumprod[t]).sqrt() * eps) / (1 - betas[t]).sqrt()
        if t:
            variance = betas[t] * (1 - alphas_cumprod[t - 1]) / (1 - alphas_cumprod[t])
            x = x + variance.sqrt() * dl.fresh_noise(3, (1, 28, 28), 100 - t, seed=2)
    schedule = dl.NoiseSchedule.from_betas(betas.numpy())
    denoiser = dl.adapt(net, schedule=schedule)
    ours = dl.last(dl.sample(denoiser, x_T, schedule, range(1, 101), eta=1.0, seed=2)).x_prev
    torch.testing.assert_close(ours, x, rtol=1e-10, atol=1e-10)
    one = dl.adapt(lambda x, t: net(x, t - 1), schedule=schedule, first=1)  # the same, counting as the paper does
    assert torch.equal(dl.last(dl.sample(one, x_T, schedule, range(1, 101), eta=1.0, seed=2)).x_prev, ours)


def test_weights_decide_the_dtype_inside_and_x_t_the_one_outside(course):
    schedule = dl.NoiseSchedule.linear(100)
    denoiser, level = dl.adapt(course.float(), schedule=schedule), float(schedule.alpha_bar[40])
    x = dl.initial_noise(2, (1, 28, 28), seed=4)
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        eps = denoiser(x.to(dtype), level)
        assert eps.dtype == dtype
        torch.testing.assert_close(eps, course(x.to(dtype).float(), torch.tensor([39, 39])).to(dtype))


# --- every convention, in a world that is known exactly ---------------------------------------------------------


def asked_in(predicts, time, levels):
    """What a perfect network of that convention says of data N(0.3, 0.5^2), from its own two arguments alone."""
    known = oracles.gaussian_denoiser(0.3, 0.5)

    def row(x, told):
        value = told.item()
        a = {
            "index": lambda: float(levels[int(value) + 1]),
            "alpha_bar": lambda: value,
            "log_snr": lambda: 1 / (1 + math.exp(-value)),
            "sigma": lambda: 1 / (1 + value**2),
        }[time]()
        x_t = x * math.sqrt(a) if time == "sigma" else x  # it is given x_0 + sigma n
        eps = known(x_t, a)
        x0 = (x_t - math.sqrt(1 - a) * eps) / math.sqrt(a)
        return {"eps": eps, "x0": x0, "v": math.sqrt(a) * eps - math.sqrt(1 - a) * x0}[predicts]

    return lambda x, told: torch.stack([row(*pair) for pair in zip(x, told, strict=True)])


@pytest.mark.parametrize("time", adapters.TIMES)
@pytest.mark.parametrize("predicts", PREDICTS)
def test_every_convention_gives_the_eps_of_a_known_world(predicts, time):
    denoiser = dl.adapt(asked_in(predicts, time, LINEAR.alpha_bar), predicts, LINEAR, time)
    x = dl.initial_noise(4, (1, 3, 3), seed=5).double()
    levels = torch.from_numpy(LINEAR.alpha_bar[[1, 200, 700, 1000]])
    known = torch.stack([oracles.gaussian_denoiser(0.3, 0.5)(*pair) for pair in zip(x, levels.tolist(), strict=True)])
    torch.testing.assert_close(denoiser(x, levels), known, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(denoiser(x, float(levels[2]))[2], known[2], rtol=1e-9, atol=1e-9)


def test_what_a_denoiser_tells_of_itself():
    ends = dl.NoiseSchedule.cosine(20)
    told = dl.adapt(lambda x, t, label=None, *, guidance=1.0: x, schedule=ends)
    assert (told.schedule, told.takes) == (ends, ("label", "guidance"))
    a = ends.alpha_bar[[20, 1]]
    assert told.log_snr_range == pytest.approx(np.log(a / (1 - a)))
    assert dl.adapt(lambda x, t: x, time="sigma").log_snr_range == (-math.inf, math.inf)
    assert (dl.Denoiser.schedule, dl.Denoiser.log_snr_range) == (None, (-20, 12))
    assert dl.Denoiser.takes == ("label", "guidance")
    bound = functools.partial(lambda x, t, label, **_: x, label=3)
    assert adapters.keywords_of(bound) == adapters.keywords_of(math.hypot) == ()


def test_keywords_and_outputs_of_a_network():
    seen = {}

    def network(x, t, **keywords):
        seen.update(keywords, t=t)
        return SimpleNamespace(sample=2 * x)

    x = torch.ones(2, 1, 2, 2)
    assert torch.equal(dl.adapt(network, schedule=LINEAR)(x, float(LINEAR.alpha_bar[7]), label=5), 2 * x)
    assert seen["label"] == 5
    assert seen["t"].dtype == torch.int64
    assert seen["t"].tolist() == [6, 6]


# --- levels and gradients ---------------------------------------------------------------------------------------


def test_a_level_between_two_times_is_refused_and_rounding_is_not():
    seen = []
    denoiser = dl.adapt(lambda x, t: seen.append(t) or x, schedule=LINEAR)
    x = torch.zeros(1000, 1, 1, 1)
    denoiser(x, torch.tensor(LINEAR.alpha_bar[1:]).float())  # float32 levels are near enough
    assert seen[0].tolist() == list(range(1000))
    for factor in (1 - 2e-6, 1 + 2e-6):
        with pytest.raises(
            ValueError, match=r"alpha_bar_t = 0\.078.* no level .*\(T = 1000\); the nearest is alpha_bar\[500"
        ):
            denoiser(x[:1], float(LINEAR.alpha_bar[500]) * factor)
    with pytest.raises(ValueError, match="sample on that schedule"):
        next(dl.sample(denoiser, x[:1], dl.NoiseSchedule.cosine(), [500]))
    assert dl.adapt(lambda x, t: x, schedule=dl.NoiseSchedule.linear(1))(x[:1], 1 - 1e-4).shape == (1, 1, 1, 1)


def test_a_schedule_limits_the_levels_of_a_continuous_network():
    denoiser = dl.adapt(lambda x, t: x, time="alpha_bar", schedule=LINEAR)
    for level in LINEAR.alpha_bar[[1, -1]]:
        denoiser(torch.zeros(1, 1, 1, 1), float(level))
    with pytest.raises(ValueError, match="outside the noise levels the network was trained on"):
        denoiser(torch.zeros(1, 1, 1, 1), 1e-6)
    for level in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match=r"alpha_bar_t (must be finite|= .* is outside)"):
            dl.adapt(lambda x, t: x, time="alpha_bar")(torch.zeros(1, 1, 1, 1), level)


@pytest.mark.parametrize("predicts", PREDICTS)
def test_gradients_go_through(predicts):
    a = float(LINEAR.alpha_bar[300])
    denoiser = dl.adapt(lambda x, t: x**3, predicts, LINEAR)
    x = dl.initial_noise(2, (1, 2, 2), seed=6).double()
    root, root_1 = math.sqrt(a), math.sqrt(1 - a)
    slope = {
        "eps": lambda x: 3 * x**2,
        "v": lambda x: root * 3 * x**2 + root_1,
        "x0": lambda x: (1 - root * 3 * x**2) / root_1,
    }[predicts](x)
    leaf = x.clone().requires_grad_()
    denoiser(leaf, a).sum().backward()
    torch.testing.assert_close(leaf.grad, slope)
    torch.testing.assert_close(torch.func.grad(lambda x: denoiser(x, a).sum())(x), slope)
    torch.testing.assert_close(torch.func.jvp(lambda x: denoiser(x, a), (x,), (torch.ones_like(x),))[1], slope)


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"network": 3}, TypeError, "network must be a callable.*got int"),
        ({"predicts": "score"}, ValueError, "predicts must be one of x0, eps, v, got 'score'"),
        ({"time": "t"}, ValueError, "time must be one of index"),
        ({"schedule": None}, ValueError, "needs the schedule"),
        ({"schedule": LINEAR.alpha_bar}, TypeError, "NoiseSchedule or None, got ndarray"),
        ({"first": -1}, ValueError, "first must be at least 0"),
        ({"first": 1, "time": "sigma"}, ValueError, "first is where an index begins"),
    ],
)
def test_arguments_that_are_none(arguments, error, said):
    with pytest.raises(error, match=said):
        dl.adapt(**{"network": lambda x, t: x, "schedule": LINEAR} | arguments)


@pytest.mark.parametrize(
    ("output", "error", "said"),
    [
        (lambda x: x[:, :, 0], ValueError, r"shape of x_t, \(2, 1, 4, 4\), got \(2, 1, 4\)"),
        (lambda x: torch.cat([x, x], 1), ValueError, "learned variance"),
        (lambda x: (x,), TypeError, "must give a tensor.*got tuple"),
    ],
)
def test_outputs_that_are_none(output, error, said):
    denoiser = dl.adapt(lambda x, t: output(x), schedule=LINEAR)
    with pytest.raises(error, match=said):
        denoiser(torch.zeros(2, 1, 4, 4), float(LINEAR.alpha_bar[5]))
