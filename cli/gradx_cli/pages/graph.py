"""The page of `graph`: the computation graph, drawn where people can still follow it, described where they cannot."""

from __future__ import annotations

from collections.abc import Iterator

from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Block, Drawing
from gradx_cli.drawing.layers import layers
from gradx_cli.escape import safe
from gradx_cli.numbers import counted, shown
from gradx_cli.pages.graph_files import MOST_SVG_NODES
from gradx_cli.pages.picture import DIGITS, Picture, diagram, legend, progress, title

MOST_NODES = 60
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
    for i in picture.graph.shown:
        value, gradient = picture.numbers.get(i, (None, None))
        definition = picture.definition(i)
        yield {
            "name": picture.graph.names[i],
            "kind": "input" if definition is None else "operation",
            "definition": definition,
            "value": value,
            "gradient": gradient if picture.reached(i) else None,
        }


def _said(node: Record) -> str:
    """A node in a sentence."""
    name, definition = safe(str(node["name"])), node["definition"]
    said = f"{name} is " + ("an input" if definition is None else safe(str(definition)))
    values = {"value": node["value"], f"gradient d{name} =": node["gradient"]}
    numbers = [f"{what} {shown(x, DIGITS)}" for what, x in values.items() if isinstance(x, float)]
    return ", with ".join(filter(None, [said, " and ".join(numbers)])) + "."


def _edges(picture: Picture) -> Iterator[Record]:
    """One edge for each argument that is a node: `x*x` has two."""
    names, known = picture.graph.names, frozenset(picture.graph.shown)
    for i in picture.graph.operations:
        for slot, j in enumerate(picture.graph.nodes[i].inputs):
            if j in known:
                yield {"from": names[j], "to": names[i], "slot": slot, "local": picture.local(i, slot)}


def _summary(picture: Picture) -> tuple[str, ...]:
    """What can be said of a graph that nobody could follow box by box."""
    graph = picture.graph
    boxes = len(graph.shown)
    if boxes <= MOST_NODES:
        return ()
    wires = [(wire.source, wire.target) for wire in diagram(picture).wires]
    parts = f"{counted(len(graph.inputs), 'input')} and {counted(len(graph.operations), 'operation')}"
    longest = f"the longest way to the output takes {max(layers(boxes, wires)):,} steps"
    file = "graph.svg draws it for a browser" if boxes <= MOST_SVG_NODES else "graph.dot writes it for Graphviz"
    return (
        f"{boxes:,} nodes: {parts}; {len(wires):,} wires; {longest}",
        f"this is too much for a terminal (up to {MOST_NODES} nodes): --output {file}, --json lists it",
    )
