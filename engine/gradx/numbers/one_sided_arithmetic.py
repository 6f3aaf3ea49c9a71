"""The arithmetic of one-sided expansions: quotients, powers, logarithms, and what chooses by a sign.

Each reads off the term that leads what becomes of it; `gradx.numbers.one_sided_series` adds the other functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce, wraps
from typing import TypeVar, cast

from gradx.numbers import Bounded, Relation, holds, taylor
from gradx.numbers.balls import BALLS
from gradx.numbers.expansion import Expansion, Term, collected, composed, constant, length, monic, product
from gradx.numbers.known import ONE, ZERO, Known, Undecided, applied, finite, known, pi

MULTIPLIED = 16
"""The largest exponent that stands for so many factors."""

F = TypeVar("F", bound=Callable[..., Expansion])


def on_numbers(f: F) -> F:
    """A function of numbers that there are. A constant, put together from other functions, has the ball of its own, and
    the form from theirs."""
    name = f.__name__

    @wraps(f)
    def function(m: OneSidedArithmetic, *xs: Expansion) -> Expansion:
        missing = next((x for x in xs if x.missing), None)
        if missing is not None:
            return missing
        found = f(m, *xs)
        made, constants = found.fixed, [x.fixed for x in xs]
        if made is None or made.ratio is not None or None in constants:
            return found
        ball = getattr(BALLS, name)(*(c.ball for c in constants if c is not None))
        return constant(Known.of(ball, lambda form: form, made), found.order) if ball.is_finite() else found

    return cast(F, function)


class OneSidedArithmetic:
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

    @on_numbers
    def divide(self, x: Expansion, y: Expansion) -> Expansion:
        below = y.fixed
        if below is not None:
            return x.times(below.power(-1)) if below.sign() else self.nowhere
        lead = y.lead()
        if lead is None:
            return self.nowhere
        (a, u, b), (c, v, d) = x.line, y.line
        if u is v and (a * d - b * c).seen_sign() == 0:
            return constant(a / c, x.order)
        if x.rest is None and y.rest is None and len(x.terms) == len(y.terms):
            e, k, c = x.terms[0]
            times = Expansion((Term(e - lead.e, k - lead.k, c / lead.c),), None, x.order)
            if not (x - product(y, times, None)).terms:
                return times
        inverse = self._binomial(monic(y, lead), known(-1))
        return x * inverse.shifted(-lead.e, -lead.k, lead.c.power(-1))

    @on_numbers
    def modulo(self, x: Expansion, y: Expansion) -> Expansion:
        return x - self.floor(self.divide(x, y)) * y

    def _binomial(self, w: Expansion, a: Known) -> Expansion:
        """(1 + w)^a."""
        n = length(w)
        whole = a.ratio is not None and a.ratio.q == 1 and 0 <= a.ratio < n
        return composed(taylor.binomial(a, n), w, whole)

    @on_numbers
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
            raise Undecided("whether an exponent moves")
        return constant(ZERO, x.order) if not sign and y.sign() > 0 else self.nowhere

    def whole_power(self, x: Expansion, n: int) -> Expansion:
        if 0 < n <= MULTIPLIED:
            result = x
            for bit in bin(n)[3:]:
                result = product(result, result, None)
                result = product(result, x, None) if bit == "1" else result
            return result
        lead = x.lead()
        if lead is None:
            return x if n > 0 else self.nowhere
        return self._binomial(monic(x, lead), known(n)).shifted(lead.e * n, lead.k * n, finite(lead.c.power(n)))

    def real_power(self, x: Expansion, a: Known) -> Expansion:
        """A power of what is above zero."""
        lead = x.lead()
        assert lead is not None
        exponent = a.exponent() if lead.e or lead.k else 0
        return self._binomial(monic(x, lead), a).shifted(lead.e * exponent, lead.k * exponent, lead.c.raised(a))

    def maximum(self, *xs: Expansion) -> Expansion:
        return reduce(self._larger, xs)

    def minimum(self, *xs: Expansion) -> Expansion:
        return -self.maximum(*(-x for x in xs))

    def _larger(self, x: Expansion, y: Expansion) -> Expansion:
        if x is y or x.missing or y.missing:
            return y if y.missing else x
        difference = x - y
        if difference.rest is not None and difference.is_all_rest():
            return x.up_to(difference.rest)
        return x if difference.sign() >= 0 else y

    @on_numbers
    def absolute(self, x: Expansion) -> Expansion:
        if x.is_all_rest():
            return Expansion((), x.rest, x.order)
        return x if x.sign() >= 0 else -x

    @on_numbers
    def sign(self, x: Expansion) -> Expansion:
        return constant(known(x.sign()), x.order)

    @on_numbers
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

    @on_numbers
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

    @on_numbers
    def expm1(self, x: Expansion) -> Expansion:
        return self.exp(x) - 1.0

    @on_numbers
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

    @on_numbers
    def log2(self, x: Expansion) -> Expansion:
        return self.divide(self.log(x), self.log(self.number(2.0)))

    @on_numbers
    def log10(self, x: Expansion) -> Expansion:
        return self.divide(self.log(x), self.log(self.number(10.0)))

    @on_numbers
    def log1p(self, x: Expansion) -> Expansion:
        return self.log(x + 1.0)

    @on_numbers
    def sqrt(self, x: Expansion) -> Expansion:
        sign = x.sign()
        return self.real_power(x, known(Fraction(1, 2))) if sign > 0 else self.nowhere if sign else x

    @on_numbers
    def cbrt(self, x: Expansion) -> Expansion:
        if x.rest is not None and x.is_all_rest():
            return Expansion((), x.rest * Fraction(1, 3), x.order)
        if not x.sign():
            return x
        third = known(Fraction(1, 3))
        return self.real_power(x, third) if x.sign() > 0 else -self.real_power(-x, third)
