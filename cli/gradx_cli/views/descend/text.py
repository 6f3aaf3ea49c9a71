"""Descents on the terminal: a table of steps, J over the steps as a curve, and how each ended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from gradx.language.program import Program
from gradx.lessons.descents.arrival import Arrival
from gradx.lessons.descents.descent import Outcome, Step, Task
from gradx.lessons.descents.holding_rate import Holding
from gradx.lessons.descents.trail import Trail
from gradx_cli.escape import safe
from gradx_cli.views.chart import PENS, Line, Pen, Point, around, chart
from gradx_cli.views.descend.ending import arrived, ending
from gradx_cli.views.numbers import aligned, shown
from gradx_cli.views.terminal import LONGEST_TITLE, Segment, Terminal
from gradx_cli.width import cells, folded, padded

if TYPE_CHECKING:
    from rich.text import Text

ROWS = 11
DIGITS = (10, 8, 6)
"""Significant digits, the fewer the narrower the screen."""

HEIGHT = 14
GAP = "   "
STYLES = {"cyan": "cyan", "orange": "yellow", "magenta": "magenta", "green": "green", "blue": "blue"}
"""The names of the pens' colours where plotext does not draw."""

LEAP = 1e3
"""Where J spans more than this factor, its logarithm is drawn."""


def show(
    program: Program,
    tasks: Sequence[Task],
    trails: Sequence[Trail],
    outcomes: Sequence[Outcome],
    holding: Sequence[Holding | None],
    arrivals: Sequence[Arrival | None],
    held: Sequence[str],
    screen: Terminal,
) -> None:
    """Draw it all."""
    output = safe(program.graph.names[program.graph.output])
    verb = "maximise" if tasks[0].maximise else "minimise"
    rates = ", ".join(shown(task.rate) for task in tasks)
    title = screen.drawn(safe(program.shortened(LONGEST_TITLE)))
    screen.write(["", *screen.indented(title, 2)])
    screen.write([f"  {verb} over {', '.join(map(safe, tasks[0].wrt))}, rate {rates}"])
    if held:
        screen.write([f"  held as data: {', '.join(map(safe, held))} (--wrt names the inputs that move)"])
    screen.write([""])
    if len(tasks) == 1:
        screen.write(map(screen.drawn, _table(tasks[0], output, trails[0].rows(ROWS, outcomes[0].bounce), screen)))
    else:
        screen.write(map(screen.drawn, _side_by_side(tasks, output, trails, outcomes, screen)))
    screen.write(["", *_curve(output, tasks, trails, screen), ""])
    for task, outcome, held_by, arrival in zip(tasks, outcomes, holding, arrivals, strict=True):
        plain = outcome.reason == "steps" and outcome.bounce is None
        sign, style = ("✓", "green") if arrived(task, outcome, arrival) else ("–", "") if plain else ("!", "yellow")
        name = "" if len(tasks) == 1 else f"rate {shown(task.rate)}: "
        text = screen.drawn(name + ending(program, task, outcome, held_by, arrival))
        for row, part in enumerate(folded(text.split(" "), max(20, (screen.width or 100) - 4))):
            mark = f"  {screen.drawn(sign)} " if row == 0 else "    "
            screen.write([screen.styled((mark, style), (part, ""))])


def _table(task: Task, output: str, steps: Sequence[Step], screen: Terminal) -> Iterator[str]:
    """A row a step; a block a step where the screen is too narrow for six digits."""
    names = [safe(name) for name in task.wrt]
    header = ["step", *names, output, *(f"d{output}/d{name}" for name in names)]
    for digits in DIGITS:
        columns = [
            [f"{step.number:,}" for step in steps],
            *([shown(step.point[k], digits) for step in steps] for k in range(len(names))),
            [shown(step.value, digits) for step in steps],
            *([shown(step.gradient[k], digits) for step in steps] for k in range(len(names))),
        ]
        rows = list(_rows(header, columns))
        if screen.width is None or max(map(cells, rows)) <= screen.width:
            return iter(rows)
    return _blocks(header, columns)


def _side_by_side(
    tasks: Sequence[Task], output: str, trails: Sequence[Trail], outcomes: Sequence[Outcome], screen: Terminal
) -> Iterator[str]:
    """J for every rate, at the same steps; empty where a descent had ended."""
    longest = max(trails, key=lambda trail: trail.steps[-1].number)
    chosen = sorted({step.number for step in longest.spread(ROWS)} | {trail.steps[-1].number for trail in trails})
    bounces = [step for outcome in outcomes for step in outcome.bounce or ()]
    chosen = sorted({*chosen, *(step.number for step in bounces)})
    header = ["step", *(f"{output}, rate {shown(task.rate)}" for task in tasks)]
    found = [
        {step.number: step.value for step in (*trail.steps, *(outcome.bounce or ()))}
        for trail, outcome in zip(trails, outcomes, strict=True)
    ]
    for digits in DIGITS:
        columns = [
            [f"{number:,}" for number in chosen],
            *([shown(values[number], digits) if number in values else "" for number in chosen] for values in found),
        ]
        rows = list(_rows(header, columns))
        if screen.width is None or max(map(cells, rows)) <= screen.width:
            return iter(rows)
    return _blocks(header, columns)


def _rows(header: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[str]:
    placed = [[f"{text:>{max(map(len, columns[0]))}}" for text in columns[0]], *map(aligned, columns[1:])]
    widths = [max(cells(name), *map(cells, column)) for name, column in zip(header, placed, strict=True)]
    yield "  " + GAP.join(" " * (width - cells(name)) + name for name, width in zip(header, widths, strict=True))
    yield "  " + "─" * (sum(widths) + len(GAP) * (len(widths) - 1))
    for row in zip(*placed, strict=True):
        cellsof = (" " * (width - cells(text)) + text for text, width in zip(row, widths, strict=True))
        yield ("  " + GAP.join(cellsof)).rstrip()


def _blocks(header: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[str]:
    wide = max(map(cells, header))
    for row in zip(*columns, strict=True):
        for name, text in zip(header, row, strict=True):
            if text:
                yield f"  {padded(name, wide)}  {text}"
        yield ""


def _curve(output: str, tasks: Sequence[Task], trails: Sequence[Trail], screen: Terminal) -> Iterator[str | Text]:
    """J over the steps, a line a rate; its logarithm where that shows more."""
    lines = [[(float(step.number), step.value) for step in trail.steps] for trail in trails]
    finite = [value for line in lines for _, value in line if math.isfinite(value)]
    if not finite:
        return
    name = output
    if min(finite) > 0 and max(finite) > LEAP * min(finite):
        name = f"log10({output})"
        lines = [[(at, math.log10(value)) for at, value in line if math.isfinite(value)] for line in lines]
    pens = [PENS[k % len(PENS)] for k in range(len(tasks))]
    heading: list[Segment] = [(f"  {name}", "")]
    if len(tasks) > 1:
        for task, pen in zip(tasks, pens, strict=True):
            heading += [("   ", ""), (_sample(pen, screen), STYLES[pen.color]), (f" rate {shown(task.rate)}", "")]
    yield screen.styled(*heading)
    steps = (0.0, max(1.0, *(line[-1][0] for line in lines if line)))
    heights = around(value for line in lines for _, value in line)
    drawn = [Line(part, pen) for line, pen in zip(lines, pens, strict=True) for part in _finite(line)]
    yield from chart(drawn, [], x=steps, y=heights, height=HEIGHT, screen=screen)
    yield "  step"


def _sample(pen: Pen, screen: Terminal) -> str:
    return "▄▄" if screen.unicode and screen.color else pen.ascii


def _finite(line: Sequence[Point]) -> Iterator[list[Point]]:
    """The part of a line before it overflows."""
    part = list(takewhile(lambda point: math.isfinite(point[1]), line))
    if part:
        yield part
