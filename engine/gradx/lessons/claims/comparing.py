"""Whether a claim and the derivative are the same number, at a precision that leaves no doubt.

Two numbers that differ at 60 digits are computed again at 240: rounding shrinks with the precision, a difference does
not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial, attempt
from gradx.numbers.written import Written

if TYPE_CHECKING:
    from mpmath import mpf

DIGITS = 60
CAREFUL_DIGITS = 240

SAME = 1e-20
"""The relative difference up to which two formulas give the same number."""

SAME_AS_FLOATS = 1e-13
"""The same, where a literal with 15 digits or more stands for a number that no decimal writes out."""

_LONG_LITERAL = 15
_PLAIN = 1e-6


class Comparison:
    """One claim and the derivative it is about, to be compared at one point after the other."""

    def __init__(self, graph: Graph, claim: Claim) -> None:
        self.claim = claim
        self.dependence = Dependence.of(graph, claim.of, claim.wrt)
        self.m = Written(DIGITS)
        long = has_long_literal(graph) or has_long_literal(claim.formula)
        self.tolerance = SAME_AS_FLOATS if long else SAME

    @cached_property
    def _careful(self) -> Written:
        return Written(CAREFUL_DIGITS)

    def at(self, point: Mapping[int, float]) -> Trial | None:
        """The trial at a point of plain numbers; see `attempt`."""
        return attempt(self.dependence, self.claim, self.m, {i: self.m.number(x) for i, x in point.items()})

    def agrees(self, trial: Trial) -> bool | None:
        """As `surely_agrees`, but a plain difference is not looked at twice."""
        if same(trial.exact, trial.claimed, self.tolerance):
            return True
        gap, size = abs(trial.exact - trial.claimed), max(abs(trial.exact), abs(trial.claimed))
        return False if gap > _PLAIN * size else self.surely_agrees(trial)

    def surely_agrees(self, trial: Trial) -> bool | None:
        """Whether the claim is right there, beyond doubt; None where the difference drowns in rounding."""
        careful = self._careful
        point = {i: careful.context.mpf(x) for i, x in trial.point.items()}
        again = attempt(self.dependence, self.claim, careful, point)
        if again is None or again.claimed != again.claimed:
            return None
        if same(again.exact, again.claimed, self.tolerance):
            return True
        gap, before = abs(again.exact - again.claimed), abs(trial.exact - trial.claimed)
        if gap < before * careful.context.mpf(10) ** -DIGITS:
            return True
        return None if gap < again.noise else False


def same(a: mpf, b: mpf, tolerance: float = SAME) -> bool:
    """Whether two numbers are equal up to `tolerance`, relative to the larger; False for nan."""
    return bool(abs(a - b) <= tolerance * max(abs(a), abs(b)))


def gives(number: mpf, trial: Trial) -> bool:
    """Whether `number`, another result for the trial's derivative, is what the claim says there."""
    return same(number, trial.claimed) or bool(abs(number - trial.claimed) <= trial.noise)


def has_long_literal(graph: Graph) -> bool:
    """Whether a literal is written with so many digits that it can only be a rounded number."""
    return any(
        n.literal is not None
        and n.label is None
        and sum(c.isdigit() for c in repr(n.literal).partition("e")[0].strip("0.")) >= _LONG_LITERAL
        for n in graph.nodes
    )
