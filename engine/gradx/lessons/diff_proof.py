"""Whether a formula is the derivative: backprop's rules and the formula in balls, at many points."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from flint import arb

from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.numbers.balls import TYPED_BALLS, precision
from gradx.numbers.decimals import significant
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

POINTS: Final = 20
"""So many points with a derivative a formula must agree at."""

FEWEST: Final = 3
"""Of a function that has a derivative at few of the points tried."""

MOST_WORK: Final = 100_000
"""So many nodes are evaluated at all points together; of a larger program at fewer points."""

_MOST_TRIED: Final = 240
_FEWEST_PER_HOLE: Final = 8
"""A point where only the form has no value is a hole in the form, or an accident of rounding: one in so many."""

_BITS: Final = 160
_DIGITS: Final = 20
_SEED: Final = 20_251
_RANGES: Final = ((0.1, 0.9), (-4.0, 4.0), (0.1, 6.0), (-0.9, 0.9), (-30.0, 30.0), (1.0, 2000.0))

Slopes = Mapping[int, arb]
OnTheCurve = Callable[[dict[int, arb]], dict[int, arb] | None]
"""Moves a point to where the derivative is asked for; None where there is no such place."""


class Known(NamedTuple):
    """A point: the values of all nodes there, and derivatives along some of them."""

    values: Sequence[arb]
    slopes: Slopes


def known_points(
    graph: Graph, wrt: Sequence[int], near: Mapping[int, float] | None = None, place: OnTheCurve | None = None
) -> list[Known]:
    """Points at which the output of `graph` has derivatives along all of `wrt`, found by backprop in balls.

    `near` is a point of the domain, if one is known. `place` moves a point to where the derivative is asked for.
    """
    found: list[Known] = []
    needed = max(FEWEST, min(POINTS, MOST_WORK // max(1, len(graph.primitives))))
    with precision(_BITS):
        for numbers in _candidates(graph.inputs, near, found):
            point: dict[int, arb] | None = {i: arb(x) for i, x in numbers.items()}
            if place is not None and point is not None:
                point = place(point)
            if point is None:
                continue
            known = known_at(graph, wrt, point)
            # Where the curve is a line y = 0, a slope of 0 is known to no digit.
            if known is not None and (place is None or all(map(_is_known, known.slopes.values()))):
                found.append(known)
            if len(found) == needed:
                break
    return found


def known_at(graph: Graph, wrt: Sequence[int], point: Mapping[int, arb]) -> Known | None:
    """What is known at one point; None where there is no derivative, or not enough of its digits."""
    with precision(_BITS):
        run = forward(graph, TYPED_BALLS, point)
        if graph.output in run.faults:
            return None
        adjoints = backprop(graph, TYPED_BALLS, run).adjoints
    slopes = {j: arb(0) if j in run.dropped else adjoints[j] for j in wrt}
    return Known(run.values, slopes) if all(x.is_finite() for x in slopes.values()) else None


def _is_known(x: arb) -> bool:
    return bool(x.is_zero()) or (bool(x.is_finite()) and significant(x) >= _DIGITS)


def _candidates(
    inputs: Sequence[int], near: Mapping[int, float] | None, found: Sequence[Known]
) -> Iterator[dict[int, float]]:
    """Numbers of several sizes, none of them round: no two meet, and no boundary is met. A third of them lies near a
    point of the domain, as soon as one is `found`."""
    draw = random.Random(_SEED)
    if not inputs:
        yield {}
        return
    for k in range(_MOST_TRIED):
        if near is None and found:
            near = {i: float(found[0].values[i]) for i in inputs}
        if near is not None and k % 3 == 2:
            yield {i: near[i] + 2.0 ** -(k % 9) * draw.uniform(-1, 1) for i in inputs}
        elif k % 2 and len(inputs) > 1:
            yield {i: draw.uniform(*draw.choice(_RANGES)) for i in inputs}
        else:
            low, high = _RANGES[k % len(_RANGES)]
            yield {i: draw.uniform(low, high) for i in inputs}


def agrees(formula: Formula, names: Mapping[str, int], points: Sequence[Known], j: int) -> int:
    """At how many of `points` a formula is the slope along node j; 0 where it is not at one, has no value at several,
    or agrees at too few."""
    graph = formula.graph
    agreeing = holes = 0
    with precision(_BITS):
        for known in points:
            point = {i: known.values[names[graph.names[i]]] for i in graph.inputs}
            run = forward(graph, TYPED_BALLS, point)
            value, true = run.values[graph.output], known.slopes[j]
            if graph.output in run.faults or not value.is_finite():
                holes += 1
            elif not value.overlaps(true):
                return 0
            else:
                agreeing += _is_known(value) or _is_known(true) or graph.nodes[graph.output].literal == 0
    is_enough = agreeing >= FEWEST or (agreeing == len(points) == 1 and not names)
    return agreeing if is_enough and holes * _FEWEST_PER_HOLE <= agreeing else 0


def on_the_curve(graph: Graph, y: int) -> OnTheCurve:
    """Moves a point along input y to where the output is 0, proved by Newton's method on balls."""

    def place(point: dict[int, arb]) -> dict[int, arb] | None:
        middle = point[y].mid()
        for _ in range(60):
            slope, value = _slope(graph, {**point, y: middle}, y)
            if slope is None or value is None or slope.contains(0):
                return None
            step = (value / slope).mid()
            middle = (middle - step).mid()
            if abs(step) < 1e-40 * (1 + abs(middle)):
                break
        around = arb(middle, 1e-36 * (1 + float(abs(middle))))
        slope, _ = _slope(graph, {**point, y: around}, y)
        _, value = _slope(graph, {**point, y: middle}, y)
        if slope is None or value is None or slope.contains(0):
            return None
        root = middle - value / slope
        return {**point, y: root} if around.contains(root) else None

    return place


def _slope(graph: Graph, point: Mapping[int, arb], y: int) -> tuple[arb | None, arb | None]:
    run = forward(graph, TYPED_BALLS, point)
    value = run.values[graph.output]
    if graph.output in run.faults or not value.is_finite():
        return None, None
    slope = backprop(graph, TYPED_BALLS, run).adjoints[y]
    return (slope if slope.is_finite() else None), value
