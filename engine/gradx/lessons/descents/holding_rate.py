"""The rate that would have held: what to answer when a descent overshoots.

Along the gradient J is a parabola as far as its curvature c tells, and a step with rate α leaves J where it was for α
= 2/c: below that it falls, above it rises. So: the rate is tried, and where J first fails to fall the curvature is
measured, which gives the next rate to try, until one holds. Source: Nocedal & Wright, Numerical Optimization, 2nd
ed., section 3.1 (decrease along a direction), equation 8.7 (differences).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gradx.errors import GradxError
from gradx.lessons.descents.descent import NOISE, Descent, Step, Task
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

ATTEMPTS, MOST_WORK = 40, 40_000
"""So many rates are tried; fewer of a large program, whose steps have to be prepared for each (in operations)."""

TRIED = 2_000
"""Steps for which a rate must hold."""

SETTLED = 1e-2
"""A gradient that has come down to this part of what it was is on its way to 0."""

DISTANCE = 1e-5
"""How far apart, for its scale, the gradients are measured whose difference is the curvature (about the cube root of
u)."""


@dataclass(frozen=True, slots=True)
class Holding:
    """With `rate` J gets better at every one of `steps` steps. `curvature` along the gradient was measured at
    `point`; a step overshoots there above the rate `limit` = 2/curvature. All None where no curvature says so."""

    rate: float
    steps: int
    curvature: float | None = None
    limit: float | None = None
    point: Sequence[float] | None = None


def holding_rate(task: Task, *, settling: bool = False) -> Holding | None:
    """A rate below the task's own with which J gets better at every step; None where none is found. `settling`: it has
    to come to where J is all but flat, as a bounce never does."""
    rate = abs(task.rate)
    measured: tuple[float, float, Sequence[float]] | None = None
    for _ in range(min(ATTEMPTS, MOST_WORK // max(1, len(task.graph.operations)))):
        attempt = replace(task, rate=rate, steps=min(task.steps, TRIED))
        overshot = _first_overshoot(attempt)
        if overshot is None:
            if measured is not None and not settling:
                return Holding(rate, attempt.steps, *measured)
            if _settles(attempt):
                return Holding(rate, attempt.steps)
            rate = _round_below(rate / 2)
            continue
        bend = curvature(task, overshot)
        limit = 2.0 / bend if bend > 0 else math.inf
        if limit <= rate:
            measured = (bend, limit, overshot.point)
            rate = _round_below(0.95 * limit)
        else:
            rate = _round_below(rate / 2)
        if not rate > 0:
            return None
    return None


def curvature(
    task: Task,
    step: Step,
    gradient: Callable[[Sequence[float]], Sequence[float]] | None = None,
    distance: float = DISTANCE,
) -> float:
    """The second derivative of J (of −J where it is maximised) along its gradient, by a central difference of
    gradients, which `gradient` gives where they are not those of the task's graph.

    nan where J has no finite gradient near the step's point.
    """
    length = math.hypot(*step.gradient)
    if not 0 < length < math.inf:
        return math.nan
    direction = [slope / length for slope in step.gradient]
    slopes = gradient or partial(_gradient, task)
    h = distance * max(1.0, *map(abs, step.point))
    ahead, behind = (slopes([w + side * h * d for w, d in zip(step.point, direction, strict=True)]) for side in (1, -1))
    return task.uphill * sum((a - b) * d for a, b, d in zip(ahead, behind, direction, strict=True)) / (2 * h)


def _gradient(task: Task, at: Sequence[float]) -> list[float]:
    graph = task.graph
    start = task.start | dict(zip(task.wrt, at, strict=True))
    run = forward(graph, FLOAT64, {i: start[graph.names[i]] for i in graph.inputs})
    if graph.output in run.faults:
        return [math.nan] * len(at)
    adjoints = backprop(graph, FLOAT64, run).adjoints
    return [adjoints[graph.index[name]] for name in task.wrt]


def _first_overshoot(task: Task) -> Step | None:
    """The step from which the next one made J worse, or led out of the domain; None where there is no such step."""
    descent = Descent(task)
    before: Step | None = None
    while descent.outcome is None:
        try:
            steps = descent.advance(256)
        except GradxError:
            return before
        for step in steps:
            if before is not None:
                rise = (step.value - before.value) * task.uphill
                if not rise <= NOISE * max(abs(before.value), abs(step.value)):
                    return before
            before = step
    return before if descent.outcome.reason in ("diverged", "domain") else None


def _settles(task: Task) -> bool:
    """Whether a descent, gone on with, comes to where it is all but flat."""
    descent = Descent(replace(task, steps=TRIED))
    try:
        first = descent.advance(1)[0]
        while descent.outcome is None:
            descent.advance(256)
    except GradxError:
        return False
    reason, last = descent.outcome.reason, descent.outcome.last
    flat = max(map(abs, last.gradient)) <= SETTLED * max(map(abs, first.gradient))
    return reason == "converged" or (reason == "steps" and flat)


def _round_below(rate: float) -> float:
    """The nearest number of one significant digit that is not above `rate`."""
    if not 0 < rate < math.inf:
        return 0.0
    text = f"{rate:.16e}"
    return float(f"{text[0]}e{text.partition('e')[2]}")
