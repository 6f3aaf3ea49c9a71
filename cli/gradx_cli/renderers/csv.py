"""CSV as spreadsheets want it: a header, a row a line, every digit; quoted as in RFC 4180."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import cast

from gradx_cli.answer import Answer, Record
from gradx_cli.escape import safe
from gradx_cli.numbers import Exact
from gradx_cli.renderers.json import finite
from gradx_cli.terminal import Terminal


def render(answer: Answer, screen: Terminal) -> None:
    """Write the rows. A cell without a value is empty; the names in a list are separated by blanks."""
    write(_table(answer), screen)


def write(rows: Iterable[Iterable[str | float]], screen: Terminal) -> None:
    """Write rows of cells, a line each."""
    csv.writer(_Lines(screen), lineterminator="").writerows(rows)


def text(cell: str) -> str:
    """A cell of text that a spreadsheet takes for text: one that looks like a formula gets an apostrophe before it."""
    shown = safe(cell)
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown


def _table(answer: Answer) -> Iterator[Iterable[str | float]]:
    header: list[str] = []
    for row in answer.rows:
        flat = dict(_flat(row))
        if not header:
            header = list(flat)
            yield map(text, header)
        yield map(_cell, flat.values())


def _flat(row: Record) -> Iterator[tuple[str, object]]:
    """The cells of a row; a part's own cells stand in its place, as `nudge_slope`."""
    for key, cell in row.items():
        parts = cell._asdict() if hasattr(cell, "_asdict") else cell
        if isinstance(parts, dict):
            yield from ((f"{key}_{name}", part) for name, part in parts.items())
        else:
            yield key, cell


def _cell(cell: object) -> str | float:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return finite(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (Exact, int)):
        return cell
    return text(cell if isinstance(cell, str) else " ".join(map(str, cast("Iterable[object]", cell))))


class _Lines:
    """A file as the csv module wants it, for whole lines on a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def write(self, line: str) -> None:
        self._terminal.write((self._terminal.drawn(line),))
