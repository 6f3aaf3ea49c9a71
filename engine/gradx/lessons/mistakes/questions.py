"""What goes wrong with the question itself: another variable, an antiderivative, a constant factor off, paths
forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial, same
from gradx.lessons.mistakes.case import Case
from gradx.lessons.mistakes.faults import LIKELY, BrokenWhole, Fault, Numbers
from gradx.lessons.mistakes.powers import is_constant
from gradx.numbers import Scalar
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

MOST_PATHS = 8
_OBVIOUS = 4
_SHIFTS = (1, 2, 3, -1, -2, -3)

Path = tuple[tuple[int, int], ...]
"""The (node, slot) of every edge from `wrt` to the output."""


def mistaken_questions(dependence: Dependence) -> Iterator[Fault]:
    """Those that any sweep tells."""
    graph = dependence.graph
    paths = _paths(dependence)
    for kept in range(1, len(paths) - 1):
        yield from (_paths_missing(chosen, len(paths)) for chosen in itertools.combinations(paths, kept))
    if graph.output not in dependence.varying:
        value = graph.output
        yield BrokenWhole("constant-kept", value, lambda sweep: sweep.value(value), is_constant(value))
    for j in graph.shown:
        is_input = graph.nodes[j].primitive is None
        if j != dependence.wrt and j < graph.output and (is_input or j in graph.named):
            yield from _another(j, is_input=is_input)


def _another(j: int, *, is_input: bool) -> Iterator[Fault]:
    """The gradient of another node, added or in the place of the right one."""

    def belongs_to(words: Wording) -> str:
        others = " and ".join(words.gradient(k) for k in words.twins(j)[:2])
        whose = f"{words.gradient(j)}{f' (and {others})' if others else ''}"
        return f"{words.given}{words.claim} is {whose}; {words.answer.removeprefix(words.given)}"

    yield BrokenWhole(
        "extra-term", j, lambda sweep: sweep.exact + sweep.adjoint(j),
        lambda words: f"a term too many: {words.gradient(j)} is added; {words.answer}", LIKELY,
    )  # fmt: skip
    yield BrokenWhole("wrong-variable", j, lambda sweep: sweep.adjoint(j), belongs_to, 0 if is_input else LIKELY)


def _paths_missing(chosen: Sequence[Path], count: int) -> Fault:
    """The sum over some of the paths alone."""

    def derivative(sweep: Numbers) -> Scalar:
        products = (prod((sweep.local(i, slot) for i, slot in path), start=sweep.m.number(1.0)) for path in chosen)
        return sum(products, sweep.m.number(0.0))

    there = "this is one term" if len(chosen) == 1 else f"these are {len(chosen)} terms"
    return BrokenWhole(
        "missing-term", None, derivative,
        lambda words: f"terms are missing: {words.wrt} acts on {count} paths, and {there} of the sum", LIKELY,
    )  # fmt: skip


def antiderivative(dependence: Dependence, trials: Sequence[Trial]) -> Fault | None:
    """A claim whose own derivative is the node that is differentiated; None where it is another one."""
    if not trials or not all(same(trial.slope_of_claim, trial.output) for trial in trials):
        return None
    return BrokenWhole(
        "antiderivative", None, lambda sweep: sweep.exact,
        lambda words: (
            f"{words.claim} is an antiderivative: its own derivative is {words.text(dependence.graph.output)}"
        ),
    )  # fmt: skip


def lost_factor(dependence: Dependence, cases: Sequence[Case]) -> Fault | None:
    """A constant factor, where one and the same number turns the derivative into the claim at every point."""
    factor = _constant_factor(cases, {n.literal for n in dependence.graph.nodes if n.literal is not None})
    if factor is None:
        return None
    if cases[0].claim.is_number and any(same(factor, M.number(10.0**k)) for k in _SHIFTS):
        return BrokenWhole(
            "decimal-point", None, lambda sweep: sweep.exact,
            lambda words: f"the decimal point is in another place; {words.answer}",
        )  # fmt: skip
    if same(factor, M.number(-1.0)):
        return BrokenWhole(
            "wrong-sign", None, lambda sweep: -sweep.exact, lambda words: f"the sign is wrong: {words.answer}", LIKELY
        )
    return BrokenWhole(
        "constant-factor", None, lambda sweep: sweep.exact,
        lambda words: f"a constant factor is off: {words.claim} is {words.number(factor)} times {words.derivative}",
        0 if cases[0].half is not None or len(cases) == 1 else LIKELY,
    )  # fmt: skip


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


def _constant_factor(cases: Sequence[Case], literals: set[float]) -> arb | None:
    """What the right derivative is multiplied by, if that is one and the same number at every point.

    Where claim and derivative are both constant any two would do; then only a small whole number, its reciprocal, or a
    number of the program is a factor that somebody may have lost.
    """
    known = next((case for case in cases if not case.exact.contains(0)), None)
    if known is None:
        return None
    factor = known.claimed / known.exact
    if factor.contains(0) or not factor.is_finite():
        return None
    if known.half is not None:
        near = [M.number(x) for x in (-1.0, 2.0, 0.5, *(10.0**k for k in _SHIFTS))]
        return next((x for x in near if known.gives(known.exact * x)), None)
    if not all(case.gives(case.exact * factor) for case in cases):
        return None
    if known.claim.is_number and len(cases) == 1 and any(same(factor, M.number(10.0**k)) for k in _SHIFTS):
        return factor
    constant = all(same(case.exact, known.exact) and same(case.claimed, known.claimed) for case in cases)
    telling = [M.number(abs(x)) for x in (*map(float, range(2, _OBVIOUS + 1)), *literals) if x]
    if constant and not any(
        same(size, x) for size in (abs(factor), 1 / abs(factor)) for x in (*telling, M.number(1.0))
    ):
        return None
    return factor
