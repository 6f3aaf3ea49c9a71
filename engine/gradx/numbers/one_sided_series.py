"""The table read in one-sided expansions: what it does on one side of a point, t → 0 from above.

What does not move is a constant, and worked out as one. Beside a regular point a function is its Taylor series; on an
edge, at a pole or at infinity the term that leads says what becomes of it. What the terms at hand leave open is
`Undecided`: more of them (`order`), or more bits, may decide it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce, wraps
from operator import add

from gradx.numbers import Arithmetic, Bounded, Ordered, Relation, holds, taylor
from gradx.numbers.balls import BALLS
from gradx.numbers.expansion import Expansion, Term, collected, composed, constant, length, monic, product
from gradx.numbers.known import ONE, ZERO, Known, TooFewTerms, Undecided, applied, finite, known, pi

MULTIPLIED = 16
"""The largest exponent that stands for so many factors."""

CHOOSING = ("where", "maximum", "minimum")
"""What may hand on a number although another one is missing, or is one of its arguments as it stands."""


def on_numbers(f: Callable[..., Expansion]) -> Callable[..., Expansion]:
    """A function of numbers that there are. A constant, put together from other functions, has its form from theirs,
    and the sharper ball."""
    name = f.__name__

    @wraps(f)
    def function(m: OneSidedSeries, *xs: Expansion) -> Expansion:
        missing = next((x for x in xs if x.missing), None)
        if missing is not None:
            return missing
        found = f(m, *xs)
        made, constants = found.fixed, [x.fixed for x in xs]
        if made is None or made.ratio is not None or None in constants:
            return found
        ball = getattr(BALLS, name)(*(c.ball for c in constants if c is not None))
        sharper = ball.is_finite() and ball.rad() < made.ball.rad()
        return constant(Known.of(ball, lambda form: form, made), found.order) if sharper else found

    return function


def _all_on_numbers(cls: type[OneSidedSeries]) -> type[OneSidedSeries]:
    for name, function in vars(Arithmetic).items():
        if callable(function) and not name.startswith("_") and name not in ("number", "pi", *CHOOSING):
            setattr(cls, name, on_numbers(getattr(cls, name)))
    return cls


@_all_on_numbers
class OneSidedSeries(Ordered[Expansion]):
    """Arithmetic over expansions of so many orders beyond the term that leads. `oscillates`: it met a number of which
    no more is known than how fast it vanishes, and so nothing of its derivative. Where `typed`, a binary64 number
    stands for the decimal it is written as: 0.1 is a tenth, `pi` is π."""

    def __init__(self, order: int, typed: bool = False) -> None:
        self.order, self.typed = order, typed
        self.oscillates = False
        self.nowhere = Expansion((), None, order, "value")
        self.unknown = Expansion((), None, order, "unknown")

    def number(self, x: float) -> Expansion:
        if not math.isfinite(x):
            return self.unknown
        if self.typed and x in (math.pi, math.e):
            return self.pi() if x == math.pi else self.constant(applied("exp", ONE))
        return self.constant(known(Fraction(repr(x)) if self.typed else float(x)))

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
        return then if holds(relation, left, right) else otherwise

    def divide(self, x: Expansion, y: Expansion) -> Expansion:
        below = y.fixed
        if below is not None:
            return x.times(below.power(-1)) if below.sign() else self.nowhere
        (a, u, b), (c, v, d) = x.line, y.line
        if u is v and (a * d - b * c).seen_sign() == 0 and y.lead() is not None:
            return constant(a / c, x.order)
        return x * self.whole_power(y, -1)

    def power(self, x: Expansion, y: Expansion) -> Expansion:
        exponent = y.fixed
        if exponent is None:
            return self._moving_power(x, y)
        if exponent.is_whole():
            n = exponent.floor()
            return self.whole_power(x, n) if n else constant(ONE, x.order)
        sign = x.sign()
        if sign <= 0:
            return x if not sign and exponent.sign() > 0 else self.nowhere
        return self.real_power(x, exponent)

    def _moving_power(self, x: Expansion, y: Expansion) -> Expansion:
        sign = x.sign()
        if sign > 0:
            return self.exp(y * self.log(x))
        if y.rest is not None and not any(e or k for e, k, _ in y.terms):
            raise TooFewTerms("whether an exponent moves")
        return constant(ZERO, x.order) if not sign and y.sign() > 0 else self.nowhere

    def whole_power(self, x: Expansion, n: int) -> Expansion:
        if 0 < n <= MULTIPLIED:
            result = x
            for bit in bin(n)[3:]:
                result = product(result, result, None)
                result = product(result, x, None) if bit == "1" else result
            return result
        if x.lead() is None:
            return x if n > 0 else self.nowhere
        return self.real_power(x, known(n))

    def real_power(self, x: Expansion, a: Known) -> Expansion:
        """A power of what is not zero, a whole one below it."""
        lead = x.lead()
        assert lead is not None
        w = monic(x, lead)
        n, exponent = length(w), a.exponent() if lead.e or lead.k else 0
        whole = a.ratio is not None and a.ratio.q == 1 and 0 <= a.ratio < n
        found = composed(taylor.binomial(a, n), w, whole)
        return found.shifted(lead.e * exponent, lead.k * exponent, finite(lead.c.raised(a)))

    def maximum(self, *xs: Expansion) -> Expansion:
        return reduce(self._larger, xs)

    def _larger(self, x: Expansion, y: Expansion) -> Expansion:
        if x is y or x.missing or y.missing:
            return y if y.missing else x
        difference = x - y
        if difference.rest is not None and difference.is_all_rest():
            self.oscillates = True
            return x.up_to(difference.rest)
        return x if difference.sign() >= 0 else y

    def absolute(self, x: Expansion) -> Expansion:
        if x.is_all_rest():
            self.oscillates = True
            return Expansion((), x.rest, x.order)
        return x if x.sign() >= 0 else -x

    def sign(self, x: Expansion) -> Expansion:
        return constant(known(x.sign()), x.order)

    def floor(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            self.oscillates = True
            return x.up_to(0)
        limit = x.limit()
        n = limit.floor()
        if limit.is_whole() and x.moving().sign() < 0:
            n -= 1
        return constant(known(n), x.order)

    def exp(self, x: Expansion) -> Expansion:
        steep = [term for term in x.terms if (term.e, -term.k) < (0, 0) and term.c.sign()]
        if steep and (steep[0].e or steep[0].k > 1):
            if steep[0].c.sign() > 0:
                raise Undecided("a growth beyond every power")
            return Expansion((), x.order, x.order)
        limit = x.limit()
        rest = Expansion(tuple(t for t in x.terms if (t.e, -t.k) > (0, 0)), x.rest, x.order)
        found = composed(taylor.exponential(length(rest)), rest, ends=False).times(applied("exp", limit))
        return found.shifted(-steep[0].c.exponent(), 0, ONE) if steep else found

    def log(self, x: Expansion) -> Expansion:
        if x.sign() <= 0:
            return self.nowhere
        lead = x.lead()
        assert lead is not None
        if lead.k:
            raise Undecided("the logarithm of a logarithm")
        w = monic(x, lead)
        found = composed(taylor.logarithm(length(w)), w, ends=False) + constant(applied("log", lead.c), x.order)
        return found + collected({(0, 1): known(-lead.e)}, None, x.order)

    def sqrt(self, x: Expansion) -> Expansion:
        sign = x.sign()
        return self.real_power(x, known(Fraction(1, 2))) if sign > 0 else self.nowhere if sign else x

    def cbrt(self, x: Expansion) -> Expansion:
        if x.rest is not None and x.is_all_rest():
            self.oscillates = True
            return Expansion((), x.rest * Fraction(1, 3), x.order)
        if not x.sign():
            return x
        third = known(Fraction(1, 3))
        return self.real_power(x, third) if x.sign() > 0 else -self.real_power(-x, third)

    def sin(self, x: Expansion) -> Expansion:
        return self._wave(x, lambda c: (applied("sin", c), applied("cos", c)))

    def cos(self, x: Expansion) -> Expansion:
        return self._wave(x, lambda c: (applied("cos", c), -applied("sin", c)))

    def _wave(self, x: Expansion, start: Callable[[Known], tuple[Known, Known]]) -> Expansion:
        """A function that is minus its own second derivative, by its value and its slope."""
        if (x.rest is not None and x.rest <= 0) or x.is_infinite():
            self.oscillates = True
            return Expansion((), 0, x.order)
        u = x.moving()
        return composed(taylor.wave(*start(x.limit()), length(u)), u, ends=False)

    def _integrated(self, name: str, derivative: Callable[[Expansion], Expansion], x: Expansion) -> Expansion:
        """A function by its derivative, beside a point that is regular for both."""
        u, limit = x.moving(), x.limit()
        coefficients = taylor.integrated(applied(name, limit), derivative, limit, length(u), x.order)
        return composed(coefficients, u, ends=False)

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

    def acos(self, x: Expansion) -> Expansion:
        return self.pi() * 0.5 - self.asin(x)

    def atan(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return self.pi() * 0.5 * x.sign() - self.atan(self.divide(self.number(1.0), x))
        return self._integrated("atan", lambda s: self.divide(self.number(1.0), s * s + 1.0), x)

    def atan2(self, y: Expansion, x: Expansion) -> Expansion:
        across = x.sign()
        if across > 0:
            return self.atan(self.divide(y, x))
        up = y.sign()
        if up:
            return self.pi() * 0.5 * up - self.atan(self.divide(x, y))
        return self.pi() if across else self.nowhere

    def sinh(self, x: Expansion) -> Expansion:
        return (self.exp(x) - self.exp(-x)) * 0.5

    def cosh(self, x: Expansion) -> Expansion:
        return (self.exp(x) + self.exp(-x)) * 0.5

    def tanh(self, x: Expansion) -> Expansion:
        if self._falls(x):
            return -self.tanh(-x)
        q = self.exp(x * -2.0)
        return self.divide(1.0 - q, 1.0 + q)

    @staticmethod
    def _falls(x: Expansion) -> bool:
        """Whether x is below 0 and not near it."""
        return x.sign() < 0 if x.is_infinite() else x.limit().seen_sign() == -1

    def asinh(self, x: Expansion) -> Expansion:
        if self._falls(x):
            return -self.asinh(-x)
        return self.log(x + self.sqrt(x * x + 1.0))

    def acosh(self, x: Expansion) -> Expansion:
        gap = x - 1.0
        sign = gap.sign()
        if sign <= 0:
            return self.nowhere if sign else gap
        if not gap.is_infinite() and not gap.limit().sign():
            return self.asinh(self.sqrt(gap * 0.5)) * 2.0
        return self.log(x + self.sqrt(x * x - 1.0))

    def atanh(self, x: Expansion) -> Expansion:
        return (self.log(1.0 + x) - self.log(1.0 - x)) * 0.5

    def hypot(self, *xs: Expansion) -> Expansion:
        others = [x for x in xs if x.fixed is None or x.fixed.seen_sign() != 0]
        if len(others) < 2:
            return self.absolute(others[0]) if others else xs[0]
        return self.sqrt(reduce(add, (x * x for x in others)))

    def sinc_slope(self, x: Expansion) -> Expansion:
        if x.fixed is not None and not x.fixed.sign():
            return x
        return self.divide(self.cos(x) - self.divide(self.sin(x), x), x)

    def sigmoid(self, x: Expansion) -> Expansion:
        if self._falls(x):
            q = self.exp(x)
            return self.divide(q, 1.0 + q)
        return self.divide(self.number(1.0), 1.0 + self.exp(-x))

    def softplus(self, x: Expansion) -> Expansion:
        return self.log(1.0 + self.exp(x)) if self._falls(x) else x + self.log(1.0 + self.exp(-x))

    def erf(self, x: Expansion) -> Expansion:
        if x.is_infinite():
            return Expansion((Term(0, 0, known(x.sign())),), x.order, x.order)
        scale = known(2) * pi().power(Fraction(-1, 2))
        return self._integrated("erf", lambda s: self.exp(-(s * s)).times(scale), x)

    def gamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("gamma", x, lambda r: self.divide(self.number(1.0), r(0)))

    def lgamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("lgamma", x, lambda r: -self.log(self.absolute(r(0))))

    def digamma(self, x: Expansion) -> Expansion:
        return self._by_reciprocal("digamma", x, lambda r: -self.divide(r(1), r(0)))

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
