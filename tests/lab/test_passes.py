"""The passes that learners share: each picture as it is alone; the most urgent first; none that nobody wants."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import SimpleNamespace

import pytest
import torch

import ddim_lab as dl
from ddim_lab.lab.live import passes
from ddim_lab.lab.live.passes import Account, DroppedError, Passes, Turn

CPU = SimpleNamespace(device=torch.device("cpu"), name="none")


class Network:
    """Says 2 x; keeps the labels of its passes, at most `most` at a time. The first ones end when `opened` is set."""

    engine, classes = CPU, 10

    def __init__(self, most=1):
        self.passes, self.opened, self.entered, self.inside, self.most = (
            [],
            threading.Event(),
            threading.Event(),
            0,
            most,
        )

    def __call__(self, x, levels, label, guidance):
        self.inside += 1
        assert self.inside <= self.most, "passes overlap"
        self.passes.append(label.tolist())
        self.entered.set()
        assert self.opened.wait(30)
        if 9 in label.tolist():
            self.inside -= 1
            raise ValueError("nine is wrong")
        self.inside -= 1
        return 2 * x


@pytest.fixture
def line():
    return Passes(Network())


@pytest.fixture
def pool():
    with ThreadPoolExecutor(32) as executor:
        yield executor


def ask(pool, line, turn, label, n=1, level=0.5):
    """A request of a page in a thread of its own, told apart by its label; returns when it waits, or is in a pass."""

    def work():
        passes.turn.set(turn)
        return line(torch.full((n, 1, 2, 2), float(label)) + torch.arange(n)[:, None, None, None] / n, level, label)

    before = len(line._waiting)
    future = pool.submit(copy_context().run, work)
    while len(line._waiting) == before and not future.done():
        pass
    return future


def test_what_waits_goes_together_and_equal_pictures_go_once(line, pool):
    first = ask(pool, line, Turn(), 0)
    line.denoiser.entered.wait(30)
    rest = [ask(pool, line, Turn(), label, level=0.1 * label) for label in (1, 2, 3, 3)]
    line.denoiser.opened.set()
    assert [float(future.result()[0, 0, 0, 0]) for future in (first, *rest)] == [0, 2, 4, 6, 6]
    assert [sorted(labels) for labels in line.denoiser.passes] == [[0], [1, 2, 3]]
    ask(pool, line, Turn(), 3, level=0.1 * 3).result()
    assert len(line.denoiser.passes) == 2  # it is remembered


def test_the_first_picture_of_everybody_then_what_is_looked_at_then_by_turns_then_drafts(pool):
    line = Passes(Network())
    line.rows = 2
    first = ask(pool, line, Turn(), 0)
    line.denoiser.entered.wait(30)
    greedy, modest = Account(used=50), Account()
    asked = [
        ask(pool, line, Turn(greedy, heard=3), 1, n=4),  # the rest of a page that had much
        ask(pool, line, Turn(modest, heard=3), 2, n=2),  # the rest of one that had little
        ask(pool, line, Turn(Account(), looked=True, heard=2), 3),
        ask(pool, line, Turn(greedy), 4),  # a first picture
        ask(pool, line, Turn(Account(), draft=True, heard=2), 5),  # a later one of a draft
    ]
    line.denoiser.opened.set()
    for future in (first, *asked):
        future.result()
    assert line.denoiser.passes == [[0], [4, 3], [2, 2], [1, 1], [1, 1], [5]]


def test_a_newcomer_does_not_go_before_those_who_were_there_for_ever(line, pool):
    old, new = Account(used=100), Account()
    future = ask(pool, line, Turn(old), 1)
    line.denoiser.opened.set()
    future.result()
    ask(pool, line, Turn(new), 2).result()
    assert new.used >= 100


def test_a_crowd_is_served_on_each_core_alone_and_one_page_on_all(pool):
    wide, narrow = Network(), Network(most=2)
    line = Passes(wide, narrow, cores=2)
    first = ask(pool, line, Turn(), 0)
    wide.entered.wait(30)
    crowd = [ask(pool, line, Turn(), label, n=8) for label in (1, 2)]
    assert not narrow.passes  # all cores are in a pass
    wide.opened.set()
    while narrow.inside < 2:
        pass
    later = ask(pool, line, Turn(), 2, n=8)  # what is in a pass already goes through once
    narrow.opened.set()
    for future in (first, *crowd, later):
        future.result()
    assert wide.passes == [[0]]
    assert sorted(narrow.passes) == [[1] * 8, [2] * 8]
    line._met = -passes.CROWD
    ask(pool, line, Turn(), 3).result()
    assert wide.passes == [[0], [3]]


def test_what_is_dropped_costs_no_pass(line, pool):
    first, unwanted = ask(pool, line, Turn(), 0), Turn()
    line.denoiser.entered.wait(30)
    dropped = ask(pool, line, unwanted, 1)
    unwanted.drop()
    with pytest.raises(DroppedError):
        dropped.result(30)
    line.denoiser.opened.set()
    first.result()
    assert line.denoiser.passes == [[0]]
    assert not line._waiting


def test_one_learners_error_is_nobody_elses(line, pool):
    first = ask(pool, line, Turn(), 0)
    line.denoiser.entered.wait(30)
    wrong, right = ask(pool, line, Turn(), 9), ask(pool, line, Turn(), 1)
    line.denoiser.opened.set()
    assert float(right.result()[0, 0, 0, 0]) == 2
    with pytest.raises(ValueError, match="nine is wrong"):
        wrong.result()
    first.result()


def test_each_picture_is_what_the_denoiser_gives_alone(pool):
    model = dl.load_denoiser("cpu", threads=1)
    line, schedule = Passes(dl.load_denoiser("cpu", threads=2), model, cores=2), dl.NoiseSchedule.linear()
    wanted = [(seed, t, label, guidance) for seed, (t, label, guidance) in enumerate(
        [(1000, 3, 1.0), (700, None, 1.0), (700, 5, 2.5), (300, [1, 2], 0.0), (20, 10, 3.0), (1, [4, 9], 1.5)]
    )]  # fmt: skip

    def one(case, denoiser):
        seed, t, label, guidance = case
        labels = torch.tensor(label) if isinstance(label, list) else label
        x = dl.initial_noise(2, (1, 28, 28), seed)
        return denoiser(x, float(schedule.alpha_bar[t]), label=labels, guidance=guidance)

    together = list(pool.map(one, wanted, [line] * len(wanted)))
    for case, eps in zip(wanted, together, strict=True):
        torch.testing.assert_close(eps, one(case, model), rtol=0, atol=2e-5)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(passes, "REMEMBERED", 5)
    line = Passes(Network())
    line.denoiser.opened.set()
    for label in range(8):
        line(torch.full((2, 1, 2, 2), float(label)), 0.5, label)
    assert len(line._known) == 5
