"""Where the nodes of a graph stand in its text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, repeat
from operator import sub
from typing import NamedTuple


class _Lines(NamedTuple):
    """Lines of `text`, from `start` to `end`, that are one operation each, behind a name and "= "; the first is node
    `node`."""

    node: int
    text: str
    start: int
    end: int

    def starts(self) -> list[int]:
        lines = self.text[self.start : self.end].split("\n")[:-1]
        before = accumulate(map((1).__add__, map(len, lines)), initial=self.start + 2)
        return list(map(int.__add__, before, map(str.index, lines, repeat("="))))

    def lengths(self, starts: Sequence[int]) -> list[int]:
        ends = accumulate(map((1).__add__, map(len, self.text[self.start : self.end].split("\n"))), initial=self.start)
        next(ends)
        return list(map((-1).__add__, map(sub, ends, starts)))


class Places:
    """Node i begins at `starts[i]` and is `lengths[i]` characters long.

    Of operations that are a line each the lines are kept, and places worked out when somebody asks for one: of a long
    program that is read, most are never asked for.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._lengths: list[int] = []
        self._lines: list[_Lines] = []

    @property
    def starts(self) -> Sequence[int]:
        self._work_out()
        return self._starts

    @property
    def lengths(self) -> Sequence[int]:
        self._work_out()
        return self._lengths

    def add(self, start: int, length: int) -> None:
        """The place of the next node."""
        self._starts.append(start)
        self._lengths.append(length)

    def add_lines(self, count: int, text: str, start: int, end: int) -> None:
        """The places of the next `count` nodes: each is what stands behind "= " in one of the lines of `text` from
        `start` to `end`."""
        self._lines.append(_Lines(len(self._starts), text, start, end))
        nowhere = [0] * count
        self._starts += nowhere
        self._lengths += nowhere

    def forget(self, size: int) -> None:
        """Forget those from node `size` on, none of which was added as a line."""
        del self._starts[size:], self._lengths[size:]

    def reorder(self, order: Sequence[int]) -> None:
        """Put the place of node order[0] first, then that of order[1], …"""
        self._work_out()
        self._starts = [self._starts[i] for i in order]
        self._lengths = [self._lengths[i] for i in order]

    def _work_out(self) -> None:
        for lines in self._lines:
            starts = lines.starts()
            part = slice(lines.node, lines.node + len(starts))
            self._starts[part] = starts
            self._lengths[part] = lines.lengths(starts)
        self._lines = []
