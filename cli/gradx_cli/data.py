"""Points in a file: CSV with names in its first line, a point in every other."""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import Binding, read_binding
from gradx.language.diagnosis import brief
from gradx.language.tokens import meant_name
from gradx_cli.inputs import read_file, read_standard_input, shown

SEPARATORS = ",;\t"

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number that needs no parser of ours."""


class _Line(NamedTuple):
    """The cells of a row, and the number of the line on which it starts."""

    number: int
    cells: Sequence[str]


class Data:
    """A file of points. `names` are those of its columns, as inputs bear them."""

    def __init__(self, path: Path) -> None:
        """The points of a file, or of standard input. GradxError("file") where there are none."""
        self.path, from_input = path, str(path) == "-"
        self.where = "standard input" if from_input else shown(path)
        self._text = read_standard_input(sys.stdin) if from_input else read_file(path)
        lines = self._lines()
        head = next(lines, None)
        if head is None:
            raise GradxError("file", f"{self.where} is empty", hint="its first line names the inputs: x,y")
        self._head = head
        self.names = tuple(meant_name(cell.strip()) for cell in head.cells)
        self._rows = list(lines)
        if not self._rows:
            raise GradxError("file", f"{self.where} has names and no numbers", hint="every line below them is a point")

    def points(self, inputs: Collection[str]) -> list[list[Binding]]:
        """A binding for each column that is one of the `inputs`, row by row; other columns are not read.

        GradxError("file") for a cell that is no number, with its line, column and heading; for a name that has two
        columns; where no column is an input.
        """
        wanted = [(k, name) for k, name in enumerate(self.names) if name in inputs]
        for k, name in wanted:
            if name in self.names[:k]:
                raise self._fault(f"two columns are named {name}", self._head, k, "leave one of them out")
        if not wanted:
            hint = (
                f"the first line names inputs: {','.join(list(inputs)[:8])}" if inputs else "the program has no inputs"
            )
            raise self._fault(f"no column of {self.where} is an input of the program", self._head, 0, hint)
        return [[self._binding(line, k, name) for k, name in wanted] for line in self._whole_rows()]

    def _whole_rows(self) -> Iterator[_Line]:
        """The rows, each as long as the first line; empty cells too many do no harm."""
        columns = len(self.names)
        for line in self._rows:
            extra = next((k for k, cell in enumerate(line.cells[columns:], columns) if cell.strip()), None)
            if extra is not None:
                message = f"line {line.number} has {len(line.cells)} cells, and the first line names {columns} columns"
                raise self._fault(message, line, extra, "a decimal comma? numbers have a point: 0.5")
            yield line

    def _binding(self, line: _Line, k: int, name: str) -> Binding:
        cell = line.cells[k].strip() if k < len(line.cells) else ""
        if _PLAIN.fullmatch(cell) and math.isfinite(value := float(cell)):
            return Binding(name, value, Source(f"binding {name}", f"{name}={cell}"))
        place = f"line {line.number}, column {k + 1} ({brief(name)})"
        if not cell:
            raise self._fault(f"{place} is empty", line, k, "every point has a number for every input")
        try:
            return read_binding(f"{name}={cell}")
        except GradxError as error:
            message = f"{place} is not a number: {error.problem.message}"
            raise self._fault(message, line, k, error.problem.hint) from None

    def _lines(self) -> Iterator[_Line]:
        """The rows that are not empty. GradxError("file") for what is not CSV."""
        separator = self._separator()
        reader = csv.reader(
            io.StringIO(self._text, newline=""), delimiter=separator, strict=True, skipinitialspace=True
        )
        before = 0
        try:
            for cells in reader:
                if any(map(str.strip, cells)):
                    yield _Line(before + 1, cells)
                before = reader.line_num
        except csv.Error as error:
            message = f"{self.where} is not CSV from line {before + 1} on: {error}"
            raise GradxError("file", message, hint="a quote within quotes is written twice") from None

    def _separator(self) -> str:
        """What makes most columns of the first line that has any; of equals the comma."""
        first = next((line for line in self._text.splitlines() if line.strip()), "")
        return max(SEPARATORS, key=lambda separator: len(next(csv.reader([first], delimiter=separator), ())))

    def _fault(self, message: str, line: _Line, k: int, hint: str | None) -> GradxError:
        """The error for cell k of a line, with its place in the text: found again, as nobody keeps it."""
        text = self._text
        at = sum(len(part) for part in text.splitlines(keepends=True)[: line.number - 1])
        for cell in line.cells[:k]:
            at = max(at, text.find(cell, at)) + len(cell)
            at += text[at : at + 1] == '"'
            at += text[at : at + 1] in SEPARATORS
        cell = line.cells[k] if k < len(line.cells) else ""
        at = max(at, text.find(cell, at))
        return GradxError("file", message, hint=hint, span=Span(Source("data", text), at, max(1, len(cell))))
