"""The bands of a picture: as many as make it large on a screen of 16:9, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from gradx_cli.drawing.bands import Band, bands
from gradx_cli.drawing.boxes import UNICODE_SIGNS
from gradx_cli.drawing.model import Diagram
from gradx_cli.drawing.strokes import CELL_HEIGHT_PX, CELL_WIDTH_PX

WIDEST = 16 / 9
"""A picture's width in heights, at most."""

BETWEEN_ROWS = 1.5
"""Free rows between bands."""

_ROOM_COLUMNS = 22
_WORTH = 1.2
"""A picture in more bands is harder to follow: it is taken where its letters become so much larger."""

_AROUND_PX = (48, 170)
"""What a page has beside the drawing: margins, a title, some lines at its foot."""

_TRIED = (0.6, 0.75, 0.9, 1.0, 1.15, 1.35)
"""Widths, in what the width would be if the drawing could be cut and stacked without loss."""

_THOROUGH_NODES = 150
"""Of a larger graph one width is tried."""


def folded(diagram: Diagram) -> list[Band]:
    """The diagram in the bands in which it fills a screen best."""
    best = bands(diagram, None, UNICODE_SIGNS, rooms=(_ROOM_COLUMNS,), locals=True)
    across, down = extent(best)
    if across <= down * WIDEST:
        return best
    ideal = sqrt(across * down * WIDEST) / CELL_WIDTH_PX
    for share in _TRIED if len(diagram.labels) <= _THOROUGH_NODES else (1.0,):
        found = bands(diagram, int(ideal * share), UNICODE_SIGNS, rooms=(_ROOM_COLUMNS,), locals=True)
        more = len(found) - len(best)
        if _scale(found) > _scale(best) * (_WORTH if more > 0 else 1 / _WORTH if more < 0 else 1):
            best = found
    return best


def extent(found: Sequence[Band]) -> tuple[float, float]:
    """Width and height in pixels, bands one below the other."""
    rows = sum(band.layout.height for band in found) + BETWEEN_ROWS * (len(found) - 1)
    return max(band.layout.width for band in found) * CELL_WIDTH_PX, rows * CELL_HEIGHT_PX


def _scale(found: Sequence[Band]) -> float:
    """How large it can be shown on a screen that is 1 high."""
    across, down = extent(found)
    return min(WIDEST / (across + _AROUND_PX[0]), 1 / (down + _AROUND_PX[1]))
