"""Functions that grow or fade exponentially, and those that come back, of arguments of any size, in an mpmath context.

mpmath's numbers have exponents without limit, and its functions do not use them: for a large argument they count up to
it. Here the argument is split (n·ln 2 + r, n·2π + r, an asymptotic series) with as many digits more as it has before
its point. Every function is for a finite argument, its magnitude bounded by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmath import mpf
    from mpmath.ctx_mp import MPContext

PLAIN = 20
"""The largest binary exponent of an argument that mpmath's own exponential functions are given."""

POWER = 20
"""The same for the exponent of a power."""

SPARE = 20

TURNS = 256
"""The smallest binary exponent of an angle that is worth turning back by hand."""

EXACT_ANGLE = 1 << 17
"""The largest binary exponent of an exact angle: it takes as many digits of π, whatever is asked for."""

ANGLE_SPARE = 128
"""How many bits an angle has beyond those that its rounding leaves, and a rounded one lacks at most to all."""


def exp(c: MPContext, x: mpf) -> mpf:
    """e^x, as 2^n·e^r with n the whole part of x/ln 2."""
    size = c.mag(x)
    if size <= PLAIN:
        return c.exp(x)
    with c.workprec(c.prec + size + SPARE):
        n = int(c.floor(x / c.ln2))
        rest = x - n * c.ln2
    return c.ldexp(c.exp(rest), n)


def expm1(c: MPContext, x: mpf) -> mpf:
    return c.expm1(x) if c.mag(x) <= PLAIN else exp(c, x) - 1


def sinh(c: MPContext, x: mpf) -> mpf:
    return c.sinh(x) if c.mag(x) <= PLAIN else c.sign(x) * exp(c, abs(x)) / 2


def cosh(c: MPContext, x: mpf) -> mpf:
    return c.cosh(x) if c.mag(x) <= PLAIN else exp(c, abs(x)) / 2


def periodic(c: MPContext, function: Callable[[mpf], mpf], x: mpf) -> mpf:
    """sin, cos or tan (`function`) of x.

    What is before the point of a rounded x is missing behind it: turned back to one turn, it has that many bits fewer
    that mean anything, and the function is worked out with those alone. (Where none do, any angle is as good, as long
    as it is another one at every precision.) An exact angle is turned back exactly, and is nan beyond `EXACT_ANGLE`.
    """
    _, mantissa, exponent, bits = x._mpf_
    size = exponent + bits
    known = c.prec - size
    if size < TURNS or bits < c.prec - ANGLE_SPARE:
        return function(x) if size <= EXACT_ANGLE else c.nan
    if known < 0:
        return function(c.mpf(mantissa % (1 << ANGLE_SPARE) + c.prec))
    with c.workprec(size + ANGLE_SPARE):
        turns = c.floor(x / (2 * c.pi))
    with c.workprec(c.prec + ANGLE_SPARE):
        angle = x - turns * (2 * c.pi)
    # Twice: near a multiple of π a cosine is known to the square of what the angle is known to.
    with c.workprec(min(c.prec, 2 * known + ANGLE_SPARE)):
        return function(angle)
