"""The exact world's views give what `dl.sample` and `ddim_lab.exact` give, on the same noise, and refuse nonsense."""

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import exact, noise
from ddim_lab.exact import gallery
from ddim_lab.lab.live.messages import TEXT_MAX
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.exact import crowd, numbers
from ddim_lab.lab.settings import Settings
from ddim_lab.teaching.pages.exact import claims, questions

RING = {"name": "ring"}
SHORT = {"S": 8, "eta": 0.7, "seed": 3}


def ask(name, **values):
    return list(VIEWS[name](values))


def array(data, *shape):
    return np.frombuffer(data, "<f4").reshape(shape).astype(float)


def schedule_and_tau(settings):
    s = Settings.fit(settings)
    return s.run.schedule, s.run.tau


# Particles


def sampled(settings, n, world):
    """x_T and every x_prev of dl.sample in float64, from the lab's own noise: (S + 1, n, 2)."""
    s = Settings.fit(settings)
    x_T = torch.from_numpy(noise.rows(n, (2,), s.seed, noise.INITIAL, 0))
    steps = dl.sample(world.eps, x_T, s.run.schedule, s.run.tau, s.eta, s.sigma_hat, seed=s.seed)
    return np.stack([x_T.numpy(), *(step.x_prev.numpy() for step in steps)])


@pytest.mark.parametrize("name", ["ring", "blob"])
@pytest.mark.parametrize("more", [{}, {"eta": 1.0, "sigma_hat": True}, {"eta": 0.0, "spacing": "leading"}])
def test_every_frame_is_dl_samples(name, more):
    settings = SHORT | more
    parts = ask("particles", settings=settings, world={"name": name}, n=90, place=1.0, drag=False, chosen=[])
    truth = sampled(settings, 90, gallery.named(name))
    assert [head["frame"] for head, _ in parts] == list(range(9))
    np.testing.assert_allclose([array(data, 90, 2) for _, data in parts], truth, atol=2e-6)
    variances = [head["seen"]["variance"] for head, _ in parts]
    np.testing.assert_allclose(variances, truth.var(axis=1).mean(axis=1), atol=1e-9)


def test_two_cores_give_what_one_gives():
    n = crowd.HALVES // 8 + 1
    (head, data), *_ = ask("particles", settings=SHORT, world=RING, n=n, place=1.0, drag=True, chosen=[])
    few = head["n"]
    np.testing.assert_allclose(array(data[: few * 8], few, 2), sampled(SHORT, few, gallery.ring())[-1], atol=2e-6)


def test_a_drag_sends_the_frame_at_the_cursor_and_the_chosen_paths():
    ((head, data),) = ask("particles", settings=SHORT, world=RING, n=50, place=0.5, drag=True, chosen=[7, 2])
    truth = sampled(SHORT, 50, gallery.ring())
    assert (head["here"], head["t"][head["here"]], head["draft"]) == (4, 500, False)
    np.testing.assert_allclose(array(data[: 50 * 8], 50, 2), truth[4], atol=2e-6)
    np.testing.assert_allclose(array(data[50 * 8 :], 2, 5, 2), truth[:5, [7, 2]].swapaxes(0, 1), atol=2e-6)


def test_a_slow_machine_drafts_fewer_particles_and_says_so(monkeypatch):
    monkeypatch.setattr(crowd._pace, "rate", 1e4)
    values = {"settings": SHORT, "world": RING, "place": 1.0, "drag": True, "chosen": [1]}
    ((head, data),) = ask("particles", n=5000, **values)
    assert (head["n"], head["of"], head["draft"]) == (crowd.DRAFTS[-1], 5000, True)
    assert head["settings"] == Settings.fit(SHORT).to_dict()  # never other settings
    np.testing.assert_allclose(array(data[: 300 * 8], 300, 2), sampled(SHORT, 300, gallery.ring())[-1], atol=2e-6)


def test_a_long_run_keeps_its_ends_and_thins_between():
    parts = ask("particles", settings={"S": 500}, world={"name": "blob"}, n=5, place=0.0, drag=False, chosen=[])
    head = parts[-1][0]
    assert len(parts) == len(head["t"]) == crowd.FRAMES
    assert (head["t"][0], head["t"][-1], head["steps"][-1]) == (1000, 0, 500)
    np.testing.assert_allclose(array(parts[-1][1], 5, 2), sampled({"S": 500}, 5, gallery.named("blob"))[-1], atol=2e-6)


def test_a_run_that_does_not_start_at_T_is_warned_of():
    (head, _), *_ = ask(
        "particles", settings={"spacing": "leading", "S": 4}, world=RING, n=5, place=0.0, drag=False, chosen=[]
    )
    assert "t = 751" in head["warning"]


def test_the_data_and_the_field_are_the_worlds():
    ((head, data),) = ask("world", world=RING, n=40)
    assert head["title"] == "ring of spots"
    distance = np.linalg.norm(array(data, 40, 2)[:, None] - gallery.ring().means, axis=-1).min(axis=1)
    assert distance.max() < 5 * 0.14
    world, a = gallery.ring(), float(dl.NoiseSchedule.linear().alpha_bar[300])
    for show, field in (("score", world.score), ("eps", lambda x, level: -world.eps(x, level))):
        ((head, data),) = ask("field", settings={}, world=RING, t=300, show=show)
        counts, n = [sum(contour) for contour in head["lines"]], head["arrows"]
        points, arrows = array(data[: 8 * sum(counts)], sum(counts), 2), array(data[8 * sum(counts) :], n, n, 2)
        x, y = np.linspace(-3, 3, n)[5], np.linspace(-3, 3, n)[11]
        np.testing.assert_allclose(arrows[11, 5], field(np.array([x, y]), a), rtol=1e-5)
        for height, line in zip(head["heights"], np.split(points, np.cumsum(counts)[:-1]), strict=True):
            assert len(line) > 50
            np.testing.assert_allclose(world.density(line, a), height, rtol=0.02)  # between points of a grid


def test_contours_hold_the_shares_that_they_claim():
    ((head, _),) = ask("field", settings={}, world={"name": "blob"}, t=500, show="none")
    world, a = gallery.named("blob"), float(dl.NoiseSchedule.linear().alpha_bar[500])
    inside = world.density(world.sample(50_000, 1, a), a)
    for height, mass in zip(head["heights"], crowd.MASSES, strict=True):
        assert (inside > height).mean() == pytest.approx(mass, abs=0.02)


# Numbers


def test_in_the_blob_the_numbers_are_the_closed_form():
    world = gallery.named("blob")
    ((head, _),) = ask("distances", settings=SHORT, world={"name": "blob"})
    schedule, tau = schedule_and_tau(SHORT)
    end = exact.moments(world, schedule, tau, 0.7)
    assert head["w2"][-1] == pytest.approx(exact.w2(end, exact.marginal(world, 1.0)), rel=1e-12)
    assert head["variance"][-1] == pytest.approx(np.trace(end.cov) / 2)
    assert head["exact"][-1] == pytest.approx(np.trace(world.cov) / 2)
    split = exact.error_split(world, schedule, tau, 0.7)
    assert (head["split"]["total"], head["split"]["start"]) == (split.total, split.start)
    assert len(head["t"]) == len(head["w2"]) == 9


def test_in_a_mixture_they_are_measured_and_come_time_by_time():
    parts = ask("distances", settings=SHORT, world=RING)
    assert [len(head["t"]) for head, _ in parts] == [*range(1, 10), 9]
    head = parts[-1][0]
    end = sampled(SHORT, numbers.FEW, gallery.ring())[-1]
    found = exact.sliced_w2(end, gallery.ring(), seed=1, **numbers.SLICES)
    assert (head["w2"][-1], head["floor"][-1]) == pytest.approx((found.value, found.floor), rel=1e-6)
    assert head["split"]["total"] == head["w2"][-1]


def test_errors_against_calls_are_those_of_the_runs_and_are_kept(monkeypatch):
    numbers._errors.clear()
    values = {"settings": {"eta": 0.3, "S": 7}, "world": {"name": "blob"}}
    ((head, _),) = ask("errors", **values)
    world, schedule = gallery.named("blob"), dl.NoiseSchedule.linear()
    runs = {
        "eta 0": (0.0, False), "eta 1": (1.0, False), "sigma-hat": (1.0, True),
        "2M": (0.0, False, "dpmpp_2m"), "2S": (0.0, False, "dpmpp_2s"),
    }  # fmt: skip
    for name, run in runs.items():
        for S in (1, 20, 250):
            end = exact.moments(world, schedule, dl.spacing.trailing(1000, S), *run)
            wanted = exact.w2(end, exact.marginal(world, 1.0))
            calls = 2 * S - 1 if name == "2S" else S
            assert head["lines"][name][head["calls"][name].index(calls)] == pytest.approx(wanted, rel=1e-12)
    assert max(map(max, head["calls"].values())) == 1000
    monkeypatch.setattr(numbers, "_error", lambda *_: pytest.fail("worked again"))
    assert ask("errors", **values)[-1][0]["lines"] == head["lines"]


def test_an_eta_that_a_run_does_not_admit_has_no_error():
    numbers._errors.clear()
    settings = {"T": 40, "schedule": "linear", "spacing": "quadratic"}
    ((head, _),) = ask("errors", settings=settings, world={"name": "blob"})
    admitted = Settings(T=40, spacing="quadratic", S=2).eta_end >= 1
    assert (head["lines"]["eta 1"][head["calls"]["eta 1"].index(2)] is not None) is admitted
    assert max(map(max, head["calls"].values())) <= 40


@pytest.mark.slow
def test_in_a_mixture_a_solvers_error_is_that_of_dl_samples_crowd():
    numbers._errors.clear()
    *_, (head, _) = ask("errors", settings={"seed": 3, "T": 10}, world=RING)
    world, schedule = gallery.ring(), dl.NoiseSchedule.linear(10)
    x_T = torch.tensor(exact.chains.particle_noise(numbers.FEW, (2,), 3)(0))
    for name, solver in (("2M", "dpmpp_2m"), ("2S", "dpmpp_2s"), ("eta 0", "ddim")):
        end = dl.last(dl.sample(world.eps, x_T, schedule, dl.spacing.trailing(10, 5), solver=solver)).x_prev.numpy()
        wanted = exact.sliced_w2(end, world, seed=1, **numbers.SLICES).value
        at = head["calls"][name].index(9 if name == "2S" else 5)
        assert head["lines"][name][at] == pytest.approx(wanted, rel=1e-9)


# One dimension


def test_walks_are_the_chains_of_the_core():
    ((head, data),) = ask("walks", settings=SHORT, x_0=-0.4, wrong=False)
    chains = exact.chains.forward(-0.4, *schedule_and_tau(SHORT), 0.7, 2000, 3)
    paths = array(data[: 40 * 9 * 4], 40, 9)
    np.testing.assert_allclose(paths, chains[:, :40].T, atol=1e-6)
    assert [one["t"] for one in head["watched"]] == [1000, 500, 125]
    assert [one["std"] for one in head["watched"]] == pytest.approx([chains[i].std() for i in (0, 4, 7)])
    counts = array(data[40 * 9 * 4 :], 3, head["bins"] + head["curve"])[:, : head["bins"]]
    wanted = np.histogram(chains[4], np.linspace(-4, 4, 65), density=True)[0]
    np.testing.assert_allclose(counts[1], wanted, rtol=1e-5)


def test_the_dashed_curve_is_the_normal_density_and_knows_no_eta():
    curves = []
    for eta in (0.0, 1.0):
        ((head, data),) = ask("walks", settings={"eta": eta}, x_0=0.8, wrong=False)
        curves.append(array(data[40 * 11 * 4 :], 3, head["bins"] + head["curve"])[:, head["bins"] :])
    np.testing.assert_array_equal(*curves)
    a = dl.NoiseSchedule.linear().alpha_bar[500]
    x = np.linspace(-4, 4, 161)
    normal = np.exp(-((x - 0.8 * a**0.5) ** 2) / (2 * (1 - a))) / (2 * np.pi * (1 - a)) ** 0.5
    np.testing.assert_allclose(curves[0][1], normal, atol=1e-6)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_the_crowd_is_kept_unless_the_covariance_is_wrong(eta):
    for wrong in (False, True):
        ((head, _),) = ask("walks", settings={"eta": eta, "S": 20}, x_0=0.8, wrong=wrong)
        assert all(one["kept"] for one in head["watched"]) is not (wrong and eta > 0)


def test_lanes_collapse_and_do_not_as_known():
    ((head, data),) = ask("lanes", settings={"S": 10, "eta": 0.4})
    ends = {name: lane["std"][-1] for name, lane in head["lanes"].items()}
    assert ends["ddim"] ** 2 == pytest.approx(0.1368665608, abs=1e-9)  # known values of N(.3, .25), S = 10
    assert ends["ddpm"] ** 2 == pytest.approx(0.1112056170, abs=1e-9)
    assert ends["noise_off"] == pytest.approx(0.0016, abs=5e-5)
    lanes = array(data, 3, 40 * 11 + 200)
    starts = [lane[: 40 * 11].reshape(40, 11)[:, 0] for lane in lanes]
    np.testing.assert_array_equal(starts[0], starts[1])
    np.testing.assert_array_equal(starts[0], starts[2])
    assert lanes[1, 40 * 11 :].std() < 0.002


# What comes from a browser

GOOD = {
    "walks": {"settings": {}, "x_0": 0.0, "wrong": False},
    "lanes": {"settings": {}},
    "world": {"world": RING, "n": 10},
    "particles": {"settings": {}, "world": RING, "n": 10, "place": 1.0, "drag": True, "chosen": []},
    "field": {"settings": {}, "world": RING, "t": 10, "show": "none"},
    "distances": {"settings": {}, "world": RING},
    "errors": {"settings": {}, "world": RING},
}


@pytest.mark.parametrize(
    ("name", "bad", "error", "named"),
    [
        ("walks", {"x_0": 2.0}, ValueError, "1.5"),
        ("walks", {"x_0": float("nan")}, ValueError, "finite"),
        ("walks", {"wrong": 1}, TypeError, "wrong"),
        ("lanes", {"settings": {"S": 0}}, ValueError, "S must"),
        ("world", {"n": 5001}, ValueError, "5000"),
        ("world", {"world": {"name": "mars"}}, ValueError, "mars"),
        ("particles", {"world": "ring"}, TypeError, "object"),
        ("particles", {"world": {"name": "drawn", "centres": []}}, ValueError, "centres"),
        ("particles", {"world": {"name": "drawn", "centres": [[0, 0]] * 61}}, ValueError, "60"),
        ("particles", {"world": {"name": "drawn", "centres": [[0, 9]]}}, ValueError, "9"),
        ("particles", {"world": {"name": "drawn", "centres": [[0]]}}, ValueError, "pair"),
        ("particles", {"world": {"name": "drawn", "centres": [["0", 1]]}}, TypeError, "centre"),
        ("particles", {"world": {"name": "ring", "centres": [[0, 1]]}}, ValueError, "name"),
        ("particles", {"n": 5001}, ValueError, "5000"),
        ("particles", {"place": 1.1}, ValueError, "place"),
        ("particles", {"chosen": [10]}, ValueError, "chosen"),
        ("particles", {"chosen": list(range(17))}, ValueError, "at most 16"),
        ("particles", {"drag": "yes"}, TypeError, "drag"),
        ("field", {"t": 1001}, ValueError, "1000"),
        ("field", {"show": "all"}, ValueError, "show"),
        ("distances", {"extra": 1}, ValueError, "needs"),
        ("errors", {"world": None}, TypeError, "world"),
    ],
)
def test_nonsense_is_refused_in_words_before_work_starts(name, bad, error, named):
    with pytest.raises(error, match=named):
        VIEWS[name](GOOD[name] | bad)


def test_the_largest_drawn_world_fits_a_message():
    import json

    centres = [[-2.25, -1.75]] * gallery.CENTRES_MAX
    values = GOOD["particles"] | {"settings": Settings().to_dict(), "world": {"name": "drawn", "centres": centres}}
    assert len(json.dumps({"id": 10**6, "view": "particles", "values": values})) < TEXT_MAX
    assert len(list(VIEWS["particles"](values))) == 1


# Teaching


@pytest.mark.parametrize("question", questions.QUESTIONS, ids=lambda question: question.key)
def test_a_question_opens_settings_of_the_page(question):
    known = {"view", "world", "place", "wrong", "hide", "left"}
    Settings.fit({name: value for name, value in question.state.items() if name not in known})


def test_another_core_gives_another_answer(monkeypatch):
    monkeypatch.setattr(claims.rules, "noise_off", claims.rules.ddim(0.0))
    claims.lane_std.cache_clear()
    try:
        assert questions.what_is_left() == 0
        assert questions.more_steps() == 0
    finally:
        claims.lane_std.cache_clear()
