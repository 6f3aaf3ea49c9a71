"""The diagram as a picture before it is written: frames, strokes and texts in pixels, at most 16:9 wide.

It is cut into as many bands as make it large on such a screen, and no more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, sqrt
from textwrap import wrap
from typing import Literal, NamedTuple

from gradx_cli.drawing.bands import Band, roll
from gradx_cli.drawing.boxes import UNICODE_SIGNS, Box, Diagram, Role, State
from gradx_cli.drawing.layout import Layout, Net, Place
from gradx_cli.width import folded as in_lines
from gradx_cli.width import pieces

Cell = tuple[int, int]
Point = tuple[float, float]
Step = tuple[Literal["M", "L", "Q"], tuple[Point, ...]]
"""Begin here; a straight line to there; a curve around the first point to the second."""

CELL_WIDTH_PX, CELL_HEIGHT_PX = 8.4, 19.0
_BEND_PX, _GAP_PX = 6.0, 4.5


class Grid(NamedTuple):
    """Where the cells of a layout lie on the page."""

    left: float
    top: float

    def x(self, column: float) -> float:
        """The middle of a column of cells."""
        return self.left + (column + 0.5) * CELL_WIDTH_PX

    def y(self, row: float) -> float:
        """The middle of a row of cells."""
        return self.top + (row + 0.5) * CELL_HEIGHT_PX


@dataclass(frozen=True, slots=True)
class Strokes:
    """All wires of the box `source`, and where they fork."""

    source: int
    steps: tuple[Step, ...]
    joints: tuple[Point, ...]


def strokes(plan: Layout, grid: Grid) -> Iterator[Strokes]:
    """The strokes of each net. Level pieces are broken where an upright of another net passes."""
    uprights = sorted((x, top, bottom, net.source) for net in plan.nets for x, top, bottom in net.upright)
    columns = [x for x, *_ in uprights]
    for net in plan.nets:
        corners, joints = _meetings(net)
        steps: list[Step] = []
        for row, left, right in net.level:
            y = grid.y(row)
            begin = grid.x(left) + _BEND_PX * ((left, row) in corners)
            for column, top, bottom, source in uprights[bisect_right(columns, left) : bisect_left(columns, right)]:
                if source != net.source and top < row < bottom:
                    steps += _straight((begin, y), (grid.x(column) - _GAP_PX, y))
                    begin = grid.x(column) + _GAP_PX
            steps += _straight((begin, y), (grid.x(right) - _BEND_PX * ((right, row) in corners), y))
        for column, upper, lower in net.upright:
            x = grid.x(column)
            begin = grid.y(upper) + _BEND_PX * ((column, upper) in corners)
            end = grid.y(lower) - _BEND_PX * ((column, lower) in corners)
            steps += _straight((x, begin), (x, end))
        for (column, row), (across, down) in corners.items():
            x, y = grid.x(column), grid.y(row)
            steps += [("M", ((x + across * _BEND_PX, y),)), ("Q", ((x, y), (x, y + down * _BEND_PX)))]
        yield Strokes(net.source, tuple(steps), tuple((grid.x(column), grid.y(row)) for column, row in joints))


def _straight(begin: Point, end: Point) -> tuple[Step, Step]:
    return ("M", (begin,)), ("L", (end,))


def _meetings(net: Net) -> tuple[dict[Cell, tuple[int, int]], list[Cell]]:
    """Where the net turns (with the ways it goes on: left -1 or right 1, up -1 or down 1), and where it forks."""
    rightwards = {(left, row) for row, left, _ in net.level}
    leftwards = {(right, row) for row, _, right in net.level}
    corners: dict[Cell, tuple[int, int]] = {}
    joints = []
    for x, top, bottom in net.upright:
        rows = {row for row, left, right in net.level if x in (left, right) and top <= row <= bottom}
        for row in sorted(rows):
            across = ((x, row) in rightwards) - ((x, row) in leftwards)
            down = (row < bottom) - (row > top)
            if across and down:
                corners[x, row] = (across, down)
            else:
                joints.append((x, row))
    return corners, joints


WIDEST = 16 / 9
"""A picture's width in heights, at most."""

BETWEEN_ROWS = 1.5
"""Free rows between bands."""

_ROOM_COLUMNS = 22
_WORTH = 1.2
"""A picture in more bands is harder to follow: it is taken where its letters become so much larger."""

_AROUND_PX = (48, 170)
"""What a page has beside the drawing: margins, a title, some lines at its foot."""

_TRIES = 3


def folded(diagram: Diagram) -> list[Band]:
    """The diagram in the bands in which it fills a screen best, about equally wide."""
    whole = roll(diagram, _ROOM_COLUMNS, UNICODE_SIGNS)
    last = max(whole.layer)
    found = best = [whole.band(0, last)]
    left = {column: place.x for column, place in zip(whole.layer, best[0].layout.places, strict=True)}
    tried = {1}
    for _ in range(_TRIES):
        across, down = extent(found)
        # Twice as many bands are half as wide, and together twice as high.
        wished = len(found) * sqrt(across / down / WIDEST)
        count = next((k for k in (round(wished), ceil(wished)) if 1 <= k <= last + 1 and k not in tried), None)
        if count is None:
            break
        tried.add(count)
        starts = _starts([left[column] for column in range(last + 1)], count)
        found = [whole.band(first, behind - 1) for first, behind in pairwise([*starts, last + 1])]
        if _scale(found) > _scale(best) * _WORTH ** ((len(found) > len(best)) - (len(found) < len(best))):
            best = found
    return best


def _starts(left: Sequence[int], count: int) -> list[int]:
    """The columns at which about equal parts begin; `left` is where each column stands in the whole."""
    shares = (left[-1] * part / count for part in range(count))
    return list(dict.fromkeys(bisect_left(left, share) for share in shares))


def extent(found: Sequence[Band]) -> tuple[float, float]:
    """Width and height in pixels, bands one below the other."""
    rows = sum(band.layout.height for band in found) + BETWEEN_ROWS * (len(found) - 1)
    return max(band.layout.width for band in found) * CELL_WIDTH_PX, rows * CELL_HEIGHT_PX


def _scale(found: Sequence[Band]) -> float:
    """How large it can be shown on a screen that is 1 high."""
    across, down = extent(found)
    return min(WIDEST / (across + _AROUND_PX[0]), 1 / (down + _AROUND_PX[1]))


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
