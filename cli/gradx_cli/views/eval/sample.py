"""Which nodes to show of a graph that is too large to show."""

from __future__ import annotations

from gradx.point.exploration import Exploration, NodeReport
from gradx_cli.views.numbers import counted

MOST = 200
"""Nodes that a table shows in full."""

SHOWN_INPUTS = 20


def sample(exploration: Exploration) -> tuple[tuple[NodeReport, ...], str | None]:
    """The nodes to show, and a sentence that says what was left out (None where nothing was).

    Of a large graph: inputs evenly spread from first to last, as many of the nodes that have a problem, and the output.
    """
    nodes = exploration.nodes
    if len(nodes) <= MOST:
        return nodes, None
    inputs = [node for node in nodes if node.kind == "input"]
    step = max(1, -(-len(inputs) // SHOWN_INPUTS))
    problems = [node for node in nodes if node.verdict.status not in ("agree", "unchecked")][:SHOWN_INPUTS]
    wanted = {node.index for node in [*inputs[::step], *problems]} | {exploration.graph.output}
    kept = tuple(node for node in nodes if node.index in wanted)
    operations = len(nodes) - len(inputs)
    return kept, (
        f"{counted(len(inputs), 'input')} and {counted(operations, 'operation')}, "
        f"{len(kept)} of these {len(nodes):,} nodes shown; "
        "--json and --format csv give all"
    )
