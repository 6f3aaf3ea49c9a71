"""A table in a file, as spreadsheets and the tools of courses write it: CSV with any separator and encoding, or .xlsx.

Every cell of a text file is kept as it stands there too, so that some can be filled in and all others stay byte for
byte what they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gradx.errors import GradxError
from gradx_cli.csv_text import NAMED_SEPARATOR, encoding_of, read_as, separator_of
from gradx_cli.inputs import read_bytes, shown

MOST_ROWS = 100_000
"""A file with more rows is refused: no course is that large."""


class Row(NamedTuple):
    """The cells of a row as they read and `raw`, as they stand in the file; `number` is that of the row, as a
    spreadsheet counts."""

    number: int
    cells: tuple[str, ...]
    raw: tuple[str, ...]
    end: str

    def cell(self, column: int) -> str:
        """The text of a cell, "" where the row is too short for it."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first row, which names the columns, and all others. `before` stands in front of them in the file."""

    where: str
    heading: Row
    rows: tuple[Row, ...]
    separator: str = ","
    encoding: str = "utf-8"
    before: bytes = b""
    remarks: tuple[str, ...] = ()

    def filled(self, changes: Mapping[tuple[int, int], str], added: tuple[str, ...] = ()) -> bytes:
        """The file with other texts in some cells, by (row, column): all else as it was. `added` are columns that
        it gets behind its own."""
        ends = [row.end for row in (self.heading, *self.rows) if row.end]
        lines = [self._line(self.heading, [*self.heading.raw, *map(self._quoted, added)], ends)]
        for k, row in enumerate(self.rows):
            raw = list(row.raw)
            for column in range(len(self.heading.cells) + len(added)):
                if (k, column) in changes:
                    raw += [""] * (column + 1 - len(raw))
                    raw[column] = self._quoted(changes[k, column])
            lines.append(self._line(row, raw, ends))
        return self.before + "".join(lines).encode(self.encoding, "backslashreplace")

    def _line(self, row: Row, raw: list[str], ends: list[str]) -> str:
        last = self.rows[-1] if self.rows else self.heading
        return self.separator.join(raw) + (row.end or ("" if row is last else ends[0]))

    def _quoted(self, text: str) -> str:
        special = set(text) & {'"', "\n", "\r", self.separator} or text != text.strip()
        return '"' + text.replace('"', '""') + '"' if special else text


_CONTROLS = re.compile(rb"[\x00-\x08]")
"""Bytes that no text has."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_sheet(path: Path) -> Sheet:
    """The table in a file. GradxError("file") where there is none that can be read, ("size") for too large a one."""
    content = read_bytes(path)
    where = "standard input" if str(path) == "-" else shown(path)
    if content.startswith(b"PK"):
        from gradx_cli.workbook import first_sheet

        return _workbook(where, first_sheet(content, where))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise GradxError("file", f"{where} is a workbook of the old kind (.xls)", hint="save it as .xlsx or CSV")
    if path.suffix.lower() == ".xlsx" and _CONTROLS.search(content) and not content.startswith(_UTF_16):
        raise GradxError("file", f"{where} is not an .xlsx file", hint="save it as .xlsx or CSV")
    text, encoding, before = _decoded(content, where)
    lines = text.splitlines(keepends=True) or [""]
    named = NAMED_SEPARATOR.fullmatch(lines[0])
    if named:
        before += named[0].encode(encoding)
        text = text[named.end() :]
    separator = named[1] if named else separator_of(next(filter(str.strip, lines), ""))
    rows = list(_rows(text, separator, where, 1 + bool(named)))
    filled = [k for k, row in enumerate(rows) if any(map(str.strip, row.cells))]
    if not filled:
        raise GradxError("file", f"{where} is empty", hint="its first line names the columns")
    first = filled[0]
    before += "".join(separator.join(row.raw) + row.end for row in rows[:first]).encode(encoding)
    remarks = tuple(read_as(where, encoding))
    return Sheet(where, rows[first], tuple(rows[first + 1 :]), separator, encoding, before, remarks)


def _workbook(where: str, texts: list[tuple[str, ...]]) -> Sheet:
    """What a workbook holds, as the CSV that it would be."""
    empty = Sheet(where, Row(1, (), (), "\n"), ())
    rows = [Row(k, cells, tuple(map(empty._quoted, cells)), "\n") for k, cells in enumerate(texts, 1)]
    rows = [row for row in rows if any(map(str.strip, row.cells))]
    if not rows:
        raise GradxError("file", f"{where} has no sheet with anything in it", hint="its first row names the columns")
    return Sheet(where, rows[0], tuple(rows[1:]))


def _decoded(content: bytes, where: str) -> tuple[str, str, bytes]:
    """The text, its encoding, and the mark in front of it."""
    # Before a line end no sign is cut off.
    encoding, mark = encoding_of(content + b"\n")
    try:
        return content[mark:].decode(encoding), encoding, content[:mark]
    except UnicodeDecodeError as error:
        if encoding == "cp1252":
            return content.decode("latin-1"), "latin-1", b""
        message = f"{where} says that it is {encoding.upper()}, and byte {error.start + 1} is not"
        raise GradxError("file", message, hint="save it as UTF-8") from None


def _rows(text: str, separator: str, where: str, line: int) -> Iterator[Row]:
    """The rows of a text. GradxError("file") for a quote that nothing closes."""
    other = f"[^{re.escape(separator)}\r\n]*"
    cell = re.compile(rf'(?P<quoted>"[^"]*+(?:""[^"]*+)*+"){other}|{other}')
    at, count = 0, 0
    raw: list[str] = []
    while at < len(text) or raw:
        found = cell.match(text, at)
        assert found is not None
        part, at = found[0], found.end()
        if part.startswith('"') and not found["quoted"]:
            raise GradxError("file", f"{where} has a quote in line {line} that nothing closes", hint="it is not CSV")
        raw.append(part)
        line += part.count("\n")
        if text.startswith(separator, at):
            at += 1
            continue
        end = "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]
        at += len(end)
        count += 1
        if count > MOST_ROWS:
            raise GradxError("size", f"{where} has more than {MOST_ROWS:,} rows", hint="split it into several files")
        yield Row(count, tuple(map(_unquoted, raw)), tuple(raw), end)
        raw, line = [], line + 1


def _unquoted(raw: str) -> str:
    if not raw.startswith('"'):
        return raw
    inside, _, behind = raw[1:].rpartition('"')
    return inside.replace('""', '"') + behind
