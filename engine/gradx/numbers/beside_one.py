"""Numbers next to 1 or -1 that know what they lack, in an mpmath context.

tanh(20000) is 1 to 17,000 digits, and not 1: its inverse is 20000, its floor is 0. Such a number is the mpf that it
rounds to, and keeps the difference to ±1 beside it. It stays one in sums with what is small, in products with its kind
and beside 1; the functions of `SEEING` see what is beside it, and for all else it is the mpf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from mpmath import mpf
    from mpmath.ctx_mp import MPContext

SEEING = frozenset((
    "number", "pi", "where", "divide", "power", "maximum", "minimum", "absolute", "sign", "floor", "ceil", "sqrt",
    "log", "log2", "log10", "log1p", "asin", "acos", "acosh", "atanh", "gamma", "digamma", "trigamma",
))  # fmt: skip
"""The functions of an arithmetic that go by what a number lacks to ±1."""


SEEING_BY_ONE = frozenset(("modulo",))
"""These do where the other argument is ±1."""


class BesideOne:
    """sign·(1 - rest), with sign 1 or -1 and a rest that may be below 0; a base of the classes of `kind`."""

    context: ClassVar[MPContext]
    plain: ClassVar[type[mpf]]
    _mpf_: tuple[int, int, int, int]
    rest: mpf
    sign: int

    @classmethod
    def made(cls, rest: mpf, sign: int = 1) -> mpf:
        """sign·(1 - rest); a plain number where half of the digits show the rest."""
        if not cls.is_small(rest):
            return sign * (1 - rest)
        number = object.__new__(cls)
        number._mpf_ = (sign * (1 - rest))._mpf_
        number.rest, number.sign = rest, sign
        return number

    @classmethod
    def is_small(cls, x: mpf) -> bool:
        return bool(x) and cls.context.mag(x) < -cls.context.prec // 2

    def __neg__(self) -> mpf:
        return self.made(self.rest, -self.sign)

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> mpf:
        return self.made(self.rest)

    def __add__(self, other: mpf) -> mpf:
        sign = self.sign
        if type(other) is type(self):
            return sign * (other.rest - self.rest) if other.sign != sign else self.plain.__add__(self, other)
        if other == -sign:
            return -sign * self.rest
        if self.is_small(self.plain(other)):
            return self.made(self.rest - sign * other, sign)
        return self.plain.__add__(self, other) if other else self

    def __sub__(self, other: mpf) -> mpf:
        return self + -other

    def __rsub__(self, other: mpf) -> mpf:
        return -self + other

    def __mul__(self, other: mpf) -> mpf:
        if type(other) is type(self):
            return self.made(self.rest + other.rest - self.rest * other.rest, self.sign * other.sign)
        if other in (1, -1):
            return self if other == 1 else -self
        return self.plain.__mul__(self, other)

    def __truediv__(self, other: mpf) -> mpf:
        if type(other) is type(self):
            return self.made((self.rest - other.rest) / (1 - other.rest), self.sign * other.sign)
        return self * other if other in (1, -1) else self.plain.__truediv__(self, other)

    def __rtruediv__(self, other: mpf) -> mpf:
        inverse = self.made(-self.rest / (1 - self.rest), self.sign)
        return inverse if other == 1 else inverse * other

    def __eq__(self, other: object) -> bool:
        return bool(self - other == 0) if self._is_near(other) else bool(self.plain(self) == other)

    def __lt__(self, other: mpf) -> bool:
        return bool(self - other < 0) if self._is_near(other) else self.plain.__lt__(self, other)

    def __le__(self, other: mpf) -> bool:
        return bool(self - other <= 0) if self._is_near(other) else self.plain.__le__(self, other)

    def __gt__(self, other: mpf) -> bool:
        return bool(self - other > 0) if self._is_near(other) else self.plain.__gt__(self, other)

    def __ge__(self, other: mpf) -> bool:
        return bool(self - other >= 0) if self._is_near(other) else self.plain.__ge__(self, other)

    def _is_near(self, other: object) -> bool:
        return type(other) is type(self) or other in (1, -1)

    def __hash__(self) -> int:
        return hash(self._mpf_)

    __radd__, __rmul__ = __add__, __mul__


def kind(context: MPContext) -> type[BesideOne]:
    """The class of these numbers in a context: an mpf there."""
    return type("mpf", (BesideOne, context.mpf), {"plain": context.mpf})


def extent(x: mpf) -> mpf:
    """What the digits of a number are spent on: of one of these what it lacks."""
    return x.rest if isinstance(x, BesideOne) else x


def asin(c: MPContext, x: BesideOne) -> mpf:
    return x.sign * (c.pi / 2 - _arc(c, x))


def acos(c: MPContext, x: BesideOne) -> mpf:
    return _arc(c, x) if x.sign > 0 else c.pi - _arc(c, x)


def _arc(c: MPContext, x: BesideOne) -> mpf:
    """acos(1 - rest), from (1 - cos t)/2 = sin(t/2)²."""
    return 2 * c.asin(c.sqrt(x.rest / 2)) if x.rest > 0 else c.nan


def acosh(c: MPContext, x: BesideOne) -> mpf:
    """Of 1 + s, log(1 + s + sqrt(s(2 + s)))."""
    over = -x.rest
    return c.log1p(over + c.sqrt(over * (2 + over))) if x.sign > 0 and over > 0 else c.nan


def atanh(c: MPContext, x: BesideOne) -> mpf:
    return x.sign * c.ln((2 - x.rest) / x.rest) / 2 if x.rest > 0 else c.nan


def log(c: MPContext, x: BesideOne) -> mpf:
    return c.log1p(-x.rest) if x.sign > 0 else c.nan


def log1p(c: MPContext, x: BesideOne) -> mpf:
    return c.ln(x.rest) if x.sign < 0 < x.rest else c.log1p(x) if x.sign > 0 else c.nan


def power(c: MPContext, x: BesideOne, y: mpf) -> mpf:
    """(1 - rest)^y; of a number next to -1 where y is whole."""
    odd = x.sign < 0 and y % 2 == 1
    if x.sign < 0 and y != c.floor(y):
        return c.nan
    return x.made(-c.expm1(y * c.log1p(-x.rest)), -1 if odd else 1)


def floor(c: MPContext, x: BesideOne) -> mpf:
    return c.mpf(x.sign - 1 if x.sign * x.rest > 0 else x.sign)


def ceil(c: MPContext, x: BesideOne) -> mpf:
    return c.mpf(x.sign if x.sign * x.rest > 0 else x.sign + 1)
