"""Third step of the layout: the row of every box and bend, so that wires run straight.

Each layer in turn is put where its items' neighbours want them: the order stands, so the least sum of distances is an
isotonic regression, found by pooling neighbours that get in each other's way around their weighted median.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradx_cli.drawing.layers import Layered

_ROUNDS = 6
_BEND_TO_BEND, _STEP, _INPUT = 8, 3, 1

Wish = tuple[int, int]


@dataclass(slots=True)
class _Pool:
    """Items that lie against each other: their wishes (row, weight), sorted, and the row that serves them best."""

    size: int
    wishes: list[Wish]
    row: int


def rows(
    sheet: Layered,
    order: Sequence[Sequence[int]],
    height: Sequence[int],
    ports: Callable[[int, int], Sequence[int]],
    exit_row: Sequence[int],
) -> list[int]:
    """The top row of every item.

    `height[i]` counts item i's rows; `ports(a, b)` are the rows, from b's top, where the link from item a ends;
    `exit_row[i]` is the row, from its top, where item i's wire leaves.
    """
    tallest = max((sum(height[i] for i in column) for column in order), default=0)
    top = [0] * sheet.items
    for column in order:
        y = (tallest - sum(height[i] for i in column)) // 2
        for item in column:
            top[item] = y
            y += height[item]

    def wishes(item: int, *, left: bool, right: bool) -> list[Wish]:
        before = sheet.before[item] if left else ()
        after = sheet.after[item] if right else ()
        return [
            *((top[a] + exit_row[a] - ports(a, item)[0], _pull(sheet, a, item)) for a in before),
            *((top[b] + ports(item, b)[0] - exit_row[item], _pull(sheet, item, b)) for b in after),
        ]

    columns = list(range(len(order)))
    for turn in range(_ROUNDS):
        last = turn == _ROUNDS - 1
        for at in columns:
            _settle(order[at], height, top, [wishes(i, left=True, right=last) for i in order[at]])
        for at in reversed(columns):
            _settle(order[at], height, top, [wishes(i, left=turn > 1, right=True) for i in order[at]])
    _gather(sheet, order, height, top)
    # Counted from 0, leaving out rows where no layer has anything.
    used = sorted({y for item in range(sheet.items) for y in range(top[item], top[item] + height[item])})
    number = {y: at for at, y in enumerate(used)}
    return [number[y] for y in top]


def _gather(sheet: Layered, order: Sequence[Sequence[int]], height: Sequence[int], top: list[int]) -> None:
    """Move parts that no wire joins up against each other."""
    part = _parts(sheet)
    members: dict[int, list[int]] = {}
    for item in sorted(range(sheet.items), key=top.__getitem__):
        members.setdefault(part[item], []).append(item)
    if len(members) == 1:
        return
    above = {below: item for column in order for item, below in pairwise(column)}
    for mine in members.values():
        slack = [
            top[item] - top[above[item]] - height[above[item]]
            for item in mine
            if item in above and part[above[item]] != part[item]
        ]
        for item in mine:
            top[item] -= min(slack, default=0)


def _parts(sheet: Layered) -> list[int]:
    """For each item the first item of the part it belongs to."""
    part = [-1] * sheet.items
    for first in range(sheet.items):
        stack = [first] if part[first] < 0 else []
        while stack:
            item = stack.pop()
            if part[item] < 0:
                part[item] = first
                stack.extend(sheet.before[item])
                stack.extend(sheet.after[item])
    return part


def _pull(sheet: Layered, a: int, b: int) -> int:
    """How strongly a link wants to be straight: a long wire most of all, the wire of an input least."""
    bends = (a >= sheet.boxes) + (b >= sheet.boxes)
    return _BEND_TO_BEND if bends == 2 else _STEP if bends or sheet.before[a] else _INPUT


def _settle(column: Sequence[int], height: Sequence[int], top: list[int], wishes: Sequence[list[Wish]]) -> None:
    """Give the items of one layer the rows nearest to their wishes that keep order and heights."""
    pools: list[_Pool] = []
    offset = 0
    offsets = []
    for item, wanted in zip(column, wishes, strict=True):
        offsets.append(offset)
        mine = sorted((row - offset, weight) for row, weight in wanted) or [(top[item] - offset, 0)]
        pools.append(_Pool(1, mine, _median(mine)))
        offset += height[item]
        while len(pools) > 1 and pools[-2].row > pools[-1].row:
            below = pools.pop()
            above = pools.pop()
            merged = sorted(above.wishes + below.wishes)
            pools.append(_Pool(above.size + below.size, merged, _median(merged)))
    at = 0
    for pool in pools:
        for _ in range(pool.size):
            top[column[at]] = pool.row + offsets[at]
            at += 1


def _median(wishes: Sequence[Wish]) -> int:
    """The weighted lower median; wishes without weight count only among themselves."""
    half = sum(weight for _, weight in wishes) / 2
    reached = 0
    for row, weight in wishes:
        reached += weight
        if reached >= half and (weight or not half):
            return row
    return wishes[-1][0]
