"""A point outside a program's domain, as an error: which operation has no value there, and what it would need."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.constants import outside
from gradx.language.printer import expression

_LONGEST = 60


def domain_error(graph: Graph, node: int, values: Sequence[float]) -> GradxError:
    """The error for a point at which `node` has no value; `values` are the nodes' values."""
    row = graph.nodes[node].primitive
    assert row is not None
    inputs = graph.nodes[node].inputs
    operands = [_readable(graph, j) for j in inputs]
    message, hint = outside(row, [values[j] for j in inputs], operands, graph.source.text)
    return GradxError("domain", message, hint=hint, span=graph.span(node))


def _readable(graph: Graph, i: int) -> str:
    text = expression(graph, i)
    return text if len(text) <= _LONGEST else "the argument"
