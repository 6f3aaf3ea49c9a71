"""What goes wrong with a whole rule, which no local partial can say: products, quotients, outer points, constants; and
with the question itself: another variable, an antiderivative, a constant factor off."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial, same
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenDerivative, BrokenRule, BrokenTangent, Fault, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

MOST_OUTER_POINTS = 12
_OBVIOUS = 4


def broken_rules(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """Node i's rule as a whole, broken."""
    name, moving = dependence.name(i), dependence.moving_slots(i)
    if name == "*" and len(moving) == 2:
        yield _product(i, dependence)
    if name == "/" and 1 in moving:
        yield _quotient(i, dependence)
    if len(moving) == 1 and dependence.is_function_of(i, moving[0]):
        yield from _outer_elsewhere(dependence, i, moving[0])
    if name == "*" or dependence.is_sum(i):
        for slot in dependence.still_slots(i):
            yield from _constant_kept(dependence, i, slot)


def _product(i: int, dependence: Dependence) -> BrokenRule:
    """(f g)' taken as f' g'."""
    left, right = dependence.node(i).inputs
    of_products = "*" in (dependence.name(left), dependence.name(right))
    return BrokenRule(
        "product-of-derivatives", i, i, "product", lambda trial, before: before[left] * before[right],
        lambda words: f"the derivative of a product is not the product of the derivatives: {words.slope_of(i)}",
        doubt=FAR_FETCHED if of_products else 0,
    )  # fmt: skip


def _quotient(i: int, dependence: Dependence) -> BrokenRule:
    """(f/g)' taken as f'/g', and (c/g)' as c/g'."""
    above, below = dependence.node(i).inputs
    both = len(dependence.moving_slots(i)) == 2

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return M.divide(before[above] if both else trial.run.values[above], before[below])

    return BrokenRule(
        "quotient-of-derivatives", i, i, "quotient", tangent,
        lambda words: f"the derivative of a quotient is not the quotient of the derivatives: {words.slope_of(i)}",
        doubt=0 if both else FAR_FETCHED,
    )  # fmt: skip


def _outer_elsewhere(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """f(g)' taken as f'(g') or f'(x) instead of f'(g), with the inner derivative or without it."""
    inner = dependence.node(i).inputs[slot]
    row = dependence.node(i).primitive
    if inner == dependence.wrt or row is None or row.linear:
        return
    for k, elsewhere in enumerate(dependence.ancestors(inner, MOST_OUTER_POINTS)):
        yield from _outer_at(dependence, i, slot, f"point {k}", _value_of(elsewhere), elsewhere)
    yield from _outer_at(dependence, i, slot, "slope", lambda trial, before: before[inner], None)


def _value_of(j: int) -> BrokenTangent:
    return lambda trial, before: trial.run.values[j]


def _outer_at(
    dependence: Dependence,
    i: int,
    slot: int,
    family: str,
    point: BrokenTangent,
    elsewhere: int | None,
) -> Iterator[BrokenRule]:
    node = dependence.node(i)
    inner = node.inputs[slot]
    row = node.primitive
    assert row is not None

    def outer(trial: Trial, before: Sequence[arb]) -> arb:
        """The local partial, taken at the wrong point."""
        xs = [trial.run.values[j] for j in node.inputs]
        xs[slot] = point(trial, before)
        wanted = [k == slot for k in range(len(xs))]
        partial = row.local_partials(M, row.value(M, *xs), xs, wanted)[slot]
        return M.number(math.nan) if partial is None else partial

    def with_inner(trial: Trial, before: Sequence[arb]) -> arb:
        return outer(trial, before) * before[inner]

    def sentence(words: Wording) -> str:
        wrong = "the inner derivative" if elsewhere is None else words.text(elsewhere)
        return f"the outer derivative is taken at {wrong}: it belongs at {words.text(inner)}, as {words.slope_of(i)}"

    yield BrokenRule("outer-at-wrong-point", i, inner, f"outer {family}", with_inner, sentence)
    yield BrokenRule("outer-at-wrong-point", i, inner, f"outer {family} alone", outer, sentence, doubt=1)


def _constant_kept(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """A constant that is still there afterwards, or whose derivative is taken to be 1."""
    j = dependence.node(i).inputs[slot]
    other = dependence.node(i).inputs[1 - slot]
    product = dependence.name(i) == "*"
    minus = dependence.name(i) == "-" and slot == 1

    def as_it_is(trial: Trial, before: Sequence[arb]) -> arb:
        kept = trial.run.values[j]
        kept = kept * trial.run.values[other] if product else kept
        return trial.tangent(i, before) + (-kept if minus else kept)

    def as_one(trial: Trial, before: Sequence[arb]) -> arb:
        kept = trial.run.values[other] if product else M.number(1.0)
        return trial.tangent(i, before) + (-kept if minus else kept)

    doubt = FAR_FETCHED if product else 0
    yield BrokenRule("constant-kept", i, j, "constant", as_it_is, _kept(j), doubt)
    yield BrokenRule("constant-kept", i, j, "constant as 1", as_one, _kept(j), FAR_FETCHED)


def constant_output(dependence: Dependence) -> Iterator[Fault]:
    """An output that does not depend on `wrt` at all, and is claimed to be its own derivative."""
    output = dependence.graph.output
    if output not in dependence.varying:
        yield Fault("constant-kept", output, lambda trial: trial.output, _kept(output))


def _kept(j: int) -> Sentence:
    return lambda words: f"a constant is kept: {words.text(j)} does not change with {words.wrt}, its derivative is 0"


def other_variables(dependence: Dependence) -> Iterator[Fault]:
    """The derivative with respect to another input, or to an intermediate that has a name."""
    graph = dependence.graph
    for j in graph.shown:
        is_input = graph.nodes[j].primitive is None
        if j == dependence.wrt or j >= graph.output or not (is_input or j in graph.named):
            continue
        doubt = 0 if is_input else 1
        yield Fault("wrong-variable", j, _adjoint(j), _belongs_to(j), doubt)


def _adjoint(j: int) -> BrokenDerivative:
    return lambda trial: trial.back.adjoints[j]


def _belongs_to(j: int) -> Sentence:
    def sentence(words: Wording) -> str:
        others = " and ".join(words.gradient(k) for k in words.twins(j)[:2])
        return f"{words.claim} is {words.gradient(j)}{f' (and {others})' if others else ''}; {words.answer}"

    return sentence


def antiderivative(dependence: Dependence) -> Iterator[Fault]:
    """A claim whose own derivative is the function: it was integrated."""

    def derivative(trial: Trial) -> arb:
        return trial.claimed if same(trial.slope_of_claim, trial.output) else M.number(math.nan)

    output = dependence.graph.output
    yield Fault(
        "antiderivative", None, derivative,
        lambda words: f"{words.claim} is an antiderivative: its own derivative is {words.text(output)}",
    )  # fmt: skip


def constant_factor(trials: Sequence[Trial], literals: frozenset[float]) -> Iterator[Fault]:
    """The right derivative times one and the same number at every point.

    Where claim and derivative are both constant any two would do; then only a small whole number, its reciprocal, or a
    number of the program is a factor that somebody may have lost.
    """
    known = [trial for trial in trials if not trial.exact.contains(0)]
    if not known:
        return
    factor = known[0].claimed / known[0].exact
    if factor.contains(0) or factor.contains(-1):
        return
    constant = all(same(t.exact, known[0].exact) and same(t.claimed, known[0].claimed) for t in trials)
    if constant and not _telling(factor, literals):
        return
    yield Fault(
        "constant-factor", None, lambda trial: trial.exact * factor,
        lambda words: f"a constant factor is off: {words.claim} is {words.number(factor)} times the derivative",
        doubt=1,
    )  # fmt: skip


def _telling(factor: arb, literals: frozenset[float]) -> bool:
    for size in (abs(factor), 1 / abs(factor)):
        if any(same(size, M.number(abs(x))) for x in (*map(float, range(2, _OBVIOUS + 1)), *literals) if x):
            return True
    return False
