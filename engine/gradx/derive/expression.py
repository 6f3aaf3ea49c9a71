"""Canonical sums and products: what a derivative is worked out in before it is written.

A `Sum` is terms, each a rational coefficient times a product of powers. What is raised to a power is an atom, or a sum
again: factors stay factors until somebody multiplies them out. Equal powers are merged, like terms collected, numbers
are exact. What holds: two equal sums have equal values wherever both have one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, Union

from gradx.derive.roots import root_parts
from gradx.numbers import Scalar

LARGEST: Final = 600
"""A sum with more atoms than this is `UNWRITABLE`: nobody reads it, and it takes long to work with."""

_INVERSES: Final = {"tan": "cot", "cot": "tan", "sec": "cos", "csc": "sin"}


class Atom:
    """A name, a number, a constant (`pi`, `e`), the base of exp, or a function of sums.

    `kind` is "name", "number", "constant", "exp", a row of the table, or "if" and a relation to zero ("if>"): 1 where
    it holds, else 0.
    """

    __slots__ = ("key", "kind", "of", "size")

    def __init__(self, kind: str, of: tuple[Sum, ...] = (), name: str = "") -> None:
        self.kind = kind
        self.of = of
        self.key = f"{kind}:{name}" if name else f"{kind}({','.join(x.key for x in of)})"
        self.size: int = 1 + sum(x.size for x in of)

    @property
    def name(self) -> str:
        return self.key.partition(":")[2]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


Base = Union[Atom, "Sum"]
Exponent = Union[Fraction, "Sum"]
Powers = tuple[tuple[Base, Exponent], ...]
"""A product of powers, in the order of the bases' keys."""


class Sum(Scalar):
    """Terms in the order of their keys: see the file. With `+ - *` it is a number of the table's arithmetic."""

    __slots__ = ("_key", "size", "terms")

    def __init__(self, terms: tuple[tuple[Powers, Fraction], ...], key: str | None = None) -> None:
        self.terms = terms
        self._key = key
        size = len(terms)
        for powers, _ in terms:
            for base, exponent in powers:
                size += base.size + (exponent.size if isinstance(exponent, Sum) else 0)
        self.size: int = size

    @property
    def key(self) -> str:
        """What it is, as text: worked out when it is asked for, as most sums are only a step to another."""
        if self._key is None:
            self._key = "+".join([f"{c}{product_key(powers)}" for powers, c in self.terms])
        return self._key

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Sum) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def value(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not self.terms:
            return Fraction(0) if self is not UNWRITABLE else None
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None

    def __add__(self, other: Sum | float, /) -> Sum:
        return added((self, _sum(other)))

    def __mul__(self, other: Sum | float, /) -> Sum:
        return multiplied((self, _sum(other)))

    def __neg__(self) -> Sum:
        return self.scaled(Fraction(-1))

    def scaled(self, by: Fraction) -> Sum:
        """A multiple, term by term."""
        if self is UNWRITABLE or by == 1:
            return self
        return Sum(tuple((powers, c * by) for powers, c in self.terms)) if by else ZERO


def _key(x: Base | Exponent) -> str:
    return x.key if isinstance(x, Atom) else f"({x.key})" if isinstance(x, Sum) else str(x)


def product_key(powers: Powers) -> str:
    """A product of powers as text."""
    return "".join([f"*{_key(b)}^{_key(e)}" for b, e in powers])


ZERO: Final = Sum(())
UNWRITABLE: Final = Sum((), "?")
"""What programs cannot say, and all that is made of it. It equals nothing but itself."""

EULER: Final = Atom("exp")


def number(x: Fraction | int) -> Sum:
    return Sum((((), x if isinstance(x, Fraction) else Fraction(x)),)) if x else ZERO


ONE: Final = number(1)
_NEVER, ONCE = Fraction(0), Fraction(1)
HALF: Final = Fraction(1, 2)


def decimal(x: float) -> Sum:
    """The number that a binary64 number's shortest decimal writes."""
    return number(Fraction(repr(float(x)))) if math.isfinite(x) else UNWRITABLE


def atom(base: Base, exponent: Exponent = ONCE) -> Sum:
    return Sum(((((base, exponent),), ONCE),))


def name(text: str) -> Sum:
    return atom(Atom("name", name=text))


def _sum(x: Sum | float) -> Sum:
    return x if isinstance(x, Sum) else decimal(x)


def added(xs: Iterable[Sum]) -> Sum:
    """Like terms collected; a sum in a sum is its terms."""
    xs = list(xs)
    if len(xs) == 1 and len(xs[0].terms) <= 1:
        return xs[0]
    terms: dict[str, tuple[Powers, Fraction]] = {}
    alone = sum(bool(x.terms) for x in xs) == 1 and all(len(x.terms) <= 1 for x in xs)
    for x in xs:
        if x is UNWRITABLE:
            return UNWRITABLE
        for powers, c in x.terms:
            inner = None if alone else _lone_sum(powers)
            if inner is not None and abs(c) != 1:
                inner = None
            for each, d in ((powers, c),) if inner is None else ((p, c * d) for p, d in inner.terms):
                key = product_key(each)
                terms[key] = (each, d + terms[key][1] if key in terms else d)
    made = Sum(tuple(terms[key] for key in sorted(terms) if terms[key][1]))
    return made if made.size <= LARGEST else UNWRITABLE


def _lone_sum(powers: Powers) -> Sum | None:
    """The sum that a product is, if it is nothing else."""
    if len(powers) == 1 and isinstance(powers[0][0], Sum) and powers[0][1] == 1:
        return powers[0][0]
    return None


def lone_atom(x: Sum) -> Atom | None:
    """The atom that a sum is, if it is nothing else."""
    is_one = len(x.terms) == 1 and x.terms[0][1] == 1 and len(x.terms[0][0]) == 1
    base, exponent = x.terms[0][0][0] if is_one else (None, ONCE)
    return base if isinstance(base, Atom) and exponent == 1 else None


def opened(x: Sum) -> Sum:
    """A sum that is the one factor of a term, as that sum."""
    powers, c = x.terms[0] if len(x.terms) == 1 else ((), ONCE)
    lone = _lone_sum(powers)
    return lone.scaled(c) if lone is not None and abs(c) == 1 else x


def multiplied(xs: Iterable[Sum]) -> Sum:
    """One product: sums of several terms become factors, and are not multiplied out."""
    coefficient = ONCE
    factors: list[tuple[Base, Exponent]] = []
    for x in xs:
        if x is UNWRITABLE:
            return UNWRITABLE
        if not x.terms:
            coefficient = _NEVER
            continue
        if len(x.terms) == 1:
            powers, c = x.terms[0]
            factors += powers
        else:
            c, primitive = content(x)
            factors.append((primitive, Fraction(1)))
        if c != 1:
            coefficient *= c
    made = product(coefficient, factors) if coefficient else ZERO
    return made if made.size <= LARGEST else UNWRITABLE


def content(x: Sum) -> tuple[Fraction, Sum]:
    """The rational number in front of a sum, and what is left: whole numbers without a common factor, the first of
    them positive."""
    coefficients = [c for _, c in x.terms]
    top = math.gcd(*(c.numerator for c in coefficients))
    bottom = math.lcm(*(c.denominator for c in coefficients))
    by = Fraction(top, bottom) * (-1 if coefficients[0] < 0 else 1)
    return by, x.scaled(1 / by)


def product(coefficient: Fraction, factors: Sequence[tuple[Base, Exponent]]) -> Sum:
    """Powers of the same base become one; a sum and its opposite are the same base."""
    merged: dict[str, tuple[Base, Exponent]] = {}
    for base, exponent in factors:
        if base.key in merged:
            exponent = _exponents_added(merged[base.key][1], exponent)
        merged[base.key] = (base, exponent)
    coefficient = _products_merged(_opposites_merged(coefficient, merged), merged)
    spare: list[Sum] = []
    for key, (base, exponent) in list(merged.items()):
        if exponent == 0:
            del merged[key]
        elif isinstance(base, Atom):
            simpler = _simpler(base, exponent)
            if simpler is not None:
                del merged[key]
                spare.append(simpler)
    powers = tuple(merged[key] for key in sorted(merged))
    made = opened(Sum(((powers, coefficient),)))
    return multiplied((made, *spare)) if spare else made


def _exponents_added(x: Exponent, y: Exponent) -> Exponent:
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x + y
    return as_exponent(added((exponent_sum(x), exponent_sum(y))))


def exponent_sum(x: Exponent) -> Sum:
    return number(x) if isinstance(x, Fraction) else x


def as_exponent(x: Sum) -> Exponent:
    value = x.value
    return x if value is None else value


def _opposites_merged(coefficient: Fraction, merged: dict[str, tuple[Base, Exponent]]) -> Fraction:
    """Under a root a sum keeps its sign: whole powers of its opposite join it."""
    for key, (base, exponent) in list(merged.items()):
        if isinstance(base, Sum) and key in merged and isinstance(exponent, Fraction) and exponent.denominator > 1:
            other = (-base).key
            more = merged[other][1] if other in merged else None
            if isinstance(more, Fraction) and more.denominator == 1:
                del merged[other]
                merged[key] = (base, exponent + more)
                coefficient *= (-1) ** (more.numerator % 2)
    return coefficient


def _products_merged(coefficient: Fraction, merged: dict[str, tuple[Base, Exponent]]) -> Fraction:
    """x*y joins a root of x*y, and of x^2*y as much as there is of both where that leaves less of the root."""
    for key, (base, exponent) in list(merged.items()):
        powers, c = base.terms[0] if isinstance(base, Sum) and len(base.terms) == 1 else ((), ONCE)
        if not powers or not isinstance(exponent, Fraction):
            continue
        times, more = _ratios(merged, powers), whole_times(merged, powers)
        if more and (more == max(times) == min(times) or exponent * more < 0):
            for (b, e), n in zip(powers, times, strict=True):
                del merged[b.key]
                if n != more:
                    merged[b.key] = (b, _times(e, n - more))
            merged[key] = (base, exponent + more)
            coefficient /= c**more.numerator
    return coefficient


def _ratios(found: Mapping[str, tuple[Base, Exponent]], powers: Powers) -> list[Fraction]:
    """How many times the product that is `found` holds each of some powers: whole numbers, 0 for none."""
    pairs = ((found[b.key][1] if b.key in found else None, e) for b, e in powers)
    ratios = (f / e if isinstance(f, Fraction) and isinstance(e, Fraction) else _NEVER for f, e in pairs)
    return [n if n.denominator == 1 else _NEVER for n in ratios]


def whole_times(found: Mapping[str, tuple[Base, Exponent]], powers: Powers) -> Fraction:
    """How many times it holds all of them; below 0 where it is divided by them, 0 where there are none."""
    times = _ratios(found, powers) or [_NEVER]
    return min(times) if min(times) > 0 else max(times) if max(times) < 0 else _NEVER


def _simpler(base: Atom, exponent: Exponent) -> Sum | None:
    """What a power of an atom is in other words: |x|^2, 4^(1/2), the square of what is 0 or 1."""
    if base.kind.startswith("if"):
        return atom(base) if isinstance(exponent, Fraction) and exponent > 0 and exponent != 1 else None
    if not isinstance(exponent, Fraction):
        return None
    if base.kind in _INVERSES and exponent < 0 and exponent.denominator == 1:
        return atom(Atom(_INVERSES[base.kind], base.of), -exponent)
    if base.kind == "abs" and exponent.denominator == 1 and exponent % 2 == 0:
        return power(base.of[0], exponent)
    if base.kind == "cbrt" and exponent.denominator == 1 and exponent % 3 == 0:
        return power(base.of[0], exponent / 3)
    if base.kind == "number":
        c = Fraction(base.name)
        if exponent.denominator == 1 or not 0 < exponent < 1:
            whole = math.floor(exponent)
            return number_power(c, exponent - whole).scaled(c**whole)
    return None


def power(x: Sum, exponent: Fraction) -> Sum:
    """x to a rational number. A root of a product is taken apart where that changes no domain."""
    if x is UNWRITABLE or (not x.terms and exponent <= 0):
        return ONE if exponent == 0 and x is not UNWRITABLE else UNWRITABLE
    if exponent == 1 or not x.terms or exponent == 0:
        return x if exponent else ONE
    if abs(exponent) > 10_000:
        return atom(x, exponent) if len(x.terms) > 1 else product(Fraction(1), [(x, exponent)])
    if len(x.terms) > 1:
        return _power_of_sum(x, exponent)
    powers, c = x.terms[0]
    if exponent.denominator == 1:
        return product(c**exponent.numerator, [(b, _times(e, exponent)) for b, e in powers])
    return _root_of_product(powers, c, exponent)


def _power_of_sum(x: Sum, exponent: Fraction) -> Sum:
    by, primitive = content(x)
    if exponent.denominator == 1:
        return product(by**exponent.numerator, [(primitive, exponent)])
    root = number_power(abs(by), exponent)
    if root.value is not None:
        return product(root.value, [(primitive if by > 0 else -primitive, exponent)])
    return product(Fraction(1), [(x, exponent)])


def _times(exponent: Exponent, by: Fraction) -> Exponent:
    return exponent * by if isinstance(exponent, Fraction) else exponent.scaled(by)


def is_positive(base: Base, exponent: Exponent) -> bool:
    """Whether a power is above 0 (or 0) wherever it has a value."""
    if isinstance(exponent, Fraction):
        if exponent.denominator % 2 == 0 or exponent.numerator % 2 == 0:
            return True
        if isinstance(base, Sum):
            return all(c > 0 and all(is_positive(b, e) for b, e in powers) for powers, c in base.terms)
        return base.kind in ("exp", "number", "constant", "abs", "cosh", "sigmoid", "hypot")
    return isinstance(base, Atom)


def _root_of_product(powers: Powers, c: Fraction, exponent: Fraction) -> Sum:
    inside = [(b, e) for b, e in powers if not is_positive(b, e)]
    outside = [_rooted(b, e, exponent) for b, e in powers if is_positive(b, e)]
    if c > 0 and (len(inside) == 1 or _are_both_positive(inside)):
        outside += [atom(base, _times(inner, exponent)) for base, inner in inside]
        inside = []
    if not inside and c > 0:
        return multiplied((number_power(c, exponent), *outside))
    root = number_power(abs(c), exponent)
    kept = Sum(((tuple(inside), c if root.value is None else Fraction(1 if c > 0 else -1)),))
    front = () if root.value is None else (root,)
    return multiplied((*front, atom(kept, exponent), *outside))


def _are_both_positive(inside: Sequence[tuple[Base, Exponent]]) -> bool:
    """1 + x and 1 - x in a root of their product: of one sign, and their sum is above 0."""
    known = len(inside) == 2 and all(isinstance(e, Fraction) for _, e in inside)
    total = added(atom(b) for b, _ in inside).value if known else None
    return total is not None and total > 0


def _rooted(base: Base, inner: Exponent, exponent: Fraction) -> Sum:
    """A root of what is above 0: that of x^2 is |x|."""
    if not isinstance(inner, Fraction):
        return product(Fraction(1), [(base, inner.scaled(exponent))])
    if inner.denominator == 1 and not is_positive(base, Fraction(1)):
        base = Atom("abs", (atom(base) if isinstance(base, Atom) else base,))
    return product(Fraction(1), [(base, inner * exponent)])


def number_power(c: Fraction, exponent: Fraction) -> Sum:
    """A root of a positive number, with what comes out of it outside."""
    if c == 1 or exponent == 0:
        return ONE
    outside, inside = root_parts(c, exponent)
    factors: list[tuple[Base, Exponent]] = [(Atom("number", name=str(n)), e) for n, e in inside]
    return Sum(((tuple(sorted(factors, key=lambda f: f[0].key)), outside),))
