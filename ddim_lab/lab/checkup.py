"""What `ddim-lab app` would use, told without opening it: `ddim-lab app --check`."""

import os
import socket
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ddim_lab.files import APP
from ddim_lab.lab.live import network
from ddim_lab.model import provenance, weights

EVERYWHERE = "every address of this machine"
OPEN, TAKEN = "free", "taken: the next free port is used, unless a port is asked for"
SETTINGS = (
    "server.port",
    "server.address",
    "server.allowedHosts",
    "server.baseUrlPath",
    "server.sslCertFile",
    "browser.serverAddress",
)
LINES = """network   {network}
engine    {engine} on {device}
machine   {processor}, {cores} cores
memory    {memory}
versions  {versions}
address   {scheme}://{name}:{port}{base} (port {port}: {state})
heard on  {heard}
known as  {hosts}"""


def told(named: str | None, options: Sequence[str]) -> str:
    """The lines, for a learner's network `named` (None: the shipped one) and `options` of `streamlit run`.

    Raises ValueError if the network cannot be had; the app would say so on its pages.
    """
    network.show(named)
    try:
        denoiser = network.denoiser()
    except network.ModelUnavailableError as error:
        raise ValueError(str(error)) from error
    set_to, known = _settings(options), provenance.versions()
    port, heard = int(set_to["server.port"]), set_to["server.address"]
    return LINES.format(
        network=named or _shipped(),
        engine=denoiser.engine.name,
        device=denoiser.engine.device,
        processor=provenance.processor(),
        cores=os.cpu_count(),
        memory=_memory(),
        versions=", ".join(f"{name} {known[name]}" for name in known) + f", streamlit {version('streamlit')}",
        scheme="https" if set_to["server.sslCertFile"] else "http",
        name=set_to["browser.serverAddress"] or "localhost",
        port=port,
        base=_path(set_to["server.baseUrlPath"]),
        state=TAKEN if _is_taken(heard or "", port) else OPEN,
        heard=heard or EVERYWHERE,
        hosts=", ".join(set_to["server.allowedHosts"] or ["any host name"]),
    )


def _shipped() -> str:
    """The shipped weights, by their checksum."""
    blob, card = weights.read(weights.UNET)
    return f"{weights.UNET}, {len(blob) / 1e6:.1f} MB, SHA-256 {card['sha256'][:12]}… as its card says"


def _settings(options: Sequence[str]) -> dict[str, Any]:
    """What Streamlit would take, of its files, the environment and the command line; None where nothing is set."""
    from streamlit import config
    from streamlit.web.cli import main_run  # the one who reads its command line

    config._main_script_path = str(APP)
    flags = main_run.make_context("run", [*options, str(APP)]).params
    given = {name: flags[name.replace(".", "_")] for name in SETTINGS}
    given = {name: value for name, value in given.items() if value not in (None, ())}
    found = config.get_config_options(force_reparse=True, options_from_flags=given)
    return {name: found[name].value or None for name in SETTINGS}


def _path(base: str | None) -> str:
    return f"/{base.strip('/')}" if base else ""


def _is_taken(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError:
            return True
    return False


def _memory() -> str:
    """What this process holds with the network loaded, and what the machine has, as far as the system tells."""
    try:
        held = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, ValueError):
        return "this system does not tell"
    return f"{held / 1e6:,.0f} MB held with the network loaded, of {whole / 1e9:.1f} GB"
