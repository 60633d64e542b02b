"""Randomness as a function of (seed, image, transition) and of nothing else."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab import noise

SEEDS = st.integers(0, 2**70)


@given(seed=SEEDS, n=st.integers(1, 150), first=st.integers(0, 200), j=st.integers(1, 1000))
@settings(max_examples=50)
def test_a_batch_is_a_window_on_one_endless_list_of_images(seed: int, n: int, first: int, j: int) -> None:
    shape = (2, 3)
    assert torch.equal(dl.initial_noise(n, shape, seed, first), dl.initial_noise(first + n, shape, seed)[first:])
    assert torch.equal(dl.fresh_noise(n, shape, j, seed, first), dl.fresh_noise(first + n, shape, j, seed)[first:])
    one = dl.fresh_noise(1, shape, j, seed, first + n - 1)
    assert torch.equal(one[0], dl.fresh_noise(n, shape, j, seed, first)[-1])


@given(seed=SEEDS, first=st.integers(0, 130), j=st.integers(1, 1000))
@settings(max_examples=50)
def test_streams_are_disjoint(seed: int, first: int, j: int) -> None:
    def meet(one: torch.Tensor, other: torch.Tensor) -> bool:  # closer than two draws come by chance
        return bool(np.isclose(one, other, rtol=0, atol=1e-9).any())

    x_T = dl.initial_noise(2, (4,), seed, first)
    z = dl.fresh_noise(2, (4,), j, seed, first)
    assert not meet(z.float(), x_T), "z is not x_T"
    assert not meet(x_T[0], x_T[1]), "two images differ"
    assert not meet(dl.initial_noise(1, (4,), seed + 1, first), x_T), "two seeds differ, shifted or not"
    assert not meet(dl.initial_noise(2, (4,), seed + 2**32, first), x_T), "every bit of a seed counts"
    assert not meet(dl.fresh_noise(2, (4,), j + 1, seed, first), z), "two transitions differ"
    assert not meet(dl.fresh_noise(2, (4,), j, seed + 1, first), z)


def test_image_1_of_seed_0_is_not_image_0_of_seed_1() -> None:
    assert not torch.equal(dl.initial_noise(1, (28, 28), 0, first=1), dl.initial_noise(1, (28, 28), 1, first=0))
    assert not torch.equal(dl.fresh_noise(1, (28, 28), 1, 0, first=1), dl.fresh_noise(1, (28, 28), 1, 1, first=0))


def test_no_image_of_one_seed_returns_in_another() -> None:
    """Nor shifted by a block of images or by transitions: all values of several seeds are different."""
    seeds = range(4)
    values = [dl.initial_noise(300, (), seed).double() for seed in seeds]
    values += [dl.fresh_noise(300, (), j, seed) for seed in seeds for j in range(1, 5)]
    distinct = torch.cat([value.float() for value in values]).unique()
    assert len(distinct) >= 0.999 * 300 * len(values), "by chance a few float32 values coincide"


def test_types_shapes_and_repeats() -> None:
    x_T, z = dl.initial_noise(3, (1, 28, 28)), dl.fresh_noise(3, (1, 28, 28), 1)
    assert (x_T.dtype, z.dtype) == (torch.float32, torch.float64)
    assert x_T.shape == z.shape == (3, 1, 28, 28)
    assert torch.equal(x_T, dl.initial_noise(3, torch.Size([1, 28, 28]), seed=0, first=0))
    assert dl.initial_noise(2, ()).shape == (2,)
    assert torch.equal(dl.initial_noise(2, (5,), np.int64(3)), dl.initial_noise(2, (5,), 3))  # type: ignore[arg-type]


def test_no_global_generator_is_touched_or_read() -> None:
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()  # type: ignore[union-attr] # noqa: NPY002
    first = dl.fresh_noise(2, (9,), 1)
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert (np.random.get_state()[1] == before[1]).all()  # type: ignore[index] # noqa: NPY002
    torch.manual_seed(2)
    assert torch.equal(dl.fresh_noise(2, (9,), 1), first)


def test_values_are_standard_normal_and_uncorrelated() -> None:
    x_T = dl.initial_noise(2000, (50,), seed=5).double()
    z = dl.fresh_noise(2000, (50,), 1, seed=5)
    for values in (x_T, z):  # 100,000 values: five standard errors
        assert abs(values.mean()) < 5 / 1e5**0.5
        assert abs(values.var() - 1) < 5 * (2 / 1e5) ** 0.5
        assert abs((values**4).mean() - 3) < 5 * (96 / 1e5) ** 0.5
        assert abs((values[1:] * values[:-1]).mean()) < 5 / 1e5**0.5
    assert abs((x_T * z).mean()) < 5 / 1e5**0.5


@pytest.mark.parametrize("draw", [dl.initial_noise, lambda n, shape, **rest: dl.fresh_noise(n, shape, 1, **rest)])
@pytest.mark.parametrize(
    ("arguments", "error", "names"),
    [
        ({"n": 0}, ValueError, "n must be at least 1, got 0"),
        ({"n": -2}, ValueError, "-2"),
        ({"n": 1.5}, TypeError, "n must.*1.5"),
        ({"seed": -1}, ValueError, "seed.*-1"),
        ({"seed": 0.5}, TypeError, "seed.*0.5"),
        ({"first": -1}, ValueError, "first.*-1"),
        ({"first": None}, TypeError, "first.*None"),
        ({"shape": 28}, TypeError, "shape.*28"),
        ({"shape": (1, 0)}, ValueError, "shape.*0"),
        ({"shape": (1, 2.0)}, TypeError, "2.0"),
    ],
)
def test_bad_arguments(draw, arguments: dict, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        draw(**{"n": 2, "shape": (3,), **arguments})


@pytest.mark.parametrize(("j", "error"), [(0, ValueError), (-1, ValueError), (1.0, TypeError), (True, TypeError)])
def test_bad_transition_number(j: object, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"j must.*{j}"):
        dl.fresh_noise(2, (3,), j)  # type: ignore[arg-type]


def drawn_by(monkeypatch: pytest.MonkeyPatch, call) -> set[tuple[int, int]]:
    """(stream, j) of every noise that `call` draws."""
    seen, rows = set(), noise.rows

    def recording(n: int, shape: tuple[int, ...], seed: int, stream: int, j: int, first: int = 0) -> np.ndarray:
        seen.add((stream, j))
        return rows(n, shape, seed, stream, j, first)

    with monkeypatch.context() as patched:
        patched.setattr(noise, "rows", recording)
        result = call()
        if not isinstance(result, torch.Tensor):
            dl.last(result)
    return seen


def test_every_purpose_has_noise_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the default seed: a picture sampled, edited and filled meets no noise twice; a walk taken up goes on."""
    world, schedule, tau = dl.exact.Gaussian(0.3, 0.5), dl.NoiseSchedule.linear(100), [20, 40, 60, 80, 100]
    x, mask = torch.zeros(2, 4), torch.tensor([True, False, True, False])
    calls = {
        "initial_noise": lambda: dl.initial_noise(2, (4,)),
        "sample": lambda: dl.sample(world.eps, x, schedule, tau, 1.0),
        "edit": lambda: dl.edit(world.eps, x, schedule, tau, start=80, eta=1.0),
        "inpaint": lambda: dl.inpaint(world.eps, x, mask, schedule, tau, resamples=3),
        "encode": lambda: dl.encode(world.eps, x, schedule, tau),
        "interpolate": lambda: dl.interpolate(x + 1, x - torch.arange(4.0), 0.5),
        "step": lambda: dl.step(x, x, 0.3, 0.5).x_prev,
        "fresh_noise": lambda: dl.fresh_noise(2, (4,), 1),
        "sample, start": lambda: dl.sample(world.eps, x, schedule, tau, 1.0, start=60),
        "edit, encoded": lambda: dl.edit(world.eps, x, schedule, tau, start=80, eta=1.0, encoder=world.eps),
    }
    seen = {name: drawn_by(monkeypatch, call) for name, call in calls.items()}
    assert seen.pop("fresh_noise") == {(noise.FRESH, 1)} <= seen["sample"]
    assert seen.pop("sample, start") == {(noise.FRESH, 3), (noise.FRESH, 4)} < seen["sample"]
    assert seen.pop("edit, encoded") < seen["edit"]
    assert [len(found) for found in seen.values()] == [1, 4, 4, 1 + 12 + 15 + 10, 0, 0, 0]
    assert len(set().union(*seen.values())) == sum(map(len, seen.values())), "disjoint"
    assert {len({stream for stream, _ in seen[name]}) for name in ("edit", "inpaint")} == {2, 4}


def test_a_sampled_picture_is_lifted_by_noise_that_is_not_in_it() -> None:
    schedule, x_T = dl.NoiseSchedule.linear(), dl.initial_noise(1, (4000,)).double()
    lifted = next(dl.edit(lambda x, a: 0 * x, 0 * x_T, schedule, [500, 1000], start=500)).x_t
    assert abs(float(torch.corrcoef(torch.cat([lifted, x_T]))[0, 1])) < 5 / 4000**0.5  # five standard errors
