"""What goes wrong with a single local partial: it is left out, its sign is turned, or its path is forgotten.

Each takes one argument of one node. What is left out inside a function's argument is an inner derivative; a coefficient
in front of everything is a constant factor.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Anatomy
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, Break, BrokenDerivative, Fault, Sentence

if TYPE_CHECKING:
    from mpmath import mpf

_NEGATIVE_RULES = frozenset({"cos", "cot", "csc", "acos", "acot", "acsc", "neg"})
_SIGNED = frozenset({"+", "-", "neg", "identity"})
MOST_PATHS = 8


def local_breaks(anatomy: Anatomy, i: int) -> Iterator[Break]:
    """The breaks of node i's local partials, one argument at a time."""
    for slot in anatomy.moving_slots(i):
        j = anatomy.node(i).inputs[slot]
        if anatomy.is_function_of(i, slot) and j != anatomy.wrt:
            yield _inner_left_out(i, slot, j)
        if anatomy.name(i) not in _SIGNED:
            yield from _local_left_out(anatomy, i, slot, j)
        yield _turned(anatomy, i, slot)
        yield _forgotten(anatomy, i, slot, j)
    yield _all_turned(anatomy, i)
    if len(anatomy.moving_slots(i)) > 1 and anatomy.name(i) not in (*_SIGNED, "*"):
        yield _all_inner_left_out(anatomy, i)


def _inner_left_out(i: int, slot: int, j: int) -> Break:
    """f(g)' taken as f'(g)."""

    def tangent(trial: Trial, before: Sequence[mpf]) -> mpf:
        return trial.tangent(i, before) + trial.local(i, slot) * (1 - before[j])

    return Break(
        "missing-inner-derivative", i, j, "inner", tangent,
        lambda words: f"the inner derivative is missing: {words.slope_of(j)}",
    )  # fmt: skip


def _all_inner_left_out(anatomy: Anatomy, i: int) -> Break:
    """The same of a function of several arguments."""
    slots = anatomy.moving_slots(i)

    def tangent(trial: Trial, before: Sequence[mpf]) -> mpf:
        return sum((trial.local(i, k) for k in slots), trial.m.number(0.0))

    return Break(
        "missing-inner-derivative", i, i, "inner-all", tangent,
        lambda words: f"the inner derivatives are missing: {words.text(i)} is a function of functions",
        doubt=FAR_FETCHED,
    )  # fmt: skip


def _local_left_out(anatomy: Anatomy, i: int, slot: int, j: int) -> Iterator[Break]:
    """A factor of the chain rule taken as 1."""

    def tangent(trial: Trial, before: Sequence[mpf]) -> mpf:
        return trial.tangent(i, before) + (1 - trial.local(i, slot)) * before[j]

    if anatomy.has_coefficient(i):
        if i in anatomy.nested:
            yield Break(
                "missing-inner-derivative", i, i, "coefficient", tangent,
                lambda words: f"a factor of the inner derivative is missing: {words.slope_of(i)}",
                doubt=1 if j == anatomy.wrt else FAR_FETCHED,
            )  # fmt: skip
        yield Break(
            "constant-factor", i, i, "constant factor", tangent,
            lambda words: f"a constant factor is lost: {words.slope_of(i)}",
        )  # fmt: skip
    else:
        yield Break(
            "missing-inner-derivative", i, i, "local", tangent,
            lambda words: f"a factor of the chain rule is missing: how {words.text(i)} changes with {words.text(j)}",
            doubt=FAR_FETCHED * (i not in anatomy.nested or anatomy.name(i) == "*"),
        )  # fmt: skip


def _turned(anatomy: Anatomy, i: int, slot: int) -> Break:
    """One local partial with the other sign."""
    j = anatomy.node(i).inputs[slot]

    def tangent(trial: Trial, before: Sequence[mpf]) -> mpf:
        return trial.tangent(i, before) - 2 * trial.local(i, slot) * before[j]

    several = len(anatomy.moving_slots(i)) > 1
    minus = anatomy.name(i) in _NEGATIVE_RULES or (slot == 1 and anatomy.name(i) in ("-", "/"))
    place = j if several and anatomy.name(i) in ("+", "-") else i
    return Break(
        "wrong-sign", i, place, f"sign of {anatomy.name(i)} {slot}", tangent,
        lambda words: f"a sign is wrong: {words.slope_of(i)}", doubt=0 if minus else 1,
    )  # fmt: skip


def _all_turned(anatomy: Anatomy, i: int) -> Break:
    """A whole node with the other sign, as in a quotient rule the wrong way round."""
    turned_round = anatomy.name(i) == "/" and len(anatomy.moving_slots(i)) == 2

    def tangent(trial: Trial, before: Sequence[mpf]) -> mpf:
        return -trial.tangent(i, before)

    start = "the quotient rule is the wrong way round" if turned_round else "the sign is wrong"
    return Break(
        "wrong-sign", i, i, f"sign of {anatomy.name(i)}", tangent,
        lambda words: f"{start}: {words.slope_of(i)}", doubt=0 if turned_round else 1,
    )  # fmt: skip


def _forgotten(anatomy: Anatomy, i: int, slot: int, j: int) -> Break:
    """One path of several, forgotten."""

    def tangent(trial: Trial, before: Sequence[mpf]) -> mpf:
        return trial.tangent(i, before) - trial.local(i, slot) * before[j]

    return Break(
        "missing-term", i, j, f"term of {anatomy.name(i)} {slot}", tangent,
        lambda words: (
            f"a term is missing: in {words.text(i)}, {words.text(j)} changes too, which adds {words.term(i, slot)}"
        ),
        doubt=_solitude(anatomy, i),
    )  # fmt: skip


def _solitude(anatomy: Anatomy, i: int) -> int:
    """The doubt that a path through node i was forgotten: none where another argument of it was remembered."""
    if len(anatomy.moving_slots(i)) > 1:
        return 0
    return 1 if i != anatomy.graph.output else FAR_FETCHED


def forgotten_paths(anatomy: Anatomy) -> Iterator[Fault]:
    """Several paths forgotten at once: what is left are the contributions of some paths and not of others."""
    paths = _paths(anatomy)
    for kept in range(1, len(paths) - 1):
        for chosen in itertools.combinations(paths, kept):
            yield Fault(
                "missing-term", None, _sum_over(chosen),
                _left(kept, len(paths)), doubt=FAR_FETCHED,
            )  # fmt: skip


Path = tuple[tuple[int, int], ...]
"""The (node, slot) of every edge from `wrt` to the output."""


def _paths(anatomy: Anatomy) -> list[Path]:
    """All paths from `wrt` to the output, or none if there are too many."""
    done: list[Path] = []
    open_ends: list[tuple[int, Path]] = [(anatomy.graph.output, ())]
    while open_ends:
        i, path = open_ends.pop()
        if i == anatomy.wrt:
            done.append(path)
        else:
            inputs = anatomy.node(i).inputs
            open_ends += [(inputs[slot], ((i, slot), *path)) for slot in anatomy.moving_slots(i)]
        if len(done) + len(open_ends) > MOST_PATHS:
            return []
    return done


def _sum_over(paths: Sequence[Path]) -> BrokenDerivative:
    def derivative(trial: Trial) -> mpf:
        total = trial.m.number(0.0)
        for path in paths:
            product = trial.m.number(1.0)
            for i, slot in path:
                product = product * trial.local(i, slot)
            total = total + product
        return total

    return derivative


def _left(kept: int, count: int) -> Sentence:
    there = "is one term" if kept == 1 else f"are {kept} terms"
    return lambda words: f"terms are missing: {words.wrt} acts on {count} paths, and these {there} of the sum"
