"""Sums of rational multiples of products of atoms: what is known exactly of a number (see `gradx.numbers.exact`)."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

Monomial = tuple[tuple[int, int], ...]
"""A product of atoms (by number) with exponents, in the order of the atoms."""

Form = tuple[tuple[Monomial, Fraction], ...]
"""A sum of monomials with factors, none of them 0, in order."""

LONGEST = 8
"""The most terms of a form, and factors of a monomial; what is longer becomes an atom."""

LARGEST = 4_096
"""The most bits of a numerator or denominator."""

PI: Monomial = ((0, 1),)


def added(a: Form, b: Form) -> Form:
    """The sum of two forms."""
    total = dict(a)
    for monomial, factor in b:
        total[monomial] = total.get(monomial, Fraction(0)) + factor
    return tuple(sorted((monomial, factor) for monomial, factor in total.items() if factor))


def scaled(form: Form, by: Fraction) -> Form:
    """A form times a number other than 0."""
    return tuple((monomial, factor * by) for monomial, factor in form)


def multiplied(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    total = dict(a)
    for atom, exponent in b:
        total[atom] = total.get(atom, 0) + exponent
    return tuple(sorted((atom, exponent) for atom, exponent in total.items() if exponent))


def raised(form: Form, exponent: int) -> Form:
    """A form of one term to a whole power."""
    monomial, factor = form[0]
    return ((tuple((atom, n * exponent) for atom, n in monomial), factor**exponent),)


def root_of(ratio: Fraction, degree: int) -> Fraction | None:
    """The root of a positive number, where it is rational."""
    parts = []
    for whole in (ratio.numerator, ratio.denominator):
        root = isqrt(whole) if degree == 2 else _cube_root(whole)
        if root**degree != whole:
            return None
        parts.append(root)
    return Fraction(parts[0], parts[1])


def _cube_root(whole: int) -> int:
    """The largest number whose cube is at most `whole`: Newton's method from above."""
    x = 1 << (whole.bit_length() // 3 + 1)
    while (better := (2 * x + whole // (x * x)) // 3) < x:
        x = better
    return x


def size(ratio: Fraction) -> int:
    """The bits of the longer of numerator and denominator."""
    return max(ratio.numerator.bit_length(), ratio.denominator.bit_length())
