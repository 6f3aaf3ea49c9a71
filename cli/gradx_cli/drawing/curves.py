"""Curves as they are drawn: thinned to what can be seen, cut where they leave the range, with round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

Point = tuple[float, float]
Range = tuple[float, float]

FARTHEST = 1e300
"""What lies farther away than this is cut off: beyond it lengths and scales overflow."""

COLUMNS = 400
"""More than a chart has dots beside each other."""

UPWARDS = 5
"""About so many numbers stand beside a chart."""

Pen = Literal["curve", "slope", "tangent", "secant", "second", "third", "fourth", "fifth"]
PENS: tuple[Pen, ...] = ("curve", "second", "third", "fourth", "fifth")
"""For lines side by side."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points to be joined, in the order of x; `name` where there are several."""

    points: Sequence[Point]
    pen: Pen
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One point that is marked: a hole in a curve, or where lines touch."""

    at: Point
    pen: Pen
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines and marks in a frame. `over` names what goes to the right; `described` says in words what is seen."""

    lines: Sequence[Line]
    marks: Sequence[Mark]
    x: Range
    y: Range
    over: str
    described: str

    def parts(self) -> Iterator[tuple[Line, list[Point]]]:
        """What is seen of each line: points to be joined."""
        for line in self.lines:
            yield from ((line, part) for part in clipped(thinned(line.points, self.x), self.y))

    def seen(self) -> Iterator[Mark]:
        """The marks inside the frame."""
        for mark in self.marks:
            if self.x[0] <= mark.at[0] <= self.x[1] and self.y[0] <= mark.at[1] <= self.y[1]:
                yield mark


def thinned(points: Sequence[Point], x: Range) -> Sequence[Point]:
    """Of many points, in each of `COLUMNS` the first, the lowest, the highest and the last: the same line when drawn.

    Source: Jugel et al., M4: A Visualization-Oriented Time Series Data Aggregation, PVLDB 7 (2014), section 4.2.
    """
    if len(points) <= 4 * COLUMNS:
        return points
    low, high = x
    kept: list[Point] = []
    for _, column in groupby(points, key=lambda point: int((point[0] - low) / (high - low) * COLUMNS)):
        inside = list(column)
        heights = [height for _, height in inside]
        chosen = {0, heights.index(min(heights)), heights.index(max(heights)), len(inside) - 1}
        kept += [inside[k] for k in sorted(chosen)]
    return kept


def clipped(points: Sequence[Point], y: Range) -> Iterator[list[Point]]:
    """The parts of a line of points that lie in the range, cut where the line leaves it."""
    low, high = y
    part: list[Point] = []
    if len(points) == 1 and low <= points[0][1] <= high:
        yield [points[0]]
    for start, end in pairwise(points):
        inside = _inside(start, end, low, high)
        if inside is None:
            if part:
                yield part
            part = []
            continue
        first, last = inside
        if not part or part[-1] != first:
            if part:
                yield part
            part = [first]
        part.append(last)
        if last != end:
            yield part
            part = []
    if part:
        yield part


def _inside(start: Point, end: Point, low: float, high: float) -> tuple[Point, Point] | None:
    """The piece of a segment between two heights."""
    (x0, y0), (x1, y1) = start, end
    if max(y0, y1) < low or min(y0, y1) > high:
        return None

    def at(height: float) -> Point:
        part = height / (y1 - y0) - y0 / (y1 - y0)
        return (x0 + (x1 - x0) * part, height)

    first = start if low <= y0 <= high else at(low if y0 < low else high)
    last = end if low <= y1 <= high else at(low if y1 < low else high)
    return first, last


def ticks(low: float, high: float, count: int) -> list[float]:
    """About `count` round numbers from `low` to `high`: a multiple of 1, 2 or 5 times a power of ten apart."""
    rough = high / count - low / count
    if not 0 < rough < math.inf:
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * k for k in (1, 2, 5) if power * k >= 0.99 * rough), power * 10)
    if not 0 < step < math.inf or high / step - low / step > 4 * count:
        return [low, high]
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Through text: a multiple of 0.1 would not be one of 0.1 exactly.
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def around(values: Iterable[float], margin: float = 0.05) -> Range:
    """A range that holds those of `values` that are not too far away, with some air; never empty."""
    finite = [v for v in values if abs(v) <= FARTHEST]
    if not finite:
        return (-1.0, 1.0)
    low, high = min(finite), max(finite)
    if not low < high:
        air = abs(low) / 2 or 1.0
        return (low - air, high + air)
    air = (high - low) * margin
    return (low - air, high + air)
