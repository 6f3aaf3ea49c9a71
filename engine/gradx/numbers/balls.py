"""The table read in balls: real numbers, each with a proved radius (Arb, by python-flint).

What comes out encloses the exact value, whatever was rounded on the way; a comparison that the radii leave open is
neither true nor false. A number that is not known is `nan` (FLINT's), a function outside its domain too.
Source of the method: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.

FLINT's precision is a global of its own: `precision` sets it for a while. Nothing here asks for an integer of a number
whose size was not looked at before: FLINT ends the process where memory does, and raises nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, reduce
from operator import truediv
from typing import Protocol, TypeVar, cast

from flint import acb, arb, ctx

from gradx.numbers import OPPOSITE, Bounded, Ordered, Relation, borrowing, holds

MOST_BITS = 160_000
"""No more precision than this is ever asked of FLINT."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """FLINT works with so many bits inside, and with as many as before after it."""
    before = ctx.prec
    ctx.prec = min(bits, MOST_BITS)
    try:
        yield
    finally:
        ctx.prec = before


def decimal(text: str, spread: str = "0") -> arb:
    """The number that a decimal writes, and all that lie no further than `spread` from it. Its exponent must be small:
    FLINT works out the power of ten."""
    return arb(text, arb(spread))


_NAN = arb.nan()
_ZERO, _ONE = arb(0), arb(1)
B = TypeVar("B", arb, acb)
_BESSEL = arb(2.5)
"""The slope of sin(x)/x is -x/3 · 0F1(; 5/2; -x²/4) (NIST Digital Library of Mathematical Functions, 10.16.9)."""


class BallFunctions(Ordered[B], Protocol[B]):
    """What is worked out in the same way on a real and on a complex ball."""

    def power(self, x: B, y: B) -> B:
        if x.real > 0 or (y.is_exact() and y.imag.is_zero() and y.real.is_integer()):
            return x**y
        return x if x.is_zero() and y.real > 0 else x / 0

    def hypot(self, *xs: B) -> B:
        others = [x for x in xs if not x.is_zero()]
        if len(others) < 2:
            return self.absolute(others[0]) if others else self.number(0.0)
        return self._root(sum((x * x for x in others), self.number(0.0)))

    def _root(self, x: B) -> B:
        """The square root of a sum of squares."""
        return self.sqrt(x)

    def sigmoid(self, x: B) -> B:
        if x.real >= 0:
            return 1 / ((-x).exp() + 1)
        small = x.exp()
        return small / (small + 1)

    def softplus(self, x: B) -> B:
        return x + self.log1p((-x).exp()) if x.real >= 0 else self.log1p(x.exp())

    def lgamma(self, x: B) -> B:
        if x.real > 0:
            return x.lgamma()
        # Γ(x) Γ(1 - x) = π/sin(πx), and |sin(πx)| is ±sin(πx) between two poles
        return self.log(self.pi() / self.absolute(x.sin_pi())) - (1 - x).lgamma()


@borrowing(arb, {"sign": "sgn"})
class Balls(BallFunctions[arb]):
    """Arithmetic over `arb` at FLINT's precision of the moment. Stateless; `BALLS` is the one instance needed."""

    number: Callable[[float], arb] = staticmethod(arb)
    log2: Callable[[arb], arb] = staticmethod(lambda x: x.log_base(2))
    log10: Callable[[arb], arb] = staticmethod(lambda x: x.log_base(10))
    divide: Callable[[arb, arb], arb] = staticmethod(truediv)
    is_finite: Callable[[arb], bool] = staticmethod(arb.is_finite)

    @staticmethod
    def holds(relation: Relation, left: arb, right: arb) -> bool | None:
        """Whether `left relation right`; None where the radii leave it open."""
        if left is right and left.is_finite():
            return relation in ("<=", ">=", "==")
        return True if holds(relation, left, right) else False if holds(OPPOSITE[relation], left, right) else None

    def where(self, relation: Relation, left: arb, right: arb, then: arb, otherwise: arb) -> arb:
        taken = self.holds(relation, left, right)
        if taken is None:
            return then if then is otherwise else then.union(otherwise)
        return then if taken else otherwise

    def inside(self, row: Bounded, xs: tuple[arb, ...]) -> bool | None:
        """Whether `xs` lie in the domain of `row`; None where the radii leave it open."""
        if row.domain is None:
            return True
        if not all(x.is_finite() for x in xs):
            return None
        assert row.boundaries is not None
        distances = cast("tuple[arb, ...]", row.boundaries(self, *xs))
        if all(not b.contains(_ZERO) or b.is_zero() for b in distances if not b.is_nan()):
            return row.domain.holds(self, *xs)
        return True if row.domain.holds(self, *xs) else None

    def power(self, x: arb, y: arb) -> arb:
        # FLINT finds no whole power of a real ball around 0, and finds that of a complex one.
        around_zero = not x.is_exact() and x.mid().is_zero() and y.is_integer()
        return (acb(x) ** acb(y)).real if around_zero else super().power(x, y)

    @staticmethod
    def maximum(*xs: arb) -> arb:
        return reduce(lambda best, x: best if x is best or best >= x else x if x >= best else best.max(x), xs)

    @staticmethod
    def minimum(*xs: arb) -> arb:
        return reduce(lambda best, x: best if x is best or best <= x else x if x <= best else best.min(x), xs)

    @staticmethod
    def absolute(x: arb) -> arb:
        return x if x >= 0 else abs(x)

    @staticmethod
    def cbrt(x: arb) -> arb:
        if x >= 0 or x <= 0:
            return x.root(3) if x >= 0 else -((-x).root(3))
        return arb(0, x.abs_upper().root(3).abs_upper()) if x.is_finite() else _NAN

    @staticmethod
    def atan2(y: arb, x: arb) -> arb:
        return arb.atan2(y, x) if not (x.contains(_ZERO) and y.contains(_ZERO)) else _NAN

    @staticmethod
    def _root(x: arb) -> arb:
        return x.nonnegative_part().sqrt()

    @staticmethod
    def sinc_slope(x: arb) -> arb:
        if abs(x) > 1:
            return (x.cos() - x.sin() / x) / x
        return -x / 3 * (-x * x / 4).hypgeom_0f1(_BESSEL)

    @staticmethod
    def trigamma(x: arb) -> arb:
        if not x < 0:
            return acb(x).polygamma(acb(1)).real
        # ψ'(x) + ψ'(1 - x) = (π/sin(πx))^2
        return (arb.pi() / x.sin_pi()) ** 2 - acb(_ONE - x).polygamma(acb(1)).real


@lru_cache(maxsize=1024)
def _typed(x: float, _bits: int) -> arb:
    """One object for one number: a comparison knows by it that both of its sides are the same, where balls alone do not
    tell."""
    if x.is_integer():
        return arb(x)
    if x == math.pi:
        return arb.pi()
    return arb.const_e() if x == math.e else arb(repr(x))


class TypedBalls(Balls):
    """Balls in which a binary64 number stands for the decimal it is written as: 0.1 is a tenth, `pi` is π."""

    number: Callable[[float], arb] = staticmethod(lambda x: _typed(x, ctx.prec))


BALLS = Balls()  # type: ignore[abstract]
TYPED_BALLS = TypedBalls()  # type: ignore[abstract]
