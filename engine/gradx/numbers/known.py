"""A constant as a proved ball together with its exact form, where it has one.

The ball decides a sign where it excludes 0, the form where it is a rational or nothing at all; what neither decides is
`Undecided`, and may be decided with more bits.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import factorial

from flint import arb, fmpq

from gradx.numbers import normal_form as forms
from gradx.numbers.balls import BALLS
from gradx.numbers.normal_form import Exponent, Form


class Undecided(Exception):
    """A comparison, or what rests on one, that is not known."""


class TooFewTerms(Undecided):
    """What an expansion of higher order may decide."""


WIDE = 1 << 14
"""No number beyond 2 to this power is asked for an integer beside it."""


class Known:
    """A constant. `ratio` where it is a rational, `form` where it has one at all."""

    __slots__ = ("_ball", "_form", "ratio")

    def __init__(self, ball: arb | None, form: Form | None, ratio: fmpq | None = None) -> None:
        self._ball = ball
        self._form = form
        self.ratio = ratio

    @staticmethod
    def of(ball: arb, form: Form | None) -> Known:
        """A constant in this ball, of this form."""
        if form is None:
            return ZERO if ball.is_zero() else Known(ball, None)
        ratio = forms.as_rational(form)
        if ratio is None and forms.is_zero(form):
            ratio = fmpq(0)
        return Known(ball, form) if ratio is None else Known(None, None, ratio)

    @property
    def ball(self) -> arb:
        if self._ball is None:
            self._ball = arb(self.ratio)
        return self._ball

    @property
    def form(self) -> Form | None:
        return self._form if self.ratio is None else forms.rational(self.ratio)

    def sign(self) -> int:
        """-1, 0 or 1; `Undecided` where neither ball nor form says it."""
        if self.ratio is not None:
            return 1 if self.ratio > 0 else -1 if self.ratio else 0
        ball = self.ball
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        if ball.is_zero():
            return 0
        raise Undecided("a sign")

    def seen_sign(self) -> int | None:
        """The sign, None where it is not known."""
        try:
            return self.sign()
        except Undecided:
            return None

    def __add__(self, other: Known) -> Known:
        if self.ratio is not None and other.ratio is not None:
            return _of_ratio(self.ratio + other.ratio)
        form = None if self.form is None or other.form is None else forms.added(self.form, other.form)
        return Known.of(self.ball + other.ball, form)

    def __sub__(self, other: Known) -> Known:
        return ZERO if self is other else self + -other

    def __neg__(self) -> Known:
        if self.ratio is not None:
            return Known(None, None, -self.ratio)
        return Known(-self.ball, None if self._form is None else forms.scaled(self._form, _MINUS))

    def __mul__(self, other: Known) -> Known:
        if self.ratio is not None and other.ratio is not None:
            return _of_ratio(self.ratio * other.ratio)
        if (self.ratio is not None and not self.ratio) or (other.ratio is not None and not other.ratio):
            return ZERO
        form = None if self.form is None or other.form is None else forms.multiplied(self.form, other.form)
        return Known.of(self.ball * other.ball, form)

    def __truediv__(self, other: Known) -> Known:
        return self * other.power(-1)

    def power(self, e: Exponent) -> Known:
        """A rational power of a number whose sign is known: below zero a whole one, at zero one above zero."""
        sign = self.sign()
        if not sign:
            return ZERO if e > 0 else ONE
        whole = e.denominator == 1
        if self.ratio is not None and whole and abs(e.numerator) * _bits(self.ratio) <= forms.LARGEST:
            return Known(None, None, self.ratio**e.numerator)
        form = None if self.form is None else forms.power(self.form, e, sign)
        if whole:
            return Known.of(BALLS.power(self.ball, arb(int(e))), form)
        few = e.denominator <= 3 and abs(e.numerator) <= 64
        power = arb(fmpq(e.numerator, e.denominator))
        return Known.of(self.ball.root(e.denominator) ** e.numerator if few else self.ball**power, form)

    def raised(self, e: Known) -> Known:
        """The power of a number above zero."""
        if e.ratio is not None:
            return self.power(forms.to_exponent(e.ratio))
        log = None if self.form is None else forms.logarithm(self.form)
        exponent = None if log is None or e.form is None else forms.multiplied(log, e.form)
        form = None if exponent is None else forms.exponential(exponent)
        return _finite(Known.of(self.ball**e.ball, form))

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
        return self.ball.contains_integer() and (self - known(self.floor())).sign() == 0

    def exponent(self) -> Exponent:
        """This number as an exponent: what is not rational, to 200 bits."""
        if self.ratio is not None:
            return forms.to_exponent(self.ratio)
        scaled = self.ball * arb(2) ** FINE
        if not (scaled.rad() < 1 and abs(self.ball) < arb(2) ** WIDE):
            raise Undecided("an exponent")
        middle = scaled.mid().floor().unique_fmpz()
        assert middle is not None
        return Fraction(int(middle), 1 << FINE)


FINE, CLOSE = 200, Fraction(1, 1 << 100)
"""The bits of an exponent that is not rational, and the distance from which on two exponents are not the same."""

_MINUS = fmpq(-1)
ZERO, ONE = Known(None, None, fmpq(0)), Known(None, None, fmpq(1))


def known(x: int | float | Exponent | fmpq) -> Known:
    """The exact value of a number."""
    if isinstance(x, float):
        return Known(None, None, fmpq(*x.as_integer_ratio()))
    return Known(None, None, fmpq(x.numerator, x.denominator) if isinstance(x, Fraction) else fmpq(x))


def pi() -> Known:
    """The circle constant."""
    return Known(arb.pi(), forms.PI)


def opaque(name: str, x: Known, ball: arb) -> Known:
    """A number in this ball, named by what it is made of."""
    return _finite(Known.of(ball, None if x.form is None else forms.opaque(name, x.form)))


def applied(name: str, x: Known) -> Known:
    """A function of one constant inside its domain; `Undecided` where its ball comes out unknown."""
    form = x.form
    exact = None if form is None else _FORMS[name](form, x.seen_sign())
    if exact is not None:
        ratio = forms.as_rational(exact)
        if ratio is not None:
            return Known(None, None, ratio)
    return _finite(Known.of(getattr(BALLS, name)(x.ball), exact))


def _of_ratio(ratio: fmpq) -> Known:
    return Known(arb(ratio), None) if forms.too_large(ratio) else Known(None, None, ratio)


def _bits(ratio: fmpq) -> int:
    return max(int(ratio.p.bit_length()), int(ratio.q.bit_length()))


def _finite(x: Known) -> Known:
    if not x.ball.is_finite():
        raise Undecided("a value")
    return x


def _plus(form: Form | None, q: int) -> Form | None:
    return None if form is None else forms.added(form, forms.rational(fmpq(q)))


def _erfc(form: Form, sign: int | None) -> Form | None:
    found = forms.odd("erf", form, sign)
    return None if found is None else _plus(forms.scaled(found, _MINUS), 1)


def _gamma(form: Form, sign: int | None) -> Form | None:
    ratio = forms.as_rational(form)
    if ratio is not None and ratio.q == 1 and 0 < ratio <= 25:
        return forms.rational(fmpq(factorial(int(ratio.p) - 1)))
    return forms.opaque("gamma", form)


def _lgamma(form: Form, sign: int | None) -> Form | None:
    ratio = forms.as_rational(form)
    if ratio is not None and ratio.q == 1 and 0 < ratio <= 25:
        gamma = _gamma(form, sign)
        return None if gamma is None else forms.logarithm(gamma)
    return forms.opaque("lgamma", form)


def _log(form: Form, sign: int | None) -> Form | None:
    return forms.logarithm(form) if sign == 1 else None


def _of_one_plus(form: Form, sign: int | None) -> Form | None:
    shifted = _plus(form, 1)
    return forms.logarithm(shifted) if shifted else shifted


def _expm1(form: Form, sign: int | None) -> Form | None:
    return _plus(forms.exponential(form), -1)


def _exp(form: Form, sign: int | None) -> Form | None:
    return forms.exponential(form)


def _cosine(form: Form, sign: int | None) -> Form | None:
    return forms.cosine(form if sign != -1 else forms.scaled(form, _MINUS))


_FORMS: dict[str, Callable[[Form, int | None], Form | None]] = {
    "exp": _exp, "expm1": _expm1, "log": _log, "log1p": _of_one_plus, "sin": forms.sine, "cos": _cosine,
    "asin": forms.arc_sine, "atan": forms.arc_tangent, "erf": partial(forms.odd, "erf"), "erfc": _erfc,
    "gamma": _gamma, "lgamma": _lgamma,
    "digamma": lambda form, sign: forms.opaque("digamma", form),
    "trigamma": lambda form, sign: forms.opaque("trigamma", form),
}  # fmt: skip
