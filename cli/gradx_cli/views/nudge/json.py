"""A carried nudge as one JSON object."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.lessons.carried_nudge import CarriedNudge, Moved
from gradx.point.exploration import Exploration
from gradx_cli.views.json import Json, finite, head, write


def show(exploration: Exploration, carried: CarriedNudge, sizes: Sequence[CarriedNudge]) -> None:
    """Write the object on one line: the nudge by the first ε, and under "settling" the slope for every ε."""
    graph = exploration.graph
    write(
        {
            **head("nudge", exploration.program, exploration.warnings),
            "output": graph.names[graph.output],
            "value": finite(exploration.value),
            "point": {name: finite(value) for name, value in exploration.point.items()},
            "variable": graph.names[carried.variable],
            "epsilon": carried.epsilon,
            "moved": [_moved(node) for node in carried.moved],
            "slope": finite(carried.slope),
            "gradient": finite(carried.gradient),
            "note": carried.note,
            "settling": [
                {"epsilon": size.epsilon, "output": finite(size.output), "slope": finite(size.slope), "note": size.note}
                for size in sizes
            ],
        }
    )


def _moved(node: Moved) -> dict[str, Json]:
    return {
        "name": node.name,
        "before": finite(node.before),
        "after": finite(node.after),
        "change": finite(node.change),
        "slope": finite(node.slope),
        "derivative": finite(node.derivative),
    }
