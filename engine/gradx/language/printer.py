"""Nodes -> text that reads back as the same nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter

from gradx.graph import Graph
from gradx.language.writing import Notation, number, written
from gradx.primitive import ATOM, PRODUCT, SIGN


def _decimal(text: str) -> tuple[str, int]:
    return text, SIGN if text.startswith("-") else PRODUCT if "/" in text else ATOM


_TEXT = Notation(attrgetter("text"), str, _decimal, str, ("(", ")"))


def definition(graph: Graph, i: int) -> str:
    """Node i as an operation on its inputs' names: `3*v2`, `a + u`. The name alone for an input."""
    return _written(graph, i, lambda j: not graph.nodes[j].constant)


def expression(graph: Graph, i: int) -> str:
    """Node i in terms of inputs, operations that the program names, and operations that are used more than once."""
    return _written(graph, i, _cuts(graph).__contains__)


def written_out(graph: Graph, i: int) -> str:
    """Node i in terms of inputs alone. A node that is used twice is written twice: for small graphs."""
    return _written(graph, i, lambda j: False)


def length_written_out(graph: Graph, i: int) -> int:
    """At least how many names, numbers and operations `written_out` writes, without writing them."""
    lengths = [1] * (i + 1)
    for j in range(i + 1):
        lengths[j] += sum(lengths[k] for k in graph.nodes[j].inputs)
    return lengths[i]


def reading(graph: Graph, defaults: Mapping[str, float] | None = None) -> str:
    """The whole graph as statements; `read` makes the same graph of them. `defaults` are written first."""
    defaults = defaults or {}
    cuts = _cuts(graph)
    statements = [f"{name} = {number(value)}" for name, value in defaults.items()]
    statements += [
        f"{graph.names[i]} = {_written(graph, i, cuts.__contains__)}"
        for i in graph.operations
        if i in cuts and i != graph.output
    ]
    used = {j for node in graph.nodes for j in node.inputs}
    unused = [graph.names[i] for i in graph.inputs if i not in used and graph.names[i] not in defaults]
    parameters = f"({', '.join(unused)})" if unused else ""
    output = _written(graph, graph.output, cuts.__contains__)
    statements.append(f"{graph.names[graph.output]}{parameters} = {output}")
    return "; ".join(statements)


def _cuts(graph: Graph) -> frozenset[int]:
    """The nodes that stand for themselves: inputs, named operations, operations not used exactly once."""
    uses = [0] * len(graph.nodes)
    for node in graph.nodes:
        for j in node.inputs:
            uses[j] += 1
    return frozenset(
        i
        for i, node in enumerate(graph.nodes)
        if not node.constant and (node.primitive is None or uses[i] != 1 or i in graph.named or i == graph.output)
    )


def _written(graph: Graph, i: int, by_name: Callable[[int], bool]) -> str:
    return written(graph, i, by_name, _TEXT)
