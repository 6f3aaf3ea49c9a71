"""Equations in lines of characters: equals signs under each other, a stage a line where they are too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx_cli.blocks import Equation, Equations
from gradx_cli.layout import STYLES
from gradx_cli.terminal import Segment, Terminal
from gradx_cli.width import cells, padded

GAP = "   "

WIDEST = 100
"""Where nothing limits the width, a sum of more columns is written on several lines."""

QUIET = STYLES["quiet"]

Line = list[Segment]


def equation_lines(equations: Equations, screen: Terminal) -> Iterator[Line]:
    """The equations, their first equals signs under each other, and the second ones too on single lines."""
    rows, style, indent = equations.rows, STYLES[equations.tone], " " * equations.indent
    lefts = [screen.drawn(row.left) for row in rows]
    chains = [[screen.drawn(stage) for stage in row.chain] for row in rows]
    before = max(map(cells, lefts), default=0)
    sign = " = " if all(row.sign == "=" for row in rows) else GAP
    room = (screen.width or WIDEST) - len(indent) - before - len(sign)
    flat = [_fits(chain, row, room) for chain, row in zip(chains, rows, strict=True)]
    firsts = [cells(chain[0]) for chain, fits in zip(chains, flat, strict=True) if fits and len(chain) > 1]
    first = max(firsts, default=0)
    for left, chain, row, fits in zip(lefts, chains, rows, flat, strict=True):
        head = [(indent + padded(left, before), ""), (sign, QUIET)]
        hanging = " " * (len(indent) + before)
        remarks = [screen.drawn("".join(remark)) for remark in row.remarks]
        if fits:
            yield from _flat(head, chain, remarks, first, room, style, screen, hanging)
        else:
            yield from _stacked(head, chain, remarks, style, screen, hanging)


def _fits(chain: Sequence[str], equation: Equation, room: int) -> bool:
    """Whether an equation goes on one line. A sum has its own lines, stage by stage."""
    return not (equation.is_sum and len(chain) > 2) and cells(" = ".join(chain)) <= room


def _flat(
    head: Line, chain: list[str], remarks: list[str], first: int, room: int, style: str,
    screen: Terminal, hanging: str,
) -> Iterator[Line]:  # fmt: skip
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
        yield from screen.folded_lines(remark, hanging + GAP, QUIET)


def _stacked(
    head: Line, chain: list[str], remarks: list[str], style: str, screen: Terminal, hanging: str
) -> Iterator[Line]:
    """One stage a line; the last two share one where they fit."""
    stages = [[stage] for stage in chain]
    if len(stages) > 2:
        stages[-2:] = [[*stages[-2], *stages[-1]]]
    for k, stage in enumerate(stages):
        text = " = ".join(stage)
        start = head if k == 0 else [(hanging, ""), (" = ", QUIET)]
        pieces = list(screen.folded_lines(text, hanging + GAP, ""))
        if len(pieces) == 1:
            yield [*start, *_joined(stage, style if k == len(stages) - 1 else "")]
        else:
            yield [*start, (pieces[0][0][0].strip(), "")]
            yield from pieces[1:]
    for remark in remarks:
        yield from screen.folded_lines(remark, hanging + GAP, QUIET)


def _joined(stages: Sequence[str], style: str) -> Line:
    """The stages with equals signs, the last in colour."""
    segments: Line = []
    for k, stage in enumerate(stages):
        segments += [(" = ", QUIET)] if k else []
        segments.append((stage, style if k == len(stages) - 1 else ""))
    return segments
