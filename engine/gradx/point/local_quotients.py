"""Local partials that are difference quotients: a row of the table keeps its value and gets other partials.

Each is a quotient of that value along one argument (see `gradx.point.quotient`), so that backprop over such rows in
balls encloses every gradient, and no rule of the table's own partials is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import cast

from flint import acb, arb, ctx

from gradx.graph import Graph
from gradx.numbers.balls import B, Balls, precision
from gradx.numbers.complex_balls import COMPLEX_BALLS
from gradx.point.quotient import (
    LARGEST,
    SMALLEST,
    exponent,
    power_of_two,
    quotient,
    shared_quotient,
    upright_quotient,
)
from gradx.primitive import AllPartials, Partial, Primitive
from gradx.row_shape import operation_of
from gradx.sweeps.backprop import Rules
from gradx.sweeps.forward import value_in

NEAR = 12
"""R is 2^-12 of what is nearest: the argument's size, 1, or a boundary."""

STRETCHES, LEAST_BITS = 32, 64
"""Into so many stretches the arguments between two powers of two, and 0, are cut: those in one share a remainder, as
far as they have so many bits."""

FLAT_BITS = (640, 1_800)
"""The precisions at which a slope that is small beside its function is read again, that node alone."""

_ZERO, _ONE, _NAN = arb(0), arb(1), arb.nan()


def quotients(graph: Graph, m: Balls) -> Rules[arb]:
    """Difference quotients in place of the table's partials."""
    return Rules(graph, m, {row: by_quotients(row) for row in graph.rows})


def is_affine(row: Primitive) -> bool:
    """Whether the row's value is affine in each of its arguments, all others held: no quotient needs a remainder."""
    return (row.linear and row.boundaries is None) or operation_of(row) == "*"


@cache
def by_quotients(row: Primitive) -> Primitive:
    """The row with quotients of its value as local partials."""
    on = value_in(COMPLEX_BALLS, row)
    if row.arity is None:
        return replace(row, partials=cast(AllPartials, partial(_all_quotients, row, on)))
    operation = operation_of(row)
    if operation == "*":  # (x + 1)*y - x*y, which is y, and needs no evaluation
        rules: tuple[object, ...] = (lambda m, v, x, y: y, lambda m, v, x, y: x)
    elif is_affine(row):
        rules = tuple(partial(_of_a_sum, row, slot) for slot in range(row.arity))
    else:
        rules = tuple(_rule(row, on, slot) for slot in range(row.arity))
        if operation == "divide":  # (x + 1)/y - x/y
            rules = (lambda m, v, x, y: m.divide(_ONE, y), rules[1])
    return replace(row, partials=cast("tuple[Partial, ...]", rules))


def _of_a_sum(row: Primitive, slot: int, m: Balls, v: arb, *xs: arb) -> arb:
    return _slope_of_a_sum(row, slot, len(xs), m, ctx.prec)


@lru_cache(4096)
def _slope_of_a_sum(row: Primitive, slot: int, count: int, m: Balls, bits: int) -> arb:
    """The quotient of a linear row along one of so many arguments: the same everywhere, at a precision of `bits`."""
    nothing = [_ZERO] * count
    return row.value(m, *nothing[:slot], _ONE, *nothing[slot + 1 :]) - row.value(m, *nothing)


def _rule(row: Primitive, on: Callable[..., acb], slot: int) -> Callable[..., arb]:
    """The local partial for one argument: by what a stretch of arguments shares, where that is sharp, as it nearly
    always is of one argument, and beside a number."""
    slowly = partial(_local_quotient, row, on, slot)
    if row.conditions or row.linear or row.arity not in (1, 2):
        return slowly

    shared = lru_cache(4096)(partial(_shared, row, slot))

    def quickly(x: arb, beside: float | None) -> arb | None:
        middle, own, bits = float(x), x.rel_accuracy_bits(), ctx.prec
        if own < LEAST_BITS or not SMALLEST < abs(middle) < LARGEST:
            return None
        mantissa, size = math.frexp(middle)
        near = shared(beside, int(mantissa * STRETCHES), size, bits)
        if near is None:
            return None
        slope = near(x)
        told = slope.rel_accuracy_bits()
        # As many bits as the argument has, and half of those there are.
        return slope if told * 2 >= bits and (told * 3 >= own * 2 or told * 3 >= bits * 2) else None

    def of_one(m: Balls, v: arb, x: arb) -> arb:
        slope = quickly(x, None)
        return slowly(m, v, x) if slope is None else slope

    def of_two(m: Balls, v: arb, *xs: arb) -> arb:
        beside = float(xs[1 - slot])
        slope = quickly(xs[slot], beside) if xs[1 - slot] == beside else None
        return slowly(m, v, *xs) if slope is None else slope

    return of_one if row.arity == 1 else of_two


def _shared(row: Primitive, slot: int, beside: float | None, k: int, size: int, bits: int) -> Shared | None:
    """The quotient at all arguments whose mantissa begins as k/STRETCHES does and whose binary exponent is `size`, with
    one remainder; None where the row is not analytic so near to all of them."""
    on, radius = value_in(COMPLEX_BALLS, row), size - STRETCHES.bit_length() + 1
    along = on if beside is None else _along(on, [acb(beside)] * 2, slot)
    unit = power_of_two(radius)
    # What a float tells of an argument of LEAST_BITS is not a quarter of a stretch beyond it.
    stretch = (k + math.copysign(0.5, k)) * unit + arb(0, 0.75 * unit)
    return shared_quotient(along, stretch, radius, bits)


Shared = Callable[[arb], arb]


def _all_quotients(row: Primitive, on: Callable[..., acb], m: Balls, v: arb, *xs: arb) -> list[arb]:
    return [_local_quotient(row, on, slot, m, v, *xs) for slot in range(len(xs))]


def _local_quotient(row: Primitive, on: Callable[..., acb], slot: int, m: Balls, v: arb, *xs: arb) -> arb:
    """The local partial for one argument, of a row that is read `on` complex balls; `nan` where it is not analytic
    near it."""

    def at(x: arb) -> arb:
        return _along(value_in(m, row), xs, slot)(x)

    if slot >= row.conditions > 0:
        return at(_ONE) - at(_ZERO)  # affine along this argument, all others held
    if row.linear:
        exactly = _on_a_piece(at, xs, slot, power_of_two(min(_lengths(row, m, xs, slot)) - NEAR))
        if exactly is not None:
            return exactly
    along = on if len(xs) == 1 else _along(on, [acb(x) for x in xs], slot)
    best = _by_lengths(along, at, xs[slot], v, _lengths(row, m, xs, slot), ctx.prec)
    sharp = ctx.prec // 2
    if best.rel_accuracy_bits() >= sharp or not best.is_finite():
        return best
    for bits in FLAT_BITS:
        # Where the value hardly moves, its own rounding drowns the quotient.
        if bits > ctx.prec and best.rel_accuracy_bits() < min(sharp, *(x.rel_accuracy_bits() // 2 for x in xs)):
            with precision(bits):
                finer = _by_lengths(along, at, xs[slot], at(xs[slot]), _lengths(row, m, xs, slot), bits)
                best = finer if finer.is_finite() else best
    return best


def _along(value_of: Callable[..., B], xs: Sequence[B], slot: int) -> Callable[[B], B]:
    """A row's value as a function of one argument, the others held."""
    if len(xs) == 1:
        return value_of
    if len(xs) == 2:
        other = xs[1 - slot]
        return (lambda x: value_of(x, other)) if slot == 0 else (lambda x: value_of(other, x))
    before, behind = xs[:slot], xs[slot + 1 :]
    return lambda x: value_of(*before, x, *behind)


def _by_lengths(
    on: Callable[[acb], acb], at: Callable[[arb], arb], x: arb, v: arb, lengths: Iterable[int], bits: int
) -> arb:
    """The slope of a function of one number, whose value at x is v, by quotients on these lengths until one is sharp;
    `nan` where it is not analytic on any."""
    best, most = _NAN, min(bits, x.rel_accuracy_bits())
    for size in lengths:
        slope = upright_quotient(on, x, size - NEAR, bits)
        if slope is None:
            continue
        told = slope.rel_accuracy_bits()
        if told * 3 >= 2 * most > 0:
            return slope  # as many bits as the argument has
        best = slope if not best.is_finite() else best.intersection(slope)
        if told * 3 < 2 * most:
            # Some functions' imaginary parts are as wide as their real parts: then a difference tells more.
            found = quotient(on, at, x, v, size - NEAR, bits)
            best = best if found is None else best.intersection(found.slope)
        if best.rel_accuracy_bits() * 4 >= bits:
            break
    return best


def _on_a_piece(at: Callable[[arb], arb], xs: tuple[arb, ...], slot: int, reach: arb) -> arb | None:
    """1 or 0 where the row hands on this argument, or another number, all along a stretch of `reach` to either side: a
    maximum, a branch, a step. None where it does something else."""
    stretch = xs[slot] + arb(0, reach)
    found = at(stretch)
    if found is stretch:
        return _ONE
    other = any(found is x for k, x in enumerate(xs) if k != slot)
    return _ZERO if other or found.is_exact() else None


def _lengths(row: Primitive, m: Balls, xs: tuple[arb, ...], slot: int) -> Iterator[int]:
    """The binary exponents of lengths on which the row may change along an argument, those to be tried first first."""
    own = _size(xs[slot])
    yield own
    if own > 0:
        yield 0
    if row.boundaries is not None:
        distances = row.boundaries(m, *xs)
        near = min((e for b in distances if (e := exponent(b.abs_lower())) is not None), default=own)
        if near < own:
            yield near


def _size(x: arb) -> int:
    """The binary exponent of a number's size: any length will do for a quotient, so that a ball's middle may stand for
    it."""
    middle = abs(float(x))
    return math.frexp(middle)[1] if SMALLEST < middle < LARGEST else exponent(x) or 0
