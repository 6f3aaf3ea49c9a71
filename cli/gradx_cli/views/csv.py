"""CSV as spreadsheets want it: quoted as in RFC 4180; lines end as in any other text."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from gradx_cli.escape import safe
from gradx_cli.views.terminal import Terminal


def write(rows: Iterable[Iterable[str | float]], terminal: Terminal) -> None:
    """Write rows of cells, a line each."""
    csv.writer(_Lines(terminal), lineterminator="").writerows(rows)


def text(cell: str | None) -> str:
    """A cell of text that a spreadsheet takes for text: one that looks like a formula gets an apostrophe before it."""
    shown = safe(cell or "")
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown


class _Lines:
    """A file as the csv module wants it, for whole lines on a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def write(self, line: str) -> None:
        self._terminal.write((line,))
