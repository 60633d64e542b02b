"""Open the lab in a browser, with the shipped network or your own.

It listens on this machine only; `--class` opens it to the room. What follows `--` goes to Streamlit, for example
`-- --server.headless true`.
"""

import argparse
import runpy
import socket
import sys
from contextlib import suppress
from importlib.util import find_spec

from ddim_lab import address
from ddim_lab.files import APP

LOCAL = ("localhost", "127.0.0.1", "::1")  # as .streamlit/config.toml has them
PORT = 8501


def add_options(parser: argparse.ArgumentParser) -> None:
    """The network, the port, and Streamlit's own options."""
    parser.add_argument(
        "--denoiser",
        metavar="package.module:function",
        help="your own network in place of the shipped one, or folder/file.py:function: function() returns a denoiser "
        "(x_t, alpha_bar_t) -> eps of 28 x 28 grey pictures, such as dl.adapt makes",
    )
    parser.add_argument("--port", type=int, help="where the app listens (default: 8501, or the next free one)")
    parser.add_argument(
        "--class",
        dest="room",
        action="store_true",
        help="open the app to the network this machine is in, and print its address (default: this machine only)",
    )
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME", help="a host name to be asked for under; may be repeated"
    )
    parser.add_argument("--check", action="store_true", help="say what will be used and where it listens; open nothing")
    parser.add_argument("streamlit", nargs="*", help="options of `streamlit run`, after --")


def run(options: argparse.Namespace) -> None:
    """Runs Streamlit in this process until it is stopped. Raises ImportError in words if it is not installed,
    ValueError for an address of another form."""
    if find_spec("streamlit") is None:
        raise ImportError("the app needs Streamlit: pip install 'ddim-lab[app]', or -r requirements.txt in a checkout")
    port = [] if options.port is None else ["--server.port", str(options.port)]
    if options.room or options.host:
        port = listening(options.room, options.host, options.port)
    if options.check:
        from ddim_lab.lab import checkup

        print(checkup.told(options.denoiser, [*port, *options.streamlit]))
        return
    own = []
    if options.denoiser is not None:
        address.parted(options.denoiser, "--denoiser")
        own = ["--", "--denoiser", options.denoiser]
    sys.argv = ["streamlit", "run", str(APP), *port, *options.streamlit, *own]
    runpy.run_module("streamlit", run_name="__main__")


def listening(room: bool, hosts: list[str], port: int | None) -> list[str]:
    """Streamlit's options for the names `hosts`, and for all addresses of this machine if it is open to the `room`.

    The address to type in the room is printed; its port is then 8501 unless another one is asked for.
    """
    names = [*LOCAL, *hosts]
    options = [] if port is None else ["--server.port", str(port)]
    if room:
        own = addresses()
        names += [*own, socket.gethostname().lower(), f"{socket.gethostname().lower()}.local"]
        options = ["--server.address", "0.0.0.0", "--server.port", str(port or PORT), "--server.headless", "true"]
        told = " or ".join(f"http://{address}:{port or PORT}" for address in own)
        print(f"Open to the room: {told or 'this machine is in no network'}. Ctrl-C ends it.", flush=True)
    return [*options, *(word for name in names for word in ("--server.allowedHosts", name))]


def addresses() -> list[str]:
    """The IPv4 addresses under which this machine is reached in its networks, the one towards others first."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as towards:
        towards.connect(("192.0.2.1", 9))  # sends nothing: it only asks which way that would go
        found.append(towards.getsockname()[0])
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]
