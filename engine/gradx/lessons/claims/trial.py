"""A claim tried at one point: everything there, exact and claimed, that tells right from wrong and why.

All of it is worked out in balls, which enclose what they stand for. Balls that do not meet are a proof that claim and
derivative differ. Balls that meet are looked at again with more bits, until what they have in common is too small for a
difference that anybody could mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.lines import Assumption
from gradx.lessons.claims.sweep import Dependence, Sweep
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.numbers.balls import precision
from gradx.point.typed import Number, ball
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, distances, evaluate, forward

if TYPE_CHECKING:
    from flint import arb

BITS = (256, 640, 1600, 4000)
"""The precisions that are gone through where fewer bits leave it open."""

SAME = 2.0**-120
"""Balls that meet are one number where they spread over no more than this share of it."""

NOTHING = 2.0**-900
"""Balls around 0 are both 0 where they are smaller than this."""

SAME_AS_FLOATS = 1e-13
"""The relative difference that does not count where a literal with 15 digits or more stands for a number that no
decimal writes out."""

ASIDE = 2.0**-40
"""How far the variable is moved to see whether an operation leaves its boundary."""

_LONG_LITERAL = 15
_NEAR_NOTHING = 2.0**-100


@dataclass(frozen=True)
class Trial:
    """One point (input -> number), and over it the derivative `exact` (of a value, the value) and what the claim says,
    `claimed`, in balls of so many `bits`; what follows from them is to be worked out at as many.

    `claimed` is nan where the claim has no value. `agrees`: whether the two are the same number, proved where they are
    not; None where that is not known.
    """

    dependence: Dependence
    claim: Claim
    point: Mapping[int, Number]
    bits: int
    run: Forward[arb] = field(repr=False)
    back: Backprop[arb] = field(repr=False)
    formula: Forward[arb] = field(repr=False)
    agrees: bool | None = None

    @property
    def exact(self) -> arb:
        return self.output if self.claim.is_value else self.back.adjoints[self.dependence.wrt]

    @property
    def claimed(self) -> arb:
        return self.formula.values[self.claim.formula.output]

    @property
    def output(self) -> arb:
        """The value of the node that is differentiated."""
        return self.run.values[self.dependence.graph.output]

    @cached_property
    def sweep(self) -> Sweep[arb]:
        """What the broken rules are worked out from."""
        return Sweep(self.dependence, M, self.run, self.back)

    @cached_property
    def slope_of_claim(self) -> arb:
        """The claim, differentiated in its turn with respect to `wrt`."""
        back = backprop(self.claim.formula, M, self.formula)
        total = M.number(0.0)
        for i, j in self.claim.operands.items():
            reached = j == self.dependence.wrt or j in self.dependence.between
            if j in self.dependence.varying and not reached:
                return M.divide(total, M.number(0.0))
            total = total + back.adjoints[i] * self.sweep.tangents[j]
        return total


class Comparison:
    """One claim and the derivative it is about, to be compared at one point after the other."""

    def __init__(self, graph: Graph, claim: Claim, assumptions: Sequence[Assumption] = ()) -> None:
        self.claim = claim
        self.assumptions = assumptions
        self.dependence = Dependence.of(graph, claim.of, claim.wrt)
        moving = [i for i, j in claim.operands.items() if j in self.dependence.varying]
        self._moving = claim.formula.operations if claim.is_value else claim.formula.downstream(*moving)
        self._long = has_long_literal(graph) or has_long_literal(claim.formula)

    def at(self, point: Mapping[int, Number]) -> Trial | None:
        """The trial at a point; None where the function has no derivative there, or none that could be told."""
        long = self._long or any(isinstance(x, Graph) and has_long_literal(x) for x in point.values())
        last = None
        for bits in BITS:
            with precision(bits):
                trial = self._attempt(point, bits)
                if isinstance(trial, Trial):
                    agrees = agree(trial.exact, trial.claimed, SAME_AS_FLOATS if long else 0.0)
                    last = replace(trial, agrees=agrees)
                    if agrees is None and self.claim.formula.output not in trial.formula.faults:
                        continue
                    return last
            if trial is False:
                return None
        return last

    def claimed(self, point: Mapping[int, Number]) -> arb:
        """What the claim says at a point, whatever the derivative is there; nan where that is nothing."""
        run = forward(self.dependence.graph, M, {i: ball(x) for i, x in point.items()})
        return claimed_at(self.claim, run).values[self.claim.formula.output]

    def _attempt(self, point: Mapping[int, Number], bits: int) -> Trial | bool:
        """The trial at the precision of the moment; False where there is no derivative, True where more bits may tell
        whether there is one."""
        dependence, graph = self.dependence, self.dependence.graph
        run = forward(graph, M, {i: ball(x) for i, x in point.items()})
        if graph.output in run.faults or not all_hold(self.assumptions, run):
            return False
        formula = claimed_at(self.claim, run)
        bent = self._is_bent(run, formula)
        if bent is not False:
            return bent is None
        if dependence.wrt in run.dropped and graph.primitives[dependence.wrt] is not None:
            return False
        back = backprop(graph, M, run)
        known = run.values[graph.output].is_finite() and back.adjoints[dependence.wrt].is_finite()
        return Trial(dependence, self.claim, point, bits, run, back, formula) if known else True

    def _is_bent(self, run: Forward[arb], formula: Forward[arb]) -> bool | None:
        """Whether an operation of the program stands on a boundary, which it leaves when `wrt` moves either way (where
        one way alone does, another operation is on its boundary too). On one of the claim alone, that has to be right.

        None where more bits may tell.
        """
        graph, is_value = self.dependence.graph, self.claim.is_value
        touched = _touched(graph, run, graph.upstream(graph.output) if is_value else self.dependence.moving)
        if touched is None or _touched(self.claim.formula, formula, self._moving) is None:
            return None
        if not touched or is_value:
            return False
        x = run.values[self.dependence.wrt]
        step = (1.0 + abs(x)) * ASIDE
        sides = self._moved(run, x - step), self._moved(run, x + step)
        left: list[arb] = []
        for i, here in touched.items():
            there = zip(*(distances(graph, M, side.values, i) for side in sides), strict=True)
            left += [b for b, away in zip(here, there, strict=True) if b.contains(0) and not _may_be_0(away)]
        return (any(b.is_zero() for b in left) or None) if left else False

    def _moved(self, run: Forward[arb], x: arb) -> Forward[arb]:
        """The program with `wrt` at x and all that does not depend on it as it is."""
        dependence = self.dependence
        values, faults = list(run.values), dict(run.faults)
        values[dependence.wrt] = x
        for i in dependence.varying:
            faults.pop(i, None)
        evaluate(dependence.graph, M, dependence.graph.downstream(dependence.wrt)[1:], values, faults)
        return Forward(values, faults, run.dropped)


def claimed_at(claim: Claim | Assumption, run: Forward[arb]) -> Forward[arb]:
    """The formula, evaluated with the program's values; nan where it has none."""
    operands = {i: M.number(math.nan) if j in run.faults else run.values[j] for i, j in claim.operands.items()}
    formula = forward(claim.formula, M, operands)
    if claim.formula.output in formula.faults or not formula.values[claim.formula.output].is_finite():
        formula.values[claim.formula.output] = M.number(math.nan)
    return formula


def all_hold(assumptions: Iterable[Assumption], run: Forward[arb]) -> bool:
    """Whether all that is assumed certainly holds: what has no value holds nowhere."""
    return all(claimed_at(assumed, run).values[assumed.formula.output] == 1 for assumed in assumptions)


def hold_at(graph: Graph, assumptions: Sequence[Assumption], point: Mapping[int, Number]) -> bool:
    """Whether all that is assumed certainly holds at a point."""
    if not assumptions:
        return True
    with precision(BITS[0]):
        return all_hold(assumptions, forward(graph, M, {i: ball(x) for i, x in point.items()}))


def agree(a: arb, b: arb, tolerance: float = 0.0) -> bool | None:
    """Whether two numbers are one, up to `tolerance` relative to the larger; None where their balls leave it open."""
    gap, size = (a - b).abs_upper(), max(a.abs_lower(), b.abs_lower())
    if gap <= size * max(SAME, tolerance) or (gap < NOTHING and a.overlaps(b)):
        return True
    return False if a.is_finite() and b.is_finite() and not a.overlaps(b) else None


def same(a: arb, b: arb, size: arb | float = 0.0) -> bool:
    """Whether two numbers are one as far as their balls tell, and these are small beside `size` or the numbers."""
    return a.overlaps(b) and (a - b).abs_upper() <= max(M.number(1.0), b.abs_lower(), size) * _NEAR_NOTHING


def has_long_literal(graph: Graph) -> bool:
    """Whether a literal is written with so many digits that it can only be a rounded number."""
    return any(
        n.literal is not None
        and n.label is None
        and sum(c.isdigit() for c in repr(n.literal).partition("e")[0].strip("0.")) >= _LONG_LITERAL
        for n in graph.nodes
    )


def _touched(graph: Graph, run: Forward[arb], nodes: Iterable[int]) -> dict[int, tuple[arb, ...]] | None:
    """Those of `nodes` that may be on a boundary, with how far they are from each; None where a choice is open."""
    found = {}
    for i in nodes:
        row, here = graph.primitives[i], () if i in run.dropped else distances(graph, M, run.values, i)
        if _may_be_0(here):
            found[i] = here
            if (
                row is not None
                and row.relation
                and M.holds(row.relation, *(run.values[j] for j in graph.arguments[i][:2])) is None
            ):
                return None
    return found


def _may_be_0(distances: Iterable[arb]) -> bool:
    return any(b.contains(0) for b in distances)
