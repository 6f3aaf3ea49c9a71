"""The limit witness: one-sided difference quotients of values alone, at a precision that settles them.

It uses no rule of differentiation to find a slope. On each side it takes the quotient at two distances, h =
|x|·10^(-P/3) and h/10⁵, P the digits; what the two do (stay, shrink, grow, grow like 1/h) says what the slope is
there. Two facts keep it from being fooled by a function that only looks bent at distance h: a composition of the
table's primitives can have a kink, an edge or a jump only where some primitive stands on a boundary of its own, and a
conclusion that backprop at the same precision does not share is tried again closer to the point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.arithmetic.multiprecision import is_huge, is_known
from gradx.primitive import Primitive
from gradx.sweeps.nudging import carried_change, nudged
from gradx.witnesses.precise import DIGITS, Level, Readings
from gradx.witnesses.rounding import NOWHERE, SPARE, magnitude

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.arithmetic.multiprecision import Multiprecision
    from gradx.graph import Graph
    from gradx.sweeps.forward import Forward

Behaviour = Literal["slope", "zero", "infinite", "jump", "missing", "noise", "unsettled", "unknown"]
Conclusion = Literal["slope", "kink", "edge", "jump", "vertical", "undecided", "valueless", "doubtful", "unaffordable"]

CLOSER = 10**5
FURTHER, OFTEN_ENOUGH = 4, 12
"""So many distances show a trend; so many more without a value show that there is none on that side."""

STEADY = 1e-10
"""The relative difference up to which two changes of a value are the height of one jump."""

SETTLED = 1e-20
PASSES = 4
"""Evaluations of a level: two on each side."""

EXACTLY = 20
"""What it costs to read a node in exact numbers, in evaluations of a product."""

Carried = tuple["mpf", frozenset[int]]
"""A change carried through sums, and the nodes whose rounding counts in it."""


class Side(NamedTuple):
    """What the quotient does on one side; `slope` where it has one (±inf for "infinite" and "jump"), known to `noise`.
    `carried` where the change was carried through sums: another level, or backprop, has to find the same.
    """

    behaviour: Behaviour
    slope: mpf | None = None
    settled: bool = True
    noise: mpf | None = None
    carried: bool = False


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
        return len(DIGITS) - 1 if self.left is None else readings.deepest

    def spend(self, units: int) -> bool:
        """Take `units` out; False, and nothing taken, where they are not there."""
        if not self.affords(units):
            return False
        if self.left is not None:
            self.left -= units
        return True


def limit(readings: Readings, i: int, budget: Budget) -> Limit:
    """The derivative of the output with respect to node i, judged by its difference quotients."""
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
                return found if k + 1 == len(DIGITS) else Limit("unaffordable", level=k)
            continue
        if graph.output in level.run.faults:
            return Limit("valueless", level=k)
        sides = (_side(graph, level, i, order, -1), _side(graph, level, i, order, 1))
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
                return Limit("undecided" if k + 1 == len(DIGITS) else "unaffordable", level=k)
            continue
        if concluded is not None and (last or _shared(level, i, concluded)):
            return _refunded(budget, concluded, 0 if last else needed[k + 1])
        found = concluded or found
        if last:
            return found if k + 1 == len(DIGITS) else Limit("unaffordable", level=k)
    return found


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


def _side(graph: Graph, level: Level, i: int, order: Sequence[int], sign: int) -> Side:
    """One side, at distances relative to the node's value. Where that is far below what float64 can tell from 0, and
    the change drowns, at distances relative to the smallest that it can: a slope there is one here."""
    x = level.run.values[i]
    smallest = level.m.context.mpf(10) ** -330
    if not x or not is_known(x):
        return _side_at(graph, level, i, order, sign * level.m.number(1.0))
    if abs(x) >= smallest or level.errors[i] >= level.magnitudes[i] - SPARE:
        return _side_at(graph, level, i, order, sign * max(abs(x), smallest))
    seen = _side_at(graph, level, i, order, sign * abs(x))
    if seen.behaviour != "noise" or seen.settled:
        return seen
    wider = _side_at(graph, level, i, order, sign * smallest)
    return wider if wider.behaviour in ("slope", "zero", "noise") else seen


def _side_at(graph: Graph, level: Level, i: int, order: Sequence[int], scale: mpf) -> Side:
    """What the quotient does at two small parts of `scale` from the point, on the side that its sign says."""
    m, run, output = level.m, level.run, graph.output
    h = scale * m.context.ldexp(m.context.mpf(10) ** (-level.digits // 3), -level.extra)
    moved = [nudged(graph, m, run, i, run.values[i] + step, order) for step in (h, h / CLOSER)]
    # Of 3x + y with y too large to be known, the change in x is known.
    carried = None if level.has_value else _carried(graph, level, order, h, moved)
    plain = [at.values[output] - level.output for at in moved]
    changes = [
        None if output in at.faults else change
        for at, change in zip(moved, plain if carried is None else [c for c, _ in carried], strict=True)
    ]
    if not all(change is None or is_known(change) for change in changes):
        return Side("unknown")
    if changes[0] is None or changes[1] is None:
        # sqrt(sin(1/x)) beside 0 has a value now and then.
        gone = changes == [None, None] and all(
            output in at.faults for at in _closer(graph, level, order, h, OFTEN_ENOUGH)
        )
        return Side("missing" if gone else "unsettled")
    seen = _behaviour(graph, level, order, (changes[0], changes[1]), h, moved, carried)
    if seen.behaviour in ("zero", "infinite", "jump") and not _goes_on(graph, level, order, seen, h, moved):
        return Side("unsettled")
    return seen


def _closer(graph: Graph, level: Level, order: Sequence[int], h: mpf, count: int) -> Iterator[Forward[mpf]]:
    """Evaluations at `count` more distances, each closer to the point."""
    x = level.run.values[order[0]]
    return (nudged(graph, level.m, level.run, order[0], x + h / CLOSER**n, order) for n in range(2, 2 + count))


def _goes_on(
    graph: Graph, level: Level, order: Sequence[int], seen: Side, h: mpf, moved: Sequence[Forward[mpf]]
) -> bool:
    """Whether the quotient does closer to the point what it did so far: two points are no trend (x sin(1/x) at 0)."""
    m = level.m
    if seen.behaviour == "zero" and seen.settled:
        return True
    nearby = list(moved)
    for at in _closer(graph, level, order, h, FURTHER - len(moved)):
        if graph.output in at.faults or (level.has_value and not is_known(at.values[graph.output])):
            return False
        nearby.append(at)
    changes = [abs(change) for change, _ in _carried(graph, level, order, h, nearby)]
    if seen.behaviour == "jump":
        return bool(abs(changes[1] - changes[0]) <= STEADY * changes[0]) or _steady(changes, m)
    quotients = [change * CLOSER**n for n, change in enumerate(changes)]
    if seen.behaviour == "zero":
        return all(2 * b <= a for a, b in pairwise(quotients))
    return _steady(quotients, m)


def _carried(graph: Graph, level: Level, order: Sequence[int], h: mpf, moved: Sequence[Forward[mpf]]) -> list[Carried]:
    """The carried changes at the distances h, h/`CLOSER`, …"""
    return [
        carried_change(graph, level.m, level.run.values, at.values, order, h / CLOSER**n) for n, at in enumerate(moved)
    ]


def _steady(sizes: Sequence[mpf], m: Multiprecision) -> bool:
    """Whether the sizes grow, and by factors that are alike (a power of h) or come closer to 1 slowly (a logarithm)."""
    if not all(0 < a < b for a, b in pairwise(sizes)):
        return False
    growth = [m.log(b / a) for a, b in pairwise(sizes)]
    return bool(max(growth) <= 3 * min(growth))


def _behaviour(
    graph: Graph,
    level: Level,
    order: Sequence[int],
    changes: tuple[mpf, mpf],
    h: mpf,
    moved: Sequence[Forward[mpf]],
    carried: Sequence[Carried] | None,
) -> Side:
    """What two changes say. Where those are `carried` already, no others are known; else they are where they drown."""
    m = level.m
    far, close = changes[0] / h, changes[1] * CLOSER / h
    if not any(changes) and all(_stops(graph, level, order, nearby) for nearby in moved):
        return Side("zero", m.number(0.0))
    lost = m.context.ldexp(1, _noise(level, order))
    noise = lost * CLOSER / abs(h)
    if carried is None and noise <= SETTLED * abs(close):
        return _seen(level, changes, far, close, lost, noise)
    (first, _), (second, counted) = carried or _carried(graph, level, order, h, moved)
    closer = m.context.ldexp(1, _noise(level, order, counted))
    if carried is None and closer >= lost:
        return _seen(level, changes, far, close, lost, noise)
    seen = _seen(level, (first, second), first / h, second * CLOSER / h, closer, closer * CLOSER / abs(h))
    return seen._replace(carried=seen.behaviour != "noise")


def _seen(level: Level, changes: tuple[mpf, mpf], far: mpf, close: mpf, lost: mpf, noise: mpf) -> Side:
    m = level.m
    a, b = abs(far), abs(close)
    nothing = m.context.mpf(10) ** -330
    if b <= noise:
        known = lost < nothing or lost < SETTLED * abs(level.output)
        return Side("noise", m.number(0.0), bool(noise < nothing and known), noise)
    if abs(far - close) <= SETTLED * b and noise <= SETTLED * b:
        return Side("slope", close)
    if a + b + noise < nothing:
        return Side("noise", m.number(0.0), lost < nothing, a + b + noise)
    if abs(changes[1]) >= abs(changes[0]) * (1 - STEADY):
        return Side("jump", m.context.inf * (1 if close > 0 else -1))
    if b * 2.5 <= a:
        return Side("zero", m.number(0.0), settled=False)
    if b >= a * 1.02 and far * close > 0:
        return Side("infinite", m.context.inf * (1 if close > 0 else -1), settled=bool(b >= a * 2.5))
    return Side("unsettled")


def _noise(level: Level, order: Sequence[int], counted: Collection[int] | None = None) -> int:
    """The binary exponent of the rounding error in the output: first order where backprop has numbers, else as large as
    the largest intermediate makes it. Where only the errors of `counted` matter, of those."""
    prec = int(level.m.context.prec)
    adjoints = level.back.adjoints
    if any(adjoints[j] != adjoints[j] for j in order):
        largest = max(level.magnitudes[j] for j in order)
    elif counted is not None:
        largest = max((level.magnitudes[j] + magnitude(adjoints[j]) for j in counted), default=NOWHERE)
    else:
        largest = max(level.noise + prec, level.magnitudes[order[-1]])
    return max(largest, NOWHERE) + 27 - prec


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


def _stops(graph: Graph, level: Level, order: Sequence[int], nearby: Forward[mpf]) -> bool:
    """Whether the nudge ends at nodes whose value does not depend on it: a flat piece, a factor that is exactly 0."""
    before, after = level.run.values, nearby.values
    moved = {order[0]}
    for j in order[1:]:
        if before[j] != after[j] or is_huge(before[j]):
            moved.add(j)
            continue
        row, inputs = graph.nodes[j].primitive, graph.nodes[j].inputs
        if not before[j] and any(is_huge(before[k]) and is_huge(after[k]) for k in inputs):
            continue  # x/huge: nearer to 0 than any number, here and there
        if moved.isdisjoint(inputs) or row is None or row.piecewise:
            continue
        if any(k not in moved and not before[k] for k in (inputs[slot] for slot in row.zero_at)):
            continue
        if not (row.linear and row.boundaries is None and _cancels(row, level.m, inputs, before)):
            return False
    return True


def _cancels(row: Primitive, m: Multiprecision, inputs: Sequence[int], before: Sequence[mpf]) -> bool:
    """Whether a sum takes one node as often with a minus as with a plus: x - x."""
    xs = [before[k] for k in inputs]
    signs = row.local_partials(m, sum(xs, m.number(0.0)), xs, [True] * len(xs))
    return len(set(inputs)) == 1 and not sum((sign for sign in signs if sign is not None), m.number(0.0))


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
    certain = at is not None and (k > 0 if level.hits[at] else k + 1 == len(DIGITS))
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
