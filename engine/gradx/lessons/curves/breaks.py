"""Where a curve must not be drawn through: poles, jumps, holes, kinks and edges of the domain.

The rows of the table say which quantities are zero at such a place. Between two samples such a quantity changes its
sign, or touches zero; the place is closed in on, and then it is proved what is there. A row's boundary need not be the
program's: where both sides agree, there is nothing.

Where the place is a float64 number, one-sided series say what happens there. Where it lies between two of them, the
numbers on either side are looked at, and others ever farther out: of a curve that is whole the differences shrink
with the distance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar

import numpy as np
from flint import arb
from numpy.typing import NDArray

from gradx.numbers.arrays import Array
from gradx.point.along import Along
from gradx.point.bend import Bend, Side
from gradx.point.enclosure import OpenError, OverBudgetError
from gradx.sweeps.sampling import Places, Sampler, Suspects

MOST = 1_000
"""So many places are closed in on; beyond that a curve is not a drawing any more."""

MOST_NODES_READ = 4_000
"""The places to be named have no more nodes than this, all together."""

HALVINGS = 70
MOST_WORK = 1_000_000
"""The same where closing in would take more steps than this, each over all places at once."""

FLAT = 1e-10
"""A boundary that comes down to this part of its size at a sample touches zero."""


def find_breaks(sampler: Sampler, along: Along, x: Array, suspects: Suspects) -> tuple[list[Break], NDArray[np.bool_]]:
    """The breaks between the samples `x` (ascending), and which of the gaps between neighbours hold one that splits
    the curve.

    `suspects` are the sampler's at x. Where those are too many, or closing in on them takes too long (`MOST_WORK`),
    their gaps are open without a closer look; so is the gap of a place that cannot be named.
    """
    split = np.zeros(max(len(x) - 1, 0), dtype=np.bool_)
    breaks: list[Break] = []
    looks = HALVINGS * (len(suspects.crossed) > 0) + 2 * HALVINGS * (len(suspects.low) > 0)
    if not looks:
        return breaks, split
    step = float(x[1] - x[0])
    near: list[Place] | None = None
    if max(len(suspects.crossed), len(suspects.low)) <= MOST and looks * sampler.length <= MOST_WORK:
        near = _distinct([*_crossed(sampler, x, suspects.crossed), *_touched(sampler, x, suspects.low)], step)
    if near is None or len(near) * len(along.graph.primitives) > MOST_NODES_READ:
        split[suspects.crossed[:, 1]] = True
        return breaks, split
    for place in near:
        try:
            found = named(along, place, step)
        except UnnamedError:
            _open(split, x, place.at)
            continue
        if found is not None:
            breaks.append(found)
            if found.splits_the_curve:
                _open(split, x, found.at)
    return breaks, split


def _open(split: NDArray[np.bool_], x: Array, at: float) -> None:
    """Nothing is drawn through the gap around `at`."""
    first, after = np.searchsorted(x, at, "left") - 1, np.searchsorted(x, at, "right")
    split[max(first, 0) : after] = True


def _crossed(sampler: Sampler, x: Array, pairs: Places) -> Iterator[Place]:
    """Where the boundaries that change their sign do so, by bisection of all gaps at once."""
    if not len(pairs):
        return
    rows, gaps = pairs.T
    low, high = x[gaps], x[gaps + 1]
    each = np.arange(len(rows))
    sign = np.sign(sampler.borders(low)[rows, each])
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        same = np.sign(sampler.borders(middle)[rows, each]) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    for start, end in zip(low.tolist(), high.tolist(), strict=True):
        yield Place(plainest(start, end), start, end)


def _touched(sampler: Sampler, x: Array, pairs: Places) -> Iterator[Place]:
    """Where a boundary comes down to zero without changing its sign: as x^2 does."""
    if not len(pairs):
        return
    rows, places = pairs.T
    low, best, high = x[places - 1], x[places], x[places + 1]
    each = np.arange(len(rows))

    def size(at: Array) -> Array:
        return np.asarray(np.abs(sampler.borders(at)[rows, each]))

    least = size(best)
    floor = FLAT * least
    for _ in range(2 * HALVINGS):
        on_the_left = best - low > high - best
        probe = best + (np.where(on_the_left, low, high) - best) / 2
        found = size(probe)
        better = found < least
        left_end = np.where(on_the_left, np.where(better, low, probe), np.where(better, best, low))
        high = np.where(on_the_left, np.where(better, best, high), np.where(better, high, probe))
        low, best, least = left_end, np.where(better, probe, best), np.where(better, found, least)
    # Around its minimum a parabola is flat: the place is known to half of the digits.
    blur = 1e-7 * (x[places + 1] - x[places - 1])
    plain = np.array(list(map(plainest, (best - blur).tolist(), (best + blur).tolist())))
    at = np.where(size(plain) <= np.maximum(floor, least), plain, best)
    near = ~(size(at) > floor)
    yield from map(Place, at[near].tolist(), (best - blur)[near].tolist(), (best + blur)[near].tolist())


def _distinct(places: Sequence[Place], step: float) -> list[Place]:
    """The places in order, each once."""
    distinct: list[Place] = []
    for place in sorted(places, key=lambda place: place.at):
        if not distinct or place.at - distinct[-1].at > 1e-9 * max(step, abs(place.at)):
            distinct.append(place)
    return distinct


T = TypeVar("T")

Kind = Literal["pole", "jump", "hole", "kink", "edge", "vertical"]

FARTHER = (0, 31, 1_023, 32_767)
"""How far beyond the two ends of a place the curve is looked at, in its widths."""

STEADY = arb(0.9)
"""Where something runs away, each difference is at least this part of the next one farther out."""

APART, FAR_APART = 4, 1_000
"""Between the ends something breaks that changes by so many times more than it does just beyond them; and where the
ends are not that near."""

ROUNDED = 1e-12
"""float64 finds where a boundary is 0 to this part of the distance between samples, or better."""

OPEN = 2.0**-30
"""Where series leave open what happens at a number, it is looked at from so far, in distances between samples."""

_CHANGES = ((-1, 1), (1, -1))


class UnnamedError(Exception):
    """It is open what is broken."""


@dataclass(frozen=True, slots=True)
class Place:
    """A break may be at `at`, and lies between `low` and `high`."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the curve or its slope is broken. `left` and `right` are what the value tends to on either side,
    None where it tends to nothing; `is_nowhere`: there is proved to be none at the place. Only a kink and a vertical
    tangent leave the curve itself in one piece."""

    at: float
    kind: Kind
    left: float | None
    right: float | None
    is_nowhere: bool = False

    @property
    def splits_the_curve(self) -> bool:
        return self.kind not in ("kink", "vertical")


def named(along: Along, place: Place, step: float) -> Break | None:
    """What is broken at a place of a curve whose samples are `step` apart, if anything. Raises UnnamedError."""
    rounded = ROUNDED * step + 4 * math.ulp(place.at)
    if along.is_analytic(place.low - rounded, place.high + rounded):
        return None
    try:
        place = _closed_in(along, place, step)
        for at in dict.fromkeys((place.at, place.low, place.high)):
            bend = along.beside(at)
            has_values = bend and any(side is not None and side.value for side in (bend.left, bend.right))
            if bend is None or (bend.finding == "edge" and not has_values):
                continue
            if bend.finding == "undecided":
                return _from_afar(along, Place(at, at - OPEN * step, at + OPEN * step))
            if bend.finding != "smooth" or place.low == place.high:
                return _at(at, bend)
        return _by_values(along, place, APART) or _by_slopes(along, place)
    except (OpenError, OverBudgetError) as error:
        raise UnnamedError from error


def _closed_in(along: Along, place: Place, step: float) -> Place:
    """The place at, or the two neighbouring numbers between which, some boundary is proved to change its sign; as it
    was where none does. float64 may have missed it by what rounding is."""
    for margin in (0.0, 4 * math.ulp(place.at), ROUNDED * step):
        low, high = place.low - margin, place.high + margin
        before = along.signs(low)
        k = next((k for k, pair in enumerate(zip(before, along.signs(high), strict=True)) if pair in _CHANGES), None)
        if k is None:
            continue
        at = plainest(low, high)
        while sign := along.signs(at)[k]:
            low, high = (at, high) if sign == before[k] else (low, at)
            at = low + (high - low) / 2
            if at in (low, high):
                break
        return Place(plainest(low, high), low, high) if sign else Place(at, at, at)
    return place


def plainest(low: float, high: float) -> float:
    """The number with fewest decimals from `low` to `high`."""
    for digits in range(17):
        number = round((low + high) / 2, digits)
        if low <= number <= high:
            return number + 0.0
    return low


def _from_afar(along: Along, place: Place) -> Break:
    """What is broken at a number where the series leave it open. Raises UnnamedError where values do not tell."""
    found = _by_values(along, place, FAR_APART)
    if found is None:
        raise UnnamedError
    return found


def _at(at: float, bend: Bend) -> Break | None:
    left, right, finding = bend.left, bend.right, bend.finding
    assert left is not None
    assert right is not None
    assert finding != "undecided"
    if finding == "smooth":
        return None
    kind: Kind = "pole" if left.runs_away or right.runs_away else finding
    return Break(at, kind, _tends_to(left), _tends_to(right), bend.is_nowhere)


def _tends_to(side: Side) -> float | None:
    return None if side.limit is None or side.runs_away else float(side.limit) + 0.0


def _by_values(along: Along, place: Place, apart: int) -> Break | None:
    """The pole, the edge or the jump between the ends of a place; None where there is none."""
    values = [_outward(along.value, place, direction) for direction in (-1, 1)]
    gone = [side[0] is None for side in values]
    if all(gone):
        return None
    before, after = (None if side[0] is None else float(side[0]) for side in values)
    left, right = known = [[v for v in side if v is not None] for side in values]
    away = [len(side) == len(FARTHER) and _runs_away(side) for side in known]
    if any(away):
        return Break(place.at, "pole", None if away[0] else before, None if away[1] else after)
    if any(gone):
        return Break(place.at, "edge", before, after)
    return Break(place.at, "jump", before, after) if _breaks(left, right, apart) else None


def _by_slopes(along: Along, place: Place) -> Break | None:
    """The kink or the vertical tangent between the ends of a place; None where there is none."""
    ends = [along.value(end) for end in (place.low, place.high)]
    left, right = (None if end is None else float(end) for end in ends)
    if left is None:
        return None
    below, above = (_outward(along.slope, place, direction) for direction in (-1, 1))
    steep = [_runs_away(side) for side in (below, above)]
    if any(steep):
        return Break(place.at, "vertical" if all(steep) and below[0] * above[0] > 0 else "kink", left, right)
    return Break(place.at, "kink", left, right) if _breaks(below, above, APART) else None


def _outward(read: Callable[[float], T], place: Place, direction: int) -> list[T]:
    """A reading at one end of a place, and farther and farther out."""
    end, width = place.high if direction > 0 else place.low, place.high - place.low
    return [read(end + width * (direction * away)) for away in FARTHER]


def _runs_away(numbers: Sequence[arb]) -> bool:
    """Whether numbers, the nearest first, settle at nothing."""
    differences = [abs(a - b) for a, b in pairwise(numbers)]
    return all(near > 0 and near >= STEADY * far for near, far in pairwise(differences))


def _breaks(left: Sequence[arb], right: Sequence[arb], apart: int) -> bool:
    """Whether the two ends differ by more than a whole curve would."""
    beyond = max(abs(left[0] - left[1]).abs_upper(), abs(right[0] - right[1]).abs_upper())
    return bool(abs(left[0] - right[0]) > apart * beyond)
