"""The derivative of one node along another as a formula: tangents over formulas, lightly simplified."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from gradx.derive.formulas import Written, new_builder
from gradx.derive.terms import Term, Terms
from gradx.graph import Graph, GraphBuilder
from gradx.language.printer import length_written_out, written_out
from gradx.sweeps.tangents import tangents

MOST_NODES = 60
LONGEST_CHARACTERS = 60


def slope_formula(graph: Graph, i: int, wrt: int, slots: Collection[int] | None = None) -> str | None:
    """d(node i)/d(node `wrt`) as text that gradx reads, in the names of inputs and named nodes; None where it gets too
    long, or has a number in it that float64 does not hold.

    With `slots` only the part that comes through these arguments of node i.
    """
    needed, varying = graph.upstream(i), frozenset(graph.downstream(wrt))
    if i in varying and len(needed) > MOST_NODES:
        return None
    order = [j for j in needed if j in varying and j != wrt]
    terms = _Tidy(new_builder(graph))
    named = graph.named - {graph.output}
    written = Written(graph, terms, named, lambda j: j in named or j in graph.inputs or j == wrt)

    def partial(j: int, slot: int) -> Term | None:
        """The local partial of node j for an argument that moves with `wrt`."""
        row, k = graph.primitives[j], graph.arguments[j][slot]
        assert row is not None
        if k not in varying or slot < row.conditions or not (slots is None or j != i or slot in slots):
            return None
        found = written.partial(j, slot)
        return _InFront(terms, found.node, found.value) if row.name == "*" and slot == 1 else found

    partials: list[tuple[Term | None, ...]] = [()] * len(graph.nodes)
    for j in order:
        partials[j] = tuple(partial(j, slot) for slot in range(len(graph.arguments[j])))
    slope = tangents(graph, _Slopes(terms.builder).arithmetic, partials, wrt, order)[i]
    if not slope.is_writable:
        return None
    formula = terms.builder.finish(slope.node)
    if length_written_out(formula, slope.node) >= LONGEST_CHARACTERS:
        return None
    text = written_out(formula, slope.node)
    return text if len(text) <= LONGEST_CHARACTERS else None


class _InFront(Term):
    """The first factor of a product, which stays in front of what the other's derivative is."""

    __slots__ = ()


class _Scaled(NamedTuple):
    """A rational number times a term (None: 1)."""

    by: Fraction
    rest: Term | None


class _Tidy(Terms):
    """Terms in which a whole power of a whole power is one power."""

    def power(self, x: Term, y: Term) -> Term:
        raised = self.operands(x, "^")
        exponent = raised[1].value if raised else None
        if exponent is not None and exponent.is_integer() and y.value is not None and y.value.is_integer():
            return super().power(raised[0], self.number(exponent * y.value))
        return super().power(x, y)


class _Slopes(Terms):
    """Sums and products of the chain rule: numbers are fractions, in front of a product on one fraction line, whose
    factors stand without brackets; a sum does not begin with a minus where it need not."""

    def __init__(self, builder: GraphBuilder) -> None:
        super().__init__(builder)
        self._apart: dict[int, _Scaled] = {}

    def sum(self, x: Term, y: Term) -> Term:
        left, right = self._scaled(x), self._scaled(y)
        if left.rest is None and right.rest is None:
            return self._number(left.by + right.by)
        if right.by < 0:
            return self.difference(x, self._term(-right.by, right.rest))
        if left.by < 0:
            return self.difference(y, self._term(-left.by, left.rest))
        return super().sum(x, y)

    def product(self, x: Term, y: Term) -> Term:
        """A denominator of the second factor is a denominator of the product."""
        first, second = map(self._scaled, (y, x) if isinstance(y, _InFront) else (x, y))
        by = first.by * second.by
        if first.rest is None or second.rest is None or not by:
            return self._term(by, first.rest or second.rest)
        over, under = self._split(second.rest)
        rest = first.rest if over.value == 1 else self._times(first.rest, over)
        return self._term(by, rest if under is None else self.divide(rest, under))

    def _term(self, by: Fraction, rest: Term | None) -> Term:
        """The multiple, written out."""
        if rest is None or not by:
            return self._number(by)
        if by < 0:
            return self.negative(self._term(-by, rest))
        over, under = self._split(rest)
        above = over if by.numerator == 1 else self._times(self._whole(by.numerator), over)
        below = self._whole(by.denominator)
        return self.divide(above, below if under is None else self._times(below, under))

    def _scaled(self, x: Term) -> _Scaled:
        """A term with its numerical factor apart."""
        if x.node not in self._apart:
            self._apart[x.node] = self._taken_apart(x)
        return self._apart[x.node]

    def _taken_apart(self, x: Term) -> _Scaled:
        if x.value is not None:
            return _Scaled(Fraction(repr(x.value)), None)
        negated = self.operands(x, "neg")
        if negated:
            inner = self._scaled(*negated)
            return _Scaled(-inner.by, inner.rest)
        factors = self.operands(x, "*")
        if factors:
            first, second = map(self._scaled, factors)
            both = first.rest and second.rest and self._times(first.rest, second.rest)
            return _Scaled(first.by * second.by, both or first.rest or second.rest)
        quotient = self.operands(x, "/")
        if quotient:
            above, below = map(self._scaled, quotient)
            if below.by:
                one = self.number(1.0)
                rest = above.rest if below.rest is None else self.divide(above.rest or one, below.rest)
                return _Scaled(above.by / below.by, rest)
        return _Scaled(Fraction(1), x)

    def _times(self, x: Term, y: Term) -> Term:
        """x*y without parentheses around y's factors, as many as could be shown."""
        factors = [y]
        while len(factors) < LONGEST_CHARACTERS and (inner := self.operands(factors[-1], "*")):
            factors[-1:] = reversed(inner)
        for factor in reversed(factors):
            x = super().product(x, factor)
        return x

    def _split(self, x: Term) -> tuple[Term, Term | None]:
        """A quotient's numerator and denominator; None for no denominator."""
        over = self.operands(x, "/")
        return (over[0], over[1]) if over else (x, None)

    def _number(self, x: Fraction) -> Term:
        over = self._whole(x.numerator)
        return over if x.denominator == 1 else self.divide(over, self._whole(x.denominator))

    def _whole(self, x: int) -> Term:
        try:
            return self.number(float(x))
        except OverflowError:
            return self.unwritable
