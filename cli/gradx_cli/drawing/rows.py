"""Third and fourth step of the layout: the row of every box and bend, and the vertical tracks of wires between layers.

Each layer in turn is put where its items' neighbours want them: the order stands, so the least sum of distances is an
isotonic regression, found by pooling neighbours that get in each other's way around their weighted median.

In the channel between two layers a wire comes in on one row, turns into a track and leaves on its exit rows. Rows
belong to one wire on each side of the channel, tracks to one wire over the rows they span; so wires cross at right
angles, and share no cell otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count, pairwise

from gradx_cli.drawing.layers import Layered, sift

_THOROUGH_LEGS = 60


@dataclass(frozen=True, slots=True)
class Run:
    """A wire of net `net` through one channel: the row where it comes in, and the rows, rising, where it goes out."""

    net: int
    entry: int
    exits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leg(Run):
    """A vertical piece of a run. `begin` and `end` are the legs of the same run that it hangs between, if any."""

    begin: int | None = None
    end: int | None = None

    @property
    def top(self) -> int:
        return min(self.entry, self.exits[0])

    @property
    def bottom(self) -> int:
        return max(self.entry, self.exits[-1])


@dataclass(frozen=True, slots=True)
class Channel:
    """The legs, the track of each (counted from the left), and how many tracks there are."""

    legs: tuple[Leg, ...]
    tracks: tuple[int, ...]
    width: int


def channel(runs: Sequence[Run]) -> Channel:
    """Give every run that is not straight its track, with few crossings and then few tracks."""
    legs = _without_cycles(runs)
    order = _arranged(legs)
    tracks = [0] * len(legs)
    for at, leg in enumerate(order):
        a = legs[leg]
        for other in order[:at]:
            b = legs[other]
            if tracks[other] >= tracks[leg] and a.top <= b.bottom + 1 and b.top <= a.bottom + 1:
                tracks[leg] = tracks[other] + 1
    return Channel(tuple(legs), tuple(tracks), max(tracks, default=-1) + 1)


def _without_cycles(runs: Sequence[Run]) -> list[Leg]:
    """The legs of the runs. Where runs wait for each other in a ring (A comes in where B goes out, B where A does), one
    of them makes its way in two legs, over a row that nobody uses; the ring's others then stand between the two."""
    legs = [Leg(run.net, run.entry, run.exits) for run in runs if run.exits != (run.entry,)]
    used = {row for run in runs for row in (run.entry, *run.exits)}
    checked = [0] * len(legs)
    follower = _followers(legs)
    for start in range(len(legs)):
        walk = start
        while checked[walk] == 0:
            checked[walk] = start + 1
            after = follower[walk]
            if after is None:
                break
            if checked[after] == start + 1:
                whole, second = legs[after], len(legs)
                near = (row for distance in count(1) for row in (whole.entry + distance, whole.entry - distance))
                detour = next(row for row in near if row >= 0 and row not in used)
                used.add(detour)
                legs[after] = Leg(whole.net, whole.entry, (detour,), end=second)
                legs.append(Leg(whole.net, detour, whole.exits, begin=after))
                checked.append(start + 1)
                follower = _followers(legs)
                break
            walk = after
    return legs


def _followers(legs: Sequence[Leg]) -> list[int | None]:
    """For each leg the one that must stand to its right: the leg that goes out on the row where it comes in."""
    owner = {row: at for at, leg in enumerate(legs) for row in leg.exits if leg.end is None}
    return [
        owner.get(leg.entry) if leg.begin is None and owner.get(leg.entry) != at else None
        for at, leg in enumerate(legs)
    ]


def _arranged(legs: Sequence[Leg]) -> list[int]:
    """The legs from left to right: what must be left of what, then few crossings."""
    right_of: list[set[int]] = [set() for _ in legs]
    for at, follower in enumerate(_followers(legs)):
        if follower is not None:
            right_of[at].add(follower)
    order = _topological(legs, right_of)

    def gain(left: int, right: int) -> int | None:
        if right in right_of[left]:
            return None
        return _meetings(legs[left], legs[right]) - _meetings(legs[right], legs[left])

    while len(order) <= _THOROUGH_LEGS and sift(order, gain):
        pass
    return order


def _topological(legs: Sequence[Leg], right_of: Sequence[set[int]]) -> list[int]:
    """An order that respects `right_of`; else wires that go down from the lowest on, then wires that go up."""

    def preference(at: int) -> tuple[int, int, int]:
        leg = legs[at]
        down = leg.exits[-1] > leg.entry
        return (0, -leg.entry, at) if down else (1, leg.entry, at)

    waiting = [0] * len(legs)
    for followers in right_of:
        for follower in followers:
            waiting[follower] += 1
    ready = [preference(at) for at in range(len(legs)) if not waiting[at]]
    heapify(ready)
    order = []
    while ready:
        at = heappop(ready)[2]
        order.append(at)
        for follower in right_of[at]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heappush(ready, preference(follower))
    return order


def _meetings(left: Leg, right: Leg) -> int:
    """How often the two cross when `left` stands left of `right`."""
    through = sum(right.top < row < right.bottom for row in left.exits)
    return through + (left.top < right.entry < left.bottom)


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
