"""A graph prepared once for many points: value, gradient and boundaries as one tape of elementary operations.

The sweeps of `forward` and `backprop`, over an arithmetic that records (see `recording`). A recording cannot look at
numbers, so where those sweeps decide by a value, this one records the choice: both branches of a `where`, the one taken
selected at each run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradx.graph import Graph
from gradx.numbers import Ordered
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


ROUNDING = 2.0**-43
"""What is taken for rounding, against the sizes that went into a number: a thousand times what one rounding does."""

_POSITIVE = frozenset({"exp", "cosh", "sigmoid", "softplus"})


def clearance(graph: Graph, recording: Recording) -> Quantity | None:
    """Above 0 where every boundary is further off than rounding reaches; None for a program that has no boundary.

    What rounding does is bounded to first order: an input's part is its size, an operation's its own size and that of
    its arguments' errors times the local partials.
    """
    recorder = recording.recorder
    m = recorder.arithmetic
    found = {
        i: [_whatever_else(recorder, q) for q in distances(graph, m, recording.values, i) if not _is_away(recorder, q)]
        for i in range(len(graph.primitives))
    }
    errors = _errors(graph, m, recording.values, [j for i, qs in found.items() if qs for j in graph.operands.of(i)])
    margins = [
        m.absolute(q) - ROUNDING * sum((errors[j] for j in graph.operands.of(i)), m.absolute(q))
        for i, qs in found.items()
        for q in qs
    ]
    return m.minimum(*margins) if margins else None


def _whatever_else(recorder: Recorder, quantity: Quantity) -> Quantity:
    """A boundary that is none where two numbers are equal is one beside that: it is taken for one there too."""
    name, parts = recorder.maker(quantity.register)
    return parts[3] if name == "where==" and parts[2].known is not None else quantity


def _is_away(recorder: Recorder, quantity: Quantity) -> bool:
    """Whether it is plain that it is not 0: known, a choice between numbers, or a sum of what is above 0."""
    if quantity.known is not None:
        return True
    name, parts = recorder.maker(quantity.register)
    if name != "+":
        return recorder.is_step(quantity)
    known = [q for q in parts if (q.known or 0.0) > 0]
    return bool(known) and all(q in known or recorder.maker(q.register)[0] in _POSITIVE for q in parts)


def _errors(graph: Graph, m: Ordered[Quantity], values: list[Quantity], nodes: list[int]) -> dict[int, Quantity]:
    """For these nodes and all that they are made of: what rounding does to them, in units of one rounding of 1."""
    errors: dict[int, Quantity] = {}
    for i in graph.upstream(*nodes):
        row, operands = graph.primitives[i], graph.operands.of(i)
        errors[i] = m.absolute(values[i])
        if row is None or values[i].known is not None:
            continue
        xs = [values[j] for j in operands]
        partials = row.local_partials(m, values[i], xs, [x.known is None for x in xs])
        for partial, j in zip(partials, operands, strict=True):
            if partial is not None:
                errors[i] = errors[i] + m.absolute(partial) * errors[j]
    return errors
