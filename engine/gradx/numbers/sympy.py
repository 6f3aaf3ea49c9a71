"""The table read in SymPy: numbers are expressions over real symbols.

Only SymPy's own process imports this. A literal that is not a short binary fraction (0.1, 1e300) and the literals `pi`
and `e` are positive symbols, so that SymPy neither rounds them nor takes them for the decimal they are written as;
`literals` says what each of them stands for. Operations on constants are exact, up to `MAX_BITS`.
"""

from __future__ import annotations

import math
from fractions import Fraction

from sympy import (
    Abs,
    Eq,
    Expr,
    Float,
    Function,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Max,
    Min,
    Ne,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    ceiling,
    cos,
    cosh,
    digamma,
    erf,
    exp,
    floor,
    gamma,
    log,
    loggamma,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    trigamma,
)

from gradx.numbers import Relation

MAX_BITS = 10_000
"""An exact constant with more bits than this is refused."""

MAX_GAMMA = 500
"""Gamma and its kin of a number further from zero would be written out as an exact number."""

_SHORT = 1 << 53
_RELATIONS = {"<": Lt, "<=": Le, ">": Gt, ">=": Ge, "==": Eq, "!=": Ne}


class TooLargeError(ArithmeticError):
    """A constant too large to be held exactly."""


class cbrt(Function):  # type: ignore[misc]  # noqa: N801 - SymPy's functions are classes, and lower case
    """The real cube root; SymPy's own `cbrt` is complex below zero."""

    is_extended_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        """By the inverse function theorem, for root^3 = x."""
        return 1 / (3 * self**2)


class RealAbs(Abs):  # type: ignore[misc]
    """|x| for an x that SymPy does not know to be real (`log(x)`), differentiated as if it did."""

    def _eval_derivative(self, x: Symbol) -> Expr:
        return sign(self.args[0]) * self.args[0].diff(x)


class Floor(floor):  # type: ignore[misc]
    """SymPy's floor with the slope that it has between its jumps; SymPy has none."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return S.Zero


class Ceiling(ceiling):  # type: ignore[misc]
    """SymPy's ceiling with the slope that it has between its jumps."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return S.Zero


class SymbolicArithmetic:
    """Arithmetic over `sympy.Expr`. `literals` holds, for each literal that became a symbol, its value."""

    def __init__(self) -> None:
        self.literals: dict[Symbol, float] = {}

    def literal(self, x: float, label: str | None = None) -> Expr:
        """The binary64 number `x`, written `label` if that is not None."""
        if not math.isfinite(x):
            raise TooLargeError
        numerator, denominator = x.as_integer_ratio()
        if label is None and abs(numerator) <= _SHORT and denominator <= 1 << 10:
            return Rational(numerator, denominator)
        if x < 0:
            return -self.literal(-x)
        symbol = Symbol(label or repr(x), positive=True)
        self.literals[symbol] = x
        return symbol

    def number(self, x: float) -> Expr:
        return self.literal(x)

    def freed(self, x: Expr) -> Expr:
        """`x` with literals for the floats that a rule brought in by `0.5 * x`."""
        floats = x.atoms(Float)
        return x.xreplace({f: self.literal(float(f)) for f in floats}) if floats else x

    def pi(self) -> Expr:
        return pi

    def where(self, relation: Relation, left: Expr, right: Expr, then: Expr, otherwise: Expr) -> Expr:
        return Piecewise((then, _RELATIONS[relation](left, right)), (otherwise, True))

    def divide(self, x: Expr, y: Expr) -> Expr:
        return x / y

    def modulo(self, x: Expr, y: Expr) -> Expr:
        return x - y * Floor(x / y)

    def power(self, x: Expr, y: Expr) -> Expr:
        coefficient = x.as_coeff_Mul()[0]
        if y.is_Rational and coefficient.is_Rational:
            _refuse_huge_power(coefficient, y)
        return Pow(x, y)

    def maximum(self, *xs: Expr) -> Expr:
        return Max(*xs)

    def minimum(self, *xs: Expr) -> Expr:
        return Min(*xs)

    def absolute(self, x: Expr) -> Expr:
        return Abs(x) if x.is_extended_real else RealAbs(x)

    def sign(self, x: Expr) -> Expr:
        return sign(x)

    def floor(self, x: Expr) -> Expr:
        return Floor(x)

    def ceil(self, x: Expr) -> Expr:
        return Ceiling(x)

    def exp(self, x: Expr) -> Expr:
        return exp(x)

    def expm1(self, x: Expr) -> Expr:
        return exp(x) - 1

    def log(self, x: Expr) -> Expr:
        return log(x)

    def log2(self, x: Expr) -> Expr:
        return log(x) / log(2)

    def log10(self, x: Expr) -> Expr:
        return log(x) / log(10)

    def log1p(self, x: Expr) -> Expr:
        return log(1 + x)

    def sqrt(self, x: Expr) -> Expr:
        return sqrt(x)

    def cbrt(self, x: Expr) -> Expr:
        return cbrt(x)

    def sin(self, x: Expr) -> Expr:
        return sin(x)

    def cos(self, x: Expr) -> Expr:
        return cos(x)

    def tan(self, x: Expr) -> Expr:
        return tan(x)

    def asin(self, x: Expr) -> Expr:
        return asin(x)

    def acos(self, x: Expr) -> Expr:
        return acos(x)

    def atan(self, x: Expr) -> Expr:
        return atan(x)

    def atan2(self, y: Expr, x: Expr) -> Expr:
        return atan2(y, x)

    def sinh(self, x: Expr) -> Expr:
        return sinh(x)

    def cosh(self, x: Expr) -> Expr:
        return cosh(x)

    def tanh(self, x: Expr) -> Expr:
        return tanh(x)

    def asinh(self, x: Expr) -> Expr:
        return asinh(x)

    def acosh(self, x: Expr) -> Expr:
        return acosh(x)

    def atanh(self, x: Expr) -> Expr:
        return atanh(x)

    def hypot(self, *xs: Expr) -> Expr:
        return sqrt(sum(x**2 for x in xs))

    def logaddexp(self, x: Expr, y: Expr) -> Expr:
        return log(exp(x) + exp(y))

    def sinc_slope(self, x: Expr) -> Expr:
        return (cos(x) - sin(x) / x) / x

    def sigmoid(self, x: Expr) -> Expr:
        return 1 / (1 + exp(-x))

    def softplus(self, x: Expr) -> Expr:
        return log(1 + exp(x))

    def erf(self, x: Expr) -> Expr:
        return erf(x)

    def erfc(self, x: Expr) -> Expr:
        return 1 - erf(x)

    def gamma(self, x: Expr) -> Expr:
        return gamma(_modest(x))

    def lgamma(self, x: Expr) -> Expr:
        return loggamma(_modest(x))

    def digamma(self, x: Expr) -> Expr:
        return digamma(_modest(x))

    def trigamma(self, x: Expr) -> Expr:
        return trigamma(_modest(x))


def written(x: float) -> Rational:
    """The number that the shortest decimal for `x` says: 1/10 for 0.1."""
    decimal = Fraction(repr(x))
    return Rational(decimal.numerator, decimal.denominator)


def _refuse_huge_power(base: Rational, exponent: Rational) -> None:
    if base in (0, 1, -1):
        return
    bits = max(abs(int(base.p)).bit_length(), int(base.q).bit_length())
    if bits * abs(Fraction(int(exponent.p), int(exponent.q))) > MAX_BITS:
        raise TooLargeError


def _modest(x: Expr) -> Expr:
    if x.is_Rational and abs(x) > Integer(MAX_GAMMA):
        raise TooLargeError
    return x
