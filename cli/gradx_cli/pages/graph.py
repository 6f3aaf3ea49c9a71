"""The page of `graph`: the computation graph, drawn where people can still follow it, described where they cannot."""

from __future__ import annotations

from collections.abc import Iterator

from gradx.language.program import Program
from gradx.point.exploration import Exploration
from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Block, Drawing
from gradx_cli.drawing.layers import layers
from gradx_cli.numbers import counted
from gradx_cli.pages.graph_files import MOST_SVG_NODES
from gradx_cli.pages.picture import Picture, diagram, legend, progress, title

MOST_NODES = 60
"""More boxes than this are not drawn on a terminal."""


def pictured(program: Program, exploration: Exploration | None, step: int | None = None) -> Picture:
    """The picture of a program: a box a node, or a box a bundle."""
    if program.bundles is None:
        return Picture(program, exploration, step)
    from gradx_cli.pages.bundle_picture import BundlePicture

    return BundlePicture(program, exploration, step)


def answer(picture: Picture, command: str = "graph") -> Answer:
    """The drawing, the graph as an object, a node a row."""

    def page(medium: Medium) -> Iterator[Block]:
        below = tuple(remark for remark in (progress(picture), legend(picture)) if remark)
        said = tuple(map(picture.sentence, picture.boxes)) if medium.whole else ()
        yield GAP
        yield Drawing(diagram(picture), title(picture), " ".join(below[:1]), below, _summary(picture), said)

    return Answer(page, _records(picture, command), picture.rows(), picture.warnings)


def _records(picture: Picture, command: str) -> Iterator[Record]:
    yield {
        **head(command, picture.program, picture.warnings),
        "output": picture.called(picture.output),
        "point": picture.point,
        "step": picture.step,
        "active": None if picture.active is None else picture.called(picture.active),
        "nodes": picture.records(),
        "edges": picture.edges(),
    }


def _summary(picture: Picture) -> tuple[str, ...]:
    """What can be said of a graph that nobody could follow box by box."""
    boxes, inputs = len(picture.boxes), len(picture.sources)
    if boxes <= MOST_NODES:
        return ()
    wires = [(wire.source, wire.target) for wire in diagram(picture).wires]
    parts = f"{counted(inputs, 'input')} and {counted(boxes - inputs, 'operation')}"
    longest = f"the longest way to the output takes {max(layers(boxes, wires)):,} steps"
    file = "graph.svg draws it for a browser" if boxes <= MOST_SVG_NODES else "graph.dot writes it for Graphviz"
    return (
        f"{boxes:,} nodes: {parts}; {len(wires):,} wires; {longest}",
        f"this is too much for a terminal (up to {MOST_NODES} nodes): --output {file}, --json lists it",
    )
