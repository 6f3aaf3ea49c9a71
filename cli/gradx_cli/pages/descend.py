"""The page of `descend`: a table of steps, J over the steps as a curve, and how each descent ended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import takewhile

from gradx.language.program import Program
from gradx.lessons.descents.descent import Outcome, Step, Task
from gradx.lessons.descents.holding_rate import Holding
from gradx.lessons.descents.trail import Trail
from gradx_cli.answer import Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Chart, Column, Item, Items, Part, Sentence, Table, Title, Tone
from gradx_cli.drawing.curves import PENS, Line, Point, around
from gradx_cli.escape import safe
from gradx_cli.numbers import counted, shown
from gradx_cli.terminal import LONGEST_TITLE

ROWS = 11
DIGITS = (10, 8, 6)
"""Significant digits, the fewer the narrower the screen."""

HEIGHT = 14

LEAP = 1e3
"""Where J spans more than this factor, its logarithm is drawn."""

WIDEST = 100


Ended = tuple[Task, Trail, Outcome, Holding | None]
"""A descent that has ended: the steps that were kept, why it ended, and the rate that would have held."""


def blocks(program: Program, ended: Sequence[Ended], _medium: Medium) -> Iterator[Block]:
    """The page of descents side by side."""
    tasks = [task for task, *_ in ended]
    output = safe(program.graph.names[program.graph.output])
    verb = "maximise" if tasks[0].maximise else "minimise"
    rates = ", ".join(shown(task.rate) for task in tasks)
    yield from (GAP, Title(safe(program.shortened(LONGEST_TITLE))))
    yield Sentence(f"{verb} over {', '.join(map(safe, tasks[0].wrt))}, rate {rates}", folds=False)
    yield from (GAP, _table(ended[0], output) if len(ended) == 1 else _side_by_side(ended, output), GAP)
    yield from _curve(output, ended)
    yield from (GAP, Items([_ending(program, *each, alone=len(ended) == 1) for each in ended], WIDEST))


def step_record(task: Task, step: Step) -> Record:
    """A step, as an object of its own."""
    return {
        "step": step.number,
        "point": _point(task, step.point),
        "value": step.value,
        "gradient": _named(task, step.gradient),
        "rate": task.rate,
    }


def end_record(
    program: Program, task: Task, outcome: Outcome, holding: Holding | None, warnings: tuple[str, ...]
) -> Record:
    """The last object of a descent."""
    last, left = outcome.last, outcome.left_at
    return {
        "done": True,
        "reason": outcome.reason,
        "message": ending(program, task, outcome, holding),
        **head("descend", program, warnings),
        **selected(task, "rate", "maximise", "tolerance"),
        "steps": last.number,
        "point": _point(task, last.point),
        "value": last.value,
        "gradient": _named(task, last.gradient),
        "left_at": None if left is None else _point(task, left),
        "holding_rate": holding and holding.rate,
        "rate_limit": holding and holding.limit,
        "curvature": holding and holding.curvature,
    }


def _point(task: Task, numbers: tuple[float, ...]) -> dict[str, float]:
    """Every input's value, the fixed ones too."""
    return task.start | _named(task, numbers)


def _named(task: Task, numbers: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(task.wrt, numbers, strict=True))


def _ending(
    program: Program, task: Task, _trail: Trail, outcome: Outcome, holding: Holding | None, *, alone: bool
) -> Item:
    marks: dict[str, tuple[str, Tone]] = {"converged": ("✓", "confirmed"), "steps": ("–", "")}
    mark, tone = marks.get(outcome.reason, ("!", "doubtful"))
    name = "" if alone else f"rate {shown(task.rate)}: "
    return Item(mark, name + ending(program, task, outcome, holding), tone)


def _table(ended: Ended, output: str) -> Table:
    """A row a step."""
    task, trail, *_ = ended
    steps = trail.spread(ROWS)
    inputs = [safe(name) for name in task.wrt]
    columns = [Column("step", (Part([f"{step.number:,}" for step in steps], "right"),), right=True)]
    columns += [_numbers(name, [step.point[k] for step in steps]) for k, name in enumerate(inputs)]
    columns.append(_numbers(output, [step.value for step in steps]))
    columns += [_numbers(f"d{output}/d{name}", [step.gradient[k] for step in steps]) for k, name in enumerate(inputs)]
    return _steps_table(columns)


def _side_by_side(ended: Sequence[Ended], output: str) -> Table:
    """J for every rate, at the same steps; empty where a descent had ended."""
    trails = [trail for _, trail, *_ in ended]
    longest = max(trails, key=lambda trail: trail.steps[-1].number)
    chosen = sorted({step.number for step in longest.spread(ROWS)} | {trail.steps[-1].number for trail in trails})
    columns = [Column("step", (Part([f"{number:,}" for number in chosen], "right"),), right=True)]
    for task, trail, *_ in ended:
        values = {step.number: step.value for step in trail.steps}
        columns.append(_numbers(f"{output}, rate {shown(task.rate)}", [values.get(number) for number in chosen]))
    return _steps_table(columns)


def _numbers(heading: str, numbers: Sequence[float | None]) -> Column:
    widest, *narrower = [
        (Part(["" if x is None else shown(x, digits) for x in numbers], "decimal"),) for digits in DIGITS
    ]
    return Column(heading, widest, narrower=tuple(narrower), right=True)


def _steps_table(columns: list[Column]) -> Table:
    said = []
    for row in range(len(columns[0].parts[0].texts)):
        number, *values = [(column.heading, column.cell(row)) for column in columns]
        said.append(f"Step {number[1]}: " + ", ".join(f"{name} = {value}" for name, value in values if value) + ".")
    return Table(columns, "steps of the descent", "plain", sentences=said)


def _curve(output: str, ended: Sequence[Ended]) -> Iterator[Chart]:
    """J over the steps, a line a rate; its logarithm where that shows more."""
    lines = [[(float(step.number), step.value) for step in trail.steps] for _, trail, *_ in ended]
    finite = [value for line in lines for _, value in line if math.isfinite(value)]
    if not finite:
        return
    name = output
    if min(finite) > 0 and max(finite) > LEAP * min(finite):
        name = f"log10({output})"
        lines = [[(at, math.log10(value)) for at, value in line if math.isfinite(value)] for line in lines]
    steps = (0.0, max(1.0, *(line[-1][0] for line in lines if line)))
    heights = around(value for line in lines for _, value in line)
    drawn = [
        Line(part, PENS[k % len(PENS)], f"rate {shown(task.rate)}")
        for k, (line, (task, *_)) in enumerate(zip(lines, ended, strict=True))
        for part in _finite(line)
    ]
    said = f"{output} goes from {shown(finite[0], 6)} to {shown(finite[-1], 6)} in {counted(int(steps[1]), 'step')}"
    yield Chart(name, "", drawn, [], steps, heights, HEIGHT, "step", said)


def _finite(line: Sequence[Point]) -> Iterator[list[Point]]:
    """The part of a line before it overflows."""
    part = list(takewhile(lambda point: math.isfinite(point[1]), line))
    if part:
        yield part


def ending(program: Program, task: Task, outcome: Outcome, holding: Holding | None) -> str:
    """One sentence about the end, and where a smaller rate would have helped, which and why."""
    output = safe(program.graph.names[program.graph.output])
    last = outcome.last
    count = counted(last.number, "step")
    slope = max(map(abs, last.gradient))
    if outcome.reason == "converged":
        return f"converged after {count}: no |d{output}| is above {shown(task.tolerance, 3)}"
    if outcome.reason == "steps":
        return f"stopped after {count}, as asked; the largest |d{output}| is {shown(slope, 4)}"
    if outcome.reason == "interrupted":
        return f"interrupted after {count}; the largest |d{output}| is {shown(slope, 4)}"
    if outcome.reason == "domain":
        where = _left(program, task, outcome)
        return f"left the domain after {count}: {where}; {_advice(program, task, holding)}"
    if last.number == 0:
        return f"diverged: {output} or its gradient overflows at the start"
    if last.value * task.uphill == -math.inf:
        return f"diverged: {output} {'rises' if task.maximise else 'falls'} without end; no rate changes that"
    advice = _advice(program, task, holding)
    return f"diverged: after {count} {output} is {shown(last.value, 4)}, worse than at the start; {advice}"


def _left(program: Program, task: Task, outcome: Outcome) -> str:
    at = ", ".join(
        f"{safe(name)} = {shown(x, 6)}" for name, x in zip(task.wrt, outcome.left_at or outcome.last.point, strict=True)
    )
    if outcome.fault is None:
        return f"there is no finite gradient at {at}"
    span = program.graph.span(outcome.fault)
    text = span.source.text[span.offset : span.offset + span.length]
    return f"{safe(text)} has no value at {at}"


def _advice(program: Program, task: Task, holding: Holding | None) -> str:
    output = safe(program.graph.names[program.graph.output])
    if holding is None:
        way = "rises" if task.maximise else "falls"
        return f"no smaller rate was found that holds (it may be that {output} {way} without end)"
    curvature = shown(holding.curvature, 4)
    return (
        f"a rate of {shown(holding.rate)} would have held: {output}'s curvature along the gradient is {curvature}, "
        f"and a step overshoots above 2/{curvature} = {shown(holding.limit, 4)}"
    )
