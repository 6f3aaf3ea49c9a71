"""The steps of a long descent, thinned while it goes on, so that a billion of them fit in memory."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.lessons.descents.descent import MOST_NUMBERS, Step, Steps

KEPT, KEPT_LARGE = 4096, 64
"""So many steps are kept at most, besides the first and the last; of points of many numbers fewer."""


class Trail:
    """Every step, or every 2nd, 4th, 8th, … of them when there are many; the first and the last always."""

    def __init__(self) -> None:
        self._every = 1
        self._kept: list[Step] = []
        self._last: Step | None = None

    def keep(self, steps: Steps) -> None:
        if not steps:
            return
        first = -steps[0].number % self._every
        self._kept += steps[first :: self._every]
        self._last = steps[-1]
        most = min(KEPT, max(KEPT_LARGE, 50 * MOST_NUMBERS // len(steps[0].point)))
        while len(self._kept) > most:
            self._every *= 2
            self._kept = self._kept[::2]

    @property
    def steps(self) -> Sequence[Step]:
        """The steps kept, in order, the last one among them."""
        if self._last is None or self._kept[-1].number == self._last.number:
            return self._kept
        return [*self._kept, self._last]

    def spread(self, count: int) -> list[Step]:
        """`count` of the steps, evenly spread, with the first and the last (all, where there are no more)."""
        steps = self.steps
        if len(steps) <= count:
            return list(steps)
        last = steps[-1].number
        places = (round(k * last / (count - 1)) for k in range(count - 1))
        chosen = {min(round(place / self._every), len(steps) - 1) for place in places}
        return [steps[k] for k in sorted(chosen | {len(steps) - 1})]

    def rows(self, count: int, bounce: Sequence[Step] | None) -> list[Step]:
        """`spread`, with both steps of a bounce, which every second step would hide."""
        steps = {step.number: step for step in (*self.spread(count), *(bounce or ()))}
        return [steps[number] for number in sorted(steps)]
