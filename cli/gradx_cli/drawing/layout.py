"""The layout: boxes in columns, wires on rows and tracks, in character cells; the same for the text and the SVG.

Layered, after Sugiyama: `layers` (columns), `crossings` (order in a column), `rows` (places), `channels` (wires).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradx_cli.drawing.channels import Channel, Run, channel
from gradx_cli.drawing.crossings import ordered
from gradx_cli.drawing.layers import Layered, Pair, layered
from gradx_cli.drawing.rows import rows

TRACK = 2
"""Columns from one track to the next: a free one between them keeps wires apart in ASCII, too."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A box's size in cells, and the row, from its top, of its first port and of its exit."""

    width: int
    height: int
    port: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands: its upper left cell. `entries` are the rows where a wire ends at its left side."""

    x: int
    y: int
    entries: tuple[int, ...]


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


def layout(shapes: Sequence[Shape], layer: Sequence[int], wires: Sequence[Pair]) -> Layout:
    """Place boxes and wires. A box must have a row for each wire that ends at it, from row `port` on.

    `layer` gives every box its column; a wire runs from a box to one further right. Two wires between the same boxes
    end on two rows.
    """
    sheet = layered(layer, wires)
    order = ordered(sheet)
    port = [s.port for s in shapes] + [0] * (sheet.items - len(shapes))
    height = [s.height for s in shapes] + [1] * (sheet.items - len(shapes))
    entries = _ports(sheet, order, port, wires)
    top = rows(sheet, order, height, lambda a, b: entries[a, b], port)
    runs = _runs(sheet, order, top, port, entries)
    channels = [channel(across) for across in runs]

    left = [0]
    width = [max(shapes[i].width for i in column if i < sheet.boxes) for column in order]
    for at, across in enumerate(channels):
        left.append(left[at] + width[at] + TRACK * across.width + 2)
    level, upright = _wired(sheet, order, top, left, width, shapes, runs, channels)
    places = tuple(
        Place(left[layer[i]], top[i], tuple(top[i] + y for a in sheet.before[i] for y in entries[a, i]))
        for i in range(sheet.boxes)
    )
    nets = tuple(Net(i, tuple(level[i]), tuple(upright[i])) for i in sorted(level))
    bottoms = [top[i] + height[i] for i in range(sheet.items)]
    bottoms += [bottom + 1 for net in nets for _, _, bottom in net.upright]
    return Layout(places, nets, left[-1] + width[-1] if width else 0, max(bottoms, default=0))


def _ports(
    sheet: Layered, order: Sequence[Sequence[int]], port: Sequence[int], wires: Sequence[Pair]
) -> dict[Pair, list[int]]:
    """For every link the rows, from its target's top, where it ends: from top to bottom as its neighbours stand."""
    place = {item: at for column in order for at, item in enumerate(column)}
    uses: dict[Pair, int] = defaultdict(int)
    for wire in wires:
        uses[wire] += 1
    entries: dict[Pair, list[int]] = {}
    for item in range(sheet.items):
        row = port[item]
        for a in sorted(sheet.before[item], key=place.__getitem__):
            count = uses[sheet.net[a], item] if item < sheet.boxes else 1
            entries[a, item] = list(range(row, row + count))
            row += count
    return entries


def _runs(
    sheet: Layered,
    order: Sequence[Sequence[int]],
    top: Sequence[int],
    port: Sequence[int],
    entries: dict[Pair, list[int]],
) -> list[list[Run]]:
    """Channel by channel, what runs through it."""
    channels = []
    for column, _ in pairwise(order):
        channels.append(
            [
                Run(
                    sheet.net[a],
                    top[a] + port[a],
                    tuple(sorted(top[b] + y for b in sheet.after[a] for y in entries[a, b])),
                )
                for a in column
                if sheet.after[a]
            ]
        )
    return channels


def _wired(
    sheet: Layered,
    order: Sequence[Sequence[int]],
    top: Sequence[int],
    left: Sequence[int],
    width: Sequence[int],
    shapes: Sequence[Shape],
    runs: Sequence[Sequence[Run]],
    channels: Sequence[Channel],
) -> tuple[dict[int, list[tuple[int, int, int]]], dict[int, list[tuple[int, int, int]]]]:
    """The level and the upright pieces of every net."""
    level: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    upright: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for at, (across, routed) in enumerate(zip(runs, channels, strict=True)):
        begin, end = left[at] + width[at] - 1, left[at + 1]
        stop = {top[i]: end for i in order[at + 1] if i >= sheet.boxes}
        for item in order[at]:
            if item >= sheet.boxes:
                level[sheet.net[item]].append((top[item], left[at], begin))
            elif sheet.after[item] and shapes[item].width < width[at]:
                border = left[at] + shapes[item].width - 1
                level[item].append((top[item] + shapes[item].port, border, begin))
        for run in across:
            if run.exits == (run.entry,):
                level[run.net].append((run.entry, begin, stop.get(run.entry, end - 1)))
        column = [begin + TRACK * (track + 1) for track in routed.tracks]
        for leg, x in zip(routed.legs, column, strict=True):
            upright[leg.net].append((x, leg.top, leg.bottom))
            if leg.begin is None:
                level[leg.net].append((leg.entry, begin, x))
            for row in leg.exits:
                to = column[leg.end] if leg.end is not None else stop.get(row, end - 1)
                level[leg.net].append((row, x, to))
    return level, upright
