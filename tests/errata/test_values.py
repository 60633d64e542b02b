"""The numbers that were known before the catalogue: at P, and of runs with the exact denoiser of N(.3, .5^2)."""

import numpy as np
import pytest

from ddim_lab import errata
from ddim_lab.errata import walks
from ddim_lab.errata.documents import d
from ddim_lab.errata.documents.b import one_training, sampler_class
from ddim_lab.errata.documents.c import flow, steps, table
from ddim_lab.exact import paper
from ddim_lab.schedule import NoiseSchedule
from tests import oracles
from tests.errata.measured import checked

AT_P = [  # key, line, wrong, right: to the digits given
    ("covariance", "variance of x_prev given x_0", ".39", ".30"),
    ("covariance", "covariance of the kernel", ".1", ".01"),
    ("forward-index", "alpha_bar at t = 2", ".9", ".63"),
    ("noise-off", "weight of the predicted noise", ".358569", ".547723"),
    ("noise-off", "variance of x_prev given x_0", ".128571", ".30"),  # short by beta tilde, .171429
    ("same-noise", "variance of x_prev given x_0", ".407703", ".30"),
    ("lost-root", "weight of x_0 in the posterior mean", ".408089", ".478091"),
    ("variance-is-deviation", "weight of x_t", ".4", ".761577"),
    ("variance-is-deviation", "variance of x_prev given x_0", ".09", ".30"),
    ("eta-once", "variance of the fresh noise", ".085714", ".042857"),
    # the rest was worked out apart from the lab, from a/b = .714286 and beta tilde = .171429
    ("circular", "weight of x_0 in the step", ".707107", ".836660"),
    ("circular", "weight of the predicted noise in the step", ".707107", ".547723"),
    ("alpha-for-alpha-bar", "weight of x_0 in x_t", ".845154", ".707107"),
    ("alpha-for-alpha-bar", "weight of the noise in x_t", ".534522", ".707107"),
    ("substitution", "weight of x_0", "1.000000", ".836660"),
    ("substitution", "weight of the predicted noise", ".154364", ".358569"),
    ("simplification", "weight of x_0", ".845154", "1.000000"),
    ("simplification", "weight of the predicted noise", ".534522", ".154364"),
    ("x-for-x0", "weight of x_0 in x_prev", ".298143", ".836660"),
    ("x-for-x0", "weight of x in x_prev", ".538516", "0.000000"),
    ("alpha-midway", "weight of x_0 in x_t", ".845154", ".707107"),
    ("alpha-midway", "weight of the noise in x_t", ".534522", ".707107"),
    ("training-without-roots", "weight of x_0 in the training picture", ".500000", ".707107"),
    ("training-without-roots", "weight of the noise in the training picture", ".500000", ".707107"),
    ("linked-direction", "weight of the predicted noise at eta = 0", ".358569", ".547723"),
    ("linked-noise", "factor of the fresh noise at eta = 1", ".171429", ".414039"),
    ("linked-training-root", "weight of the noise in the training picture", ".500000", ".707107"),
    ("stray-comma", "density at x_0 = x_t = x_prev = 0", "2.250791", "3.090194"),
]
RUNS = [  # key, eta, S, variance of the result
    ("covariance", 1.0, 50, ".959"),
    ("alpha-midway", 0.0, 10, ".758"),
    ("noise-off", 0.0, 1000, ".0000025"),  # std .0016
    ("class-no-skipping", 0.0, 10, ".2487"),
    ("class-unscaled-noise", 0.5, 10, "31.21"),
    ("class-unscaled-noise", 1.0, 10, "124.84"),
    ("variance-is-deviation", 0.5, 10, "nan"),
    ("variance-is-deviation", 1.0, 50, "nan"),
    ("variance-is-deviation", 0.1, 1000, "nan"),
]


def rounds_to(value: float, printed: str) -> bool:
    """Whether `value` is `printed`, to half a unit (or a cut) in its last digit."""
    digits = len(printed.partition(".")[2])
    return abs(value - float(printed)) < 10**-digits


def test_every_line_of_every_case_has_its_numbers() -> None:
    stated = [(key, line) for key, line, *_ in AT_P]
    assert sorted(stated) == sorted((case.key, line.name) for case in errata.ALL for line in case.lines)


@pytest.mark.parametrize(("key", "line", "wrong", "right"), AT_P)
def test_values_at_P(key: str, line: str, wrong: str, right: str) -> None:
    found = errata.find(key).at_P[line]
    assert rounds_to(found[0], wrong), found
    assert rounds_to(found[1], right), found


@pytest.mark.parametrize(("key", "eta", "S", "variance"), RUNS)
def test_variances_of_runs(key: str, eta: float, S: int, variance: str) -> None:
    at = errata.even_steps(eta, S)
    found = errata.find(key).moments(at.schedule, at.tau, eta)[-1].variance
    assert np.isnan(found) if variance == "nan" else rounds_to(found, variance), found


def test_the_lost_root_loses_the_mean() -> None:
    found = checked("lost-root").facts
    assert abs(found["mean"]) < 1e-6
    assert found["right mean"] == pytest.approx(0.3, abs=1e-4)


def test_the_class_without_noise_gives_one_picture() -> None:
    facts = checked("class-mean-only").facts
    assert rounds_to(facts["std"], ".0016")
    a = oracles.linear_alpha_bar(1000)[-1]
    one_shot = a**0.5 * 0.25 / oracles.marginal_variance(a, 0.5)  # slope of x0-hat at t = T
    for value in facts["std by S"].values():
        assert value == pytest.approx(one_shot, rel=1e-9)  # it telescopes, whatever S
    assert checked("class-no-skipping").facts["network calls"] == 999
    assert checked("class-index-zero").facts["lowest index"] == 1


def test_the_class_as_a_torch_module_does_what_its_recipe_says() -> None:
    import torch

    betas = np.linspace(1e-3, 0.2, 30)
    schedule, levels = NoiseSchedule.from_betas(betas), [1.0, *np.cumprod(1 - betas)]
    world = oracles.gaussian_denoiser(0.3, 0.5)
    x_T = torch.linspace(-2, 2, 5, dtype=torch.float64)[:, None]
    chain = sampler_class.faulty_class(lambda x, i: world(x, levels[i + 1]), torch.tensor(betas))
    *_, last = errata.run(sampler_class.CLASS, world, x_T, schedule, np.array([30]))
    torch.testing.assert_close(chain(x_T), last.x_prev, rtol=0, atol=1e-12)


def test_the_table_of_sigmas() -> None:
    facts = checked("sigma-table").facts
    assert {stride: f"{value:.2f}" for stride, value in facts["effective eta"].items()} == {
        2: "0.71",
        10: "0.33",
        50: "0.17",
    }
    assert facts["first NaN stride"] == {1.0: 3, 0.5: 18}


def test_the_last_transition() -> None:
    facts = errata.find("last-transition").run().facts
    assert facts["variance"] == pytest.approx(0.179457, abs=5e-7)
    assert facts["right variance"] == pytest.approx(0.167464, abs=5e-7)
    levels = oracles.linear_alpha_bar(10, 0.01, 0.9)
    right = oracles.moments(oracles.pairs(levels, range(1, 11)), 0.3, 0.5, 0.0, False)
    assert facts["right variance"] == pytest.approx(right[1], abs=1e-12)


def test_the_steps_of_the_notes() -> None:
    assert errata.find("uniform-repeats").run().facts["strides"] == [1, 3, 9, 27, 37, 111, 333, 999]
    facts = errata.find("exp-is-quadratic").run().facts
    assert (facts["steps"], facts["top"], facts["first with duplicates"]) == (21, 800, 30)
    assert walks.pairs_of([0, 3, 9]) == [(10, 4), (4, 1)]
    assert steps.uniform_steps(10, 3) == [0, 3, 6, 9, 9]


def test_small_slips() -> None:
    assert checked("assert-text").facts["error"] == "UnboundLocalError"
    assert errata.find("zero-test").run().facts["strides that meet it"] == 0
    assert checked("named-x0").facts["shown"] == pytest.approx(0.7**0.5, abs=1e-12)
    assert checked("equals-none").facts["array"] == "ValueError"
    assert checked("class-int-time").facts["error"] == "TypeError"
    assert checked("class-no-buffer").facts["device"] == {"levels": "meta", "betas": "cpu"}
    assert checked("class-no-grad").facts == {"requires_grad": True, "with no_grad": False}


def test_one_training_serves_all_samplers_and_a_wrong_step_would_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    from ddim_lab import transition

    assert checked("hard-to-train").facts["largest relative difference"] < 1e-12

    def wrong(a: float, b: float, eta: float) -> transition.Coefficients:
        return transition.Coefficients(0.5, 0.5, transition.coefficients(a, b, eta).sigma)

    monkeypatch.setattr(one_training, "coefficients", wrong)
    assert not one_training.one_network().holds


def test_a_citation_says_that_it_is_all_there_is() -> None:
    found = checked("year")
    assert found.facts == {"arXiv": "2010.02502"}
    assert found.statement.startswith("Nothing is computed here")


def test_the_noise_that_the_zero_test_lets_through() -> None:
    """One transition with the variance beta tilde of t = 100 -> 99 on top of the right ending."""
    facts = checked("zero-test").facts
    levels = oracles.linear_alpha_bar(1000)
    extra = oracles.sigma(levels[100], levels[99], 1.0) ** 2
    assert facts["variance"] - facts["right variance"] == pytest.approx(extra, rel=1e-9)
    assert facts["mean"] == pytest.approx(facts["right mean"], abs=1e-12)


def test_the_table_of_sigmas_has_no_step_to_the_data() -> None:
    """Why the walk of `sigma-table` must end at t = 1, as the case says."""
    at = errata.find("sigma-table").setting
    on = errata.Recipe(table.adjacent_table())
    assert np.isnan(errata.moments(on, at.schedule, at.tau, at.eta)[-1].variance)
    assert np.isfinite(errata.moments(on, at.schedule, at.tau, at.eta)[-2].variance)


def test_the_short_chain_still_holds_its_picture() -> None:
    facts = checked("short-chain").facts
    assert rounds_to(facts["alpha_bar_T"], ".080")
    assert facts["alpha_bar_T"] == pytest.approx(oracles.linear_alpha_bar(250)[-1], rel=1e-12)
    repaired = float(NoiseSchedule.linear(250, 4e-4, 0.08).alpha_bar[-1])
    assert f"{repaired:.5f}" == "0.00003"  # the repaired line says so
    assert "alpha_bar_T = 0.00003" in errata.find("short-chain").right


def test_the_probability_flow_is_right_and_poor() -> None:
    assert flow.STRIDES == (1, 10, 50, 100)
    variance = next(note for note in errata.NOTES if note.key == "probability-flow").run().facts["variance"]
    for stride, printed in zip(flow.STRIDES, (".2598", ".3662", "1.613", "8.274"), strict=True):
        assert rounds_to(variance[stride], printed)
    # upwards and downwards undo each other as the stride falls
    assert flow._flow_rule(0.5, 0.7, 0.0)[1] == pytest.approx(
        (0.7 / 0.5) ** 0.5 + 0.7**0.5 * 0.5 * (0.3 / 0.7 - 1.0) / 0.5**0.5, abs=1e-12
    )


def test_the_table_of_the_paper() -> None:
    typed_again = {
        ("CIFAR10", 0.0): "13.36 6.84 4.67 4.16 4.04", ("CIFAR10", 0.2): "14.04 7.11 4.77 4.25 4.09",
        ("CIFAR10", 0.5): "16.66 8.35 5.25 4.46 4.29", ("CIFAR10", 1.0): "41.07 18.36 8.01 5.78 4.73",
        ("CIFAR10", "hat"): "367.43 133.37 32.72 9.99 3.17", ("CelebA", 0.0): "17.33 13.73 9.17 6.53 3.51",
        ("CelebA", 0.2): "17.66 14.11 9.51 6.79 3.64", ("CelebA", 0.5): "19.86 16.06 11.01 8.09 4.28",
        ("CelebA", 1.0): "33.12 26.03 18.48 13.93 5.98", ("CelebA", "hat"): "299.71 183.83 71.71 45.20 3.26",
    }  # fmt: skip
    assert {key: [paper.fid(*key, S) for S in (10, 20, 50, 100, 1000)] for key in typed_again} == {
        key: [float(value) for value in row.split()] for key, row in typed_again.items()
    }


def test_the_second_table_of_the_paper() -> None:
    typed_again = "10: .014, 20: .0065, 50: .0023, 100: .0009, 200: .0004, 500: .0001, 1000: .0001"
    pairs = (pair.split(":") for pair in typed_again.split(","))
    assert {int(S): float(error) for S, error in pairs} == paper.RECONSTRUCTION
    assert "Table 2" in paper.SOURCE_2


def test_what_the_table_says_of_the_claims() -> None:
    five = checked("five-times").facts
    assert [row[2] for row in five["CIFAR10"].values()] == [False, False]
    assert [row[2] for row in five["CelebA"].values()] == [True, True]
    assert (five["sigma-hat at 1000"], five["best DDIM"]) == (3.17, 4.04)
    assert checked("ddpm-at-full-length").facts["FID at 1000"]["CIFAR10"] == (4.04, 4.73, 3.17)


def test_verdicts_of_the_core() -> None:
    strides = checked("whole-strides").facts
    assert strides["counts above 1"] == 62
    assert {37, 41, 43, 45, 60} <= set(strides["missing"])
    assert d.gamma(0.5, 0.7, 0.1) == pytest.approx(4.4445, abs=5e-5)
    assert checked("reverse-markov").facts["weight of x_0"] == pytest.approx(
        0.5**0.5 - (0.29 * 0.5) ** 0.5 * 0.7**0.5 / 0.3, abs=1e-12
    )


def test_the_shared_parameter_against_a_search() -> None:
    facts = checked("same-objective").facts
    levels = oracles.linear_alpha_bar(1000)
    thetas = np.linspace(0.9, 1.2, 300001)
    for weights, found in ((np.ones(3), facts["L_1"]), (np.array(facts["gamma"]), facts["J_sigma"])):
        loss = sum(
            w * (oracles.marginal_variance(levels[t], 0.5) * thetas**2 - 2 * (1 - levels[t]) ** 0.5 * thetas)
            for w, t in zip(weights, (150, 500, 950), strict=True)
        )
        assert thetas[np.argmin(loss)] == pytest.approx(found, abs=2e-6)
