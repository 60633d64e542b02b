"""Open the lab in a browser, with the shipped network or your own.

What follows `--` goes to Streamlit, for example `-- --server.headless true`.
"""

import argparse
import runpy
import sys
from importlib.util import find_spec

from ddim_lab import address
from ddim_lab.files import APP


def add_options(parser: argparse.ArgumentParser) -> None:
    """The network, the port, and Streamlit's own options."""
    parser.add_argument(
        "--denoiser",
        metavar="package.module:function",
        help="your own network in place of the shipped one, or folder/file.py:function: function() returns a denoiser "
        "(x_t, alpha_bar_t) -> eps of 28 x 28 grey pictures, such as dl.adapt makes",
    )
    parser.add_argument("--port", type=int, help="where the app listens (default: 8501, or the next free one)")
    parser.add_argument("streamlit", nargs="*", help="options of `streamlit run`, after --")


def run(options: argparse.Namespace) -> None:
    """Runs Streamlit in this process until it is stopped. Raises ImportError in words if it is not installed,
    ValueError for an address of another form."""
    if find_spec("streamlit") is None:
        raise ImportError("the app needs Streamlit: pip install 'ddim-lab[app]', or -r requirements.txt in a checkout")
    port = [] if options.port is None else ["--server.port", str(options.port)]
    own = []
    if options.denoiser is not None:
        address.parted(options.denoiser, "--denoiser")
        own = ["--", "--denoiser", options.denoiser]
    sys.argv = ["streamlit", "run", str(APP), *port, *options.streamlit, *own]
    runpy.run_module("streamlit", run_name="__main__")
