"""The server side of "Compare": each lane is dl.sample, bounds hold before work starts, words and links agree."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab import exact
from ddim_lab.lab.live.messages import TEXT_MAX
from ddim_lab.lab.pages.compare import lanes, view, words
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import comparing
from ddim_lab.model import mnist
from tests.lab import truth, wire

COMMON = {"T": 1000, "seed": 3, "images": 3, "digit": "each", "one_start": False}
OFF = [{"eta": 1.0}, {"eta": 1.0, "noise": False}, {"eta": 0.0}]


def ask(own, draw=None, draft=False, focus=0, **common):
    draw = list(range(len(own))) if draw is None else draw
    values = {"common": COMMON | common, "lanes": own, "draw": draw, "draft": draft, "focus": focus}
    return list(view.compare(values))


def film(parts, lane, n, maps=False):
    """(frames, 2, n, 28, 28) of the last round of a lane, and its maps (frames, 2, 28, 28)."""
    frames = {}
    for head, pixels in parts:
        if head["kind"] == "frame" and head["lane"] == lane and head["kinds"]["x_t"] == n:
            frames[head["j"]] = np.concatenate(wire.pictures(head, pixels))
    assert sorted(frames) == list(range(1, len(frames) + 1))
    all_of_them = np.stack([frames[frame] for frame in sorted(frames)])
    films = all_of_them[:, : 2 * n].reshape(-1, 2, n, 28, 28)
    return (films, all_of_them[:, 2 * n :]) if maps else films


MANY = [
    {"eta": 0.5, "S": 4, "spacing": "quadratic"},
    {"eta": 1.0, "S": 5, "sigma_hat": True, "schedule": "cosine"},
    {"S": 3, "guidance": 3.0, "clip": "keep_eps"},
    {"S": 3, "solver": "dpmpp_2s"},
    {"S": 4, "solver": "dpmpp_2m", "eta": 0.5},
    {"S": 3, "guidance": 3.0, "clip": "rederive_eps", "spacing": "leading"},
]


def test_every_lane_is_dl_sample_to_one_grey_level():
    parts = ask(MANY)
    for number, own in enumerate(MANY):
        x_t, x0 = truth.film(own | {"seed": 3, "images": 3})
        found = film(parts, number, 3)
        truth.assert_same_picture(found[:, 0], x_t, f"x_t of lane {number}")
        truth.assert_same_picture(found[:, 1], x0, f"x_0 of lane {number}")
        start = parts[0][0]["lanes"][number]
        assert start["t"] == [*Settings.parse(own).run.tau[::-1].tolist(), 0]


def test_the_lane_without_noise_has_k_and_m_of_eta_1_and_no_noise():
    found = film(ask(OFF), 1, 3)
    steps = truth.steps({"seed": 3, "images": 3})
    x_T = next(iter(steps)).x_t
    model = lambda x, a: truth.denoiser()(x, a, label=torch.tensor([0, 1, 2]))  # noqa: E731
    tau = dl.spacing.trailing(1000, 10)
    levels = exact.levels_of(dl.NoiseSchedule.linear(), tau)
    with torch.no_grad():
        walked = list(exact.rules.walk(model, x_T, levels, exact.rules.noise_off))
    for frame, x in zip(found[1:, 0], walked, strict=True):
        truth.assert_same_picture(frame, truth.grey(x))


def test_all_lanes_share_start_and_fresh_noise():
    """Same x_T; and two lanes that differ in eta alone get the same z: then x_prev(eta) moves along one line."""
    parts = ask([{"eta": 0.3}, {"eta": 0.9}, {"S": 4}])
    starts = [film(parts, lane, 3)[0, 0] for lane in range(3)]
    assert (starts[0] == starts[1]).all()
    assert (starts[0] == starts[2]).all()
    lane = lanes.parse(COMMON, [{"eta": 0.3}, {"eta": 0.9}])
    one, other = (next(iter(view.walk(each, 0, 3))) for each in lane)
    sigma = [dl.coefficients(*map(float, each.settings.run.levels[0]), each.settings.eta).sigma
             for each in lane]  # fmt: skip
    np.testing.assert_allclose(one.noise_term / sigma[0], other.noise_term / sigma[1], atol=1e-5)


def test_one_start_many_noises():
    parts = ask([{"eta": 0.0, "S": 4}, {"eta": 1.0, "S": 4}], one_start=True, digit="any", images=4)
    quiet, no_spread = film(parts, 0, 4, maps=True)
    noisy, spread = film(parts, 1, 4, maps=True)
    assert (quiet[:, :, :1] == quiet).all()
    assert not no_spread.any()
    assert (noisy[0, 0, :1] == noisy[0, 0]).all()
    for image, other in itertools.combinations(range(4), 2):
        assert (noisy[-1, 0, image] != noisy[-1, 0, other]).mean() > 0.05
    model, x_T = truth.denoiser(), dl.initial_noise(1, (1, 28, 28), seed=3)
    tau, schedule = dl.spacing.trailing(1000, 4), dl.NoiseSchedule.linear()
    ends = [dl.last(dl.sample(model, x_T, schedule, tau, eta=1.0, seed=3, first=i)).x_prev[0, 0] for i in range(4)]
    for image, end in enumerate(ends):  # noise of image i, one at a time
        truth.assert_same_picture(noisy[-1, 0, image], truth.grey(end[None, None])[0])
    wanted = 255 * torch.stack(ends).double().std(0, unbiased=False).clamp(0, 1)
    assert np.abs(spread[-1, 0] - wanted.numpy()).max() <= 1.5
    last = {head["lane"]: head["vary"]["x_t"] for head, _ in parts if head["kind"] == "frame"}
    assert last[0] == 0
    variance = float(torch.stack(ends).var(0, unbiased=False).mean())
    np.testing.assert_allclose(last[1], variance**0.5, rtol=6e-3)


def test_the_numbers_are_distances_to_lane_1_and_what_the_judge_reads():
    from ddim_lab.model.classifier import load_classifier, look

    told = ask(OFF)[-1][0]["lanes"]
    ends = [dl.last(truth.steps({"eta": eta, "seed": 3, "images": 3})).x_prev for eta in (1.0, 0.0)]
    wanted = (ends[0] - ends[1]).double().square().mean((1, 2, 3)).sqrt().numpy()
    np.testing.assert_allclose(told[2]["rms"], wanted, rtol=6e-3)
    assert told[0]["rms"] == [0, 0, 0]
    assert told[2]["differ"] == (wanted > comparing.VISIBLE).sum()
    assert told[2]["read"] == look(load_classifier(), mnist.to_grey(ends[1].numpy()))[1].tolist()


def test_only_the_lanes_that_changed_are_drawn_and_the_others_numbers_stay():
    ask(OFF)
    parts = ask([*OFF[:2], {"eta": 0.25}], draw=[2])
    assert {head["lane"] for head, _ in parts if head["kind"] == "frame"} == {2}
    assert all(one is not None and one["rms"] is not None for one in parts[-1][0]["lanes"])


def test_a_draft_is_one_image_of_the_very_setting():
    parts = ask([{"eta": 0.0}, {"eta": 0.7, "S": 6}], draw=[1], draft=True, focus=2)
    assert parts[0][0]["draft"]
    assert {head["kinds"]["x_t"] for head, _ in parts[1:]} == {1}
    assert {head["first"] for head, _ in parts[1:]} == {2}
    x_t, _ = truth.film({"eta": 0.7, "S": 6, "seed": 3, "images": 3})
    truth.assert_same_picture(film(parts, 1, 1)[:, 0, 0], x_t[:, 2])
    assert [head["kind"] for head, _ in parts].count("numbers") == 0


@pytest.mark.slow
def test_long_runs_show_the_followed_image_first_and_are_thinned():
    parts = ask([{"S": 150}, {"S": 2}], images=1)
    start = parts[0][0]["lanes"][0]
    assert len(start["t"]) == lanes.FRAMES == len(film(parts, 0, 1))
    assert (start["t"][0], start["t"][-1]) == (1000, 0)
    rounds = [head["kinds"]["x_t"] for head, _ in ask([{"S": 40}, {"S": 25}], images=2) if head["kind"] == "frame"]
    assert rounds == sorted(rounds)
    assert set(rounds) == {1, 2}


def test_the_scrubber_is_lane_1s_time_and_other_schedules_stand_at_the_same_noise_level():
    first, same, other = lanes.places(lanes.parse(COMMON, [{"S": 10}, {"S": 4}, {"S": 10, "schedule": "cosine"}]))
    np.testing.assert_allclose(first, np.arange(11) / 10)
    np.testing.assert_allclose(same, np.arange(5) / 4)
    linear, cosine = dl.NoiseSchedule.linear().alpha_bar, dl.NoiseSchedule.cosine().alpha_bar
    for place, t in zip(other, [*range(1000, 0, -100), 0], strict=True):
        at = round(1000 * (1 - place))
        nearest = np.abs(linear - cosine[t]).min()
        assert abs(linear[at] - cosine[t]) <= nearest + 1e-4


BAD = [
    ({}, [{}], "2 to 6 lanes, got 1"),
    ({}, [{}] * 7, "2 to 6 lanes, got 7"),
    ({}, "no", "2 to 6 lanes, got str"),
    ({}, [{}, {"eta": -1}], "lane 2: eta"),
    ({}, [{}, {"seed": 1}], "lane 2: a lane has no setting 'seed'"),
    ({}, [{}, {"S": 2.5}], "lane 2: S"),
    ({}, [{}, {"noise": 1}], "lane 2: noise"),
    ({}, [{}, {"noise": False, "solver": "dpmpp_2m"}], "lane 2: the noise can be switched off under solver ddim"),
    ({}, [{}, {"clip": "keep_eps", "solver": "dpmpp_2m"}], "lane 2: solver dpmpp_2m"),
    ({}, [{}, []], "lane 2: a lane must be an object"),
    ({"images": 9}, [{}, {}], "images"),
    ({"eta": 1}, [{}, {}], "common has no setting 'eta'"),
    ({"one_start": "yes"}, [{}, {}], "one_start"),
    ({"digit": "x"}, [{}, {}], "digit"),
]


@pytest.mark.parametrize(("common", "own", "said"), BAD)
def test_bad_input_is_refused_in_words(common, own, said):
    with pytest.raises((TypeError, ValueError), match=said):
        lanes.parse({"images": 8} | common, own)


def test_work_is_bounded_before_it_starts():
    most = [{"S": 1000}] * 2
    assert lanes.parse({"images": 8}, most)
    with pytest.raises(ValueError, match=r"16008 network passes .* fewer steps, fewer images or fewer lanes"):
        lanes.parse({"images": 8}, [*most, {"S": 1}])
    with pytest.raises(ValueError, match="32000 network passes"):  # guidance asks twice
        lanes.parse({"images": 8}, [{"S": 1000, "guidance": 2.0}] * 2)
    with pytest.raises(ValueError, match="16008 network passes"):  # and 2S at each step but the last
        lanes.parse({"images": 8}, [{"S": 501, "solver": "dpmpp_2s"}, {"S": 1000}])
    with pytest.raises(ValueError, match="a lane to draw"):
        view.compare({"common": {}, "lanes": [{}, {}], "draw": [2], "draft": False, "focus": 0})
    with pytest.raises(ValueError, match="focus"):
        view.compare({"common": {"images": 4}, "lanes": [{}, {}], "draw": [], "draft": False, "focus": 4})


def test_a_heading_names_what_differs_and_nothing_else():
    names, shared = words.headings(lanes.parse({}, OFF))
    assert names == ["eta 1 (DDPM)", "eta 1 · noise switched off", "eta 0 (DDIM)"]
    assert "eta" not in shared
    assert shared.startswith("S 10 · even steps, ending at T")
    names, _ = words.headings(lanes.parse({}, [{"S": 5}, {"S": 20}]))
    assert names == ["S 5", "S 20"]
    assert words.headings(lanes.parse({}, [{}, {}]))[0] == ["the same setting"] * 2
    names, shared = words.headings(lanes.parse({}, [{}, {"S": 3, "solver": "dpmpp_2s"}]))
    assert names == ["S 10 · DDIM · 10 network calls", "S 3 · 2S · 5 network calls"]
    names, shared = words.headings(lanes.parse({}, [{"S": S, "solver": "dpmpp_2m"} for S in (5, 9)]))
    assert names == ["S 5", "S 9"]
    assert "2M" in shared
    names, _ = words.headings(lanes.parse({}, [{"eta": 1.0}, {"eta": 1.0, "sigma_hat": True}]))
    assert names == ["eta 1 (DDPM)", "eta 1 · sigma-hat"]


own_lanes = st.fixed_dictionaries(
    {
        "eta": st.floats(0, 1) | st.just(1e-7), "S": st.integers(1, 100),
        "spacing": st.sampled_from(dl.spacing.KINDS), "schedule": st.sampled_from(dl.NoiseSchedule.KINDS),
        "guidance": st.floats(0, 8), "clip": st.sampled_from(("none", "keep_eps", "rederive_eps")),
        "noise": st.booleans(), "solver": st.sampled_from(("ddim", "dpmpp_2m", "dpmpp_2s")),
    }
).filter(lambda own: own["solver"] == "ddim" or (own["noise"] and own["clip"] != "keep_eps"))  # fmt: skip


@given(own_lanes)
def test_a_link_holds_a_lane_and_is_short(own):
    (lane, _) = lanes.parse({}, [own, {}])
    text = words.link(lane)
    assert len(text) <= 100
    assert text.isascii()
    assert not set(text) & set(" ,=&%~")
    (back, _) = lanes.parse({}, [lane.own() | words.from_link(text), {}])
    told, meant = back.own(), lane.own()
    for name in ("eta", "guidance"):
        assert abs(told.pop(name) - meant.pop(name)) < 1e-12
    assert told == meant


def test_what_a_link_opens():
    def opened(settings=None, **link):
        return next(iter(view.opened({"settings": settings or {}, "link": link})))[0]

    found = opened({"eta": 1.0, "S": 20}, l2="eta1-S20-off", l3="S20", one="1")
    assert found["one_start"]
    assert found["problems"] == []
    assert [one["eta"] for one in found["lanes"]] == [1.0, 1.0, 0.0]
    assert [one["noise"] for one in found["lanes"]] == [True, False, True]
    found = opened({}, l2="S7", l3="eta99999", l4="<script>", l9="S1")
    assert len(found["lanes"]) == 3
    assert "lane 4: a lane has no setting '<script>'" in found["problems"]
    assert len(opened({}, l2="junk")["lanes"]) == 2
    carried = opened({"eta": 0.0, "S": 25, "schedule": "cosine"})[
        "lanes"
    ]  # from another page: lane 1, and eta's other end
    assert [(one["eta"], one["S"], one["schedule"]) for one in carried] == [(0.0, 25, "cosine"), (1.0, 25, "cosine")]
    carried = opened({"S": 25, "solver": "dpmpp_2s"})["lanes"]  # or DDIM beside another solver
    assert [(one["solver"], one["S"]) for one in carried] == [("dpmpp_2s", 25), ("ddim", 25)]
    assert opened({}, l2="S5-dpmpp_2m")["lanes"][1]["solver"] == "dpmpp_2m"
    with pytest.raises(TypeError, match="link"):
        opened({}, l2=3)


@pytest.mark.slow
def test_the_code_reproduces_the_lanes():
    for common, own in (
        ({}, [*OFF[1:], *MANY[:4]]),
        ({"digit": "any", "one_start": True}, [{"S": 3}, {"eta": 1.0, "S": 3}]),
    ):
        parts = ask(own, **common)
        space = {}
        exec(parts[0][0]["code"], space)
        assert len(space["lanes"]) == len(own)
        for number, digits in enumerate(space["lanes"]):
            truth.assert_same_picture(film(parts, number, 3)[-1, 0], truth.grey(digits), f"lane {number}")


def test_over_the_socket():
    six = [Settings(eta=0.5).to_dict() for _ in range(6)]
    own = [{name: one[name] for name in lanes.OWN} | {"noise": True, "S": 2} for one in six]
    values = {"common": COMMON, "lanes": own, "draw": [0], "draft": True, "focus": 0}
    assert len(str(values)) < TEXT_MAX / 1.5
    with wire.page() as page:
        got = page.until(page.send(view="compare", values=values), "end", "error")
        assert got[-1]["type"] == "end"
        refused = page.until(page.send(view="compare", values=values | {"lanes": own[:1]}), "error")[-1]
        assert "2 to 6 lanes" in refused["message"]
