"""The derivative of one node along another as a formula: the right one, by the table's rules, lightly simplified."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from gradx.errors import Source
from gradx.graph import GraphBuilder
from gradx.language.printer import length_written_out, written_out
from gradx.language.terms import Term, Terms, UnwritableError
from gradx.lessons.claims.dependence import Dependence
from gradx.table import TABLE

MOST_NODES = 60
LONGEST = 60


def slope_formula(dependence: Dependence, i: int, slots: Collection[int] | None = None) -> str | None:
    """d(node i)/d(`wrt`) as text that gradx reads, in the names of inputs and named nodes; None where it gets too long,
    or has a number in it that float64 does not hold.

    With `slots` only the part that comes through these arguments of node i.
    """
    if i == dependence.wrt:
        return "1"
    if i not in dependence.varying:
        return "0"
    needed = dependence.graph.upstream(i)
    if len(needed) > MOST_NODES:
        return None
    builder = GraphBuilder(Source("formula", ""))
    slopes = _Slopes(dependence, builder)
    try:
        slope = slopes.term(slopes.at(i, needed, dependence.moving_slots(i) if slots is None else slots))
    except UnwritableError:
        return None
    output = builder.operation(TABLE["identity"], (slope.node,), (0, 0))
    formula = builder.finish(output)
    if length_written_out(formula, output) > LONGEST:
        return None
    text = written_out(formula, output)
    return text if len(text) <= LONGEST else None


@dataclass(frozen=True, slots=True)
class _Scaled:
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


class _Slopes:
    """Values of nodes as terms, and their tangents as multiples of terms."""

    def __init__(self, dependence: Dependence, builder: GraphBuilder) -> None:
        self.dependence = dependence
        self.builder = builder
        self.terms = _Tidy(builder)
        self.values: dict[int, Term] = {}
        self.slopes: dict[int, _Scaled] = {}
        self._apart: dict[int, _Scaled] = {}

    def at(self, i: int, order: Iterable[int], slots: Collection[int]) -> _Scaled:
        """The tangent of node i through `slots`; `order` are the nodes it needs."""
        for j in order:
            self.values[j] = self._value(j)
            if j == self.dependence.wrt:
                self.slopes[j] = _Scaled(Fraction(1), None)
            elif j in self.dependence.varying:
                self.slopes[j] = self._slope(j, slots if j == i else self.dependence.moving_slots(j))
        return self.slopes[i]

    def term(self, x: _Scaled) -> Term:
        """The multiple, written out."""
        if x.rest is None:
            return self._number(x.by)
        if x.by < 0:
            return -self.term(_Scaled(-x.by, x.rest))
        over, under = self._split(x.rest)
        above = over if x.by.numerator == 1 else self._times(self._whole(x.by.numerator), over)
        below = self._whole(x.by.denominator)
        if under is not None:
            below = self._times(below, under)
        return self.terms.divide(above, below)

    def _value(self, i: int) -> Term:
        graph = self.dependence.graph
        node = graph.nodes[i]
        if i in graph.inputs or i == self.dependence.wrt or (i in graph.named and i != graph.output):
            return self.terms.variable(graph.names[i])
        return self.terms.copied(node, [self.values[j] for j in node.inputs])

    def _slope(self, i: int, slots: Collection[int]) -> _Scaled:
        node = self.dependence.graph.nodes[i]
        row = node.primitive
        assert row is not None
        xs = [self.values[j] for j in node.inputs]
        total: _Scaled | None = None
        for slot in slots:
            local = row.written_partial(self.terms, self.values[i], xs, slot)
            slope = self.slopes[node.inputs[slot]]
            if not slope.by:
                continue
            after = row.name == "*" and slot == 1
            part = self._product(slope, self._scaled(local)) if after else self._product(self._scaled(local), slope)
            total = part if total is None else self._sum(total, part)
        return total or _Scaled(Fraction(0), None)  # a choice moves with its condition, and its value does not

    def _product(self, outer: _Scaled, first: _Scaled) -> _Scaled:
        """first*outer; a denominator of `outer` is a denominator of the product."""
        by = outer.by * first.by
        if outer.rest is None or first.rest is None:
            return _Scaled(by, outer.rest or first.rest)
        over, under = self._split(outer.rest)
        rest = first.rest if over.value == 1 else self._times(first.rest, over)
        return _Scaled(by, rest if under is None else self.terms.divide(rest, under))

    def _sum(self, x: _Scaled, y: _Scaled) -> _Scaled:
        if x.rest is None and y.rest is None:
            return _Scaled(x.by + y.by, None)
        if y.by < 0:
            return _Scaled(Fraction(1), self.term(x) - self.term(_Scaled(-y.by, y.rest)))
        if x.by < 0:
            return _Scaled(Fraction(1), self.term(y) - self.term(_Scaled(-x.by, x.rest)))
        return _Scaled(Fraction(1), self.term(x) + self.term(y))

    def _scaled(self, x: Term) -> _Scaled:
        """A term with its numerical factor apart."""
        if x.node not in self._apart:
            self._apart[x.node] = self._taken_apart(x)
        return self._apart[x.node]

    def _taken_apart(self, x: Term) -> _Scaled:
        if x.value is not None:
            return _Scaled(Fraction(repr(x.value)), None)
        negated = self.terms.operands(x, "neg")
        if negated:
            inner = self._scaled(*negated)
            return _Scaled(-inner.by, inner.rest)
        factors = self.terms.operands(x, "*")
        if factors:
            first, second = map(self._scaled, factors)
            both = first.rest and second.rest and self._times(first.rest, second.rest)
            return _Scaled(first.by * second.by, both or first.rest or second.rest)
        quotient = self.terms.operands(x, "/")
        if quotient:
            above, below = map(self._scaled, quotient)
            if below.by:
                one = self.terms.number(1.0)
                rest = above.rest if below.rest is None else self.terms.divide(above.rest or one, below.rest)
                return _Scaled(above.by / below.by, rest)
        return _Scaled(Fraction(1), x)

    def _times(self, x: Term, y: Term) -> Term:
        """x*y without parentheses around y's factors, as many as could be shown."""
        factors = [y]
        while len(factors) < LONGEST and (inner := self.terms.operands(factors[-1], "*")):
            factors[-1:] = reversed(inner)
        for factor in reversed(factors):
            x = x * factor
        return x

    def _split(self, x: Term) -> tuple[Term, Term | None]:
        """A quotient's numerator and denominator; None for no denominator."""
        over = self.terms.operands(x, "/")
        return (over[0], over[1]) if over else (x, None)

    def _number(self, x: Fraction) -> Term:
        over = self._whole(x.numerator)
        return over if x.denominator == 1 else self.terms.divide(over, self._whole(x.denominator))

    def _whole(self, x: int) -> Term:
        try:
            return self.terms.number(float(x))
        except OverflowError:
            raise UnwritableError(x) from None
