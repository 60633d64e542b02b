"""The subcommands of `python -m ddim_lab`, one a module: each adds its options to a parser and runs."""
