"""A derivative without a rule of differentiation: the symmetric difference quotient, with a proved remainder.

f is evaluated on the complex ball of radius R around a node's value, all else held. A finite result says that f is
analytic there, and bounds |f(z) - f(x)| by M; then, for 0 < h < R and q = h/R,

    | (f(x + h) - f(x - h)) / 2h  -  f'(x) |  <=  (M/R) q^2 / (1 - q^2)

by Cauchy's estimate of the Taylor coefficients of odd order (each is at most M/R^k). The quotient itself is worked out
in balls, so that what rounding did to it is in its radius. Source: Ahlfors, Complex Analysis, 3rd ed., section 4.2.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from flint import acb, arb

from gradx.graph import Graph
from gradx.numbers import Ordered, S
from gradx.numbers.balls import Balls, precision
from gradx.numbers.complex_balls import COMPLEX_BALLS
from gradx.sweeps.forward import evaluate

LEAST_HALVINGS = 8
"""The step is at most R/2^8."""

SMALLEST, LARGEST = 1e-300, 1e300
"""Between these float64 tells the size of a number."""

FAR_OUT = 30
"""A number whose binary exponent is further from 0 than this is a scale of its own."""


class Read(Protocol):
    """A program read in balls (see `gradx.point.reading`)."""

    graph: Graph
    bits: int
    m: Balls

    @property
    def values(self) -> list[arb]: ...
    @property
    def output(self) -> arb: ...
    @property
    def complex_values(self) -> list[acb]: ...


class Quotient(NamedTuple):
    """`slope` encloses the derivative. `step` is h, `above` and `below` are f(x + h) and f(x - h), `radius` is R,
    `bound` M and `remainder` what Cauchy's estimate adds."""

    slope: arb
    step: arb
    above: arb
    below: arb
    radius: arb
    bound: arb
    remainder: arb


def exponent(x: arb) -> int | None:
    """A binary exponent above the largest |x| in a ball (it lies below 2^exponent, and not below a quarter of that);
    None for 0 and for no number."""
    return _exponent(x.abs_upper())


def _exponent(top: arb) -> int | None:
    """The same of an exact number that is not below 0."""
    size = float(top)
    if SMALLEST < size < LARGEST:
        return math.frexp(size)[1]
    if top.is_zero() or not top.is_finite():
        return None
    mantissa, power = top.man_exp()
    return int(power) + int(mantissa).bit_length()


@lru_cache(4096)
def power_of_two(e: int) -> arb:
    """2^e."""
    return arb((1, e))


@lru_cache(4096)
def _spread(radius: int) -> arb:
    """All that is no further than 2^radius from 0."""
    return arb(0, power_of_two(radius))


def scales(x: arb) -> tuple[int, ...]:
    """The binary exponents of the lengths on which a function may change near x: 1, and |x| where that is another."""
    size = exponent(x)
    if size is None or abs(size) <= FAR_OUT:
        return (max(size or 0, 0),)
    return (size, 0) if size > 0 else (0, size)


def node_quotient(reading: Read, i: int, order: Sequence[int], radius: int) -> Quotient | None:
    """The quotient of the output along node i on a ball of radius 2^`radius`; None where it is not analytic on it.

    `order` are the nodes between i and the output, both included, in topological order.
    """
    moving = order[1:]
    with precision(reading.bits):
        return quotient(
            lambda z: output_on(reading, {i: z}, moving),
            lambda x: output_at(reading, {i: x}, moving),
            reading.values[i],
            reading.output,
            radius,
            reading.bits,
        )


def output_on(reading: Read, wide: Mapping[int, acb], moving: Sequence[int]) -> acb:
    """The output where these nodes are complex balls, and the operations `moving` follow, in order; all else held."""
    return _output(reading.graph, COMPLEX_BALLS, reading.complex_values, wide, moving)


def output_at(reading: Read, place: Mapping[int, arb], moving: Sequence[int]) -> arb:
    """The same of real numbers."""
    return _output(reading.graph, reading.m, reading.values, place, moving)


def _output(graph: Graph, m: Ordered[S], held: Sequence[S], place: Mapping[int, S], moving: Sequence[int]) -> S:
    values = list(held)
    for i, x in place.items():
        values[i] = x
    evaluate(graph, m, moving, values, {})
    return values[graph.output]


def quotient(
    on: Callable[[acb], acb], at: Callable[[arb], arb], x: arb, value: arb, radius: int, bits: int
) -> Quotient | None:
    """The quotient at x of a function whose value at x is `value`, read `on` complex balls and `at` real ones.

    None where it is not analytic on the ball of radius 2^`radius`. FLINT's precision is `bits`.
    """
    wide = _spread(radius)
    image = on(acb(x + wide, wide))
    bound = (image - value).abs_upper()
    if not image.is_finite():
        return None
    halved = halvings(bound, value, bits)
    h = power_of_two(radius - halved)
    above, below = at(x + h), at(x - h)
    remainder = (bound * _share(radius, halved)).abs_upper()
    slope = (above - below) / (h + h) + arb(0, remainder)
    return Quotient(slope, h, above, below, power_of_two(radius), bound, remainder)


def upright_quotient(on: Callable[[acb], acb], x: arb, radius: int, bits: int) -> arb | None:
    """The quotient along the imaginary axis, which loses no digit to a difference; None where there is none.

    What is real on the reals and analytic is at x - ih the conjugate of what it is at x + ih (Schwarz), so that
    (f(x + ih) - f(x - ih)) / 2ih is Im f(x + ih) / h, and Cauchy's estimate of the remainder is the same. f(x) is one
    of the numbers that the ball around x goes to, so that M is at most twice the radius of these. Source: Squire and
    Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40 (1998), 110-112.
    """
    middle = acb(x)
    image = on(middle + _square(radius))
    if not image.is_finite():
        return None
    step, per_step, unit = _upright(radius, max(LEAST_HALVINGS, bits // 2))
    beside = on(middle + acb(0, step))
    return beside.imag * per_step + unit * image.rad()


def shared_quotient(on: Callable[[acb], acb], stretch: arb, radius: int, bits: int) -> Callable[[arb], arb] | None:
    """The same at any number of a stretch, with one remainder for all: the image of what is no further than R from any
    of them bounds M for each. None where the function is not analytic on all of that."""
    image = on(acb(stretch) + _square(radius))
    if not image.is_finite():
        return None
    step, per_step, unit = _upright(radius, max(LEAST_HALVINGS, bits // 2 + 2))
    remainder = unit * image.rad()
    return lambda x: on(acb(x, step)).imag * per_step + remainder


@lru_cache(4096)
def _square(radius: int) -> acb:
    """All whose real and imaginary parts are no further than 2^radius from 0."""
    return acb(_spread(radius), _spread(radius))


@lru_cache(4096)
def _upright(radius: int, halvings: int) -> tuple[arb, arb, arb]:
    """h, 1/h, and all that is no further from 0 than the remainder is for an image of radius 1."""
    remainder = 2 * _share(radius, halvings)
    return power_of_two(radius - halvings), power_of_two(halvings - radius), arb(0, remainder.abs_upper())


@lru_cache(4096)
def _share(radius: int, halvings: int) -> arb:
    """The remainder over M."""
    square = power_of_two(-2 * halvings)
    return square / (1 - square) * power_of_two(-radius)


def halvings(bound: arb, value: arb, bits: int, order: int = 1) -> int:
    """How often R is halved to make h: as often as truncation, M q^2, and round-off, the value's radius over q^order,
    are alike."""
    size, noise = _exponent(bound), _exponent(value.rad())
    if size is None:
        return LEAST_HALVINGS
    lost = size - noise if noise is not None else bits
    return max(LEAST_HALVINGS, min(lost, bits) // (order + 2))
