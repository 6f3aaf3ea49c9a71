"""The error function and its complement at any precision, in an mpmath context.

Between 10 and where the asymptotic series is as good as the precision, mpmath sums a Taylor series of some x² terms
more than there are digits (erf(54) at 560 digits: 0.18 s). There the complement is a trapezoidal rule, whose error
falls like e^(-π²/h²) (10 ms), and erf is what it leaves of 1: the larger x, the fewer of its digits count.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradx.numbers.large_arguments import SPARE, exp

if TYPE_CHECKING:
    from mpmath import mpf
    from mpmath.ctx_mp import MPContext

NEAR = 10
"""Up to here the Taylor series is as short as the rule."""

FAR = 30
"""The largest binary exponent of an argument that mpmath's asymptotic series is given."""

STEP = 4096
"""A step of the rule is a whole number of this part of 1, so that its square is exact."""


def erf(c: MPContext, x: mpf) -> mpf:
    if abs(x) < NEAR:
        return c.erf(x)
    bits = c.prec - _faded(x) if c.mag(x) <= FAR else 0
    if bits <= 0:
        return c.sign(x)
    with c.workprec(bits + SPARE):
        rest = erfc(c, abs(x))
    return c.sign(x) * (1 - rest)


def erfc(c: MPContext, x: mpf) -> mpf:
    """1 - erf(x), to the context's precision however small it is."""
    if abs(x) < NEAR:
        return c.erfc(x)
    if x < 0:
        return 1 + erf(c, -x)
    if c.mag(x) > FAR:
        return _asymptotic(c, x)
    return c.erfc(x) if _faded(x) > c.prec + SPARE + 2 * c.mag(x) else _trapezoidal(c, x)


def _faded(x: mpf) -> int:
    """How many bits below 1 erfc(|x|) lies at least: x²/ln 2."""
    return int(x * x * 1.4426)


def _asymptotic(c: MPContext, x: mpf) -> mpf:
    """DLMF 7.12.1."""
    size = c.mag(x)
    term = total = c.mpf(1)
    for k in range(1, c.prec // size + 2):
        term = -term * (2 * k - 1) / (2 * x * x)
        total += term
    with c.workprec(c.prec + 2 * size + SPARE):
        square = x * x
    return exp(c, -square) * total / (x * c.sqrt(c.pi))


def _trapezoidal(c: MPContext, x: mpf) -> mpf:
    """The rule for e^(-t²)/(t² + x²), in whole numbers, and what its pole leaves out. Source: Hunter & Regan, A note on
    the evaluation of the complementary error function, Mathematics of Computation 26 (1972)."""
    with c.workprec(c.prec + 2 * c.mag(x) + SPARE):
        bits = int(c.prec)
        width = c.mpf(int(math.pi / math.sqrt(bits * math.log(2)) * STEP)) / STEP
        weight = int(c.ldexp(c.exp(-width * width), bits))
        squared = weight * weight >> bits
        ratio = weight * squared >> bits
        far, apart = int(c.ldexp(x * x, bits)), int(c.ldexp(width * width, bits))
        total = (1 << 2 * bits - 1) // far
        n = 1
        while weight:
            total += (weight << bits) // (n * n * apart + far)
            weight, ratio = weight * ratio >> bits, ratio * squared >> bits
            n += 1
        value = 2 * width * x / c.pi * c.exp(-x * x) * c.ldexp(c.mpf(total), -bits)
        value -= 2 / c.expm1(2 * c.pi * x / width)
    return +value
