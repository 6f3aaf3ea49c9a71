"""The diagram as a file, by its ending; each kind has a size up to which it is of use."""

from __future__ import annotations

from gradx.errors import GradxError
from gradx_cli.drawing.layers import items, layers
from gradx_cli.drawing.model import Diagram
from gradx_cli.drawing.theme import Theme
from gradx_cli.pages.imaging import image, studio
from gradx_cli.pages.picture import Picture, diagram, every_progress, legend, progress, title

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
    if ending == ".dot":
        from gradx_cli.drawing.flowcharts import dot

        return dot(drawn)
    if ending == ".mmd":
        return _mermaid(drawn, larger)
    _check_wires(drawn)
    if ending == ".txt":
        from gradx_cli.drawing.text import draw

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


def _mermaid(drawn: Diagram, larger: str) -> str:
    from gradx_cli.drawing.flowcharts import MOST_EDGES, mermaid

    if len(drawn.wires) > MOST_EDGES:
        message = f"the graph has {len(drawn.wires):,} edges, and Mermaid draws up to {MOST_EDGES}"
        raise GradxError("size", message, hint=larger)
    return mermaid(drawn)


def _check_wires(drawn: Diagram) -> None:
    pairs = [(wire.source, wire.target) for wire in drawn.wires]
    count = items(layers(len(drawn.labels), pairs), pairs)
    if count > MOST_ITEMS:
        message = f"the wires of this graph are too long to be drawn: they pass {count:,} columns in all"
        raise GradxError("size", message, hint="--output graph.dot and --json take any graph")
