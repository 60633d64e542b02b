"""The app as others host it: below a path, as on JupyterHub, and behind nginx with TLS, set up as docs/ says."""

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, ROOT, App
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser
NAME = "lab.test"  # which Chromium takes for this machine
BELOW = "/user/ada/lab"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
STARTS = {"PNG": b"\x89PNG", "GIF": b"GIF8", "CSV": b"j,t,t_prev"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = App(tmp_path_factory.mktemp("app") / "streamlit.log", below=BELOW)
    names = f"localhost 127.0.0.1 {NAME}"
    with app.running(STREAMLIT_BROWSER_SERVER_ADDRESS=NAME, STREAMLIT_SERVER_ALLOWED_HOSTS=names):
        yield app


@pytest.fixture
def nginx(app, tmp_path):
    """The address at which nginx answers for the app."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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
    frame = f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
    (tmp_path / "conf").write_text(frame + f"http {{ access_log off; {places}\n{server}\n}}")
    process = subprocess.Popen([NGINX, "-p", tmp_path, "-c", tmp_path / "conf", "-e", tmp_path / "log"])
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as asks:
                if not asks.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        else:
            pytest.fail(f"nginx did not start: {Path(tmp_path / 'log').read_text()}")
        yield f"https://{NAME}:{port}{BELOW}"
    finally:
        process.terminate()
        process.wait(20)


def _ours(url):
    return "/_stcore/" not in url  # where Streamlit looks for itself, one path after another


@pytest.mark.parametrize("through", ["path", "nginx"])
def test_a_hosted_lab_is_the_lab(app, browser, request, through):
    url = app.url if through == "path" else request.getfixturevalue("nginx")
    context = browser.new_context(reduced_motion="reduce", ignore_https_errors=True)
    context.set_default_timeout(PATIENCE)
    page, failed = context.new_page(), []
    page.on(
        "response",
        lambda got: failed.append(f"{got.status} {got.url}") if got.status >= 400 and _ours(got.url) else None,
    )
    page.on("pageerror", lambda error: failed.append(str(error)))
    try:
        lab = Lab(page, f"{url}/?S=5&level=4&eta=0.5")
        lab.wait_exact()
        lab.slider("eta").press("Home")  # the socket, both ways
        lab.wait_eta(0)
        for label, start in STARTS.items():
            with page.expect_download() as download:
                page.locator(".downloads").get_by_role("link", name=label).click()
            assert download.value.path().read_bytes().startswith(start), label
        page.get_by_role("link", name="Encode and edit").click()
        expect(page).to_have_url(re.compile(f"^{re.escape(url)}/encode"))
        expect(page.locator(".lab")).to_have_attribute("data-status", re.compile("exact|ready"))
        page.get_by_role("link", name="Lab", exact=True).click()
        expect(page).to_have_url(re.compile(rf"^{re.escape(url)}/(\?|digits|$)"))
        lab.wait_exact()
        assert not failed
    finally:
        context.close()
