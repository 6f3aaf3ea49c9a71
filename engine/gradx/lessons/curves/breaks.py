"""Where a curve must not be drawn through: poles, jumps, holes, kinks and edges of the domain, found and named.

The rows of the table say which quantities are zero at such a place. Between two samples such a quantity changes its
sign, or touches zero; the place is closed in on, and what the function and its slope do on either side says what it
is. A row's boundary need not be the program's: where both sides agree, there is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gradx.numbers.arrays import Array
from gradx.sweeps.sampling import Places, Sampler, Suspects

Kind = Literal["pole", "jump", "hole", "kink", "edge", "vertical"]

MOST = 1_000
"""So many places are looked at closely; beyond that a curve is not a drawing any more."""

HALVINGS = 70
MOST_WORK = 1_000_000
"""The same where closing in would take more steps than this, each over all places at once."""

NEAR, NEARER, NEAREST = 1e-3, 1e-6, 1e-9
"""How far on either side the function is looked at, as parts of the distance between samples."""

FLAT = 1e-10
"""A boundary that comes down to this part of its size at a sample touches zero."""

GROWTH = 1.2
"""From NEAR to NEARER to NEAREST a pole grows by more than this each time (1/x by 1000, a logarithm by 1.4 or more)."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the curve or its slope is broken. `left` and `right` are what the value tends to on either side,
    None where it tends to nothing. Only a kink and a vertical tangent leave the curve itself in one piece."""

    at: float
    kind: Kind
    left: float | None
    right: float | None

    @property
    def splits_the_curve(self) -> bool:
        return self.kind not in ("kink", "vertical")


def find_breaks(sampler: Sampler, x: Array, suspects: Suspects) -> tuple[list[Break], NDArray[np.bool_]]:
    """The breaks between the samples `x` (ascending), and which of the gaps between neighbours hold one that splits
    the curve.

    `suspects` are the sampler's at x. Where those are too many (`MOST`), or closing in on them takes too long
    (`MOST_WORK`), their gaps are open without a closer look.
    """
    split = np.zeros(max(len(x) - 1, 0), dtype=np.bool_)
    looks = HALVINGS * (len(suspects.crossed) > 0) + 2 * HALVINGS * (len(suspects.low) > 0)
    if not looks:
        return [], split
    if max(len(suspects.crossed), len(suspects.low)) > MOST or looks * sampler.length > MOST_WORK:
        split[suspects.crossed[:, 1]] = True
        return [], split
    places = [*_crossed(sampler, x, suspects.crossed), *_touched(sampler, x, suspects.low)]
    step = float(x[1] - x[0])
    breaks = [found for at in _distinct(places, step) if (found := look_at(sampler, at, step))]
    for found in breaks:
        if found.splits_the_curve:
            first, after = np.searchsorted(x, found.at, "left") - 1, np.searchsorted(x, found.at, "right")
            split[max(first, 0) : after] = True
    return breaks, split


def look_at(sampler: Sampler, at: float, step: float) -> Break | None:
    """What is broken at `at`, None where nothing is. `step` is the scale on which it is looked at."""
    least = 4 * math.ulp(at)
    away = [max(part * step, least) for part in (NEAR, NEARER, NEAREST)]
    seen = sampler(np.array([at - away[0], at - away[1], at, at + away[1], at + away[0], at - away[2], at + away[2]]))
    value, slope = seen.value.tolist(), seen.derivative.tolist()
    sides = (_side(value[0], value[1], value[5]), _side(value[4], value[3], value[6]))
    left, right = (None if kind else v for kind, v in zip(sides, (value[1], value[3]), strict=True))
    if "pole" in sides:
        return Break(at, "pole", left, right)
    if "none" in sides:
        return Break(at, "edge", left, right) if sides != ("none", "none") else None
    size = max(map(abs, (*value[:2], *value[3:5])))
    if _stays(value[4] - value[0], value[3] - value[1], size):
        return Break(at, "jump", left, right)
    if not math.isfinite(value[2]):
        return Break(at, "hole", left, right)
    if value[2] != value[1] and _stays(value[4] - value[2], value[3] - value[2], size):
        return Break(at, "jump", left, right)
    if abs(slope[1]) > 30 * abs(slope[0]) and abs(slope[3]) > 30 * abs(slope[4]):
        return Break(at, "kink" if slope[1] * slope[3] < 0 else "vertical", left, right)
    if _stays(slope[4] - slope[0], slope[3] - slope[1], max(map(abs, (slope[1], slope[3])))):
        return Break(at, "kink", left, right)
    return None


def _side(near: float, nearer: float, nearest: float) -> Literal["", "pole", "none"]:
    """What the value does on one side: "" for settling, else it runs away or is not there."""
    if math.isnan(nearer):
        return "none"
    grows = abs(nearest) > GROWTH * abs(nearer) and abs(nearer) > GROWTH * abs(near)
    return "pole" if math.isinf(nearer) or grows else ""


def _stays(near: float, nearer: float, size: float) -> bool:
    """Whether a difference between the sides does not shrink with the distance."""
    return abs(nearer) > 0.5 * abs(near) and abs(nearer) > 1e-7 * size


def _crossed(sampler: Sampler, x: Array, pairs: Places) -> Iterator[float]:
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
    yield from map(_plainest, low.tolist(), high.tolist())


def _touched(sampler: Sampler, x: Array, pairs: Places) -> Iterator[float]:
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
    plain = np.array(list(map(_plainest, (best - blur).tolist(), (best + blur).tolist())))
    at = np.where(size(plain) <= np.maximum(floor, least), plain, best)
    yield from at[~(size(at) > floor)].tolist()


def _plainest(low: float, high: float) -> float:
    """The number with fewest decimals from `low` to `high`."""
    for digits in range(17):
        number = round((low + high) / 2, digits)
        if low <= number <= high:
            return number + 0.0
    return low


def _distinct(places: Sequence[float], step: float) -> list[float]:
    """The places in order, each once."""
    distinct: list[float] = []
    for at in sorted(places):
        if not distinct or at - distinct[-1] > 1e-9 * max(step, abs(at)):
            distinct.append(at)
    return distinct
