"""The table read as graph terms: a rule applied to `Terms` builds the formula that it computes.

Only simplifications that hold wherever both sides have a value, and that a reader expects: 0*x, 1*x, x + 0, x^1, -(-x),
x + (-y), and arithmetic of numbers where it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from gradx.graph import GraphBuilder, Node
from gradx.numbers import ByName, Made, Relation, holds
from gradx.row_shape import row_name
from gradx.table import TABLE, WHERE

_NOWHERE = (0, 0)
_UNWRITABLE = -1
_OPERATORS: Final = {"+": "sum", "-": "difference", "*": "product", "neg": "negative"}


class Term(Made):
    """A node of the builder behind `terms`. `value` is the number that it is, if it is one."""

    __slots__ = ("node", "terms", "value")

    def __init__(self, terms: Terms, node: int, value: float | None = None) -> None:
        self.terms = terms
        self.node = node
        self.value = value

    @property
    def is_writable(self) -> bool:
        """Whether programs can say it: no function that they do not have, no number that float64 does not hold."""
        return self.node != _UNWRITABLE

    def made(self, name: str, *xs: Term | float) -> Term:
        operands = [x if isinstance(x, Term) else self.terms.number(x) for x in xs]
        result = getattr(self.terms, _OPERATORS[name])(*operands)
        return Term(self.terms, result.node, result.value)


class Terms(ByName[Term]):
    """Arithmetic over `Term`, into one builder. What programs cannot say, a function or a number, is a term that is not
    writable, and so is all that is made of it.
    """

    def __init__(self, builder: GraphBuilder) -> None:
        self.builder = builder
        self._variables: dict[str, Term] = {}

    def named(self, name: str, *xs: Term) -> Term:
        return self.operation(row_name(name), *xs)

    @property
    def unwritable(self) -> Term:
        return Term(self, _UNWRITABLE)

    def operation(self, name: str, *xs: Term) -> Term:
        """The row `name` of the table on `xs`, as it is."""
        if name not in TABLE or not all(x.is_writable for x in xs):
            return self.unwritable
        return Term(self, self.builder.operation(TABLE[name], [x.node for x in xs], _NOWHERE))

    def variable(self, name: str) -> Term:
        """The input called `name`, the same one each time."""
        if name not in self._variables:
            self._variables[name] = Term(self, self.builder.input(name, _NOWHERE))
        return self._variables[name]

    def copied(self, node: Node, xs: Sequence[Term]) -> Term:
        """A literal of another graph, or an operation on `xs` as it stands there, but for a minus before a number."""
        row = node.primitive
        if row is None:
            assert node.literal is not None
            literal = self.builder.literal(node.literal, _NOWHERE, node.label)
            return Term(self, literal, node.literal if node.label is None else None)
        return self.negative(*xs) if row is TABLE["neg"] else self.operation(row.name, *xs)

    def number(self, x: float) -> Term:
        return Term(self, self.builder.literal(x, _NOWHERE), x) if math.isfinite(x) else self.unwritable

    def pi(self) -> Term:
        return Term(self, self.builder.literal(math.pi, _NOWHERE, "pi"))

    def log(self, x: Term) -> Term:
        """The logarithm; that of Euler's number is written 1, although its float64 is not quite that number."""
        is_euler = x.is_writable and self.builder.node(x.node).label == "e"
        return self.number(1.0) if is_euler else self.operation("log", x)

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
        return Terms.divide(self, x, y) if exact is None else self.number(exact)

    def power(self, x: Term, y: Term) -> Term:
        if y.value == 1:
            return x
        return self.number(1.0) if y.value == 0 else self.operation("^", x, y)

    def where(self, relation: Relation, left: Term, right: Term, then: Term, otherwise: Term) -> Term:
        if left.value is not None and right.value is not None:
            return then if holds(relation, left.value, right.value) else otherwise
        return self.operation(WHERE[relation].name, left, right, then, otherwise)

    def operands(self, x: Term, name: str) -> tuple[Term, ...]:
        """The operands of `x` if it is the operation `name`, else ()."""
        node = self.builder.node(x.node) if x.is_writable else Node(None)
        if node.primitive is not TABLE[name]:
            return ()
        operands = ((i, self.builder.node(i)) for i in node.inputs)
        return tuple(Term(self, i, found.literal if found.label is None else None) for i, found in operands)


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
