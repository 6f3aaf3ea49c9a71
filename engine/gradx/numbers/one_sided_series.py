"""The table read in one-sided expansions: what it does on one side of a point, t → 0 from above.

What does not move is a constant, and worked out as one. Beside a regular point a function is its Taylor series; on an
edge, at a pole or at infinity the term that leads says what becomes of it. What the terms at hand leave open is
`Undecided`: more of them (`order`), or more bits, may decide it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from operator import add

from gradx.numbers import taylor
from gradx.numbers.expansion import Expansion, Term, composed, length
from gradx.numbers.known import ONE, ZERO, Known, Undecided, applied, known
from gradx.numbers.one_sided_arithmetic import OneSidedArithmetic, on_numbers


class OneSidedSeries(OneSidedArithmetic):
    """Arithmetic over expansions of so many orders beyond the term that leads."""

    @on_numbers
    def sin(self, x: Expansion) -> Expansion:
        return self._wave(x, lambda c: (applied("sin", c), applied("cos", c)))

    @on_numbers
    def cos(self, x: Expansion) -> Expansion:
        return self._wave(x, lambda c: (applied("cos", c), -applied("sin", c)))

    def _wave(self, x: Expansion, start: Callable[[Known], tuple[Known, Known]]) -> Expansion:
        """A function that is minus its own second derivative, by its value and its slope."""
        if (x.rest is not None and x.rest <= 0) or x.is_infinite():
            return Expansion((), 0, x.order)
        u = x.moving()
        return composed(taylor.wave(*start(x.limit()), length(u)), u, ends=False)

    @on_numbers
    def tan(self, x: Expansion) -> Expansion:
        return self.divide(self.sin(x), self.cos(x))

    def _integrated(self, name: str, derivative: Callable[[Expansion], Expansion], x: Expansion) -> Expansion:
        """A function by its derivative, beside a point that is regular for both."""
        u, limit = x.moving(), x.limit()
        coefficients = taylor.integrated(applied(name, limit), derivative, limit, length(u), x.order)
        return composed(coefficients, u, ends=False)

    @on_numbers
    def asin(self, x: Expansion) -> Expansion:
        for sign in (1, -1):
            gap = 1.0 - x * sign
            beyond = gap.sign()
            if beyond < 0:
                return self.nowhere
            if not beyond or not gap.limit().sign():
                half = self.pi() * 0.5
                return (half - self.asin(self.sqrt(gap * 0.5)) * 2.0) * sign if beyond else half * sign
        return self._integrated("asin", lambda s: self.real_power(1.0 - s * s, known(Fraction(-1, 2))), x)

    @on_numbers
    def acos(self, x: Expansion) -> Expansion:
        return self.pi() * 0.5 - self.asin(x)

    @on_numbers
    def atan(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return self.pi() * 0.5 * x.sign() - self.atan(self.divide(self.number(1.0), x))
        return self._integrated("atan", lambda s: self.divide(self.number(1.0), s * s + 1.0), x)

    @on_numbers
    def atan2(self, y: Expansion, x: Expansion) -> Expansion:
        across = x.sign()
        if across > 0:
            return self.atan(self.divide(y, x))
        up = y.sign()
        if up:
            return self.pi() * 0.5 * up - self.atan(self.divide(x, y))
        return self.pi() if across else self.nowhere

    @on_numbers
    def sinh(self, x: Expansion) -> Expansion:
        return (self.exp(x) - self.exp(-x)) * 0.5

    @on_numbers
    def cosh(self, x: Expansion) -> Expansion:
        return (self.exp(x) + self.exp(-x)) * 0.5

    @on_numbers
    def tanh(self, x: Expansion) -> Expansion:
        if self._falls(x):
            return -self.tanh(-x)
        q = self.exp(x * -2.0)
        return self.divide(1.0 - q, 1.0 + q)

    @staticmethod
    def _falls(x: Expansion) -> bool:
        """Whether x is below 0 and not near it."""
        return x.sign() < 0 if x.is_infinite() else x.limit().seen_sign() == -1

    @on_numbers
    def asinh(self, x: Expansion) -> Expansion:
        if self._falls(x):
            return -self.asinh(-x)
        return self.log(x + self.sqrt(x * x + 1.0))

    @on_numbers
    def acosh(self, x: Expansion) -> Expansion:
        gap = x - 1.0
        sign = gap.sign()
        if sign <= 0:
            return self.nowhere if sign else gap
        if not gap.is_infinite() and not gap.limit().sign():
            return self.asinh(self.sqrt(gap * 0.5)) * 2.0
        return self.log(x + self.sqrt(x * x - 1.0))

    @on_numbers
    def atanh(self, x: Expansion) -> Expansion:
        return (self.log(1.0 + x) - self.log(1.0 - x)) * 0.5

    @on_numbers
    def hypot(self, *xs: Expansion) -> Expansion:
        others = [x for x in xs if x.fixed is None or x.fixed.seen_sign() != 0]
        if len(others) < 2:
            return self.absolute(others[0]) if others else xs[0]
        return self.sqrt(reduce(add, (x * x for x in others)))

    def logaddexp(self, x: Expansion, y: Expansion) -> Expansion:
        return x + self.softplus(y - x)

    @on_numbers
    def sinc_slope(self, x: Expansion) -> Expansion:
        if x.fixed is not None and not x.fixed.sign():
            return x
        return self.divide(self.cos(x) - self.divide(self.sin(x), x), x)

    @on_numbers
    def sigmoid(self, x: Expansion) -> Expansion:
        if self._falls(x):
            q = self.exp(x)
            return self.divide(q, 1.0 + q)
        return self.divide(self.number(1.0), 1.0 + self.exp(-x))

    @on_numbers
    def softplus(self, x: Expansion) -> Expansion:
        return self.log(1.0 + self.exp(x)) if self._falls(x) else x + self.log(1.0 + self.exp(-x))

    @on_numbers
    def erf(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return Expansion((Term(0, 0, known(x.sign())),), x.order, x.order)
        return self._integrated("erf", lambda s: self.exp(-(s * s)).times(taylor.erf_scale()), x)

    @on_numbers
    def erfc(self, x: Expansion) -> Expansion:
        return 1.0 - self.erf(x)

    @on_numbers
    def gamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("gamma", x, lambda r: self.divide(self.number(1.0), r(0)))

    @on_numbers
    def lgamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("lgamma", x, lambda r: -self.log(self.absolute(r(0))))

    @on_numbers
    def digamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("digamma", x, lambda r: -self.divide(r(1), r(0)))

    @on_numbers
    def trigamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("trigamma", x, lambda r: self.divide(r(1) * r(1) - r(0) * r(2), r(0) * r(0)))

    def _by_reciprocal(
        self, name: str, x: Expansion, made: Callable[[Callable[[int], Expansion]], Expansion]
    ) -> Expansion:
        """A function of 1/gamma, which is analytic everywhere, and of its derivatives."""
        if x.is_infinite():
            raise Undecided("a gamma function far out")
        limit, u = x.limit(), x.moving()
        pole = limit.seen_sign() != 1 and limit.is_whole() and limit.sign() <= 0
        if x.fixed is not None:
            return self.nowhere if pole else self.constant(applied(name, limit))
        first = ZERO if pole else ONE / applied("gamma", limit)
        n = length(u)
        return made(lambda k: composed(taylor.reciprocal_gamma(limit, first, k, n), u, ends=False))
