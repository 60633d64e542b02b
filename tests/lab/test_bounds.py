"""No page takes what others need: messages have a rate, work has turns, open pages and slow readers are bounded."""

import time
from itertools import pairwise

import anyio
import pytest
from starlette.websockets import WebSocketDisconnect

from ddim_lab.lab.live import bounds, socket, tickets
from ddim_lab.lab.live.shares import Account
from tests.lab.wire import client, ended, kind, page


def test_a_burst_is_free_then_the_rate_holds_and_falls_until_the_page_has_rested():
    now = [0.0]
    rate = bounds.Rate(lambda: now[0])

    def heard(messages):  # as the socket does: it waits before it reads on
        waits = []
        for _ in range(messages):
            waits.append(rate.take())
            now[0] += waits[-1]
        return waits

    assert not any(heard(int(bounds.BURST)))
    waits = heard(600)
    assert waits[0] == pytest.approx(1 / bounds.RATE, rel=0.05)
    assert min(b - a for a, b in pairwise(waits)) > -1e-9  # ever more slowly
    assert waits[-1] == pytest.approx(1 / bounds.SLOWEST)
    now[0] += bounds.BURST / bounds.SLOWEST / 2
    assert sum(heard(int(bounds.BURST))) > 0.9 * bounds.BURST / 2 / bounds.SLOWEST  # a short rest is not enough
    now[0] += bounds.BURST / bounds.SLOWEST + 1
    assert not any(heard(int(bounds.BURST)))
    assert heard(1)[0] == pytest.approx(1 / bounds.RATE, rel=0.05)


def test_who_keeps_to_the_rate_waits_for_nothing():
    now = [0.0]
    rate = bounds.Rate(lambda: now[0])
    for _ in range(2000):
        now[0] += 1.001 / bounds.RATE
        assert rate.take() == 0


def test_the_page_that_had_least_comes_next():
    order, greedy, modest = [], Account(), Account()

    async def work(turns, name, account):
        async with turns.of(account):
            order.append(name)
            await anyio.sleep(0.01)

    async def main():
        turns = bounds.Turns(1)
        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(work, turns, "greedy", greedy)
            await anyio.sleep(0.025)
            tasks.start_soon(work, turns, "modest", modest)
        async with turns.of(modest):  # all places are free again
            pass

    ended(main)
    assert order.count("greedy") == 10
    assert order.index("modest") <= 4


def test_who_gives_up_waiting_leaves_the_place_to_the_next():
    async def main():
        turns, done = bounds.Turns(1), []

        async def work():
            async with turns.of(Account()):
                done.append(1)

        async with turns.of(Account()):
            with anyio.move_on_after(0.01):
                await work()
        with anyio.fail_after(5):
            await work()
        assert done == [1]

    ended(main)


def test_a_film_waits_behind_nobodys_long_work(monkeypatch):
    monkeypatch.setattr(bounds, "cores", bounds.Turns(0))  # all places are taken, for ever
    with page() as wire:
        wire.film(wire.run({"S": 2, "images": 1}))


@pytest.mark.slow
def test_a_page_that_sends_too_fast_is_told_and_heard_more_slowly(monkeypatch):
    monkeypatch.setattr(bounds, "BURST", 20.0)
    with client() as server, page(server=server) as flooding, page(server=server) as healthy:
        started = time.monotonic()
        last = [flooding.ask("setting", settings={"S": 2 + i % 5}) for i in range(60)][-1]
        answers = flooding.until(last, "end")
        told = [answer for answer in answers if answer["type"] == "error"]
        assert {answer["code"] for answer in told} == {"too-fast"}
        assert len(told) <= 1 + (time.monotonic() - started)  # once a second
        assert "60 messages a second" in told[0]["message"]
        healthy.film(healthy.run({"S": 2, "images": 1}))


def test_one_page_too_many_ends_the_one_that_was_silent_for_longest(monkeypatch):
    monkeypatch.setattr(socket, "pages", bounds.Pages(2))
    with client() as server, page(server=server) as first, page(server=server) as second:
        for wire in (first, second, first):  # the second is now the silent one
            wire.until(wire.ask("setting", settings={}), "end")
        with page(server=server) as third:
            third.until(third.ask("setting", settings={}), "end")
            with pytest.raises(WebSocketDisconnect) as closed:
                second.message()
            assert closed.value.code == 1013
            assert kind(first.until(first.ask("setting", settings={}), "end")[-1]) == "end"


def test_who_never_reads_is_given_up(monkeypatch):
    class Deaf:
        async def send_bytes(self, data):
            await anyio.sleep_forever()

    monkeypatch.setattr(socket, "SENDING", 0.05)
    deaf = socket.Page(Deaf())
    deaf.outbox.put(b"an answer")
    with pytest.raises(WebSocketDisconnect):
        ended(deaf.write)


def test_an_open_page_keeps_its_ticket_however_many_others_come_and_go():
    kept, mine = tickets.Tickets(), tickets.Ticket()
    kept.add("mine", mine)
    for name in map(str, range(2000)):
        kept.add(name, tickets.Ticket())
        kept.leave(name)
    assert kept.find("mine") is mine
    assert kept.find("1999") is not None
    assert kept.find("0") is kept.find("") is None
