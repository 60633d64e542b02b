"""Open the lab in a browser. What follows `--` goes to Streamlit, for example `-- --server.headless true`."""

import argparse
import runpy
import sys
from importlib.util import find_spec

from ddim_lab.files import APP


def add_options(parser: argparse.ArgumentParser) -> None:
    """The port, and Streamlit's own options."""
    parser.add_argument("--port", type=int, help="where the app listens (default: 8501, or the next free one)")
    parser.add_argument("streamlit", nargs="*", help="options of `streamlit run`, after --")


def run(options: argparse.Namespace) -> None:
    """Runs Streamlit in this process until it is stopped. Raises ImportError in words if it is not installed."""
    if find_spec("streamlit") is None:
        raise ImportError("the app needs Streamlit: pip install 'ddim-lab[app]', or -r requirements.txt in a checkout")
    port = [] if options.port is None else ["--server.port", str(options.port)]
    sys.argv = ["streamlit", "run", str(APP), *port, *options.streamlit]
    runpy.run_module("streamlit", run_name="__main__")
