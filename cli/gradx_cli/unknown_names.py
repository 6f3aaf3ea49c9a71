"""Names in options that nothing in the program has: what is said of them."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph

MOST_NAMES = 12
"""Nodes that a hint lists."""


def no_node(name: str, graph: Graph, text: str) -> GradxError:
    """The error for a name in `--only` that is no node\'s."""
    nodes = [graph.names[i] for i in graph.shown]
    hint = "it can be inputs, named, or nodes: " + ", ".join(nodes[:MOST_NAMES]) + (", …" if nodes[MOST_NAMES:] else "")
    span = Span(Source("--only", text), text.find(name), len(name)) if name else None
    message = f"--only names {name!r}, which is not a node" if name else "--only has an empty name"
    return GradxError("name", message, hint=hint, span=span)


def not_an_input(name: str, inputs: Sequence[str], text: str) -> GradxError:
    """The error for a name in `--wrt` that is no input\'s."""
    offset = text.find(name)
    message = f"--wrt names {name!r}, which is not an input of the program" if name else "--wrt has an empty name"
    hint = f"the inputs are {', '.join(inputs)}" if inputs else "the program has no inputs"
    place = Span(Source("--wrt", text), offset, len(name)) if name and offset >= 0 else None
    return GradxError("name", message, hint=hint, span=place)
