"""What goes wrong with a whole rule, which no local partial can say: products, quotients, outer points, constants."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenRule, BrokenTangent, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

MOST_OUTER_POINTS = 12


def broken_rules(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """Node i's rule as a whole, broken."""
    name, moving, inputs = dependence.name(i), dependence.moving_slots(i), dependence.node(i).inputs
    if name == "*" and len(moving) == 2:  # (f g)' taken as f' g'
        left, right = inputs
        yield BrokenRule(
            "product-of-derivatives", i, i, "product", lambda trial, before: before[left] * before[right],
            lambda words: f"the derivative of a product is not the product of the derivatives: {words.slope_of(i)}",
            FAR_FETCHED if "*" in map(dependence.name, inputs) else 0,
        )  # fmt: skip
    if name == "/" and 1 in moving:  # (f/g)' taken as f'/g', and (c/g)' as c/g'
        above, below = inputs
        both = len(moving) == 2
        yield BrokenRule(
            "quotient-of-derivatives", i, i, "quotient",
            lambda trial, before: M.divide(before[above] if both else trial.run.values[above], before[below]),
            lambda words: f"the derivative of a quotient is not the quotient of the derivatives: {words.slope_of(i)}",
            0 if both else FAR_FETCHED,
        )  # fmt: skip
    if len(moving) == 1 and dependence.is_function_of(i, moving[0]):
        yield from _outer_elsewhere(dependence, i, moving[0])
    if name == "*" or dependence.is_sum(i):
        for slot in dependence.still_slots(i):
            yield from _constant_kept(dependence, i, slot)


def _outer_elsewhere(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """f(g)' taken as f'(g') or f'(x) instead of f'(g), with the inner derivative or without it."""
    inner = dependence.node(i).inputs[slot]
    row = dependence.node(i).primitive
    if inner == dependence.wrt or row is None or row.linear:
        return
    for k, elsewhere in enumerate(dependence.ancestors(inner, MOST_OUTER_POINTS)):
        yield from _outer_at(dependence, i, slot, f"outer point {k}", elsewhere)
    yield from _outer_at(dependence, i, slot, "outer slope", None)


def _outer_at(dependence: Dependence, i: int, slot: int, family: str, place: int | None) -> Iterator[BrokenRule]:
    """The outer derivative at node `place`; None: at the inner derivative."""
    node = dependence.node(i)
    inner, row = node.inputs[slot], node.primitive
    assert row is not None

    def outer(trial: Trial, before: Sequence[arb]) -> arb:
        xs = [trial.run.values[j] for j in node.inputs]
        xs[slot] = before[inner] if place is None else trial.run.values[place]
        wanted = [k == slot for k in range(len(xs))]
        partial = row.local_partials(M, row.value(M, *xs), xs, wanted)[slot]
        return M.number(math.nan) if partial is None else partial

    def sentence(words: Wording) -> str:
        wrong = "the inner derivative" if place is None else words.text(place)
        return f"the outer derivative is taken at {wrong}: it belongs at {words.text(inner)}, as {words.slope_of(i)}"

    chained: BrokenTangent = lambda trial, before: outer(trial, before) * before[inner]  # noqa: E731
    yield BrokenRule("outer-at-wrong-point", i, inner, family, chained, sentence)
    yield BrokenRule("outer-at-wrong-point", i, inner, f"{family} alone", outer, sentence, 1)


def _constant_kept(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """A constant that is still there afterwards, or whose derivative is taken to be 1."""
    inputs, product = dependence.node(i).inputs, dependence.name(i) == "*"
    j, other = inputs[slot], inputs[1 - slot]
    sign = -1 if dependence.name(i) == "-" and slot == 1 else 1

    def kept(trial: Trial, before: Sequence[arb], constant: arb) -> arb:
        factor = trial.run.values[other] if product else M.number(1.0)
        return trial.tangent(i, before) + constant * factor * sign

    as_it_is: BrokenTangent = lambda trial, before: kept(trial, before, trial.run.values[j])  # noqa: E731
    as_one: BrokenTangent = lambda trial, before: kept(trial, before, M.number(1.0))  # noqa: E731
    yield BrokenRule("constant-kept", i, j, "constant", as_it_is, is_constant(j), FAR_FETCHED if product else 0)
    yield BrokenRule("constant-kept", i, j, "constant as 1", as_one, is_constant(j), FAR_FETCHED)


def is_constant(j: int) -> Sentence:
    return lambda words: f"a constant is kept: {words.text(j)} does not change with {words.wrt}, its derivative is 0"
