"""Vectors and matrices as a page shows them: in full where they are small, else from the least to the greatest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.bundle import Group, Shape
from gradx_cli.answer import selected
from gradx_cli.escape import safe
from gradx_cli.numbers import NONE, aligned, shown
from gradx_cli.width import cells, evened

if TYPE_CHECKING:
    from gradx.point.bundle_report import BundleReport

Numbers = Sequence[float | None]

MOST_ROWS, MOST_COLUMNS = 4, 4
LONGEST_ROW = 8
"""A matrix stands in full up to 4x4, two rows and a vector up to 8."""

LONGEST_IN_LINE = 16

FEWEST_DIGITS = 4

ROUNDING = 1e-13
"""A mean that is smaller than this part of the largest entry is that of their rounding errors."""


def is_full(shape: Shape, count: int) -> bool:
    """Whether all entries stand on a page."""
    rows, columns = shape
    if rows * columns != count:
        return count <= LONGEST_ROW
    if 1 in shape:
        return count <= LONGEST_ROW
    return (rows <= MOST_ROWS and columns <= MOST_COLUMNS) or (rows <= 2 and columns <= LONGEST_ROW)


def lines_of(group: Group, numbers: Numbers, digits: int, room: int) -> list[str]:
    """The numbers of a group as lines of at most about `room` characters."""
    rows, columns = group.shape
    if len(numbers) == 1:
        return [shown(numbers[0], digits)]
    if not is_full(group.shape, len(numbers)):
        return _extent(numbers, digits, room)
    if rows > 1 and columns > 1 and rows * columns == len(numbers):
        lines = _matrix(group.shape, numbers, digits)
        return lines if cells(lines[0]) <= room else _extent(numbers, digits, room)
    is_row = rows == 1
    return _list(numbers, digits, room, "[[" if is_row else "[", "]]" if is_row else "]")


def in_line(group: Group, numbers: Numbers, digits: int) -> str:
    """The numbers as gradx reads them, `[1 2; 3 4]`; of many the least and the greatest."""
    rows, columns = group.shape
    if len(numbers) == 1:
        return shown(numbers[0], digits)
    if len(numbers) > LONGEST_IN_LINE:
        return ", ".join(_extent(numbers, digits))
    texts = [shown(x, digits) for x in numbers]
    if columns == 1 or rows * columns != len(numbers):
        return f"[{' '.join(texts)}]"
    parts = [" ".join(texts[i * columns : (i + 1) * columns]) for i in range(rows)]
    return f"[[{parts[0]}]]" if rows == 1 else f"[{'; '.join(parts)}]"


def matrices(group: Group, numbers: Numbers, digits: int) -> tuple[str, ...]:
    """A matrix on lines, with fewer and fewer digits; none of what is no matrix, or too large to stand in full."""
    rows, columns = group.shape
    if rows < 2 or columns < 2 or rows * columns != len(numbers) or not is_full(group.shape, len(numbers)):
        return ()
    return tuple("\n".join(_matrix(group.shape, numbers, k)) for k in range(digits, min(digits, FEWEST_DIGITS) - 1, -1))


def bmatrix(group: Group, numbers: Numbers, digits: int) -> str:
    """The same for LaTeX (amsmath)."""
    from gradx.language.latex import latex_number

    def text(x: float | None) -> str:
        return r"\text{--}" if x is None else latex_number(shown(x, digits))[0]

    rows, columns = group.shape
    if len(numbers) == 1:
        return text(numbers[0])
    if not is_full(group.shape, len(numbers)):
        return r"\text{" + in_line(group, numbers, digits).replace("…", r"\ldots{}") + "}"
    columns = columns if rows * columns == len(numbers) else 1
    parts = [" & ".join(map(text, numbers[i : i + columns])) for i in range(0, len(numbers), columns)]
    return r"\begin{bmatrix} " + r" \\ ".join(parts) + r" \end{bmatrix}"


def places(group: Group) -> list[tuple[int, int]]:
    """The row and the column of each entry."""
    rows, columns = group.shape
    if rows * columns != len(group.entries):
        return [(k + 1, 1) for k in range(len(group.entries))]
    return [(i + 1, j + 1) for i in range(rows) for j in range(columns)]


def entries(group: Group) -> Iterator[dict[str, object]]:
    """Of each entry where it stands and what its bundle is: what a row of a table begins with."""
    for row, column in places(group):
        yield {"bundle": group.name, "row": row, "column": column, **selected(group, "kind", "definition")}


def point(reports: Iterable[BundleReport]) -> dict[str, object]:
    """The values of the inputs, as NumPy takes them."""
    return {report.group.name: report.nested(report.values) for report in reports if report.group.is_input}


def called(group: Group) -> str:
    """Its name, with the indices that it was computed for."""
    indices = ",".join(run.name for run in group.indices)
    return safe(f"{group.name}[{indices}]" if indices else group.name)


def _extent(numbers: Numbers, digits: int, room: int | None = None) -> list[str]:
    found = [x for x in numbers if x is not None]
    if not found:
        return [NONE]
    low, high = shown(min(found), digits), shown(max(found), digits)
    if low == high and min(found) == max(found):
        return [f"all {low}"]
    mean = sum(found) / len(found)
    is_rounding = abs(mean) < ROUNDING * max(map(abs, found))
    both, about = f"{low} … {high}", "mean ≈ 0" if is_rounding and mean else f"mean {shown(mean, digits)}"
    if room is None or cells(both) <= room:
        return [both, about]
    return [f"{low} …", high, *([about] if cells(about) <= room else about.split())]


def _matrix(shape: Shape, numbers: Numbers, digits: int) -> list[str]:
    rows, columns = shape
    texts = [aligned([shown(numbers[i * columns + j], digits) for i in range(rows)]) for j in range(columns)]
    lines = ["  ".join(column[i] for column in texts) for i in range(rows)]
    left = ["⎡", *["⎢"] * (rows - 2), "⎣"]
    right = ["⎤", *["⎥"] * (rows - 2), "⎦"]
    return [f"{one} {line}  {other}" for one, line, other in zip(left, evened(lines), right, strict=True)]


def _list(numbers: Numbers, digits: int, room: int, opening: str, closing: str) -> list[str]:
    lines, line = [], opening
    for k, x in enumerate(numbers):
        text = shown(x, digits) + (closing if k == len(numbers) - 1 else "")
        between = "" if line.strip() in ("[", "[[", "") else " "
        if between and cells(line) + 1 + cells(text) > room:
            lines.append(line)
            line, between = " " * len(opening), ""
        line += between + text
    return [*lines, line]
