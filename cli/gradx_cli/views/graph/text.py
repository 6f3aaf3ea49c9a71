"""The computation graph on a terminal: drawn where people can still follow it, described where they cannot."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from gradx_cli.views.diagram.boxes import Role
from gradx_cli.views.diagram.captions import legend, progress, title
from gradx_cli.views.diagram.contents import Picture, diagram
from gradx_cli.views.diagram.files import LARGEST_SVG
from gradx_cli.views.diagram.layers import layers
from gradx_cli.views.diagram.text import Drawing, draw
from gradx_cli.views.numbers import counted
from gradx_cli.views.styles import BACKWARD, FORWARD, QUIET
from gradx_cli.views.terminal import UNLIMITED, Terminal

if TYPE_CHECKING:
    from rich.text import Text

LARGEST = 60
"""More boxes than this are not drawn on a terminal."""

INDENT = 2

STYLES: dict[Role, str] = {
    "name": "bold",
    "operation": "",
    "value": FORWARD,
    "gradient": BACKWARD,
    "note": QUIET,
    "frame": QUIET,
    "active": f"bold {BACKWARD}",
    "wire": FORWARD,
    "blank": "",
}


def show(picture: Picture, terminal: Terminal) -> None:
    """Draw the graph as wide as the terminal, or say how large it is and how it can be seen."""
    if len(picture.graph.shown) > LARGEST:
        terminal.write(_indented(terminal, _summary(picture)))
        return
    width = None if terminal.width is None else max(terminal.width - INDENT, 1)
    drawing = draw(diagram(picture), width, ascii_only=not terminal.unicode)
    terminal.write([""])
    if terminal.color:
        terminal.draw(_coloured(drawing))
    else:
        terminal.write((" " * INDENT + line).rstrip() for line in drawing.plain.splitlines())
    remarks = (progress(picture), legend(picture), _continued(drawing), _too_wide(drawing, width))
    below = [remark for remark in remarks if remark]
    terminal.write(_indented(terminal, ["", *below] if below else []))


def _indented(terminal: Terminal, lines: list[str]) -> list[str]:
    """The lines as this terminal shows them, broken where its width ends."""
    room = UNLIMITED if terminal.width is None else max(terminal.width - INDENT, 1)
    broken = [part for line in lines for part in wrap(terminal.drawn(line), room, break_long_words=False) or [""]]
    return [" " * INDENT + line if line else "" for line in broken]


def _continued(drawing: Drawing) -> str:
    return "a name in brackets: the wire goes on where the name stands again" if drawing.bands > 1 else ""


def _too_wide(drawing: Drawing, width: int | None) -> str:
    if width is None or drawing.width <= width:
        return ""
    return f"this takes {drawing.width + INDENT} columns; --output graph.svg draws it for a browser"


def _coloured(drawing: Drawing) -> Text:
    from rich.text import Text

    text = Text()
    for line in drawing.lines:
        text.append(" " * INDENT)
        for piece, role in line:
            text.append(piece, STYLES[role])
        text.append("\n")
    text.rstrip()
    return text


def _summary(picture: Picture) -> list[str]:
    """What can be said of a graph that nobody could follow box by box."""
    graph = picture.graph
    boxes = len(graph.shown)
    drawn = diagram(picture)
    wires = [(wire.source, wire.target) for wire in drawn.wires]
    steps = max(layers(boxes, wires))
    ways = "--output graph.dot writes it for Graphviz, --json lists it"
    if boxes <= LARGEST_SVG:
        ways = "--output graph.svg draws it for a browser, --json lists it"
    return [
        "",
        title(picture),
        "",
        f"{boxes:,} nodes: {counted(len(graph.inputs), 'input')} and {counted(len(graph.operations), 'operation')};"
        f" {len(wires):,} wires;"
        f" the longest way to the output takes {steps:,} steps",
        f"this is too much for a terminal (up to {LARGEST} nodes): {ways}",
    ]
