"""A curve on the terminal: the function with tangent and secant, its derivative below, and what is to be said about
them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gradx.language.program import Program
from gradx.lessons.curves.curve import Curve, Straight
from gradx.lessons.curves.naming import Break
from gradx_cli.escape import safe
from gradx_cli.views.chart import CURVE, SECANT, SLOPE, TANGENT, Line, Mark, chart
from gradx_cli.views.numbers import shown
from gradx_cli.views.plot.pieces import heights, pieces, slope_pieces
from gradx_cli.views.terminal import LONGEST_TITLE, Segment, Terminal

HEIGHT, SLOPE_HEIGHT = 17, 11
LISTED = 8
"""So many breaks are named one by one."""

NAMES = {"vertical": "vertical tangent", "edge": "edge of the domain"}


def show(program: Program, curve: Curve, epsilon: float, screen: Terminal) -> None:
    """Draw the curve."""
    output = safe(program.graph.names[program.graph.output])
    over = safe(curve.over)
    x = (float(curve.x[0]), float(curve.x[-1]))
    title = screen.drawn(safe(program.shortened(LONGEST_TITLE)))
    screen.write(["", *screen.indented(title, 2), ""])
    value_range = heights(curve, curve.value.tolist())
    lines = [Line(piece, CURVE) for piece in pieces(curve)]
    # The tangent last: where they cannot be told apart, it is the one that shows.
    lines += [
        Line([(end, line(end)) for end in x], pen)
        for line, pen in ((curve.secant, SECANT), (curve.tangent, TANGENT))
        if line is not None
    ]
    screen.write([screen.styled(("  ", ""), (output, "cyan"))])
    screen.write(chart(lines, list(_marks(curve)), x=x, y=value_range, height=HEIGHT, screen=screen))
    slopes = [Line(piece, SLOPE) for piece in slope_pieces(curve)]
    screen.write(["", screen.styled(("  ", ""), (f"d{output}/d{over}", "bright_red"))])
    screen.write(
        chart(slopes, [], x=x, y=heights(curve, curve.derivative.tolist()), height=SLOPE_HEIGHT, screen=screen)
    )
    screen.write([f"  {over}", ""])
    screen.write(screen.styled(("  ", ""), *line) for line in _legend(curve, output, over, epsilon, screen))


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


def _marks(curve: Curve) -> Iterator[Mark]:
    for found in curve.breaks:
        if found.kind == "hole" and found.left is not None:
            yield Mark((found.at, found.left), "○", "o", "cyan")
    touched = curve.tangent or curve.secant
    if touched is not None:
        yield Mark((touched.at, touched.value), "●", "@", "orange")


def _legend(curve: Curve, output: str, over: str, epsilon: float, screen: Terminal) -> Iterator[list[Segment]]:
    drawn = screen.drawn
    if curve.tangent is not None:
        line = curve.tangent
        text = f"  tangent at {over} = {shown(line.at)}: {straight(line, over)}, slope {shown(line.slope)}"
        yield [(drawn("●") if screen.unicode else "@", "yellow"), (drawn(text), "")]
    if curve.secant is not None:
        text = f"  secant of the nudge by {shown(epsilon)}: slope {shown(curve.secant.slope)}"
        yield [("⋯" if screen.unicode else "~", "magenta"), (drawn(text), "")]
    if not any(map(math.isfinite, curve.value.tolist())):
        yield [(drawn(f"! {output} has no finite value at any of these points"), "yellow")]
    if curve.note:
        yield [(drawn(f"! {safe(curve.note)}"), "yellow")]
    for text in summary(curve.breaks, over):
        yield [(drawn(f"! {text}"), "yellow")]
    if not curve.breaks and curve.broken.any():
        yield [(drawn(f"! {output} breaks more often than can be drawn"), "yellow")]
