"""The table read in one-sided expansions: what it does on one side of a point, t → 0 from above.

What does not move is a constant, and worked out as one. Beside a regular point a function is its Taylor series; on an
edge, at a pole or at infinity the term that leads says what becomes of it. What the terms at hand leave open is
`Undecided`: more of them (`order`), or more bits, may decide it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import wraps

from flint import arb

from gradx.numbers import Bounded, Relation, holds, taylor
from gradx.numbers.balls import BALLS
from gradx.numbers.expansion import Expansion, Term, collected, composed, constant, length, monic, product
from gradx.numbers.known import ONE, ZERO, Known, Undecided, applied, known, pi

_HALF = Fraction(1, 2)

DEEPEST_POLE = 100
"""The pole of a gamma function, counted from 0, up to which it is traced back to numbers above 0."""

MULTIPLIED = 16
"""The largest exponent that stands for so many factors."""

Function = Callable[["OneSidedSeries", Expansion], Expansion]


def _sharp(f: Function) -> Function:
    """A function put together from others: a constant is taken from the ball of its own, the form from theirs."""
    name = f.__name__

    @wraps(f)
    def sharp(m: OneSidedSeries, x: Expansion) -> Expansion:
        if x.missing:
            return x
        found = f(m, x)
        c, made = x.fixed, found.fixed
        if c is None or made is None or made.ratio is not None:
            return found
        ball = getattr(BALLS, name)(c.ball)
        return constant(Known.of(ball, lambda form: form, made), x.order) if ball.is_finite() else found

    return sharp


def _known(f: Function) -> Function:
    """A function of a number that there is."""

    @wraps(f)
    def guarded(m: OneSidedSeries, x: Expansion) -> Expansion:
        return x if x.missing else f(m, x)

    return guarded


class OneSidedSeries:
    """Arithmetic over expansions of so many orders beyond the term that leads."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.nowhere = Expansion((), None, order, "value")
        self.unknown = Expansion((), None, order, "unknown")

    def number(self, x: float) -> Expansion:
        return constant(known(float(x)), self.order) if math.isfinite(x) else self.unknown

    def constant(self, c: Known) -> Expansion:
        return constant(c, self.order)

    def beside(self, x: Known, direction: int) -> Expansion:
        """x + t or x - t."""
        return constant(x, self.order) + Expansion((Term(1, 0, known(direction)),), None, self.order)

    def pi(self) -> Expansion:
        return constant(pi(), self.order)

    @staticmethod
    def is_finite(x: Expansion) -> bool:
        return x.missing is None

    def inside(self, row: Bounded, xs: tuple[Expansion, ...]) -> bool | None:
        """Whether `xs` lie in the domain of `row`; None where that is not known."""
        if row.domain is None:
            return True
        try:
            return row.domain.holds(self, *xs)
        except Undecided:
            return None

    def where(
        self, relation: Relation, left: Expansion, right: Expansion, then: Expansion, otherwise: Expansion
    ) -> Expansion:
        if then is otherwise:
            return then
        return then if holds(relation, left, right) else otherwise  # type: ignore[arg-type]

    def divide(self, x: Expansion, y: Expansion) -> Expansion:
        if x.missing or y.missing:
            return x if x.missing else y
        below = y.fixed
        if below is not None:
            return x.times(below.power(-1)) if below.sign() else self.nowhere
        lead = y.lead()
        if lead is None:
            return self.nowhere
        inverse = self._binomial(monic(y, lead), known(-1))
        return x * inverse.shifted(-lead.e, -lead.k, lead.c.power(-1))

    def modulo(self, x: Expansion, y: Expansion) -> Expansion:
        quotient = self.divide(x, y)
        return quotient if quotient.missing else x - self.floor(quotient) * y

    def _binomial(self, w: Expansion, a: Known) -> Expansion:
        """(1 + w)^a."""
        n = length(w)
        whole = a.ratio is not None and a.ratio.q == 1 and 0 <= a.ratio < n
        return composed(taylor.binomial(a, n), w, whole)

    def power(self, x: Expansion, y: Expansion) -> Expansion:
        if x.missing or y.missing:
            return x if x.missing else y
        exponent = y.fixed
        if exponent is None:
            return self._moving_power(x, y)
        if exponent.is_whole():
            n = exponent.floor()
            return self._whole_power(x, n) if n else constant(ONE, x.order)
        sign = x.sign()
        if sign <= 0:
            return x if not sign and exponent.sign() > 0 else self.nowhere
        return self._real_power(x, exponent)

    def _moving_power(self, x: Expansion, y: Expansion) -> Expansion:
        sign = x.sign()
        if sign > 0:
            return self.exp(y * self.log(x))
        if y.rest is not None and not any(e or k for e, k, _ in y.terms):
            raise Undecided("whether an exponent moves")
        return constant(ZERO, x.order) if not sign and y.sign() > 0 else self.nowhere

    def _whole_power(self, x: Expansion, n: int) -> Expansion:
        fixed = x.fixed
        if fixed is not None:
            return self.nowhere if n < 0 and not fixed.sign() else constant(_finite(fixed.power(n)), x.order)
        if 0 < n <= MULTIPLIED:
            result = x
            for bit in bin(n)[3:]:
                result = product(result, result, None)
                result = product(result, x, None) if bit == "1" else result
            return result
        lead = x.lead()
        if lead is None:
            return x if n > 0 else self.nowhere
        return self._binomial(monic(x, lead), known(n)).shifted(lead.e * n, lead.k * n, _finite(lead.c.power(n)))

    def _real_power(self, x: Expansion, a: Known) -> Expansion:
        """A power of what is above zero."""
        fixed = x.fixed
        if fixed is not None:
            return constant(fixed.raised(a), x.order)
        lead = x.lead()
        assert lead is not None
        exponent = a.exponent() if lead.e or lead.k else 0
        logs = lead.k * exponent
        if logs.denominator != 1:
            raise Undecided("a root of a logarithm")
        return self._binomial(monic(x, lead), a).shifted(lead.e * exponent, int(logs), lead.c.raised(a))

    def maximum(self, *xs: Expansion) -> Expansion:
        best = xs[0]
        for x in xs[1:]:
            best = self._larger(best, x)
        return best

    def _larger(self, x: Expansion, y: Expansion) -> Expansion:
        if x is y or x.missing or y.missing:
            return y if y.missing else x
        difference = x - y
        if difference.rest is not None and difference.is_all_rest():
            return x.up_to(difference.rest)
        return x if difference.sign() >= 0 else y

    def minimum(self, *xs: Expansion) -> Expansion:
        best = xs[0]
        for x in xs[1:]:
            best = -self._larger(-best, -x) if x is not best else best
        return best

    @_known
    def absolute(self, x: Expansion) -> Expansion:
        if x.is_all_rest():
            return Expansion((), x.rest, x.order)
        return x if x.sign() >= 0 else -x

    @_known
    def sign(self, x: Expansion) -> Expansion:
        return constant(known(x.sign()), x.order)

    @_known
    def floor(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return x.up_to(0)
        limit = x.limit()
        n = limit.floor()
        if limit.is_whole() and x.moving().sign() < 0:
            n -= 1
        return constant(known(n), x.order)

    def ceil(self, x: Expansion) -> Expansion:
        return -self.floor(-x)

    @_known
    def exp(self, x: Expansion) -> Expansion:
        fixed = x.fixed
        if fixed is not None:
            return constant(applied("exp", fixed), x.order)
        steep = [term for term in x.terms if (term.e, -term.k) < (0, 0) and term.c.sign()]
        if steep and (steep[0].e or steep[0].k > 1):
            if steep[0].c.sign() > 0:
                raise Undecided("a growth beyond every power")
            return Expansion((), x.order, x.order)
        limit = x.limit()
        rest = Expansion(tuple(t for t in x.terms if (t.e, -t.k) > (0, 0)), x.rest, x.order)
        found = composed(taylor.exponential(length(rest)), rest, ends=False).times(applied("exp", limit))
        return found.shifted(-steep[0].c.exponent(), 0, ONE) if steep else found

    @_sharp
    def expm1(self, x: Expansion) -> Expansion:
        return self.exp(x) - 1.0

    @_known
    def log(self, x: Expansion) -> Expansion:
        if x.sign() <= 0:
            return self.nowhere
        fixed, lead = x.fixed, x.lead()
        if fixed is not None:
            return constant(applied("log", fixed), x.order)
        assert lead is not None
        if lead.k:
            raise Undecided("the logarithm of a logarithm")
        w = monic(x, lead)
        found = composed(taylor.logarithm(length(w)), w, ends=False) + constant(applied("log", lead.c), x.order)
        return found + collected({(0, 1): known(-lead.e)}, None, x.order)

    @_sharp
    def log2(self, x: Expansion) -> Expansion:
        return self.divide(self.log(x), self.log(self.number(2.0)))

    @_sharp
    def log10(self, x: Expansion) -> Expansion:
        return self.divide(self.log(x), self.log(self.number(10.0)))

    @_sharp
    def log1p(self, x: Expansion) -> Expansion:
        return self.log(x + 1.0)

    @_known
    def sqrt(self, x: Expansion) -> Expansion:
        sign = x.sign()
        return self._real_power(x, known(_HALF)) if sign > 0 else self.nowhere if sign else x

    @_known
    def cbrt(self, x: Expansion) -> Expansion:
        if x.rest is not None and x.is_all_rest():
            return Expansion((), x.rest * Fraction(1, 3), x.order)
        if not x.sign():
            return x
        third = known(Fraction(1, 3))
        return self._real_power(x, third) if x.sign() > 0 else -self._real_power(-x, third)

    @_known
    def sin(self, x: Expansion) -> Expansion:
        return self._wave("sin", taylor.sine, x)

    @_known
    def cos(self, x: Expansion) -> Expansion:
        return self._wave("cos", taylor.cosine, x)

    def _wave(self, name: str, series: Callable[[Known, int], list[Known]], x: Expansion) -> Expansion:
        fixed = x.fixed
        if fixed is not None:
            return constant(applied(name, fixed), x.order)
        if (x.rest is not None and x.rest <= 0) or x.is_infinite():
            return Expansion((), 0, x.order)
        u = x.moving()
        return composed(series(x.limit(), length(u)), u, ends=False)

    @_sharp
    def tan(self, x: Expansion) -> Expansion:
        return self.divide(self.sin(x), self.cos(x))

    def _integrated(self, name: str, derivative: Callable[[Expansion], Expansion], x: Expansion) -> Expansion:
        """A function by its derivative, beside a point that is regular for both."""
        if x.fixed is not None:
            return constant(applied(name, x.fixed), x.order)
        u, limit = x.moving(), x.limit()
        coefficients = taylor.integrated(applied(name, limit), derivative, limit, length(u), x.order)
        return composed(coefficients, u, ends=False)

    @_known
    def asin(self, x: Expansion) -> Expansion:
        for sign in (1, -1):
            gap = 1.0 - x * sign
            beyond = gap.sign()
            if beyond < 0:
                return self.nowhere
            if not beyond or not gap.limit().sign():
                half = self.pi() * 0.5
                return (half - self.asin(self.sqrt(gap * 0.5)) * 2.0) * sign if beyond else half * sign
        return self._integrated("asin", lambda s: self._real_power(1.0 - s * s, known(-_HALF)), x)

    @_sharp
    def acos(self, x: Expansion) -> Expansion:
        return self.pi() * 0.5 - self.asin(x)

    @_known
    def atan(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return self.pi() * 0.5 * x.sign() - self.atan(self.divide(self.number(1.0), x))
        return self._integrated("atan", lambda s: self.divide(self.number(1.0), s * s + 1.0), x)

    def atan2(self, y: Expansion, x: Expansion) -> Expansion:
        if y.missing or x.missing:
            return y if y.missing else x
        across = x.sign()
        if across > 0:
            return self.atan(self.divide(y, x))
        up = y.sign()
        if up:
            return self.pi() * 0.5 * up - self.atan(self.divide(x, y))
        return self.pi() if across else self.nowhere

    @_sharp
    def sinh(self, x: Expansion) -> Expansion:
        return (self.exp(x) - self.exp(-x)) * 0.5

    @_sharp
    def cosh(self, x: Expansion) -> Expansion:
        return (self.exp(x) + self.exp(-x)) * 0.5

    @_sharp
    def tanh(self, x: Expansion) -> Expansion:
        if self._falls(x):
            return -self.tanh(-x)
        q = self.exp(x * -2.0)
        return self.divide(1.0 - q, 1.0 + q)

    @staticmethod
    def _falls(x: Expansion) -> bool:
        """Whether x is below 0 and not near it."""
        return x.sign() < 0 if x.is_infinite() else x.limit().seen_sign() == -1

    @_sharp
    def asinh(self, x: Expansion) -> Expansion:
        if self._falls(x):
            return -self.asinh(-x)
        return self.log(x + self.sqrt(x * x + 1.0))

    @_sharp
    def acosh(self, x: Expansion) -> Expansion:
        gap = x - 1.0
        sign = gap.sign()
        if sign <= 0:
            return self.nowhere if sign else gap
        if not gap.is_infinite() and not gap.limit().sign():
            return self.asinh(self.sqrt(gap * 0.5)) * 2.0
        return self.log(x + self.sqrt(x * x - 1.0))

    @_sharp
    def atanh(self, x: Expansion) -> Expansion:
        return (self.log(1.0 + x) - self.log(1.0 - x)) * 0.5

    def hypot(self, x: Expansion, y: Expansion) -> Expansion:
        for one, other in ((x, y), (y, x)):
            if other.fixed is not None and other.fixed.seen_sign() == 0:
                return self.absolute(one)
        return self.sqrt(x * x + y * y)

    @_sharp
    def sigmoid(self, x: Expansion) -> Expansion:
        if self._falls(x):
            q = self.exp(x)
            return self.divide(q, 1.0 + q)
        return self.divide(self.number(1.0), 1.0 + self.exp(-x))

    @_sharp
    def softplus(self, x: Expansion) -> Expansion:
        return self.log(1.0 + self.exp(x)) if self._falls(x) else x + self.log(1.0 + self.exp(-x))

    @_known
    def erf(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return Expansion((Term(0, 0, known(x.sign())),), x.order, x.order)
        return self._integrated("erf", lambda s: self.exp(-(s * s)).times(taylor.erf_scale()), x)

    @_sharp
    def erfc(self, x: Expansion) -> Expansion:
        return 1.0 - self.erf(x)

    @_known
    def gamma(self, x: Expansion) -> Expansion:
        pole = self._pole(x)
        if pole is None:
            return self._regular("gamma", x)
        if x.fixed is not None:
            return self.nowhere
        found = self.gamma(x + (pole + 1.0))
        for k in range(pole + 1):
            found = self.divide(found, x + float(k))
        return found

    @_known
    def lgamma(self, x: Expansion) -> Expansion:
        if self._pole(x) is None:
            return self._regular("lgamma", x)
        return self.log(self.absolute(self.gamma(x)))

    @_known
    def digamma(self, x: Expansion) -> Expansion:
        return self._polygamma("digamma", 1, x)

    @_known
    def trigamma(self, x: Expansion) -> Expansion:
        return self._polygamma("trigamma", 2, x)

    def _polygamma(self, name: str, degree: int, x: Expansion) -> Expansion:
        pole = self._pole(x)
        if pole is None:
            return self._regular(name, x)
        if x.fixed is not None:
            return self.nowhere
        found = self._polygamma(name, degree, x + (pole + 1.0))
        for k in range(pole + 1):
            term = self.divide(self.number(1.0), self._whole_power(x + float(k), degree))
            found = found - term if degree == 1 else found + term
        return found

    @staticmethod
    def _pole(x: Expansion) -> int | None:
        """n where x tends to -n, a pole of the gamma function."""
        if x.is_infinite():
            raise Undecided("a gamma function far out")
        limit = x.limit()
        if limit.seen_sign() == 1 or not limit.is_whole() or limit.sign() > 0:
            return None
        if limit.floor() < -DEEPEST_POLE:
            raise Undecided("a pole far out")
        return -limit.floor()

    def _regular(self, name: str, x: Expansion) -> Expansion:
        if x.fixed is not None:
            return constant(applied(name, x.fixed), x.order)
        u = x.moving()
        return composed(taylor.gamma(name, x.limit(), length(u)), u, ends=False)


def _finite(c: Known) -> Known:
    if not (c.ratio is not None or (isinstance(c.ball, arb) and c.ball.is_finite())):
        raise Undecided("a value")
    return c
