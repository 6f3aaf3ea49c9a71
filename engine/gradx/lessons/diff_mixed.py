"""A mixed second derivative on a boundary: the derivative along x, followed on either side as y moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gradx.derive.gradients import Gradients
from gradx.graph import Graph
from gradx.numbers.balls import precision
from gradx.numbers.known import Undecided
from gradx.point.bend import Bend
from gradx.point.exact_point import ExactPoint, exact_point
from gradx.point.sentences import bent_across, nowhere_beside
from gradx.point.sides import leaves_boundaries, sides
from gradx.point.verdict import Proof, Verdict

BITS: Final = 256
BROKEN: Final = ("kink", "edge", "jump", "vertical")


def mixed_on_a_boundary(graph: Graph, point: Mapping[int, float], x: int, y: int) -> Proof | Verdict | None:
    """The derivative of the output along input x and then along input y, or why there is none; None where that is open.

    Off the point, on the line along y, backprop's rules give the derivative along x wherever the operations that x
    moves are off their boundaries. At the point it is the slope of the program itself.
    """
    if not {x, y} <= set(graph.inputs):
        return None
    names = graph.names
    with precision(BITS):
        at = exact_point(graph, point)
        if sides(graph, at, y).finding == "edge":
            return Verdict("edge", f"the program has a side without a value here, as {names[y]} moves")
        bend = _followed(graph, point, at, x, y)
        if bend is not None and bend.slope is not None:
            return Proof(bend.slope, "series", BITS)
        if bend is not None:
            return bent_across(bend, names[x], names[y]) if bend.finding in BROKEN else None
        # Where y moves nothing that stands on a boundary, both sides in x are smooth in y. If the derivative along y
        # has a kink as x moves, the one along x differs on both sides of the line, beside the point.
        if not set(at.on_boundaries(graph, range(len(graph.primitives)))).intersection(graph.downstream(y)):
            other = _followed(graph, point, at, y, x)
            if other is not None and other.finding == "kink" and _is_finite(other):
                return nowhere_beside(other, names[x], names[y])
            if other is not None and other.slope is not None and _is_smooth_before(graph, at, x, y):
                return Proof(other.slope, "series", BITS)
    return None


def _followed(graph: Graph, point: Mapping[int, float], at: ExactPoint, x: int, y: int) -> Bend | None:
    """What the derivative along x does as y moves; None where that is open."""
    rules = Gradients(graph, in_inputs=True).formulas([x])[x]
    if rules is None:
        return None
    slope = rules.graph
    places = {i: point[graph.index[slope.names[i]]] for i in slope.inputs}
    moved = next((i for i in slope.inputs if slope.names[i] == graph.names[y]), None)
    between = sorted(set(graph.downstream(x)[1:]).intersection(graph.upstream(graph.output)))
    if moved is None or not leaves_boundaries(graph, at, y, between):
        return None
    first, at_slope = sides(graph, at, x), exact_point(slope, places)
    here, by_rules = first.left.coefficient if first.left else None, at_slope.values[slope.output]
    try:
        if first.finding != "smooth" or here is None or by_rules is None or (here - by_rules).sign() != 0:
            return None
    except Undecided:
        return None
    return sides(slope, at_slope, moved)


def _is_smooth_before(graph: Graph, at: ExactPoint, x: int, y: int) -> bool:
    """Whether what x alone moves has a derivative, wherever it meets what y moves."""
    with_y = set(graph.downstream(y))
    alone = set(graph.downstream(x)).difference(with_y)
    meeting = {j for i in with_y for j in graph.arguments[i]}.intersection(alone)
    return all(sides(replace(graph, output=j), at, x).finding == "smooth" for j in meeting)


def _is_finite(bend: Bend) -> bool:
    return all(side is not None and side.coefficient is not None for side in (bend.left, bend.right))
