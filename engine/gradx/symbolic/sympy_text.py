"""A SymPy expression as text that gradx itself reads. Nothing recurses; what is too long to read is not written."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Literal, NamedTuple

from sympy import (
    ITE,
    Add,
    And,
    Basic,
    E,
    EulerGamma,
    Expr,
    Heaviside,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    perfect_power,
    pi,
    polygamma,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from gradx.language.writing import number as decimal_text
from gradx.table import CALLABLE

LONGEST = 1_000
"""A formula with more characters than this is not shown."""

LONGEST_EXACT = 100_000
"""One with more than this is not read for its value either."""

SHARED = 20
LONG = 400
"""In a formula for reading a part with more characters gets a statement of its own, if it is used again; or anyhow."""

_WORD = 1 << 53
"""Up to this every whole number is a binary64 number."""

_SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(5)
_RENAMED = {
    "Abs": "abs", "RealAbs": "abs", "Ceiling": "ceil", "ceiling": "ceil", "Floor": "floor", "Max": "max", "Min": "min",
    "loggamma": "lgamma",
}  # fmt: skip
"""SymPy's functions that programs call otherwise; all others that a program can call have the same name there."""


class UnwritableError(Exception):
    """The language has no words for an expression; the message says for what."""


class Text(NamedTuple):
    """Part of a formula, and how tightly it binds."""

    text: str
    binds: int

    def within(self, level: int) -> str:
        return self.text if self.binds >= level else f"({self.text})"


def formula(expression: Expr, euler: str = "exp(1)", *, exact: bool = False) -> str:
    """The text of `expression`; `euler` is how Euler's number is written. Raises UnwritableError.

    An `exact` one is for reading: no number in it is changed where a literal stands for a binary64 number.
    """
    return _Writer(euler, exact).write(expression)


class _Writer:
    def __init__(self, euler: str, exact: bool) -> None:
        self._euler = euler
        self._exact = exact
        self._longest = LONGEST_EXACT if exact else LONGEST
        self._texts: dict[Basic, Text] = {}
        self._uses: Counter[Basic] = Counter()
        self._statements: list[str] = []
        self._prefix = "_"

    def write(self, expression: Expr) -> str:
        if self._exact:
            self._uses = _uses(expression)
            while any(isinstance(e, Symbol) and e.name.startswith(self._prefix) for e in self._uses):
                self._prefix += "_"
        self._fill(expression)
        text = "; ".join((*self._statements, self._texts[expression].text))
        if len(text) > self._longest:
            raise UnwritableError("the formula is too long to be read")
        return text

    def _fill(self, expression: Basic) -> None:
        """Write an expression and all its parts."""
        stack: list[Basic] = [expression]
        texts = self._texts
        while stack:
            e = stack[-1]
            if e in texts:
                stack.pop()
                continue
            missing = [part for part in _parts(e) if part not in texts]
            if missing:
                stack.extend(missing)
                continue
            texts[e] = self._named(e, self._written(e))
            if len(texts[e].text) > self._longest:
                raise UnwritableError("the formula is too long to be read")
            stack.pop()

    def _named(self, e: Basic, text: Text) -> Text:
        """The text of a part; in a formula for reading a name for it where it is used again, or long."""
        if not self._exact or len(text.text) <= (SHARED if self._uses[e] > 1 else LONG):
            return text
        name = f"{self._prefix}{len(self._statements)}"
        self._statements.append(f"{name} = {text.text}")
        return Text(name, _ATOM)

    def _written(self, e: Basic) -> Text:
        if isinstance(e, Symbol):
            return Text(e.name, _ATOM)
        if isinstance(e, Rational):
            return self._number(e)
        if e is E:
            return Text(self._euler, _ATOM)
        if e is pi:
            return Text("acos(-1)" if self._exact else "pi", _ATOM)  # the literal pi is not quite the number
        if e is EulerGamma:
            return Text("-digamma(1)", _SIGNED)
        if isinstance(e, Add):
            return self._sum(e)
        if isinstance(e, Mul):
            return self._product(e)
        if isinstance(e, Pow):
            return self._power(e)
        if isinstance(e, Heaviside):
            return Text(f"where({self._sides(e.args[0])}, 1, 0)", _ATOM)
        if isinstance(e, Piecewise):
            return self._branches(e)
        if isinstance(e, polygamma):
            return self._polygamma(e)
        if isinstance(e, (Relational, And, Or, Not, ITE, BooleanAtom)):
            return Text("", _ATOM)  # written by the Piecewise around it
        return self._call(e)

    def _call(self, e: Basic) -> Text:
        name = type(e).__name__
        known = _RENAMED.get(name, name)
        arguments = ", ".join(self._texts[a].text for a in e.args)
        if known in CALLABLE:
            return Text(f"{known}({arguments})", _ATOM)
        raise UnwritableError(f"SymPy's formula has a {name} in it, which cannot be written here")

    def _sum(self, e: Add) -> Text:
        pieces: list[str] = []
        for term in e.args if self._exact else e.as_ordered_terms():
            text = self._of(term).within(_PRODUCT)
            negative = text.startswith("-")
            if pieces:
                pieces.append(" - " if negative else " + ")
                text = text.removeprefix("-")
            pieces.append(text)
        return Text("".join(pieces), _SUM)

    def _of(self, e: Expr) -> Text:
        """The text of e, which is a part, or one made on the way (SymPy orders the terms of a sum as new objects)."""
        if e not in self._texts:
            self._fill(e)
        return self._texts[e]

    def _product(self, e: Mul) -> Text:
        coefficient, rest = e.as_coeff_Mul()
        above: list[str] = []
        below: list[str] = []
        for factor in Mul.make_args(rest) if self._exact else rest.as_ordered_factors():
            if factor == 1:
                continue
            if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp < 0:
                below.append(self._raised(factor.base, -factor.exp))
            else:
                above.append(self._of(factor).within(_POWER))
        top, bottom = self._fraction(abs(coefficient))
        if top or not above:
            above.insert(0, top or "1")
        if bottom:
            below.insert(0, bottom)
        text = "*".join(above)
        if below:
            text += "/" + (below[0] if len(below) == 1 else f"({'*'.join(below)})")
        return Text(f"-{text}" if coefficient < 0 else text, _PRODUCT)

    def _power(self, e: Pow) -> Text:
        if e.exp.is_Rational and e.exp < 0:
            return Text(f"1/{self._raised(e.base, -e.exp)}", _PRODUCT)
        text = self._raised(e.base, e.exp)
        return Text(text, _ATOM if e.exp == S.Half else _POWER)

    def _raised(self, base: Expr, exponent: Expr) -> str:
        """base^exponent, to be used as a factor."""
        inner = self._texts[base]
        if exponent == 1:
            return inner.within(_POWER)
        if exponent == S.Half:
            return f"sqrt({inner.text})"
        upper = self._of(exponent)
        return f"{inner.within(_ATOM)}^{upper.within(_ATOM)}"

    def _number(self, ratio: Rational) -> Text:
        """An exact number: an integer, a short decimal, or a fraction."""
        numerator, denominator = int(ratio.p), int(ratio.q)
        if denominator == 1:
            return self._integer(numerator)
        if denominator > 9 and (decimal := _decimal(Fraction(numerator, denominator), self._exact)):
            return Text(decimal, _ATOM if numerator > 0 else _SIGNED)
        text = f"{self._integer(numerator).within(_SIGNED)}/{self._integer(denominator).within(_POWER)}"
        return Text(text, _PRODUCT)

    def _fraction(self, coefficient: Rational) -> tuple[str, str]:
        """What a positive coefficient puts above and below the line ("" for 1)."""
        numerator, denominator = int(coefficient.p), int(coefficient.q)
        if denominator > 9 and (decimal := _decimal(Fraction(numerator, denominator), self._exact)):
            return decimal, ""
        top = "" if numerator == 1 else self._integer(numerator).within(_POWER)
        return top, "" if denominator == 1 else self._integer(denominator).within(_POWER)

    def _integer(self, n: int) -> Text:
        if abs(n) < (_WORD if self._exact else 10**16):
            return Text(str(n), _ATOM if n >= 0 else _SIGNED)
        if decimal := _decimal(Fraction(n), self._exact):
            return Text(decimal, _ATOM if n >= 0 else _SIGNED)
        power: tuple[int, int] | Literal[False] = perfect_power(abs(n)) if n.bit_length() < 20_000 else False
        if power and max(power) < (_WORD if self._exact else 10**16):
            return Text(f"{'-' if n < 0 else ''}{power[0]}^{power[1]}", _POWER if n > 0 else _SIGNED)
        if self._exact:
            return Text(f"-{_in_words(-n)}" if n < 0 else _in_words(n), _SIGNED if n < 0 else _ATOM)
        raise UnwritableError("SymPy's formula has a number in it with too many digits")

    def _polygamma(self, e: Basic) -> Text:
        if e.args[0] != 0:
            raise UnwritableError("SymPy's formula has a polygamma function in it, which cannot be written here")
        return Text(f"digamma({self._texts[e.args[1]].text})", _ATOM)

    def _sides(self, gap: Expr) -> str:
        """`gap > 0`, what is subtracted moved to the other side."""
        terms = gap.as_ordered_terms() if isinstance(gap, Add) else [gap]
        left = [t for t in terms if not t.could_extract_minus_sign()]
        right = [-t for t in terms if t.could_extract_minus_sign()]
        return f"{self._plain_sum(left)} > {self._plain_sum(right)}"

    def _plain_sum(self, terms: list[Expr]) -> str:
        return self._of(Add(*terms)).text

    def _branches(self, e: Piecewise) -> Text:
        *rest, (last, certain) = e.args
        if certain != True:  # noqa: E712 - SymPy's own true
            raise UnwritableError("SymPy's formula has a case in it that it leaves open")
        text = self._texts[last].text
        for branch, condition in reversed(rest):
            text = self._choice(condition, self._texts[branch].text, text)
        return Text(text, _ATOM)

    def _choice(self, condition: Basic, then: str, otherwise: str) -> str:
        """`where(condition, …)`; and, or, not and a choice of conditions become a where within a where."""
        if isinstance(condition, BooleanAtom):
            return then if condition else otherwise
        if isinstance(condition, Not):
            return self._choice(condition.args[0], otherwise, then)
        if isinstance(condition, ITE):
            chosen, yes, no = condition.args
            return self._choice(chosen, self._choice(yes, then, otherwise), self._choice(no, then, otherwise))
        parts = sorted(condition.args, key=str) if isinstance(condition, (And, Or)) else []
        for part in reversed(parts[1:]):
            if isinstance(condition, And):
                then = self._choice(part, then, otherwise)
            else:
                otherwise = self._choice(part, then, otherwise)
        if parts:
            return self._choice(parts[0], then, otherwise)
        if not isinstance(condition, Relational):
            raise UnwritableError("SymPy's formula has a condition in it that cannot be written here")
        left, right = (self._of(side).text for side in condition.args)
        text = f"where({left} {condition.rel_op} {right}, {then}, {otherwise})"
        if len(text) > self._longest:
            raise UnwritableError("the formula is too long to be read")
        return text


def _uses(expression: Basic) -> Counter[Basic]:
    """How often each part is used in an expression, shared parts counted once."""
    uses: Counter[Basic] = Counter()
    seen = {expression}
    stack = [expression]
    while stack:
        parts = _parts(stack.pop())
        uses.update(parts)
        stack.extend(part for part in parts if part not in seen)
        seen.update(parts)
    return uses


def _parts(e: Basic) -> list[Basic]:
    if isinstance(e, Piecewise):
        return [part for branch, condition in e.args for part in (branch, condition)]
    if isinstance(e, polygamma):
        return [e.args[1]]
    if isinstance(e, Heaviside):
        return [e.args[0]]
    if isinstance(e, Pow) and e.exp.is_Rational:
        return [e.base]
    return [] if isinstance(e, (Rational, Symbol, BooleanAtom)) else list(e.args)


def _decimal(ratio: Fraction, exact: bool) -> str | None:
    """A short decimal that is `ratio`, where there is one; an `exact` one is a binary64 number too."""
    try:
        nearest = float(ratio)
    except OverflowError:
        return None
    text = decimal_text(nearest)
    if text == "inf" or Fraction(text) != ratio or (exact and Fraction(nearest) != ratio):
        return None
    return text


def _in_words(n: int) -> str:
    """A whole number from parts that are binary64 numbers."""
    words = [n % _WORD]
    while n := n // _WORD:
        words.append(n % _WORD)
    text = str(words.pop())
    while words:
        text = f"({text}*2^53 + {words.pop()})"
    return text


def size(expression: Expr) -> int:
    """How many leaves `expression` has, written out (shared parts count each time)."""
    sizes: dict[Basic, int] = {}
    stack: list[Basic] = [expression]
    while stack:
        e = stack[-1]
        missing = [part for part in e.args if part not in sizes]
        if missing:
            stack.extend(missing)
            continue
        sizes[e] = sum(sizes[part] for part in e.args) or 1
        stack.pop()
    return sizes[expression]
