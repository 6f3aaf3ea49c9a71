"""The layout: boxes in columns, wires on rows and tracks, in character cells; the same for the text and the SVG.

Layered, after Sugiyama: `layers` (columns, and the order in them), `rows` (places, and tracks of wires).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gradx_cli.drawing.layers import Pair, layered, ordered
from gradx_cli.drawing.rows import Channel, Run, channel, rows

TRACK_COLUMNS = 2
"""Columns from one track to the next: a free one between them keeps wires apart in ASCII, too."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A box's size in cells, and the row, from its top, of its first port and of its exit."""

    width: int
    height: int
    port: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands: its upper left cell. `entries` are the rows where the wires of `sources` end at its left."""

    x: int
    y: int
    entries: tuple[int, ...]
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Net:
    """All wires of one box. Ends are included: `level` holds (row, left, right), `upright` (column, top, bottom).

    A net begins on its box's right border and ends in the cells before its targets' left borders.
    """

    source: int
    level: tuple[tuple[int, int, int], ...]
    upright: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    places: tuple[Place, ...]
    nets: tuple[Net, ...]
    width: int
    height: int


def layout(shapes: Sequence[Shape], layer: Sequence[int], wires: Sequence[Pair], gutters: Sequence[int] = ()) -> Layout:
    """Place boxes and wires. A box must have a row for each wire that ends at it, from row `port` on.

    `layer` gives every box its column; a wire runs from a box to one further right. Two wires between the same boxes
    end on two rows. Before the boxes of a layer as many columns as its gutter says are free of all but level wires.
    """
    return _Plan(shapes, layer, wires).layout(layer, gutters or [0] * len(shapes))


Piece = tuple[int, int, int]


class _Plan:
    """What is known step by step: `entries` are, for every link, the rows where it ends, from its target's top."""

    def __init__(self, shapes: Sequence[Shape], layer: Sequence[int], wires: Sequence[Pair]) -> None:
        self.sheet = layered(layer, wires)
        self.order = ordered(self.sheet)
        self.shapes = [*shapes, *[Shape(0, 1, 0)] * (self.sheet.items - len(shapes))]
        self.entries = self._entries(wires)
        height, port = [shape.height for shape in self.shapes], [shape.port for shape in self.shapes]
        self.top = rows(self.sheet, self.order, height, lambda a, b: self.entries[a, b], port)
        self.left = [0]
        self.width = [max(self.shapes[i].width for i in column) for column in self.order]
        self.level: dict[int, list[Piece]] = defaultdict(list)
        self.upright: dict[int, list[Piece]] = defaultdict(list)

    def _entries(self, wires: Sequence[Pair]) -> dict[Pair, list[int]]:
        """From top to bottom as the neighbours stand."""
        sheet = self.sheet
        place = {item: at for column in self.order for at, item in enumerate(column)}
        uses = Counter(wires)
        entries: dict[Pair, list[int]] = {}
        for item in range(sheet.items):
            row = self.shapes[item].port
            for a in sorted(sheet.before[item], key=place.__getitem__):
                count = uses[sheet.net[a], item] if item < sheet.boxes else 1
                entries[a, item] = list(range(row, row + count))
                row += count
        return entries

    def layout(self, layer: Sequence[int], gutters: Sequence[int]) -> Layout:
        sheet, top = self.sheet, self.top
        for at, column in enumerate(self.order[:-1]):
            runs = [self._run(item) for item in column if sheet.after[item]]
            routed = channel(runs)
            self.left.append(self.left[at] + self.width[at] + TRACK_COLUMNS * routed.width + 2 + gutters[at + 1])
            self._wire(at, runs, routed)
        places = tuple(
            Place(
                self.left[layer[i]],
                top[i],
                tuple(top[i] + y for a in sheet.before[i] for y in self.entries[a, i]),
                tuple(sheet.net[a] for a in sheet.before[i] for _ in self.entries[a, i]),
            )
            for i in range(sheet.boxes)
        )
        nets = tuple(Net(i, tuple(self.level[i]), tuple(self.upright[i])) for i in sorted(self.level))
        bottoms = [y + shape.height for y, shape in zip(top, self.shapes, strict=True)]
        bottoms += [bottom + 1 for net in nets for _, _, bottom in net.upright]
        return Layout(places, nets, self.left[-1] + self.width[-1] if self.width else 0, max(bottoms, default=0))

    def _run(self, item: int) -> Run:
        exits = sorted(self.top[b] + y for b in self.sheet.after[item] for y in self.entries[item, b])
        return Run(self.sheet.net[item], self.top[item] + self.shapes[item].port, tuple(exits))

    def _wire(self, at: int, runs: Sequence[Run], routed: Channel) -> None:
        """The level and the upright pieces of the nets in a column and in the channel behind it."""
        sheet, level, left = self.sheet, self.level, self.left[at]
        begin, end = left + self.width[at] - 1, self.left[at + 1]
        stop = {self.top[i]: end for i in self.order[at + 1] if i >= sheet.boxes}
        for item in self.order[at]:
            shape, row = self.shapes[item], self.top[item]
            if item >= sheet.boxes:
                level[sheet.net[item]].append((row, left, begin))
            elif sheet.after[item] and shape.width < self.width[at]:
                level[item].append((row + shape.port, left + shape.width - 1, begin))
        for run in runs:
            if run.exits == (run.entry,):
                level[run.net].append((run.entry, begin, stop.get(run.entry, end - 1)))
        column = [begin + TRACK_COLUMNS * (track + 1) for track in routed.tracks]
        for leg, x in zip(routed.legs, column, strict=True):
            self.upright[leg.net].append((x, leg.top, leg.bottom))
            if leg.begin is None:
                level[leg.net].append((leg.entry, begin, x))
            for row in leg.exits:
                level[leg.net].append((row, x, stop.get(row, end - 1) if leg.end is None else column[leg.end]))
