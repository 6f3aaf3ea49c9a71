"""The computation graph in characters, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from gradx_cli.blocks import Drawing
from gradx_cli.drawing.boxes import Role
from gradx_cli.drawing.text import draw
from gradx_cli.layout import STYLES
from gradx_cli.terminal import Segment, Terminal

INDENT = "  "

ROLES: dict[Role, str] = {
    "name": STYLES["strong"],
    "operation": "",
    "value": STYLES["forward"],
    "gradient": STYLES["backward"],
    "note": STYLES["quiet"],
    "frame": STYLES["quiet"],
    "active": f"bold {STYLES['backward']}",
    "wire": STYLES["forward"],
    "blank": "",
}


def drawing_lines(drawing: Drawing, screen: Terminal) -> Iterator[list[Segment]]:
    """The drawing and what its signs mean, or how large the graph is and how it can be seen."""
    if drawing.summary:
        yield from screen.folded_lines(screen.drawn(drawing.title), INDENT, "")
        yield []
        for sentence in drawing.summary:
            yield from screen.folded_lines(screen.drawn(sentence), INDENT, "")
        return
    width = None if screen.width is None else max(screen.width - len(INDENT), 1)
    drawn = draw(drawing.diagram, width, ascii_only=not screen.unicode)
    for line in drawn.lines:
        yield [(INDENT, ""), *((text, ROLES[role]) for text, role in line)]
    remarks = list(drawing.remarks)
    if drawn.bands > 1:
        remarks.append("a name in brackets: the wire goes on where the name stands again")
    if width is not None and drawn.width > width:
        remarks.append(f"this takes {drawn.width + len(INDENT)} columns; --output graph.svg draws it for a browser")
    yield from [[]] * bool(remarks)
    for remark in remarks:
        yield from screen.folded_lines(screen.drawn(remark), INDENT, "")
