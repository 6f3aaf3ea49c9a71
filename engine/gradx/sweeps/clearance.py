"""How far a program is from where it may not be smooth, as a quantity of its recording."""

from __future__ import annotations

from gradx.graph import Graph
from gradx.numbers import Ordered
from gradx.sweeps.forward import distances
from gradx.sweeps.prepared import Recording
from gradx.sweeps.recording import Quantity, Recorder

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
