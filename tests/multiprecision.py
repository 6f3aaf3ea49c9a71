"""The table read in mpmath: the outside control of what the engine says in float64 and in balls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mpf
from mpmath.ctx_mp import MPContext

from gradx.numbers import Bounded, Relation, holds


class Multiprecision:
    """Arithmetic over `mpf` at `digits` decimal digits, in a context of its own; nan where there is no real number."""

    def __init__(self, digits: int) -> None:
        c = self.context = MPContext()
        c.dps = digits
        self.nan: mpf = c.nan
        self.exp, self.expm1 = self._real(c.exp), self._real(c.expm1)
        self.log, self.log10, self.log1p = self._real(c.ln), self._real(c.log10), self._real(c.log1p)
        self.log2 = self._real(lambda x: c.ln(x) / c.ln(2))
        self.sin, self.cos, self.tan = self._real(c.sin), self._real(c.cos), self._real(c.tan)
        self.asin, self.acos, self.atan = self._real(c.asin), self._real(c.acos), self._real(c.atan)
        self.sinh, self.cosh, self.tanh = self._real(c.sinh), self._real(c.cosh), self._real(c.tanh)
        self.asinh, self.acosh, self.atanh = self._real(c.asinh), self._real(c.acosh), self._real(c.atanh)
        self.sqrt, self.erf, self.erfc = self._real(c.sqrt), self._real(c.erf), self._real(c.erfc)
        self.gamma, self.digamma = self._real(c.gamma), self._real(c.digamma)
        self.lgamma = self._real(lambda x: c.ln(abs(c.gamma(x))))
        self.trigamma = self._real(lambda x: c.psi(1, x))
        self.floor, self.ceil = self._real(c.floor), self._real(c.ceil)
        self.power = self._real(c.power)
        self.hypot = self._real(lambda *xs: c.sqrt(sum(x * x for x in xs)))
        self.logaddexp = self._real(lambda x, y: c.ln(c.exp(x) + c.exp(y)))
        self.sinc_slope = self._real(lambda x: (c.cos(x) - c.sin(x) / x) / x if x else c.mpf(0))
        self.atan2 = self._real(lambda y, x: c.atan2(y, x) if x or y else c.nan)

    def _real(self, function: Callable[..., Any]) -> Callable[..., mpf]:
        def real(*xs: mpf) -> mpf:
            try:
                value = function(*xs)
            except (ValueError, ZeroDivisionError):
                return self.nan
            return value if isinstance(value, self.context.mpf) else self.nan

        return real

    def number(self, x: float) -> mpf:
        return self.context.mpf(x)

    def pi(self) -> mpf:
        return +self.context.pi

    def is_finite(self, x: mpf) -> bool:
        return bool(self.context.isfinite(x))

    def inside(self, row: Bounded, xs: tuple[mpf, ...]) -> bool | None:
        return row.domain is None or row.domain.holds(self, *xs)

    def where(self, relation: Relation, left: mpf, right: mpf, then: mpf, otherwise: mpf) -> mpf:
        return then if holds(relation, left, right) else otherwise

    def divide(self, x: mpf, y: mpf) -> mpf:
        return x / y if y else self.nan

    def modulo(self, x: mpf, y: mpf) -> mpf:
        return x - self.floor(x / y) * y if y else self.nan

    def maximum(self, *xs: mpf) -> mpf:
        return max(xs)

    def minimum(self, *xs: mpf) -> mpf:
        return min(xs)

    def absolute(self, x: mpf) -> mpf:
        return abs(x)

    def sign(self, x: mpf) -> mpf:
        return self.context.sign(x)

    def cbrt(self, x: mpf) -> mpf:
        return self.context.sign(x) * self.context.cbrt(abs(x))

    def sigmoid(self, x: mpf) -> mpf:
        return 1 / (1 + self.exp(-x))

    def softplus(self, x: mpf) -> mpf:
        return self.log1p(self.exp(x))
