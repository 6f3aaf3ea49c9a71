"""A curve as it is drawn: in pieces that end where it breaks, in a range of heights that poles do not blow up."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from gradx.lessons.curves.curve import Curve
from gradx_cli.drawing.curves import FARTHEST, Point, Range, around

BEYOND = 3.0
"""A curve that goes further than this beyond the middle half of its values is cut off, if it has a pole."""


def pieces(curve: Curve) -> list[list[Point]]:
    """The curve in pieces to be joined, each led up to the break at which it ends."""
    found = _pieces(curve.x.tolist(), curve.value.tolist(), curve.broken.tolist())
    for end in curve.breaks:
        if end.splits_the_curve and end.kind != "hole":
            _lead(found, (end.at, end.left), (end.at, end.right))
    return found


def slope_pieces(curve: Curve) -> list[list[Point]]:
    """The derivative in pieces to be joined: it breaks at kinks too."""
    x = curve.x.tolist()
    split = curve.broken.tolist()
    for end in curve.breaks:
        if not end.splits_the_curve:
            gaps = range(max(bisect_left(x, end.at) - 1, 0), min(bisect_right(x, end.at), len(split)))
            split[gaps.start : gaps.stop] = [True] * len(gaps)
    return _pieces(x, curve.derivative.tolist(), split)


def heights(curve: Curve, values: list[float]) -> Range:
    """The range of heights to draw. Where the curve has a pole, or overflows, it is cut to where most of it lies."""
    finite = sorted(v for v in values if math.isfinite(v))
    runs_away = any(end.kind in ("pole", "vertical") for end in curve.breaks) or any(map(math.isinf, values))
    if not runs_away or len(finite) < 8:
        return around(finite)
    quarter = len(finite) // 4
    low, high = finite[quarter], finite[-1 - quarter]
    reach = BEYOND * (high - low) or abs(high) or 1.0
    return around([max(finite[0], low - reach), min(finite[-1], high + reach)])


def _pieces(x: list[float], y: list[float], split: list[bool]) -> list[list[Point]]:
    return [piece for piece in _runs(x, y, split) if piece]


def _runs(x: list[float], y: list[float], split: list[bool]) -> Iterator[list[Point]]:
    run: list[Point] = []
    for k, (at, value) in enumerate(zip(x, y, strict=True)):
        if not abs(value) <= FARTHEST:
            yield run
            run = []
            continue
        run.append((at, value))
        if k < len(split) and split[k]:
            yield run
            run = []
    yield run


def _lead(found: list[list[Point]], left: tuple[float, float | None], right: tuple[float, float | None]) -> None:
    """Lead the pieces on either side of a break up to what they tend to there."""
    at = left[0]
    before = max((piece for piece in found if piece[-1][0] < at), key=lambda piece: piece[-1][0], default=None)
    after = min((piece for piece in found if piece[0][0] > at), key=lambda piece: piece[0][0], default=None)
    if before is not None and left[1] is not None:
        before.append((at, left[1]))
    if after is not None and right[1] is not None:
        after.insert(0, (at, right[1]))
