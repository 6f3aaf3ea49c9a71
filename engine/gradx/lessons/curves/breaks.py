"""Where a curve must not be drawn through: poles, jumps, holes, kinks and edges of the domain.

The rows of the table say which quantities are zero at such a place. Between two samples such a quantity changes its
sign, or touches zero; the place is closed in on, and then `naming` proves what is there. A row's boundary need not be
the program's: where both sides agree, there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gradx.lessons.curves.naming import Break, Place, UnnamedError, named, plainest
from gradx.numbers.arrays import Array
from gradx.point.along import Along
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
