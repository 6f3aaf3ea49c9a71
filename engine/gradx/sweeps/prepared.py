"""A graph prepared once for many points: value, gradient and boundaries as one tape of elementary operations.

The sweeps of `forward` and `backprop`, over an arithmetic that records (see `recording`). A recording cannot look at
numbers, so where those sweeps decide by a value, this one records the choice: both branches of a `where`, the one taken
selected at each run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradx.graph import Graph
from gradx.sweeps.backprop import Times, backprop
from gradx.sweeps.forward import distances, forward
from gradx.sweeps.recording import Quantity, Recorder


@dataclass(frozen=True, slots=True)
class Recording:
    """The sweeps over `graph` on a recorder: `values`, `adjoints` and local `partials` of all nodes (see `Backprop`),
    `gradient` for each free input, in their order."""

    recorder: Recorder
    values: list[Quantity]
    value: Quantity
    gradient: tuple[Quantity, ...]
    adjoints: list[Quantity]
    partials: list[tuple[Quantity | None, ...]]


def record(graph: Graph, free: Sequence[int], point: Mapping[int, float]) -> Recording:
    """Record both sweeps with the inputs `free` open, and the others held at `point`."""
    recorder = Recorder()
    m = recorder.arithmetic
    at = {i: recorder.number(x) for i, x in point.items()} | {i: recorder.input() for i in free}
    run = forward(graph, m, at)
    values, rows = run.values, graph.primitives

    def partials(i: int, wanted: Sequence[bool]) -> list[Quantity | None]:
        """Those for arguments that move, unless they are 0 wherever those are."""
        row, xs = rows[i], [values[j] for j in graph.operands.of(i)]
        assert row is not None
        moving = [want and x.known is None for want, x in zip(wanted, xs, strict=True)]
        found = row.local_partials(m, values[i], xs, moving)
        return [None if local is None or local.known == 0.0 else local for local in found]

    swept = backprop(graph, m, run, partials, times_in(graph, recorder))
    gradient = tuple(swept.adjoints[i] for i in free)
    return Recording(recorder, values, values[graph.output], gradient, swept.adjoints, swept.partials)


def times_in(graph: Graph, recorder: Recorder) -> Times[Quantity]:
    """What a node's adjoint, or how fast it moves, times one of its local partials is in a recording."""
    rows = graph.primitives

    def times(i: int, upstream: Quantity, local: Quantity) -> Quantity:
        row = rows[i]
        assert row is not None
        return recorder.scaled(upstream, local, silent=row.piecewise, choice=row.relation is not None)

    return times


def boundaries(graph: Graph, recorder: Recorder, values: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """The quantities whose zeros the free inputs can cross (see the table's `boundaries`), each once."""
    m = recorder.arithmetic
    found: dict[int, Quantity] = {}
    for i in range(len(graph.primitives)):
        for quantity in distances(graph, m, values, i):
            if quantity.known is None and not recorder.is_step(quantity):
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
