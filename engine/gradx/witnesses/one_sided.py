"""One side of a point: what the difference quotient of a program does there, from values alone.

The quotient is taken at two distances, h (about |x|·10^(-P/3), P the digits) and h/2¹⁷; what the two do (stay, shrink,
grow, grow like 1/h) says what the slope is on that side. Distances have few binary digits, so that x + h is exact, and
are no power of two, so that 1/h is no whole number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.numbers.beside_one import extent
from gradx.numbers.multiprecision import is_huge, is_known
from gradx.primitive import Primitive
from gradx.sweeps.nudging import CLOSER, SETTLED, carried_changes, nudged
from gradx.witnesses.precise import CLOSE, Level
from gradx.witnesses.rounding import NOTHING, NOWHERE, SPARE, magnitude

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.graph import Graph
    from gradx.numbers.multiprecision import Multiprecision
    from gradx.sweeps.forward import Forward

Behaviour = Literal["slope", "zero", "infinite", "jump", "missing", "noise", "unsettled", "unknown"]

UNEVEN = 1361 / 2048
"""A prime by a power of two."""

FURTHER, OFTEN_ENOUGH = 4, 12
"""So many distances show a trend; so many more without a value show that there is none on that side."""

STEADY = 1e-10
"""The relative difference up to which two changes of a value are the height of one jump."""

SLOWLY, FAST = 1.02, 2.5
"""What a quotient grows or shrinks by at least from one distance to the next."""

POWER, LOGARITHM = 1.001, 3.0
"""How unlike the growth of a power of h is at most, and of a logarithm, which comes closer to none."""

Carried = tuple[dict[int, "mpf"], frozenset[int]]
"""What the nodes change by, carried through sums, and those whose rounding counts in it."""


class Side(NamedTuple):
    """What the quotient does on one side; `slope` where it has one (±inf for "infinite" and "jump"), known to `noise`
    (of "zero" by what it is extrapolated to).
    `carried` where the change was carried through sums: another level, or backprop, has to find the same; `followed`
    where that was tried. `crossed` is the binary exponent of the steps that the change went over, where it should have
    gone over none: 2^`crossed` times closer there are no more.
    """

    behaviour: Behaviour
    slope: mpf | None = None
    settled: bool = True
    noise: mpf | None = None
    carried: bool = False
    followed: bool = False
    crossed: int = 0


def one_side(graph: Graph, level: Level, i: int, order: Sequence[int], sign: int) -> Side:
    """One side, at distances relative to the node's value. Where that is far below what float64 can tell from 0, and
    the change drowns, at distances relative to the smallest that it can: a slope there is one here. At 0, relative to
    1, or to what lies beside it where that is much smaller."""
    x = extent(level.run.values[i])
    smallest = level.m.context.ldexp(1, NOTHING)
    if not x or not is_known(x):
        near = _least_beside(graph, level, order) if x == 0 else 0
        if near < -CLOSE:
            seen = _side_at(graph, level, i, order, level.m.context.ldexp(sign, near))
            if seen.behaviour not in ("noise", "unsettled"):
                return seen
        return _side_at(graph, level, i, order, sign * level.m.number(1.0))
    if abs(x) >= smallest or level.errors[i] >= level.magnitudes[i] - SPARE:
        return _side_at(graph, level, i, order, sign * max(abs(x), smallest))
    seen = _side_at(graph, level, i, order, sign * abs(x))
    if seen.behaviour != "noise" or seen.settled:
        return seen
    wider = _side_at(graph, level, i, order, sign * smallest)
    return wider if wider.behaviour in ("slope", "zero", "noise") else seen


def _least_beside(graph: Graph, level: Level, order: Sequence[int]) -> int:
    """The binary exponent of the smallest number but 0 that what moves is added to or compared with, up to 0."""
    beside = {k for j in order[1:] for k in graph.nodes[j].inputs}
    sizes = (level.magnitudes[k] for k in beside)
    return min((size for size in sizes if NOWHERE < size < 0), default=0)


def _side_at(graph: Graph, level: Level, i: int, order: Sequence[int], scale: mpf) -> Side:
    """What the quotient does at two small parts of `scale` from the point, on the side that its sign says."""
    m, run, output = level.m, level.run, graph.output
    h = m.context.ldexp(UNEVEN if scale > 0 else -UNEVEN, magnitude(scale) + _distance(level, i))
    moved = [nudged(graph, m, run, i, run.values[i] + step, order) for step in (h, h / CLOSER)]
    # Of 3x + y with y too large to be known, the change in x is known.
    carried = None if level.has_value else _carried(graph, level, order, h, moved)
    plain = [at.values[output] - level.output for at in moved]
    changes = [
        None if output in at.faults else change
        for at, change in zip(moved, plain if carried is None else [c[output] for c, _ in carried], strict=True)
    ]
    if not all(change is None or is_known(change) for change in changes):
        return Side("unknown")
    if changes[0] is None or changes[1] is None:
        # log(2 + e^-9000 - 2) has a value nearer than this, and sqrt(sin(1/x)) beside 0 now and then.
        met = any(output in at.faults and _met_nearer(graph, level, at.faults[output]) for at in moved)
        gone = (
            not met
            and changes == [None, None]
            and all(output in at.faults for at in _closer(graph, level, order, h, OFTEN_ENOUGH))
        )
        return Side("missing" if gone else "unsettled")
    crossed = _crossed(graph, level, order, moved)
    if crossed:
        return Side("unsettled", crossed=crossed)
    seen = _behaviour(graph, level, order, (changes[0], changes[1]), h, moved, carried)
    if seen.behaviour in ("zero", "infinite", "jump") and not (seen.behaviour == "zero" and seen.settled):
        return _going_on(graph, level, order, seen, h, moved)
    return seen


def _met_nearer(graph: Graph, level: Level, j: int) -> bool:
    """Whether node j is off its boundaries at the point, and nearer to one than the level looks."""
    row, inputs = graph.nodes[j].primitive, graph.nodes[j].inputs
    assert row is not None
    assert row.boundaries is not None
    gaps = row.boundaries(level.m, *(level.run.values[k] for k in inputs))
    return j not in level.hits and any(gap == gap and magnitude(gap) < -CLOSE for gap in gaps)


def _crossed(graph: Graph, level: Level, order: Sequence[int], moved: Sequence[Forward[mpf]]) -> int:
    """The binary exponent of how many steps of a floor or ceil lie between the point and the closer of two that were
    `moved`, 0 where none do, or as many for both: from far enough a staircase is a slope, and a jump stays one."""
    on_boundary = not level.hits.keys().isdisjoint(order)
    most = 0
    for j in order[1:]:
        row = graph.nodes[j].primitive
        if row is not None and row.name in ("floor", "ceil"):
            far, near = (abs(at.values[j] - level.run.values[j]) for at in moved)
            if near and not (on_boundary and near == far):
                most = max(most, magnitude(near))
    return most


def _distance(level: Level, i: int) -> int:
    """The binary exponent of the first distance, for node i of size 1: 10^(-P/3)."""
    return -level.digits * 10 // 9 - level.closer[i]


def _closer(graph: Graph, level: Level, order: Sequence[int], h: mpf, count: int) -> Iterator[Forward[mpf]]:
    """Evaluations at `count` more distances, each closer to the point."""
    x = level.run.values[order[0]]
    return (nudged(graph, level.m, level.run, order[0], x + h / CLOSER**n, order) for n in range(2, 2 + count))


def _going_on(
    graph: Graph, level: Level, order: Sequence[int], seen: Side, h: mpf, moved: Sequence[Forward[mpf]]
) -> Side:
    """What was seen, if the quotient goes on so closer to the point: two points are no trend (x sin(1/x) at 0)."""
    m = level.m
    unsettled = Side("unsettled")
    nearby = list(moved)
    for at in _closer(graph, level, order, h, FURTHER - len(moved)):
        if graph.output in at.faults or (level.has_value and not is_known(at.values[graph.output])):
            return unsettled
        nearby.append(at)
    changes = [abs(carried[graph.output]) for carried, _ in _carried(graph, level, order, h, nearby)]
    if seen.behaviour == "jump":
        steady = abs(changes[1] - changes[0]) <= STEADY * changes[0] or _steady(changes, m, LOGARITHM)
        return seen if steady else unsettled
    quotients = [change * CLOSER**n / abs(h) for n, change in enumerate(changes)]
    if seen.behaviour == "infinite":
        return seen if _steady(quotients, m, LOGARITHM) else unsettled
    if not all(2 * b <= a for a, b in pairwise(quotients)) and not _steady(quotients[::-1], m, POWER):
        return unsettled
    ends = abs(_extrapolated(quotients[:3])) + abs(_extrapolated(quotients[1:]))
    return seen._replace(noise=min(ends, quotients[-1]))


def _extrapolated(quotients: Sequence[mpf]) -> mpf:
    """Where three quotients lead to, by Aitken's process: of c + d·h^p to c."""
    a, b, c = quotients
    bend = (c - b) - (b - a)
    return c - (c - b) ** 2 / bend if bend else c


def _carried(graph: Graph, level: Level, order: Sequence[int], h: mpf, moved: Sequence[Forward[mpf]]) -> list[Carried]:
    """The carried changes at the distances h, h/`CLOSER`, …"""
    reach = level.m.context.ldexp(UNEVEN, _distance(level, order[0]))
    slopes: dict[int, mpf | None] = {}
    return [
        carried_changes(graph, level.m, level.run.values, at.values, order, h / CLOSER**n, reach, slopes)
        for n, at in enumerate(moved)
    ]


def _steady(sizes: Sequence[mpf], m: Multiprecision, alike: float) -> bool:
    """Whether the sizes grow, and by factors that are alike: the largest's logarithm `alike` times the smallest's at
    most."""
    if not all(0 < a < b for a, b in pairwise(sizes)):
        return False
    growth = [m.log(b / a) for a, b in pairwise(sizes)]
    return bool(max(growth) <= alike * min(growth))


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
    (further, _), (nearer, counted) = carried or _carried(graph, level, order, h, moved)
    first, second, after = further[graph.output], nearer[graph.output], moved[1].values
    unseen = {j: magnitude(nearer[j] - (after[j] - level.run.values[j])) for j in counted}
    closer = m.context.ldexp(1, _noise(level, order, unseen))
    if carried is None and closer >= lost:
        return _seen(level, changes, far, close, lost, noise)._replace(followed=True)
    seen = _seen(level, (first, second), first / h, second * CLOSER / h, closer, closer * CLOSER / abs(h))
    return seen._replace(carried=seen.behaviour != "noise", followed=True)


def _seen(level: Level, changes: tuple[mpf, mpf], far: mpf, close: mpf, lost: mpf, noise: mpf) -> Side:
    m = level.m
    a, b = abs(far), abs(close)
    nothing = m.context.ldexp(1, NOTHING)
    if b <= noise:
        known = lost < nothing or lost < SETTLED * abs(level.output)
        return Side("noise", m.number(0.0), bool(noise < nothing and known), noise)
    if abs(far - close) <= SETTLED * b and noise <= SETTLED * b:
        return Side("slope", close)
    if a + b + noise < nothing:
        return Side("noise", m.number(0.0), lost < nothing, a + b + noise)
    if abs(changes[1]) >= abs(changes[0]) * (1 - STEADY):
        return Side("jump", m.context.inf * (1 if close > 0 else -1))
    if (a >= b * SLOWLY and far * close > 0) or a >= b * FAST:
        return Side("zero", m.number(0.0), settled=False)
    if b >= a * SLOWLY and far * close > 0:
        return Side("infinite", m.context.inf * (1 if close > 0 else -1), settled=bool(b >= a * FAST))
    return Side("unsettled")


def _noise(level: Level, order: Sequence[int], unseen: Mapping[int, int] | None = None) -> int:
    """The binary exponent of the rounding error in the output: first order where backprop has numbers, else as large as
    the largest intermediate makes it. Where only the errors of some nodes count, of those: `unseen` has the binary
    exponents of what their values do not show of their own change."""
    prec = int(level.m.context.prec)
    adjoints = level.back.adjoints
    if any(adjoints[j] != adjoints[j] for j in order):
        largest = max(level.magnitudes[j] for j in order)
    elif unseen is not None:
        values = level.run.values
        errors = ((j, max(magnitude(extent(values[j])), size + prec)) for j, size in unseen.items())
        largest = max((error + magnitude(adjoints[j]) for j, error in errors), default=NOWHERE)
    else:
        largest = max(level.noise + prec, level.magnitudes[order[-1]])
    return max(largest, NOWHERE) + 27 - prec


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
