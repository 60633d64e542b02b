"""Write the U-Net's graph for ONNX Runtime, without weights. Needed once per architecture; needs the package onnx."""

import argparse
from pathlib import Path

from ddim_lab import files
from ddim_lab.commands import places
from ddim_lab.model import weights
from ddim_lab.model.export import graph_without_weights


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where the graph goes."""
    parser.add_argument("--out", type=Path, default=files.OUT / weights.UNET_GRAPH.name, help="(default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    """Writes the graph. Raises ImportError where the package onnx is missing."""
    places.check("--out", options.out, "an ONNX graph")
    files.write(options.out, graph_without_weights())
    print(f"wrote {options.out}")
