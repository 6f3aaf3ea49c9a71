"""The limit witness: one-sided difference quotients of values alone, at a precision that settles them.

It uses no rule of differentiation to find a slope. `one_sided` says what the quotient does on each side. Two facts keep
it from being fooled by a function that only looks bent: a composition of the table's primitives can have a kink, an
edge or a jump only where some primitive stands on a boundary of its own, and a conclusion that backprop at the same
precision does not share is tried again closer to the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.sweeps.nudging import SETTLED
from gradx.witnesses.one_sided import Side, one_side
from gradx.witnesses.precise import LEVELS, Level, Readings
from gradx.witnesses.rounding import NOTHING, NOWHERE, magnitude

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.graph import Graph

Conclusion = Literal["slope", "kink", "edge", "jump", "vertical", "undecided", "valueless", "doubtful", "unaffordable"]

_SILENT = frozenset(("undecided", "valueless", "doubtful", "unaffordable"))

SETTLED_BITS = 67
"""The binary digits of `SETTLED`."""

PASSES = 4
"""Evaluations of a level: two on each side."""

FOLLOWED = 3
"""What following the changes through every node takes, in the evaluations of a level."""

SPARE_DIGITS = 10
"""How many digits more are read than the noise asks for."""

EXACTLY = 20
"""What it costs to read a node in exact numbers, in evaluations of a product."""


class Limit(NamedTuple):
    """The witness's word on d(output)/d(node). `slope` ± `radius` where there is a derivative; `left` and `right` the
    one-sided slopes; `at` the node whose boundary the point lies on; `level` the precision it took."""

    conclusion: Conclusion
    slope: mpf | None = None
    radius: mpf | None = None
    left: mpf | None = None
    right: mpf | None = None
    at: int | None = None
    level: int = 0


class Budget:
    """How many node evaluations, weighted by precision, the witness may still spend. None is no limit."""

    def __init__(self, units: int | None) -> None:
        self.left = units

    def affords(self, units: int) -> bool:
        return self.left is None or units <= self.left

    def deepest(self, readings: Readings) -> int:
        """The last level that may be read."""
        return LEVELS - 1 if self.left is None else readings.deepest

    def spend(self, units: int) -> bool:
        """Take `units` out; False, and nothing taken, where they are not there."""
        if not self.affords(units):
            return False
        if self.left is not None:
            self.left -= units
        return True

    def count(self, units: int) -> None:
        """Take `units` out that have been spent already, as far as they are there."""
        if self.left is not None:
            self.left = max(0, self.left - units)


def limit(readings: Readings, i: int, budget: Budget) -> Limit:
    """The derivative of the output with respect to node i, judged by its difference quotients."""
    found = _found(readings, i, budget)
    if readings.lacking and found.conclusion in _SILENT:
        return Limit("unaffordable" if readings.payable else "undecided", level=found.level)
    return found


def _found(readings: Readings, i: int, budget: Budget) -> Limit:
    graph = readings.graph
    order: Sequence[int] = graph.downstream(i)
    if graph.output not in set(order):
        return _independent(readings.level(0), 0.0)
    if graph.output == i:
        return _independent(readings.level(0), 1.0)
    needed = [PASSES * cost for cost in readings.costs(order)]
    if not budget.spend(needed[0]):
        return Limit("unaffordable")
    found = Limit("undecided")
    deepest = budget.deepest(readings)
    for k in range(deepest + 1):
        last = k == deepest or not budget.spend(needed[k + 1])
        level = readings.level(k)
        if level.doubtful is not None:
            found = Limit("doubtful", at=level.doubtful, level=k)
            if last:
                return found if k + 1 == LEVELS else Limit("unaffordable", level=k)
            continue
        if graph.output in level.run.faults:
            return Limit("valueless", level=k)
        sides = _both_sides(graph, level, i, order)
        if any(side.followed for side in sides):
            budget.count(FOLLOWED * needed[k])
        if not level.has_value and any(side.behaviour == "unknown" for side in sides):
            return Limit("valueless", level=k)
        if k == 0 and _drowns(sides) and budget.spend(EXACTLY * len(order)):
            order = readings.moving(level, order)
            if graph.output not in order:
                return _independent(level, 0.0)
        concluded = _conclude(graph, level, k, sides, order, last)
        if any(side.carried for side in sides) and not (_repeated(concluded, found) or _ruled(level, i, concluded)):
            found = concluded or Limit("undecided")
            if last:
                return Limit("undecided" if k + 1 == LEVELS else "unaffordable", level=k)
            continue
        if concluded is not None and _fades_below(level, i, concluded):
            concluded = None
        if concluded is not None and (last or _shared(level, i, concluded)):
            return _refunded(budget, concluded, 0 if last else needed[k + 1])
        found = concluded or found
        if last:
            if k + 1 < LEVELS:
                return Limit("unaffordable", level=k)
            return _with_more_digits(readings, level, i, sides, order, budget) or found
    return found


def _with_more_digits(
    readings: Readings, level: Level, i: int, sides: Sequence[Side], order: Sequence[int], budget: Budget
) -> Limit | None:
    """The word of a level further on, where the noise of the last in turn says how many digits would do (it falls by
    two digits for three), or the steps that it went over (the distance falls by one for three)."""
    noisy = [magnitude(side.noise) for side in sides if side.behaviour == "noise" and side.noise and not side.settled]
    lacking = max(noisy) - max(NOTHING, magnitude(level.back.adjoints[i]) - SETTLED_BITS) if noisy else 0
    lacking = max(lacking, *(2 * side.crossed for side in sides))
    if lacking <= 0:
        return None
    digits = level.digits + SPARE_DIGITS + lacking * 9 // 20
    k = readings.level_of(digits, whatever_it_costs=budget.left is None)
    if k is None or not budget.spend(PASSES * readings.costs(order)[k]):
        return None
    level = readings.level(k)
    closer = _both_sides(readings.graph, level, i, order)
    concluded = _conclude(readings.graph, level, k, closer, order, last=True)
    if concluded is None or _fades_below(level, i, concluded):
        return None
    return concluded if _ruled(level, i, concluded) or not any(side.carried for side in closer) else None


def _both_sides(graph: Graph, level: Level, i: int, order: Sequence[int]) -> tuple[Side, Side]:
    return one_side(graph, level, i, order, -1), one_side(graph, level, i, order, 1)


def _drowns(sides: Sequence[Side]) -> bool:
    """Whether the change may be nothing but rounding: of what does not change, or across a boundary."""
    return any(side.behaviour in ("noise", "unsettled", "jump") for side in sides)


def _refunded(budget: Budget, concluded: Limit, units: int) -> Limit:
    """`concluded`, with the units for the next level, not needed, given back."""
    if budget.left is not None:
        budget.left += units
    return concluded


def _independent(level: Level, slope: float) -> Limit:
    """What needs no quotient: the output moves as itself, and not at all with what it does not depend on."""
    known = level.m.number(slope)
    return Limit("slope", known, level.m.number(0.0), known, known)


def _repeated(concluded: Limit | None, before: Limit) -> bool:
    """Whether the level before came to the same conclusion."""
    if concluded is None or concluded.conclusion != before.conclusion:
        return False
    pairs = ((concluded.left, before.left), (concluded.right, before.right))
    return all(a == b or (a is not None and b is not None and abs(a - b) <= 1e-12 * abs(a)) for a, b in pairs)


def _ruled(level: Level, i: int, concluded: Limit | None) -> bool:
    """Whether backprop at this precision comes to the slope that was concluded, and it is none that just fades."""
    if concluded is None or not concluded.slope:
        return False
    return bool(abs(level.back.adjoints[i] - concluded.slope) <= 1e-12 * abs(concluded.slope))


def _conclude(
    graph: Graph, level: Level, k: int, sides: tuple[Side, Side], order: Sequence[int], last: bool
) -> Limit | None:
    """What both sides together say at level k; None where they have to be seen closer.

    A bend is believed from the second level on, and only where some primitive stands on a boundary.
    """
    left, right = sides
    kinds = (left.behaviour, right.behaviour)
    hits = [j for j in order[1:] if j in level.hits]
    at = hits[0] if hits else None
    certain = at is not None and (k > 0 if level.hits[at] else k + 1 == LEVELS)
    if "unknown" in kinds:
        return None
    if "missing" in kinds:
        settled = certain and not {"unsettled", "noise"} & set(kinds)
        return Limit("edge", None, None, left.slope, right.slope, at, k) if settled or last else None
    if "unsettled" in kinds or not _closed(left, k, last) or not _closed(right, k, last):
        return None
    if "jump" in kinds:
        leaps = [j for j in hits if (row := graph.nodes[j].primitive) and row.jumps]
        return Limit("jump", None, None, left.slope, right.slope, leaps[0], k) if leaps and k > 0 else None
    assert left.slope is not None
    assert right.slope is not None
    if "infinite" in kinds:
        if not certain:
            return None
        same = left.slope == right.slope
        return Limit("vertical" if same else "kink", None, None, left.slope, right.slope, at, k)
    gap = abs(left.slope - right.slope)
    if gap <= SETTLED * max(abs(left.slope), abs(right.slope)):
        middle = (left.slope + right.slope) / 2
        radius = gap + abs(middle) * SETTLED + (left.noise or 0) + (right.noise or 0)
        return Limit("slope", middle, radius, left.slope, right.slope, at, k)
    return Limit("kink", None, None, left.slope, right.slope, at, k) if certain else None


def _closed(side: Side, k: int, last: bool) -> bool:
    """Whether one look was enough: a slope that only shrinks, grows slowly or drowns in noise needs a closer one."""
    if side.behaviour == "noise":
        return side.settled and last
    return side.settled or k >= (1 if side.behaviour == "zero" else 2)


def _fades_below(level: Level, i: int, concluded: Limit) -> bool:
    """Whether the quotients shrink towards 0, and not yet below the slope that backprop finds: they may end there."""
    if concluded.slope is None or concluded.slope or not concluded.radius:
        return False
    adjoint = abs(level.back.adjoints[i])
    return magnitude(concluded.radius) > NOTHING and bool(adjoint) and not adjoint > concluded.radius


def _shared(level: Level, i: int, concluded: Limit) -> bool:
    """Whether backprop over the same table, at the same precision, comes to the same slope."""
    if concluded.slope is None or concluded.radius is None:
        return True
    adjoint = level.back.adjoints[i]
    if adjoint != adjoint:
        return True
    scale = max(abs(concluded.slope), abs(adjoint))
    noise = level.m.context.ldexp(1, level.adjoint_noise) if level.adjoint_noise > NOWHERE // 2 else 0
    return bool(abs(adjoint - concluded.slope) <= 1e-12 * scale + noise)
