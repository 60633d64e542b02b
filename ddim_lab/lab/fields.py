"""How all that a browser sends is checked, field by field: settings, values of views, links. One rule for each name.

A rule is a function of a field's name and value: it returns what is taken, or raises TypeError or ValueError in the
page's words, as `ddim_lab.checks` does (whose `flag` and `real` are rules themselves).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ddim_lab import checks

Rule = Callable[[str, Any], Any]


def whole(low: int, high: int | None = None) -> Rule:
    """A whole number within low..high."""
    return lambda name, value: checks.integer(name, value, low, high)


def within(low: float, high: float, where: str = "") -> Rule:
    """A real number within low..high; `where` joins the refusal."""

    def rule(name: str, value: Any) -> float:
        number = checks.real(name, value)
        if not low <= number <= high:
            raise ValueError(f"{name} must lie within {low:g}..{high:g}{where}, got {value}")
        return number

    return rule


def one_of(options: Iterable[str]) -> Rule:
    """One of `options`."""
    return lambda name, value: checks.choice(name, value, tuple(options))


def text(name: str, value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text, got {value!r}")
    return value


def nothing_or(rule: Rule) -> Rule:
    """None, or what `rule` takes."""
    return lambda name, value: None if value is None else rule(name, value)


def anything(name: str, value: Any) -> Any:
    """What is checked elsewhere."""
    return value


def exactly(values: Mapping[str, Any], *names: str) -> None:
    """Raises ValueError unless `values` holds just these names."""
    if set(values) != set(names):
        raise ValueError(f"the view needs {', '.join(names)}; got {', '.join(sorted(map(str, values))) or 'nothing'}")


def checked(values: Mapping[str, Any], **rules: Rule) -> tuple[Any, ...]:
    """What is taken of `values`, in the order of `rules`; it must hold just their names."""
    exactly(values, *rules)
    return tuple(rule(name, values[name]) for name, rule in rules.items())


def counted(low: int, high: int) -> Rule:
    """The whole number within low..high that a link's text is."""

    def rule(name: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise ValueError(f"{name} must be a whole number within {low}..{high}, got {value!r}")
        return checks.integer(name, int(value), low, high)

    return rule


def as_written(kind: type) -> Rule:
    """What a link's text says of a field whose values are of `kind`: True or False, a whole number, a number, text."""

    def rule(name: str, value: str) -> Any:
        if kind is bool:
            if value.lower() not in ("true", "false"):
                raise ValueError(f"{name} must be true or false, got {value!r}")
            return value.lower() == "true"
        try:
            return kind(value)
        except ValueError as error:
            wanted = "a whole number" if kind is int else "a number"
            raise ValueError(f"{name} must be {wanted}, got {value!r}") from error

    return rule


def read(link: Mapping[str, str], rules: Mapping[str, Rule]) -> tuple[dict[str, Any], list[str]]:
    """What a link says under the names of `rules`, and in words what is wrong with it."""
    told, problems = {}, []
    for name, rule in rules.items():
        if name in link:
            try:
                told[name] = rule(name, link[name])
            except ValueError as error:
                problems.append(str(error))
    return told, problems
