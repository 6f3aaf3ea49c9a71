"""The page of `explain` for a terminal: the forward pass, backprop from right to left, the paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.lessons.chain_rule import Explanation
from gradx_cli.escape import safe
from gradx_cli.views.explain.notation import TextNotation
from gradx_cli.views.explain.page import Equation, Page, Ways, page
from gradx_cli.views.numbers import shown
from gradx_cli.views.styles import BACKWARD, DOUBTFUL, FORWARD, QUIET
from gradx_cli.views.terminal import LONGEST_TITLE, Segment, Terminal
from gradx_cli.width import cells, padded

INDENT, DEEPER = "  ", "    "

GAP = "   "

WIDEST = 100
"""Where nothing limits the width, a sum of more columns is written on several lines."""


def show(explanation: Explanation, terminal: Terminal, digits: int) -> None:
    """Write the page."""
    drawn = page(explanation, TextNotation(explanation.program.graph, digits))
    terminal.write(terminal.styled(*line) for line in _lines(explanation, drawn, terminal, digits))


def _lines(explanation: Explanation, drawn: Page, terminal: Terminal, digits: int) -> Iterator[list[Segment]]:
    yield []
    yield from _folded(terminal.drawn(_title(explanation, digits)), terminal, INDENT, "")
    yield []
    yield [(INDENT + terminal.drawn("forward →"), FORWARD)]
    if drawn.inputs:
        given = [terminal.drawn(f"{equation.left} = {equation.chain[0]},") for equation in drawn.inputs]
        yield from _folded([*given[:-1], given[-1].removesuffix(",")], terminal, DEEPER, FORWARD)
    yield from _equations(drawn.forward, terminal, FORWARD)
    yield []
    yield [(INDENT + terminal.drawn("backward ←"), BACKWARD)]
    yield from _equations(drawn.backward, terminal, BACKWARD)
    for ways in drawn.ways:
        yield []
        yield from _paths(ways, terminal)
    for sentence in drawn.left_out:
        yield []
        yield from _folded(terminal.drawn(sentence), terminal, INDENT, QUIET)
    if drawn.doubts:
        yield []
    for doubt in drawn.doubts:
        yield from _folded(terminal.drawn(f"! {doubt}"), terminal, INDENT, DOUBTFUL)


def _title(explanation: Explanation, digits: int) -> str:
    reading = safe(explanation.program.shortened(LONGEST_TITLE))
    exploration = explanation.exploration
    return reading if exploration is None else f"{reading} = {shown(exploration.value, digits)}"


def _paths(ways: Ways, terminal: Terminal) -> Iterator[list[Segment]]:
    if ways.sentence is None:
        yield from _equations(ways.paths, terminal, BACKWARD, INDENT)
        return
    yield from _folded(terminal.drawn(ways.sentence), terminal, INDENT, "")
    yield from _equations(ways.paths, terminal, BACKWARD, sign=GAP)
    if ways.total:
        yield from _equations([ways.total], terminal, BACKWARD, INDENT)


def _equations(
    equations: Sequence[Equation], terminal: Terminal, style: str, indent: str = DEEPER, sign: str = " = "
) -> Iterator[list[Segment]]:
    """The equations, their first equals signs under each other, and the second ones too on single lines."""
    lefts = [terminal.drawn(equation.left) for equation in equations]
    chains = [[terminal.drawn(stage) for stage in equation.chain] for equation in equations]
    before = max(map(cells, lefts), default=0)
    room = (terminal.width or WIDEST) - len(indent) - before - len(sign)
    flat = [_fits(chain, equation, room) for chain, equation in zip(chains, equations, strict=True)]
    firsts = [cells(chain[0]) for chain, fits in zip(chains, flat, strict=True) if fits and len(chain) > 1]
    first = max(firsts, default=0)
    for left, chain, equation, fits in zip(lefts, chains, equations, flat, strict=True):
        head = [(indent + padded(left, before), ""), (sign, QUIET)]
        hanging = " " * (len(indent) + before)
        remarks = [terminal.drawn(remark) for remark in equation.remarks]
        if fits:
            yield from _flat(head, chain, remarks, first, room, style, terminal, hanging)
        else:
            yield from _stacked(head, chain, remarks, style, terminal, hanging)


def _fits(chain: Sequence[str], equation: Equation, room: int) -> bool:
    """Whether an equation goes on one line. A sum has its own lines, stage by stage."""
    return not (equation.is_sum and len(chain) > 2) and cells(" = ".join(chain)) <= room


def _flat(
    head: list[Segment], chain: list[str], remarks: list[str], first: int, room: int, style: str,
    terminal: Terminal, hanging: str,
) -> Iterator[list[Segment]]:  # fmt: skip
    aligned = [padded(chain[0], first), *chain[1:]] if len(chain) > 1 else chain
    if cells(" = ".join(aligned)) > room:
        aligned = chain
    line = [*head, *_joined(aligned, style)]
    said = "; ".join(remarks)
    if said and cells(" = ".join(aligned) + GAP + said) <= room:
        yield [*line, (GAP + said, QUIET)]
        return
    yield line
    for remark in remarks:
        yield from _folded(remark, terminal, hanging + GAP, QUIET)


def _stacked(
    head: list[Segment], chain: list[str], remarks: list[str], style: str, terminal: Terminal, hanging: str
) -> Iterator[list[Segment]]:
    """One stage a line; the last two share one where they fit."""
    stages = [[stage] for stage in chain]
    if len(stages) > 2:
        stages[-2:] = [[*stages[-2], *stages[-1]]]
    for k, stage in enumerate(stages):
        text = " = ".join(stage)
        start = head if k == 0 else [(hanging, ""), (" = ", QUIET)]
        pieces = list(_folded(text, terminal, hanging + GAP, ""))
        if len(pieces) == 1:
            yield [*start, *_joined(stage, style if k == len(stages) - 1 else "")]
        else:
            yield [*start, (pieces[0][0][0].strip(), "")]
            yield from pieces[1:]
    for remark in remarks:
        yield from _folded(remark, terminal, hanging + GAP, QUIET)


def _joined(stages: Sequence[str], style: str) -> list[Segment]:
    """The stages with equals signs, the last in colour."""
    segments: list[Segment] = []
    for k, stage in enumerate(stages):
        segments += [(" = ", QUIET)] if k else []
        segments.append((stage, style if k == len(stages) - 1 else ""))
    return segments


def _folded(text: str | Sequence[str], terminal: Terminal, indent: str, style: str) -> Iterator[list[Segment]]:
    """The text in lines that fit, broken at blanks; or words, broken between them."""
    for line in terminal.folded(text, len(indent)):
        yield [(indent + line, style)]
