"""A SymPy expression as a graph over the table: to be shown, as that graph's text, or swept, with nothing rounded.

Nothing recurses; what is too long to read is not written.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Literal

import sympy as sp
from sympy import Add, Basic, Expr, Mul, Pow, Rational, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder
from gradx.language.operators import Names, names_in, writing_with
from gradx.language.printer import length_written_out
from gradx.language.writing import Notation, number, written
from gradx.numbers.sympy import SymbolicArithmetic
from gradx.numbers.sympy import written as as_typed
from gradx.primitive import ATOM, SIGN, Primitive, Writing
from gradx.table import CALLABLE, TABLE

TIDY, WRITTEN = 40, 400
"""A formula with more leaves than the one is shown as SymPy made it, one with more than the other not at all."""

LONGEST = 1_000
"""Neither is one with more characters than this."""

MOST_NODES = 20_000
"""A formula with more nodes than this is not read for its value either."""

_WORD = 1 << 53
"""Up to this every whole number is a binary64 number."""

_NO_TEXT = Source("formula", "")
_NOWHERE = (0, 0)
_RENAMED = {
    "Abs": "abs", "RealAbs": "abs", "Ceiling": "ceil", "ceiling": "ceil", "Floor": "floor", "Max": "max", "Min": "min",
    "loggamma": "lgamma",
}  # fmt: skip
"""SymPy's functions that programs call otherwise; all others that a program can call have the same name there."""

_LITERALS: Mapping[str, float] = {"pi": math.pi, "e": math.e}


class UnwritableError(Exception):
    """The language has no words for an expression; the message says for what."""


def as_written(expression: Expr, literals: Mapping[Symbol, float]) -> Expr:
    """`expression` with its literals as they are written: 0.1 is one tenth, `e` Euler's number, `pi` stays a symbol."""
    meanings = {s: sp.E if s.name == "e" else as_typed(x) for s, x in literals.items() if s.name != "pi"}
    return expression.xreplace(meanings) if meanings else expression


def text_of(derivative: Expr, m: SymbolicArithmetic, source: Source) -> str:
    """The formula, in the smallest of a few forms that cost little, for a program with this text. Raises
    UnwritableError."""
    if size(derivative) > WRITTEN:
        raise UnwritableError("the formula is too long to be read")
    plain = as_written(derivative, m.literals)
    forms = [plain]
    if not plain.is_Atom and size(plain) <= TIDY:
        forms = [sp.together(plain), sp.factor_terms(plain), plain]
        if _has_open_power(plain):
            forms.append(sp.powsimp(plain))
    return formula(min(forms, key=size), m.literals, source)


def formula(expression: Expr, literals: Mapping[Symbol, float] | None = None, source: Source = _NO_TEXT) -> str:
    """The text of `expression`, in which the symbols of `literals` stand for numbers, and functions are called as in
    `source`. Raises UnwritableError."""
    graph = _Reader(literals or {}, exact=False).read(expression)
    if length_written_out(graph, graph.output) <= LONGEST:
        text = written(graph, graph.output, lambda i: False, _notation(names_in(source.text)))
        if len(text) <= LONGEST:
            return text
    raise UnwritableError("the formula is too long to be read")


def exact_graph(derivative: Expr, literals: Mapping[Symbol, float] | None = None) -> Graph:
    """The formula for sweeping: a literal in it is the program's own, a number of SymPy's stays exact.

    In balls it is worth what the derivative is, in balls that read literals as they are typed what that one is. Raises
    UnwritableError.
    """
    gathered = size(derivative) <= TIDY and _has_open_power(derivative)  # t^n/t has no value at 0, and t^(n - 1) has
    return _Reader(literals or {}, exact=True).read(sp.powsimp(derivative) if gathered else derivative)


def _has_open_power(expression: Expr) -> bool:
    return any(not power.exp.is_number for power in expression.atoms(Pow))


class _Reader:
    """`exact`: no number is changed where a literal stands for a binary64 number."""

    def __init__(self, literals: Mapping[Symbol, float], *, exact: bool) -> None:
        self._builder = GraphBuilder(_NO_TEXT)
        self._literals = literals
        self._exact = exact
        self._nodes: dict[Basic, int] = {}

    def read(self, expression: Expr) -> Graph:
        return self._builder.finish(self._node(expression))

    def _node(self, expression: Basic) -> int:
        """The node for an expression: a part, or one made on the way (SymPy orders the terms of a sum as new objects).

        All its parts come first.
        """
        stack, nodes = [expression], self._nodes
        while stack:
            e = stack[-1]
            missing = [part for part in _parts(e) if part not in nodes]
            if e not in nodes and missing:
                stack.extend(missing)
                continue
            if e not in nodes:
                nodes[e] = self._made(e)
                if len(self._builder) > MOST_NODES:
                    raise UnwritableError("the formula is too long to be read")
            stack.pop()
        return nodes[expression]

    def _made(self, e: Basic) -> int:
        if isinstance(e, Symbol):
            return self._symbol(e)
        if isinstance(e, Rational):
            return self._ratio(Fraction(int(e.p), int(e.q)))
        if e is sp.E:
            named = not self._exact and any(symbol.name == "e" for symbol in self._literals)
            return self._literal(math.e, "e") if named else self._op("exp", self._literal(1.0))
        if e is sp.pi:  # the literal sp.pi is not quite the number
            return self._op("acos", self._literal(-1.0)) if self._exact else self._literal(math.pi, "pi")
        if isinstance(e, Add):
            return self._sum(e.args if self._exact else e.as_ordered_terms())
        if e is sp.EulerGamma or isinstance(e, Mul):
            return self._signed(e, minus=True)[1]
        if isinstance(e, Pow):
            if e.exp.is_Rational and e.exp < 0:
                return self._op("/", self._literal(1.0), self._raised(e.base, -e.exp))
            return self._raised(e.base, e.exp)
        if isinstance(e, sp.Heaviside):
            return self._step(e.args[0])
        if isinstance(e, sp.Piecewise):
            return self._branches(e)
        if isinstance(e, (Relational, sp.And, sp.Or, sp.Not, sp.ITE, BooleanAtom)):
            return -1  # made by the Piecewise around it
        return self._call(e)

    def _op(self, name: str, *inputs: int) -> int:
        return self._builder.operation(TABLE[name], inputs, _NOWHERE)

    def _literal(self, x: float, label: str | None = None) -> int:
        return self._builder.literal(x, _NOWHERE, label)

    def _symbol(self, e: Symbol) -> int:
        if e in self._literals:
            return self._literal(self._literals[e], e.name if e.name in _LITERALS else None)
        return self._builder.input(e.name, _NOWHERE)

    def _call(self, e: Basic) -> int:
        name = type(e).__name__
        if isinstance(e, sp.polygamma):
            if e.args[0] != 0:
                raise UnwritableError("SymPy's formula has a polygamma function in it, which cannot be written here")
            return self._op("digamma", self._nodes[e.args[1]])
        row, inputs = CALLABLE.get(_RENAMED.get(name, name)), [self._nodes[a] for a in e.args]
        if row is not None:
            return self._builder.operation(row, inputs, _NOWHERE)
        raise UnwritableError(f"SymPy's formula has a {name} in it, which cannot be written here")

    def _sum(self, terms: Iterable[Expr]) -> int:
        """A term that is written with a minus is subtracted."""
        total = None
        for term in terms:
            negative, node = self._signed(term, minus=total is None)
            total = node if total is None else self._op("-" if negative else "+", total, node)
        return self._literal(0.0) if total is None else total

    def _signed(self, e: Expr, *, minus: bool) -> tuple[bool, int]:
        """Whether e is written with a minus in front; and e, or if not `minus` what stands behind that."""
        if e is sp.EulerGamma:
            digamma = self._op("digamma", self._literal(1.0))
            return True, self._op("neg", digamma) if minus else digamma
        if isinstance(e, Rational) and e < 0 and not minus:
            return True, self._node(-e)
        if not isinstance(e, Mul):
            return isinstance(e, Rational) and e < 0, self._node(e)
        coefficient, rest = e.as_coeff_Mul()
        return coefficient < 0, self._product(coefficient if minus else abs(coefficient), rest)

    def _product(self, coefficient: Rational, rest: Expr) -> int:
        """All on one fraction line, a minus in front of the first factor."""
        above: list[int] = []
        below: list[int] = []
        for factor in Mul.make_args(rest) if self._exact else rest.as_ordered_factors():
            if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp < 0:
                below.append(self._raised(factor.base, -factor.exp))
            elif factor != 1:
                above.append(self._node(factor))
        ratio = Fraction(int(coefficient.p), int(coefficient.q))
        over, under = (ratio, Fraction(1)) if self._decimal(ratio) else (ratio.numerator, ratio.denominator)
        if abs(over) != 1 or not above:
            above.insert(0, self._ratio(Fraction(over)))
        elif over < 0:
            above[0] = self._op("neg", above[0])
        if under != 1:
            below.insert(0, self._ratio(Fraction(under)))
        top = self._multiplied(above)
        return self._op("/", top, self._multiplied(below)) if below else top

    def _multiplied(self, factors: list[int]) -> int:
        product, *rest = factors
        for factor in rest:
            product = self._op("*", product, factor)
        return product

    def _raised(self, base: Expr, exponent: Expr) -> int:
        if exponent == 1:
            return self._nodes[base]
        if exponent == sp.S.Half:
            return self._op("sqrt", self._nodes[base])
        return self._op("^", self._nodes[base], self._node(exponent))

    def _ratio(self, ratio: Fraction) -> int:
        """An exact number: an integer, a short decimal, or a fraction."""
        if ratio.denominator != 1 and not self._decimal(ratio):
            return self._op("/", *(self._ratio(Fraction(n)) for n in ratio.as_integer_ratio()))
        n = abs(ratio.numerator)
        if self._decimal(ratio) or n < (_WORD if self._exact else 10**16):
            return self._literal(float(ratio))
        if ratio < 0:
            return self._op("neg", self._ratio(-ratio))
        if self._exact:
            high, low = divmod(n, _WORD)
            return self._op(
                "+", self._op("*", self._ratio(Fraction(high)), self._literal(2.0**53)), self._ratio(Fraction(low))
            )
        power: tuple[int, int] | Literal[False] = sp.perfect_power(n) if n.bit_length() < 20_000 else False
        if power and max(power) < 10**16:
            return self._op("^", *map(self._literal, map(float, power)))
        raise UnwritableError("SymPy's formula has a number in it with too many digits")

    def _decimal(self, ratio: Fraction) -> bool:
        """Whether a short decimal is `ratio`, and where that has to be, a binary64 number too."""
        if ratio.denominator <= 9 and (ratio.denominator != 1 or abs(ratio) < 10**16):
            return False
        try:
            nearest = float(ratio)
        except OverflowError:
            return False
        return Fraction(number(nearest)) == ratio and (not self._exact or Fraction(nearest) == ratio)

    def _step(self, gap: Expr) -> int:
        """1 for `gap > 0`, what is subtracted moved to the other side."""
        terms = gap.as_ordered_terms() if isinstance(gap, Add) else [gap]
        left = self._node(Add(*(t for t in terms if not t.could_extract_minus_sign())))
        right = self._node(Add(*(-t for t in terms if t.could_extract_minus_sign())))
        return self._op("where>", left, right, self._literal(1.0), self._literal(0.0))

    def _branches(self, e: sp.Piecewise) -> int:
        *rest, (last, certain) = e.args
        if certain != True:  # noqa: E712 - SymPy's own true
            raise UnwritableError("SymPy's formula has a case in it that it leaves open")
        node = self._nodes[last]
        for branch, condition in reversed(rest):
            node = self._choice(condition, self._nodes[branch], node)
        return node

    def _choice(self, condition: Basic, then: int, otherwise: int) -> int:
        """`where(condition, …)`; and, or, not and a choice of conditions become a where within a where."""
        if isinstance(condition, BooleanAtom):
            return then if condition else otherwise
        if isinstance(condition, sp.Not):
            return self._choice(condition.args[0], otherwise, then)
        if isinstance(condition, sp.ITE):
            chosen, yes, no = condition.args
            return self._choice(chosen, self._choice(yes, then, otherwise), self._choice(no, then, otherwise))
        if isinstance(condition, (sp.And, sp.Or)):
            for part in sorted(condition.args, key=str, reverse=True):
                if isinstance(condition, sp.And):
                    then = self._choice(part, then, otherwise)
                else:
                    otherwise = self._choice(part, then, otherwise)
            return then if isinstance(condition, sp.And) else otherwise
        if not isinstance(condition, Relational):
            raise UnwritableError("SymPy's formula has a condition in it that cannot be written here")
        sides = [self._node(side) for side in condition.args]
        return self._op(f"where{condition.rel_op}", *sides, then, otherwise)


def _parts(e: Basic) -> list[Basic]:
    if isinstance(e, sp.Piecewise):
        return [part for branch, condition in e.args for part in (branch, condition)]
    if isinstance(e, (sp.polygamma, sp.Heaviside)):
        return [e.args[isinstance(e, sp.polygamma)]]
    if isinstance(e, Pow) and e.exp.is_Rational:
        return [e.base]
    return [] if isinstance(e, (Rational, Symbol, BooleanAtom)) else list(e.args)


@cache
def _notation(names: Names) -> Notation:
    """As gradx writes text, but for an exponent, which is never left without brackets."""
    plain = writing_with(names)

    def bound(row: Primitive) -> Writing:
        return row.text._replace(needs=(ATOM, ATOM)) if row.name == "^" else plain(row)

    return Notation(bound, str, lambda text: (text, SIGN if text.startswith("-") else ATOM), str, ("(", ")"))


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
