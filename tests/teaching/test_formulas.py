"""The formulas shown: well-formed in every notation, and equal to what the core computes."""

import json
import re
from xml.etree import ElementTree

import pytest

import ddim_lab as dl
from ddim_lab.symbolic.mathml import from_latex
from ddim_lab.symbolic.notation import NOTATIONS, SYMBOLS
from ddim_lab.teaching import formulas


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("formula", formulas.FORMULAS, ids=lambda formula: formula.key)
def test_mathml_is_well_formed(formula, notation):
    for part, shown in zip(formula.parts, formulas.as_json()[formula.key]["notations"][notation], strict=True):
        root = ElementTree.fromstring(shown["mathml"])
        assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
        assert "\\" not in "".join(root.itertext())
        assert (shown["symbol"], shown["role"]) == (part.symbol, part.role)
        assert part.symbol is None or part.symbol in SYMBOLS
        assert part.role in formulas.ROLES
    ElementTree.fromstring(from_latex(formula.latex(notation)))


def test_the_formulas_are_json_and_the_lens_changes_them():
    shown = formulas.as_json()
    kept = json.dumps(shown)
    shown["sigma"].clear()  # each who asks gets a copy of their own
    shown = formulas.as_json()
    assert json.dumps(shown) == kept
    assert set(shown["symbols"]) == set(SYMBOLS)
    assert r"\bar" in find_formula("sigma").latex("ours")
    assert r"\bar" not in find_formula("sigma").latex("paper")
    assert r"alpha\_prod\_t" in find_formula("sigma").latex("diffusers")
    with pytest.raises(ValueError, match="got 'theirs'"):
        find_formula("sigma").latex("theirs")


def find_formula(key):
    return next(formula for formula in formulas.FORMULAS if formula.key == key)


class Reader:
    """Reads the small LaTeX of the formulas as arithmetic: fractions, roots, squares, signs, products side by side."""

    def __init__(self, latex, values):
        names = {SYMBOLS[name].latex["ours"]: value for name, value in values.items()} | {r"\epsilon": values["eps"]}
        names = dict(sorted(names.items(), key=lambda item: -len(item[0])))
        commands = [r"\\frac", r"\\sqrt", r"\d+", r"\^2", r"[-+(){}]", r"\\,", r"\s+", "."]
        pattern = "|".join([*map(re.escape, names), *commands])
        self.tokens = [token for token in re.findall(pattern, latex) if token.strip() and token != r"\,"]
        self.names = names

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def take(self):
        return self.tokens.pop(0)

    def sum(self):
        total = self.product()
        while self.peek() in ("+", "-"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self):
        value = self.factor()
        while self.peek() is not None and self.peek() not in ("+", "-", ")", "}"):
            value = value * self.factor()
        return value

    def factor(self):
        token = self.take()
        if token in self.names:
            value = self.names[token]
        elif token.isdigit():
            value = int(token)
        elif token == r"\frac":
            value = self.group() / self.group()
        elif token == r"\sqrt":
            value = self.group() ** 0.5
        else:
            assert token == "(", f"cannot read {token!r}"
            value = self.sum()
            assert self.take() == ")"
        if self.peek() == "^2":
            self.take()
            value = value**2
        return value

    def group(self):
        assert self.take() == "{"
        value = self.sum()
        assert self.take() == "}"
        return value


@pytest.fixture
def one_step():
    """A step the core takes at a = .5, b = .7, eta = .6, and the values of every symbol in it."""
    import torch

    a, b, eta = 0.5, 0.7, 0.6
    x_t, eps, z = (torch.tensor([value], dtype=torch.float64) for value in (0.4, -0.3, 1.1))
    step, c = dl.step(x_t, eps, a, b, eta=eta, z=z), dl.coefficients(a, b, eta)
    return {
        "x_t": 0.4, "eps": -0.3, "z": 1.1, "x0": step.x0.item(), "x_0": step.x0.item(), "x_prev": step.x_prev.item(),
        "alpha_bar_t": a, "alpha_bar_prev": b, "eta": eta, "k": c.k, "m": c.m, "sigma": c.sigma,
        "eta_max": dl.eta_max(a, b), "sigma_hat": dl.coefficients(a, b, 1.0, sigma_hat=True).sigma,
        "put_back": step.direction_term.item() / -0.3,
    }  # fmt: skip


@pytest.mark.parametrize("formula", formulas.FORMULAS, ids=lambda formula: formula.key)
def test_the_formula_shown_is_what_the_core_computes(formula, one_step):
    left, right = formula.latex("ours").split(r",\quad")[0].split("=")
    names = {name: value for name, value in one_step.items() if name != "put_back"}
    assert Reader(left, names).sum() == pytest.approx(Reader(right, names).sum(), abs=1e-12)


def test_put_back_is_the_directions_weight(one_step):
    latex = SYMBOLS["put_back"].latex["ours"]
    assert Reader(latex, {n: v for n, v in one_step.items() if n != "put_back"}).sum() == pytest.approx(
        one_step["put_back"], abs=1e-12
    )
