"""The page of `graph`: the computation graph, drawn where people can still follow it, described where they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from gradx.language.printer import definition
from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Block, Drawing
from gradx_cli.drawing.layers import layers
from gradx_cli.escape import safe
from gradx_cli.numbers import counted, shown
from gradx_cli.pages.graph_files import LARGEST_SVG
from gradx_cli.pages.picture import DIGITS, Picture, diagram, legend, progress, title

MOST_DRAWN = 60
"""More boxes than this are not drawn on a terminal."""


def answer(picture: Picture) -> Answer:
    """The drawing, the graph as an object, a node a row."""

    def page(medium: Medium) -> Iterator[Block]:
        below = tuple(remark for remark in (progress(picture), legend(picture)) if remark)
        said = tuple(map(_said, _nodes(picture))) if medium.whole else ()
        yield GAP
        yield Drawing(diagram(picture), title(picture), " ".join(below[:1]), below, _summary(picture), said)

    return Answer(page, _records(picture), _nodes(picture), picture.warnings)


def _records(picture: Picture) -> Iterator[Record]:
    """Without a point every number is None; so is a gradient that `--step` leaves out."""
    names, exploration = picture.graph.names, picture.exploration
    yield {
        **head("graph", picture.program, picture.warnings),
        "output": names[picture.graph.output],
        "point": exploration and exploration.point,
        "step": picture.step,
        "active": None if picture.active is None else names[picture.active],
        "nodes": _nodes(picture),
        "edges": _edges(picture),
    }


def _nodes(picture: Picture) -> Iterator[Record]:
    graph = picture.graph
    for position, i in enumerate(graph.shown):
        is_input = position < len(graph.inputs)
        value, gradient = picture.numbers.get(i, (None, None))
        yield {
            "name": graph.names[i],
            "kind": "input" if is_input else "operation",
            "definition": None if is_input else definition(graph, i),
            "value": value,
            "gradient": gradient if picture.reached(i) else None,
        }


def _said(node: Record) -> str:
    """A node in a sentence."""
    name, value, gradient = (
        safe(str(node["name"])),
        cast("float | None", node["value"]),
        cast("float | None", node["gradient"]),
    )
    said = f"{name} is " + ("an input" if node["definition"] is None else safe(str(node["definition"])))
    numbers = [] if value is None else [f"value {shown(value, DIGITS)}"]
    numbers += [] if gradient is None else [f"gradient d{name} = {shown(gradient, DIGITS)}"]
    return ", with ".join(filter(None, [said, " and ".join(numbers)])) + "."


def _edges(picture: Picture) -> Iterator[Record]:
    """One edge for each argument that is a node: `x*x` has two."""
    graph = picture.graph
    known = frozenset(graph.shown)
    for i in graph.operations:
        for slot, j in enumerate(graph.nodes[i].inputs):
            if j in known:
                edge = {"from": graph.names[j], "to": graph.names[i], "slot": slot}
                yield {**edge, "local": picture.local(i, slot)}


def _summary(picture: Picture) -> tuple[str, ...]:
    """What can be said of a graph that nobody could follow box by box."""
    graph = picture.graph
    boxes = len(graph.shown)
    if boxes <= MOST_DRAWN:
        return ()
    wires = [(wire.source, wire.target) for wire in diagram(picture).wires]
    ways = "--output graph.dot writes it for Graphviz, --json lists it"
    if boxes <= LARGEST_SVG:
        ways = "--output graph.svg draws it for a browser, --json lists it"
    return (
        f"{boxes:,} nodes: {counted(len(graph.inputs), 'input')} and {counted(len(graph.operations), 'operation')};"
        f" {len(wires):,} wires;"
        f" the longest way to the output takes {max(layers(boxes, wires)):,} steps",
        f"this is too much for a terminal (up to {MOST_DRAWN} nodes): {ways}",
    )
