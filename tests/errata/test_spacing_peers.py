"""The grids of other code are told as they are: against diffusers itself, and against counts made elsewhere."""

import numpy as np
import pytest

from ddim_lab import spacing
from ddim_lab.errata import spacing_peers
from ddim_lab.errata.spacing_peers import PEERS, find, look
from tests.errata.measured import unsound

ALL = range(1, 1001)


@pytest.fixture(scope="module")
def scheduler():
    diffusers = pytest.importorskip("diffusers")
    return lambda kind: diffusers.DDIMScheduler(1000, timestep_spacing=kind, clip_sample=False)


@pytest.mark.parametrize("kind", ["leading", "trailing", "linspace"])
def test_a_grid_of_diffusers_is_theirs_for_every_step_count(scheduler, kind):
    theirs = scheduler(kind)
    for S in ALL:
        theirs.set_timesteps(S)
        assert theirs.timesteps.tolist()[::-1] == find(kind).indices(1000, S), S


@pytest.mark.parametrize("S", [7, 10, 30, 150, 600])
@pytest.mark.parametrize("kind", ["leading", "linspace"])
def test_diffusers_steps_where_we_say_it_steps(scheduler, kind, S):
    """With no noise in sight x_prev / x_t is the root of the levels' ratio, which tells the level reached."""
    import torch

    theirs = scheduler(kind)
    theirs.set_timesteps(S)
    steps = find(kind).visited(1000, S)
    for t, t_prev in spacing_peers.assumed_previous(steps, 1000, S):
        one = torch.ones(1, dtype=torch.float64)
        reached = float(theirs.step(0 * one, t - 1, one).prev_sample) ** 2 * float(theirs.alphas_cumprod[t - 1])
        level = 1.0 if t_prev == 0 else float(theirs.alphas_cumprod[t_prev - 1])
        assert reached == pytest.approx(level, rel=1e-5), (t, t_prev)


@pytest.mark.parametrize(
    ("key", "count"),
    [("uniform", 984), ("ddimN", 1000 - 62), ("trailing", 62), ("leading", 0), ("linspace", 0), ("section counts", 0)],
)
def test_how_many_step_counts_go_wrong(key, count):
    assert len(unsound(key)) == count


def test_the_faults_of_the_table():
    assert unsound("trailing")[:3] == (61, 103, 121)
    assert look(find("trailing"), 1000, 61) == spacing_peers.Finding(61, 62, 1000, 0, 0, 1)
    assert look(find("uniform"), 1000, 10).first == look(find("leading"), 1000, 10).first == 901
    assert look(find("quad"), 1000, 10).first == 801
    assert unsound("quad")[0] == 30
    assert look(find("leading"), 1000, 501).first == 501
    assert sum(look(find("uniform + 1"), 1000, S).outside > 0 for S in ALL) == 599
    with pytest.raises(ValueError, match="no integer stride gives exactly 37 steps of 1000"):
        find("ddimN").visited(1000, 37)


def test_the_next_step_of_linspace_is_missed_nearly_always():
    wrong = [S for S in ALL if spacing_peers.wrong_previous(find("linspace").visited(1000, S), 1000, S)]
    assert len(wrong) == 998
    leading = [S for S in ALL if spacing_peers.wrong_previous(find("leading").visited(1000, S), 1000, S)]
    assert leading == []


def test_ours_is_theirs_where_theirs_is_sound_and_no_half_is_rounded():
    for ours, theirs in ((spacing.leading, "leading"), (spacing.linspace, "linspace"), (spacing.trailing, "trailing")):
        for S in range(2, 1001, 7):
            found = find(theirs).visited(1000, S)
            if len(found) == S:
                assert np.abs(ours(1000, S) - found).max() <= 1  # halves: up here, to even there
        assert ours(1000, 10).tolist() == find(theirs).visited(1000, 10)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.key)
def test_a_bad_request_is_refused_in_words(peer):
    with pytest.raises(ValueError, match=r"S must be within 1\.\.1000, got 1001"):
        peer.visited(1000, 1001)
    with pytest.raises(ValueError, match="key must be one of uniform"):
        find("karras")
