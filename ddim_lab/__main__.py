"""`python -m ddim_lab COMMAND`: train the model and its judge, measure them and samplers, write the files they need.

A mistake in what was asked ends in one line and exit status 2, an interrupt in 130; a referee that finds a fault ends
in 1, one that could not judge all it was asked to in 2.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "app": "open the lab in a browser",
    "lessons": "write the lessons as pages that need no network, to read and to print",
    "exercises": "write the exercise sheets, or an nbgrader course with their solutions",
    "train": "train the U-Net on MNIST, or data like it, and write its weights",
    "train-classifier": "train the judge, a classifier that says which digit a picture shows",
    "draw": "draw a sheet of digits and write it as a PNG",
    "symptoms": "draw what common mistakes with one's own network look like",
    "evaluate": "sample digits and measure them with the judge",
    "quality": "measure eta and sigma-hat against S and spacing, and what is lost by encoding",
    "referee": "judge samplers against closed forms: ours, diffusers' and your own",
    "export-graph": "write the U-Net's ONNX graph (needed when the architecture changes)",
    "model-card": "write assets/MODEL_CARD.md from the measured numbers",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line `arguments` (sys.argv without them); returns the exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = _parser(given[:1]).parse_args(given)
        return options.run(options) or 0
    except KeyboardInterrupt as interrupt:
        print(f"\ninterrupted. {interrupt}".rstrip(), file=sys.stderr)
        return 130
    except (ValueError, TypeError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser(asked: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command `asked`, the only one that is imported: `referee --alone` needs NumPy alone."""
    parser = argparse.ArgumentParser(prog="python -m ddim_lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, what in COMMANDS.items():
        command = commands.add_parser(name, help=what)
        if name in asked:
            module = import_module(f"ddim_lab.commands.{name.replace('-', '_')}")
            command.description = module.__doc__
            module.add_options(command)
            command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
