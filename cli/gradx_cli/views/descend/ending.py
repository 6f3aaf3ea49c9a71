"""How a descent ended, in words."""

from __future__ import annotations

import math

from gradx.language.program import Program
from gradx.lessons.descents.arrival import Arrival
from gradx.lessons.descents.descent import Outcome, Step, Task
from gradx.lessons.descents.holding_rate import Holding
from gradx_cli.escape import safe
from gradx_cli.views.numbers import counted, shown


def arrived(task: Task, outcome: Outcome, arrival: Arrival | None) -> bool:
    """Whether the descent found what it looked for, as far as that is known."""
    goal = "maximum" if task.maximise else "minimum"
    return outcome.reason == "converged" and (arrival is None or arrival.shape == goal)


def ending(
    program: Program, task: Task, outcome: Outcome, holding: Holding | None, arrival: Arrival | None = None
) -> str:
    """One sentence about the end, and where a smaller rate would have helped, which and why."""
    output = safe(program.graph.names[program.graph.output])
    last = outcome.last
    count = counted(last.number, "step")
    slope = max(map(abs, last.gradient))
    if outcome.reason == "converged":
        small = f"no |d{output}| is above {shown(task.tolerance, 3)}"
        what = "" if arrival is None else safe(arrival.described(program.graph.names[program.graph.output]))
        if not arrived(task, outcome, arrival):
            goal = "maximum" if task.maximise else "minimum"
            return f"came to rest after {count}, and not at a {goal}: {small}; it is {what}"
        return f"converged after {count}: {small}" + (what and f"; it is {what}")
    if outcome.bounce is not None:
        return _bounce(output, task, count, outcome.bounce, holding)
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


def _bounce(output: str, task: Task, count: str, steps: tuple[Step, Step], holding: Holding | None) -> str:
    places = [
        ", ".join(f"{safe(name)} = {shown(x, 6)}" for name, x in zip(task.wrt, s.point, strict=True)) for s in steps
    ]
    values = [shown(step.value, 6) for step in steps]
    text = (
        f"bounces: after {count} {output} goes back and forth between {values[0]} at {places[0]} and {values[1]} at "
        f"{places[1]}"
    )
    return text if holding is None else f"{text}; a rate of {shown(holding.rate)} would have held"


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
    if holding.curvature is None or holding.limit is None:
        return f"a rate of {shown(holding.rate)} would have held"
    curvature = shown(holding.curvature, 4)
    return (
        f"a rate of {shown(holding.rate)} would have held: {output}'s curvature along the gradient is {curvature}, "
        f"and a step overshoots above 2/{curvature} = {shown(holding.limit, 4)}"
    )
