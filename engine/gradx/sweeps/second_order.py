"""The Hessian times a direction: how fast every adjoint moves where the inputs move along it.

Recorded, the tangents of the recorded sweeps: those of the values by the local partials that backprop has, those of the
local partials by the table's rules once more, an operation at a time, those of the adjoints by the product rule in
backprop's order. Of numbers, both sweeps in dual numbers, once for all directions.
Source: Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994); Griewank & Walther,
Evaluating Derivatives, 2nd ed., section 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from gradx.errors import GradxError
from gradx.graph import Graph, Node
from gradx.numbers import Ordered, Relation, S
from gradx.numbers.duals import Dual, Duals
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import hidden_kink, rows_by_operation
from gradx.sweeps.backprop import LocalPartials, backprop
from gradx.sweeps.forward import forward
from gradx.sweeps.prepared import Recording, times_in
from gradx.sweeps.recording import Quantity, Recorder


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """`tangents` and `adjoint_tangents` of all nodes: how fast value and adjoint move along the direction."""

    tangents: Sequence[Quantity]
    adjoint_tangents: Sequence[Quantity]


def second_order(graph: Graph, recording: Recording, direction: Mapping[int, Quantity]) -> SecondOrder:
    """Record how values and adjoints move where the inputs move along `direction` (node to quantity; others rest).

    The adjoint tangents of inputs are the Hessian times the direction. GradxError("usage") for a function whose second
    derivative the table does not know.
    """
    recorder, values = recording.recorder, recording.values
    times, slopes = times_in(graph, recorder), _Slopes(recorder)
    zero = recorder.number(0.0)
    tangents = [direction.get(i, zero) for i in range(len(values))]
    for i, row in enumerate(graph.primitives):
        if row is not None and values[i].known is None:
            if row.relation is not None:
                tangents[i] = slopes.of(values[i])
            else:
                for j, local in zip(graph.operands.of(i), recording.partials[i], strict=False):
                    if local is not None and tangents[j].known != 0.0:
                        tangents[i] = tangents[i] + times(i, tangents[j], local)
        slopes.known[values[i].register] = tangents[i] if values[i].known is None else zero
    found = [zero] * len(values)
    for i in range(graph.output, -1, -1):
        for slot, local in enumerate(recording.partials[i]):
            if local is None:
                continue
            j = graph.operands.of(i)[slot]
            if found[i].known != 0.0:
                found[j] = found[j] + times(i, found[i], local)
            bent = _slope_of_partial(graph, recording, slopes, i, slot)
            if bent.known != 0.0:
                found[j] = found[j] + times(i, recording.adjoints[i], bent)
    return SecondOrder(tangents, found)


def _slope_of_partial(graph: Graph, recording: Recording, slopes: _Slopes, i: int, slot: int) -> Quantity:
    """How fast a local partial moves: that of the rule as it is written where the stable one has a kink of its own."""
    row, local = graph.primitives[i], recording.partials[i][slot]
    assert row is not None
    assert local is not None
    if local.known is None and hidden_kink(row):
        xs = [recording.values[j] for j in graph.operands.of(i)]
        return slopes.of(row.written_partial(slopes.m, recording.values[i], xs, slot))
    return slopes.of(local)


class _Slopes:
    """How fast recorded quantities move, from those that are `known` (a register's) already."""

    def __init__(self, recorder: Recorder) -> None:
        self.m = recorder.arithmetic
        self.known: dict[int, Quantity] = {}
        self._recorder = recorder
        self._zero = recorder.number(0.0)

    def of(self, quantity: Quantity) -> Quantity:
        stack = [quantity]
        while stack:
            x = stack[-1]
            open_ones = [y for y in self._recorder.operands(x.register) if y.register not in self.known]
            if x.register in self.known or not open_ones:
                stack.pop()
                if x.register not in self.known:
                    self.known[x.register] = self._made(x)
            else:
                stack.extend(open_ones)
        return self.known[quantity.register]

    def _made(self, x: Quantity) -> Quantity:
        """By the rule of the operation that makes x: a choice moves as what is chosen does."""
        name, operands = self._recorder.maker(x.register)
        moves = [self.known[y.register] for y in operands]
        if x.known is not None or all(move.known == 0.0 for move in moves):
            return self._zero
        if name.startswith("where"):
            return self.m.where(cast(Relation, name.removeprefix("where")), *operands[:2], *moves[2:])
        row = rows_by_operation().get(name)
        if row is None:
            hint = "the first derivative can be written: leave --order away"
            raise GradxError(
                "usage", f"the second derivative needs that of {name}, which gradx does not know", hint=hint
            )
        partials = row.local_partials(self.m, x, operands, [move.known != 0.0 for move in moves])
        total = self._zero
        for move, local in zip(moves, partials, strict=True):
            if local is not None and local.known != 0.0:
                total = total + self._recorder.scaled(move, local, silent=row.piecewise, choice=False)
        return total


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
