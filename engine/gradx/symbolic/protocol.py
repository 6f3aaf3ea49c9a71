"""Graphs and formulas as JSON, for the way to SymPy's process and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from gradx.errors import Source
from gradx.graph import Graph, Node
from gradx.language.operators import in_words
from gradx.table import TABLE

Row = tuple[str | None, list[int], str | None, str | None, bool]
"""A node: primitive, inputs, literal as hexadecimal digits, label, constant."""


Fields = Mapping[str, object]
"""One answer, as names and what stands under them."""


class Sheet(TypedDict):
    """A graph, as lists. `named` are the operations that the user named, `words` the names that its text alone has for
    functions."""

    nodes: list[Row]
    names: list[str]
    named: list[int]
    output: int
    words: str


class Request(TypedDict, total=False):
    """To `ask` for "derivatives" of the output with respect to `targets`, `exact` ones too, from which values come; or
    whether `claim` (its inputs named like nodes of `graph`) is "equal" to the derivative of node `of` along `wrt`."""

    id: int
    ask: str
    graph: Sheet
    targets: list[int]
    exact: bool
    of: int
    wrt: int
    claim: Sheet


class Answer(TypedDict, total=False):
    """The derivative along `node`: `formula` to be shown, `exact` to be swept; the line that ends the answers has node
    None. Or whether a claim is `equal`: True when proved, False when refuted, None when neither."""

    id: int
    node: int | None
    status: str
    formula: str | None
    exact: Sheet | None
    equal: bool | None
    reason: str | None


def packed(graph: Graph) -> Sheet:
    """A graph as JSON can hold it; its text stays here, but for what functions are called."""
    return {
        "nodes": [
            (
                node.primitive.name if node.primitive else None,
                list(node.inputs),
                None if node.literal is None else node.literal.hex(),
                node.label,
                node.constant,
            )
            for node in graph.nodes
        ],
        "names": list(graph.names),
        "named": sorted(graph.named),
        "output": graph.output,
        "words": in_words(graph.source.text),
    }


def unpacked(sheet: Sheet) -> Graph:
    """The graph of `packed`, equal to the first."""
    nodes = tuple(
        Node(
            TABLE[primitive] if primitive else None,
            tuple(inputs),
            None if literal is None else float.fromhex(literal),
            label,
            constant,
        )
        for primitive, inputs, literal, label, constant in sheet["nodes"]
    )
    graph = Graph.of(nodes, sheet["names"], sheet["output"], frozenset(sheet["named"]))
    return replace(graph, source=Source("program", sheet["words"]))
