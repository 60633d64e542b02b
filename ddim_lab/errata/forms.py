"""What a text writes and what is right: a line with both forms, what is left between them, and their numbers at P."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from ddim_lab.errata.rules import Pair
from ddim_lab.symbolic.symbols import at

P: Mapping[str, float] = {"a": 0.5, "b": 0.7, "sigma": 0.1}  # where every formula is evaluated
X0_WEIGHT, EPS_WEIGHT = r"\text{weight of } x_0", r"\text{weight of } \epsilon"
VARIANCE = r"\operatorname{Var}"


@dataclass(frozen=True)
class Line:
    """One formula, wrong and right. `name`: what it is, in words; `symbol`: its left side in LaTeX.

    `point` adds to, or replaces, values of P for symbols that P does not have.
    """

    name: str
    symbol: str
    wrong: sp.Expr
    right: sp.Expr
    point: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def residual(self) -> sp.Expr:
        """Wrong minus right, simplified: what must not be 0."""
        return sp.simplify(self.wrong - self.right)

    @property
    def at_point(self) -> tuple[float, float]:
        """(wrong, right) as numbers."""
        values = {**P, **self.point}
        a, b = values.pop("a"), values.pop("b")
        wrong, right = (at(sp.sympify(side), a, b, **values) for side in (self.wrong, self.right))
        return wrong, right

    def latex(self) -> tuple[str, str]:
        """Both forms as LaTeX, wrong first, with the lab's names (a for alpha_bar_t, b for alpha_bar_prev)."""
        from ddim_lab.symbolic.rendering import latex

        return f"{self.symbol} = {latex(self.wrong)}", f"{self.symbol} = {latex(self.right)}"


def weights(names: tuple[str, str], wrong: Pair, right: Pair) -> tuple[Line, Line]:
    """The weights of x_0 and of the noise, wrong and right, under their `names`."""
    of_x0, of_noise = (Line(*each) for each in zip(names, (X0_WEIGHT, EPS_WEIGHT), wrong, right, strict=True))
    return of_x0, of_noise
