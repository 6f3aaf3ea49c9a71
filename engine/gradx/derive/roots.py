"""Roots of positive rational numbers: what comes out of them, and what stays."""

from __future__ import annotations

import math
from fractions import Fraction


def root_parts(c: Fraction, exponent: Fraction) -> tuple[Fraction, list[tuple[int, Fraction]]]:
    """c to the exponent, as a number times powers of whole numbers, whose exponents are between 0 and 1."""
    outside = Fraction(1)
    inside = []
    for whole, sign in ((c.numerator, 1), (c.denominator, -1)):
        out, rest = _taken_out(whole, exponent.denominator)
        outside *= Fraction(out) ** (exponent.numerator * sign)
        if rest != 1:
            e = exponent * sign
            shift = math.floor(e)
            outside *= Fraction(rest) ** shift
            if e != shift:
                inside.append((rest, e - shift))
    return outside, inside


def _taken_out(n: int, q: int) -> tuple[int, int]:
    """out^q * inside = n, as far as small primes tell."""
    out, inside = 1, n
    root = round(n ** (1 / q)) if n < 10**15 else 0
    if root and root**q == n:
        return root, 1
    for p in (2, 3, 5, 7, 11, 13):
        while q < inside.bit_length() and inside % p**q == 0:
            inside //= p**q
            out *= p
    return out, inside
