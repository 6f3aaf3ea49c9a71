"""Backprop in balls over a stretch of a graph, with as little as can be between FLINT and the nodes.

It hands on what `gradx.sweeps.backprop` does, and keeps no local partials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from flint import arb

from gradx.columns import ALONE
from gradx.graph import Graph
from gradx.numbers.balls import Balls
from gradx.primitive import Primitive
from gradx.row_shape import crosses
from gradx.sweeps.backprop import wanted_of

GENERAL, SUM, PRODUCT, SMOOTH = range(4)
"""What a row asks for: its partials where a gradient flows to; a sign; the other argument; a partial for each."""


class Rules:
    """The local partials of a graph's nodes: by the table, or by other rows in the place of its own (`instead`)."""

    def __init__(self, graph: Graph, m: Balls, instead: Mapping[Primitive, Primitive] | None = None) -> None:
        self.graph, self._m, self._instead = graph, m, instead or {}
        self.kinds = {row: _asked(m, self._instead.get(row, row)) for row in graph.rows}

    def of(self, i: int, values: Sequence[arb]) -> Iterable[tuple[int, arb]]:
        """The arguments of any node to which a gradient flows, with the local partials; a 0 flows on, too: behind it
        may be a place that is not smooth."""
        row, inputs = self.graph.primitives[i], self.graph.operands.of(i)
        assert row is not None
        xs = [values[j] for j in inputs]
        wanted = wanted_of(self._m, self.graph.constant, row, inputs, xs)
        found = self._instead.get(row, row).local_partials(self._m, values[i], xs, wanted)
        return ((j, x) for j, x in zip(inputs, found, strict=True) if x is not None)


class _Asked(NamedTuple):
    """What a row asks for, its partials along the first and the last argument, of a sum whether it adds them."""

    kind: int
    one: Callable[..., arb] | None = None
    other: Callable[..., arb] | None = None
    plus: bool = True
    plus_too: bool = True


def _asked(m: Balls, row: Primitive) -> _Asked:
    if row.piecewise or row.relation is not None or callable(row.partials) or len(row.partials) > 2:
        return _Asked(GENERAL)
    one, other = partial(row.partials[0], m), partial(row.partials[-1], m)
    if crosses(row):
        return _Asked(PRODUCT)
    if row.linear and row.boundaries is None:
        nothing = [arb(0)] * (len(row.partials) + 1)
        signs = one(*nothing), other(*nothing)
        if all(abs(sign) == 1 for sign in signs):
            return _Asked(SUM, None, None, signs[0] > 0, signs[1] > 0)
    return _Asked(SMOOTH, one, other)


def walk(rules: Rules, values: Sequence[arb], start: int, end: int, adjoints: list[arb], reached: list[bool]) -> None:
    """Hand on, from the nodes from `start` up to `end`, back to front, what those have that are `reached`."""
    graph, kinds, constant = rules.graph, rules.kinds, rules.graph.constant
    columns = graph.primitives, graph.operands.first, graph.operands.second
    nodes = zip(range(end - 1, start - 1, -1), *(reversed(column[start:end]) for column in columns), strict=True)
    for i, row, a, b in nodes:
        if row is None or not reached[i]:
            continue
        (kind, one, other, plus, plus_too), upstream = kinds[row], adjoints[i]
        if kind == GENERAL:
            for j, local in rules.of(i, values):
                # Where a value does not depend on the argument it is 0, and be the upstream gradient infinite.
                part = local if row.piecewise and local == 0 else upstream * local
                adjoints[j], reached[j] = adjoints[j] + part if reached[j] else part, True
            continue
        if not constant[a]:
            if kind == SUM:
                part = upstream if plus else -upstream
            elif kind == PRODUCT:
                part = upstream * values[b]
            elif one is not None:
                part = upstream * (one(values[i], values[a]) if b == ALONE else one(values[i], values[a], values[b]))
            adjoints[a], reached[a] = adjoints[a] + part if reached[a] else part, True
        if b != ALONE and not constant[b]:
            if kind == SUM:
                part = upstream if plus_too else -upstream
            elif kind == PRODUCT:
                part = upstream * values[a]
            elif other is not None:
                part = upstream * other(values[i], values[a], values[b])
            adjoints[b], reached[b] = adjoints[b] + part if reached[b] else part, True
