"""The table read as graph terms: a rule applied to `Terms` builds the formula that it computes.

Only simplifications that hold wherever both sides have a value, and that a reader expects: 0*x, 1*x, x + 0, x^1, -(-x),
x + (-y), and arithmetic of numbers where it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from gradx.graph import GraphBuilder, Node
from gradx.numbers import Relation, holds
from gradx.table import CALLABLE, TABLE, WHERE

_NOWHERE = (0, 0)


class UnwritableError(Exception):
    """The rule uses a function that programs do not have, or a number that float64 does not hold."""


class Term:
    """A node of the builder behind `terms`. `value` is the number that it is, if it is one."""

    __slots__ = ("node", "terms", "value")

    def __init__(self, terms: Terms, node: int, value: float | None = None) -> None:
        self.terms = terms
        self.node = node
        self.value = value

    def __add__(self, other: Term | float) -> Term:
        return self.terms.sum(self, self.terms.term(other))

    def __radd__(self, other: float) -> Term:
        return self.terms.sum(self.terms.term(other), self)

    def __sub__(self, other: Term | float) -> Term:
        return self.terms.difference(self, self.terms.term(other))

    def __rsub__(self, other: float) -> Term:
        return self.terms.difference(self.terms.term(other), self)

    def __mul__(self, other: Term | float) -> Term:
        return self.terms.product(self, self.terms.term(other))

    def __rmul__(self, other: float) -> Term:
        return self.terms.product(self.terms.term(other), self)

    def __neg__(self) -> Term:
        return self.terms.negative(self)


def _function(name: str) -> Callable[[Terms, Term], Term]:
    def function(self: Terms, x: Term) -> Term:
        return self.apply(name, x)

    return function


class Terms:
    """Arithmetic over `Term`, into one builder. What programs cannot say, a function or a number, raises
    `UnwritableError`.
    """

    def __init__(self, builder: GraphBuilder) -> None:
        self._builder = builder
        self._variables: dict[str, Term] = {}

    absolute = _function("abs")
    sign = _function("sign")
    floor = _function("floor")
    ceil = _function("ceil")
    exp = _function("exp")
    expm1 = _function("expm1")
    log2 = _function("log2")
    log10 = _function("log10")
    log1p = _function("log1p")
    sqrt = _function("sqrt")
    cbrt = _function("cbrt")
    sin = _function("sin")
    cos = _function("cos")
    tan = _function("tan")
    asin = _function("asin")
    acos = _function("acos")
    atan = _function("atan")
    sinh = _function("sinh")
    cosh = _function("cosh")
    tanh = _function("tanh")
    asinh = _function("asinh")
    acosh = _function("acosh")
    atanh = _function("atanh")
    sigmoid = _function("sigmoid")
    softplus = _function("softplus")
    erf = _function("erf")
    gamma = _function("gamma")
    lgamma = _function("lgamma")
    digamma = _function("digamma")
    trigamma = _function("trigamma")

    def log(self, x: Term) -> Term:
        """The logarithm; that of Euler's number is written 1, although its float64 is not quite that number."""
        is_euler = self._builder.node(x.node).label == "e"
        return self.number(1.0) if is_euler else self.apply("log", x)

    def apply(self, name: str, *xs: Term) -> Term:
        """A call, as a program would write it."""
        row = CALLABLE.get(name)
        if row is None:
            raise UnwritableError(name)
        return self.operation(row.name, *xs)

    def operation(self, name: str, *xs: Term) -> Term:
        """The row `name` of the table on `xs`, as it is."""
        return Term(self, self._builder.operation(TABLE[name], [x.node for x in xs], _NOWHERE))

    def term(self, x: Term | float) -> Term:
        return x if isinstance(x, Term) else self.number(x)

    def variable(self, name: str) -> Term:
        """The input called `name`, the same one each time."""
        if name not in self._variables:
            self._variables[name] = Term(self, self._builder.input(name, _NOWHERE))
        return self._variables[name]

    def copied(self, node: Node, xs: Sequence[Term]) -> Term:
        """A literal of another graph, or an operation on `xs` as it stands there, but for a minus before a number."""
        row = node.primitive
        if row is None:
            assert node.literal is not None
            literal = self._builder.literal(node.literal, _NOWHERE, node.label)
            return Term(self, literal, node.literal if node.label is None else None)
        return self.negative(*xs) if row is TABLE["neg"] else self.operation(row.name, *xs)

    def number(self, x: float) -> Term:
        if not math.isfinite(x):
            raise UnwritableError(x)
        return Term(self, self._builder.literal(x, _NOWHERE), x)

    def pi(self) -> Term:
        return Term(self, self._builder.literal(math.pi, _NOWHERE, "pi"))

    def sum(self, x: Term, y: Term) -> Term:
        if x.value == 0:
            return y
        if y.value == 0:
            return x
        exact = _exact(x, y, Fraction.__add__)
        if exact is not None:
            return self.number(exact)
        if y.value is not None and y.value < 0:
            return self.operation("-", x, self.number(-y.value))
        opposite = self.operands(y, "neg")
        return self.operation("-", x, opposite[0]) if opposite else self.operation("+", x, y)

    def difference(self, x: Term, y: Term) -> Term:
        if y.value == 0:
            return x
        if x.value == 0:
            return self.negative(y)
        exact = _exact(x, y, Fraction.__sub__)
        if exact is not None:
            return self.number(exact)
        opposite = self.operands(y, "neg")
        return self.operation("+", x, opposite[0]) if opposite else self.operation("-", x, y)

    def product(self, x: Term, y: Term) -> Term:
        for factor, other in ((x, y), (y, x)):
            if factor.value == 0:
                return self.number(0.0)
            if factor.value == 1:
                return other
            if factor.value == -1:
                return self.negative(other)
        exact = _exact(x, y, Fraction.__mul__)
        return self.operation("*", x, y) if exact is None else self.number(exact)

    def negative(self, x: Term) -> Term:
        if x.value is not None:
            return self.number(0.0 if x.value == 0 else -x.value)
        opposite = self.operands(x, "neg")
        if opposite:
            return opposite[0]
        for name in ("*", "/"):
            operands = self.operands(x, name)
            if operands:
                return self.operation(name, self.negative(operands[0]), operands[1])
        return self.operation("neg", x)

    def divide(self, x: Term, y: Term) -> Term:
        if x.value == 0 and y.value != 0:
            return x
        return x if y.value == 1 else self.operation("/", x, y)

    def quotient(self, x: Term, y: Term) -> Term:
        """As `divide`, but a fraction of numbers that is a short decimal is that: 0.5 for 1/2, and 1/3 as it is."""
        exact = _exact(x, y, Fraction.__truediv__) if y.value else None
        return self.divide(x, y) if exact is None else self.number(exact)

    def modulo(self, x: Term, y: Term) -> Term:
        return self.operation("%", x, y)

    def power(self, x: Term, y: Term) -> Term:
        if y.value == 1:
            return x
        return self.number(1.0) if y.value == 0 else self.operation("^", x, y)

    def maximum(self, *xs: Term) -> Term:
        return self.operation("max", *xs)

    def minimum(self, *xs: Term) -> Term:
        return self.operation("min", *xs)

    def atan2(self, y: Term, x: Term) -> Term:
        return self.operation("atan2", y, x)

    def hypot(self, x: Term, y: Term) -> Term:
        return self.operation("hypot", x, y)

    def erfc(self, x: Term) -> Term:
        return self.difference(self.number(1.0), self.erf(x))

    def where(self, relation: Relation, left: Term, right: Term, then: Term, otherwise: Term) -> Term:
        if left.value is not None and right.value is not None:
            return then if holds(relation, left.value, right.value) else otherwise
        return self.operation(WHERE[relation].name, left, right, then, otherwise)

    def operands(self, x: Term, name: str) -> tuple[Term, ...]:
        """The operands of `x` if it is the operation `name`, else ()."""
        node = self._builder.node(x.node)
        if node.primitive is not TABLE[name]:
            return ()
        return tuple(Term(self, i, self._value(i)) for i in node.inputs)

    def _value(self, i: int) -> float | None:
        node = self._builder.node(i)
        return node.literal if node.label is None else None


def _exact(x: Term, y: Term, operation: Callable[[Fraction, Fraction], Fraction]) -> float | None:
    """The value of an operation on two numbers, if float64 has it exactly and it is no longer to write."""
    if x.value is None or y.value is None:
        return None
    exact = operation(Fraction(x.value), Fraction(y.value))
    try:
        rounded = float(exact)
    except OverflowError:
        return None
    return rounded if Fraction(rounded) == exact and len(repr(rounded)) <= 8 else None
