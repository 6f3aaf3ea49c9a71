"""The table read in complex balls (Arb's `acb`), where it is analytic.

A finite result says that the function is analytic on the whole ball, and real where the ball is; a ball that meets a
cut, a pole, a kink, a jump or a branch gives `nan`. Which branch is taken, the real parts decide: the ball lies around
a stretch of the real line, and what is taken all along it goes on beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import truediv

from flint import acb, arb

from gradx.numbers import Bounded, Relation, borrowing
from gradx.numbers.balls import BALLS, BallFunctions

_NAN = acb(arb.nan())
_ZERO, _ONE = acb(0), acb(1)


def _where(analytic: Callable[[acb], bool], f: Callable[[acb], acb]) -> Callable[[acb], acb]:
    """`f` where it is `analytic`, `nan` where that is not seen."""
    return lambda x: f(x) if analytic(x) else _NAN


def _inside_one(x: acb) -> bool:
    return -1 < x.real < 1


def _off_cuts(x: acb) -> bool:
    """Away from the cuts that start at i and -i."""
    return (x.imag < 1 and x.imag > -1) or not x.real.contains(0)


@borrowing(acb)
class ComplexBalls(BallFunctions[acb]):
    """Arithmetic over `acb` at FLINT's precision of the moment. Stateless; `COMPLEX_BALLS` is the one instance."""

    number: Callable[[float], acb] = staticmethod(lambda x: acb(x))
    is_finite: Callable[[acb], bool] = staticmethod(acb.is_finite)
    divide: Callable[[acb, acb], acb] = staticmethod(truediv)
    log: Callable[[acb], acb] = staticmethod(partial(acb.log, analytic=True))
    log1p: Callable[[acb], acb] = staticmethod(_where(lambda x: x.real > -1, acb.log1p))
    sqrt: Callable[[acb], acb] = staticmethod(partial(acb.sqrt, analytic=True))
    asin: Callable[[acb], acb] = staticmethod(_where(_inside_one, acb.asin))
    acos: Callable[[acb], acb] = staticmethod(_where(_inside_one, acb.acos))
    atan: Callable[[acb], acb] = staticmethod(_where(_off_cuts, acb.atan))
    asinh: Callable[[acb], acb] = staticmethod(_where(_off_cuts, acb.asinh))
    acosh: Callable[[acb], acb] = staticmethod(_where(lambda x: x.real > 1, acb.acosh))
    atanh: Callable[[acb], acb] = staticmethod(_where(_inside_one, acb.atanh))
    trigamma: Callable[[acb], acb] = staticmethod(lambda x: x.polygamma(acb(1)))
    pi: Callable[[], acb] = staticmethod(lambda: acb(arb.pi()))
    sign: Callable[[acb], acb] = staticmethod(
        _where(lambda x: x.is_zero() or not x.real.contains(0), lambda x: acb(x.real.sgn()))
    )

    @staticmethod
    def where(relation: Relation, left: acb, right: acb, then: acb, otherwise: acb) -> acb:
        if left is right and left.is_finite():
            return then if relation in ("<=", ">=", "==") else otherwise
        taken = BALLS.holds(relation, left.real, right.real)
        return _NAN if taken is None else then if taken else otherwise

    @staticmethod
    def inside(row: Bounded, xs: tuple[acb, ...]) -> bool | None:
        """Nothing is said of domains here: who leaves one is not analytic."""
        return True if row.domain is None else None

    @staticmethod
    def maximum(*xs: acb) -> acb:
        return reduce(lambda best, x: ComplexBalls.where(">=", best, x, best, x), xs)

    @staticmethod
    def floor(x: acb) -> acb:
        whole = x.real.floor()
        return acb(whole) if whole.is_exact() else _NAN

    @staticmethod
    def cbrt(x: acb) -> acb:
        if x.real < 0:
            return -ComplexBalls.cbrt(-x)
        return (x.log(analytic=True) / 3).exp()

    @staticmethod
    def atan2(y: acb, x: acb) -> acb:
        if x.real > 0:
            return ComplexBalls.atan(y / x)
        if y.is_zero() and x.real < 0:
            return acb(arb.pi())
        return ComplexBalls.sign(y) * (arb.pi() / 2) - ComplexBalls.atan(x / y)


COMPLEX_BALLS = ComplexBalls()  # type: ignore[abstract]
