"""A constant as a proved ball together with its exact form, where it has one.

The ball decides a sign where it excludes 0, the form where it is a rational or nothing at all; what neither decides is
`Undecided`, and may be decided with more bits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import partial

from flint import arb, fmpq

from gradx.numbers import normal_form as forms
from gradx.numbers.balls import BALLS
from gradx.numbers.normal_form import Exponent, Form, NoForm


class Undecided(Exception):  # noqa: N818
    """A comparison, or what rests on one, that is not known."""


class TooFewTerms(Undecided):
    """What an expansion of higher order may decide."""


WIDE = 1 << 14
"""No number beyond 2 to this power is asked for an integer beside it."""


Formed = Callable[..., Form]


class Known:
    """A constant. `ratio` where it is seen to be a rational; its form is worked out when something asks for it, by
    `formed` from those of its `parents`."""

    __slots__ = ("_ball", "_form", "_formed", "_parents", "ratio")

    def __init__(
        self, ball: arb | None, ratio: fmpq | None, formed: Formed | None = None, parents: tuple[Known, ...] = ()
    ) -> None:
        self._ball = ball
        self._form: Form | None = None
        self._formed = formed
        self._parents = parents
        self.ratio = ratio

    @staticmethod
    def of(ball: arb, formed: Formed | None, *parents: Known) -> Known:
        """A constant in this ball, its form made of those of its parents."""
        if ball.is_exact() and ball.is_finite():
            ratio = _dyadic(ball)
            if ratio is not None:
                return Known(ball, ratio)
        return Known(ball, None, formed, parents)

    @property
    def ball(self) -> arb:
        if self._ball is None:
            self._ball = arb(self.ratio)
        return self._ball

    @property
    def sharp(self) -> arb:
        """The ball, a point where the form says that this is 0."""
        if self.ball.contains(0):
            self.as_ratio()
        return self.ball

    @property
    def form(self) -> Form | None:
        """The exact form; None where there is none."""
        if self.ratio is not None:
            return forms.rational(self.ratio)
        waiting = [self] if self._formed else []
        while waiting:
            top = waiting[-1]
            ahead = [parent for parent in top._parents if parent._formed and parent.ratio is None]
            if ahead and top._formed:
                waiting.extend(ahead)
            else:
                waiting.pop()
                top._settle()
        return self._form if self.ratio is None else forms.rational(self.ratio)

    def _settle(self) -> None:
        """Work out the form, those of the parents being known."""
        forms_of, formed = [parent.form for parent in self._parents], self._formed
        self._formed, self._parents = None, ()
        if formed is None or None in forms_of:
            return
        with suppress(NoForm):
            self._form = formed(*forms_of)
            ratio = fmpq(0) if forms.sign_of(self._form) == 0 else forms.as_rational(self._form)
            if ratio is not None:
                self.ratio, self._ball = ratio, None

    def as_ratio(self) -> fmpq | None:
        """The rational number that this is, if it is known to be one."""
        if self.ratio is None:
            _ = self.form
        return self.ratio

    def sign(self) -> int:
        """-1, 0 or 1; `Undecided` where neither ball nor form says it."""
        if self.ratio is not None:
            return 1 if self.ratio > 0 else -1 if self.ratio else 0
        ball = self.ball
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        if self.as_ratio() is not None:
            return self.sign()
        sign = None if self._form is None else forms.sign_of(self._form)
        if sign is None:
            raise Undecided("a sign")
        return sign

    def seen_sign(self) -> int | None:
        """The sign, None where it is not known."""
        try:
            return self.sign()
        except Undecided:
            return None

    def __add__(self, other: Known) -> Known:
        if self.ratio is not None and other.ratio is not None:
            return _of_ratio(self.ratio + other.ratio)
        return Known.of(self.ball + other.ball, forms.added, self, other)

    def __sub__(self, other: Known) -> Known:
        return ZERO if self is other else self + -other

    def __neg__(self) -> Known:
        if self.ratio is not None:
            return Known(None, -self.ratio)
        return Known(-self.ball, None, forms.negated, (self,))

    def __mul__(self, other: Known) -> Known:
        if self.ratio is not None and other.ratio is not None:
            return _of_ratio(self.ratio * other.ratio)
        if (self.ratio is not None and not self.ratio) or (other.ratio is not None and not other.ratio):
            return ZERO
        return Known.of(self.ball * other.ball, forms.multiplied, self, other)

    def __truediv__(self, other: Known) -> Known:
        return self * other.power(-1)

    def power(self, e: Exponent) -> Known:
        """A rational power of a number whose sign is known: below zero a whole one, at zero one above zero."""
        sign = self.sign()
        if not sign:
            return ZERO if e > 0 else ONE
        whole = e.denominator == 1
        if self.ratio is not None and whole and abs(e.numerator) * self.ratio.height_bits() <= forms.LARGEST:
            return Known(None, self.ratio**e.numerator)

        def form(x: Form) -> Form:
            return forms.power(x, e, sign)

        if whole:
            return Known.of(BALLS.power(self.ball, arb(int(e))), form, self)
        few = e.denominator <= 3 and abs(e.numerator) <= 64
        power = arb(fmpq(e.numerator, e.denominator))
        ball = abs(self.ball).root(e.denominator) ** e.numerator if few else self.ball**power
        return Known.of(ball, form, self)

    def raised(self, e: Known) -> Known:
        """The power of a number above zero."""
        if e.ratio is not None:
            return self.power(forms.to_exponent(e.ratio))
        return finite(Known.of(self.ball**e.ball, forms.raised, self, e))

    def floor(self) -> int:
        """The largest whole number up to this one."""
        if self.ratio is not None:
            return int(self.ratio.p // self.ratio.q)
        if not abs(self.ball) < arb(2) ** WIDE:
            raise Undecided("a whole number")
        below = self.ball.floor().unique_fmpz()
        if below is not None:
            return int(below)
        nearest = (self.ball + arb(0.5)).floor().unique_fmpz()
        if nearest is None:
            raise Undecided("a whole number")
        return int(nearest) if (self - known(int(nearest))).sign() >= 0 else int(nearest) - 1

    def is_whole(self) -> bool:
        if self.ratio is not None:
            return bool(self.ratio.q == 1)
        return bool(self.ball.contains_integer()) and (self - known(self.floor())).sign() == 0

    def exponent(self) -> Exponent:
        """This number as an exponent: what is not rational, to 200 bits."""
        ratio = self.as_ratio()
        if ratio is not None:
            return forms.to_exponent(ratio)
        scaled = self.ball * arb(2) ** FINE
        if not (scaled.rad() < 1 and abs(self.ball) < arb(2) ** WIDE):
            raise Undecided("an exponent")
        middle = scaled.mid().floor().unique_fmpz()
        assert middle is not None
        return Fraction(int(middle), 1 << FINE)


FINE, CLOSE = 200, Fraction(1, 1 << 100)
"""The bits of an exponent that is not rational, and the distance from which on two exponents are not the same."""

ZERO, ONE = Known(None, fmpq(0)), Known(None, fmpq(1))


def known(x: int | float | Exponent | fmpq) -> Known:
    """The exact value of a number."""
    if isinstance(x, float):
        return Known(None, fmpq(*x.as_integer_ratio()))
    return Known(None, fmpq(x.numerator, x.denominator) if isinstance(x, Fraction) else fmpq(x))


def pi() -> Known:
    """The circle constant."""
    return Known(arb.pi(), None, lambda: forms.PI)


def opaque(name: str, x: Known, ball: arb) -> Known:
    """A number in this ball, named by what it is made of."""
    return finite(Known.of(ball, partial(forms.opaque, name), x))


def applied(name: str, x: Known) -> Known:
    """A function of one constant inside its domain; `Undecided` where its ball comes out unknown."""
    formed = _FORMS.get(name) or partial(_OF_SIGN.get(name) or partial(forms.odd, name), sign=x.seen_sign())
    return finite(Known.of(getattr(BALLS, name)(x.ball), formed, x))


def finite(x: Known) -> Known:
    """x; `Undecided` where its ball is not known."""
    if x.ratio is None and not x.ball.is_finite():
        raise Undecided("a value")
    return x


_FORMS: dict[str, Formed] = {
    "exp": forms.exponential,
    "log": forms.logarithm,
    **{name: partial(forms.opaque, name) for name in ("gamma", "lgamma", "digamma", "trigamma")},
}


_OF_SIGN: dict[str, Formed] = {"sin": forms.sine, "cos": forms.cosine}
"""Functions of a number whose sign helps, if it is known; all others are odd."""


def _dyadic(ball: arb) -> fmpq | None:
    """The number that an exact ball is, where it is not too long."""
    top, shift = ball.man_exp()
    if abs(shift) + top.bit_length() > forms.LARGEST:
        return None
    return fmpq(top) * fmpq(2) ** int(shift)


def _of_ratio(ratio: fmpq) -> Known:
    return Known(arb(ratio), None) if ratio.height_bits() > forms.LARGEST else Known(None, ratio)
