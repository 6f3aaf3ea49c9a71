"""The page of `plot`: the function with tangent and secant, its derivative, and what is to be said about them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradx.language.program import Program
from gradx.lessons.curves.curve import Curve, Straight
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Chart, Item, Items, Sentence, Title
from gradx_cli.drawing.curves import FARTHEST, UPWARDS, Line, Mark, Pen, Plot, Point, Range, around, ticks
from gradx_cli.escape import safe
from gradx_cli.numbers import shown
from gradx_cli.terminal import LONGEST_TITLE

if TYPE_CHECKING:
    from gradx.lessons.curves.breaks import Break

HEIGHT, SLOPE_HEIGHT = 17, 11
LISTED = 8
"""So many breaks are named one by one."""

NAMES = {"vertical": "vertical tangent", "edge": "edge of the domain"}


def answer(program: Program, curve: Curve, epsilon: float, warnings: tuple[str, ...]) -> Answer:
    """Two charts and their legend, the curve as an object, a point a row."""

    def page(_medium: Medium) -> Iterator[Block]:
        output, over = safe(program.graph.names[program.graph.output]), safe(curve.over)
        yield from (GAP, Title(safe(program.shortened(LONGEST_TITLE))), GAP)
        above, below = _function(curve, output, over), _slope(curve, f"d{output}/d{over}", over)
        gutter = max(len(shown(place, 6)) for chart in (above, below) for place in ticks(*chart.plot.y, UPWARDS))
        yield from (above._replace(gutter=gutter), GAP, below._replace(gutter=gutter), GAP)
        yield Items(list(_legend(curve, over, epsilon)))
        yield from _doubts(curve, output, over)

    warnings = (*program.remarks, *warnings)
    return Answer(page, _records(program, curve, epsilon, warnings), _rows(curve), warnings)


def _records(program: Program, curve: Curve, epsilon: float, warnings: tuple[str, ...]) -> Iterator[Record]:
    """Where the function has no value, value and derivative are None."""
    value, derivative = zip(*_numbers(curve), strict=True)
    yield {
        **head("plot", program, (*warnings, *([curve.note] if curve.note else []))),
        "over": curve.over,
        "x": curve.x.tolist(),
        "value": list(value),
        "derivative": list(derivative),
        "tangent": curve.tangent,
        "secant": curve.secant,
        "epsilon": epsilon,
        "breaks": [selected(found, "at", "kind", "left", "right") for found in curve.breaks],
    }


def _rows(curve: Curve) -> Iterator[Record]:
    for x, (value, derivative) in zip(curve.x.tolist(), _numbers(curve), strict=True):
        yield {curve.over: x, "value": value, "derivative": derivative}


def _numbers(curve: Curve) -> Iterator[tuple[float | None, float | None]]:
    for value, derivative in zip(curve.value.tolist(), curve.derivative.tolist(), strict=True):
        yield (None, None) if math.isnan(value) else (value, derivative)


def _function(curve: Curve, output: str, over: str) -> Chart:
    x = _ends(curve)
    # The curve last: it is what the others are drawn for.
    straights: tuple[tuple[Straight | None, Pen], ...] = ((curve.secant, "secant"), (curve.tangent, "tangent"))
    lines = [Line([(end, line(end)) for end in x], pen) for line, pen in straights if line is not None]
    lines += [Line(piece, "curve", output) for piece in pieces(curve)]
    y = heights(curve, curve.value.tolist())
    said = _described(output, over, x, curve.value.tolist(), curve.x.tolist())
    plot = Plot(lines, list(_marks(curve)), x, y, over, said)
    return Chart(output, "forward", plot, HEIGHT, named_under=False)


def _slope(curve: Curve, name: str, over: str) -> Chart:
    lines = [Line(piece, "slope") for piece in slope_pieces(curve)]
    slopes = curve.derivative.tolist()
    said = _described(name, over, _ends(curve), slopes, curve.x.tolist())
    plot = Plot(lines, [], _ends(curve), heights(curve, slopes), over, said)
    return Chart(name, "backward", plot, SLOPE_HEIGHT)


def _ends(curve: Curve) -> Point:
    return (float(curve.x[0]), float(curve.x[-1]))


def _described(name: str, over: str, ends: Point, values: list[float], places: list[float]) -> str:
    """What a chart shows, for who does not see it."""
    known = [(value, x) for value, x in zip(values, places, strict=True) if math.isfinite(value)]
    extent = f"{name} for {over} from {shown(ends[0], 6)} to {shown(ends[1], 6)}"
    if not known:
        return f"{extent}: no finite value"
    (low, at_low), (high, at_high) = min(known), max(known)
    lowest = f"lowest {shown(low, 6)} at {over} = {shown(at_low, 6)}"
    return f"{extent}: {lowest}, highest {shown(high, 6)} at {over} = {shown(at_high, 6)}"


def straight(line: Straight, over: str, sign: str = "-") -> str:
    """A line as a formula: `1 + 2*(x - 1)`."""
    if line.slope == 0:
        return shown(line.value, 6)
    shift = f"({over} {sign if line.at > 0 else '+'} {shown(abs(line.at), 6)})" if line.at else over
    slope = shown(abs(line.slope), 6)
    term = shift if slope == "1" else f"{slope}*{shift}"
    return f"{shown(line.value, 6)} {sign if line.slope < 0 else '+'} {term}"


def summary(breaks: tuple[Break, ...], over: str) -> list[str]:
    """What is broken where, a kind a line: `poles at x = -1, 1`."""
    kinds: dict[str, list[str]] = {}
    for found in breaks:
        kinds.setdefault(found.kind, []).append(shown(found.at, 6))
    lines = []
    for kind, places in kinds.items():
        name = NAMES.get(kind, kind)
        if len(places) > LISTED:
            lines.append(f"{len(places)} {name}s, at {over} = {', '.join(places[:3])}, …, {places[-1]}")
        else:
            lines.append(f"{name}{'s' if len(places) > 1 else ''} at {over} = {', '.join(places)}")
    return lines


def remarks(curve: Curve, over: str) -> list[str]:
    """What is broken where, and that a picture is cut."""
    overflows = any(map(math.isinf, curve.value.tolist()))
    cut = ["float64 overflows at some of these points, and the picture is cut to where most of the curve lies"]
    return [*summary(curve.breaks, over), *(cut if overflows else ())]


def _marks(curve: Curve) -> Iterator[Mark]:
    for found in curve.breaks:
        if found.kind == "hole" and found.left is not None:
            yield Mark((found.at, found.left), "curve", hollow=True)
    touched = curve.tangent or curve.secant
    if touched is not None:
        yield Mark((touched.at, touched.value), "tangent")


def _legend(curve: Curve, over: str, epsilon: float) -> Iterator[Item]:
    if curve.tangent is not None:
        line = curve.tangent
        inside = curve.x[0] <= line.at <= curve.x[-1]
        text = f"tangent at {over} = {shown(line.at)}: {straight(line, over)}, slope {shown(line.slope)}"
        text += "" if inside else "; the point lies outside of the picture"
        yield Item("● ", text, "tangent")
    if curve.secant is not None:
        slope = shown(curve.secant.slope)
        yield Item("⋯ ", f"secant of the nudge by {shown(epsilon)}: slope {slope}", "secant")


def _doubts(curve: Curve, output: str, over: str) -> Iterator[Sentence]:
    doubts = remarks(curve, over)
    if curve.note:
        doubts.insert(0, safe(curve.note))
    if not any(map(math.isfinite, curve.value.tolist())):
        doubts.insert(0, f"{output} has no finite value at any of these points")
    if not curve.breaks and curve.broken.any():
        doubts.append(f"{output} breaks more often than can be drawn")
    return (Sentence(doubt, "doubtful", "!") for doubt in doubts)


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
