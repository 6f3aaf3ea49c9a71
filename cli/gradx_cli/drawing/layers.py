"""First step of the layout: which column every box stands in, and where wires pass columns on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
