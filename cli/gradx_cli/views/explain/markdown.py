"""The page of `explain` as Markdown with mathematics between dollars (GitHub, Jupyter, pandoc read it)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.lessons.chain_rule import Explanation
from gradx_cli.views.explain.notation import LatexNotation
from gradx_cli.views.explain.page import Equation, page
from gradx_cli.views.markdown import plain
from gradx_cli.views.terminal import Terminal


def show(explanation: Explanation, terminal: Terminal, digits: int) -> None:
    """Write the page: a paragraph for what is given, a list for each way."""
    terminal.write(_lines(explanation, digits))


def _lines(explanation: Explanation, digits: int) -> Iterator[str]:
    drawn = page(explanation, LatexNotation(explanation.program.graph, digits))
    if drawn.inputs:
        given = ", ".join(f"${given.left} = {given.chain[0]}$" for given in drawn.inputs)
        yield from (f"**Given:** {given}", "")
    yield from ("**Forward pass**", "", *_items(drawn.forward))
    yield from ("**Backpropagation, from right to left**", "", *_items(drawn.backward))
    for ways in drawn.ways:
        yield from ("**Along the paths**" + (f" ({_words(ways.sentence)})" if ways.sentence else ""), "")
        yield from _items((*ways.paths, *([ways.total] if ways.total else [])))
    for sentence in (*drawn.left_out, *drawn.doubts):
        yield from (_words(sentence), "")


def _items(equations: Sequence[Equation]) -> Iterator[str]:
    """A list, with room for fractions between the items."""
    for equation in equations:
        sign = ":" if r"\leftarrow" in equation.left else " ="
        text = rf"- $\displaystyle {equation.left}{sign} {' = '.join(equation.chain)}$"
        yield from (text + "".join(f"<br>{_words(remark)}" for remark in equation.remarks), "")


def _words(sentence: str) -> str:
    """A sentence with Markdown's own signs escaped outside its mathematics."""
    parts = sentence.split("$")
    return "$".join(plain(part) if k % 2 == 0 else part for k, part in enumerate(parts))
