"""A diagram cut into bands that fit a width: columns of boxes, one band below the other like lines of text.

A wire that goes on in a later band ends in its name in brackets, `(u)`, and begins there again in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from gradx_cli.drawing.boxes import WIDEST_COLUMNS, Box, Signs, boxes, names, stub
from gradx_cli.drawing.layers import Pair, layers
from gradx_cli.drawing.layout import Layout, layout
from gradx_cli.drawing.model import Diagram

_ROOMS_COLUMNS = (WIDEST_COLUMNS, 22, 14)
"""Columns inside a box: on one line if it can be, else broken once, else narrow."""


@dataclass(frozen=True, slots=True)
class Band:
    """Some columns of the diagram, laid out; the wires that leave the band or come into it end in stubs."""

    boxes: tuple[Box, ...]
    layout: Layout


def bands(diagram: Diagram, width: int | None, signs: Signs) -> list[Band]:
    """The diagram in as few bands as there can be; in one with wide boxes, if the width holds it."""
    pairs = [(wire.source, wire.target) for wire in diagram.wires]
    layer = layers(len(diagram.labels), pairs)
    tried: list[list[Band]] = []
    for room in _ROOMS_COLUMNS:
        stubs = [stub(name) for name in names(diagram, room, signs)]
        tried.append(_Roll(pairs, boxes(diagram, room, signs), stubs, layer, width).cut())
        if _rank(tried[-1], width) == (0, 1):
            break
    return min(tried, key=lambda found: _rank(found, width))


def _rank(found: list[Band], width: int | None) -> tuple[int, int]:
    """Bands that stay within the width come first, then few of them."""
    over = 0 if width is None else max(band.layout.width for band in found) - width
    return max(over, 0), len(found)


class _Roll(NamedTuple):
    """The whole diagram before it is cut: `stubs` stand for boxes whose wires go on elsewhere."""

    wires: list[Pair]
    boxes: list[Box]
    stubs: list[Box]
    layer: list[int]
    width: int | None

    def cut(self) -> list[Band]:
        """Cut greedily: each band takes as many columns as fit, and one at least."""
        found = []
        first = 0
        while first <= max(self.layer):
            last = self._furthest(first)
            band = self._band(first, last)
            while self.width is not None and band.layout.width > self.width and last > first:
                last -= 1
                band = self._band(first, last)
            found.append(band)
            first = last + 1
        return found

    def _furthest(self, first: int) -> int:
        """The last column that a band from `first` on could reach if no wire needed a track."""
        columns = [0] * (max(self.layer) + 1)
        for box, column in zip(self.boxes, self.layer, strict=True):
            columns[column] = max(columns[column], box.shape.width)
        if self.width is None:
            return len(columns) - 1
        ends = accumulate(columns[first + 1 :], lambda taken, column: taken + column + 2, initial=columns[first])
        return first + max(sum(end <= self.width for end in ends) - 1, 0)

    def _band(self, first: int, last: int) -> Band:
        """Columns `first` to `last` on their own."""
        layer = self.layer
        inside = [i for i, column in enumerate(layer) if first <= column <= last]
        at = {box: position for position, box in enumerate(inside)}
        chosen, column = [self.boxes[i] for i in inside], [layer[i] for i in inside]
        pairs: list[Pair] = []
        coming: dict[int, int] = {}
        leaving: set[int] = set()
        for source, target in self.wires:
            if source in at and target in at:
                pairs.append((at[source], at[target]))
            elif target in at:
                if source not in coming:
                    coming[source] = len(chosen)
                    chosen.append(self.stubs[source])
                    column.append(layer[target] - 1)
                begin = coming[source]
                column[begin] = min(column[begin], layer[target] - 1)
                pairs.append((begin, at[target]))
            elif source in at and layer[target] > last and source not in leaving:
                leaving.add(source)
                pairs.append((at[source], len(chosen)))
                chosen.append(self.stubs[source])
                column.append(layer[source] + 1)
        start = min(column)
        return Band(tuple(chosen), layout([box.shape for box in chosen], [c - start for c in column], pairs))
