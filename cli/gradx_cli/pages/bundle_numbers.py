"""Vectors and matrices as a page shows them: in full where they are small, else from the least to the greatest; and
their gradients, with the matrix forms."""

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
from collections.abc import Callable
from functools import cached_property

from gradx.derive.matrix_forms import Form
from gradx.language.bundles.typesetting import formula_latex
from gradx.language.latex import latex_name
from gradx.point.bundle_report import BundleReport
from gradx.point.exploration import Exploration
from gradx.point.held_forms import Forms, held_forms
from gradx_cli.answer import Medium, Record
from gradx_cli.blocks import Block, Equation, Equations, Sentence
from gradx_cli.notation import TextNotation

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


DEFAULT_DIGITS, MOST_DIGITS = 10, 6


def backward(reports: Sequence[BundleReport]) -> list[BundleReport]:
    """The output first, then the operations back to the first, then the inputs."""
    operations = [report for report in reports if not report.group.is_input]
    return [*reversed(operations), *(report for report in reports if report.group.is_input)]


def matrix_form(own: Sequence[Form]) -> list[Record] | None:
    """The forms of a gradient as an object holds them."""
    return [selected(form, "target", "adds", "formula", "named") for form in own] or None


class Gradients:
    """Those of an exploration, their numbers with so many digits: fewer than usual where nobody asked for any."""

    def __init__(self, exploration: Exploration, digits: int) -> None:
        self.exploration = exploration
        self.digits = MOST_DIGITS if digits == DEFAULT_DIGITS else digits
        self.output = exploration.graph.names[exploration.graph.output]

    @cached_property
    def forms(self) -> Forms:
        """The matrix forms of each gradient that has some: a whole, or parts that are added."""
        return held_forms(self.exploration)

    def own(self, report: BundleReport) -> Sequence[Form]:
        """The forms of one gradient."""
        return self.forms.get(report.group.name, ())

    def written(
        self,
        reports: Sequence[BundleReport],
        medium: Medium,
        further: Callable[[BundleReport], Iterable[Equation]] = lambda _: (),
    ) -> Iterator[Block]:
        """As equations, on pages without a width in a line each, else as formulas and matrices of LaTeX. `further` are
        equations that stand behind one where these are text."""
        if medium.notation is TextNotation:
            rows = [row for report in reports for row in (*self._equations(report), *further(report))]
            yield Equations(rows, "backward")
        elif medium.document:
            yield from map(self._sentence, reports)
        else:
            yield Equations(list(map(self._set, reports)), "backward")

    def _equations(self, report: BundleReport) -> Iterator[Equation]:
        """`dW = dZ x^T = [1 2]`; of several forms each, and then the numbers."""
        own = self.own(report)
        numbers = in_line(report.group, report.gradients, self.digits)
        sheet = matrices(report.group, report.gradients, self.digits)
        if len(own) == 1 and not own[0].adds:
            yield Equation(safe(own[0].target), (safe(own[0].named), numbers), matrices=sheet)
            return
        for form in own:
            yield Equation(safe(form.target), (safe(form.named),), sign=form.sign)
        yield Equation(f"d{safe(report.group.name)}", (numbers,), matrices=sheet)

    def _sentence(self, report: BundleReport) -> Sentence:
        said = [f"{form.target} {form.sign} {form.named}" for form in self.own(report)]
        said.append(f"d{report.group.name} = {in_line(report.group, report.gradients, self.digits)}")
        return Sentence(safe("; ".join(said)))

    def _set(self, report: BundleReport) -> Equation:
        own, numbers = self.own(report), bmatrix(report.group, report.gradients, self.digits)
        chain = [self.formula(own[0].named)] if len(own) == 1 and not own[0].adds else []
        return Equation(self.quotient(report.group), (*chain, numbers))

    @cached_property
    def _names(self) -> tuple[set[str], set[str]]:
        bundles = self.exploration.program.bundles
        assert bundles is not None
        return {group.name for group in bundles.bundles}, {group.name for group in bundles.numbers}

    def formula(self, text: str) -> str:
        """A formula in LaTeX."""
        return formula_latex(text, self.output, *self._names)

    def quotient(self, group: Group) -> str:
        """The gradient of a group in LaTeX."""
        return rf"\frac{{\partial {latex_name(self.output)}}}{{\partial {latex_name(group.name)}}}"


def doubts(reports: Sequence[BundleReport]) -> Iterator[Block]:
    """Each gradient that is not proved right, and in how many entries."""
    for report in reports:
        if report.status not in ("agree", "unchecked") and report.group.is_given:
            of = len(report.counted)
            where = "" if of == 1 else f" in {report.count} of {of} entries"
            yield Sentence(f"d{safe(report.group.name)}: {report.status}{where}", "doubtful", "!", aside=True)
