"""A closed grammar for formulas that learners type: read by this file alone, never run as Python, never sympified.

    sum      = product { ("+" | "-") product }
    product  = signed { ("*" | "/") signed }
    signed   = ("-" | "+") signed | power
    power    = atom [ ("^" | "**") signed | superscript ]      the exponent must be a number
    atom     = number | name | "(" sum ")" | "sqrt" "(" sum ")" | "√" atom

Whatever else stands in the text is refused by a ValueError that names the place, counted in characters from 1. Sizes
are bounded before SymPy sees anything: length, depth, digits, exponents, roots, and how long the formula would be
multiplied out.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple, cast

import sympy as sp

from ddim_lab.symbolic.symbols import a, b, eta, k, m, sigma

LENGTH, DEPTH, DIGITS, EXPONENT, ROOTS = 200, 20, 9, 8, 4  # ROOTS: the largest denominator of an exponent
TERMS, DEGREE, BITS = 24, 16, 200  # of the formula multiplied out, and of the numbers in it
NESTED = 16  # the least common denominator of all exponents, nested ones multiplied: SymPy's work grows with its square

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUBSCRIPTS = str.maketrans({"₀": "_0", "ₜ": "_t"})
_LETTER = r"A-Za-z_\u0370-\u03ff\u1f00-\u1fff"
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    rf"|(?P<name>[{_LETTER}][{_LETTER}0-9\u0300-\u036f₀ₜ]*)"
    r"|(?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<sign>\*\*|[-+*/^()=√−–·×÷])"
)
_SAME = {"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "^": "**"}

_A = ("a", "alpha_bar_t", "alphabar_t", "ᾱ_t", "ᾱ", "alpha_bar", "alpha_prod_t")
_B = ("b", "alpha_bar_prev", "alphabar_prev", "ᾱ_prev", "alpha_prod_t_prev")
_OTHERS = {sigma: ("sigma", "σ", "sigma_t", "σ_t", "std_dev_t"), eta: ("eta", "η"), k: ("k",), m: ("m",)}
_PAPER = ({"alpha_t": a, "α_t": a, "alpha": a, "α": a}, {"alpha_prev": b, "α_prev": b, "alpha_t_prev": b})
KNOWN = "a, b, sigma, eta, k, m, sqrt(…)"  # what a refusal tells; every other name is an alias of one of these


class Token(NamedTuple):
    """`kind`: number, name, superscript, sign, unreadable or end; `place`: its first character, counted from 1.

    `typed`: a sign as the learner wrote it; refusals quote that.
    """

    kind: str
    text: str
    place: int
    typed: str = ""


class _Part(NamedTuple):
    """A formula, with bounds on what it becomes when it is multiplied out."""

    value: sp.Expr
    terms: int = 1
    degree: float = 0
    bits: int = 1
    nested: int = 1


def names(notation: str = "short") -> Mapping[str, sp.Expr]:
    """Every name that may be typed. alpha is alpha_bar in the DDIM paper's notation, and a/b in every other one."""
    symbols = {a: _A, b: _B, **_OTHERS}
    known: dict[str, sp.Expr] = {name: symbol for symbol, aliases in symbols.items() for name in aliases}
    if notation == "paper":
        known.update(_PAPER[0] | _PAPER[1])
    else:
        known.update({name: cast(sp.Expr, a / b) for name in _PAPER[0]})
    return {_plain(name): value for name, value in known.items()}


def parse(text: str, notation: str = "short") -> sp.Expr:
    """The formula in `text`. Raises TypeError if it is no text, ValueError, in words, if it is no such formula."""
    return _Reader(tokens(text), names(notation)).whole()


def parse_solution(text: str, unknown: sp.Symbol, notation: str = "short") -> sp.Expr:
    """As `parse`, of "unknown = formula" or of the formula alone."""
    read = tokens(text)
    if [token.text for token in read[:2]] == [unknown.name, "="]:
        read = read[2:]
    for token in read:
        if token.text == "=":
            raise ValueError(
                f"write {unknown} = and your formula, or the formula alone: the “=” at character {token.place} "
                "is out of place"
            )
    return _Reader(read, names(notation)).whole()


def tokens(text: str) -> list[Token]:
    """`text` in pieces, the last one of kind end; reading stops at a character that fits nowhere."""
    if not isinstance(text, str):
        raise TypeError(f"a formula must be text, got {type(text).__name__}")
    if len(text) > LENGTH:
        raise ValueError(f"a formula may have at most {LENGTH} characters, got {len(text)}")
    read, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token = _TOKEN.match(text, place)
        if token is None:
            read.append(Token("unreadable", text[place], place + 1))
            break
        kind, piece = str(token.lastgroup), token.group()
        read.append(Token(kind, _SAME.get(piece, piece) if kind == "sign" else piece, place + 1, piece))
        place = token.end()
    return [*read, Token("end", "", len(text) + 1)]


class _Reader:
    """Recursive descent over tokens."""

    def __init__(self, read: list[Token], known: Mapping[str, sp.Expr]):
        self.tokens, self.known, self.at, self.depth = read, known, 0, 0

    def whole(self) -> sp.Expr:
        if self.next.kind == "end":
            raise ValueError("there is no formula yet")
        part = self.sum()
        if self.next.kind != "end":
            raise ValueError(_unexpected(self.next))
        return part.value

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> Token | None:
        """The next token if it is a sign of `texts`."""
        token = self.next
        if token.kind != "sign" or token.text not in texts:
            return None
        self.at += 1
        return token

    def sum(self) -> _Part:
        self.depth += 1
        if self.depth > DEPTH:
            raise ValueError(f"too many parentheses inside one another at character {self.next.place}")
        part = self.product()
        while sign := self.take("+", "-"):
            other = self.product()
            value = part.value + other.value if sign.text == "+" else part.value - other.value
            bits = part.bits + other.bits
            nested = math.lcm(part.nested, other.nested)
            part = _sized(_Part(value, part.terms + other.terms, max(part.degree, other.degree), bits, nested), sign)
        self.depth -= 1
        return part

    def product(self) -> _Part:
        part = self.signed()
        while sign := self.take("*", "/"):
            part = _times(part, self.signed() if sign.text == "*" else _inverse(self.signed(), sign), sign)
        if self.next.kind in ("number", "name", "superscript") or self.next.text in ("(", "√"):
            raise ValueError(f"put a sign, such as *, before {_quoted(self.next.text)} at character {self.next.place}")
        return part

    def signed(self) -> _Part:
        signs = []
        while sign := self.take("+", "-"):
            signs.append(sign.text)
        part = self.power()
        return part._replace(value=-part.value) if signs.count("-") % 2 else part

    def power(self) -> _Part:
        rooted = self.next.text == "√"
        base, sign = self.atom(), self.next
        if sign.kind == "superscript":
            self.at += 1
            exponent = _number(Token("number", sign.text.translate(_SUPERSCRIPTS), sign.place))
        elif self.take("**"):
            self.depth += 1
            if self.depth > DEPTH:
                raise ValueError(f"too many powers inside one another at character {sign.place}")
            exponent = self.signed().value
            self.depth -= 1
        else:
            return base
        if rooted:
            raise ValueError(f"write √(…) or (√…)^…, so that the power at character {sign.place} is clear")
        return _raised(base, exponent, sign)

    def atom(self) -> _Part:
        token = self.next
        self.at += 1
        if token.kind == "number":
            value = _number(token)
            return _Part(value, bits=max(abs(value.p).bit_length(), value.q.bit_length()))
        if token.text == "√":
            self.depth += 1
            if self.depth > DEPTH:
                raise ValueError(f"too many roots inside one another at character {token.place}")
            part = _raised(self.atom(), sp.S.Half, token)
            self.depth -= 1
            return part
        if token.text == "(":
            return self.closed(token)
        if token.kind == "name":
            return self.named(token)
        self.at -= 1
        raise ValueError(_unexpected(token))

    def closed(self, opening: Token) -> _Part:
        part = self.sum()
        if not self.take(")"):
            if self.next.kind == "end":
                raise ValueError(f"the parenthesis at character {opening.place} is not closed")
            raise ValueError(_unexpected(self.next))
        return part

    def named(self, token: Token) -> _Part:
        if _plain(token.text) == "sqrt":
            if not (opening := self.take("(")):
                raise ValueError(f"write sqrt(…), with parentheses, at character {token.place}")
            return _raised(self.closed(opening), sp.S.Half, token)
        value = self.known.get(_plain(token.text))
        if value is None:
            raise ValueError(f"unknown name {_quoted(token.text)} at character {token.place}; known are {KNOWN}")
        return _Part(value, degree=1)


def _number(token: Token) -> sp.Rational:
    whole, _, fraction = token.text.partition(".")
    if len(whole) + len(fraction) > DIGITS:
        raise ValueError(f"the number at character {token.place} has more than {DIGITS} digits")
    return cast(sp.Rational, sp.Rational(int((whole + fraction) or "0"), 10 ** len(fraction)))


def _times(one: _Part, other: _Part, sign: Token) -> _Part:
    nested = math.lcm(one.nested, other.nested)
    bounds = (one.terms * other.terms, one.degree + other.degree, one.bits + other.bits, nested)
    _bounded(*bounds, sign)
    return _finite(_Part(one.value * other.value, *bounds), sign)


def _inverse(part: _Part, sign: Token) -> _Part:
    if part.value.is_zero:
        raise ValueError(f"a division by zero at character {sign.place}")
    return _finite(part._replace(value=1 / part.value, terms=1), sign)


def _raised(base: _Part, exponent: sp.Expr, sign: Token) -> _Part:
    if not isinstance(exponent, sp.Rational):
        raise ValueError(f"the exponent after character {sign.place} must be a number, such as 2 or 1/2")
    if abs(exponent) > EXPONENT or exponent.q > ROOTS:
        raise ValueError(
            f"the exponent after character {sign.place} must be at most {EXPONENT}, with a denominator up to {ROOTS}"
        )
    if exponent < 0 and base.value.is_zero:
        raise ValueError(f"a division by zero at character {sign.place}")
    if exponent.q > 1 and base.value.is_negative:
        raise ValueError(f"a root of a negative number at character {sign.place}")
    times = int(sp.ceiling(abs(exponent)))
    whole = exponent.q == 1 and exponent > 0
    terms = base.terms**times if whole else 1
    bounds = (terms, base.degree * times, base.bits * max(times, 1), base.nested * exponent.q)
    _bounded(*bounds, sign)
    return _finite(_Part(base.value**exponent, *bounds), sign)


def _bounded(terms: int, degree: float, bits: int, nested: int, sign: Token) -> None:
    if nested > NESTED:
        raise ValueError(f"too many roots of roots at character {sign.place}; what is asked for has hardly any")
    if terms > TERMS or degree > DEGREE or bits > BITS:
        raise ValueError(f"the formula gets too large at character {sign.place}; what is asked for is much shorter")


def _sized(part: _Part, sign: Token) -> _Part:
    _bounded(part.terms, part.degree, part.bits, part.nested, sign)
    return _finite(part, sign)


def _finite(part: _Part, sign: Token) -> _Part:
    if part.value.has(sp.zoo, sp.nan, sp.oo):
        raise ValueError(f"a division by zero at character {sign.place}")
    if part.value.has(sp.I):
        raise ValueError(f"a root of a negative number at character {sign.place}")
    return part


def _plain(name: str) -> str:
    """One spelling for each name: letters with their accents joined, indices as _t."""
    return unicodedata.normalize("NFC", name).translate(_SUBSCRIPTS)


def _unexpected(token: Token) -> str:
    if token.kind == "unreadable":
        return f"{_quoted(token.text)} at character {token.place} has no meaning in a formula"
    if token.kind == "end":
        return f"the formula breaks off at character {token.place}: something is missing"
    return f"did not expect {_quoted(token.typed)} at character {token.place}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")
