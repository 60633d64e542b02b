"""The app as others host it: below a path of a Jupyter server, and behind nginx with TLS, set up as docs/ says."""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, ROOT, STARTS_WITHIN, App
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser
NAME = "lab.test"  # which Chromium takes for this machine
USER = "/user/ada"  # where JupyterHub puts a learner's server
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
STARTS = {"PNG": b"\x89PNG", "GIF": b"GIF8", "CSV": b"j,t,t_prev"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = App(tmp_path_factory.mktemp("app") / "streamlit.log")
    app.put_below(f"{USER}/proxy/absolute/{app.port}")
    names = f"localhost 127.0.0.1 {NAME}"
    with app.running(STREAMLIT_BROWSER_SERVER_ADDRESS=NAME, STREAMLIT_SERVER_ALLOWED_HOSTS=names):
        yield app


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def _listening(command: list, port: int, log: Path) -> Iterator[None]:
    """`command` runs, and listens at `port`."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=log.parent)
    try:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as asks:
                if not asks.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        else:
            pytest.fail(f"{command[0]} did not start: {log.read_text()[-2000:]}")
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def jupyter(app, tmp_path):
    """The address of the app below a Jupyter server, as jupyter-server-proxy has it."""
    port = _free_port()
    server = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--ServerApp.base_url={USER}"]
    server += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    with _listening(server, port, tmp_path / "log"):
        yield f"http://localhost:{port}{app.below}"


@pytest.fixture
def nginx(app, tmp_path):
    """The address at which nginx answers for the app."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed")
    port = _free_port()
    certificate, key = tmp_path / "lab.pem", tmp_path / "lab.key"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}"]
    subprocess.run([*make, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    shown = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    server = re.search(r"<!-- nginx: conf -->\n```nginx\n(.*?)```", shown, re.S)[1]
    for ours, theirs in {
        "443": f"127.0.0.1:{port}",
        "lab.example": NAME,
        "/etc/ssl/lab.pem": certificate,
        "/etc/ssl/lab.key": key,
        "127.0.0.1:8501": f"127.0.0.1:{app.port}",
    }.items():
        assert ours in server
        server = server.replace(ours, str(theirs))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    reads = "user root; " if sys.platform == "linux" and os.geteuid() == 0 else ""  # what lies in this test's folder
    frame = f"{reads}daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
    (tmp_path / "conf").write_text(frame + f"http {{ access_log off; {places}\n{server}\n}}")
    with _listening([NGINX, "-p", tmp_path, "-c", tmp_path / "conf", "-e", tmp_path / "log"], port, tmp_path / "said"):
        yield f"https://{NAME}:{port}{app.below}"


def _ours(url):
    return "/_stcore/" not in url  # where Streamlit looks for itself, one path after another


def _photograph():
    """A one, of more than the megabyte that nginx takes unless it is told."""
    image = Image.effect_noise((1200, 1200), 8).point(lambda grey: grey // 4)
    ImageDraw.Draw(image).line([(600, 200), (560, 1000)], fill=255, width=90)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=0)
    return {"name": "one.png", "mimeType": "image/png", "buffer": out.getvalue()}


@pytest.mark.parametrize("through", ["jupyter", "nginx"])
def test_a_hosted_lab_is_the_lab(browser, request, through):
    url = request.getfixturevalue(through)
    context = browser.new_context(reduced_motion="reduce", ignore_https_errors=True)
    context.set_default_timeout(PATIENCE)
    page, failed = context.new_page(), []
    page.on(
        "response",
        lambda got: failed.append(f"{got.status} {got.url}") if got.status >= 400 and _ours(got.url) else None,
    )
    page.on("pageerror", lambda error: failed.append(str(error)))
    try:
        lab = Lab(page, f"{url}/?S=5&guide=end&eta=0.5")
        lab.wait_exact()
        lab.slider("eta").press("Home")  # the socket, both ways
        lab.wait_eta(0)
        for label, start in STARTS.items():
            with page.expect_download() as download:
                page.locator(".downloads").get_by_role("link", name=label).click()
            assert download.value.path().read_bytes().startswith(start), label
        page.get_by_role("link", name="Encode and edit").click()
        expect(page).to_have_url(re.compile(f"^{re.escape(url)}/encode"))
        expect(page.locator(".lab")).to_have_attribute("data-picture", "ready")
        with page.expect_response("**/ddim/picture") as sent:
            page.locator("input[type=file]").set_input_files(_photograph())
        assert sent.value.status == 200
        assert sent.value.json()["digit"] == 1
        page.get_by_role("link", name="Lab", exact=True).click()
        expect(page).to_have_url(re.compile(rf"^{re.escape(url)}/(\?|digits|$)"))
        lab.wait_exact()
        assert not failed
    finally:
        context.close()
