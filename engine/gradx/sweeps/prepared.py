"""A graph prepared once for many points: value, gradient and boundaries as one tape of elementary operations.

The sweeps of `forward` and `backprop`, read with an arithmetic that records (see `recording`). A recording cannot
look at numbers, so where those sweeps decide by a value, this one records the choice: both branches of a `where`, the
one taken selected at each run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradx.graph import Graph
from gradx.sweeps.recording import Quantity, Recorder, recorder_arithmetic


@dataclass(frozen=True, slots=True)
class Recording:
    """The sweeps over `graph` on a recorder: `values` of all nodes, `adjoints` of those that a free input moves,
    `gradient` for each free input, in their order."""

    recorder: Recorder
    values: list[Quantity]
    value: Quantity
    gradient: tuple[Quantity, ...]
    adjoints: Mapping[int, Quantity]


def record(graph: Graph, free: Sequence[int], point: Mapping[int, float]) -> Recording:
    """Record both sweeps with the inputs `free` open, and the others held at `point`."""
    recorder = Recorder()
    m = recorder_arithmetic(recorder)
    given = {i: recorder.input() for i in free}
    values: list[Quantity] = []
    for i, node in enumerate(graph.nodes):
        if node.primitive is not None:
            values.append(node.primitive.value(m, *[values[j] for j in node.inputs]))
        elif node.literal is not None:
            values.append(recorder.number(node.literal))
        else:
            values.append(given[i] if i in given else recorder.number(point[i]))
    adjoints = _backprop(graph, recorder, values, frozenset(free))
    zero = recorder.number(0.0)
    return Recording(recorder, values, values[graph.output], tuple(adjoints.get(i, zero) for i in free), adjoints)


def boundaries(graph: Graph, recording: Recording) -> tuple[Quantity, ...]:
    """The quantities whose zeros the free inputs can cross (see the table's `boundaries`), each once."""
    m = recorder_arithmetic(recording.recorder)
    found: dict[int, Quantity] = {}
    for node in graph.nodes:
        if node.primitive is not None and node.primitive.boundaries is not None:
            for quantity in node.primitive.boundaries(m, *[recording.values[j] for j in node.inputs]):
                if quantity.known is None and not recording.recorder.is_step(quantity):
                    found.setdefault(quantity.register, quantity)
    return tuple(found.values())


_OPEN = frozenset({"+", "-", "*", "neg", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "absolute", "sinh", "cosh"})
"""Operations that hand on what is not finite, or raise for it."""


def guard(recorder: Recorder, outputs: Sequence[Quantity]) -> Quantity:
    """A quantity that is finite only if no infinity and no not-a-number goes into an operation that could hide it."""
    tape = recorder.tape(outputs)
    inputs = frozenset(tape.inputs)
    hideable = (q for i in tape.instructions for q in _hideable(i.operation, recorder.operands(i.output)))
    watched = dict.fromkeys(q for q in hideable if q.known is None and q.register not in inputs)
    return sum(watched, recorder.number(0.0))


def _hideable(operation: str, operands: Sequence[Quantity]) -> Sequence[Quantity]:
    if operation in _OPEN:
        return ()
    if operation == "divide":
        return operands[1:]
    return operands[:2] if operation.startswith("where") else operands


def _backprop(graph: Graph, recorder: Recorder, values: list[Quantity], free: frozenset[int]) -> dict[int, Quantity]:
    """The adjoints of the nodes that depend on a free input, contributions added up in the order of `backprop`."""
    m = recorder_arithmetic(recorder)
    nodes = graph.nodes
    moving = _dependents(graph, free)
    conditional = _conditional(graph)
    adjoints = {graph.output: recorder.number(1.0)}
    for i in range(graph.output, -1, -1):
        node = nodes[i]
        row = node.primitive
        upstream = adjoints.get(i)
        if row is None or upstream is None:
            continue
        wanted = [moving[j] for j in node.inputs]
        if row.relation is not None:
            wanted[:2] = (False, False)
        partials = row.local_partials(m, values[i], [values[j] for j in node.inputs], wanted)
        for j, local in zip(node.inputs, partials, strict=True):
            if local is None:
                continue
            part = recorder.scaled(upstream, local, silent=row.piecewise, guarded=conditional[i])
            if part is not None:
                before = adjoints.get(j)
                adjoints[j] = part if before is None else before + part
    return adjoints


def _dependents(graph: Graph, free: frozenset[int]) -> list[bool]:
    moving: list[bool] = []
    for i, node in enumerate(graph.nodes):
        moving.append(i in free or any(moving[j] for j in node.inputs))
    return moving


def _conditional(graph: Graph) -> list[bool]:
    """Whether gradients reach a node only through branches of a `where` (a condition hands none on)."""
    conditional = [True] * len(graph.nodes)
    conditional[graph.output] = False
    for i in range(graph.output, -1, -1):
        node = graph.nodes[i]
        if conditional[i] or node.primitive is None or node.primitive.relation is not None:
            continue
        for j in node.inputs:
            conditional[j] = False
    return conditional
