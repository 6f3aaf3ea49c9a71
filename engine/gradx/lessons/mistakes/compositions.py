"""What goes wrong with a function of a function: the outer derivative at another point, another one, or none."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.mistakes.faults import LIKELY, BrokenRule, BrokenTangent, Kind, Numbers, slope
from gradx.numbers import Scalar
from gradx.primitive import Primitive
from gradx.table import TABLE

if TYPE_CHECKING:
    from gradx.lessons.mistakes.wording import Wording

MOST_OUTER_POINTS: Final = 12

_CIRCLE: Final = ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "sech", "csch")
_ARCS: Final = ("asin", "acos", "atan", "acot", "asec", "acsc", "asinh", "acosh", "atanh", "acoth")
_NEURONS: Final = ("sigmoid", "tanh", "softplus", "silu", "exp", "log", "relu")
FAMILIES: Final = (_CIRCLE, _ARCS, _NEURONS)
"""Functions whose derivatives are taken for one another."""


def broken_compositions(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rule of node i, if one argument of a function moves."""
    moving = dependence.moving_slots(i)
    if len(moving) != 1 or not dependence.is_function_of(i, moving[0]):
        return
    slot = moving[0]
    row, inputs = dependence.node(i).primitive, dependence.node(i).inputs
    if row is None:
        return
    yield from _outer_elsewhere(dependence, i, slot, row)
    if row.relation is None:
        yield from _outer_kept(dependence, i, inputs[slot], row)
    if len(inputs) == 1:
        yield from _other_tables(dependence, i, row)


def _outer_elsewhere(dependence: Dependence, i: int, slot: int, row: Primitive) -> Iterator[BrokenRule]:
    """f(g)' taken as f'(g') or f'(x) instead of f'(g), with the inner derivative or without it; or as f(g')."""
    inner = dependence.node(i).inputs[slot]
    if inner == dependence.wrt or row.linear:
        return
    of_sum = row.name == "^" and dependence.is_sum(inner)
    for k, elsewhere in enumerate(dependence.ancestors(inner, MOST_OUTER_POINTS * (not of_sum))):
        yield from _outer_at(dependence, i, slot, f"outer point {k}", elsewhere)
    yield from _outer_at(dependence, i, slot, "outer slope", None)

    def of_slope(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        xs = [sweep.value(j) for j in dependence.node(i).inputs]
        xs[slot] = before[inner]
        return row.value(sweep.m, *xs)

    if row.name in ("^", "/"):
        return
    yield BrokenRule(
        "function-of-derivative", i, i, "function of slope", of_slope,
        slope("the function is taken of the derivative of what stands in it", i),
    )  # fmt: skip


def _outer_at(dependence: Dependence, i: int, slot: int, family: str, place: int | None) -> Iterator[BrokenRule]:
    """The outer derivative at node `place`; None: at the inner derivative."""
    node = dependence.node(i)
    inner, row = node.inputs[slot], node.primitive
    assert row is not None

    def outer(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        xs = [sweep.value(j) for j in node.inputs]
        xs[slot] = before[inner] if place is None else sweep.value(place)
        wanted = [k == slot for k in range(len(xs))]
        partial = row.local_partials(sweep.m, row.value(sweep.m, *xs), xs, wanted)[slot]
        return sweep.own(i) if partial is None else partial

    def sentence(words: Wording) -> str:
        wrong = "the inner derivative" if place is None else words.text(place)
        return f"the outer derivative is taken at {wrong}: it belongs at {words.text(inner)}, as {words.slope_of(i)}"

    chained: BrokenTangent = lambda sweep, before: outer(sweep, before) * before[inner]  # noqa: E731
    yield BrokenRule("outer-at-wrong-point", i, inner, family, chained, sentence)
    yield BrokenRule(
        "outer-at-wrong-point", i, inner, f"{family} alone", outer, sentence, 0 if place is None else LIKELY
    )


def _outer_kept(dependence: Dependence, i: int, inner: int, row: Primitive) -> Iterator[BrokenRule]:
    """f(g)·g' for f'(g)·g'; and f'(g) divided by g', or added to it."""
    yield BrokenRule(
        "outer-kept", i, i, "outer kept", lambda sweep, before: sweep.value(i) * before[inner],
        slope("the outer function is not differentiated", i),
    )  # fmt: skip
    if inner == dependence.wrt or row.linear:
        return
    slot = dependence.moving_slots(i)[0]
    yield BrokenRule(
        "divided-not-multiplied", i, inner, "divided",
        lambda sweep, before: sweep.m.divide(sweep.local(i, slot), before[inner]),
        slope("the inner derivative multiplies, it does not divide", inner),
    )  # fmt: skip
    yield BrokenRule(
        "divided-not-multiplied", i, inner, "divided outer",
        lambda sweep, before: sweep.m.divide(before[inner], sweep.local(i, slot)),
        slope("the outer derivative multiplies, it does not divide", i), LIKELY,
    )  # fmt: skip
    yield BrokenRule(
        "added-not-multiplied", i, inner, "added", lambda sweep, before: sweep.local(i, slot) + before[inner],
        slope("outer and inner derivative are multiplied, not added", i), LIKELY,
    )  # fmt: skip


def _other_tables(dependence: Dependence, i: int, row: Primitive) -> Iterator[BrokenRule]:
    """The derivative of a sister function, or its own with the argument in the place of the value."""
    (inner,) = dependence.node(i).inputs

    def rule(kind: Kind, family: str, entry: _Entry, said: str, doubt: int = 0) -> BrokenRule:
        def tangent(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
            return entry(sweep, sweep.value(i), sweep.value(inner)) * before[inner]

        return BrokenRule(kind, i, i, family, tangent, slope(said, i), doubt)

    if not row.piecewise:
        said = "the argument stands where the function's value belongs"
        yield rule("argument-for-value", "argument", lambda sweep, _, x: _partial_of(row, sweep, x, x), said)
    for family in (family for family in FAMILIES if row.name in family):
        for name in family:
            sister = TABLE[name]
            if name != row.name and not (sister.piecewise and row.name == "log"):  # whose argument is above 0
                own = f"that is the derivative of {name}"
                yield rule("wrong-table-entry", f"as {name}", partial(_sister, sister), own, LIKELY)
                yield rule("wrong-table-entry", f"as {name} of it", partial(_partial_of, sister), own, LIKELY)
            for power, sign in itertools.product((1.0, 2.0), (1.0, -1.0)) if family is _CIRCLE else ():
                entry, said = partial(_entry, sister, power, sign), f"that is not the derivative of {row.name}"
                yield rule("wrong-table-entry", f"{sign} {name} {power}", entry, said, LIKELY)


_Entry = Callable[[Numbers, Scalar, Scalar], Scalar]
"""What stands in the place of a derivative, by the function's value and its argument."""


def _partial_of(other: Primitive, sweep: Numbers, v: Scalar, x: Scalar) -> Scalar:
    return other.written_partial(sweep.m, v, [x], 0)


def _sister(other: Primitive, sweep: Numbers, v: Scalar, x: Scalar) -> Scalar:
    return _partial_of(other, sweep, other.value(sweep.m, x), x)


def _entry(other: Primitive, power: float, sign: float, sweep: Numbers, v: Scalar, x: Scalar) -> Scalar:
    found = other.value(sweep.m, x)
    return sign * (found if power == 1 else sweep.m.power(found, sweep.m.number(power)))
