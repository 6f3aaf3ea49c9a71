"""Γ, the logarithm of |Γ|, digamma and trigamma at any precision, in an mpmath context.

mpmath's own work out the Bernoulli numbers of Stirling's series one by one: the first Γ takes 0.6 to 1.3 s at 560
digits and 5.5 to 8.5 s at 1,100. Here they come from the tangent numbers, all at once in whole numbers, and a Γ takes
20 to 50 ms there.
Below 0 the functions are reflected: DLMF 5.5.3, 5.5.4 and 5.15.6.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import count
from typing import TYPE_CHECKING

from gradx.numbers.large_arguments import SPARE, exp

if TYPE_CHECKING:
    from mpmath import mpf
    from mpmath.ctx_mp import MPContext

    from gradx.numbers.beside_one import BesideOne

BLOCK = 16
"""So many factors are multiplied as whole numbers, which grow."""

ROUND = 128
FARTHEST = 1 << 40
"""Beyond this binary exponent one term is more than enough."""

FROM = 0.25
"""Stirling's series is summed from this part of the precision (in bits) on: fewer terms further out, and as many more
steps to get there."""


def gamma(c: MPContext, x: mpf) -> mpf:
    """The gamma function. Raises ZeroDivisionError at a pole."""
    with c.workprec(_rounded(c.prec + 2 * max(0, c.mag(x)))):
        inside = 1 - x if x <= 0 else x + 1 if x < 1 else x
        far, steps = _far(c, inside)
        value = exp(c, _stirling(c, far)) / _rising(c, inside, steps)
        value = c.pi / (c.sinpi(x) * value) if x <= 0 else value / x if x < 1 else value
    return +value


def loggamma(c: MPContext, x: mpf) -> mpf:
    """The logarithm of |Γ(x)|, near its zeros too. Raises ZeroDivisionError at a pole."""
    if x in (1, 2):
        return c.mpf(0)
    return _settled(c, lambda: _loggamma(c, x) if x >= 1 else c.ln(abs(gamma(c, x))))


def digamma(c: MPContext, x: mpf) -> mpf:
    """The derivative of ln Γ. Raises ZeroDivisionError at a pole."""
    if x <= 0:
        return _settled(c, lambda: digamma(c, 1 - x) - c.pi * c.cospi(x) / c.sinpi(x))
    return _settled(c, lambda: _digamma(c, x) if x >= 1 else _digamma(c, x + 1) - 1 / x)


def trigamma(c: MPContext, x: mpf) -> mpf:
    """The derivative of digamma. Raises ZeroDivisionError at a pole."""
    with c.workprec(_rounded(c.prec)):
        if x <= 0:
            value = (c.pi / c.sinpi(x)) ** 2 - _trigamma(c, 1 - x)
        else:
            value = _trigamma(c, x) if x >= 1 else _trigamma(c, x + 1) + 1 / (x * x)
    return +value


def gamma_beside_one(c: MPContext, x: BesideOne) -> mpf:
    """Γ beside 1 or its pole at -1. DLMF 5.5.1."""
    return gamma(c, c.mpf(x)) if x.sign > 0 else gamma(c, x + 1) / c.mpf(x)


def digamma_beside_one(c: MPContext, x: BesideOne) -> mpf:
    """DLMF 5.5.2."""
    return digamma(c, x + 1) - 1 / c.mpf(x)


def trigamma_beside_one(c: MPContext, x: BesideOne) -> mpf:
    """DLMF 5.15.5."""
    return trigamma(c, x + 1) + 1 / c.mpf(x) ** 2


def _settled(c: MPContext, evaluate: Callable[[], mpf]) -> mpf:
    """What `evaluate` comes to with as many bits more as cancel in it."""
    with c.workprec(_rounded(c.prec)):
        value = evaluate()
    lost = -c.mag(value) if value else c.prec
    if lost > 0:
        with c.workprec(_rounded(c.prec + lost)):
            value = evaluate()
    return +value


def _rounded(bits: int) -> int:
    """So many bits with some to spare; not many different precisions come up, for which the coefficients are kept."""
    return -(-(bits + SPARE + bits.bit_length()) // ROUND) * ROUND


def _loggamma(c: MPContext, x: mpf) -> mpf:
    far, steps = _far(c, x)
    return _stirling(c, far) - c.ln(_rising(c, x, steps))


def _stirling(c: MPContext, x: mpf) -> mpf:
    """ln Γ(x) by its series, DLMF 5.11.1."""
    return (x - c.mpf(0.5)) * c.ln(x) - x + c.ln(2 * c.pi) / 2 + _series(c, x, 0) / x


def _digamma(c: MPContext, x: mpf) -> mpf:
    """DLMF 5.11.2 and 5.5.2."""
    far, steps = _far(c, x)
    beyond = c.ln(far) - (c.mpf(0.5) + _series(c, far, 1) / far) / far
    return beyond - _fixed(c, sum(_reciprocals(c, x, steps)))


def _trigamma(c: MPContext, x: mpf) -> mpf:
    """The derivatives of DLMF 5.11.2 and 5.5.2."""
    far, steps = _far(c, x)
    beyond = (1 + (c.mpf(0.5) + _series(c, far, 2) / far) / far) / far
    return beyond + _fixed(c, sum(r * r for r in _reciprocals(c, x, steps)) >> int(c.prec))


def _far(c: MPContext, x: mpf) -> tuple[mpf, int]:
    """x and as many steps of 1 as bring it to where the series is summed, and how many these are."""
    least = int(FROM * c.prec) + 1
    steps = least - int(x) if x < least else 0
    return x + steps, steps


def _rising(c: MPContext, x: mpf, steps: int) -> mpf:
    """x·(x + 1)·…, so many factors, of an x from 1 on."""
    bits, product = int(c.prec), c.mpf(1)
    first = int(c.ldexp(x, bits)) if steps else 0
    for start in range(0, steps, BLOCK):
        block = 1 << bits
        for k in range(start, min(start + BLOCK, steps)):
            block = block * (first + (k << bits)) >> bits
        product *= _fixed(c, block)
    return product


def _reciprocals(c: MPContext, x: mpf, steps: int) -> list[int]:
    """1/x, 1/(x + 1), …, so many, of an x from 1 on, in units of the context's precision."""
    bits = int(c.prec)
    first, one = int(c.ldexp(x, bits)) if steps else 0, 1 << 2 * bits
    return [one // (first + (k << bits)) for k in range(steps)]


def _series(c: MPContext, x: mpf, order: int) -> mpf:
    """Σ B(2k)/(2k·(2k-1))·w(k)/x^(2k-2), k = 1, 2, …, to the context's precision; w as in `_coefficients`."""
    bits = int(c.prec)
    size, total = c.mag(x), 0
    square = int(c.ldexp(1 / (x * x), bits))
    terms = _terms(bits, min(size - 1, FARTHEST), int(c.ldexp(x, 4 - size)))
    for coefficient in _coefficients(bits, terms, order):
        total = coefficient + (total * square >> bits)
    return _fixed(c, total)


def _fixed(c: MPContext, number: int) -> mpf:
    """A number in units of the context's precision."""
    return c.ldexp(c.mpf(number), -int(c.prec))


@lru_cache(maxsize=64)
def _terms(bits: int, exponent: int, eighths: int) -> int:
    """How many terms of the series at eighths/8·2^exponent and beyond are larger than 2^-bits: |B(2k)| is about
    2·(2k)!/(2π)^(2k)."""
    size = math.log(math.pi * eighths / 4) + exponent * math.log(2)
    return next(k for k in count(1) if math.lgamma(2 * k + 1) - 2 * k * size < -bits * math.log(2))


@lru_cache(maxsize=16)
def _coefficients(bits: int, size: int, order: int) -> tuple[int, ...]:
    """B(2k)/(2k·(2k-1))·w(k), k = size, …, 1, in units of 2^-bits: w is what deriving 1/x^(2k-1) `order` times brings,
    1, 2k - 1 or (2k - 1)·2k. |B(2k)| is 2k·T(k)/(4^k·(4^k - 1)), the signs alternate."""
    found = []
    for k, tangent in zip(range(size, 0, -1), reversed(_tangents(1 << (size - 1).bit_length())[:size]), strict=True):
        factor = (1, 2 * k - 1, (2 * k - 1) * 2 * k)[order]
        coefficient = (tangent * factor << bits) // (((1 << 4 * k) - (1 << 2 * k)) * (2 * k - 1))
        found.append(coefficient if k % 2 else -coefficient)
    return tuple(found)


@cache
def _tangents(size: int) -> tuple[int, ...]:
    """The tangent numbers T(1) … T(size): 1, 2, 16, 272, … Source: Brent & Harvey, Fast computation of Bernoulli,
    tangent and secant numbers (2013), algorithm TangentNumbers."""
    numbers = [math.factorial(k) for k in range(size)]
    for k in range(1, size):
        for j in range(k, size):
            numbers[j] = (j - k) * numbers[j - 1] + (j - k + 2) * numbers[j]
    return tuple(numbers)
