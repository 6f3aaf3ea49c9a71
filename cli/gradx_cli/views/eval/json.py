"""An exploration as one JSON object, written node by node so that a million of them fit."""

from __future__ import annotations

from gradx.point.exploration import Exploration, NodeReport
from gradx.point.verdict import Verdict
from gradx_cli.views.json import Json, finite, head, write_long
from gradx_cli.views.terminal import Terminal


def show(exploration: Exploration, _terminal: Terminal, _digits: int = 0) -> None:
    """Write the object on one line, always with every digit. What is not finite is "inf", "-inf" or "nan"."""
    write_long(_head(exploration), {"nodes": map(_node, exploration.nodes)})


def _head(exploration: Exploration) -> dict[str, Json]:
    return {
        **head("eval", exploration.program, exploration.warnings),
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
