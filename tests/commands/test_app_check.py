"""`ddim-lab app --check`: what will be used is said, and nothing is opened."""

import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ddim_lab.model import weights

ROOT = Path(__file__).parents[2]


def check(*arguments):
    """Of a process of its own, since Streamlit's settings are those of a process: its status and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "ddim_lab", "app", "--check", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"STREAMLIT_SERVER_BASE_URL_PATH": "user/ada"},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_what_will_be_used_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said, wrong = check("--port", str(port), "--host", "lab.test", "--", "--server.address", "127.0.0.1")
    assert (status, wrong) == (0, "")
    lines = {line[:8].strip(): line[10:] for line in said.splitlines()}
    assert hashlib.sha256(weights.UNET.read_bytes()).hexdigest()[:12] in lines["network"]
    assert lines["address"].startswith(f"http://localhost:{port}/user/ada (port {port}: taken")
    assert lines["heard on"] == "127.0.0.1"
    assert lines["known as"].endswith("::1, lab.test")
    assert lines["engine"].endswith((" on cpu", " on cuda", " on mps"))


@pytest.mark.slow
def test_a_network_that_cannot_be_had_is_told():
    status, said, wrong = check("--denoiser", "tests.networks:no_such")
    assert (status, said) == (2, "")
    assert "\nerror: tests.networks:no_such cannot be had: " in wrong
