"""A diagram cut into bands that fit a width: columns of boxes, one band below the other like lines of text.

A wire that goes on in a later band ends in its name in brackets, `(u)`, and begins there again in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from gradx_cli.drawing.boxes import WIDEST_COLUMNS, Box, Diagram, Signs, Wire, boxes, names, stub
from gradx_cli.drawing.layers import Pair, layers
from gradx_cli.drawing.layout import Layout, layout

_ROOMS_COLUMNS = (WIDEST_COLUMNS, 22, 14)
"""Columns inside a box: on one line if it can be, else broken once, else narrow."""


_LETTER_COLUMNS = 0.8
"""How wide a letter on an arrow is."""


Local = tuple[int, int, str]
"""A box, one of its rows, and the local partial on the wire that ends there."""


@dataclass(frozen=True, slots=True)
class Band:
    """Some columns of the diagram, laid out; the wires that leave the band or come into it end in stubs."""

    boxes: tuple[Box, ...]
    layout: Layout
    locals: tuple[Local, ...] = ()


def bands(diagram: Diagram, width: int | None, signs: Signs) -> list[Band]:
    """The diagram in as few bands as there can be; in one with wide boxes, if the width holds it."""
    bare = replace(diagram, wires=tuple(replace(wire, local=None) for wire in diagram.wires))
    tried: list[list[Band]] = []
    for room in _ROOMS_COLUMNS:
        tried.append(roll(bare, room, signs).cut(width))
        if _rank(tried[-1], width) == (0, 1):
            break
    return min(tried, key=lambda found: _rank(found, width))


def roll(diagram: Diagram, room: int, signs: Signs) -> Roll:
    """The diagram before it is cut, boxes at most `room` columns inside, arrows with room for their local partials."""
    stubs = [stub(name, node) for node, name in enumerate(names(diagram, room, signs))]
    layer = layers(len(diagram.labels), [wire.pair for wire in diagram.wires])
    return Roll(diagram.wires, boxes(diagram, room, signs), stubs, layer)


def _rank(found: list[Band], width: int | None) -> tuple[int, int]:
    """Bands that stay within the width come first, then few of them."""
    over = 0 if width is None else max(band.layout.width for band in found) - width
    return max(over, 0), len(found)


class Roll(NamedTuple):
    """The whole diagram before it is cut: `stubs` stand for boxes whose wires go on elsewhere."""

    wires: Sequence[Wire]
    boxes: list[Box]
    stubs: list[Box]
    layer: list[int]

    def cut(self, width: int | None) -> list[Band]:
        """Cut greedily: each band takes as many columns as fit, and one at least."""
        found = []
        first = 0
        while first <= max(self.layer):
            last = self._furthest(first, width)
            band = self.band(first, last)
            while width is not None and band.layout.width > width and last > first:
                last -= 1
                band = self.band(first, last)
            found.append(band)
            first = last + 1
        return found

    def _furthest(self, first: int, width: int | None) -> int:
        """The last column that a band from `first` on could reach if no wire needed a track."""
        columns = [0] * (max(self.layer) + 1)
        for box, column in zip(self.boxes, self.layer, strict=True):
            columns[column] = max(columns[column], box.shape.width)
        if width is None:
            return len(columns) - 1
        ends = accumulate(columns[first + 1 :], lambda taken, column: taken + column + 2, initial=columns[first])
        return first + max(sum(end <= width for end in ends) - 1, 0)

    def band(self, first: int, last: int) -> Band:
        """Columns `first` to `last` on their own."""
        layer = self.layer
        inside = [i for i, column in enumerate(layer) if first <= column <= last]
        at = {box: position for position, box in enumerate(inside)}
        chosen, column, node = [self.boxes[i] for i in inside], [layer[i] for i in inside], list(inside)
        pairs: list[Pair] = []
        coming: dict[int, int] = {}
        leaving: set[int] = set()
        for source, target in (wire.pair for wire in self.wires):
            if source in at and target in at:
                pairs.append((at[source], at[target]))
            elif target in at:
                if source not in coming:
                    coming[source] = len(chosen)
                    chosen.append(self.stubs[source])
                    column.append(layer[target] - 1)
                    node.append(source)
                begin = coming[source]
                column[begin] = min(column[begin], layer[target] - 1)
                pairs.append((begin, at[target]))
            elif source in at and layer[target] > last and source not in leaving:
                leaving.add(source)
                pairs.append((at[source], len(chosen)))
                chosen.append(self.stubs[source])
                column.append(layer[source] + 1)
                node.append(source)
        start = min(column)
        said = [wire for wire in self.wires if wire.target in at and wire.local is not None]
        gutters = [0] * (max(column) - start + 1)
        for wire in said:
            behind = layer[wire.target] - start
            gutters[behind] = max(gutters[behind], _gutter(wire))
        plan = layout([box.shape for box in chosen], [c - start for c in column], pairs, gutters)
        return Band(tuple(chosen), plan, tuple(_locals(said, at, node, plan)))


def _gutter(wire: Wire) -> int:
    """Columns that the local partial takes beyond what every arrow has."""
    return max(round(len(wire.local or "") * _LETTER_COLUMNS + 0.5), 0)


def _locals(said: Iterable[Wire], at: Mapping[int, int], node: Sequence[int], plan: Layout) -> Iterator[Local]:
    """The local partials that are shown; of several wires between the same boxes the first argument's is on top."""
    rows: dict[Pair, list[int]] = defaultdict(list)
    for box, place in enumerate(plan.places):
        for source, row in zip(place.sources, place.entries, strict=True):
            rows[node[source], node[box]].append(row)
    for wire in said:
        row = rows[wire.pair].pop(0)
        if wire.local is not None and wire.reached:
            yield at[wire.target], row, wire.local
