"""The diagram in characters: bands of columns as wide as the terminal.

Frames have sharp corners, wires round ones. Where wires cross, the upright one goes through and the level one is
interrupted (`─│─`); every other sign joins. ASCII keeps the rule: `-|-` is a crossing, `+` a joint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from gradx_cli.drawing.bands import Band, bands
from gradx_cli.drawing.boxes import ASCII_SIGNS, UNICODE_SIGNS, Box, Piece, Role, Signs
from gradx_cli.drawing.layout import Net, Place
from gradx_cli.drawing.model import Diagram, State
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
        row = self._cells[y]
        for at, letter in enumerate(text, x):
            row[at] = (letter, role)

    def lines(self) -> Iterable[tuple[Piece, ...]]:
        for row in self._cells:
            yield tuple(
                ("".join(letter for letter, _ in group), role) for role, group in groupby(row, key=lambda cell: cell[1])
            )


def _painted(band: Band, pen: _Pen) -> Iterable[tuple[Piece, ...]]:
    canvas = _Canvas(band.layout.width, band.layout.height)
    for box, place in zip(band.boxes, band.layout.places, strict=True):
        _paint_box(canvas, box, place, pen)
    _paint_wires(canvas, band.layout.nets, pen)
    for net in band.layout.nets:
        box, place = band.boxes[net.source], band.layout.places[net.source]
        if box.framed:
            shape = box.shape
            canvas.put(place.x + shape.width - 1, place.y + shape.port, pen.exit, "wire")
    for place in band.layout.places:
        for row in place.entries:
            canvas.put(place.x - 1, row, pen.arrow, "wire")
    return canvas.lines()


def _paint_box(canvas: _Canvas, box: Box, place: Place, pen: _Pen) -> None:
    x, y = place.x, place.y
    indent = 0
    if box.framed:
        indent = 2
        role: Role = "active" if box.state == "active" else "frame"
        upper_left, level, upper_right, side, lower_left, lower_right = tuple(pen.frames[box.state])
        inside = box.inside
        edge = level * (inside + 2)
        canvas.put(x, y, upper_left + edge + upper_right, role)
        canvas.put(x, y + len(box.lines) + 1, lower_left + edge + lower_right, role)
        for row in range(y + 1, y + 1 + len(box.lines)):
            canvas.put(x, row, side, role)
            canvas.put(x + inside + 3, row, side, role)
        y += 1
    for row, line in enumerate(box.lines, y):
        column = x + indent
        for text, piece_role in line:
            canvas.put(column, row, text, piece_role)
            column += len(text)


def _paint_wires(canvas: _Canvas, nets: Sequence[Net], pen: _Pen) -> None:
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for net in nets:
        for cell, arms in _arms(net).items():
            if cell in owner and owner[cell][0] != net.source:
                arms = _UP | _DOWN
            owner[cell] = (net.source, arms)
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
