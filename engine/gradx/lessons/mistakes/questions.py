"""What goes wrong with the question itself: another variable, an antiderivative, a constant factor off, paths
forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial, same
from gradx.lessons.mistakes.case import Case
from gradx.lessons.mistakes.faults import LIKELY, Fault, Numbers
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
        for chosen in itertools.combinations(paths, kept):
            left = partial(_left, kept, len(paths))
            yield Fault("missing-term", None, partial(_sum_over, chosen), left, LIKELY)
    if graph.output not in dependence.varying:
        yield Fault("constant-kept", graph.output, lambda sweep: sweep.value(graph.output), is_constant(graph.output))
    for j in graph.shown:
        is_input = graph.nodes[j].primitive is None
        if j != dependence.wrt and j < graph.output and (is_input or j in graph.named):
            far = LIKELY if not is_input else 0
            yield Fault("extra-term", j, partial(_and_adjoint, j), partial(_added_to, j), LIKELY)
            yield Fault("wrong-variable", j, partial(_adjoint, j), partial(_belongs_to, j), far)


def is_antiderivative(trials: Sequence[Trial]) -> bool:
    """Whether the claim's own derivative is the node that is differentiated."""
    return bool(trials) and all(same(trial.slope_of_claim, trial.output) for trial in trials)


def antiderivative(dependence: Dependence) -> Fault:
    """Its words."""
    return Fault(
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
        return Fault(
            "decimal-point", None, lambda sweep: sweep.exact,
            lambda words: f"the decimal point is in another place; {words.answer}",
        )  # fmt: skip
    if same(factor, M.number(-1.0)):
        return Fault(
            "wrong-sign", None, lambda sweep: -sweep.exact, lambda words: f"the sign is wrong: {words.answer}", LIKELY
        )
    return Fault(
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


def _sum_over(paths: Sequence[Path], sweep: Numbers) -> Scalar:
    total = sweep.m.number(0.0)
    for path in paths:
        product = sweep.m.number(1.0)
        for i, slot in path:
            product = product * sweep.local(i, slot)
        total = total + product
    return total


def _left(kept: int, count: int, words: Wording) -> str:
    there = "is one term" if kept == 1 else f"are {kept} terms"
    return f"terms are missing: {words.wrt} acts on {count} paths, and these {there} of the sum"


def _adjoint(j: int, sweep: Numbers) -> Scalar:
    return sweep.adjoint(j)


def _and_adjoint(j: int, sweep: Numbers) -> Scalar:
    return sweep.exact + sweep.adjoint(j)


def _added_to(j: int, words: Wording) -> str:
    return f"a term too many: {words.gradient(j)} is added; {words.answer}"


def _belongs_to(j: int, words: Wording) -> str:
    others = " and ".join(words.gradient(k) for k in words.twins(j)[:2])
    whose = f"{words.gradient(j)}{f' (and {others})' if others else ''}"
    return f"{words.given}{words.claim} is {whose}; {words.answer.removeprefix(words.given)}"


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
