"""Every gradient of a large graph in one walk: the quotient of each primitive alone, put together by the chain rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flint import arb

from gradx.graph import Graph
from gradx.numbers.balls import precision
from gradx.point.local_quotients import is_affine
from gradx.point.reading import Reading
from gradx.primitive import Primitive

AFFINE_COST, QUOTIENT_COST = 4, 30
"""What a node costs whose row needs no quotient with a remainder, and what an argument of the others does."""

_NAN = arb.nan()


def chain(reading: Reading) -> list[arb]:
    """Every node's gradient, by backprop with difference quotients in place of the table's partials."""
    with precision(reading.bits):
        adjoints = reading.stretches.adjoints()
    for i in (*_choosing(reading), *set().union(*reading.corners.values())):
        adjoints[i] = _NAN
    return adjoints


def _choosing(reading: Reading) -> Iterator[int]:
    """The nodes that move a condition across a boundary: its own, or one on the way to it. No gradient flows through
    a condition, so that the chain rule does not hold along them."""
    graph, touched = reading.graph, reading.touched
    deciding: set[int] = set()
    crossing: set[int] = set()
    chooses = touched and any(row.conditions for row in graph.rows)
    for i in reversed(graph.upstream(graph.output)) if chooses else ():
        row, inputs = graph.primitives[i], graph.arguments[i]
        if i in reading.run.dropped or row is None:
            inputs = ()
        if i in crossing:
            yield i
        conditions = inputs if i in deciding else inputs[: row.conditions if row else 0]
        deciding.update(conditions)
        if i in crossing or i in touched:
            crossing.update(conditions)


def walk_cost(graph: Graph) -> int:
    """What a walk costs, in evaluations of a product at the lowest precision."""
    counted = Counter(graph.primitives)
    del counted[None]
    return sum(count * _cost(row) for row, count in counted.items() if row is not None)


def _cost(row: Primitive) -> int:
    return AFFINE_COST if is_affine(row) or row.conditions else QUOTIENT_COST * (row.arity or 2)
