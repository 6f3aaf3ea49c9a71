"""One node moved, and only what depends on it evaluated again."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.graph import Graph
from gradx.numbers import Ordered, S
from gradx.sweeps.forward import Forward, evaluate


def nudged(
    graph: Graph, m: Ordered[S], run: Forward[S], i: int, value: S, order: Sequence[int] | None = None
) -> Forward[S]:
    """The forward pass `run` with node i held at `value`.

    `order` is `graph.downstream(i)` where the caller already has it. `dropped` is taken over unchanged.
    """
    order = graph.downstream(i) if order is None else order
    values = list(run.values)
    values[i] = value
    moved = set(order)
    faults = {j: origin for j, origin in run.faults.items() if j not in moved}
    evaluate(graph, m, order[1:], values, faults)
    return Forward(values, faults, run.dropped)
