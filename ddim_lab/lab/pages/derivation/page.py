"""The derivation page: knobs and needles, derivations step by step, and derivations that the learner finishes."""

from typing import Any

import sympy as sp

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.derivation import fading, proof
from ddim_lab.symbolic import conditions, mathml, symbols, undetermined


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.pages.derivation import GUIDE, QUESTIONS

    content = shell.teaching(QUESTIONS, GUIDE)
    symbols_told = content["formulas"]["symbols"]
    conditions.Conditions(0.5, 0.7).gaps(0.0, 0.0, 0.0)  # compiles: the first knob shall not wait for it
    proof.warm()
    fading.warm()
    return content | {
        "catalogue": proof.listed(),
        "exercises": fading.listed(),
        "farewell": "You turned the knobs, proved what you found, and finished a proof. "
        "Take the setting to the Lab and watch the same k, m and sigma draw digits.",
        "formulas": {key: _shown(*known) for key, known in _formulas().items()} | {"symbols": symbols_told},
    }


def _formulas() -> dict[str, tuple[str, str, tuple[sp.Basic | str, ...]]]:
    """Key -> name, source, and what stands in a row, for the elements with that data-formula."""
    step = undetermined.derivation().steps[0].equations[0]
    source = "DDIM, Eq. 7"
    symbols_alone = (symbols.a, symbols.b, symbols.sigma, symbols.k, symbols.m)
    return {
        "one_step": ("One step", source, (step,)),
        "mean_gap": ("What is left of the mean condition", source, _gap(undetermined.MEAN_CONDITION)),
        "variance_gap": ("What is left of the variance condition", source, _gap(undetermined.VARIANCE_CONDITION)),
        **{str(symbol): (mathml.NAMES[symbol][0], "", (symbol,)) for symbol in symbols_alone},
    }


def _gap(condition: sp.Eq) -> tuple[sp.Basic | str, ...]:
    """Left side minus right side, written so that both can be recognised."""
    if isinstance(condition.rhs, sp.Add):
        return condition.lhs, "-", "(", condition.rhs, ")"
    return condition.lhs, "-", condition.rhs


def _shown(name: str, source: str, row: tuple[sp.Basic | str, ...]) -> dict[str, Any]:
    notations = {
        notation: [{"mathml": _part(part, notation), "symbol": None, "role": None} for part in row]
        for notation in mathml.ALL
    }
    return {"name": name, "source": source, "notations": notations}


def _part(part: sp.Basic | str, notation: str) -> str:
    return mathml.from_latex(part) if isinstance(part, str) else mathml.of(part, notation)


PAGE = shell.LivePage(
    "derivation",
    "Derive",
    _content,
    views=(
        View("setting", "ddim_lab.lab.pages.derivation.view:setting"),
        View("knobs", "ddim_lab.lab.pages.derivation.view:knobs"),
        View("solutions", "ddim_lab.lab.pages.derivation.view:solutions"),
        View("steps", "ddim_lab.lab.pages.derivation.proof:steps"),
        View("numbers", "ddim_lab.lab.pages.derivation.proof:numbers"),
        View("exercise", "ddim_lab.lab.pages.derivation.fading:exercise"),
        View("typed", "ddim_lab.lab.pages.derivation.fading:typed", apart=True),
        View("finish", "ddim_lab.lab.pages.derivation.fading:finish", apart=True),
    ),
    # own: the transition, the derivation that is open
    own=("j", "proof"),
    short=True,
)
