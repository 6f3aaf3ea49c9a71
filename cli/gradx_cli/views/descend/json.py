"""A descent as JSON Lines: a line a step, then how it ended."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gradx.language.program import Program
from gradx.lessons.descents.arrival import Arrival
from gradx.lessons.descents.descent import Outcome, Step, Task
from gradx.lessons.descents.holding_rate import Holding
from gradx_cli.views.descend.ending import ending
from gradx_cli.views.json import Json, finite, head, write


def show_steps(task: Task, steps: Sequence[Step]) -> None:
    """A line for every step."""
    for step in steps:
        write(_step(task, step))
    sys.stdout.flush()


def show_end(
    program: Program,
    task: Task,
    outcome: Outcome,
    holding: Holding | None,
    arrival: Arrival | None,
    warnings: tuple[str, ...],
) -> None:
    """The last line."""
    left = outcome.left_at
    at = "bounce" if outcome.bounce is not None else None if arrival is None else arrival.shape
    write(
        {
            "done": True,
            "reason": outcome.reason,
            "message": ending(program, task, outcome, holding, arrival),
            **head("descend", program, (*program.remarks, *warnings)),
            "rate": task.rate,
            "maximise": task.maximise,
            "tolerance": task.tolerance,
            "steps": outcome.last.number,
            "at": at,
            "bounce": [{"point": _point(task, s.point), "value": finite(s.value)} for s in outcome.bounce or ()],
            "held": [name for name in task.start if name not in task.wrt],
            "point": _point(task, outcome.last.point),
            "value": finite(outcome.last.value),
            "gradient": _named(task, outcome.last.gradient),
            "left_at": None if left is None else _point(task, left),
            "holding_rate": None if holding is None else holding.rate,
            "rate_limit": None if holding is None else finite(holding.limit),
            "curvature": None if holding is None else finite(holding.curvature),
        }
    )
    sys.stdout.flush()


def _step(task: Task, step: Step) -> dict[str, Json]:
    return {
        "step": step.number,
        "point": _point(task, step.point),
        "value": finite(step.value),
        "gradient": _named(task, step.gradient),
        "rate": task.rate,
    }


def _point(task: Task, numbers: tuple[float, ...]) -> dict[str, Json]:
    """Every input's value, the fixed ones too."""
    return {name: finite(x) for name, x in (task.start | dict(zip(task.wrt, numbers, strict=True))).items()}


def _named(task: Task, numbers: tuple[float, ...]) -> dict[str, Json]:
    return {name: finite(x) for name, x in zip(task.wrt, numbers, strict=True)}
