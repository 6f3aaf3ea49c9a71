"""An exploration as sentences, one a node: for screen readers and logs."""

from __future__ import annotations

from collections.abc import Collection

from gradx.point.exploration import Exploration
from gradx_cli.views.conclusion import asked_sympy, conclusion
from gradx_cli.views.eval.sheet import NOT_TAKEN, Row, rows, title
from gradx_cli.views.numbers import shown
from gradx_cli.views.terminal import Terminal

_VERDICTS = {
    "agree": "Confirmed.",
    "inexact": "Digits are lost.",
    "unchecked": "Not checked.",
    "disagree": "The witnesses disagree.",
    "undecided": "Undecided.",
}


def show(exploration: Exploration, terminal: Terminal, digits: int) -> None:
    """Write a line for the whole, a line a node, and a line for each thing that is to be said of them."""
    output = exploration.graph.names[exploration.graph.output]
    epsilon = shown(exploration.options.epsilon, digits)
    lines = [f"{title(exploration, digits)}."]
    symbolic = asked_sympy(exploration)
    lines += [
        " ".join(_sentences(row, output, epsilon, symbolic=symbolic))
        for row in rows(exploration, exploration.nodes, digits)
    ]
    gradients = {f"d{node.name}" for node in exploration.nodes}
    lines += [". ".join([_capital(remark.text, gradients), *remark.more]) + "." for remark in conclusion(exploration)]
    terminal.write(map(terminal.drawn, lines))


def _sentences(row: Row, output: str, epsilon: str, *, symbolic: bool) -> list[str]:
    what = "an input" if row.definition == "input" else row.definition
    if row.mark == NOT_TAKEN:
        return [f"{row.name} is {what}, in a branch that is not taken."]
    said = [f"{row.name} is {what}, with value {row.value} and gradient d{row.name} = {row.gradient}."]
    said.append(f"Nudged by {epsilon}, it moves {output} to {row.output}: slope {row.slope}.")
    if symbolic:
        said.append(f"SymPy: {row.symbolic_cell()}.")
    said.append(_VERDICTS.get(row.status, f"Not confirmed: {row.status}."))
    return said


def _capital(text: str, names: Collection[str]) -> str:
    """The text as a sentence begins, but for a name, which stays as it is."""
    first = text.partition(" ")[0].rstrip(",:")
    return text if first in names else text[:1].upper() + text[1:]
