"""The forward pass: every node's value, front to back.

A domain error is a value that flows: the node it arises at is remembered for all that depend on it, a branch of `where`
that is not taken drops it, and it is an error only where it reaches the output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import compress, count
from typing import Generic, NamedTuple

from gradx.columns import ALONE
from gradx.graph import Graph
from gradx.numbers import Arithmetic, Ordered, S, operation
from gradx.primitive import Primitive
from gradx.row_shape import operation_of


class Forward(NamedTuple, Generic[S]):
    """`values[i]` is node i's value (the arithmetic's not-a-number where it has none), `faults[i]` the node whose
    domain was left on the way to node i, `dropped` the nodes that only a branch not taken uses.
    """

    values: list[S]
    faults: dict[int, int]
    dropped: frozenset[int]


def forward(graph: Graph, m: Ordered[S], point: Mapping[int, S]) -> Forward[S]:
    """Evaluate `graph` with the inputs at `point` (node index to number). Raises nothing: see `Forward.faults`."""
    values = started(graph, m, point)
    faults: dict[int, int] = {}
    evaluate(graph, m, _operations(graph), values, faults)
    return Forward(values, faults, dropped(graph, m, values))


def started(graph: Graph, m: Ordered[S], point: Mapping[int, S]) -> list[S]:
    """The values of literals and of the inputs at `point`, those of operations left open."""
    values: list[S] = [m.number(0.0)] * len(graph.primitives)
    for i, leaf in graph.leaves.items():
        if leaf.literal is not None:
            values[i] = m.number(leaf.literal)
        elif leaf.primitive is None:
            values[i] = point[i]
    return values


def corrected(graph: Graph, m: Ordered[S], run: Forward[S], known: Mapping[int, S | None]) -> Forward[S]:
    """The forward pass `run` with the operations `known` at the values given; None: without a value there."""
    values = list(run.values)
    faults: dict[int, int] = {}
    for i, value in known.items():
        if value is None:
            faults[i] = i
            value = m.divide(m.number(0.0), m.number(0.0))
        values[i] = value
    evaluate(graph, m, (i for i in _operations(graph) if i not in known), values, faults)
    return Forward(values, faults, dropped(graph, m, values))


def nudged(
    graph: Graph, m: Ordered[S], run: Forward[S], i: int, value: S, order: Sequence[int] | None = None
) -> Forward[S]:
    """The forward pass `run` with node i held at `value`, and only what depends on it evaluated again.

    `order` is `graph.downstream(i)` where the caller already has it. `dropped` is taken over unchanged.
    """
    order = graph.downstream(i) if order is None else order
    values = list(run.values)
    values[i] = value
    moved = set(order)
    faults = {j: origin for j, origin in run.faults.items() if j not in moved}
    evaluate(graph, m, order[1:], values, faults)
    return Forward(values, faults, run.dropped)


def evaluate(graph: Graph, m: Ordered[S], order: Iterable[int], values: list[S], faults: dict[int, int]) -> None:
    """Evaluate the operations in `order` (topological), writing into `values` and `faults`."""
    primitives, operands = graph.primitives, graph.operands
    first, second = operands.first, operands.second
    zero = m.number(0.0)
    values_of: dict[Primitive, Callable[..., S]] = {}
    for i in order:
        row, a, b = primitives[i], first[i], second[i]
        assert row is not None
        if faults:
            origin = _inherited(m, row, operands.of(i), values, faults)
            if origin is not None:
                faults[i] = origin
                values[i] = m.divide(zero, zero)
                continue
        try:
            value_of = values_of[row]
        except KeyError:
            value_of = values_of[row] = value_in(m, row)
        if b >= 0:
            value = value_of(values[a], values[b])
        elif b == ALONE:
            value = value_of(values[a])
        else:
            value = value_of(*[values[j] for j in operands.all[i]])
        left = row.domain is not None and not m.is_finite(value)
        if left and m.inside(row, tuple(values[j] for j in operands.of(i))) is False:
            faults[i] = i
        values[i] = value


def value_in(m: Arithmetic[S], row: Primitive) -> Callable[..., S]:
    """A row's value as a function of its arguments alone, with nothing between it and the arithmetic's own where the
    one is the other."""
    name = operation_of(row)
    return partial(row.value, m) if name is None else operation(m, name)


def distances(graph: Graph, m: Arithmetic[S], values: Sequence[S], i: int) -> tuple[S, ...]:
    """How far node i is from each of its boundaries (see the table), () where it has none."""
    row = graph.primitives[i]
    if row is None or row.boundaries is None:
        return ()
    return row.boundaries(m, *(values[j] for j in graph.operands.of(i)))


def _operations(graph: Graph) -> Iterable[int]:
    """Every node that is the result of an operation, constants too."""
    return compress(count(), graph.primitives)


def _inherited(
    m: Ordered[S], row: Primitive, inputs: Sequence[int], values: Sequence[S], faults: Mapping[int, int]
) -> int | None:
    """The node whose domain error reaches an operation on `inputs` for certain, if any."""
    broken = [j for j in inputs if j in faults]
    if not broken:
        return None
    if row.relation is None or inputs[0] in faults or inputs[1] in faults:
        return faults[broken[0]]
    branches = row.branches(m, [values[j] for j in inputs])
    assert branches is not None
    reached = [faults.get(j) for j, taken in zip(inputs[2:], branches, strict=True) if taken]
    return None if None in reached else reached[0]


def dropped(graph: Graph, m: Ordered[S], values: Sequence[S]) -> frozenset[int]:
    """The nodes that are used, but only by branches that are not taken."""
    primitives = graph.primitives
    if not any(row.relation for row in graph.rows):
        return frozenset()
    used = [False] * len(primitives)
    needed = [False] * len(primitives)
    needed[graph.output] = True
    for i in range(len(primitives) - 1, -1, -1):
        row, inputs = primitives[i], graph.arguments[i]
        if row is None:
            continue
        live = needed[i] or not used[i]
        branches = row.branches(m, [values[j] for j in inputs])
        for slot, j in enumerate(inputs):
            used[j] = True
            if live and (slot < 2 or branches is None or branches[slot - 2]):
                needed[j] = True
    constant = graph.constant
    return frozenset(i for i in range(len(primitives)) if used[i] and not needed[i] and not constant[i])
