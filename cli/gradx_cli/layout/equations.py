"""Equations in lines of characters: equals signs under each other, a stage a line where they are too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gradx_cli.blocks import Equation, Equations, joined
from gradx_cli.layout import STYLES
from gradx_cli.terminal import Segment, Terminal
from gradx_cli.width import cells, padded

GAP = "   "

DEEPER = " " * 6
"""Before a stage that is too wide to stand behind its sign."""

WIDEST_COLUMNS = 100
"""Where nothing limits the width, a sum of more columns is written on several lines."""

LEAST_COLUMNS = 18
"""Behind what is left of the signs: with less, that stands above the rest."""

QUIET = STYLES["quiet"]

Line = list[Segment]


def equation_lines(equations: Equations, screen: Terminal) -> Iterator[Line]:
    """The equations, their first equals signs under each other, and the second ones too on single lines."""
    rows, indent = equations.rows, " " * equations.indent
    lefts = [screen.drawn(row.left) for row in rows]
    chains = [[screen.drawn(stage) for stage in row.chain] for row in rows]
    before = max(map(cells, lefts), default=0)
    above = [""] * len(rows)
    if screen.width is not None and before > len(indent) and screen.width - len(indent) - before < LEAST_COLUMNS:
        above, lefts, before = lefts, above, len(indent)
    widest = max((len(row.sign) for row in rows), default=1)
    is_equal = all(row.sign in ("=", "+=") for row in rows)
    sign = f" {'=':>{widest}} " if is_equal else GAP
    room = (screen.width or WIDEST_COLUMNS) - len(indent) - before - len(sign)
    blocks = [_block(row, room, screen) for row in rows]
    flat = [
        _fits([*chain[:-1], block[0]] if block else chain, row, room)
        for chain, row, block in zip(chains, rows, blocks, strict=True)
    ]
    firsts = [cells(chain[0]) for chain, fits in zip(chains, flat, strict=True) if fits and len(chain) > 1]
    hanging = " " * (len(indent) + before)
    sheet = _Sheet(screen, STYLES[equations.tone], hanging, f" {'=':>{widest}} ", room, max(firsts, default=0))
    for over, left, chain, row, fits, block in zip(above, lefts, chains, rows, flat, blocks, strict=True):
        yield from screen.folded_lines(over, indent, "") if over else ()
        own = f" {row.sign:>{widest}} " if is_equal else sign
        head = [(indent + padded(left, before), ""), (own, QUIET)]
        remarks = [screen.drawn(joined(remark)) for remark in row.remarks]
        if block:
            yield from sheet.matrix(head, chain[:-1], block, is_flat=fits)
        else:
            yield from sheet.flat(head, chain, remarks) if fits else sheet.stacked(head, chain, remarks)


def _block(equation: Equation, room: int, screen: Terminal) -> list[str]:
    """The lines of the last stage, where it has some that fit."""
    found = ([screen.drawn(line) for line in text.split("\n")] for text in equation.matrices)
    return next((lines for lines in found if cells(lines[0]) <= room), [])


def _fits(chain: Sequence[str], equation: Equation, room: int) -> bool:
    """Whether an equation goes on one line. A sum has its own lines, stage by stage."""
    return not (equation.is_sum and len(chain) > 2) and cells(" = ".join(chain)) <= room


class _Sheet(NamedTuple):
    """Where equations stand: what `hanging` lines begin with, then the `sign`, the `room` behind it, the columns of a
    `first` stage that is followed by others."""

    screen: Terminal
    style: str
    hanging: str
    sign: str
    room: int
    first: int

    def flat(self, head: Line, chain: list[str], remarks: list[str]) -> Iterator[Line]:
        aligned = [padded(chain[0], self.first), *chain[1:]] if len(chain) > 1 else chain
        if cells(" = ".join(aligned)) > self.room:
            aligned = chain
        line = [*head, *self._joined(aligned)]
        said = "; ".join(remarks)
        if said and cells(" = ".join(aligned) + GAP + said) <= self.room:
            yield [*line, (GAP + said, QUIET)]
        else:
            yield line
            yield from self._below(remarks)

    def matrix(self, head: Line, chain: Sequence[str], block: Sequence[str], *, is_flat: bool) -> Iterator[Line]:
        """An equation that ends in lines; its sign stands beside the middle one."""
        start = head
        if chain and is_flat:
            aligned = [padded(chain[0], self.first), *chain[1:]]
            if cells(" = ".join([*aligned, block[0]])) > self.room:
                aligned = [*chain]
            start = [*head, *_signed(aligned)]
        elif chain:
            yield from self.stacked(head, [*chain], [])
            start = [(self.hanging, ""), (self.sign, QUIET)]
        blank = " " * sum(cells(text) for text, _ in start)
        for k, line in enumerate(block):
            yield [*(start if k == (len(block) - 1) // 2 else [(blank, "")]), (line, self.style)]

    def stacked(self, head: Line, chain: list[str], remarks: list[str]) -> Iterator[Line]:
        """One stage a line; the last two of several share one where they fit."""
        stages = [[stage] for stage in chain]
        if len(stages) > 2 and cells(" = ".join(chain[-2:])) <= self.room:
            stages[-2:] = [[*stages[-2], *stages[-1]]]
        for k, stage in enumerate(stages):
            start = head if k == 0 else [(self.hanging, ""), (self.sign, QUIET)]
            said, is_last = " = ".join(stage), k == len(stages) - 1
            first, *rest = self.screen.folded_lines(said, self.hanging + " " * len(self.sign), "")
            if max(map(cells, said.split(" "))) > self.room:
                yield start
                yield from self.screen.folded_lines(said, DEEPER, self.style if is_last else "")
            elif rest:
                yield [*start, (first[0][0].strip(), "")]
                yield from rest
            else:
                yield [*start, *self._joined(stage, is_last=is_last)]
        yield from self._below(remarks)

    def _below(self, remarks: list[str]) -> Iterator[Line]:
        for remark in remarks:
            yield from self.screen.folded_lines(remark, self.hanging + GAP, QUIET)

    def _joined(self, stages: Sequence[str], *, is_last: bool = True) -> Line:
        """The stages with equals signs, the last of an equation in colour."""
        *before, end = stages
        return [*_signed(before), (end, self.style if is_last else "")]


def _signed(stages: Sequence[str]) -> Iterator[Segment]:
    """The stages, an equals sign behind each."""
    for stage in stages:
        yield from ((stage, ""), (" = ", QUIET))
