"""An exploration as one JSON object, written node by node so that a million of them fit."""

from __future__ import annotations

from typing import TextIO

from gradx.exploration import Exploration, NodeReport
from gradx.verdict import Verdict
from gradx_cli.views.json import SCHEMA, Json, finite, line


def show(exploration: Exploration, stream: TextIO) -> None:
    """Write the object on one line. Every digit is there; what is not finite is "inf", "-inf" or "nan"."""
    stream.write(line(_head(exploration))[:-1] + ',"nodes":[')
    between = ""
    for node in exploration.nodes:
        stream.write(between + line(_node(node)))
        between = ","
    stream.write("]}\n")


def _head(exploration: Exploration) -> dict[str, Json]:
    program = exploration.program
    return {
        "schema": SCHEMA,
        "command": "eval",
        "expression": program.source.text,
        "reading": program.reading,
        "warnings": list(exploration.warnings),
        "output": exploration.graph.names[exploration.graph.output],
        "value": finite(exploration.value),
        "epsilon": exploration.options.epsilon,
        "point": {name: finite(value) for name, value in exploration.point.items()},
        "value_verdict": _verdict(exploration.value_verdict),
        "confirmed": exploration.confirmed,
    }


def _node(node: NodeReport) -> dict[str, Json]:
    nudge, symbolic = node.nudge, node.symbolic
    return {
        "name": node.name,
        "kind": node.kind,
        "definition": node.definition,
        "inputs": list(node.inputs),
        "value": finite(node.value),
        "gradient": finite(node.gradient),
        "nudge": None
        if nudge is None
        else {"output": finite(nudge.output), "slope": finite(nudge.slope), "note": nudge.note},
        "symbolic": {
            "status": symbolic.status,
            "formula": symbolic.formula,
            "value": symbolic.value,
            "reason": symbolic.reason,
        },
        "verdict": {
            **_verdict(node.verdict),
            "left": finite(node.verdict.left),
            "right": finite(node.verdict.right),
        },
    }


def _verdict(verdict: Verdict) -> dict[str, Json]:
    return {"status": verdict.status, "reason": verdict.reason, "exact": verdict.exact, "digits": verdict.digits}
