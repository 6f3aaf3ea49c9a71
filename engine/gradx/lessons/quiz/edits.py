"""A formula with one thing changed: a factor, a term, an inner function left out, a sign turned, a sister function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gradx.graph import Graph, Node
from gradx.language.printer import written_out
from gradx.language.program import read_plainly
from gradx.table import TABLE

_SISTERS: Final = {"sin": "cos", "cos": "sin", "exp": "log", "tan": "sin", "sinh": "cosh", "cosh": "sinh"}


def edits(formula: str) -> Iterator[str]:
    graph = read_plainly(formula).graph
    seen = {formula}
    for i, node in enumerate(graph.nodes):
        if node.primitive is None:
            continue
        for j in node.inputs:
            yield from _new(_replaced(graph, i, j), seen)
        sister = _SISTERS.get(node.primitive.name)
        if sister:
            nodes = list(graph.nodes)
            nodes[i] = node._replace(primitive=TABLE[sister])
            yield from _new(written_out(graph.with_nodes(nodes), graph.output), seen)
    yield from _new(f"-({formula})", seen)


def _replaced(graph: Graph, i: int, j: int) -> str:
    if i == graph.output:
        return written_out(replace(graph, output=j), j)
    nodes: list[Node] = [
        node._replace(inputs=tuple(j if k == i else k for k in node.inputs)) if node.primitive else node
        for node in graph.nodes
    ]
    return written_out(graph.with_nodes(nodes), graph.output)


def _new(text: str, seen: set[str]) -> Iterator[str]:
    if text not in seen:
        seen.add(text)
        yield text
