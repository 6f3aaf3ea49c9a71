"""The page of `graph`: the graph, drawn where people can follow it, described where they cannot; and it as a file."""

from __future__ import annotations

from collections.abc import Iterator

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.point.exploration import Exploration
from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Block, Drawing
from gradx_cli.drawing import Theme
from gradx_cli.drawing.boxes import Diagram
from gradx_cli.drawing.layers import items, layers
from gradx_cli.drawing.text import MOST_EDGES, dot, draw, mermaid
from gradx_cli.numbers import counted
from gradx_cli.pages.imaging import image, studio
from gradx_cli.pages.picture import Picture, diagram, every_progress, legend, progress, title

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


MOST_TEXT_NODES = 500
MOST_SVG_NODES = 5000
MOST_IMAGE_NODES = 500

MOST_ITEMS = 60_000
"""What the layout takes on: boxes, and places where wires pass a layer."""


_MOST_NODES = {".svg": MOST_SVG_NODES, ".txt": MOST_TEXT_NODES, ".png": MOST_IMAGE_NODES, ".pdf": MOST_IMAGE_NODES}


def content(
    picture: Picture, ending: str, *, ascii_only: bool = False, headed: str | None = None, theme: Theme | None = None
) -> str | bytes:
    """What a file with this ending (.svg, .png, .pdf, .dot, .mmd, .txt) holds.

    `headed` is a picture's title in place of the reading. Without a theme an .svg is light or dark as the page it is
    in, .png and .pdf are light. GradxError("size") for a graph too large, ("usage") for an image without matplotlib.
    """
    larger = _larger(picture, ending)
    drawn = diagram(picture)
    if ending == ".mmd" and len(drawn.wires) > MOST_EDGES:
        message = f"the graph has {len(drawn.wires):,} edges, and Mermaid draws up to {MOST_EDGES}"
        raise GradxError("size", message, hint=larger)
    if ending in (".dot", ".mmd"):
        lines = dot(drawn) if ending == ".dot" else mermaid(drawn)
        return "".join(f"{line}\n" for line in lines)
    _check_wires(drawn)
    if ending == ".txt":
        return draw(drawn, None, ascii_only=ascii_only).plain
    above, below = title(picture) if headed is None else headed, progress(picture) or legend(picture)
    if ending == ".svg":
        from gradx_cli.drawing.svg import svg

        return svg(drawn, above, below, theme=theme, other_legends=every_progress(picture))
    from gradx_cli.drawing.sketch import sketch

    page = sketch(drawn, above, below, other_legends=every_progress(picture))
    with studio():
        from gradx_cli.drawing.image import figure

        return image(figure(page, theme or "light"), ending.removeprefix("."))


def _larger(picture: Picture, ending: str) -> str:
    """What takes a larger graph than this ending does. GradxError("size") where this one is too large."""
    count, most = len(picture.boxes), _MOST_NODES.get(ending)
    larger = f"--output graph.svg takes up to {MOST_SVG_NODES:,} nodes"
    if count > MOST_SVG_NODES:
        larger = "--output graph.dot and --json take any number"
    if most is not None and count > most:
        message = f"the graph has {count:,} nodes, and a drawing as {ending} takes up to {most:,}"
        raise GradxError("size", message, hint=larger)
    return larger


def _check_wires(drawn: Diagram) -> None:
    pairs = [(wire.source, wire.target) for wire in drawn.wires]
    count = items(layers(len(drawn.labels), pairs), pairs)
    if count > MOST_ITEMS:
        message = f"the wires of this graph are too long to be drawn: they pass {count:,} columns in all"
        raise GradxError("size", message, hint="--output graph.dot and --json take any graph")
