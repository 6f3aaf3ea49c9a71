"""A carried nudge for a terminal: a line for every node that moved, and what follows for the derivative."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from gradx.lessons.carried_nudge import CarriedNudge, Moved
from gradx.point.exploration import Exploration
from gradx_cli.escape import safe
from gradx_cli.views.numbers import NONE, aligned, shown
from gradx_cli.views.styles import BACKWARD, DOUBTFUL, FORWARD, QUIET
from gradx_cli.views.terminal import Segment, Terminal
from gradx_cli.width import cells, padded

INDENT, GAP = "  ", "   "

MOST_ROWS = 200

SHOWN_AT_EACH_END = 12

Column = tuple[list[str], str]
"""The cells of a column, all of one width, and their style."""


def show(
    exploration: Exploration, carried: CarriedNudge, sizes: Sequence[CarriedNudge], terminal: Terminal, digits: int
) -> None:
    """Write the nodes, the conclusion, and for several ε how the slope settles."""
    terminal.write(terminal.styled(*line) for line in _lines(exploration, carried, sizes, terminal, digits))


def _lines(
    exploration: Exploration, carried: CarriedNudge, sizes: Sequence[CarriedNudge], terminal: Terminal, digits: int
) -> Iterator[list[Segment]]:
    moved = carried.moved
    kept = moved if len(moved) <= MOST_ROWS else (*moved[:SHOWN_AT_EACH_END], *moved[-SHOWN_AT_EACH_END:])
    yield []
    yield from _table(_columns(exploration, carried, kept, terminal, digits), terminal)
    if len(kept) < len(moved):
        yield [(f"{INDENT}{len(moved)} nodes moved, {len(kept)} of them are shown; --json gives all", QUIET)]
    yield []
    yield from _sentence(_conclusion(exploration, carried, terminal, digits), terminal, "")
    for doubt in _doubts(carried, digits, several=len(sizes) > 1):
        yield from _sentence(doubt, terminal, DOUBTFUL if doubt.startswith("!") else QUIET)
    if len(sizes) > 1:
        yield []
        yield from _table(_settling(exploration, sizes, terminal, digits), terminal)


def _sentence(text: str, terminal: Terminal, style: str) -> Iterator[list[Segment]]:
    return ([(INDENT + line, style)] for line in terminal.folded(terminal.drawn(text), len(INDENT)))


def _columns(
    exploration: Exploration, carried: CarriedNudge, moved: Sequence[Moved], terminal: Terminal, digits: int
) -> list[Column]:
    variable = safe(exploration.graph.names[carried.variable])
    before = aligned([shown(node.before, digits) for node in moved])
    after = aligned([shown(node.after, digits) for node in moved])
    arrow = terminal.drawn(" → ")
    changes = aligned([_steady(abs(node.change), node, digits) for node in moved])
    slopes = aligned([_steady(node.slope, node, digits, carried.epsilon) for node in moved])
    times = terminal.drawn(" × the nudge")
    return [
        _even([terminal.drawn(safe(node.name)) for node in moved], ""),
        _even([f"{b}{arrow}{a}" for b, a in zip(before, after, strict=True)], FORWARD),
        _even([f"{_way(node.change, terminal)} {c}" for node, c in zip(moved, changes, strict=True)], ""),
        _even([f"{slope.rstrip()}{times}" for slope in slopes], ""),
        _even([terminal.drawn(_derivative(node, variable, digits)) for node in moved], BACKWARD),
    ]


def _derivative(node: Moved, variable: str, digits: int) -> str:
    if node.derivative is None or node.name == variable:
        return ""
    return f"d{safe(node.name)}/d{variable} = {shown(node.derivative, digits)}"


def _settling(exploration: Exploration, sizes: Sequence[CarriedNudge], terminal: Terminal, digits: int) -> list[Column]:
    graph = exploration.graph
    output = safe(graph.names[graph.output])
    gradient = sizes[0].gradient
    epsilons = [terminal.drawn("ε"), *aligned([shown(size.epsilon, digits) for size in sizes]), "backprop"]
    outputs = [f"{output} after", *aligned([shown(size.output, digits) for size in sizes]), ""]
    slopes = aligned([*(_slope(size, digits) for size in sizes), shown(gradient, digits)])
    off = [NONE if size.slope is None else shown(0.0 if size.settled else size.slope - gradient, 3) for size in sizes]
    return [
        _even(epsilons, ""),
        _even([terminal.drawn(text) for text in outputs], FORWARD),
        _even([terminal.drawn(text) for text in ("change ÷ ε", *slopes)], BACKWARD),
        _even([terminal.drawn(text) for text in ("off by", *aligned(off), "")], ""),
        _even([terminal.drawn(text) for text in ("", *(_why(size) for size in sizes), "")], QUIET),
    ]


def _why(size: CarriedNudge) -> str:
    if size.slope is None:
        return "leaves the domain"
    if size.stuck is not None:
        return "nothing moves" if size.stuck == "variable" else "the output does not move"
    if size.settled and size.rounding > 1e-6 * abs(size.gradient):
        return "as far as rounding lets it show"
    return ""


def _slope(size: CarriedNudge, digits: int) -> str:
    return _trusted(size.slope, size.rounding, digits) if size.slope is not None else NONE


def _even(texts: Sequence[str], style: str) -> Column:
    width = max(map(cells, texts), default=0)
    return [padded(text, width) for text in texts], style


def _table(columns: Sequence[Column], terminal: Terminal) -> Iterator[list[Segment]]:
    """A line a row; where that is too wide, two."""
    width = sum(cells(column[0]) for column, _ in columns if column) + len(GAP) * (len(columns) - 1) + len(INDENT)
    narrow = terminal.width is not None and width > terminal.width
    for row in zip(*(column for column, _ in columns), strict=True):
        line: list[Segment] = [(INDENT, "")]
        for k, (cell, (_, style)) in enumerate(zip(row, columns, strict=True)):
            if narrow and k == 2:
                yield line
                line = [(INDENT + GAP, "")]
            elif k:
                line.append((GAP, ""))
            line.append((cell, style))
        yield line


def _way(change: float, terminal: Terminal) -> str:
    up = change >= 0
    if terminal.unicode:
        return "↑" if up else "↓"
    return "up  " if up else "down"


def _conclusion(exploration: Exploration, carried: CarriedNudge, terminal: Terminal, digits: int) -> str:
    """`b ↑ 0.001 ⇒ J ↑ 6 × 0.001, so dJ/db = 6`."""
    graph = exploration.graph
    name, output = safe(graph.names[carried.variable]), safe(graph.names[graph.output])
    epsilon, gradient = shown(carried.epsilon, digits), shown(carried.gradient, digits)
    first = f"{name} {_way(1, terminal).strip()} {epsilon} ⇒ {output}"
    derivative = f"d{output}/d{name}"
    if carried.slope is None:
        return f"{first} has no value there; backprop gives {derivative} = {gradient}"
    if not math.isfinite(carried.slope):
        return f"{first} is {shown(carried.output, digits)}, so large that float64 has no slope for it"
    if carried.stuck is not None:
        what = "nothing moves" if carried.stuck == "variable" else f"{output} does not move"
        return f"{first.removesuffix(output)}{what} in float64; backprop gives {derivative} = {gradient}"
    if carried.settled and carried.gradient == 0:
        return f"{first} does not move, so {derivative} = 0"
    way = _way(carried.slope, terminal).strip()
    if carried.settled:
        return f"{first} {way} {shown(abs(carried.gradient), digits)} × {epsilon}, so {derivative} = {gradient}"
    slope = _trusted(carried.slope, carried.rounding, digits)
    there = f"{first} {way} {slope.removeprefix('-')} × {epsilon}"
    if carried.note is not None:
        return f"{there}, but backprop gives {derivative} = {gradient}"
    return f"{there} ≈ {shown(abs(carried.gradient), digits)} × {epsilon}, so {derivative} ≈ {slope}"


def _doubts(carried: CarriedNudge, digits: int, *, several: bool) -> Iterator[str]:
    if carried.note is not None:
        yield f"! {safe(carried.note)}"
    elif not carried.settled:
        smaller = shown(carried.epsilon / 10, digits)
        more = "" if several else f": --eps {shown(carried.epsilon, digits)} --eps {smaller} shows it"
        yield f"backprop gives {shown(carried.gradient, digits)}, which the slope comes to as ε shrinks{more}"


def _steady(x: float, node: Moved, digits: int, epsilon: float = 1.0) -> str:
    """A change (over ε) with the digits that the rounding of the values before and after leaves it."""
    noise = 2 * math.ulp(max(abs(node.before), abs(node.after))) if math.isfinite(node.change) else 0.0
    return _trusted(x, noise / epsilon, digits)


def _trusted(x: float, noise: float, digits: int) -> str:
    """A number without the digits that are noise."""
    if not x or not noise or not math.isfinite(x) or not math.isfinite(noise):
        return shown(x, digits)
    return shown(x, max(1, min(digits, math.floor(math.log10(abs(x) / noise)))) if abs(x) > noise else 1)
