"""An exploration as CSV: a header, a row a node, every digit. Quoted as in RFC 4180; lines end as in any other text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from gradx.exploration import Exploration, NodeReport
from gradx.nudge_column import Nudge
from gradx_cli.escape import safe
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


def write(rows: Iterable[Iterable[str | float]], terminal: Terminal) -> None:
    """Write rows of cells, a line each."""
    csv.writer(_Lines(terminal), lineterminator="").writerows(rows)


class _Lines:
    """A file as the csv module wants it, for whole lines on a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def write(self, line: str) -> None:
        self._terminal.write((line,))


def _row(node: NodeReport) -> Iterator[str]:
    nudge, symbolic, verdict = node.nudge or NO_NUDGE, node.symbolic, node.verdict
    yield from map(text, (node.name, node.kind, node.definition, " ".join(node.inputs)))
    yield from map(_number, (node.value, node.gradient, nudge.output, nudge.slope))
    yield from map(text, (nudge.note, symbolic.status, symbolic.formula))
    yield symbolic.value or ""
    yield from map(text, (symbolic.reason, verdict.status, verdict.reason))
    yield verdict.exact or ""
    yield from map(_number, (verdict.digits, verdict.left, verdict.right))


def text(cell: str | None) -> str:
    """A cell of text that a spreadsheet takes for text: one that looks like a formula gets an apostrophe before it."""
    shown = safe(cell or "")
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown


def _number(value: float | None) -> str:
    return "" if value is None else str(finite(value))
