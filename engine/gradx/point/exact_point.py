"""The values at the point itself, as constants that know their exact form: what stands on a boundary there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from flint import arb

from gradx.graph import Graph
from gradx.numbers.expansion import Expansion, constant
from gradx.numbers.known import Known, Undecided
from gradx.numbers.normal_form import ZERO, opaque
from gradx.numbers.one_sided_series import OneSidedSeries
from gradx.primitive import Primitive
from gradx.sweeps.forward import distances, evaluate


class Pass:
    """A pass in which comparisons may be open: `opened` are the nodes at which one is, and why, their value unknown;
    `twins` the operations that do the same as an earlier one."""

    def __init__(
        self, graph: Graph, m: OneSidedSeries, values: list[Expansion], order: Iterable[int], twins: Mapping[int, int]
    ) -> None:
        """Of the operations in `order`, the `twins` of others being known."""
        self.graph, self.m, self.values = graph, m, values
        self.faults: dict[int, int] = {}
        self.opened: dict[int, Undecided] = {}
        self.twins = dict(twins)
        first: dict[tuple[Primitive | None, tuple[int, ...]], int] = {}
        for j in order:
            key = (graph.primitives[j], tuple(self.twins.get(k, k) for k in graph.arguments[j]))
            if (twin := first.setdefault(key, j)) != j:
                self.twins[j] = twin

    def step(self, j: int) -> None:
        """Evaluate operation j."""
        twin = self.twins.get(j)
        if twin is not None:
            self.values[j] = self.values[twin]
            if twin in self.faults:
                self.faults[j] = j if self.faults[twin] == twin else self.faults[twin]
            if twin in self.opened:
                self.opened[j] = self.opened[twin]
            return
        try:
            evaluate(self.graph, self.m, (j,), self.values, self.faults)
        except Undecided as reason:
            self.values[j] = self.m.unknown
            self.opened[j] = reason


class ExactPoint(NamedTuple):
    """`values[j]` is node j's value, None where it has none or where that is open; the rest as in a pass."""

    values: list[Known | None]
    faults: dict[int, int]
    opened: dict[int, Undecided]
    twins: dict[int, int]

    def over(self, m: OneSidedSeries) -> list[Expansion]:
        """The values as numbers of `m`."""
        return [
            constant(c, m.order) if c is not None else m.nowhere if j in self.faults else m.unknown
            for j, c in enumerate(self.values)
        ]

    def on_boundaries(self, graph: Graph, nodes: Iterable[int]) -> list[int]:
        """Those of `nodes` of which a boundary quantity is known to be 0."""
        m = OneSidedSeries(1)
        values, found = self.over(m), []
        for j in nodes:
            with suppress(Undecided):
                if any(q.sign() == 0 for q in distances(graph, m, values, j)):
                    found.append(j)
        return found


def exact_point(graph: Graph, point: Mapping[int, float | Graph], typed: bool = False) -> ExactPoint:
    """Every node's value with the inputs at `point`, numbers as they were `typed` or binary64. Raises nothing."""
    m = OneSidedSeries(1, typed)
    values = [m.unknown] * len(graph.primitives)
    for j, leaf in graph.leaves.items():
        if leaf.primitive is None:
            x = leaf.literal if leaf.literal is not None else point[j]
            values[j] = exact_point(x, {}, typed).over(m)[x.output] if isinstance(x, Graph) else m.number(x)
    return _evaluated(graph, m, values, [j for j, row in enumerate(graph.primitives) if row is not None])


def named_point(graph: Graph, balls: Sequence[arb], moving: Sequence[int]) -> ExactPoint:
    """The values of the nodes `moving`, in order, where whatever else they are made of, and the first of them, is a
    name of which no more is known than the ball: what holds then holds whatever these numbers are."""
    m = OneSidedSeries(1)
    values = [m.unknown] * len(graph.primitives)
    met = {moving[0], *(k for j in moving[1:] for k in graph.arguments[j])}
    for k in met.difference(moving[1:]):
        if balls[k].is_finite():
            values[k] = constant(Known.of(balls[k], partial(opaque, f"#{k}", ZERO)), 1)
    return _evaluated(graph, m, values, moving[1:])


def _evaluated(graph: Graph, m: OneSidedSeries, values: list[Expansion], order: Sequence[int]) -> ExactPoint:
    run = Pass(graph, m, values, order, {})
    for j in order:
        run.step(j)
    return ExactPoint([x.fixed for x in values], run.faults, run.opened, run.twins)
