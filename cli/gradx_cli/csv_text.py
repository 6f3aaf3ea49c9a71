"""The rows of a CSV text, and where a cell of them stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gradx.errors import GradxError

SEPARATORS, BLANK = ",;\t", " "


class Line(NamedTuple):
    """The cells of a row, and the number of the line on which it starts."""

    number: int
    cells: Sequence[str]


class CsvText:
    """What a file holds; `blanks`: they separate where nothing else does."""

    def __init__(self, text: str, where: str, *, blanks: bool = False) -> None:
        self.text, self.where = text, where
        self._blanks = blanks

    def lines(self) -> Iterator[Line]:
        """The rows that are not empty. GradxError("file") for what is not CSV."""
        separator = self._separator()
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
        before = 0
        try:
            for cells in reader:
                if any(map(str.strip, cells)):
                    yield Line(before + 1, cells if separator != BLANK else list(filter(None, cells)))
                before = reader.line_num
        except csv.Error as error:
            message = f"{self.where} is not CSV from line {before + 1} on: {error}"
            raise GradxError("file", message, hint="a quote within quotes is written twice") from None

    def _separator(self) -> str:
        """What makes most columns of the first line that has any; of equals the comma."""
        first = next((line for line in self.text.splitlines() if line.strip()), "")
        columns = {separator: len(next(csv.reader([first], delimiter=separator), ())) for separator in SEPARATORS}
        best = max(columns, key=columns.__getitem__)
        return BLANK if self._blanks and columns[best] == 1 else best

    def place(self, line: Line, k: int) -> tuple[int, int]:
        """Offset and length of cell k of a line in the text: found again, as nobody keeps it."""
        text = self.text
        at = sum(len(part) for part in text.splitlines(keepends=True)[: line.number - 1])
        for cell in line.cells[:k]:
            at = max(at, text.find(cell, at)) + len(cell)
            at += text[at : at + 1] == '"'
            at += text[at : at + 1] in SEPARATORS
        cell = line.cells[k] if k < len(line.cells) else ""
        return max(at, text.find(cell, at)), max(1, len(cell))
