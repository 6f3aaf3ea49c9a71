"""A graph as one JSON object, written node by node so that a million of them fit."""

from __future__ import annotations

from collections.abc import Iterator

from gradx.language.printer import definition
from gradx_cli.views.diagram.contents import Picture
from gradx_cli.views.json import Json, finite, head, write_long


def show(picture: Picture) -> None:
    """Write the object on one line. Without a point every number is null; so is a gradient that `--step` leaves out."""
    write_long(_head(picture), {"nodes": _nodes(picture), "edges": _edges(picture)})


def _head(picture: Picture) -> dict[str, Json]:
    exploration = picture.exploration
    return {
        **head("graph", picture.program, picture.warnings),
        "output": picture.graph.names[picture.graph.output],
        "point": None if exploration is None else {name: finite(x) for name, x in exploration.point.items()},
        "step": picture.step,
        "active": None if picture.active is None else picture.graph.names[picture.active],
    }


def _nodes(picture: Picture) -> Iterator[dict[str, Json]]:
    graph = picture.graph
    for position, i in enumerate(graph.shown):
        is_input = position < len(graph.inputs)
        value, gradient = picture.numbers.get(i, (None, None))
        yield {
            "name": graph.names[i],
            "kind": "input" if is_input else "operation",
            "definition": None if is_input else definition(graph, i),
            "value": finite(value),
            "gradient": finite(gradient if picture.reached(i) else None),
        }


def _edges(picture: Picture) -> Iterator[dict[str, Json]]:
    """One edge for each argument that is a node: `x*x` has two."""
    graph = picture.graph
    known = frozenset(graph.shown)
    for i in graph.operations:
        for slot, j in enumerate(graph.nodes[i].inputs):
            if j in known:
                yield {
                    "from": graph.names[j],
                    "to": graph.names[i],
                    "slot": slot,
                    "local": finite(picture.local(i, slot)),
                }
