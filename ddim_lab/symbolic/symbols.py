"""The symbols all derivations share, and what it means that a residual is 0.

Short names as in `ddim_lab.transition`: a = alpha_bar_t, b = alpha_bar_prev, 0 < a < b <= 1.

Identities hold between roots of a, b and sigma, where SymPy leaves true ones unresolved. So each is proved in squared
noise-to-signal ratios: b = 1/(1 + p), a = 1/(1 + p + q), sigma^2 = (1 - b) w/(1 + w), with q > 0 and p, w >= 0. Every
admissible transition has such p, q, w (w = 0 is DDIM, w = q/p the DDPM, w -> oo the bound), so nothing is lost.
p = 0, the last transition, has b = 1 and no room for sigma; `at_last` puts it in.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import sympy as sp

from ddim_lab.symbolic.vanishing import vanishes

a, b = sp.symbols("a b", positive=True)  # alpha_bar_t, alpha_bar_prev
sigma = sp.Symbol("sigma", nonnegative=True)
k, m = sp.symbols("k m", real=True)
eta = sp.Symbol("eta", nonnegative=True)
x_0, x_t, x_prev = sp.symbols("x_0 x_t x_prev", real=True)
eps, z = sp.symbols("epsilon z", real=True)  # independent, N(0, 1)

LEVELS = 4  # of the explicit chains: a_1 > a_2 > ..., and sigma_j of the transition from level j to level j - 1
chain_a = sp.symbols(f"a_1:{LEVELS + 1}", positive=True)
chain_sigma = sp.symbols(f"sigma_2:{LEVELS + 1}", nonnegative=True)

p, w = sp.symbols("p w", nonnegative=True)
q = sp.Symbol("q", positive=True)

LATEX = {x_prev: r"x_{\mathrm{prev}}"}  # what SymPy cannot guess from a name

_B, _A = 1 / (1 + p), 1 / (1 + p + q)
RATIOS = {a: _A, b: _B, sigma: sp.sqrt(p * w / ((1 + p) * (1 + w)))}
_q, _w = sp.symbols(f"q_1:{LEVELS + 1}", positive=True), sp.symbols(f"w_2:{LEVELS + 1}", nonnegative=True)
RATIOS |= {level: 1 / (1 + sp.Add(*_q[:j])) for j, level in enumerate(chain_a, start=1)}
RATIOS |= {
    noise: sp.sqrt(sp.Add(*_q[:j]) / (1 + sp.Add(*_q[:j])) * ratio / (1 + ratio))
    for j, (noise, ratio) in enumerate(zip(chain_sigma, _w, strict=True), start=1)
}


class Case(NamedTuple):
    """A special case: `name` for titles, `words` for what is assumed, and the values to put in."""

    name: str
    words: str
    values: Mapping[Any, Any]


DDIM = Case("DDIM", "σ = 0", {sigma: sp.S.Zero})
DDPM = Case("DDPM", "σ² is the posterior's variance", {sigma: sp.sqrt((1 - b) / (1 - a) * (1 - a / b))})
BOUND = Case("the bound", "σ² = 1 − b, the largest there is", {sigma: sp.sqrt(1 - b)})
LAST = Case("the last transition", "b = 1, so σ = 0", {b: sp.S.One, sigma: sp.S.Zero})


def reduced(expression: sp.Expr) -> sp.Expr:
    """`expression` over p, q, w, simplified: the literal 0 where it vanishes for every admissible transition."""
    others: list[Any] = sorted(expression.free_symbols - set(RATIOS), key=str)
    if not others or not expression.is_polynomial(*others):
        return _reduced(expression)
    terms = sp.Poly(expression, *others).terms()  # coefficient by coefficient is much quicker than all at once
    return sp.Add(*(_reduced(factor) * sp.Mul(*map(sp.Pow, others, powers)) for powers, factor in terms))


def _reduced(expression: sp.Expr) -> sp.Expr:
    if expression.has(sp.nan, sp.zoo, sp.oo):  # a division by 0: nothing is proved
        return sp.nan
    if sp.expand(expression) == 0 or vanishes(expression):  # often no ratios are needed, and this is quick
        return sp.S.Zero
    in_ratios = _roots_split(substituted(expression, RATIOS))
    if vanishes(in_ratios):
        return sp.S.Zero
    simple = sp.simplify(in_ratios)
    return simple if simple == 0 else sp.simplify(sp.expand(simple))  # some vanish only term by term


def substituted(expression: sp.Expr, values: Mapping[Any, Any]) -> sp.Expr:
    """`expression` with all `values` put in at once, so that none is put into another."""
    return cast(sp.Expr, expression.subs(dict(values), simultaneous=True))  # pyright: ignore[reportCallIssue, reportArgumentType]


def at_last(expression: sp.Expr) -> sp.Expr:
    """`expression` on the last transition, where b = 1 and therefore sigma = 0."""
    return sp.simplify(substituted(expression, {b: 1, sigma: 0}))


def at(expression: sp.Expr, alpha_bar_t: float, alpha_bar_prev: float, **others: float) -> float:
    """`expression` at numbers; `others` by symbol name, such as sigma=0.1. Raises ValueError for a missing one."""
    values = {"a": alpha_bar_t, "b": alpha_bar_prev, **others}
    names = {symbol: str(symbol) for symbol in expression.free_symbols}
    missing = set(names.values()) - set(values)
    if missing:
        raise ValueError(f"give a value for {', '.join(sorted(missing))}: the expression is {expression}")
    return float(expression.subs({symbol: values[name] for symbol, name in names.items()}).evalf())


def _roots_split(expression: sp.Expr) -> sp.Expr:
    """Radicands as factors, so that the root of a product of positive factors becomes a product of roots."""
    return cast(
        sp.Expr,
        expression.replace(
            lambda part: part.is_Pow and part.exp.is_Rational and not part.exp.is_Integer,
            lambda part: sp.expand_power_base(sp.factor(sp.together(part.base)) ** part.exp),
        ),
    )
