"""The page of `explain` as LaTeX (amsmath): a solution to paste into a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradx.lessons.chain_rule import Explanation
from gradx_cli.views.explain.notation import LatexNotation
from gradx_cli.views.explain.page import Equation, page
from gradx_cli.views.terminal import Terminal

WIDEST = 64
"""An equation of more characters gets a line a stage; sentences are broken there too."""

_WORDS = re.compile(r"(?:\$[^$]*\$|[^\s$])+")

_UNSEEN = re.compile(r"\\(?:left|right|frac|partial|cdot|mathrm|operatorname)|[{}\s]")


def show(explanation: Explanation, terminal: Terminal, digits: int) -> None:
    """Write the page: what is given, then one `align*` for each way, then the paths."""
    terminal.write(_lines(explanation, digits))


def _lines(explanation: Explanation, digits: int) -> Iterator[str]:
    drawn = page(explanation, LatexNotation(explanation.program.graph, digits))
    yield r"% needs \usepackage{amsmath}"
    for sentence in (*drawn.left_out, *drawn.doubts):
        yield f"% {sentence}"
    if drawn.inputs:
        yield rf"\textbf{{Given:}} $ {', '.join(f'{given.left} = {given.chain[0]}' for given in drawn.inputs)} $"
        yield ""
    yield from _block("Forward pass", drawn.forward, room="")
    yield from _block("Backpropagation, from right to left", drawn.backward)
    for ways in drawn.ways:
        equations = (*ways.paths, *([ways.total] if ways.total else []))
        yield from _block("Along the paths", equations, ways.sentence)


def _block(
    title: str, equations: Sequence[Equation], sentence: str | None = None, room: str = "[1ex]"
) -> Iterator[str]:
    """A heading and an `align*`, with `room` between the equations."""
    if not equations:
        return
    yield rf"\textbf{{{title}}}" + (f" ({sentence})" if sentence else "")
    yield r"\begin{align*}"
    for equation in equations[:-1]:
        yield from _ended(_rows(equation), rf" \\{room}")
    yield from _ended(_rows(equations[-1]), "")
    yield r"\end{align*}"
    yield ""


def _ended(rows: Iterator[str], last: str) -> Iterator[str]:
    """The rows with the ends of theirs, `last` after the last one."""
    *before, end = rows
    yield from (rf"  {row} \\" for row in before)
    yield f"  {end}{last}"


def _rows(equation: Equation) -> Iterator[str]:
    """One equation: on one row, or a row a stage, with short remarks at the right and longer ones below."""
    whole = " = ".join(equation.chain)
    said = "; ".join(equation.remarks)
    aside = len(_visible(whole)) + len(_visible(said)) <= WIDEST
    remark = rf" \qquad \text{{{said}}}" if said and aside else ""
    sign = ": " if r"\leftarrow" in equation.left else "= "
    stages = [whole] if len(_visible(whole)) <= WIDEST and not equation.is_sum else list(equation.chain)
    if len(stages) > 2 and len(_visible("".join(stages[-2:]))) <= WIDEST:
        stages[-2:] = [" = ".join(stages[-2:])]
    for k, stage in enumerate(stages):
        yield f"{equation.left} &{sign}{stage}{remark}" if k == 0 else f"&= {stage}"
    if said and not aside:
        yield from (rf"&\phantom{{=}}\ \text{{{line}}}" for line in _broken(said))


def _broken(sentence: str) -> Iterator[str]:
    """The sentence in lines, its mathematics kept whole."""
    line = ""
    for word in _WORDS.findall(sentence):
        if line and len(_visible(line)) + 1 + len(_visible(word)) > WIDEST:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _visible(latex: str) -> str:
    """About as many characters as the text takes when it is set."""
    return _UNSEEN.sub("", latex.replace(r"\text", "").replace(" ", "x"))
