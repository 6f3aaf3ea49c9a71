"""Rows in a text: CSV with names in its first line, a point in every other. It is read as it comes."""

from __future__ import annotations

import math
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from itertools import count
from operator import itemgetter, methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gradx.errors import GradxError, Source
from gradx.language.bindings import Binding
from gradx.language.diagnosis import brief
from gradx.language.tokens import meant_name
from gradx.lessons.tables import BLOCK_ROWS, Batch
from gradx_cli.csv_text import LABELS, Block, Line, Lines, read_cell
from gradx_cli.inputs import NO_INPUT, cannot, open_file, source
from gradx_cli.numbers import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class CsvTable:
    """A file of rows, or standard input."""

    count: int | None = None

    def __init__(self, path: Path, *, again: bool = False) -> None:
        self.where = source(path)
        self.path, self._copy = path, _copied(_opened(path)) if again and not path.is_file() else None
        if self._copy is not None:
            weakref.finalize(self, self._copy.close)
        self._lines = self._opened()
        self._is_new = True
        self._head = self._block = self._lines.head
        self._names = self._lines.line(self._head, 0)
        self.names = tuple(meant_name(cell.strip()) for cell in self._names.cells)
        self.places = tuple(range(len(self.names)))
        self._remarks = dict.fromkeys(self._lines.remarks)

    def _opened(self) -> Lines:
        if self._copy is not None:
            self._copy.seek(0)
            return Lines(self._copy, self.where)
        stream = _opened(self.path)
        if str(self.path) == "-":
            return Lines(stream, self.where)
        try:
            lines = Lines(stream, self.where)
        except GradxError:
            stream.close()
            raise
        weakref.finalize(lines, stream.close)
        return lines

    def batches(self, names: Sequence[str], first: int = 0, end: int | None = None) -> Iterator[Batch]:
        if not self._is_new:
            self._lines = self._opened()
        self._is_new = False
        columns = {name: self._place(name) for name in names}
        for _ in range(0, first, BLOCK_ROWS):
            self._skip()
        for at in count(first, BLOCK_ROWS):
            rows = BLOCK_ROWS if end is None else min(BLOCK_ROWS, end - at)
            batch = self._batch(at, columns, rows) if rows > 0 else None
            if batch is None:
                return
            yield batch

    def _skip(self) -> None:
        """Leave a block of rows alone."""
        raw = self._lines.take(BLOCK_ROWS)
        blank = methodcaller("strip", f"{self._lines.separator} \t\r\n")
        if any('"' in line for line in raw) or not all(map(blank, raw)):
            self._lines.rows(raw, BLOCK_ROWS)

    def _batch(self, first: int, columns: dict[str, int], rows: int) -> Batch | None:
        import numpy as np

        lines = self._lines
        raw = lines.take(rows)
        plain = self._plain(raw, list(columns.values())) if raw else None
        if plain is not None:
            self._block = Block(lines.count - len(raw) + 1, raw, None)
            found, beyond = dict(zip(columns, plain, strict=True)), np.zeros(len(raw), dtype=np.bool_)
        else:
            self._block = lines.rows(raw, rows)
            if not self._block.rows:
                return None
            found, beyond = self._mixed(self._block.rows, columns)
        skipped = np.logical_or.reduce([beyond, *map(np.isnan, found.values())])
        return Batch(first, found, skipped if skipped.any() else None)

    def _plain(self, raw: list[str], columns: list[int]) -> NDArray[np.float64] | None:
        """The columns of lines that are rows of plain numbers, each its own; None where some are not."""
        import numpy as np

        separators = methodcaller("count", self._lines.separator)
        if set(map(separators, raw)) != {len(self._names.cells) - 1} or any('"' in line for line in raw):
            return None
        try:
            found = np.loadtxt(
                raw, delimiter=self._lines.separator, usecols=columns, comments=None, ndmin=2, unpack=True
            )
        except ValueError:
            return None
        if found.shape[1] != len(raw):
            return None
        found[~np.isfinite(found)] = math.nan
        return found

    def _mixed(
        self, rows: Sequence[Line], columns: dict[str, int]
    ) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]:
        """The columns of other rows, and which of them have a cell too many."""
        import numpy as np

        cells, width = [row.cells for row in rows], len(self._names.cells)
        beyond = np.zeros(len(rows), dtype=np.bool_)
        for k, row in enumerate(cells):
            if len(row) != width:
                beyond[k] = any(map(str.strip, row[width:]))
                cells[k] = [*row[:width], *[""] * (width - len(row))]
        return {name: self._numbers(list(map(itemgetter(k), cells))) for name, k in columns.items()}, beyond

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
        for label in sorted({cell.strip() for cell in set(cells) if cell.strip().lower() in LABELS}):
            self._remarks[f"{label} is read as {LABELS[label.lower()]:g}"] = None
        read = (read_cell(cell).number for cell in cells)
        return np.array([math.nan if number is None else number for number in read])

    def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
        line, columns = self._lines.line(self._block, row), len(self._names.cells)
        extra = next((k for k, cell in enumerate(line.cells[columns:], columns) if cell.strip()), None)
        if extra is not None:
            message = (
                f"line {line.number} has {len(line.cells)} cells, and the first line names {counted(columns, 'column')}"
            )
            hint = "a decimal comma? numbers have a point: 0.5"
            raise self._lines.fault(self._block, line, [extra], message, hint)
        if line.cells == self._names.cells:
            raise self._lines.fault(self._block, line, [0], f"line {line.number} repeats the names", "leave it out")
        return [self._binding(line, self._place(name), name) for name in names]

    def _place(self, name: str) -> int:
        return self.places[self.names.index(name)]

    def _binding(self, line: Line, k: int, name: str) -> Binding:
        cell = read_cell(line.cells[k] if k < len(line.cells) else "")
        if cell.number is not None:
            return Binding(name, cell.number, Source(f"binding {name}", f"{name}={cell.text}"))
        message = f"line {line.number}, column {k + 1} ({brief(self._names.cells[k].strip())}) {cell.message}"
        raise self._lines.fault(self._block, line, [k], message, cell.hint)

    def fault(self, message: str, column: int, hint: str) -> GradxError:
        return self._lines.fault(self._head, self._names, [column], message, hint)

    def remarks(self) -> Sequence[str]:
        return list(self._remarks)


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
