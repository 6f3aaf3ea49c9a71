"""The diagram as text: in characters, in bands as wide as the terminal, and in languages that others draw.

Frames have sharp corners, wires round ones. Where wires cross, the upright one goes through and the level one is
interrupted (`─│─`); every other sign joins. ASCII keeps the rule: `-|-` is a crossing, `+` a joint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from gradx_cli.drawing.bands import Band, bands
from gradx_cli.drawing.boxes import ASCII_SIGNS, UNICODE_SIGNS, Box, Diagram, Piece, Role, Signs, State, boxes
from gradx_cli.drawing.layout import Net, Place
from gradx_cli.terminal import in_ascii

_RIGHT, _DOWN, _LEFT, _UP = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class _Pen:
    """The characters of one style; `wires` by arms (right 1, down 2, left 4, up 8), frames as corners and sides."""

    signs: Signs
    wires: str
    arrow: str
    exit: str
    frames: dict[State, str]


_UNICODE = _Pen(
    UNICODE_SIGNS,
    " ─│╭──╮┬│╰│├╯┴┤┼",
    "▶",
    "├",
    {"plain": "┌─┐│└┘", "active": "╔═╗║╚╝", "untaken": "┌╌┐┆└┘"},
)
_ASCII = _Pen(ASCII_SIGNS, " -|+--++|+|+++++", ">", "+", {"plain": ".-.|''", "active": "#=####", "untaken": "...:::"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines of pieces; a piece's role says its colour. `width` is the columns they take."""

    lines: tuple[tuple[Piece, ...], ...]
    width: int
    bands: int

    @property
    def plain(self) -> str:
        """The lines without colours."""
        return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in self.lines)


def draw(diagram: Diagram, width: int | None, *, ascii_only: bool = False) -> Drawing:
    """Draw the diagram in at most `width` columns (None: as wide as it gets), in bands one below the other if need be.

    A box wider than that is drawn all the same: numbers are never cut.
    """
    pen = _ASCII if ascii_only else _UNICODE
    if ascii_only:
        diagram = diagram.spelled(in_ascii)
    parts = bands(diagram, width, pen.signs)
    lines: list[tuple[Piece, ...]] = []
    for at, band in enumerate(parts):
        if at:
            lines.append(())
        lines.extend(_painted(band, pen))
    return Drawing(tuple(lines), max((band.layout.width for band in parts), default=0), len(parts))


class _Canvas:
    def __init__(self, width: int, height: int) -> None:
        self._cells: list[list[Piece]] = [[(" ", "blank")] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, role: Role) -> None:
        self._cells[y][x : x + len(text)] = [(letter, role) for letter in text]

    def lines(self) -> Iterable[tuple[Piece, ...]]:
        for row in self._cells:
            groups = groupby(row, key=itemgetter(1))
            yield tuple(("".join(letter for letter, _ in group), role) for role, group in groups)


def _painted(band: Band, pen: _Pen) -> Iterable[tuple[Piece, ...]]:
    canvas, places = _Canvas(band.layout.width, band.layout.height), band.layout.places
    for box, place in zip(band.boxes, places, strict=True):
        _paint_box(canvas, box, place, pen)
    _paint_wires(canvas, band.layout.nets, pen)
    for net in band.layout.nets:
        place, shape = places[net.source], band.boxes[net.source].shape
        if band.boxes[net.source].framed:
            canvas.put(place.x + shape.width - 1, place.y + shape.port, pen.exit, "wire")
    for place in places:
        for row in place.entries:
            canvas.put(place.x - 1, row, pen.arrow, "wire")
    return canvas.lines()


def _paint_box(canvas: _Canvas, box: Box, place: Place, pen: _Pen) -> None:
    x, y = place.x, place.y
    if box.framed:
        role: Role = "active" if box.state == "active" else "frame"
        upper_left, level, upper_right, side, lower_left, lower_right = tuple(pen.frames[box.state])
        edge, right = level * (box.inside + 2), x + box.inside + 3
        canvas.put(x, y, upper_left + edge + upper_right, role)
        canvas.put(x, y + len(box.lines) + 1, lower_left + edge + lower_right, role)
        for row in range(y + 1, y + 1 + len(box.lines)):
            canvas.put(x, row, side, role)
            canvas.put(right, row, side, role)
        x, y = x + 2, y + 1
    for row, line in enumerate(box.lines, y):
        column = x
        for text, piece_role in line:
            canvas.put(column, row, text, piece_role)
            column += len(text)


def _paint_wires(canvas: _Canvas, nets: Sequence[Net], pen: _Pen) -> None:
    """Where two nets meet the upright one goes through."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for net in nets:
        for cell, arms in _arms(net).items():
            crosses = cell in owner and owner[cell][0] != net.source
            owner[cell] = (net.source, _UP | _DOWN if crosses else arms)
    for (x, y), (_, arms) in owner.items():
        canvas.put(x, y, pen.wires[arms], "wire")


def _arms(net: Net) -> dict[tuple[int, int], int]:
    """For each cell of a net the directions in which it goes on."""
    arms: dict[tuple[int, int], int] = {}
    for y, left, right in net.level:
        for x in range(left, right + 1):
            arms[x, y] = arms.get((x, y), 0) | (_RIGHT if x < right else 0) | (_LEFT if x > left else 0)
    for x, top, bottom in net.upright:
        for y in range(top, bottom + 1):
            arms[x, y] = arms.get((x, y), 0) | (_DOWN if y < bottom else 0) | (_UP if y > top else 0)
    return arms


MOST_EDGES = 500
"""Mermaid's own limit, which a file cannot lift."""

_PLAIN = frozenset(" .,=+-()[]/^%←")


def dot(diagram: Diagram) -> Iterator[str]:
    """The lines of a digraph in Graphviz's language, which `dot -Tsvg` and its like accept."""
    yield "digraph gradx {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="monospace"];'
    yield '  edge [color="#0e7490", fontcolor="#c81e1e", fontname="monospace", fontsize=10];'
    for at, box in enumerate(boxes(diagram)):
        label = "\\l".join(map(_escaped, box.texts))
        style = {"active": ", penwidth=3", "untaken": ", style=dashed", "plain": ""}[box.state]
        yield f'  n{at} [label="{label}\\l"{style}];'
    for wire in diagram.wires:
        local = f' [label="{_escaped(wire.local)}"]' if wire.local is not None and wire.reached else ""
        yield f"  n{wire.source} -> n{wire.target}{local};"
    yield "}"


def _escaped(text: str) -> str:
    r"""The text inside a quoted label of Graphviz: `"` and `\` escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def mermaid(diagram: Diagram) -> Iterator[str]:
    """The lines of a flowchart from left to right, which GitHub, GitLab and many wikis draw from a code block."""
    yield "flowchart LR"
    for at, box in enumerate(boxes(diagram)):
        label = "<br/>".join(map(_referred, box.texts))
        yield f'  n{at}["{label}"]'
    for wire in diagram.wires:
        local = f'|"{_referred(wire.local)}"|' if wire.local is not None and wire.reached else ""
        yield f"  n{wire.source} -->{local} n{wire.target}"
    for state, style in (("active", "stroke-width:4px"), ("untaken", "stroke-dasharray:4")):
        yield from (f"  style n{at} {style}" for at, label in enumerate(diagram.labels) if label.state == state)


def _referred(text: str) -> str:
    """The text inside quotes: whatever Mermaid or HTML could take for a sign of its own is a character reference."""
    # Of several blanks HTML shows one.
    text = re.sub("(?<= ) | (?= )", "\N{NO-BREAK SPACE}", text)
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)
