"""Fourth step of the layout: wires through the channel between two layers, on vertical tracks.

A wire comes in on one row, turns into a track and leaves on its exit rows. Rows belong to one wire on each side of the
channel, tracks to one wire over the rows they span; so wires cross at right angles, and share no cell otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count

from gradx_cli.drawing.crossings import sift

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
