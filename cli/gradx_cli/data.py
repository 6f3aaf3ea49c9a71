"""Points in a file: CSV with names in its first line, a point in every other."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import Binding, read_binding
from gradx.language.diagnosis import brief
from gradx.language.tokens import meant_name
from gradx_cli.csv_text import CsvText, Line
from gradx_cli.inputs import read_file, read_standard_input, shown

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number that needs no parser of ours."""


class Data:
    """A file of points. `names` are those of its columns, as inputs bear them."""

    def __init__(self, path: Path) -> None:
        """The points of a file, or of standard input. GradxError("file") where there are none."""
        self.path, from_input = path, str(path) == "-"
        self.where = "standard input" if from_input else shown(path)
        self._csv = CsvText(read_standard_input(sys.stdin) if from_input else read_file(path), self.where)
        lines = self._csv.lines()
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

    def _whole_rows(self) -> Iterator[Line]:
        """The rows, each as long as the first line; empty cells too many do no harm."""
        columns = len(self.names)
        for line in self._rows:
            extra = next((k for k, cell in enumerate(line.cells[columns:], columns) if cell.strip()), None)
            if extra is not None:
                message = f"line {line.number} has {len(line.cells)} cells, and the first line names {columns} columns"
                raise self._fault(message, line, extra, "a decimal comma? numbers have a point: 0.5")
            yield line

    def _binding(self, line: Line, k: int, name: str) -> Binding:
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

    def _fault(self, message: str, line: Line, k: int, hint: str | None) -> GradxError:
        """The error for cell k of a line, with its place in the text."""
        at, length = self._csv.place(line, k)
        return GradxError("file", message, hint=hint, span=Span(Source("data", self._csv.text), at, length))
