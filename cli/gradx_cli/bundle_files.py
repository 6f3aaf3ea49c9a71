"""Vectors and matrices in files: `W=@w.csv`, `X=@houses.csv:size,rooms`, `x=@x.npy`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from gradx.bundle import Shape
from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.values import Value
from gradx_cli.csv_text import PLAIN, Line, Lines
from gradx_cli.escape import safe
from gradx_cli.inputs import cannot, read_bytes, shown

if TYPE_CHECKING:
    from numpy import ndarray

TABLES = (".csv", ".tsv", ".txt")
ARRAYS = (".npy", ".npz")
MOST_ENTRIES = 1_000_000


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
        self._text = Lines(BytesIO(read_bytes(path)), self._where, source=f"file {self._where}", blanks=True)
        self._block = self._text.rows(self._text.head.raw, MOST_ENTRIES + 2)
        lines = [Line(number, [cell.strip() for cell in cells]) for number, cells in self._block.rows or ()]
        is_head = not any(map(PLAIN.fullmatch, lines[0].cells))
        if is_head and len(lines) == 1:
            hint = "a line of numbers for each row stands below it"
            raise self._fault(lines[0], [0], f"{self._where} has a header and no numbers", hint)
        self._head = lines[0].cells if is_head else ()
        self._lines = lines[is_head:]
        self._width = len(lines[0].cells)

    def value(self, name: str, columns: str, place: Span) -> Value:
        """The columns that are named, all where none is."""
        for line in self._lines:
            if len(line.cells) != self._width:
                count = "1 value" if len(line.cells) == 1 else f"{len(line.cells)} values"
                message = f"{self._where}, line {line.number}: {count}, and the first line has {self._width}"
                raise self._fault(line, range(len(line.cells)), message, "every line has as many numbers")
        chosen = self._chosen(columns, place) if columns else list(range(self._width))
        cells = [(line, k) for line in self._lines for k in chosen]
        if len(cells) > MOST_ENTRIES:
            raise GradxError("size", f"{self._where} has more than {MOST_ENTRIES:,} numbers")
        numbers = tuple(self._number(line, k) for line, k in cells)
        shape = len(self._lines), len(chosen)
        return Value(name, shape, numbers, tuple(line.cells[k] for line, k in cells), place)

    def _number(self, line: Line, k: int) -> float:
        cell = line.cells[k]
        number = float(cell) if PLAIN.fullmatch(cell) else math.nan
        if math.isfinite(number):
            return number
        heading = f" ({safe(self._head[k])})" if k < len(self._head) else ""
        message = f'{self._where}, line {line.number}, column {k + 1}{heading}: "{safe(cell)}" where a finite number '
        hint = "write the number, or leave the line out" if cell else "an empty cell is no number"
        raise self._fault(line, [k], f"{message}is needed", hint)

    def _fault(self, line: Line, cells: Sequence[int], message: str, hint: str) -> GradxError:
        return self._text.fault(self._block, line, cells, message, hint)

    def _chosen(self, columns: str, place: Span) -> list[int]:
        names = list(self._head)
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
        if key:
            place = Span(place.source, place.source.text.rindex(key), len(key))
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
