"""CSV as spreadsheets want it: a header, a row a line, every digit; quoted as in RFC 4180."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from gradx_cli.answer import Answer
from gradx_cli.escape import safe
from gradx_cli.numbers import Exact
from gradx_cli.renderers.json import Json, plain
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
        flat = dict(_flat(row.items()))
        if not header:
            header = list(flat)
            yield map(text, header)
        yield map(_cell, flat.values())


def _flat(cells: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """The cells with those of parts in their place, `nudge_slope`: a key that begins with `_` is not written."""
    waiting = list(cells)[::-1]
    while waiting:
        key, cell = waiting.pop()
        inside = plain(cell)
        if isinstance(inside, dict):
            parts = cell.items() if isinstance(cell, dict) else inside.items()
            waiting += [(f"{key}_{name}".removeprefix("_"), part) for name, part in parts][::-1]
        else:
            yield key, cell


def _cell(cell: object) -> str | float:
    found: Json = plain(cell)
    if found is None:
        return ""
    if isinstance(found, list):
        return text(" ".join(map(str, found)))
    if isinstance(found, bool):
        return "true" if found else "false"
    return (
        text(found) if isinstance(found, str) and isinstance(cell, str) and not isinstance(cell, Exact) else str(found)
    )


class _Lines:
    """A file as the csv module wants it, for whole lines on a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def write(self, line: str) -> None:
        self._terminal.write((line,))
