"""Functions of canonical sums, conditions, and other sums in the place of atoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    Sum,
    added,
    as_exponent,
    atom,
    content,
    exponent_sum,
    multiplied,
    number,
    opened,
    power,
    product,
)

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
