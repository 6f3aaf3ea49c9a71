"""Wires as strokes of a pen: round where they turn, a dot where they fork, a gap where another one passes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gradx_cli.drawing.layout import Layout, Net

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
