"""How a descent ended, in words."""

from __future__ import annotations

import math

from gradx.language.program import Program
from gradx.lessons.descents.descent import Outcome, Task
from gradx.lessons.descents.holding_rate import Holding
from gradx_cli.escape import safe
from gradx_cli.views.numbers import counted, shown


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
