"""Second derivatives by forward over reverse: both sweeps in dual numbers, once for all directions.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., section 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradx.graph import Graph, Node
from gradx.numbers import Ordered, S
from gradx.numbers.duals import Dual, Duals
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import hidden_kink, rows_by_operation
from gradx.sweeps.backprop import LocalPartials, backprop
from gradx.sweeps.forward import forward

FEW = 8
"""Up to so many directions are taken one after the other: NumPy is not imported for them."""


def _bent_partials(graph: Graph, m: Ordered[Any], values: Sequence[Any]) -> LocalPartials[Any]:
    """The table's, which move as the rule as it is written does where the stable one has a kink of its own."""
    rows, operands = graph.primitives, graph.operands

    def of(i: int, wanted: Sequence[bool]) -> Sequence[Any]:
        row, xs = rows[i], [values[j] for j in operands.of(i)]
        assert row is not None
        found = row.local_partials(m, values[i], xs, wanted)
        if not hidden_kink(row):
            return found
        return [
            None if local is None else Dual(local.value, row.written_partial(m, values[i], xs, slot).tangent)
            for slot, local in enumerate(found)
        ]

    return of


def moved_gradient(graph: Graph, m: Ordered[S], point: Mapping[int, S], along: Mapping[int, Any]) -> list[Any]:
    """How every node's gradient moves where the nodes `along` are moved by so much from `point`, which holds every
    input and them: the Hessian times a vector, or times one for each place of a NumPy array. None for 0."""
    freed = [Node(None) if i in along else node for i, node in enumerate(graph.nodes)]
    free = graph if all(i in graph.inputs for i in along) else graph.with_nodes(freed)
    arithmetic: Ordered[Any] = Duals(m, rows_by_operation()).arithmetic
    run = forward(free, arithmetic, {i: Dual(x, along.get(i)) for i, x in point.items()})
    bent = any(row is not None and hidden_kink(row) for row in set(free.primitives))
    swept = backprop(free, arithmetic, run, _bent_partials(free, arithmetic, run.values) if bent else None)
    return [adjoint.tangent for adjoint in swept.adjoints]


def hessian(graph: Graph, point: Mapping[int, float], inputs: Sequence[int]) -> dict[int, list[float]]:
    """The output's second derivatives along `inputs`, in float64: along each the row of those along it and another."""
    if len(inputs) <= FEW:
        each = {j: moved_gradient(graph, FLOAT64, point, {j: 1.0}) for j in inputs}
        return {j: [row[i] or 0.0 for i in inputs] for j, row in each.items()}
    import numpy as np

    from gradx.numbers.arrays import quiet

    size = len(inputs)
    with quiet():
        rows = moved_gradient(graph, FLOAT64, point, dict(zip(inputs, np.eye(size), strict=True)))
    return {i: [0.0] * size if rows[i] is None else np.broadcast_to(rows[i], size).tolist() for i in inputs}
