"""Connections that ask nothing, or never read, are ended before they leave no room for others."""

import logging
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from ddim_lab.lab import connections


@dataclass(eq=False)
class Cycle:
    """A request of uvicorn's, and its answer."""

    response_complete: bool


ANSWERED, ASKED = Cycle(True), Cycle(False)
HTTP = {"nothing asked": None, "asked and answered": ANSWERED, "being answered": ASKED}


class Transport:
    def __init__(self, waiting=0):
        self.waiting, self.closing, self.ended = waiting, False, False

    def is_closing(self):
        return self.closing or self.ended

    def get_write_buffer_size(self):
        return self.waiting

    def abort(self):
        self.waiting, self.ended = 0, True


class Connection:
    def __init__(self, waiting=0, **cycle):
        self.transport = Transport(waiting)
        self.__dict__.update(cycle)  # a socket has none


def test_who_asks_nothing_for_long_is_ended_and_who_waits_for_an_answer_is_not():
    open = {name: Connection(cycle=cycle) for name, cycle in HTTP.items()} | {"a page": Connection()}
    watched = connections.Connections(open.values(), 100)
    for now in (0, 5, 9):
        watched.end_silent(now)
    assert not any(each.transport.ended for each in open.values())
    open["asked and answered"].cycle = ASKED
    watched.end_silent(9.5)
    open["asked and answered"].cycle = ANSWERED
    for now in (10, 10.5):
        watched.end_silent(now)
    assert [name for name, each in open.items() if each.transport.ended] == ["nothing asked"]
    watched.end_silent(21)
    assert [name for name, each in open.items() if each.transport.ended] == ["nothing asked", "asked and answered"]


def test_who_never_reads_is_ended_and_who_reads_slowly_is_not():
    deaf, slow, answer = Connection(9), Connection(9), Connection(9, cycle=ASKED)
    watched = connections.Connections([deaf, slow, answer], 100)
    for now in range(0, 40, 5):
        slow.transport.waiting += 1
        watched.end_silent(now)
    assert [each.transport.ended for each in (deaf, slow, answer)] == [True, False, True]


def test_a_close_that_waits_for_one_who_never_reads_is_ended_too():
    page, answer = Connection(9), Connection(9, cycle=ANSWERED)
    watched = connections.Connections([page, answer], 100)
    for now in range(0, 40, 5):
        page.transport.closing = answer.transport.closing = now > 10
        watched.end_silent(now)
    assert page.transport.ended
    assert answer.transport.ended


def test_who_asks_often_is_not_silent_though_every_answer_is_there_when_one_looks():
    often = Connection(cycle=Cycle(True))
    watched = connections.Connections([often], 100)
    for now in range(30):
        often.cycle = Cycle(True)
        watched.end_silent(now)
    assert not often.transport.ended
    for now in range(30, 42):
        watched.end_silent(now)
    assert often.transport.ended


def test_of_too_many_the_longest_silent_go_at_once_then_who_waited_longest_and_no_page():
    page, first, asks, *later = [Connection(), *(Connection(cycle=cycle) for cycle in (None, ASKED, None, ASKED))]
    open = [page, first, asks]
    watched = connections.Connections(open, 4)
    watched.end_silent(0)
    open += later
    watched.end_silent(1)
    assert [each.transport.ended for each in open] == [False, True, False, False, False]
    more = [Connection(cycle=ASKED), Connection(), Connection()]
    watched = connections.Connections([page, asks, *later, *more], 5)
    for now in (0, 1):
        watched.end_silent(now)
    assert [each.transport.ended for each in (page, asks, *later, *more)] == [False, True, True, *[False] * 4]


def test_that_there_are_no_files_left_is_said_once_and_what_else_goes_wrong_as_ever(caplog):
    watched, passed_on = connections.Connections([], 1), []
    loop = SimpleNamespace(default_exception_handler=passed_on.append)
    caplog.set_level(logging.WARNING)
    for _ in range(1000):
        watched._on_error(loop, {"message": "socket.accept() out of system resource"})
    watched._on_error(loop, {"message": "another thing"})
    assert len(caplog.messages) == len(passed_on) == 1


def test_as_many_files_as_the_system_allows():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
    try:
        assert connections._files() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 512
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
