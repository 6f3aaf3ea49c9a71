"""The table read in complex balls (Arb's `acb`), where it is analytic.

A finite result says that the function is analytic on the whole ball, and real where the ball is; a ball that meets a
cut, a pole, a kink, a jump or a branch gives `nan`. Which branch is taken, the real parts decide: the ball lies around
a stretch of the real line, and what is taken all along it goes on beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

from gradx.numbers import Bounded, Relation
from gradx.numbers.balls import BALLS

_NAN = acb(arb.nan())
_ZERO, _ONE = acb(0), acb(1)


class ComplexBalls:
    """Arithmetic over `acb` at FLINT's precision of the moment. Stateless; `COMPLEX_BALLS` is the one instance."""

    exp: Callable[[acb], acb] = staticmethod(acb.exp)
    sin: Callable[[acb], acb] = staticmethod(acb.sin)
    cos: Callable[[acb], acb] = staticmethod(acb.cos)
    tan: Callable[[acb], acb] = staticmethod(acb.tan)
    sinh: Callable[[acb], acb] = staticmethod(acb.sinh)
    cosh: Callable[[acb], acb] = staticmethod(acb.cosh)
    tanh: Callable[[acb], acb] = staticmethod(acb.tanh)
    erf: Callable[[acb], acb] = staticmethod(acb.erf)
    erfc: Callable[[acb], acb] = staticmethod(acb.erfc)
    gamma: Callable[[acb], acb] = staticmethod(acb.gamma)
    digamma: Callable[[acb], acb] = staticmethod(acb.digamma)
    is_finite: Callable[[acb], bool] = staticmethod(acb.is_finite)

    @staticmethod
    def number(x: float) -> acb:
        return acb(x)

    @staticmethod
    def pi() -> acb:
        return acb(arb.pi())

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
    def divide(x: acb, y: acb) -> acb:
        return x / y

    @staticmethod
    def modulo(x: acb, y: acb) -> acb:
        return x - ComplexBalls.floor(x / y) * y

    @staticmethod
    def power(x: acb, y: acb) -> acb:
        if y.is_exact() and y.imag.is_zero() and y.real.is_integer():
            return _ONE if y.is_zero() else x.pow(y, analytic=True)
        if x.real > 0:
            return x.pow(y, analytic=True)
        return _ZERO if x.is_zero() and y.real > 0 else _NAN

    @staticmethod
    def maximum(*xs: acb) -> acb:
        best = xs[0]
        for x in xs[1:]:
            if x is not best:
                best = ComplexBalls.where(">=", best, x, best, x)
        return best

    @staticmethod
    def minimum(*xs: acb) -> acb:
        best = xs[0]
        for x in xs[1:]:
            if x is not best:
                best = ComplexBalls.where("<=", best, x, best, x)
        return best

    @staticmethod
    def absolute(x: acb) -> acb:
        return ComplexBalls.where(">=", x, _ZERO, x, -x)

    @staticmethod
    def sign(x: acb) -> acb:
        real = x.real
        return _ONE if real > 0 else -_ONE if real < 0 else _ZERO if x.is_zero() else _NAN

    @staticmethod
    def floor(x: acb) -> acb:
        whole = x.real.floor()
        return acb(whole) if whole.is_exact() else _NAN

    @staticmethod
    def ceil(x: acb) -> acb:
        whole = x.real.ceil()
        return acb(whole) if whole.is_exact() else _NAN

    @staticmethod
    def expm1(x: acb) -> acb:
        return x.expm1()

    @staticmethod
    def log(x: acb) -> acb:
        return x.log(analytic=True)

    @staticmethod
    def log2(x: acb) -> acb:
        return x.log(analytic=True) / arb(2).log()

    @staticmethod
    def log10(x: acb) -> acb:
        return x.log(analytic=True) / arb(10).log()

    @staticmethod
    def log1p(x: acb) -> acb:
        return x.log1p() if x.real > -1 else _NAN

    @staticmethod
    def sqrt(x: acb) -> acb:
        return x.sqrt(analytic=True)

    @staticmethod
    def cbrt(x: acb) -> acb:
        if x.real > 0:
            return (x.log(analytic=True) / 3).exp()
        return -(((-x).log(analytic=True) / 3).exp()) if x.real < 0 else _NAN

    @staticmethod
    def asin(x: acb) -> acb:
        return x.asin() if -1 < x.real < 1 else _NAN

    @staticmethod
    def acos(x: acb) -> acb:
        return x.acos() if -1 < x.real < 1 else _NAN

    @staticmethod
    def atan(x: acb) -> acb:
        return x.atan() if x.imag < 1 and x.imag > -1 else _NAN

    @staticmethod
    def atan2(y: acb, x: acb) -> acb:
        if x.real > 0:
            return ComplexBalls.atan(y / x)
        if y.is_zero() and x.real < 0:
            return acb(arb.pi())
        quarter = arb.pi() / 2 if y.real > 0 else -arb.pi() / 2
        return quarter - ComplexBalls.atan(x / y) if y.real > 0 or y.real < 0 else _NAN

    @staticmethod
    def asinh(x: acb) -> acb:
        return x.asinh() if x.imag < 1 and x.imag > -1 else _NAN

    @staticmethod
    def acosh(x: acb) -> acb:
        return x.acosh() if x.real > 1 else _NAN

    @staticmethod
    def atanh(x: acb) -> acb:
        return x.atanh() if -1 < x.real < 1 else _NAN

    @staticmethod
    def hypot(*xs: acb) -> acb:
        others = [x for x in xs if not x.is_zero()]
        if len(others) < 2:
            return ComplexBalls.absolute(others[0]) if others else _ZERO
        return sum((x * x for x in others), _ZERO).sqrt(analytic=True)

    @staticmethod
    def logaddexp(x: acb, y: acb) -> acb:
        return x + ComplexBalls.softplus(y - x)

    @staticmethod
    def sinc_slope(x: acb) -> acb:
        return (x.cos() - x.sin() / x) / x

    @staticmethod
    def sigmoid(x: acb) -> acb:
        if x.real >= 0:
            return _ONE / ((-x).exp() + 1)
        small = x.exp()
        return small / (small + 1)

    @staticmethod
    def softplus(x: acb) -> acb:
        if x.real >= 0:
            return x + ((-x).exp() + 1).log(analytic=True)
        small = x.exp()
        return small.log1p() if small.real > -1 else _NAN

    @staticmethod
    def lgamma(x: acb) -> acb:
        if x.real > 0:
            return x.lgamma()
        # Γ(x) Γ(1 - x) = π/sin(πx), and |sin(πx)| is ±sin(πx) between two poles
        wave = x.sin_pi()
        return (arb.pi() / ComplexBalls.absolute(wave)).log(analytic=True) - (_ONE - x).lgamma()

    @staticmethod
    def trigamma(x: acb) -> acb:
        return x.polygamma(acb(1))


COMPLEX_BALLS = ComplexBalls()
