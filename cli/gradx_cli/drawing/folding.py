"""The bands of a picture: as many as make it large on a screen of 16:9, and no more."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import ceil, sqrt

from gradx_cli.drawing.bands import Band, roll
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
