"""The columns in which a graph keeps what there is of each node: what it works on, and where it stands in the text.

A program may have a million nodes. What is kept in columns takes no object for each, and what few ask for is worked out
when somebody does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

ALONE, MANY = -1, -2
"""In place of a second operand: there is none; there are more than two."""


class Operands(NamedTuple):
    """The nodes that each node works on: `first[i]` and `second[i]`; of more than two, `all[i]`. The first of a leaf is
    `ALONE` too."""

    first: list[int]
    second: list[int]
    all: dict[int, tuple[int, ...]]

    @classmethod
    def given(cls, arguments: Iterable[Sequence[int]] = ()) -> Operands:
        """The operands of nodes, given one after the other."""
        made = cls([], [], {})
        for inputs in arguments:
            made.add(inputs)
        return made

    def add(self, inputs: Sequence[int]) -> None:
        """The operands of the next node."""
        if len(inputs) > 2:
            self.all[len(self.first)] = tuple(inputs)
        self.first.append(inputs[0] if inputs else ALONE)
        self.second.append(ALONE if len(inputs) < 2 else inputs[1] if len(inputs) == 2 else MANY)

    def of(self, i: int) -> tuple[int, ...]:
        """The operands of node i, () for a leaf."""
        a, b = self.first[i], self.second[i]
        if b >= 0:
            return a, b
        return self.all[i] if b == MANY else (a,) if a >= 0 else ()

    def each(self) -> list[tuple[int, ...]]:
        """The operands of every node, as `of` has them."""
        made: list[tuple[int, ...]] = [
            (a, b) if b >= 0 else (a,) if a >= 0 else () for a, b in zip(self.first, self.second, strict=True)
        ]
        for i, inputs in self.all.items():
            made[i] = inputs
        return made

    def uses(self) -> list[int]:
        """For each node how often operations take it; behind them what stands for no operand."""
        found = [0] * (len(self.first) - MANY)
        for j in chain(self.first, self.second, chain.from_iterable(inputs[1:] for inputs in self.all.values())):
            found[j] += 1
        return found

    def without_use(self, nodes: Iterable[int]) -> set[int]:
        """Those of `nodes` that no operation takes."""
        return set(nodes).difference(self.first, self.second, chain.from_iterable(self.all.values()))

    def forget(self, size: int) -> None:
        """Forget those from node `size` on."""
        del self.first[size:], self.second[size:]
        while self.all and next(reversed(self.all)) >= size:
            self.all.popitem()


class _Lines(NamedTuple):
    """Lines of `text`, from `start` to `end`, that are one operation each, behind a name and "= "; the first is node
    `node`."""

    node: int
    text: str
    start: int
    end: int


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
        for node, text, start, end in self._lines:
            for i, line in enumerate(text[start:end].split("\n")[:-1], node):
                before = line.index("=") + 2
                self._starts[i], self._lengths[i] = start + before, len(line) - before
                start += len(line) + 1
        self._lines = []
