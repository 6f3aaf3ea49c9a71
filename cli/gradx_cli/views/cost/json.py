"""What the derivatives cost, as one JSON object."""

from __future__ import annotations

from gradx.language.program import Program
from gradx.lessons.cost import Cost, Measured
from gradx_cli.views.json import Json, head, write


def show(program: Program | None, cost: Cost, measured: Measured | None, warnings: tuple[str, ...]) -> None:
    """Write the object on one line. `measured` is null where there is no point to measure at."""
    write(
        {
            **head("cost", program, warnings),
            "nodes": cost.nodes,
            "parameters": cost.parameters,
            "backprop_steps": cost.backprop_steps,
            "nudging_steps": cost.nudging_steps,
            "measured": _measured(measured),
        }
    )


def _measured(measured: Measured | None) -> dict[str, Json] | None:
    if measured is None:
        return None
    return {
        "forward_evaluations": measured.forward_evaluations,
        "backprop_visits": measured.backprop_visits,
        "backprop_seconds": measured.backprop_seconds,
        "nudging_evaluations": measured.nudging_evaluations,
        "nudged": measured.nudged,
        "nudging_seconds": measured.nudging_seconds,
    }
