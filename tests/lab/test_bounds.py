"""No page takes what others need: messages have a rate, work has turns, open pages and slow readers are bounded."""

import anyio
import pytest
from starlette.websockets import WebSocketDisconnect

from ddim_lab.lab.live import bounds, socket
from ddim_lab.lab.live.passes import Account
from tests.lab.wire import client, ended, kind, page


def test_a_burst_is_free_and_then_the_rate_holds():
    now = [0.0]
    rate = bounds.Rate(lambda: now[0])
    assert not any(rate.take() for _ in range(int(bounds.BURST)))
    waited = 0.0
    for _ in range(600):  # as the socket does: it waits before it reads on
        wait = rate.take()
        now[0] += wait
        waited += wait
    assert waited == pytest.approx(600 / bounds.RATE)
    now[0] += 2 * bounds.BURST / bounds.RATE
    assert not any(rate.take() for _ in range(int(bounds.BURST)))


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


def test_a_page_that_sends_too_fast_is_told_and_heard_more_slowly(monkeypatch):
    monkeypatch.setattr(bounds, "BURST", 20.0)
    with client() as server, page(server=server) as flooding, page(server=server) as healthy:
        last = [flooding.ask("setting", settings={"S": 2 + i % 5}) for i in range(60)][-1]
        answers = flooding.until(last, "end")
        told = [answer for answer in answers if answer["type"] == "error"]
        assert [answer["code"] for answer in told] == ["too-fast"]
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
    with pytest.raises(WebSocketDisconnect):
        ended(socket.Page(Deaf()).send, b"an answer")
