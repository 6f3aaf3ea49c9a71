"""First and second step of the layout: which column a box stands in, and the order in a column, with few crossings.

Barycentres sweep to and fro (Sugiyama, Tagawa, Toda 1981), neighbours change places where that helps, single items are
tried at every place of their layer (sifting), from several starts.
Everything is seeded: the same graph gives the same drawing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from random import Random

Pair = tuple[int, int]


def layers(count: int, wires: Sequence[Pair]) -> list[int]:
    """The layer of each of `count` boxes in topological order: as far right as the box's first use allows.

    A box stands right before the first box that uses it, so a wire is longer than one layer only where a box is used
    again later. A box that nothing uses stands right after the last of its inputs.
    """
    incoming: list[list[int]] = [[] for _ in range(count)]
    outgoing: list[list[int]] = [[] for _ in range(count)]
    for source, target in wires:
        incoming[target].append(source)
        outgoing[source].append(target)
    found = [0] * count
    for box in range(count):
        found[box] = max((found[source] + 1 for source in incoming[box]), default=0)
    for box in reversed(range(count)):
        if outgoing[box]:
            found[box] = min(found[target] for target in outgoing[box]) - 1
    return found


def items(layer: Sequence[int], wires: Sequence[Pair]) -> int:
    """How many items `layered` would make of this."""
    furthest = [column + 1 for column in layer]
    for source, target in wires:
        furthest[source] = max(furthest[source], layer[target])
    return sum(end - column for end, column in zip(furthest, layer, strict=True))


@dataclass(frozen=True, slots=True)
class Layered:
    """Boxes and passing points ("bends") by layer; every link joins two neighbouring layers.

    Items 0 … `boxes`-1 are the boxes, the others bends. All wires of one box that pass a layer share one bend there.
    `before[i]` and `after[i]` are item i's neighbours on the left and on the right, each once; `net[i]` is the box that
    feeds item i's way to the right.
    """

    boxes: int
    columns: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    net: tuple[int, ...]

    @property
    def items(self) -> int:
        return len(self.net)


def layered(layer: Sequence[int], wires: Sequence[Pair]) -> Layered:
    """Split every wire into links between neighbouring layers."""
    columns: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for box, column in enumerate(layer):
        columns[column].append(box)
    net = list(range(len(layer)))
    before: list[list[int]] = [[] for _ in layer]
    after: list[list[int]] = [[] for _ in layer]
    bends: dict[Pair, int] = {}
    for source, target in dict.fromkeys(wires):
        last = source
        for column in range(layer[source] + 1, layer[target]):
            bend = bends.get((source, column))
            if bend is None:
                bend = bends[source, column] = len(net)
                net.append(source)
                before.append([last])
                after.append([])
                after[last].append(bend)
                columns[column].append(bend)
            last = bend
        before[target].append(last)
        after[last].append(target)
    return Layered(
        len(layer), tuple(map(tuple, columns)), tuple(map(tuple, before)), tuple(map(tuple, after)), tuple(net)
    )


Order = list[list[int]]

_THOROUGH_ITEMS = 400
_MOST_SWEEPS = 12
_IDLE_SWEEPS = 3
_SHUFFLED_STARTS = 24


def crossings(sheet: Layered, order: Sequence[Sequence[int]]) -> int:
    """How many pairs of links cross when every layer stands in the order given."""
    place = _places(sheet, order)
    total = 0
    for left, _ in pairwise(order):
        ends = [place[b] for a in left for b in sorted(sheet.after[a], key=place.__getitem__)]
        total += _inversions(ends)
    return total


def ordered(sheet: Layered) -> Order:
    """The best order found."""
    best: Order = [list(column) for column in sheet.columns]
    fewest: int | None = None
    for start in _starts(sheet):
        found, count = _improved(sheet, start)
        if fewest is None or count < fewest:
            best, fewest = found, count
        if not fewest:
            break
    return _as_written(sheet, best)


def _as_written(sheet: Layered, order: Order) -> Order:
    """The order or its mirror image, whichever is nearer to how the program was written: both cross as much."""
    falling = sum(
        (upper > lower) - (upper < lower)
        for column in order
        for upper, lower in pairwise([item for item in column if item < sheet.boxes])
    )
    return [column[::-1] for column in order] if falling > 0 else order


def _starts(sheet: Layered) -> list[Order]:
    """Orders to begin with: argument by argument (no crossing in a tree), as written, and some shuffled ones."""
    rank = _depth_first(sheet)
    starts = [
        [sorted(column, key=rank.__getitem__) for column in sheet.columns],
        [list(column) for column in sheet.columns],
    ]
    if sheet.items <= _THOROUGH_ITEMS // 4:
        for seed in range(_SHUFFLED_STARTS):
            rank = list(range(sheet.items))
            Random(seed).shuffle(rank)
            starts.append([sorted(column, key=rank.__getitem__) for column in sheet.columns])
    return starts if sheet.items <= _THOROUGH_ITEMS else starts[:1]


def _depth_first(sheet: Layered) -> list[int]:
    """For each item when a walk from the last layer leftwards, arguments in order, first meets it."""
    rank = [-1] * sheet.items
    met = 0
    stack = [item for column in sheet.columns for item in reversed(column) if not sheet.after[item]]
    while stack:
        item = stack.pop()
        if rank[item] < 0:
            rank[item] = met
            met += 1
            stack.extend(reversed(sheet.before[item]))
    return rank


def _improved(sheet: Layered, start: Order) -> tuple[Order, int]:
    order = start
    best = [list(column) for column in order]
    fewest = crossings(sheet, order)
    thorough = sheet.items <= _THOROUGH_ITEMS
    idle = 0
    for sweep in range(_MOST_SWEEPS if thorough else 4):
        if not fewest or idle == _IDLE_SWEEPS:
            break
        idle += 1
        _sweep(sheet, order, rightwards=sweep % 2 == 0)
        if thorough:
            _swap_neighbours(sheet, order)
            place = _places(sheet, order)
            for column in order:
                sift(column, partial(_gain, sheet, place))
                for at, item in enumerate(column):
                    place[item] = at
        count = crossings(sheet, order)
        if count < fewest:
            best, fewest = [list(column) for column in order], count
            idle = 0
    return best, fewest


def _sweep(sheet: Layered, order: Order, *, rightwards: bool) -> None:
    """Sort each layer by where its items' neighbours in the layer just passed stand, on the average."""
    place = _places(sheet, order)
    neighbours = sheet.before if rightwards else sheet.after
    columns = range(1, len(order)) if rightwards else reversed(range(len(order) - 1))
    for column in columns:
        weight: dict[int, float] = {}
        for item in order[column]:
            near = neighbours[item]
            weight[item] = sum(place[n] for n in near) / len(near) if near else float(place[item])
        order[column].sort(key=weight.__getitem__)
        for at, item in enumerate(order[column]):
            place[item] = at


def _swap_neighbours(sheet: Layered, order: Order) -> None:
    """Change neighbours' places as long as that takes crossings away."""
    place = _places(sheet, order)
    improving = True
    while improving:
        improving = False
        for column in order:
            for at in range(len(column) - 1):
                upper, lower = column[at], column[at + 1]
                if _gain(sheet, place, upper, lower) > 0:
                    column[at], column[at + 1] = lower, upper
                    place[upper], place[lower] = at + 1, at
                    improving = True


def sift(order: list[int], gain: Callable[[int, int], int | None]) -> bool:
    """Move every item to where most is gained, in place; whether any was moved.

    `gain(a, b)` is what it brings that b comes to stand before a, all else unchanged; None where it must not.
    """
    moved = False
    for item in list(order):
        at = order.index(item)
        best, target = 0, at
        for way in (range(at + 1, len(order)), reversed(range(at))):
            total = 0
            for spot in way:
                more = gain(item, order[spot]) if spot > at else gain(order[spot], item)
                if more is None:
                    break
                total += more
                if total > best:
                    best, target = total, spot
        if target != at:
            order.insert(target, order.pop(at))
            moved = True
    return moved


def _gain(sheet: Layered, place: list[int], upper: int, lower: int) -> int:
    """How many crossings go away when `lower` comes to stand above `upper`, all else unchanged."""
    gain = 0
    for neighbours in (sheet.before, sheet.after):
        for a in neighbours[upper]:
            for b in neighbours[lower]:
                gain += (place[a] > place[b]) - (place[a] < place[b])
    return gain


def _places(sheet: Layered, order: Sequence[Sequence[int]]) -> list[int]:
    place = [0] * sheet.items
    for column in order:
        for at, item in enumerate(column):
            place[item] = at
    return place


def _inversions(sequence: Sequence[int]) -> int:
    """Pairs that stand in descending order."""
    before: list[int] = []
    total = 0
    for value in sequence:
        at = bisect_right(before, value)
        total += len(before) - at
        before.insert(at, value)
    return total
