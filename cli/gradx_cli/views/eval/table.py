"""An exploration as a table, or as one block a node where the table is too wide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import rich.console  # noqa: F401 - `Terminal.draw` needs it; here it is imported while SymPy is still loading
from rich.box import Box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradx.point.exploration import Exploration
from gradx_cli.views.conclusion import Remark, asked_sympy, conclusion
from gradx_cli.views.eval.sample import sample
from gradx_cli.views.eval.sheet import Row, rows, title
from gradx_cli.views.numbers import aligned, shown
from gradx_cli.views.styles import BACKWARD, CONFIRMED, DOUBTFUL, FORWARD, QUIET
from gradx_cli.views.terminal import LONGEST_TITLE, Terminal
from gradx_cli.width import cells, padded

INDENT = 2
GAPS = (3, 2)
"""Blanks between two columns, and where that is too wide."""

DIVIDER = 1
"""Of the gap between two columns one is Rich's own."""


class Column(NamedTuple):
    """A heading, the style of its cells, and the cells, all of one width."""

    heading: str
    style: str
    cells: list[str]

    @property
    def width(self) -> int:
        return max(map(cells, [self.heading, *self.cells]))


def show(exploration: Exploration, terminal: Terminal, digits: int) -> None:
    """Draw the exploration: its title, a row for every node, and what was confirmed."""
    nodes, left_out = sample(exploration)
    sheet = rows(exploration, nodes, digits)
    terminal.write(["", *terminal.indented(terminal.drawn(title(exploration, digits, LONGEST_TITLE)), INDENT), ""])
    for numbers_put_in, gap in ((True, GAPS[0]), (False, GAPS[0]), (False, GAPS[1])):
        columns = _columns(exploration, sheet, terminal, digits, gap, numbers_put_in)
        if terminal.width is None or _width(columns, gap) <= terminal.width:
            terminal.draw(Padding(_table(columns, sheet, terminal, gap), (0, 0, 0, INDENT), expand=False))
            break
    else:
        terminal.write(_blocks(exploration, sheet, terminal, digits))
    terminal.write([""])
    if left_out:
        terminal.write(terminal.indented(left_out, INDENT))
    terminal.write(line for remark in conclusion(exploration) for line in _sentence(remark, terminal))


def _columns(
    exploration: Exploration, sheet: Sequence[Row], terminal: Terminal, digits: int, gap: int, numbers_put_in: bool
) -> list[Column]:
    drawn = terminal.drawn
    output = drawn(exploration.graph.names[exploration.graph.output])
    names = [drawn(row.name) for row in sheet]
    longest = max(map(cells, names))
    gradients = aligned([drawn(row.gradient) for row in sheet])
    outputs = aligned([drawn(row.output) for row in sheet])
    slopes = aligned([drawn(row.slope) for row in sheet])
    arrow = drawn(f"{output} → ")
    columns = [
        Column("node", "", names),
        Column("is", QUIET, [drawn(row.definition) for row in sheet]),
        Column("value", FORWARD, aligned([drawn(row.value) for row in sheet])),
        Column(
            "gradient",
            BACKWARD,
            [f"d{padded(name, longest)} = {value}" for name, value in zip(names, gradients, strict=True)],
        ),
        Column(
            f"nudged by {shown(exploration.options.epsilon, digits)}",
            "",
            [f"{arrow}{moved}{' ' * gap}{slope}" for moved, slope in zip(outputs, slopes, strict=True)],
        ),
    ]
    if asked_sympy(exploration):
        columns.append(Column("SymPy", "", [drawn(row.symbolic_cell(numbers_put_in=numbers_put_in)) for row in sheet]))
    if any(row.status != "unchecked" for row in sheet):
        columns.append(Column("", "", [drawn(row.mark) for row in sheet]))
    return columns


def _width(columns: Sequence[Column], gap: int) -> int:
    return INDENT + sum(column.width for column in columns) + gap * (len(columns) - 1)


def _table(columns: Sequence[Column], sheet: Sequence[Row], terminal: Terminal, gap: int) -> Table:
    rule = terminal.drawn("─")
    table = Table(
        box=Box("    \n    \n" + f" {rule}{rule} \n" + "    \n" * 5, ascii=not terminal.unicode),
        show_edge=False,
        pad_edge=False,
        padding=0,
        header_style="bold",
    )
    last = len(columns) - 1
    for k, column in enumerate(columns):
        table.add_column(Text(column.heading), width=column.width + (gap - DIVIDER if k < last else 0), no_wrap=True)
    for k, row in enumerate(sheet):
        table.add_row(
            *(
                Text(column.cells[k], style=column.style or _style(row) if column.heading == "" else column.style)
                for column in columns
            )
        )
    return table


def _style(row: Row) -> str:
    return {"agree": CONFIRMED, "unchecked": QUIET}.get(row.status, DOUBTFUL)


def _blocks(exploration: Exploration, sheet: Sequence[Row], terminal: Terminal, digits: int) -> list[str | Text]:
    """One block a node, a line for every number."""
    output = exploration.graph.names[exploration.graph.output]
    lines: list[str | Text] = []
    for row in sheet:
        block = [
            ("value", row.value, FORWARD),
            ("gradient", f"d{row.name} = {row.gradient}", BACKWARD),
            ("nudged", f"{output} → {row.output}, slope {row.slope}", ""),
        ]
        if asked_sympy(exploration):
            block.append(("SymPy", row.symbolic_cell(numbers_put_in=False), ""))
        block.append(("verdict", row.mark, _style(row)))
        lines += [""] if lines else []
        lines.append(Text(" " * INDENT + terminal.drawn(f"{row.name}  {row.definition}"), style="bold"))
        for label, text, style in block:
            lines.append(Text(f"{' ' * INDENT}  {label:<10}").append(terminal.drawn(text), style=style or None))
    return lines


def _sentence(remark: Remark, terminal: Terminal) -> list[Text]:
    style = {"✓": CONFIRMED, "!": DOUBTFUL}.get(remark.mark)
    mark = "" if remark.mark == " " else terminal.drawn(remark.mark) + " "
    hanging = INDENT + cells(mark)
    lines = [
        Text(line) for text in (remark.text, *remark.more) for line in terminal.indented(terminal.drawn(text), hanging)
    ]
    lines[0] = Text(" " * INDENT).append(mark, style=style).append(lines[0].plain[hanging:])
    return lines
