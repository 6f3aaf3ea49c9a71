"""What several rows say: domains, and how far a number is from a whole one."""

from __future__ import annotations

from gradx.numbers import Arithmetic, S
from gradx.primitive import Domain


def above(limit: float) -> Domain:
    return Domain(f"an argument above {limit:g}", lambda m, x: bool(x > limit))


def at_least(limit: float) -> Domain:
    return Domain(f"an argument of at least {limit:g}", lambda m, x: bool(x >= limit))


NOT_ZERO = Domain("an argument other than zero", lambda m, x: bool(x != 0))


def whole(m: Arithmetic[S], x: S) -> S:
    """How far x is from the nearest whole number (signed)."""
    return x - m.floor(x + 0.5)


def sech_squared(m: Arithmetic[S], faded: S) -> S:
    """1/cosh(x)^2 from e^(-2|x|): no difference of equal numbers, and no overflow."""
    return m.divide(4.0 * faded, m.power(1.0 + faded, m.number(2.0)))
