"""Files are written whole or not at all, and two writers never disturb each other."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from ddim_lab import files
from tests import full

ROOT = Path(__file__).resolve().parents[1]
COUNT = """
import json, sys
from pathlib import Path
from ddim_lab import files
path = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with files.locked(path):
        table = json.loads(path.read_text())
        files.write_json(path, {**table, "written": table["written"] + 1})
"""
WRITE = """
import sys
from pathlib import Path
from ddim_lab import files
print("ready", flush=True)
for n in range(10**6):
    files.write(Path(sys.argv[1]), bytes([n % 256]) * 300_000)
"""
HOLD = """
import sys
from pathlib import Path
from ddim_lab import files
with files.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def started(script, *arguments):
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def small_disk(folder, size):
    """A disk of `size` bytes at `folder`, where this machine lets us have one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine mounts no tmpfs for us")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_what_is_written_is_there_and_nothing_else(tmp_path):
    path = tmp_path / "deep" / "down" / "table.json"
    files.write_json(path, {"η": [0, 0.5]})
    assert json.loads(path.read_text(encoding="utf-8")) == {"η": [0, 0.5]}
    assert "η" in path.read_text(encoding="utf-8")  # to be read by people
    files.write(path, b"anew")
    assert path.read_bytes() == b"anew"
    assert names(path.parent) == ["table.json"]


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "weights"
    files.write(path, b"\0" * 300_000)
    for wait in (0.001, 0.004, 0.009, 0.02):
        writer = started(WRITE, path)
        writer.stdout.readline()
        time.sleep(wait)
        writer.kill()
        writer.communicate()
        content = path.read_bytes()
        assert len(content) == 300_000
        assert len(set(content)) == 1
    left = tmp_path / "weights.1-00000000.tmp"  # of a writer that was killed long ago; a young one may be at work
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    young = names(tmp_path)
    files.write(path, b"anew")
    assert names(tmp_path) == [name for name in young if name != left.name]


@pytest.mark.slow
def test_two_processes_change_one_table_and_no_change_is_lost(tmp_path):
    path, each = tmp_path / "table.json", 100
    files.write_json(path, {"written": 0, "cells": [0.5] * 2000})
    writers = [started(COUNT, path, each) for _ in range(2)]
    reads = 0
    while any(writer.poll() is None for writer in writers):
        assert len(json.loads(path.read_bytes())["cells"]) == 2000
        reads += 1
    assert [writer.communicate() and writer.returncode for writer in writers] == [0, 0]
    assert json.loads(path.read_bytes())["written"] == 2 * each
    assert reads > each
    assert names(tmp_path) == ["table.json"]


def test_two_threads_take_turns_too(tmp_path):
    path = tmp_path / "count"
    files.write(path, b"0")

    def count():
        for _ in range(25):
            with files.locked(path):
                files.write(path, b"%d" % (int(path.read_bytes()) + 1))

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() == b"50"


def test_who_does_not_wait_is_told_and_a_killed_holder_holds_nothing(tmp_path):
    path = tmp_path / "table.json"
    holder = started(HOLD, path)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BlockingIOError, match="it is another's"), files.locked(path, "it is another's"):
        pass
    holder.kill()
    holder.communicate()
    with files.locked(path, "it is another's"):
        assert names(tmp_path) == [".table.json.lock"]
    assert names(tmp_path) == []


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path):
    path = tmp_path / "weights"
    with full.disk(50_000), pytest.raises(OSError, match=r"weights cannot be written: no room .* nothing was written"):
        files.write(path, bytes(60_000))
    assert names(tmp_path) == []
    files.write(path, b"before")
    with full.disk(50_000), pytest.raises(OSError, match="what was there is as it was"):
        files.write(path, bytes(60_000))
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["weights"]


def test_a_disk_that_is_really_full(tmp_path):
    with small_disk(tmp_path / "disk", 1 << 20):
        path = tmp_path / "disk" / "weights"
        files.write(path, bytes(400_000))
        with pytest.raises(OSError, match=r"no room is left on that disk .No space left on device.*as it was"):
            files.write(path, bytes(900_000))
        assert path.read_bytes() == bytes(400_000)
        assert names(path.parent) == ["weights"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        files.write(tmp_path / "file" / "x", b"")
