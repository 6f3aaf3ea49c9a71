"""Rows of the table beyond those of every calculator, and what several rows say.

Roots, logarithms to any base; the hyperbolic functions that are one over another, and their inverses; activations of
neural networks; functions of probability and of signals. `gradx.table` says what a row is, and holds them all.

Source of the activations, and of what is taken at their kinks: PyTorch's documentation of torch.nn and of torch.clamp.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce

from gradx.numbers import Arithmetic, S
from gradx.primitive import POWER, Domain, Primitive, Writing, row


def above(limit: float) -> Domain:
    return Domain(f"an argument above {limit:g}", lambda m, x: bool(x > limit))


def at_least(limit: float) -> Domain:
    return Domain(f"an argument of at least {limit:g}", lambda m, x: bool(x >= limit))


NOT_ZERO = Domain("an argument other than zero", lambda m, x: bool(x != 0))
DIVISOR = Domain("a divisor other than zero", lambda m, x, y: bool(y != 0), lambda x, y: ("", "other than zero"))


def whole(m: Arithmetic[S], x: S) -> S:
    """How far x is from the nearest whole number (signed)."""
    return x - m.floor(x + 0.5)


def sech_squared(m: Arithmetic[S], faded: S) -> S:
    """1/cosh(x)^2 from e^(-2|x|): no difference of equal numbers, and no overflow."""
    return m.divide(4.0 * faded, m.power(1.0 + faded, m.number(2.0)))


_ROOTS = Domain("a root other than 0, odd and whole for what is below 0",
                lambda m, x, n: bool(x > 0 and n != 0) or bool(x == 0 and n > 0)
                or bool(x < 0 and 2.0 * m.floor(0.5 * n) + 1.0 == n),
                lambda x, n: ("", "other than zero") if n == 0 else
                ("other than zero", "above 0") if x == 0 else ("above 0", "an odd whole number"))  # fmt: skip
_BASES = Domain("a first argument above 0, and a base above 0 that is not 1",
                lambda m, x, b: bool(x > 0 and b > 0 and b != 1),
                lambda x, b: ("above 0", "") if x <= 0 else ("", "above 0 and other than 1"))  # fmt: skip
_WEIGHED = Domain("a second argument above 0, or two that are 0",
                  lambda m, x, y: bool(y > 0) or bool(x == 0 and y == 0), lambda x, y: ("", "above 0"))  # fmt: skip


def _root(m: Arithmetic[S], x: S, n: S) -> S:
    """The real root; not a number for a root of number 0, and below 0 for one that is not odd and whole."""
    exponent = m.divide(m.number(1.0), n)
    half = 0.5 * (n - 1.0)
    odd = m.floor(half) - m.ceil(half) + 1.0
    below = -m.divide(m.power(-x, exponent), odd)
    return m.where("<", x, m.number(0.0), below, m.power(x, exponent)) + 0.0 * exponent


def _xlogy(m: Arithmetic[S], x: S, y: S) -> S:
    """x·log(y), 0 where both are 0."""
    zero = m.number(0.0)
    return m.where("==", y, zero, m.where("==", x, zero, zero, m.log(y)), x * m.log(y))


# fmt: off
POWERS: tuple[Primitive, ...] = (
    row("exp2", lambda m, x: m.power(m.number(2.0), x), lambda m, v, x: v * m.log(m.number(2.0)),
         latex=Writing("2^{{{}}}", POWER)),
    row("exp10", lambda m, x: m.power(m.number(10.0), x), lambda m, v, x: v * m.log(m.number(10.0)),
         latex=Writing("10^{{{}}}", POWER)),
    row("root", _root,
         lambda m, v, x, n: m.divide(m.number(1.0), n * m.power(v, n - 1.0)),
         lambda m, v, x, n: m.where("==", x, m.number(0.0), m.number(0.0),
                                    -m.divide(v * m.log(m.absolute(x)), m.power(n, m.number(2.0)))),
         written=(lambda m, v, x, n: m.divide(v, n * x),
                  lambda m, v, x, n: -m.divide(v * m.log(m.absolute(x)), m.power(n, m.number(2.0)))),
         names=("nthroot",), shared_name=True, domain=_ROOTS, latex=Writing(r"\sqrt[{1}]{{{0}}}"),
         boundaries=lambda m, x, n: (x, n, m.where("<", x, m.number(0.0), whole(m, 0.5 * (n - 1.0)), m.number(1.0))),
         sample=((0.2, 4.0), (1.5, 6.0))),
    row("logb", lambda m, x, b: m.divide(m.log(x), m.log(b)) + 0.0 * m.log(b),  # no number for base 0
         lambda m, v, x, b: m.divide(m.number(1.0), x * m.log(b)),
         lambda m, v, x, b: -m.divide(v, b * m.log(b)),
         shared_name=True, domain=_BASES, boundaries=lambda m, x, b: (x, b, b - 1.0), sample=((0.1, 4.0), (1.5, 6.0)),
         text=Writing("log({})"), latex=Writing(r"\log_{{{1}}}\left({0}\right)")),
    row("xlogy", _xlogy,
         lambda m, v, x, y: m.log(y),
         lambda m, v, x, y: m.where("==", y, m.number(0.0), m.number(0.0), m.divide(x, y)),
         written=(None, lambda m, v, x, y: m.divide(x, y)),
         domain=_WEIGHED, boundaries=lambda m, x, y: (y,), sample=((-3.0, 3.0), (0.1, 4.0))),
    row("logaddexp", lambda m, x, y: m.logaddexp(x, y),
         lambda m, v, x, y: m.sigmoid(x - y), lambda m, v, x, y: m.sigmoid(y - x)),
)
# fmt: on


_HALF_OPEN = Domain("an argument above 0 and of at most 1", lambda m, x: bool(0 < x <= 1))
_BEYOND = Domain("an argument below -1 or above 1", lambda m, x: bool(x < -1 or x > 1))

# fmt: off
HYPERBOLIC: tuple[Primitive, ...] = (
    row("sech", lambda m, x: m.divide(m.number(1.0), m.cosh(x)), lambda m, v, x: -(v * m.tanh(x))),
    row("csch", lambda m, x: m.divide(m.number(1.0), m.sinh(x)), lambda m, v, x: -m.divide(v, m.tanh(x)),
         domain=NOT_ZERO, boundaries=lambda m, x: (x,), sample=((0.1, 3.0),)),
    row("coth", lambda m, x: m.divide(m.number(1.0), m.tanh(x)),
         lambda m, v, x: -m.power(m.divide(m.number(1.0), m.sinh(x)), m.number(2.0)),
         written=(lambda m, v, x: -m.divide(m.number(1.0), m.power(m.sinh(x), m.number(2.0))),),
         domain=NOT_ZERO, boundaries=lambda m, x: (x,), sample=((0.1, 3.0),), latex=r"\coth\left({}\right)"),
    row("asech", lambda m, x: m.log1p(m.divide(1.0 - x + m.sqrt((1.0 - x) * (1.0 + x)), x)),  # acosh(1/x)
         lambda m, v, x: -m.divide(m.number(1.0), x * m.sqrt((1.0 - x) * (1.0 + x))), names=("arcsech", "arsech"),
         written=(lambda m, v, x: -m.divide(m.number(1.0), x * m.sqrt(1.0 - m.power(x, m.number(2.0)))),),
         domain=_HALF_OPEN, boundaries=lambda m, x: (x, 1.0 - x), sample=((0.1, 0.9),)),
    row("acsch", lambda m, x: m.asinh(m.divide(m.number(1.0), x)),
         lambda m, v, x: -m.divide(m.number(1.0), m.absolute(x) * m.hypot(x, m.number(1.0))),
         names=("arccsch", "arcsch"),
         written=(lambda m, v, x: -m.divide(m.number(1.0),
                                            m.absolute(x) * m.sqrt(m.power(x, m.number(2.0)) + 1.0)),),
         domain=NOT_ZERO, boundaries=lambda m, x: (x,), sample=((0.1, 3.0),)),
    row("acoth", lambda m, x: m.where(">", x, m.number(0.0),  # atanh(1/x), which loses digits beside 1 and -1
                                      0.5 * m.log1p(m.divide(m.number(2.0), x - 1.0)),
                                      -0.5 * m.log1p(m.divide(m.number(-2.0), x + 1.0))),
         lambda m, v, x: -m.divide(m.divide(m.number(1.0), x - 1.0), x + 1.0), names=("arccoth", "arcoth"),
         written=(lambda m, v, x: m.divide(m.number(1.0), 1.0 - m.power(x, m.number(2.0))),),
         domain=_BEYOND, boundaries=lambda m, x: (x - 1.0, x + 1.0), sample=((1.1, 4.0),)),
)
# fmt: on


_SELU_SCALE = 1.0507009873554805
_SELU_BELOW = 1.7580993408473768
"""λ and λ·α of Klambauer, Unterthiner, Mayr, Hochreiter: Self-normalizing neural networks, 2017."""

# fmt: off
NEURONS: tuple[Primitive, ...] = (
    row("elu", lambda m, x: m.where(">", x, m.number(0.0), x, m.expm1(x)),
         lambda m, v, x: m.where(">", x, m.number(0.0), m.number(1.0), m.exp(x)), boundaries=lambda m, x: (x,)),
    row("selu", lambda m, x: m.where(">", x, m.number(0.0), _SELU_SCALE * x, _SELU_BELOW * m.expm1(x)),
         lambda m, v, x: m.where(">", x, m.number(0.0), m.number(_SELU_SCALE), _SELU_BELOW * m.exp(x)),
         boundaries=lambda m, x: (x,), convention="selu'(0) = 1.7580993"),
    row("mish", lambda m, x: x * m.tanh(m.softplus(x)),
         lambda m, v, x: m.tanh(m.softplus(x))
         + x * m.sigmoid(x) * sech_squared(m, m.exp(-2.0 * m.softplus(x))),
         written=(lambda m, v, x: m.tanh(m.softplus(x))
                  + x * m.sigmoid(x) * (1.0 - m.power(m.tanh(m.softplus(x)), m.number(2.0))),)),
    row("softsign", lambda m, x: m.divide(x, 1.0 + m.absolute(x)),
         lambda m, v, x: m.divide(m.number(1.0), m.power(1.0 + m.absolute(x), m.number(2.0))),
         boundaries=lambda m, x: (x,)),
    row("logsigmoid", lambda m, x: -m.softplus(-x), lambda m, v, x: m.sigmoid(-x)),
    row("hardtanh", lambda m, x: m.maximum(m.number(-1.0), m.minimum(m.number(1.0), x)),
         lambda m, v, x: m.where("<", m.absolute(x), m.number(1.0), m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x: (x + 1.0, x - 1.0), convention="slope 0 at either end",
         linear=True, exact=True, piecewise=True),
    row("relu6", lambda m, x: m.minimum(m.number(6.0), m.maximum(m.number(0.0), x)),
         lambda m, v, x: m.where("<", m.absolute(x - 3.0), m.number(3.0), m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x: (x, x - 6.0), convention="slope 0 at either end",
         linear=True, exact=True, piecewise=True, sample=((-3.0, 9.0),)),
    row("clip", lambda m, x, lo, hi: m.minimum(m.maximum(x, lo), hi),
         lambda m, v, x, lo, hi: m.where("<", x, lo, m.number(0.0),
                                         m.where("<=", x, hi, m.number(1.0), m.number(0.0))),
         lambda m, v, x, lo, hi: m.where("<", x, lo, m.where("<=", lo, hi, m.number(1.0), m.number(0.0)),
                                         m.number(0.0)),
         lambda m, v, x, lo, hi: m.where(">", m.maximum(x, lo), hi, m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x, lo, hi: (x - lo, m.maximum(x, lo) - hi), convention="the slope of the first argument",
         names=("clamp",), shared_name=True, linear=True, exact=True, piecewise=True),
)
# fmt: on


# fmt: off
OF_BUNDLES: tuple[Primitive, ...] = (
    row("norm", lambda m, *xs: m.hypot(*xs),
         together=lambda m, v, *xs: [m.where("==", v, m.number(0.0), m.number(0.0), m.divide(x, v)) for x in xs],
         written=lambda m, v, *xs: [m.divide(x, v) for x in xs],
         boundaries=lambda m, *xs: (m.hypot(*xs),), convention="slope 0 where all entries are 0"),
    row("logsumexp", lambda m, *xs: reduce(m.logaddexp, xs),
         together=lambda m, v, *xs: [m.exp(x - v) for x in xs]),
)
# fmt: on
"""Rows that a program reaches through a bundle alone: `norm(x)` of a vector works on all of its entries."""


# fmt: off
SPECIAL: tuple[Primitive, ...] = (
    row("sinc", lambda m, x: m.where("==", x, m.number(0.0), m.number(1.0), m.divide(m.sin(x), x)),
         lambda m, v, x: m.sinc_slope(x), boundaries=lambda m, x: (x,),
         written=(lambda m, v, x: m.divide(m.cos(x) - v, x),)),
    row("erfc", lambda m, x: m.erfc(x),
         lambda m, v, x: -m.divide(2.0 * m.exp(-m.power(x, m.number(2.0))), m.sqrt(m.pi()))),
    row("normcdf", lambda m, x: 0.5 * m.erfc(-m.divide(x, m.sqrt(m.number(2.0)))),
         lambda m, v, x: m.divide(m.exp(-0.5 * m.power(x, m.number(2.0))), m.sqrt(2.0 * m.pi())),
         latex=r"\Phi\left({}\right)"),
    row("fmod", lambda m, x, y: m.where("<", x, m.number(0.0), -m.modulo(-x, m.absolute(y)),
                                        m.modulo(x, m.absolute(y))),
         lambda m, v, x, y: m.number(1.0),
         lambda m, v, x, y: -(m.sign(m.divide(x, y)) * m.floor(m.absolute(m.divide(x, y)))),
         domain=DIVISOR, boundaries=lambda m, x, y: (y, whole(m, m.divide(x, y)) * y),
         convention="the slope on the side without the jump", linear=True, jumps=True,
         sample=((0.1, 0.9), (1.1, 3.0))),
)
# fmt: on


# fmt: off
INNER: tuple[Primitive, ...] = (
    row("sinc_slope", lambda m, x: m.sinc_slope(x),
         lambda m, v, x: m.where("==", x, m.number(0.0), m.divide(m.number(-1.0), m.number(3.0)),
                                 -(m.divide(m.sin(x), x) + 2.0 * m.divide(v, x)))),
)
# fmt: on
"""Functions that rules need and programs cannot call: their own rules, for second derivatives."""


def _crosswise(xs: Sequence[S]) -> list[S]:
    half = len(xs) // 2
    return [*xs[half:], *xs[:half]]


PRODUCTS_SUMMED: Primitive = row(
    "inner", lambda m, *xs: reduce(lambda total, more: total + more, map(operator.mul, xs, xs[len(xs) // 2 :])),
    together=lambda m, v, *xs: _crosswise(xs),
)  # fmt: skip
"""The products of the first half of the arguments with the second, and their sum from the left, as one node."""
