"""The table read in SymPy: numbers are expressions over real symbols.

Only SymPy's own process imports this. A literal that is not a short binary fraction (0.1, 1e300) and the literals `pi`
and `e` are positive symbols, so that SymPy neither rounds them nor takes them for the decimal they are written as;
`literals` says what each of them stands for. Operations on constants are exact, up to `MAX_BITS`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction

import sympy as sp
from sympy import Expr, Rational, Symbol

from gradx.numbers import Arithmetic, Relation, borrowing

MAX_BITS = 10_000
"""An exact constant with more bits than this is refused."""

MAX_GAMMA = 500
"""Gamma and its kin of a number further from zero would be written out as an exact number."""

_SHORT = 1 << 53
_RELATIONS = {"<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge, "==": sp.Eq, "!=": sp.Ne}


class TooLargeError(ArithmeticError):
    """A constant too large to be held exactly."""


class cbrt(sp.Function):  # type: ignore[misc]  # noqa: N801 - SymPy's functions are classes, and lower case
    """The real cube root; SymPy's own `cbrt` is complex below zero."""

    is_extended_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        """By the inverse function theorem, for root^3 = x."""
        return 1 / (3 * self**2)


class RealAbs(sp.Abs):  # type: ignore[misc]
    """|x| for an x that SymPy does not know to be real (`log(x)`), differentiated as if it did."""

    def _eval_derivative(self, x: Symbol) -> Expr:
        return sp.sign(self.args[0]) * self.args[0].diff(x)


FLAT = {"fdiff": lambda self, argindex=1: sp.S.Zero}
Floor, Ceiling = type("Floor", (sp.floor,), FLAT), type("Ceiling", (sp.ceiling,), FLAT)
"""SymPy's floor and ceiling with the slope that they have between their jumps; SymPy has none."""


def _modest(function: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    """Gamma or one of its kin, of a number near enough to zero."""

    def guarded(x: Expr) -> Expr:
        if x.is_Rational and abs(x) > MAX_GAMMA:
            raise TooLargeError
        return function(x)

    return guarded


@borrowing(sp, {"maximum": "Max", "minimum": "Min"})
class SymbolicArithmetic(Arithmetic[Expr]):
    """Arithmetic over `sympy.Expr`. `literals` holds, for each literal that became a symbol, its value."""

    divide = staticmethod(operator.truediv)
    floor = staticmethod(Floor)
    ceil = staticmethod(Ceiling)
    cbrt = staticmethod(cbrt)
    gamma = staticmethod(_modest(sp.gamma))
    lgamma = staticmethod(_modest(sp.loggamma))
    digamma = staticmethod(_modest(sp.digamma))
    trigamma = staticmethod(_modest(sp.trigamma))
    pi = staticmethod(lambda: sp.pi)
    erfc = staticmethod(lambda x: 1 - sp.erf(x))
    hypot = staticmethod(lambda *xs: sp.sqrt(sum(x**2 for x in xs)))
    logaddexp = staticmethod(lambda x, y: sp.log(sp.exp(x) + sp.exp(y)))
    sigmoid = staticmethod(lambda x: 1 / (1 + sp.exp(-x)))
    softplus = staticmethod(lambda x: sp.log(1 + sp.exp(x)))
    absolute = staticmethod(lambda x: sp.Abs(x) if x.is_extended_real else RealAbs(x))

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
        floats = x.atoms(sp.Float)
        return x.xreplace({f: self.literal(float(f)) for f in floats}) if floats else x

    @staticmethod
    def where(relation: Relation, left: Expr, right: Expr, then: Expr, otherwise: Expr) -> Expr:
        return sp.Piecewise((then, _RELATIONS[relation](left, right)), (otherwise, True))

    @staticmethod
    def power(x: Expr, y: Expr) -> Expr:
        coefficient = x.as_coeff_Mul()[0]
        if y.is_Rational and coefficient.is_Rational:
            _refuse_huge_power(coefficient, y)
        return sp.Pow(x, y)


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
