"""A derivation as data: named steps, each checked against the one before: no wrong step hides behind a right end.

A step states one or more equations. Its rule says how they follow from the equations of the previous step, and turns
that into residuals, expressions that must simplify to the literal 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, cast

import sympy as sp

from ddim_lab.symbolic.symbols import Case, reduced, substituted

Equations = tuple[sp.Eq, ...]
Rule = Callable[[Equations, Equations], tuple[sp.Expr, ...]]  # (before, after) -> what must be 0


def gap(equation: sp.Eq) -> sp.Expr:
    """Left side minus right side."""
    return left(equation) - right(equation)


def left(equation: sp.Eq) -> sp.Expr:
    """The left side."""
    return cast(sp.Expr, equation.lhs)


def right(equation: sp.Eq) -> sp.Expr:
    """The right side."""
    return cast(sp.Expr, equation.rhs)


def states(equations: Equations, *pairs: tuple[sp.Expr, sp.Expr]) -> tuple[sp.Expr, ...]:
    """What must be 0 for `equations` to say left = right for each pair, in order: both sides count, the name too."""
    return tuple(gap(equation) - (lhs - rhs) for equation, (lhs, rhs) in zip(equations, pairs, strict=True))


def given(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The rule of an assumption or a definition: nothing is claimed, nothing is checked."""
    return ()


def follows(
    using: Mapping[Any, sp.Expr] | None = None, by: tuple[tuple[sp.Expr | int, ...], ...] | None = None
) -> Rule:
    """Each new equation is a combination of the old ones, after the substitution `using`.

    Row j of `by` holds the factors of the old equations in new equation j; without it, equation j comes from
    equation j alone, rewritten.
    """

    def rule(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        old = [substituted(gap(equation), using or {}) for equation in before]
        rows = by if by is not None else tuple(tuple(int(i == j) for i in range(len(old))) for j in range(len(after)))
        return tuple(
            gap(new) - sp.Add(*(factor * equation for factor, equation in zip(row, old, strict=True)))
            for new, row in zip(after, rows, strict=True)
        )

    return rule


def root(of: int = 0) -> Rule:
    """New equation `of` reads unknown = value, and value solves old equation `of`; the others stay as they were."""

    def rule(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        solved = after[of]
        others = [gap(new) - gap(old) for i, (old, new) in enumerate(zip(before, after, strict=True)) if i != of]
        return (cast(sp.Expr, gap(before[of]).subs(solved.lhs, solved.rhs)), *others)

    return rule


def naming(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The rule of names: the first equation uses them, the others say what they stand for.

    With the names of either step put in, the first equations must be one and the same.
    """
    was, now = (
        substituted(gap(of[0]), {left(equation): right(equation) for equation in of[1:]}) for of in (before, after)
    )
    return (now - was,)


def put_in(*names: sp.Symbol) -> Rule:
    """These names of the old step are replaced by what they stand for there; all other equations stay as they were."""

    def rule(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        meanings = {left(equation): right(equation) for equation in before if left(equation) in names}
        rest = [substituted(gap(equation), meanings) for equation in before if left(equation) not in names]
        return tuple(gap(new) - old for new, old in zip(after, rest, strict=True))

    return rule


def beside(rule: Rule, kept: int = 1) -> Rule:
    """The first `kept` equations stay as they were; `rule` speaks of the others."""

    def both(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        same = [gap(new) - gap(old) for new, old in zip(after[:kept], before[:kept], strict=True)]
        return (*same, *rule(before[kept:], after[kept:]))

    return both


def squared(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """Both sides of each equation squared. That adds no solution where the two sides have the same sign: say why."""
    return tuple(gap(new) - (left(old) ** 2 - right(old) ** 2) for new, old in zip(after, before, strict=True))


def integrated(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The integral in the first old equation is carried out by SymPy; the other equations, names, stay or are dropped.

    Names that hold the variable of integration are put into the integrand first; the others are constants there.
    """
    names = {left(equation): right(equation) for equation in before[1:]}

    def value(integrand: sp.Expr, limits: sp.Tuple) -> sp.Expr:
        meanings = {name: meaning for name, meaning in names.items() if meaning.has(limits[0])}
        full = sp.expand_power_exp(substituted(integrand, meanings))
        constant, moving = full.as_independent(limits[0])  # what does not move waits outside
        return constant * _integral(moving, limits)

    integrated = left(before[0]) - cast(sp.Expr, right(before[0]).replace(sp.Integral, value))
    return (
        gap(after[0]) - integrated,
        *(right(equation) - names.get(left(equation), left(equation)) for equation in after[1:]),
    )


@cache
def _integral(integrand: sp.Expr, limits: sp.Tuple) -> sp.Expr:
    value = cast(sp.Expr, sp.integrate(integrand, limits))
    return sp.powsimp(sp.expand(value)) if value.has(sp.erfc) else value  # the error functions of both halves cancel


@dataclass(frozen=True)
class Step:
    """One line of a derivation: `name` says what is done, `why` gives the reason in words."""

    name: str
    why: str
    equations: Equations
    rule: Rule = given

    def residuals(self, before: "Step | None") -> tuple[sp.Expr, ...]:
        """What must be the literal 0 for this step to follow from `before`, simplified."""
        return tuple(reduced(value) for value in self.rule(before.equations if before else (), self.equations))


def _at(rule: Rule, case: Case) -> Rule:
    """`rule` where what it puts in itself takes the values of `case` too."""
    if rule is given:
        return given
    return lambda before, after: tuple(substituted(value, case.values) for value in rule(before, after))


@dataclass(frozen=True, repr=False)
class Derivation:
    """Steps in order. `assumes` in words; the last step's equations are the result."""

    title: str
    assumes: str
    steps: tuple[Step, ...]

    @cached_property
    def residuals(self) -> tuple[tuple[sp.Expr, ...], ...]:
        """Those of each step, in order; empty for what is given."""
        return tuple(step.residuals(before) for before, step in zip((None, *self.steps), self.steps, strict=False))

    @property
    def holds(self) -> bool:
        """Whether every residual is the literal 0."""
        return all(value is sp.S.Zero for values in self.residuals for value in values)

    @property
    def result(self) -> dict[sp.Expr, sp.Expr]:
        """Left side -> right side of the last step's equations."""
        return {left(equation): right(equation) for equation in self.steps[-1].equations}

    def with_slip(self, step: int, equation: int, wrong: sp.Expr) -> "Derivation":
        """The same derivation with another right side in one equation: for showing, and testing, that it is noticed."""
        steps, changed = list(self.steps), list(self.steps[step].equations)
        changed[equation] = equations((left(changed[equation]), wrong))[0]
        steps[step] = replace(steps[step], equations=tuple(changed))
        return replace(self, steps=tuple(steps))

    def case(self, case: Case) -> "Derivation":
        """The same derivation with the values of `case` put into every equation; each step is then checked anew."""

        def special(step: Step) -> Step:
            values = case.values
            pairs = (
                (substituted(left(equation), values), substituted(right(equation), values))
                for equation in step.equations
            )
            return replace(step, equations=equations(*pairs), rule=_at(step.rule, case))

        assumes = f"{self.assumes}. Here {case.words}"
        return Derivation(f"{self.title}: {case.name}", assumes, tuple(special(step) for step in self.steps))

    def __repr__(self) -> str:
        return f"<Derivation: {self.title}, {len(self.steps)} steps>"

    def _repr_markdown_(self) -> str:
        from ddim_lab.symbolic.rendering import as_markdown

        return as_markdown(self)


def equations(*pairs: tuple[Any, Any]) -> Equations:
    """Pairs (left, right) as equations that SymPy leaves as they are written."""
    return tuple(cast(sp.Eq, sp.Eq(*pair, evaluate=False)) for pair in pairs)
