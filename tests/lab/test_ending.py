"""The server is told to end while work goes on: it ends within seconds, and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ddim_lab.lab import downloads, ending
from ddim_lab.lab.apart import Apart, EndedError
from ddim_lab.lab.live.passes import Turn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
# A server as `app.py` makes one: at work in the process with a deadline, in a download's thread, and in one that hangs.
SERVER = """
import sys, threading, time, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from ddim_lab.lab import ending
from ddim_lab.lab.apart import Apart

ending.GRACE = 1.0
apart = Apart("time", 60)

def work(request):
    apart.warm()
    threading.Thread(target=apart, args=("sleep", 60)).start()
    print(apart._process.pid, flush=True)
    if sys.argv[1] == "hangs":
        time.sleep(60)
    return PlainTextResponse("begun")

app = Starlette(routes=[Route("/work", work)], lifespan=ending.lifespan)
uvicorn.run(app, port=0, log_level="info")
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("work", ["answers", "hangs"])
def test_it_ends_at_once_and_leaves_no_process(tmp_path, work, number):
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "-c", SERVER, work], stdout=subprocess.PIPE, stderr=out)
    asks = None
    try:
        port = _port(log, server)
        asks = subprocess.Popen(
            [sys.executable, "-c", f"from urllib.request import urlopen; urlopen('http://127.0.0.1:{port}/work')"],
            stderr=subprocess.DEVNULL,
        )
        child = int(server.stdout.readline())
        started = time.monotonic()
        server.send_signal(number)
        server.wait(20)
        assert time.monotonic() - started < 15  # a busy machine; alone a tenth of it
        assert _is_gone(child)
    finally:
        for process in filter(None, (server, asks)):
            process.kill()
            process.communicate()


def _port(log, server):
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        _, found, rest = log.read_text().partition("running on http://127.0.0.1:")
        if found:
            return int(rest.split()[0])
        time.sleep(0.05)
    pytest.fail(log.read_text())


def _is_gone(pid):
    """Within some seconds; also where nobody has asked yet how it ended."""
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with contextlib.suppress(OSError):
            if ") Z" in stat.read_text():
                return True
        time.sleep(0.05)
    return False


def test_nothing_is_begun_any_more():
    apart, turn = Apart("operator", 5), Turn()
    assert apart("add", 1, 2) == 3
    downloads._under_way.add(turn)
    try:
        assert {apart.close, downloads.drop_all} <= {*ending._let_go}
        apart.close()
        downloads.drop_all()
    finally:
        downloads._under_way.discard(turn)
    assert turn.dropped
    with pytest.raises(EndedError, match="the server ends"):
        apart("add", 1, 2)
