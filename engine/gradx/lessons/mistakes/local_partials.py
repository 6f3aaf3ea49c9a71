"""What goes wrong with a single local partial: it is left out, its sign is turned, or its path is forgotten.

Each takes one argument of one node. What is left out inside a function's argument is an inner derivative; a coefficient
in front of everything is a constant factor.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.derive.formulas import has_minus
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenDerivative, BrokenRule, Fault, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

MOST_PATHS = 8


def broken_local_partials(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules for node i's local partials, broken one argument at a time."""
    for slot in dependence.moving_slots(i):
        j = dependence.node(i).inputs[slot]
        if dependence.is_function_of(i, slot) and j != dependence.wrt:
            yield _inner_left_out(i, slot, j)
        if not dependence.is_sum(i):
            yield from _local_left_out(dependence, i, slot, j)
        yield _turned(dependence, i, slot)
        yield _forgotten(dependence, i, slot, j)
    yield _all_turned(dependence, i)
    if len(dependence.moving_slots(i)) > 1 and not dependence.is_sum(i) and dependence.name(i) != "*":
        yield _all_inner_left_out(dependence, i)


def _inner_left_out(i: int, slot: int, j: int) -> BrokenRule:
    """f(g)' taken as f'(g)."""

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return trial.tangent(i, before) + trial.local(i, slot) * (1 - before[j])

    return BrokenRule(
        "missing-inner-derivative", i, j, "inner", tangent,
        lambda words: f"the inner derivative is missing: {words.slope_of(j)}",
    )  # fmt: skip


def _all_inner_left_out(dependence: Dependence, i: int) -> BrokenRule:
    """The same of a function of several arguments."""
    slots = dependence.moving_slots(i)

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return sum((trial.local(i, k) for k in slots), M.number(0.0))

    return BrokenRule(
        "missing-inner-derivative", i, i, "inner-all", tangent,
        lambda words: f"the inner derivatives are missing: {words.text(i)} is a function of functions",
        doubt=FAR_FETCHED,
    )  # fmt: skip


def _local_left_out(dependence: Dependence, i: int, slot: int, j: int) -> Iterator[BrokenRule]:
    """A factor of the chain rule taken as 1."""

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return trial.tangent(i, before) + (1 - trial.local(i, slot)) * before[j]

    if dependence.has_coefficient(i):
        if i in dependence.nested:
            yield BrokenRule(
                "missing-inner-derivative", i, i, "coefficient", tangent,
                lambda words: f"a factor of the inner derivative is missing: {words.slope_of(i)}",
                doubt=1 if j == dependence.wrt else FAR_FETCHED,
            )  # fmt: skip
        yield BrokenRule(
            "constant-factor", i, i, "constant factor", tangent,
            lambda words: f"a constant factor is lost: {words.slope_of(i)}",
        )  # fmt: skip
    else:
        yield BrokenRule(
            "missing-inner-derivative", i, i, "local", tangent,
            lambda words: f"a factor of the chain rule is missing: how {words.text(i)} changes with {words.text(j)}",
            doubt=FAR_FETCHED * (i not in dependence.nested or dependence.name(i) == "*"),
        )  # fmt: skip


def _turned(dependence: Dependence, i: int, slot: int) -> BrokenRule:
    """One local partial with the other sign."""
    j = dependence.node(i).inputs[slot]

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return trial.tangent(i, before) - 2 * trial.local(i, slot) * before[j]

    several = len(dependence.moving_slots(i)) > 1
    row = dependence.node(i).primitive
    minus = row is not None and has_minus(row, slot)
    place = j if several and dependence.is_sum(i) else i
    return BrokenRule(
        "wrong-sign", i, place, f"sign of {dependence.name(i)} {slot}", tangent,
        lambda words: f"a sign is wrong: {words.slope_of(i)}", doubt=0 if minus else 1,
    )  # fmt: skip


def _all_turned(dependence: Dependence, i: int) -> BrokenRule:
    """A whole node with the other sign, as in a quotient rule the wrong way round."""
    turned_round = dependence.name(i) == "/" and len(dependence.moving_slots(i)) == 2

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return -trial.tangent(i, before)

    start = "the quotient rule is the wrong way round" if turned_round else "the sign is wrong"
    return BrokenRule(
        "wrong-sign", i, i, f"sign of {dependence.name(i)}", tangent,
        lambda words: f"{start}: {words.slope_of(i)}", doubt=0 if turned_round else 1,
    )  # fmt: skip


def _forgotten(dependence: Dependence, i: int, slot: int, j: int) -> BrokenRule:
    """One path of several, forgotten."""

    def tangent(trial: Trial, before: Sequence[arb]) -> arb:
        return trial.tangent(i, before) - trial.local(i, slot) * before[j]

    return BrokenRule(
        "missing-term", i, j, f"term of {dependence.name(i)} {slot}", tangent,
        lambda words: (
            f"a term is missing: in {words.text(i)}, {words.text(j)} changes too, which adds {words.term(i, slot)}"
        ),
        doubt=_solitude(dependence, i),
    )  # fmt: skip


def _solitude(dependence: Dependence, i: int) -> int:
    """The doubt that a path through node i was forgotten: none where another argument of it was remembered."""
    if len(dependence.moving_slots(i)) > 1:
        return 0
    return 1 if i != dependence.graph.output else FAR_FETCHED


def forgotten_paths(dependence: Dependence) -> Iterator[Fault]:
    """Several paths forgotten at once: what is left are the contributions of some paths and not of others."""
    paths = _paths(dependence)
    for kept in range(1, len(paths) - 1):
        for chosen in itertools.combinations(paths, kept):
            yield Fault(
                "missing-term", None, _sum_over(chosen),
                _left(kept, len(paths)), doubt=FAR_FETCHED,
            )  # fmt: skip


Path = tuple[tuple[int, int], ...]
"""The (node, slot) of every edge from `wrt` to the output."""


def _paths(dependence: Dependence) -> list[Path]:
    """All paths from `wrt` to the output, or none if there are too many."""
    done: list[Path] = []
    open_ends: list[tuple[int, Path]] = [(dependence.graph.output, ())]
    while open_ends:
        i, path = open_ends.pop()
        if i == dependence.wrt:
            done.append(path)
        else:
            inputs = dependence.node(i).inputs
            open_ends += [(inputs[slot], ((i, slot), *path)) for slot in dependence.moving_slots(i)]
        if len(done) + len(open_ends) > MOST_PATHS:
            return []
    return done


def _sum_over(paths: Sequence[Path]) -> BrokenDerivative:
    def derivative(trial: Trial) -> arb:
        total = M.number(0.0)
        for path in paths:
            product = M.number(1.0)
            for i, slot in path:
                product = product * trial.local(i, slot)
            total = total + product
        return total

    return derivative


def _left(kept: int, count: int) -> Sentence:
    there = "is one term" if kept == 1 else f"are {kept} terms"
    return lambda words: f"terms are missing: {words.wrt} acts on {count} paths, and these {there} of the sum"
