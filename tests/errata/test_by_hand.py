"""Every faulty sampler against the same one typed anew; every right formula against the core."""

import itertools
import math

import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab import errata
from ddim_lab.model.parameterization import noised
from tests.errata import by_hand

SAMPLERS = [case.key for case in errata.samplers()]
LINES = {(case.key, line.name): line for case in errata.ALL for line in case.lines}


def test_every_sampler_is_typed_again() -> None:
    typed = {*by_hand.STEPS, *by_hand.WALKS, *by_hand.TRAINED, *by_hand.TAKEN}
    assert typed == set(SAMPLERS)


@pytest.mark.parametrize("key", SAMPLERS)
@pytest.mark.parametrize(("eta", "S"), [(0.0, 10), (0.4, 25), (1.0, 25)])
def test_a_sampler_ends_where_it_ends_by_hand(key: str, eta: float, S: int) -> None:
    at = errata.even_steps(eta, S)
    assert at.tau.tolist()[::-1] == by_hand.steps(S)
    found = errata.find(key).moments(at.schedule, at.tau, eta)[-1]
    assert found[1:] == pytest.approx(by_hand.ending(key, by_hand.steps(S), eta), rel=1e-8, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("key", SAMPLERS)
def test_its_own_setting_gives_the_number_by_hand(key: str) -> None:
    case = errata.find(key)
    at = case.setting
    wanted = by_hand.ending(key, at.tau.tolist()[::-1], at.eta)
    facts = case._in_the_known_world().facts
    assert (facts["mean"], facts["variance"]) == pytest.approx(wanted, rel=1e-8, abs=1e-9)


# Two cases with one picture

ONE_FAULT = {  # pairs that do the same at every setting, and may
    ("class-mean-only", "class-unscaled-noise"),  # one class, with two faults: each shows at an eta of its own
    ("class-index-zero", "last-transition"),  # one fault, in two texts
}


def _path(key: str, eta: float, S: int) -> np.ndarray:
    at = errata.even_steps(eta, S)
    return np.array(errata.find(key).moments(at.schedule, at.tau, eta))


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-7, equal_nan=True)


def test_two_errors_do_not_share_a_sampler() -> None:
    settings = [(0.0, 10), (0.4, 10), (1.0, 50)]
    paths = {key: [_path(key, *at) for at in settings] for key in SAMPLERS}
    same = {
        pair
        for pair in itertools.combinations(SAMPLERS, 2)
        if all(_alike(*each) for each in zip(*(paths[key] for key in pair), strict=True))
    }
    assert {tuple(sorted(pair)) for pair in same} == ONE_FAULT


def test_no_two_cases_show_one_result() -> None:
    ends = {key: errata.find(key)._in_the_known_world().facts for key in SAMPLERS}
    at = {key: (errata.find(key).setting.eta, errata.find(key).setting.S) for key in SAMPLERS}
    for one, other in itertools.combinations(SAMPLERS, 2):
        gap = max(abs(ends[one][name] - ends[other][name]) for name in ("mean", "variance"))
        assert gap > 1e-6 or at[one] != at[other], (one, other)


def test_what_a_case_shows_can_fail() -> None:
    """Another direction than the stated one, and a walk that differs, are not enough."""
    import dataclasses

    for key, others in {
        "covariance": ("narrower", "steps", ""),
        "class-no-skipping": ("narrower", "steps", "mean", ""),
        "uniform-repeats": ("wider", "narrower", "mean", ""),
        "variance-is-deviation": ("wider", "steps"),
    }.items():
        assert errata.find(key)._in_the_known_world().holds
        for shows in others:
            assert not dataclasses.replace(errata.find(key), shows=shows)._in_the_known_world().holds
    last = dataclasses.replace(errata.find("last-transition"), recipe=errata.RIGHT)
    assert not last._in_the_known_world().holds


# Right forms


def core(key: str, name: str, a: float, b: float, eta: float) -> float:
    """What the right side of a line must be, by the core alone."""
    ddpm, ddim, any_eta = (dl.coefficients(a, b, value) for value in (1.0, 0.0, eta))

    def on_x0(c: dl.Coefficients) -> float:
        return float(c.k + c.m * a**0.5)

    def on_eps(c: dl.Coefficients) -> float:
        return float(c.m * (1 - a) ** 0.5)

    variance = float(any_eta.m**2 * (1 - a) + any_eta.sigma**2)
    on_x_t = ddpm.k / a**0.5 + ddpm.m  # the DDPM's mean in x_t and the predicted eps
    alpha = a / b
    wanted = {
        ("covariance", "variance of x_prev given x_0"): variance,
        ("covariance", "covariance of the kernel"): any_eta.sigma**2,
        ("circular", "weight of x_0 in the step"): on_x0(ddim),
        ("circular", "weight of the predicted noise in the step"): on_eps(ddim),
        ("noise-off", "weight of the predicted noise"): on_eps(ddim),
        ("noise-off", "variance of x_prev given x_0"): on_eps(ddim) ** 2,
        ("substitution", "weight of x_0"): on_x0(ddpm),
        ("substitution", "weight of the predicted noise"): on_eps(ddpm),
        ("simplification", "weight of x_0"): on_x_t * alpha**0.5,
        ("simplification", "weight of the predicted noise"): on_x_t * (1 - alpha) ** 0.5
        - ddpm.k * ((1 - a) / a) ** 0.5,
        ("linked-direction", "weight of the predicted noise at eta = 0"): on_eps(ddim),
        ("linked-noise", "factor of the fresh noise at eta = 1"): ddpm.sigma,
        ("same-noise", "variance of x_prev given x_0"): variance,
        ("x-for-x0", "weight of x_0 in x_prev"): on_x0(any_eta),
        ("x-for-x0", "weight of x in x_prev"): 0.0,
        ("lost-root", "weight of x_0 in the posterior mean"): ddpm.k,
        ("variance-is-deviation", "weight of x_t"): any_eta.m,
        ("variance-is-deviation", "variance of x_prev given x_0"): variance,
        ("eta-once", "variance of the fresh noise"): any_eta.sigma**2,
    }
    for made, of_x0, of_noise in (
        ("alpha-for-alpha-bar", "weight of x_0 in x_t", "weight of the noise in x_t"),
        ("alpha-midway", "weight of x_0 in x_t", "weight of the noise in x_t"),
        ("training-without-roots", *(f"weight of {what} in the training picture" for what in ("x_0", "the noise"))),
        ("linked-training-root", "", "weight of the noise in the training picture"),
    ):
        wanted |= {(made, of_x0): float(noised(1.0, 0.0, a)), (made, of_noise): float(noised(0.0, 1.0, a))}
    if key == "forward-index":  # beta_1 and beta_2 from the two levels
        return float(dl.NoiseSchedule.from_betas([1 - b, 1 - a / b]).alpha_bar[2])
    if key == "stray-comma":  # at three zeros: the top of a bell of the forward kernel's variance
        return 1 / math.sqrt(2 * math.pi * float(any_eta.sigma) ** 2 * (1 - a) / (1 - b))
    return float(wanted[key, name])


@pytest.mark.parametrize(("key", "name"), LINES)
def test_the_right_form_is_the_cores(key: str, name: str) -> None:
    for seed in range(5):
        a, b, eta = by_hand.point(seed)
        s = float(dl.coefficients(a, b, eta).sigma)
        values = {"a": a, "b": b, "eta": eta, "sigma": s, "beta_1": 1 - b, "beta_2": 1 - a / b}
        right = sp.sympify(LINES[key, name].right)
        found = float(right.subs({symbol: values[str(symbol)] for symbol in right.free_symbols}))
        assert found == pytest.approx(core(key, name, a, b, eta), rel=1e-9, abs=1e-12)
