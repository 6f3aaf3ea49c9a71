"""The diagram as a picture before it is written: frames, wires and texts in pixels, on a page at most 16:9 wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Literal, NamedTuple

from gradx_cli.drawing.bands import Band
from gradx_cli.drawing.boxes import Box, Role
from gradx_cli.drawing.folding import BETWEEN_ROWS, WIDEST, extent, folded
from gradx_cli.drawing.layout import Place
from gradx_cli.drawing.model import Diagram, State
from gradx_cli.drawing.strokes import CELL_HEIGHT_PX, CELL_WIDTH_PX, Grid, Point, Strokes, strokes
from gradx_cli.width import folded as in_lines
from gradx_cli.width import pieces

Voice = Role | Literal["title", "legend", "local"]

FONT_PX, TITLE_PX, LEGEND_PX, LOCAL_PX = 14.0, 17.0, 13.0, 11.5
LETTER = 0.6
"""How wide a letter is, in sizes of the font: nearly the same for every monospaced font."""

TIP_PX = (8.0, 4.5)
"""An arrow's head: its length, and half of its width."""

_MARGIN_PX = 24.0
_NARROWEST_PX = 420.0
_MOST_TITLE_LINES = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One line: it begins at `x`, or ends there; `y` is its baseline. `node`: it belongs to a wire of this label."""

    x: float
    y: float
    pieces: tuple[tuple[str, Voice], ...]
    size: float = FONT_PX
    ends: bool = False
    node: int | None = None

    @property
    def letter(self) -> float:
        """How wide a letter is."""
        return self.size * LETTER

    @property
    def width(self) -> float:
        return sum(len(text) for text, _ in self.pieces) * self.letter


class Frame(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    state: State


@dataclass(frozen=True, slots=True)
class Part:
    """The box of label `node`, or its name at which a wire goes on in another band; `tips` are the points of the arrows
    that end here."""

    node: int
    frame: Frame | None
    texts: tuple[Text, ...]
    tips: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The page: `texts` stand on it beside the parts; wires come from labels. Its size has the margins in it."""

    width: float
    height: float
    wires: tuple[Strokes, ...]
    parts: tuple[Part, ...]
    texts: tuple[Text, ...]


def sketch(
    diagram: Diagram, title: str, legend: str, *, alone: bool = True, other_legends: Sequence[str] = ()
) -> Sketch:
    """The picture of the diagram; what its signs mean stands at its foot, where the other legends have room too.

    `alone`: a page of its own, with free room below and above where it would be wider than 16:9.
    """
    bands = folded(diagram)
    across, down = extent(bands)
    width = max(across, _NARROWEST_PX if alone or legend else 0)
    above = _folded(title, width, TITLE_PX, most=_MOST_TITLE_LINES)
    below, *others = (
        [line for remark in (text, *remarks) for line in _folded(remark, width, LEGEND_PX)]
        for text, remarks in [
            (legend, _remarks(bands, diagram.carried)),
            *((other, _remarks(bands, diagram.carried, later=diagram)) for other in other_legends),
        ]
    )
    head, foot = _height(len(above), TITLE_PX), _height(max(map(len, (below, *others))), LEGEND_PX)
    needed = head + down + foot
    height = max(needed, (width + 2 * _MARGIN_PX) / WIDEST - 2 * _MARGIN_PX) if alone else needed
    top = _MARGIN_PX + head + (height - needed) / 2
    left = _MARGIN_PX + (width - across) / 2
    wires: list[Strokes] = []
    parts: list[Part] = []
    texts = [
        *_written(above, "title", TITLE_PX, _MARGIN_PX),
        *_written(below, "legend", LEGEND_PX, _MARGIN_PX + height - foot + CELL_HEIGHT_PX),
    ]
    for band in bands:
        grid = Grid(left, top)
        wires += (replace(wire, source=band.boxes[wire.source].node) for wire in strokes(band.layout, grid))
        parts += [_part(box, place, grid) for box, place in zip(band.boxes, band.layout.places, strict=True)]
        texts += _locals(band, grid)
        top += (band.layout.height + BETWEEN_ROWS) * CELL_HEIGHT_PX
    return Sketch(width + 2 * _MARGIN_PX, height + 2 * _MARGIN_PX, tuple(wires), tuple(parts), tuple(texts))


def _folded(text: str, width: float, size: float, most: int | None = None) -> list[str]:
    room = int(width / (size * LETTER))
    lines = [part for line in in_lines(pieces(text, room), room) for part in wrap(line, room)]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], *wrap(" ".join(lines[most - 1 :]), room, max_lines=1, placeholder=" …")]


def _height(lines: int, size: float) -> float:
    """Lines of text, and a row between them and the drawing."""
    return lines * size * 1.5 + CELL_HEIGHT_PX if lines else 0


def _written(lines: Sequence[str], voice: Voice, size: float, top: float) -> Iterator[Text]:
    for at, line in enumerate(lines):
        yield Text(_MARGIN_PX, top + size * (1 + 1.5 * at), ((line, voice),), size)


def _remarks(bands: Sequence[Band], carried: str, later: Diagram | None = None) -> Iterator[str]:
    """What is to be said of the bands, and `later`, when all that stands on wires is shown."""
    if any(band.locals for band in bands) or (later and any(wire.local is not None for wire in later.wires)):
        yield f"on the arrows: {carried}"
    if len(bands) > 1:
        yield "a name in brackets: the wire goes on where the name stands again"


def _part(box: Box, place: Place, grid: Grid) -> Part:
    shape = box.shape
    left, top = grid.x(place.x), grid.y(place.y)
    inset = int(box.framed)
    frame = Frame(left, top, (shape.width - 1) * CELL_WIDTH_PX, (shape.height - 1) * CELL_HEIGHT_PX, box.state)
    texts = [
        Text(left + (2 * inset - 0.5) * CELL_WIDTH_PX, grid.y(row) + FONT_PX * 0.35, line)
        for row, line in enumerate(box.lines, place.y + inset)
        if any(text.strip() for text, _ in line)
    ]
    tip = left if box.framed else left - CELL_WIDTH_PX * 0.75
    return Part(
        box.node, frame if box.framed else None, tuple(texts), tuple((tip, grid.y(row)) for row in place.entries)
    )


def _locals(band: Band, grid: Grid) -> Iterator[Text]:
    """Each above the last piece of its wire, where no other wire turns."""
    for box, row, text in band.locals:
        x = grid.x(band.layout.places[box].x) - TIP_PX[0] - 1
        yield Text(x, grid.y(row) - 4, ((text, "local"),), LOCAL_PX, ends=True, node=band.boxes[box].node)
