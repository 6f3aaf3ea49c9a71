"""An exploration as a Markdown table."""

from __future__ import annotations

from gradx.point.exploration import Exploration
from gradx_cli.views.conclusion import asked_sympy, conclusion
from gradx_cli.views.eval.sheet import rows, title
from gradx_cli.views.markdown import code, plain
from gradx_cli.views.numbers import shown
from gradx_cli.views.terminal import Terminal

_NUMBERS = ("value", "slope")
"""The columns that hold nothing but a number: they are aligned to the right."""


def show(exploration: Exploration, terminal: Terminal, digits: int) -> None:
    """Write a heading, the table, and what was confirmed as a list."""
    output = exploration.graph.names[exploration.graph.output]
    symbolic = asked_sympy(exploration)
    heading = ["node", "is", "value", "gradient", f"nudged by {shown(exploration.options.epsilon, digits)}", "slope"]
    heading += ["SymPy"] * symbolic + ["verdict"]
    lines = [
        code(title(exploration, digits)),
        "",
        _line(heading),
        _line(["---:" if column in _NUMBERS else "---" for column in heading]),
    ]
    for row in rows(exploration, exploration.nodes, digits):
        cells = [
            code(row.name), row.definition if row.definition == "input" else code(row.definition),
            row.value, code(f"d{row.name} = {row.gradient}"), code(f"{output} → {row.output}"), row.slope,
        ]  # fmt: skip
        cells += [code(row.symbolic_cell())] * symbolic + [plain(row.mark)]
        lines.append(_line(cells))
    lines.append("")
    for remark in conclusion(exploration):
        lines += [f"- {plain(f'{remark.mark} {remark.text}'.strip())}", *(f"  - {plain(more)}" for more in remark.more)]
    terminal.write(map(terminal.drawn, lines))


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
