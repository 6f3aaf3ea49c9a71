"""An exploration as CSV: a header, a row a node, every digit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from gradx.point.exploration import Exploration, NodeReport
from gradx.point.nudge import Nudge
from gradx_cli.views.csv import text, write
from gradx_cli.views.json import finite
from gradx_cli.views.terminal import Terminal

HEADER = (
    "name", "kind", "definition", "inputs", "value", "gradient", "nudge_output", "nudge_slope", "nudge_note",
    "symbolic_status", "symbolic_formula", "symbolic_value", "symbolic_reason",
    "verdict", "reason", "exact", "digits", "left", "right",
)  # fmt: skip


NO_NUDGE = Nudge(None, None)


def show(exploration: Exploration, terminal: Terminal, _digits: int = 0) -> None:
    """Write the rows, with all digits. A cell without a value is empty; inputs are separated by blanks."""
    write(chain([HEADER], map(_row, exploration.nodes)), terminal)


def _row(node: NodeReport) -> Iterator[str]:
    nudge, symbolic, verdict = node.nudge or NO_NUDGE, node.symbolic, node.verdict
    yield from map(text, (node.name, node.kind, node.definition, " ".join(node.inputs)))
    yield from map(_number, (node.value, node.gradient, nudge.output, nudge.slope))
    yield from map(text, (nudge.note, symbolic.status, symbolic.formula))
    yield symbolic.value or ""
    yield from map(text, (symbolic.reason, verdict.status, verdict.reason))
    yield verdict.exact or ""
    yield from map(_number, (verdict.digits, verdict.left, verdict.right))


def _number(value: float | None) -> str:
    return "" if value is None else str(finite(value))
