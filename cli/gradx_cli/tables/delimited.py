"""Rows in a text: CSV with names in its first line, a point in every other. It is read as it comes."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import Binding
from gradx.language.diagnosis import brief
from gradx.language.tokens import meant_name
from gradx.lessons.tables import BLOCK_ROWS, Batch
from gradx_cli.inputs import NO_INPUT, cannot, open_file, shown
from gradx_cli.tables.cells import LABELS, read_cell
from gradx_cli.tables.encoding import encoding_of

if TYPE_CHECKING:
    import numpy as np
    from _typeshed import WriteableBuffer
    from numpy.typing import NDArray

SEPARATORS = ",;\t"
HEAD_BYTES = 65_536
"""By so much of a file its encoding and its separator are told."""

_NAMED_SEPARATOR = re.compile(r"sep=(.)\s*")
"""What Excel writes and reads in the first line."""

_READ_AS = {"cp949": "Korean (CP949)", "cp1252": "Windows-1252"}


class Line(NamedTuple):
    """The cells of a row, and the number of the line on which it starts."""

    number: int
    cells: list[str]


class CsvTable:
    """A file of rows, or standard input."""

    count: int | None = None

    def __init__(self, path: Path, *, again: bool = False) -> None:
        self._is_input = str(path) == "-"
        self.where = "standard input" if self._is_input else shown(path)
        self._path, self._kept = path, _copied(_opened(path)) if again and not path.is_file() else None
        self._text: _Text | None = _Text(self._open(), self.where)
        self._head = self._text.head
        self.names = tuple(meant_name(cell.strip()) for cell in self._head.cells)
        self._remarks = dict.fromkeys(self._text.remarks)
        self._raw = self._text.raw(self._head)
        self._block: tuple[_Text, list[Line]] = self._text, []

    def _open(self) -> BinaryIO:
        if self._kept is None:
            return _opened(self._path)
        self._kept.seek(0)
        return io.BufferedReader(io.FileIO(self._kept.fileno(), closefd=False))

    def batches(self, names: Sequence[str], first: int = 0, end: int | None = None) -> Iterator[Batch]:
        text, self._text = self._text or _Text(self._open(), self.where), None
        lines = text.lines()
        columns = {name: self.names.index(name) for name in names}
        for _ in range(0, first, BLOCK_ROWS):
            text.kept.clear()
            next(islice(lines, BLOCK_ROWS - 1, None), None)
        at = first
        while end is None or at < end:
            text.kept.clear()
            rows = list(islice(lines, BLOCK_ROWS if end is None else min(BLOCK_ROWS, end - at)))
            if not rows:
                return
            self._block = text, rows
            yield self._batch(at, rows, columns)
            at += len(rows)
            if len(rows) < BLOCK_ROWS:
                return

    def _batch(self, first: int, rows: list[Line], columns: dict[str, int]) -> Batch:
        import numpy as np

        cells = [row.cells for row in rows]
        width = len(self.names)
        uneven = [k for k, row in enumerate(cells) if len(row) != width]
        for k in uneven:
            cells[k] = cells[k][:width] + [""] * (width - len(cells[k]))
        found = {name: self._numbers(list(map(itemgetter(k), cells))) for name, k in columns.items()}
        skipped = np.zeros(len(rows), dtype=np.bool_)
        for column in found.values():
            skipped |= np.isnan(column)
        skipped[[k for k in uneven if any(map(str.strip, rows[k].cells[width:]))]] = True
        return Batch(first, found, skipped if skipped.any() else None)

    def _numbers(self, cells: list[str]) -> NDArray[np.float64]:
        """The numbers of a column, not-a-number where a cell has none."""
        import numpy as np

        text = "".join(cells)
        if "_" not in text and text.isascii():
            try:
                numbers = np.array(list(map(float, cells)))
            except ValueError:
                pass
            else:
                return np.where(np.isfinite(numbers), numbers, math.nan)
        read = list(map(read_cell, cells))
        labels = {cell.strip() for cell in set(cells) if cell.strip().lower() in LABELS}
        for label in sorted(labels):
            self._remarks[f"{label} is read as {LABELS[label.lower()]:g}"] = None
        return np.array([math.nan if cell.number is None else cell.number for cell in read])

    def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
        text, rows = self._block
        line, columns = rows[row], len(self.names)
        extra = next((k for k, cell in enumerate(line.cells[columns:], columns) if cell.strip()), None)
        if extra is not None:
            message = f"line {line.number} has {len(line.cells)} cells, and the first line names {columns} columns"
            raise _fault(text.raw(line), message, line, extra, "a decimal comma? numbers have a point: 0.5")
        if line.cells == self._head.cells:
            raise _fault(text.raw(line), f"line {line.number} repeats the names", line, 0, "leave it out")
        return [self._binding(text, line, self.names.index(name), name) for name in names]

    def _binding(self, text: _Text, line: Line, k: int, name: str) -> Binding:
        cell = read_cell(line.cells[k] if k < len(line.cells) else "")
        if cell.number is not None:
            return Binding(name, cell.number, Source(f"binding {name}", f"{name}={cell.text}"))
        message = f"line {line.number}, column {k + 1} ({brief(name)}) {cell.message}"
        raise _fault(text.raw(line), message, line, k, cell.hint)

    def fault(self, message: str, column: int, hint: str) -> GradxError:
        return _fault(self._raw, message, self._head, column, hint)

    def remarks(self) -> Sequence[str]:
        return list(self._remarks)


class _Text:
    """The lines of a text, once; `kept` are those since it was emptied, as they stand there."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.where = where
        head = stream.read(HEAD_BYTES)
        encoding, mark = encoding_of(head)
        self.remarks = [f"{where} is not UTF-8, and was read as {_READ_AS[encoding]}"] if encoding in _READ_AS else []
        raw = io.BufferedReader(_Chained(head[mark:], stream), HEAD_BYTES)
        self._stream = io.TextIOWrapper(raw, encoding, errors="surrogateescape", newline="")
        self.kept: list[str] = []
        text = head[mark:].decode(encoding, "replace")
        first = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
        named = _NAMED_SEPARATOR.fullmatch(first)
        separator = named[1] if named else _separator(first)
        self._reader = csv.reader(self._told(), delimiter=separator, strict=True, skipinitialspace=True)
        self._rows = self.lines()
        found = next(self._rows, None)
        if named:
            found = next(self._rows, None)
        if found is None:
            raise GradxError("file", f"{where} is empty", hint="its first line names the inputs: x,y")
        self.head = found

    def _told(self) -> Iterator[str]:
        keep = self.kept.append
        for line in self._stream:
            keep(line)
            yield line

    def lines(self) -> Iterator[Line]:
        """The rows that are not empty. GradxError("file") for what is not CSV."""
        before = self._reader.line_num
        try:
            for cells in self._reader:
                if cells and (cells[0].strip() or any(map(str.strip, cells))):
                    yield Line(before + 1, cells)
                before = self._reader.line_num
        except csv.Error as error:
            message = f"{self.where} is not CSV from line {before + 1} on: {error}"
            raise GradxError("file", message, hint="a quote within quotes is written twice") from None
        except OSError as error:
            raise GradxError("file", f"cannot read {self.where}: {error.strerror}") from None

    def raw(self, line: Line) -> str:
        """The text from a row on, behind as many line ends as stand before it in the file."""
        start = self._reader.line_num - len(self.kept)
        return "\n" * (line.number - 1) + "".join(self.kept[line.number - 1 - start :])


class _Chained(io.RawIOBase):
    """What was read already, and the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        part = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(part) :]
        view[: len(part)] = part
        return len(part)


def _opened(path: Path) -> BinaryIO:
    """The bytes of a file, or of standard input."""
    if str(path) == "-":
        if sys.stdin is None:
            raise GradxError("file", NO_INPUT)
        return sys.stdin.buffer
    try:
        return open_file(path)
    except (OSError, ValueError) as error:
        raise cannot("read", path, error) from None


def _copied(stream: BinaryIO) -> BinaryIO:
    """A file without a name with all of it."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as its table
    shutil.copyfileobj(stream, copy)
    return copy


def _separator(line: str) -> str:
    """What makes most columns of a line; of equals the comma."""
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), ())))


def _fault(text: str, message: str, line: Line, k: int, hint: str | None) -> GradxError:
    """The error for cell k of a line, with its place in the text from that line on."""
    at = line.number - 1
    for cell in line.cells[:k]:
        at = max(at, text.find(cell, at)) + len(cell)
        at += text[at : at + 1] == '"'
        at += text[at : at + 1] in SEPARATORS
    cell = line.cells[k] if k < len(line.cells) else ""
    at = max(at, text.find(cell, at))
    return GradxError("file", message, hint=hint, span=Span(Source("data", text), at, max(1, len(cell))))
