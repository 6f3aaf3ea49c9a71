"""Vectors and matrices in files: `W=@w.csv`, `X=@houses.csv:size,rooms`, `x=@x.npy`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gradx.bundle import Shape
from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.values import Value
from gradx_cli.escape import safe
from gradx_cli.inputs import cannot, read_file, shown

if TYPE_CHECKING:
    from numpy import ndarray

TABLES = (".csv", ".tsv", ".txt")
ARRAYS = (".npy", ".npz")
MOST_ENTRIES = 1_000_000

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CELL = {",": re.compile(r"[^,]*"), ";": re.compile(r"[^;]*"), "\t": re.compile(r"[^\t]*"), " ": re.compile(r"[^ \t]+")}


class _Cell(NamedTuple):
    """A cell of a table, and where it stands in the file's text."""

    text: str
    at: int


class _Row(NamedTuple):
    number: int
    at: int
    text: str
    cells: Sequence[_Cell]


def from_file(name: str, word: str) -> Value:
    """The value of `name=@PATH` or `name=@PATH:COLUMNS`. GradxError("file") for what is no table of finite numbers,
    with the line and the column."""
    at = word.index("@") + 1
    path, columns = _split(word[at:])
    if path.suffix.lower() not in (*TABLES, *ARRAYS):
        hint = f"it can be {', '.join((*TABLES, *ARRAYS[:-1]))} or {ARRAYS[-1]}"
        span = Span(Source(f"binding {name}", word), at, max(1, len(word) - at))
        raise GradxError("file", f"{shown(path)} is no file of numbers that is known", hint=hint, span=span)
    place = Span(Source(f"binding {name}", word), at, len(word) - at)
    if path.suffix.lower() in ARRAYS:
        return _array(name, path, columns, place)
    return _Table(path).value(name, columns, place)


def _split(text: str) -> tuple[Path, str]:
    """The file, and what stands behind its colon."""
    head, colon, columns = text.rpartition(":")
    if not colon or Path(text).exists() or not Path(head).suffix:
        return Path(text), ""
    return Path(head), columns


class _Table:
    """A table of numbers as text, with names in its first line if that holds no number."""

    def __init__(self, path: Path) -> None:
        self._where = safe(str(path))
        self._text = read_file(path)
        self._source = Source(f"file {self._where}", self._text)
        rows = list(self._rows())
        if not rows:
            raise GradxError("file", f"{self._where} is empty", hint="a line a row, commas between the numbers")
        is_head = not any(_NUMBER.fullmatch(cell.text) for cell in rows[0].cells) and len(rows) > 1
        self._head = rows[0] if is_head else None
        self._lines = rows[is_head:]
        self._width = len(rows[0].cells)

    def _rows(self) -> Iterator[_Row]:
        at, sample = 0, self._text.strip("\n").partition("\n")[0]
        sign = next((sign for sign in (",", ";", "\t") if sign in sample), " ")
        for number, line in enumerate(self._text.split("\n"), 1):
            text = line.rstrip("\r")
            if text.strip():
                cells = [
                    _Cell(match[0].strip(), at + match.start() + len(match[0]) - len(match[0].lstrip()))
                    for match in _CELL[sign].finditer(text)
                    if match[0] or match.start() == 0 or text[match.start() - 1] == sign
                ]
                yield _Row(number, at, text, cells)
            at += len(line) + 1

    def value(self, name: str, columns: str, place: Span) -> Value:
        """The columns that are named, all where none is."""
        for row in self._lines:
            if len(row.cells) != self._width:
                count = "1 value" if len(row.cells) == 1 else f"{len(row.cells)} values"
                message = f"{self._where}, line {row.number}: {count}, and the first line has {self._width}"
                span = Span(self._source, row.at, max(1, len(row.text)))
                raise GradxError("file", message, hint="every line has as many numbers", span=span)
        chosen = self._chosen(columns, place) if columns else list(range(self._width))
        cells = [(row, k) for row in self._lines for k in chosen]
        if len(cells) > MOST_ENTRIES:
            raise GradxError("size", f"{self._where} has more than {MOST_ENTRIES:,} numbers")
        numbers = tuple(self._number(row, k) for row, k in cells)
        shape = len(self._lines), len(chosen)
        return Value(name, shape, numbers, tuple(row.cells[k].text for row, k in cells), place)

    def _number(self, row: _Row, k: int) -> float:
        cell = row.cells[k]
        number = float(cell.text) if _NUMBER.fullmatch(cell.text) else math.nan
        if math.isfinite(number):
            return number
        heading = f" ({safe(self._head.cells[k].text)})" if self._head and k < len(self._head.cells) else ""
        message = (
            f'{self._where}, line {row.number}, column {k + 1}{heading}: "{safe(cell.text)}" where a finite number '
        )
        span = Span(self._source, cell.at, max(1, len(cell.text)))
        hint = "write the number, or leave the line out" if cell.text else "an empty cell is no number"
        raise GradxError("file", f"{message}is needed", hint=hint, span=span)

    def _chosen(self, columns: str, place: Span) -> list[int]:
        names = [cell.text for cell in self._head.cells] if self._head else []
        found: list[int] = []
        for column in columns.split(","):
            wanted = column.strip()
            if wanted in names:
                found.append(names.index(wanted))
            elif wanted.isdigit() and 1 <= int(wanted) <= self._width:
                found.append(int(wanted) - 1)
            else:
                at = place.source.text.rfind(wanted) if wanted else place.offset
                hint = f"its columns are {safe(', '.join(names))}" if names else f"its columns are 1 to {self._width}"
                span = Span(place.source, at, max(1, len(wanted)))
                raise GradxError("file", f"{self._where} has no column {safe(wanted)!r}", hint=hint, span=span)
        return found


def _array(name: str, path: Path, key: str, place: Span) -> Value:
    """An array of NumPy's, one of several by its name."""
    import numpy as np

    try:
        loaded = np.load(path, allow_pickle=False)
    except OSError as error:
        raise cannot("read", path, error) from None
    except (ValueError, EOFError):
        hint = "numpy.save writes one: numbers in one or two dimensions"
        raise GradxError("file", f"{shown(path)} is no array of numbers", hint=hint, span=place) from None
    if isinstance(loaded, np.ndarray):
        return _of_array(name, loaded, path, place)
    names = list(loaded.files)
    if not key and len(names) == 1:
        key = names[0]
    if key not in names:
        listed = ", ".join(names[:8])
        message = f"{shown(path)} holds no array {key!r}" if key else f"{shown(path)} holds several arrays"
        hint = f"it holds {safe(listed)}: {name}=@{shown(path)}:{safe(names[0]) if names else 'x'}"
        raise GradxError("file", message, hint=hint, span=place)
    try:
        return _of_array(name, loaded[key], path, place)
    except ValueError:
        raise GradxError("file", f"{shown(path)} holds no numbers there", span=place) from None


def _of_array(name: str, array: ndarray, path: Path, place: Span) -> Value:
    import numpy as np

    if array.dtype.kind not in "biuf" or array.ndim > 2 or not array.size or array.size > MOST_ENTRIES:
        size = "x".join(map(str, array.shape)) or "1"
        message = f"{shown(path)} holds {array.dtype} of shape {size}"
        raise GradxError("file", message, hint="one or two dimensions of numbers are a vector or a matrix", span=place)
    numbers = tuple(float(x) for x in np.asarray(array, dtype=np.float64).ravel())
    bad = next((k for k, x in enumerate(numbers) if not math.isfinite(x)), None)
    if bad is not None:
        raise GradxError("file", f"{shown(path)}: entry {bad + 1} is {numbers[bad]}, and no finite number", span=place)
    shape: Shape = (array.shape[0], array.shape[1]) if array.ndim == 2 else (array.size, 1)
    return Value(name, shape, numbers, tuple(map(repr, numbers)), place)
