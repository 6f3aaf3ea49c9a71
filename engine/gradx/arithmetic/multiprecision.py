"""The table read in mpmath, at any precision. mpmath is imported when the first instance is made.

A function outside its domain, and a number too large to work with, is `nan`: a binary64 input never gets there, an
intermediate result can (`sin(exp(exp(exp(7))))` would never end).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from gradx.arithmetic import Relation, holds

if TYPE_CHECKING:
    from mpmath import mpf

MAX_EXPONENT = 1 << 62
"""A number whose binary exponent is further out than this has no use here; it is refused as nan."""

MAX_REDUCTION = 1 << 17
"""The largest binary exponent that an argument of a periodic function may have (reduction costs that many bits)."""


class Multiprecision:
    """Arithmetic over `mpf` at `digits` decimal digits, in a context of its own."""

    def __init__(self, digits: int) -> None:
        from mpmath.ctx_mp import MPContext

        self.context = MPContext()
        self.context.dps = digits
        self.digits = digits
        self.nan: mpf = self.context.nan
        self._zero: mpf = self.context.zero
        self._one: mpf = self.context.one
        c = self.context
        self.exp = self._guarded(c.exp, 60)
        self.expm1 = self._guarded(c.expm1, 60)
        self.log = self._guarded(c.ln)
        self.log2 = self._guarded(lambda x: c.ln(x) / c.ln(2))
        self.log10 = self._guarded(c.log10)
        self.log1p = self._guarded(c.log1p)
        self.sqrt = self._guarded(c.sqrt)
        self.sin = self._guarded(c.sin, MAX_REDUCTION)
        self.cos = self._guarded(c.cos, MAX_REDUCTION)
        self.tan = self._guarded(c.tan, MAX_REDUCTION)
        self.asin = self._guarded(c.asin)
        self.acos = self._guarded(c.acos)
        self.atan = self._guarded(c.atan)
        self.sinh = self._guarded(c.sinh, 60)
        self.cosh = self._guarded(c.cosh, 60)
        self.tanh = self._guarded(lambda x: c.tanh(x) if c.mag(x) < 60 else c.sign(x))
        self.asinh = self._guarded(c.asinh)
        self.acosh = self._guarded(c.acosh)
        self.atanh = self._guarded(c.atanh)
        self.erf = self._guarded(lambda x: c.erf(x) if c.mag(x) < 30 else c.sign(x))
        self.erfc = self._guarded(lambda x: c.mpf(2) if x < -(2**30) else c.erfc(x), 60)
        self.gamma = self._guarded(c.gamma, 40)
        self.digamma = self._guarded(self._digamma, 2000)
        self.trigamma = self._guarded(self._trigamma, 2000)
        self.floor = self._guarded(c.floor, MAX_REDUCTION)
        self.ceil = self._guarded(c.ceil, MAX_REDUCTION)

    def _guarded(self, function: Callable[[mpf], mpf], exponent: int = MAX_EXPONENT) -> Callable[[mpf], mpf]:
        """`function`, with nan for a complex result, a pole, or an argument past 2^exponent."""
        mpf_type = self.context.mpf
        nan = self.nan

        def guarded(x: mpf) -> mpf:
            _, man, exp, bits = x._mpf_
            if (not man and exp) or exp + bits > exponent:
                return nan
            try:
                value = function(x)
            except (ValueError, ZeroDivisionError, OverflowError, ArithmeticError):
                return nan
            if type(value) is not mpf_type:
                return nan
            _, man, exp, _ = value._mpf_
            return value if man or not exp else nan

        return guarded

    def number(self, x: float) -> mpf:
        return self.context.mpf(x)

    def pi(self) -> mpf:
        return +self.context.pi

    def is_finite(self, x: mpf) -> bool:
        """False for nan and infinities, and for numbers too large to go on with."""
        _, man, exp, bits = x._mpf_
        return bool(man or not exp) and exp + bits < MAX_EXPONENT

    def where(self, relation: Relation, left: mpf, right: mpf, then: mpf, otherwise: mpf) -> mpf:
        return then if holds(relation, left, right) else otherwise

    def divide(self, x: mpf, y: mpf) -> mpf:
        return x / y if y else self.nan

    def modulo(self, x: mpf, y: mpf) -> mpf:
        return x - self.floor(x / y) * y if y else self.nan

    def power(self, x: mpf, y: mpf) -> mpf:
        if not (self.is_finite(x) and self.is_finite(y)):
            return self.nan
        if not x:
            return self._one if not y else self._zero if y > 0 else self.nan
        if abs(y * self.context.mag(x)) > MAX_EXPONENT and x not in (1, -1):
            return self._zero if (self.context.mag(x) > 0) != (y > 0) and abs(x) != 1 else self.nan
        try:
            value = self.context.power(x, y)
        except (ValueError, ZeroDivisionError, OverflowError):
            return self.nan
        return cast("mpf", value) if type(value) is self.context.mpf else self.nan

    def maximum(self, *xs: mpf) -> mpf:
        return max(xs)

    def minimum(self, *xs: mpf) -> mpf:
        return min(xs)

    def absolute(self, x: mpf) -> mpf:
        return abs(x)

    def sign(self, x: mpf) -> mpf:
        return self._one if x > 0 else -self._one if x < 0 else self._zero

    def cbrt(self, x: mpf) -> mpf:
        root = self.context.cbrt(abs(x))
        return -root if x < 0 else root

    def atan2(self, y: mpf, x: mpf) -> mpf:
        return self.context.atan2(y, x) if x or y else self.nan

    def hypot(self, x: mpf, y: mpf) -> mpf:
        return self.context.hypot(x, y)

    def sigmoid(self, x: mpf) -> mpf:
        return self.divide(self._one, 1 + self.exp(-x)) if x > 0 else self._small_sigmoid(x)

    def _small_sigmoid(self, x: mpf) -> mpf:
        small = self.exp(x)
        return self.divide(small, 1 + small)

    def softplus(self, x: mpf) -> mpf:
        return self.log1p(self.exp(x)) if x < 0 else x + self.log1p(self.exp(-x))

    def lgamma(self, x: mpf) -> mpf:
        if x > 0:
            return self._guarded(self.context.loggamma, 2000)(x)
        return self.log(abs(self.gamma(x)))

    def _digamma(self, x: mpf) -> mpf:
        """By reflection below 0, where mpmath's recurrence takes |x| steps: DLMF 5.5.4."""
        c = self.context
        if x > 0:
            return c.digamma(x)
        return c.digamma(1 - x) - c.pi * c.cospi(x) / c.sinpi(x)

    def _trigamma(self, x: mpf) -> mpf:
        """By reflection below 0: DLMF 5.15.6."""
        c = self.context
        if x > 0:
            return c.psi(1, x)
        return (c.pi / c.sinpi(x)) ** 2 - c.psi(1, 1 - x)


def to_float(x: mpf) -> float:
    """The nearest binary64 number; inf past its range."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf
