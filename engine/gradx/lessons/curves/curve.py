"""A program as a curve: its value and its slope over a range of one input, and the lines that touch and cut it at a
point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradx.errors import GradxError
from gradx.graph import Graph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gradx.lessons.curves.breaks import Break
    from gradx.numbers.arrays import Array
    from gradx.point.along import Along


@dataclass(frozen=True, slots=True)
class Straight:
    """The line through (at, value) with a slope."""

    at: float
    value: float
    slope: float

    def __call__(self, x: float) -> float:
        return self.value + self.slope * (x - self.at)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Samples over an input: `x`, `value`, `derivative` have shape (points,), nan where there is no value.

    `breaks` in ascending order; `broken[k]` says that one of them splits the curve between samples k and k+1.
    `tangent` and `secant` belong to the point that was asked for, None where there is no such line; `note` says why
    there is no tangent.
    """

    over: str
    x: Array
    value: Array
    derivative: Array
    breaks: tuple[Break, ...]
    broken: NDArray[np.bool_]
    tangent: Straight | None
    secant: Straight | None
    note: str | None


def index_of(graph: Graph, over: str) -> int:
    """The node of the input `over`. GradxError("name") where there is no such input."""
    names = {graph.names[i]: i for i in graph.inputs}
    if over not in names:
        known = ", ".join([*names][:12]) + ", …" * (len(names) > 12)
        hint = f"the inputs are {known}" if names else "the program has no inputs"
        raise GradxError("name", f"{over} is not an input of the program", hint=hint)
    return names[over]


def curve(
    graph: Graph,
    point: Mapping[str, float],
    over: str,
    low: float,
    high: float,
    points: int,
    *,
    at: float | None = None,
    epsilon: float = 0.001,
) -> Curve:
    """Sample `graph` with `over` going from `low` to `high` (both included), the other inputs at `point`.

    `at` is where the tangent touches and the secant of a nudge by `epsilon` cuts. Raises GradxError("name") where
    `over` is not an input, GradxError("usage") for a range or a number of points that is none.
    """

    from gradx.lessons.curves.breaks import find_breaks
    from gradx.point.along import Along
    from gradx.sweeps.sampling import Sampler

    free = index_of(graph, over)
    if points < 2 or not low < high or not math.isfinite(high - low):
        raise GradxError("usage", "a curve needs two different ends and at least two points")
    held = {i: point[graph.names[i]] for i in graph.inputs if i != free}
    sampler, along = Sampler(graph, free, held), Along(graph, free, held)
    x = _evenly(low, high, points)
    samples, suspects = sampler.sweep(x)
    breaks, broken = find_breaks(sampler, along, x, suspects)
    for found in breaks:
        if found.is_nowhere:
            samples.value[x == found.at] = samples.derivative[x == found.at] = math.nan
    tangent, secant, note = None, None, None
    if at is not None:
        tangent, secant, note = _lines(along, over, at, epsilon)
    return Curve(over, x, samples.value, samples.derivative, tuple(breaks), broken, tangent, secant, note)


def _evenly(low: float, high: float, points: int) -> Array:
    """Points from `low` to `high`. Weighted so, the middle of -3..3 is 0, and not nearly 0."""
    import numpy as np

    last = points - 1
    if not math.isfinite(max(abs(low), abs(high)) * last):
        return np.linspace(low, high, points)
    x = np.arange(points, dtype=np.float64)
    before = (last - x) * low
    x *= high
    x += before
    x /= last
    x[0], x[-1] = low, high
    return x


def _lines(along: Along, over: str, at: float, epsilon: float) -> tuple[Straight | None, Straight | None, str | None]:
    """The tangent at `at`, the secant of the nudge, and why there is no tangent."""
    here, nudged = along.contact(at), along.contact(at + epsilon)
    if here is None:
        return None, None, f"no tangent: there is no value at {over} = {at:.10g}"
    rise = math.nan if nudged is None else (nudged.value - here.value) / epsilon
    secant = Straight(at, here.value, rise) if math.isfinite(rise) else None
    if here.slope is None:
        return None, secant, f"no tangent to draw: {here.reason}"
    if not math.isfinite(here.value + here.slope):
        what = "slope" if math.isfinite(here.value) else "value"
        return None, secant, f"no tangent to draw: there is no finite {what} at {over} = {at:.10g}"
    return Straight(at, here.value, here.slope), secant, None
