"""Balls as decimal text: the digits that are proved, and the decimals that enclose a number.

FLINT gives mantissa, radius and decimal exponent, however far out a number is; no other way to text is taken here,
since a number may have 10^18 digits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import arb

DIGITS_PER_BIT = 0.30102
"""The logarithm of 2 to base 10, rounded down."""

EXACT = 1_000_000_000
"""So many digits has an exact number, or one that is all but exact."""

LARGEST_EXPONENT = 10**4_000
"""A decimal exponent beyond this is not written out: Python converts no more than 4,300 digits."""

_SPARE_DIGITS = 3


def significant(ball: arb) -> int:
    """How many digits of a ball are proved, from its first; 0 where its sign is open."""
    bits = ball.rel_accuracy_bits()
    return min(EXACT, int(bits * DIGITS_PER_BIT)) if bits > 0 else 0


def bits_of(digits: int) -> int:
    """How many bits so many digits take, by the same measure."""
    return math.ceil(digits / DIGITS_PER_BIT)


def decimal(ball: arb, digits: int, plain_above: int | None = None) -> str:
    """The middle of a finite ball as a decimal of up to `digits` digits, zeros trimmed: `6.0`, `1.5e-12`.

    A number is written out from 10^plain_above on (left out: the farther, the more digits) and up to 10^digits; of one
    that is not writable it is said where it lies.
    """
    middle, _, exponent = map(int, ball.mid_rad_10exp(digits + _SPARE_DIGITS))
    if abs(exponent) > LARGEST_EXPONENT:
        figures = int(exponent.bit_length() * DIGITS_PER_BIT) - 1
        return f"within 10^(-10^{figures}) of 0" if exponent < 0 else f"beyond {'-' * (middle < 0)}10^(10^{figures})"
    return _written(*_shortened(middle, exponent, digits, None), digits, plain_above)


def is_writable(ball: arb) -> bool:
    """Whether a finite ball's number has an exponent that is written out."""
    return abs(int(ball.mid_rad_10exp(1)[2])) <= LARGEST_EXPONENT


def outward(ball: arb, digits: int = 20) -> tuple[str, str]:
    """Decimals of up to `digits` digits below and above every number of a ball; the number itself where that is one."""
    if not ball.is_finite():
        return "-inf", "inf"
    middle, radius, exponent = map(int, ball.mid_rad_10exp(digits + _SPARE_DIGITS))
    if abs(exponent) > LARGEST_EXPONENT:
        size = "inf" if exponent > 0 else "1e-1000000000000"
        return "0.0" if middle > radius else f"-{size}", "0.0" if middle < -radius else size
    lower = _shortened(middle - radius, exponent, digits, False)
    upper = _shortened(middle + radius, exponent, digits, True)
    return _written(*lower, digits, None), _written(*upper, digits, None)


def _shortened(mantissa: int, exponent: int, digits: int, up: bool | None) -> tuple[int, int]:
    """mantissa*10^exponent with at most `digits` digits: rounded up, down, or (None) to the nearest."""
    spare = len(str(abs(mantissa))) - digits
    if spare <= 0:
        return mantissa, exponent
    unit = 10**spare
    if up is None:
        size = (abs(mantissa) + unit // 2) // unit
        return (-size if mantissa < 0 else size), exponent + spare
    return (-(-mantissa // unit) if up else mantissa // unit), exponent + spare


def _written(mantissa: int, exponent: int, digits: int, plain_above: int | None) -> str:
    """mantissa*10^exponent as text."""
    if not mantissa:
        return "0.0"
    sign, figures = "-" if mantissa < 0 else "", str(abs(mantissa)).rstrip("0")
    first = exponent + len(str(abs(mantissa))) - 1
    least = min(-(digits // 3), -5) if plain_above is None else plain_above
    if not least < first < digits:
        return f"{sign}{figures[0]}.{figures[1:] or '0'}e{first:+d}"
    if first < 0:
        return f"{sign}0.{'0' * (-first - 1)}{figures}"
    figures = figures.ljust(first + 1, "0")
    return f"{sign}{figures[: first + 1]}.{figures[first + 1 :] or '0'}"


def short(ball: arb) -> str:
    """The middle with ten significant digits, as sentences give it: 6, -8.333333333e-10."""
    return decimal(ball, 10).replace(".0e", "e").removesuffix(".0")
