"""The table read in canonical sums: a graph's nodes, its local partials, and derivatives of sums by the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from gradx.derive.expression import (
    EULER,
    ONE,
    UNWRITABLE,
    ZERO,
    Atom,
    Exponent,
    Powers,
    Sum,
    added,
    atom,
    decimal,
    exponent_sum,
    is_positive,
    multiplied,
    number,
    power,
    product,
)
from gradx.derive.functions import RELATIONS, called, exponential, holding, raised
from gradx.graph import Node
from gradx.numbers import ByName, Relation
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import operation_of, row_name
from gradx.table import OPERATORS, TABLE

_WRITTEN_AS_CALLS: Final = frozenset(("maximum", "minimum"))


class CanonicalSums(ByName[Sum]):
    """Arithmetic over `Sum`: what it has no sum for is a function of sums. `CANONICAL` is the one instance needed."""

    def named(self, name: str, *xs: Sum) -> Sum:
        row = row_name(name)
        return called(row, *xs) if row in TABLE else UNWRITABLE

    number = staticmethod(decimal)

    @staticmethod
    def pi() -> Sum:
        return atom(Atom("constant", name="pi"))

    @staticmethod
    def divide(x: Sum, y: Sum) -> Sum:
        return multiplied((x, power(y, Fraction(-1)))) if x.terms or x is UNWRITABLE else ZERO

    power = staticmethod(raised)
    exp = staticmethod(exponential)

    @staticmethod
    def sqrt(x: Sum) -> Sum:
        return power(x, Fraction(1, 2))

    @staticmethod
    def log(x: Sum) -> Sum:
        """Of Euler's number it is 1, although the float64 `e` is not quite that number."""
        if x == ONE:
            return ZERO
        if len(x.terms) == 1 and x.terms[0][1] == 1 and len(x.terms[0][0]) == 1:
            base, exponent = x.terms[0][0][0]
            if base == EULER or (base == _E and exponent == 1):
                return exponent_sum(exponent)
        return called("log", x)

    @staticmethod
    def sign(x: Sum) -> Sum:
        value = x.value
        if value is not None:
            return decimal(FLOAT64.sign(float(value)))
        return multiplied((x, power(CanonicalSums.absolute(x), Fraction(-1))))

    @staticmethod
    def absolute(x: Sum) -> Sum:
        value = x.value
        if value is not None:
            return number(abs(value))
        return x if is_positive(x, Fraction(1)) else called("abs", x)

    @staticmethod
    def erfc(x: Sum) -> Sum:
        return ONE - called("erf", x)

    @staticmethod
    def where(relation: Relation, left: Sum, right: Sum, then: Sum, otherwise: Sum) -> Sum:
        if then == otherwise:
            return then
        holds = condition(relation, left, right)
        if holds == ONE:
            return then
        return otherwise if holds == ZERO else holds * then + (ONE - holds) * otherwise


_E: Final = Atom("constant", name="e")


def condition(relation: Relation, left: Sum, right: Sum) -> Sum:
    """1 where the relation holds, else 0."""
    if relation in ("<", "<="):
        left, right = right, left
        relation = ">" if relation == "<" else ">="
    if relation == "!=":
        return ONE - holding("if==", left - right)
    return holding(f"if{relation}", left - right)


CANONICAL: Final = CanonicalSums()


def node_sum(node: Node, xs: Sequence[Sum]) -> Sum:
    """A literal, or an operation on `xs`."""
    row = node.primitive
    if row is None:
        assert node.literal is not None
        return decimal(node.literal) if node.label is None else atom(Atom("constant", name=node.label))
    if row in OPERATORS or row.relation is not None:
        return row.value(CANONICAL.arithmetic, *xs)
    asked = operation_of(row)
    return (
        called(row.name, *xs) if asked is None or asked in _WRITTEN_AS_CALLS else row.value(CANONICAL.arithmetic, *xs)
    )


def derivative(x: Sum, tangents: Mapping[str, Sum], known: dict[str, Sum] | None = None) -> Sum:
    """d(x), where `tangents` are those of names; a name that is not among them stands still."""
    known = {} if known is None else known
    if x.key not in known:
        known[x.key] = added(_term_derivative(powers, c, tangents, known) for powers, c in x.terms)
    return known[x.key] if x is not UNWRITABLE else x


def _term_derivative(powers: Powers, c: Fraction, tangents: Mapping[str, Sum], known: dict[str, Sum]) -> Sum:
    terms = []
    for k, (base, exponent) in enumerate(powers):
        inner = _power_derivative(base, exponent, tangents, known)
        if inner.terms or inner is UNWRITABLE:
            terms.append(multiplied((product(c, [*powers[:k], *powers[k + 1 :]]), inner)))
    return added(terms)


def _power_derivative(base: Atom | Sum, exponent: Exponent, tangents: Mapping[str, Sum], known: dict[str, Sum]) -> Sum:
    whole = atom(base, exponent)
    up = ZERO if isinstance(exponent, Fraction) else derivative(exponent, tangents, known)
    if base == EULER:
        return multiplied((whole, up))
    of_base = derivative(base, tangents, known) if isinstance(base, Sum) else _atom_derivative(base, tangents, known)
    parts = []
    if of_base.terms or of_base is UNWRITABLE:
        less = raised(atom(base), exponent_sum(exponent) - ONE)
        parts.append(multiplied((exponent_sum(exponent), less, of_base)))
    if up.terms or up is UNWRITABLE:
        parts.append(multiplied((whole, CANONICAL.log(atom(base)), up)))
    return added(parts)


def _atom_derivative(base: Atom, tangents: Mapping[str, Sum], known: dict[str, Sum]) -> Sum:
    if base.kind == "name":
        return tangents.get(base.name, ZERO)
    if not base.of or base.kind in RELATIONS:
        return ZERO
    row, value = TABLE[base.kind], atom(base)
    parts = []
    for slot, argument in enumerate(base.of):
        inner = derivative(argument, tangents, known)
        if inner.terms or inner is UNWRITABLE:
            parts.append(multiplied((row.written_partial(CANONICAL.arithmetic, value, base.of, slot), inner)))
    return added(parts)
