"""The formulas that pages show, as sequences of parts: each part in three notations, with its symbol and its colour.

A template names symbols of `ddim_lab.symbolic.notation` in angle brackets; the notation lens swaps them all at once.
"""

import functools
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from ddim_lab.symbolic.mathml import from_latex
from ddim_lab.symbolic.notation import NOTATIONS, SYMBOLS

ROLES = (
    "x0",
    "eps",
    "noise",
    "state",
    None,
)  # the colours of the lab: predicted x0, predicted noise, fresh noise, grey


@dataclass(frozen=True)
class Part:
    """A piece of a formula. `latex`: by notation; `symbol`: the key in SYMBOLS it speaks of; `role`: one of ROLES."""

    latex: dict[str, str]
    symbol: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class Formula:
    """`name`: what a learner reads; `source`: paper and equation."""

    key: str
    name: str
    parts: tuple[Part, ...]
    source: str

    def latex(self, notation: str = "ours") -> str:
        """The whole formula. Raises ValueError for a notation that is none of NOTATIONS."""
        if notation not in NOTATIONS:
            raise ValueError(f"the notation must be one of {', '.join(NOTATIONS)}, got {notation!r}")
        return " ".join(part.latex[notation] for part in self.parts)


def _part(template: str, symbol: str | None = None, role: str | None = None) -> Part:
    filled = {
        notation: re.sub(r"<(\w+)>", lambda match, n=notation: SYMBOLS[match[1]].latex[n], template)
        for notation in NOTATIONS
    }
    return Part(filled, symbol, role)


def _of(name: str, role: str | None = None) -> Part:
    return _part(f"<{name}>", name, role)


_X_PREV, _IS, _PLUS = _of("x_prev", "state"), _part("="), _part("+")
_ROOT_B = _part(r"\sqrt{<alpha_bar_prev>}", "alpha_bar_prev", "x0")
_ROOT_A = _part(r"\sqrt{<alpha_bar_t>}", "alpha_bar_t", "state")
_TIMES = Part({"ours": r"\,", "paper": r"\,", "diffusers": r"\cdot"})  # names of many letters need a dot
_FRESH = (_of("sigma", "noise"), _TIMES, _of("z", "noise"))

FORMULAS: tuple[Formula, ...] = (
    Formula(
        "step_by_meaning",
        "One step, by meaning",
        (
            _X_PREV, _IS, _ROOT_B, _TIMES, _of("x0", "x0"), _PLUS,
            _of("put_back", "eps"), _TIMES, _of("eps", "eps"), _PLUS, *_FRESH,
        ),
        "DDIM, Eq. 12",
    ),
    Formula(
        "step_by_coefficient",
        "One step, by coefficient",
        (
            _X_PREV, _IS, _of("k", "state"), _TIMES, _of("x0", "x0"), _PLUS,
            _of("m", "state"), _TIMES, _of("x_t", "state"), _PLUS, *_FRESH,
        ),
        "DDIM, Eq. 7, with its mean sorted by x0 and x_t",
    ),
    Formula(
        "k",
        "k, the weight of the predicted x0",
        (_of("k", "state"), _IS, _ROOT_B, _part("-"), _of("m", "state"), _TIMES, _ROOT_A),
        "DDIM, Eq. 7: the mean of x_prev",
    ),
    Formula(
        "m",
        "m, the weight of x_t",
        (
            _of("m", "state"),
            _IS,
            _part(r"\sqrt{\frac{1 - <alpha_bar_prev> - <sigma>^2}{1 - <alpha_bar_t>}}", "put_back", "eps"),
        ),
        "DDIM, Eq. 7: the variance of x_prev",
    ),
    Formula(
        "sigma",
        "sigma, the fresh noise",
        (
            _of("sigma", "noise"),
            _IS,
            _of("eta"),
            _TIMES,
            _part(r"\sqrt{\frac{1 - <alpha_bar_prev>}{1 - <alpha_bar_t>}}"),
            _TIMES,
            _part(r"\sqrt{1 - \frac{<alpha_bar_t>}{<alpha_bar_prev>}}"),
        ),
        "DDIM, Eq. 16",
    ),
    Formula(
        "eta_max",
        "The largest eta of a step",
        (
            _of("eta_max"),
            _IS,
            _part(r"\sqrt{\frac{1 - <alpha_bar_t>}{1 - \frac{<alpha_bar_t>}{<alpha_bar_prev>}}}"),
        ),
        "from DDIM, Eq. 16, with sigma^2 = 1 - alpha_bar_prev",
    ),
    Formula(
        "x0",
        "The picture the network believes in",
        (
            _of("x0", "x0"),
            _IS,
            _part(r"\frac{<x_t> - \sqrt{1 - <alpha_bar_t>} \, <eps>}{\sqrt{<alpha_bar_t>}}", "x0", "x0"),
        ),
        "DDIM, Eq. 9",
    ),
    Formula(
        "marginal",
        "A noisy picture, made from a clean one",
        (
            _of("x_t", "state"), _IS, _ROOT_A, _TIMES, _of("x_0"), _PLUS,
            _part(r"\sqrt{1 - <alpha_bar_t>}", "alpha_bar_t", "noise"), _TIMES, _part(r"\epsilon", None, "noise"),
            _part(r",\quad \epsilon \sim \mathcal{N}(0, 1)"),
        ),
        "DDIM, Eq. 4",
    ),
    Formula(
        "sigma_hat",
        "sigma-hat, the larger noise",
        (_of("sigma_hat", "noise"), _IS, _part(r"\sqrt{1 - \frac{<alpha_bar_t>}{<alpha_bar_prev>}}")),
        "DDIM, Section 5",
    ),
    Formula(
        "variance",
        "The noise of x_prev: fresh, and predicted and put back",
        (
            _part("1 - <alpha_bar_prev>", "alpha_bar_prev", "state"),
            _IS,
            _part("<sigma>^2", "sigma", "noise"),
            _PLUS,
            _part(r"(<put_back>)^2", "put_back", "eps"),
        ),
        "DDIM, Lemma 1",
    ),
)  # fmt: skip


def as_json() -> dict[str, Any]:
    """Ready for a browser: for each formula key its name, source and, by notation, its parts; beside them `symbols`.

    A part is {"mathml", "symbol", "role"}; `symbols` holds the fields of `ddim_lab.symbolic.notation.Symbol` by name.
    """
    return json.loads(_text())


@functools.cache
def _text() -> str:
    shown: dict[str, Any] = {formula.key: _shown(formula) for formula in FORMULAS}
    return json.dumps(shown | {"symbols": {name: asdict(symbol) for name, symbol in SYMBOLS.items()}})


def _shown(formula: Formula) -> dict[str, Any]:
    notations = {
        notation: [
            {"mathml": from_latex(part.latex[notation]), "symbol": part.symbol, "role": part.role}
            for part in formula.parts
        ]
        for notation in NOTATIONS
    }
    return {"name": formula.name, "source": formula.source, "notations": notations}
