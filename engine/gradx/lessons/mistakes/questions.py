"""What goes wrong with the question itself: another variable, an antiderivative, a constant factor off, paths
forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from math import nan
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial, same
from gradx.lessons.mistakes.faults import FAR_FETCHED, Fault
from gradx.lessons.mistakes.rules import is_constant
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

MOST_PATHS = 8
_OBVIOUS = 4

Path = tuple[tuple[int, int], ...]
"""The (node, slot) of every edge from `wrt` to the output."""


def mistaken_questions(dependence: Dependence, trials: Sequence[Trial]) -> Iterator[Fault]:
    """All of them."""
    graph = dependence.graph
    paths = _paths(dependence)
    for kept in range(1, len(paths) - 1):
        for chosen in itertools.combinations(paths, kept):
            left = partial(_left, kept, len(paths))
            yield Fault("missing-term", None, partial(_sum_over, chosen), left, FAR_FETCHED)
    if graph.output not in dependence.varying:
        yield Fault("constant-kept", graph.output, lambda trial: trial.output, is_constant(graph.output))
    for j in graph.shown:
        is_input = graph.nodes[j].primitive is None
        if j != dependence.wrt and j < graph.output and (is_input or j in graph.named):
            yield Fault("wrong-variable", j, partial(_adjoint, j), partial(_belongs_to, j), 0 if is_input else 1)
    yield Fault(
        "antiderivative", None,
        lambda trial: trial.claimed if same(trial.slope_of_claim, trial.output) else M.number(nan),
        lambda words: f"{words.claim} is an antiderivative: its own derivative is {words.text(graph.output)}",
    )  # fmt: skip
    factor = _constant_factor(trials, {n.literal for n in graph.nodes if n.literal is not None})
    if factor is not None:
        yield Fault(
            "constant-factor", None, lambda trial: trial.exact * factor,
            lambda words: f"a constant factor is off: {words.claim} is {words.number(factor)} times the derivative", 1,
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


def _sum_over(paths: Sequence[Path], trial: Trial) -> arb:
    total = M.number(0.0)
    for path in paths:
        product = M.number(1.0)
        for i, slot in path:
            product = product * trial.local(i, slot)
        total = total + product
    return total


def _left(kept: int, count: int, words: Wording) -> str:
    there = "is one term" if kept == 1 else f"are {kept} terms"
    return f"terms are missing: {words.wrt} acts on {count} paths, and these {there} of the sum"


def _adjoint(j: int, trial: Trial) -> arb:
    return trial.back.adjoints[j]


def _belongs_to(j: int, words: Wording) -> str:
    others = " and ".join(words.gradient(k) for k in words.twins(j)[:2])
    return f"{words.claim} is {words.gradient(j)}{f' (and {others})' if others else ''}; {words.answer}"


def _constant_factor(trials: Sequence[Trial], literals: set[float]) -> arb | None:
    """What the right derivative is multiplied by, if that is one and the same number at every point.

    Where claim and derivative are both constant any two would do; then only a small whole number, its reciprocal, or a
    number of the program is a factor that somebody may have lost.
    """
    known = next((trial for trial in trials if not trial.exact.contains(0)), None)
    if known is None:
        return None
    factor = known.claimed / known.exact
    constant = all(same(t.exact, known.exact) and same(t.claimed, known.claimed) for t in trials)
    telling = [M.number(abs(x)) for x in (*map(float, range(2, _OBVIOUS + 1)), *literals) if x]
    if factor.contains(0) or factor.contains(-1):
        return None
    if constant and not any(same(size, x) for size in (abs(factor), 1 / abs(factor)) for x in telling):
        return None
    return factor
