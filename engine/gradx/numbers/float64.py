"""The table read in binary64: Python's floats, with infinities and not-a-numbers instead of exceptions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from gradx.numbers import Bounded, Ordered, Relation, borrowing, holds, operation

UNIT = 2.0**-53
"""The largest relative error of one rounding."""

_ENOUGH_BITS = 60
_SINC_TERMS = 9
_NAN = math.nan
_INF = math.inf


def _quiet(f: Callable[[float], float], beyond: Callable[[float], float] = lambda x: _INF) -> Callable[[float], float]:
    """`f` with nan outside its domain and, past its range, what lies `beyond` it."""

    def function(x: float) -> float:
        try:
            return f(x)
        except OverflowError:
            return beyond(x)
        except ValueError:
            return _NAN

    return function


_log_gamma = _quiet(math.lgamma)


@borrowing(math, made=_quiet)
class Float64(Ordered[float]):
    """Arithmetic over `float`. Stateless; `FLOAT64` is the one instance that is needed."""

    number = staticmethod(float)
    is_finite = staticmethod(math.isfinite)
    pi = staticmethod(lambda: math.pi)
    absolute = staticmethod(abs)
    maximum = staticmethod(lambda *xs: max(xs) if all(x == x for x in xs) else _NAN)
    minimum = staticmethod(lambda *xs: min(xs) if all(x == x for x in xs) else _NAN)
    floor = staticmethod(lambda x: float(math.floor(x)) if math.isfinite(x) else x)
    ceil = staticmethod(lambda x: float(math.ceil(x)) if math.isfinite(x) else x)
    cbrt = staticmethod(math.cbrt)
    atan = staticmethod(math.atan)
    sinh = staticmethod(_quiet(math.sinh, lambda x: math.copysign(_INF, x)))
    tanh = staticmethod(math.tanh)
    asinh = staticmethod(math.asinh)
    hypot = staticmethod(math.hypot)
    erf = staticmethod(math.erf)
    erfc = staticmethod(math.erfc)
    gamma = staticmethod(_quiet(math.gamma, lambda x: _INF if x > 0 else 0.0))

    def inside(self, row: Bounded, xs: tuple[float, ...]) -> bool | None:
        if row.domain is None:
            return True
        return row.domain.holds(self, *xs) if all(x == x for x in xs) else None

    @staticmethod
    def where(relation: Relation, left: float, right: float, then: float, otherwise: float) -> float:
        if left != left or right != right:
            return _NAN
        return then if holds(relation, left, right) else otherwise

    @staticmethod
    def atan2(y: float, x: float) -> float:
        # 0.0 has no sign here: -0.0 + 0.0 is 0.0.
        return math.atan2(y + 0.0, x) if x or y else _NAN

    @staticmethod
    def divide(x: float, y: float) -> float:
        try:
            return x / y
        except ZeroDivisionError:
            if x == 0 or x != x:
                return _NAN
            return math.copysign(_INF, x) * math.copysign(1.0, y)

    @staticmethod
    def modulo(x: float, y: float) -> float:
        try:
            return x % y
        except ZeroDivisionError:
            return _NAN

    @staticmethod
    def power(x: float, y: float) -> float:
        try:
            return math.pow(x, y)
        except OverflowError:
            return -_INF if x < 0 and y % 2 == 1 else _INF
        except ValueError:
            return _INF if x == 0 else _NAN

    @staticmethod
    def sign(x: float) -> float:
        return 1.0 if x > 0 else -1.0 if x < 0 else x * 0.0

    @staticmethod
    def sigmoid(x: float) -> float:
        if x >= 0:
            return 1.0 / (1.0 + math.exp(-x))
        small = math.exp(x)
        return small / (1.0 + small)

    @staticmethod
    def softplus(x: float) -> float:
        return max(x, 0.0) + math.log1p(math.exp(-abs(x))) if x == x else x

    @staticmethod
    def logaddexp(x: float, y: float) -> float:
        if x == y:
            return x + math.log(2.0)
        return max(x, y) + math.log1p(math.exp(-abs(x - y))) if x == x and y == y else _NAN

    @staticmethod
    def sinc_slope(x: float) -> float:
        if not abs(x) < 1:
            return (FLOAT64.cos(x) - FLOAT64.sin(x) / x) / x
        # Near 0 the cosine and the quotient cancel; the terms of the series do not.
        tail = 1.0
        for k in range(_SINC_TERMS, 0, -1):
            tail = 1.0 - x * x / (2 * k * (2 * k + 3)) * tail
        return -x / 3.0 * tail

    @staticmethod
    def lgamma(x: float) -> float:
        value = _log_gamma(x)
        # Near its zeros the standard library's loses digits: it adds up logarithms that cancel.
        return value if (abs(value) > 2 and x > 0) or not math.isfinite(value) else _by_balls("lgamma", x)

    @staticmethod
    def digamma(x: float) -> float:
        return _by_balls("digamma", x)

    @staticmethod
    def trigamma(x: float) -> float:
        return _by_balls("trigamma", x)


def _by_balls(function: Literal["lgamma", "digamma", "trigamma"], x: float) -> float:
    """A function that the standard library lacks, or loses digits of, worked out in balls."""
    if not math.isfinite(x):
        return _NAN
    from flint import arb

    from gradx.numbers.balls import BALLS, precision

    for bits in (128, 256, 1_200):
        with precision(bits):
            ball = operation(BALLS, function)(arb(x))
        if ball.rel_accuracy_bits() > _ENOUGH_BITS:
            break
    return float(ball)


FLOAT64: Ordered[float] = Float64()  # type: ignore[abstract]
