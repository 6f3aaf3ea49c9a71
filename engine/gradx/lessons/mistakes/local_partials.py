"""What goes wrong with a single local partial: it is left out, its sign is turned, or its path is forgotten.

Each takes one argument of one node. What is left out inside a function's argument is an inner derivative; a coefficient
in front of everything is a constant factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.derive.formulas import has_minus
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenRule, BrokenTangent
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb


def broken_local_partials(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules for node i's local partials, broken one argument at a time, and all at once."""
    name, moving = dependence.name(i), dependence.moving_slots(i)
    for slot in moving:
        yield from _one_broken(dependence, i, slot)
    turned_round = name == "/" and len(moving) == 2
    start = "the quotient rule is the wrong way round" if turned_round else "the sign is wrong"
    yield BrokenRule(
        "wrong-sign", i, i, f"sign of {name}", lambda trial, before: -trial.tangent(i, before),
        lambda words: f"{start}: {words.slope_of(i)}", 0 if turned_round else 1,
    )  # fmt: skip
    if len(moving) > 1 and not dependence.is_sum(i) and name != "*":
        yield BrokenRule(
            "missing-inner-derivative", i, i, "inner-all",
            lambda trial, before: sum((trial.local(i, k) for k in moving), M.number(0.0)),
            lambda words: f"the inner derivatives are missing: {words.text(i)} is a function of functions", FAR_FETCHED,
        )  # fmt: skip


def _one_broken(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """One argument's part of the tangent, local partial times inner derivative, replaced by another."""
    node, name, is_sum = dependence.node(i), dependence.name(i), dependence.is_sum(i)
    j, several = node.inputs[slot], len(dependence.moving_slots(i)) > 1

    def becomes(part: Callable[[arb, arb], arb]) -> BrokenTangent:
        def tangent(trial: Trial, before: Sequence[arb]) -> arb:
            local, inner = trial.local(i, slot), before[j]
            return trial.tangent(i, before) - local * inner + part(local, inner)

        return tangent

    if dependence.is_function_of(i, slot) and j != dependence.wrt:
        yield BrokenRule(
            "missing-inner-derivative", i, j, "inner", becomes(lambda local, inner: local),
            lambda words: f"the inner derivative is missing: {words.slope_of(j)}",
        )  # fmt: skip
    yield from _local_left_out(dependence, i, j, becomes(lambda local, inner: inner))
    assert node.primitive is not None
    yield BrokenRule(
        "wrong-sign", i, j if several and is_sum else i, f"sign of {name} {slot}",
        becomes(lambda local, inner: -local * inner),
        lambda words: f"a sign is wrong: {words.slope_of(i)}", 0 if has_minus(node.primitive, slot) else 1,
    )  # fmt: skip
    yield BrokenRule(
        "missing-term", i, j, f"term of {name} {slot}", becomes(lambda local, inner: M.number(0.0)),
        lambda words: (
            f"a term is missing: in {words.text(i)}, {words.text(j)} changes too, which adds {words.term(i, slot)}"
        ),
        0 if several else 1 if i != dependence.graph.output else FAR_FETCHED,
    )  # fmt: skip


def _local_left_out(dependence: Dependence, i: int, j: int, tangent: BrokenTangent) -> Iterator[BrokenRule]:
    """A factor of the chain rule taken as 1."""
    nested = i in dependence.nested
    if dependence.has_coefficient(i):
        if nested:
            yield BrokenRule(
                "missing-inner-derivative", i, i, "coefficient", tangent,
                lambda words: f"a factor of the inner derivative is missing: {words.slope_of(i)}",
                1 if j == dependence.wrt else FAR_FETCHED,
            )  # fmt: skip
        yield BrokenRule(
            "constant-factor", i, i, "constant factor", tangent,
            lambda words: f"a constant factor is lost: {words.slope_of(i)}",
        )  # fmt: skip
    elif not dependence.is_sum(i):
        yield BrokenRule(
            "missing-inner-derivative", i, i, "local", tangent,
            lambda words: f"a factor of the chain rule is missing: how {words.text(i)} changes with {words.text(j)}",
            FAR_FETCHED * (not nested or dependence.name(i) == "*"),
        )  # fmt: skip
