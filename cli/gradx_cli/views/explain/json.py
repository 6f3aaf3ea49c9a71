"""An explanation as one JSON object, written step by step."""

from __future__ import annotations

from gradx.derive.formulas import local_formula
from gradx.graph import Graph
from gradx.lessons.chain_rule import Explanation, Path, Paths, Step
from gradx_cli.views.json import Json, finite, head, write_long


def show(explanation: Explanation, warnings: tuple[str, ...]) -> None:
    """Write the object on one line. Without a point every number is null, and `gradient_formula` says the gradient."""
    graph = explanation.program.graph
    steps = (_step(explanation, graph, step) for step in explanation.steps)
    paths = (_path(graph, ways, path) for ways in explanation.paths for path in ways.listed)
    counts = {graph.names[ways.target]: ways.count for ways in explanation.paths}
    write_long(_head(explanation, warnings), {"steps": steps, "paths": paths}, {"path_counts": counts})


def _head(explanation: Explanation, warnings: tuple[str, ...]) -> dict[str, Json]:
    program, exploration = explanation.program, explanation.exploration
    point = {name: finite(value) for name, value in exploration.point.items()} if exploration else None
    return {
        **head("explain", program, warnings),
        "output": program.graph.names[program.graph.output],
        "value": finite(exploration.value) if exploration else None,
        "point": point,
    }


def _step(explanation: Explanation, graph: Graph, step: Step) -> dict[str, Json]:
    formula = explanation.formulas.get(step.node)
    written: dict[str, Json] = {"gradient_formula": formula.text if formula else None}
    return {
        "node": graph.names[step.node],
        "gradient": finite(step.gradient),
        "terms": [
            {
                "via": graph.names[term.via],
                "upstream": finite(term.upstream),
                "local": finite(term.local),
                "local_formula": local_formula(graph, term.via, term.slot),
                "contribution": finite(term.contribution),
            }
            for term in step.terms
        ],
        **(written if explanation.exploration is None else {}),
    }


def _path(graph: Graph, ways: Paths, path: Path) -> dict[str, Json]:
    return {
        "wrt": graph.names[ways.target],
        "nodes": [graph.names[i] for i in path.nodes],
        "locals": None if path.locals is None else [finite(x) for x in path.locals],
        "product": finite(path.product),
    }
