"""A measured table made up for tests: every cell has numbers, none of them measured."""

import json
from pathlib import Path

from ddim_lab.quality.cell import ROWS, SPACINGS, STEPS

WEIGHTS = "0" * 64
FLOOR = {"frechet": 0.05, "kernel": -0.001, "precision": 0.9, "recall": 0.88}


def around(value: float, width: float = 0.04) -> dict[str, float]:
    """A value and an interval of `width` times it on both sides."""
    return {"value": value, "low": value - width * abs(value), "high": value + width * abs(value)}


def cell(spacing: str, S: int, eta: float, sigma_hat: bool, n: int = 300, width: float = 0.04) -> dict:
    """Better with more steps and less noise; sigma-hat is by far the worst with few steps."""
    frechet = 0.06 + (0.5 + 0.4 * eta + 8 * sigma_hat) / S + 0.01 * SPACINGS.index(spacing)
    return {
        **{"schedule": "linear", "T": 1000, "spacing": spacing, "S": S, "eta": eta, "sigma_hat": sigma_hat, "n": n},
        "accuracy": around(1 - 0.1 / S - 0.02 * sigma_hat, 0.01),
        "accuracy_by_digit": [1 - digit / 100 for digit in range(10)],
        "frechet": around(frechet, width),
        "kernel": around(0.2 * (frechet - 0.07), 0.5),
        "precision": around(0.9 - 0.4 * sigma_hat / S),
        "recall": around(0.88 - eta / S),
        "variance_ratio": around(1 - (1 + eta) / S),
        **{f"{name}_floor_at_n": value for name, value in FLOOR.items()},
        **{"seconds": 1.0, "machine": 0},
    }


def table(weights: str = WEIGHTS) -> dict:
    """All spacings, rows and steps, and S = T for eta 0 and 1 with fewer digits."""
    cells = [cell(spacing, S, *row) for spacing in SPACINGS for S in STEPS for row in ROWS]
    cells += [cell("trailing", 1000, eta, False, n=100) for eta in (0.0, 1.0)]
    rows = [(S, False, 0.2 / S) for S in (10, 20, 50, 100, 200)] + [(S, True, 2e-4 / S) for S in (10, 20, 50)]
    machine = {"device": "cpu", "processor": "a processor", "engine": "onnx", "versions": {"numpy": "2"}}
    return {
        "made": {
            **{"weights": weights, "judge": "1" * 64, "data": {"name": "MNIST", "sha256": "2" * 64}},
            "sampling": {"schedule": "linear", "T": 1000, "guidance": "off", "seed": 0},
            **{"machines": [machine], "seconds": 7200},
        },
        "floor": {"n": 10_000} | {"frechet": around(0.02), "accuracy": around(0.996), "variance_ratio": around(0.99)},
        "cells": cells,
        "reconstruction": [
            {"S": S, "implicit": implicit, "digits": 1000, "mse": around(error), "rounds": 4.2 if implicit else None,
             "residual": 1e-5 if implicit else None}
            for S, implicit, error in rows
        ],
    }  # fmt: skip


def write(path: Path, content: dict | None = None) -> Path:
    path.write_text(json.dumps(table() if content is None else content), encoding="utf-8")
    return path
