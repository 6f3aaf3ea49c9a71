"""An exploration as rows of text, for every view that people read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gradx.exploration import Exploration, NodeReport
from gradx.verdict import Status
from gradx_cli.escape import safe
from gradx_cli.numbers import NONE, decimal, exactly, shown
from gradx_cli.substitution import put_in

MARKS: dict[Status, str] = {
    "agree": "✓",
    "inexact": "! digits lost",
    "kink": "! kink",
    "edge": "! edge",
    "jump": "! jump",
    "vertical": "! vertical",
    "disagree": "✗ disagrees",
    "undecided": "? undecided",
    "unchecked": "unchecked",
}

NOT_TAKEN = "not taken"
"""What is said of a node in the branch of a `where` that the condition does not choose."""

NUDGE_DIGITS = 15
"""A nudge is float64's own; past this its digits are rounding."""

LONGEST_SUBSTITUTION = 40
"""Longer than this, numbers put into a formula explain nothing."""


class Row(NamedTuple):
    """One node. `formula` is SymPy's, `put_in` the same with numbers (None: no news), `symbolic` its value."""

    name: str
    definition: str
    value: str
    gradient: str
    output: str
    slope: str
    formula: str
    put_in: str | None
    symbolic: str | None
    mark: str
    status: Status

    def symbolic_cell(self, *, numbers_put_in: bool = True) -> str:
        """`3*c = 3·2 = 6`, each part only where it says something new."""
        parts = [self.formula, self.put_in if numbers_put_in else None, self.symbolic]
        texts = [part for part in parts if part is not None]
        return " = ".join(text for k, text in enumerate(texts) if k == 0 or text != texts[k - 1])


def rows(exploration: Exploration, nodes: Sequence[NodeReport], digits: int) -> list[Row]:
    """The rows of `nodes`, with numbers of up to `digits` significant digits."""
    graph = exploration.graph
    wanted = range(len(graph.nodes)) if len(nodes) == len(exploration.nodes) else graph.inputs
    values = {graph.names[i]: shown(exploration.forward.values[i], digits) for i in wanted if graph.names[i]}
    return [_row(node, values, digits) for node in nodes]


def title(exploration: Exploration, digits: int, longest: int | None = None) -> str:
    """`J = 3*(a + b*c) = 33`. A reading of more than `longest` characters loses its middle; the number never does."""
    program = exploration.program
    reading = program.reading if longest is None else program.shortened(longest)
    return f"{safe(reading)} = {exactly(exploration.value, exploration.value_verdict.exact, digits)}"


def _row(node: NodeReport, values: dict[str, str], digits: int) -> Row:
    formula, numbers, value = _symbolic(node, values, digits)
    nudge = node.nudge
    return Row(
        name=safe(node.name),
        definition="input" if node.definition is None else safe(node.definition),
        value=exactly(node.value, node.exact_value, digits),
        gradient=exactly(node.gradient, node.verdict.exact, digits),
        output=shown(nudge.output, min(digits, NUDGE_DIGITS)) if nudge else NONE,
        slope=shown(nudge.slope, min(digits, NUDGE_DIGITS)) if nudge else NONE,
        formula=formula,
        put_in=numbers,
        symbolic=value,
        mark=NOT_TAKEN if node.value is None else MARKS[node.verdict.status],
        status=node.verdict.status,
    )


def _symbolic(node: NodeReport, values: dict[str, str], digits: int) -> tuple[str, str | None, str | None]:
    """SymPy's formula, the formula with numbers, and the value; or what came instead of a formula."""
    symbolic = node.symbolic
    value = None if symbolic.value is None else decimal(symbolic.value, digits)
    if symbolic.formula is None:
        return ("…" if value is not None else {"timeout": "late"}.get(symbolic.status, NONE)), None, value
    formula = safe(symbolic.formula)
    numbers = put_in(formula, values) if len(formula) <= LONGEST_SUBSTITUTION else None
    if numbers is not None and (len(numbers) > LONGEST_SUBSTITUTION or numbers == formula):
        numbers = None
    return formula, numbers, value
