"""Taylor series at a constant, with coefficients as exact as the constant is: what a function does beside a regular
point. Those of an inverse function, or of erf, are the integral of a derivative that is algebraic, or an exponential.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate, count, islice
from math import perm
from operator import mul

from flint import arb_series, ctx, fmpq

from gradx.numbers.expansion import Expansion, Term
from gradx.numbers.known import ONE, ZERO, Known, known, opaque


def exponential(n: int) -> list[Known]:
    """Of exp(u), n coefficients."""
    return [known(fmpq(1, f)) for f in islice(accumulate(count(1), mul, initial=1), n)]


def wave(value: Known, slope: Known, n: int) -> list[Known]:
    """Of a function with this value and slope that is minus its own second derivative."""
    turns = (value, slope, -value, -slope)
    return [turns[k % 4] * factor for k, factor in enumerate(exponential(n))]


def logarithm(n: int) -> list[Known]:
    """Of log(1 + u)."""
    return [ZERO, *(known(fmpq(1 if k % 2 else -1, k)) for k in range(1, n))]


def binomial(a: Known, n: int) -> list[Known]:
    """Of (1 + u)^a."""
    found = [ONE]
    for k in range(1, n):
        found.append(found[-1] * (a - known(k - 1)) * known(Fraction(1, k)))
    return found


def integrated(value: Known, derivative: Callable[[Expansion], Expansion], c: Known, n: int, order: int) -> list[Known]:
    """Of a function with this value at c and this derivative."""
    first = (Term(0, 0, c),) if c.ratio is None or c.ratio else ()
    slope = derivative(Expansion((*first, Term(1, 0, ONE)), None, max(order, n)))
    found = {e: a for e, _, a in slope.terms}
    return [value, *(found.get(k, ZERO) * known(Fraction(1, k + 1)) for k in range(n - 1))]


def reciprocal_gamma(c: Known, first: Known, derivative: int, n: int) -> list[Known]:
    """Of a derivative of 1/gamma, which is worth `first` at c."""
    size = n + derivative
    before, ctx.cap = ctx.cap, size
    try:
        series = arb_series([c.ball, 1], prec=size).rgamma()
    finally:
        ctx.cap = before
    found = [first, *(opaque(f"rgamma {k}", c, series[k]) for k in range(1, size))]
    return [found[k + derivative] * known(perm(k + derivative, derivative)) for k in range(n)]
