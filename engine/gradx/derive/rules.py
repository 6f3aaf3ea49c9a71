"""The table read in canonical sums: functions of them, conditions, a graph's nodes, its local partials, and derivatives
of sums by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from gradx.derive.expression import (
    EULER,
    LARGEST,
    ONE,
    UNWRITABLE,
    ZERO,
    Atom,
    Base,
    Exponent,
    Powers,
    Sum,
    added,
    as_exponent,
    atom,
    content,
    decimal,
    exponent_sum,
    is_positive,
    multiplied,
    number,
    opened,
    power,
    product,
)
from gradx.graph import Node
from gradx.numbers import ByName, Relation
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import operation_of, row_name
from gradx.table import OPERATORS, TABLE

_ODD: Final = frozenset(("sin", "tan", "csc", "cot", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "cbrt"))
_EVEN: Final = frozenset(("cos", "sec", "abs", "cosh"))


def raised(x: Sum, y: Sum) -> Sum:
    """x to the power y, whatever both are."""
    if UNWRITABLE in (x, y):
        return UNWRITABLE
    exponent = y.value
    if exponent is not None:
        return power(x, exponent)
    if len(x.terms) == 1:
        powers, c = x.terms[0]
        if c == 1 and len(powers) == 1:
            base, inner = powers[0]
            if inner == 1 or (isinstance(base, Atom) and base.kind in ("exp", "number", "constant")):
                return atom(base, as_exponent(multiplied((exponent_sum(inner), y))))
        if not powers and c > 0:
            return atom(Atom("number", name=str(c)), y)
    return atom(x, y) if x.terms else UNWRITABLE


def exponential(x: Sum) -> Sum:
    return UNWRITABLE if x is UNWRITABLE else product(Fraction(1), [(EULER, as_exponent(x))]) if x.terms else ONE


def called(row: str, *xs: Sum) -> Sum:
    """A function of the table; what is odd or even has no minus inside."""
    if UNWRITABLE in xs:
        return UNWRITABLE
    xs = tuple(opened(x) for x in xs)
    if len(xs) == 1 and xs[0].terms and all(c < 0 for _, c in xs[0].terms):
        if row in _ODD:
            return -called(row, -xs[0])
        if row in _EVEN:
            return called(row, -xs[0])
        if row == "sigmoid":
            return ONE - called(row, -xs[0])
    made = atom(Atom(row, xs))
    return made if made.size <= LARGEST else UNWRITABLE


MOST_SPREAD: Final = 4
"""No power above this one is multiplied out as it stands."""

RELATIONS: Final = ("if>", "if>=", "if==")


def holding(kind: str, x: Sum) -> Sum:
    """1 where x is above 0 ("if>"), at least 0 ("if>="), 0 ("if=="), else 0."""
    value = x.value
    if x is UNWRITABLE:
        return x
    if value is not None:
        return ONE if (value > 0 or (value == 0 and kind != "if>")) and (kind != "if==" or value == 0) else ZERO
    by, primitive = content(x)
    if by > 0 or kind == "if==":
        return atom(Atom(kind, (primitive,)))
    if len(x.terms) == 1:  # x < 0 stays as it is written
        return atom(Atom(kind, (-primitive,)))
    return ONE - atom(Atom("if>=" if kind == "if>" else "if>", (primitive,)))


def mapped(x: Sum, instead: Callable[[Atom], Sum | None], known: dict[str, Sum] | None = None) -> Sum:
    """x with other sums for some of its atoms, worked out again; functions of what has changed are called anew."""
    known = {} if known is None else known
    if x.key not in known:
        known[x.key] = factors_mapped(x, lambda base, e: _mapped_power(base, e, instead, known))
    return known[x.key]


def factors_mapped(x: Sum, instead: Callable[[Base, Exponent], Sum]) -> Sum:
    """x with other sums for its factors, the powers in each of its terms."""
    if x is UNWRITABLE:
        return x
    return added(multiplied((number(c), *(instead(b, e) for b, e in powers))) for powers, c in x.terms)


def _mapped_power(base: Base, exponent: Exponent, instead: Callable[[Atom], Sum | None], known: dict[str, Sum]) -> Sum:
    if not isinstance(exponent, Fraction):
        exponent = as_exponent(mapped(exponent, instead, known))
    if isinstance(base, Sum):
        return raised(mapped(base, instead, known), exponent_sum(exponent))
    other = instead(base)
    if other is None and base.of:
        arguments = tuple(mapped(each, instead, known) for each in base.of)
        again = holding if base.kind in RELATIONS else called
        other = again(base.kind, *arguments) if arguments != base.of else None
    return product(Fraction(1), [(base, exponent)]) if other is None else raised(other, exponent_sum(exponent))


def replaced(x: Sum, values: Mapping[str, Sum]) -> Sum:
    """x with other sums for the atoms of these keys."""
    return mapped(x, lambda base: values.get(base.key))


def atoms(x: Sum) -> dict[str, Atom]:
    """Every atom in x, those inside functions, exponents and powers too, by its key."""
    found: dict[str, Atom] = {}
    waiting: list[Base | Exponent] = [x]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Sum):
            waiting += (part for powers, _ in item.terms for power_ in powers for part in power_)
        elif isinstance(item, Atom) and item.key not in found:
            found[item.key] = item
            waiting += item.of
    return found


def spread(x: Sum) -> Sum:
    """Every product of sums multiplied out, as far as the powers are small."""
    terms: list[Sum] = []
    for powers, c in x.terms:
        products = [number(c)]
        for base, exponent in powers:
            if isinstance(base, Sum) and exponent in range(1, MOST_SPREAD + 1):
                assert isinstance(exponent, Fraction)
                for _ in range(int(exponent)):
                    products = [multiplied((p, Sum((t,)))) for p in products for t in base.terms]
            else:
                factor = product(Fraction(1), [(base, exponent)])
                products = [multiplied((p, factor)) for p in products]
            if len(products) > 40:
                return x
        terms += products
    return added(terms)


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
