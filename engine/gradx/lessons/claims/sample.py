"""A claim tried at enough points: where both sides have a value, on every side of every boundary, none twice.

They are friendly numbers, and seeded random ones of several sizes, round ones and others: always the same, so that the
same claim always gets the same answer.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gradx.graph import Graph
from gradx.lessons.claims.cells import SEED, Point, beside_boundaries
from gradx.lessons.claims.steep import near_steep
from gradx.lessons.claims.trial import Comparison, Trial
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import functions_of
from gradx.sweeps.forward import forward

_FRIENDLY = (0, 1, 2, 3, -1, -2)
_MOST_FRIENDLY = 60
_FRIENDLY_FIRST = 8
_RANDOM = 600
_ORDINARY = 120
_ROUNDINGS = 8

POINTS, FEWEST = 20, 3
"""So many points of the domain a formula must agree at before it is called right; fewer where each takes long."""

_MOST_TRIED = 500
MOST_WORK, MOST_FOR_ONE = 100_000, 50_000
"""What all points together may cost, in products; and a single one, of a program that is checked at all."""

_BENDING = 10
_DEAR = {"power": 2, "erf": 9, "erfc": 9, "gamma": 59, "lgamma": 59, "digamma": 119, "trigamma": 119}
"""What a node whose value asks for one of these functions costs more, with its local partials."""

_BASES = 3
_LARGE, _ENOUGH_REFUTATIONS = 1_000, 5  # in a large program nobody waits for a sixth point that says the same


@dataclass
class Sample:
    """The trials where both sides have a value, those that refute the claim, and how many points told nothing.

    `needed` is how many trials it takes to call a claim right.
    `holes` are the points at which only the claim has no value, `overflowing` those too large for float64, which are
    left for the end.
    """

    needed: int
    trials: list[Trial] = field(default_factory=list)
    refuting: list[Trial] = field(default_factory=list)
    skipped: int = 0
    holes: list[Trial] = field(default_factory=list)
    tried: set[tuple[float, ...]] = field(default_factory=set)
    overflowing: list[Point] = field(default_factory=list)

    def take(self, comparison: Comparison, point: Point) -> bool:
        """Try the claim at `point`; whether that told something new."""
        numbers = tuple(point.values())
        if numbers in self.tried:
            return False
        self.tried.add(numbers)
        graph = comparison.dependence.graph
        run = forward(graph, FLOAT64, point)
        if graph.output in run.faults:  # outside of the domain no point is worth more bits
            return self.judge(None)
        if not abs(run.values[graph.output]) < math.inf:
            self.overflowing.append(point)
            return False
        return self.judge(comparison.at(point))

    def judge(self, trial: Trial | None) -> bool:
        """Take a trial in; whether it told something. None is a point where the function has no value."""
        if trial is not None and not trial.claimed.is_finite():
            self.holes.append(trial)
        if trial is None or trial.agrees is None:
            self.skipped += 1
            return False
        self.trials.append(trial)
        if not trial.agrees:
            self.refuting.append(trial)
        return True


def taken_sample(comparison: Comparison) -> Sample:
    """The claim at as many points as are needed or more, as far as they are found; always the same ones."""
    graph, claim = comparison.dependence.graph, comparison.claim
    affordable = MOST_WORK // max(1, work(graph) + work(claim.formula))
    sample = Sample(max(FEWEST, min(POINTS, affordable)))
    tries = min(_MOST_TRIED, max(3 * sample.needed, affordable))
    refutations = POINTS if len(graph.nodes) < _LARGE else _ENOUGH_REFUTATIONS
    found: list[Point] = []
    for point in itertools.islice(candidates(graph.inputs), tries):
        if sample.take(comparison, point):
            found.append(point)
        if len(found) == sample.needed or len(sample.refuting) == refutations:
            break
    bases = found[:_BASES] or [dict.fromkeys(graph.inputs, 1.0)]
    beside = beside_boundaries(graph, claim, bases)
    found += [point for point in beside if sample.take(comparison, point)]
    found += [point for point in near_steep(graph, claim, found or bases) if sample.take(comparison, point)]
    for point in itertools.chain(itertools.islice(mixed(beside), tries), around(found)):
        if len(sample.trials) >= sample.needed or len(sample.refuting) >= refutations:
            break
        if sample.take(comparison, point):
            found.append(point)
    for point in sample.overflowing:
        if len(sample.trials) >= sample.needed or len(sample.refuting) >= refutations:
            break
        sample.judge(comparison.at(point))
    return sample


def work(graph: Graph) -> int:
    """What one trial costs, in products: a node of many arguments counts as that many of two."""
    total = 0
    for row, inputs in zip(graph.primitives, graph.arguments, strict=True):
        total += max((_DEAR[name] for name in functions_of(row) if name in _DEAR), default=0) if row else 0
        total += max(1, len(inputs) - 1) + (_BENDING * len(inputs) if row and row.boundaries else 0)
    return total


def candidates(inputs: Sequence[int]) -> Iterator[Point]:
    """Points to try, some friendly ones first; always the same ones."""
    yield from itertools.islice(friendly(inputs), _FRIENDLY_FIRST)
    draw = random.Random(SEED)
    for k in range(_RANDOM):
        size = k % (5 if k < _ORDINARY else 6)
        yield {i: _random_number(draw, size, (k + k // 6) % 2 == 0) for i in inputs}


def friendly(inputs: Sequence[int]) -> Iterator[Point]:
    """Small whole numbers, the friendliest first; with many inputs only some of their combinations."""
    count = len(inputs)
    if count <= 3:
        chosen = sorted(itertools.product(_FRIENDLY, repeat=count), key=_unfriendliness)[:_MOST_FRIENDLY]
    else:
        chosen = [(1,) * count, (0,) * count]
        chosen += [
            tuple(numbers[(k * step + shift) % len(numbers)] for k in range(count))
            for numbers in ((1, 2, 3), (0, 1, 2), (1, -1, 2, -2, 0))
            for step in (1, 2)
            for shift in range(len(numbers))
        ]
    for numbers in chosen:
        yield {i: float(x) for i, x in zip(inputs, numbers, strict=True)}


def _unfriendliness(numbers: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Negative numbers come last; among several numbers a zero hides more than it shows."""
    zeros = numbers.count(0) if len(numbers) > 1 else 0
    return sum(x < 0 for x in numbers), zeros, max(map(abs, numbers), default=0), sum(map(abs, numbers))


_SIZES = ((-4.0, 4.0, 8), (-4.0, 4.0, 8), (0.125, 6.0, 8), (-0.9375, 0.9375, 16), (-50.0, 50.0, 4), (-12.5, 12.5, 8))


def _random_number(draw: random.Random, size: int, plain: bool) -> float:
    """Most often of ordinary size, sometimes near 0, positive, or large; where it is `plain`, with a small denominator:
    what is periodic looks the same at all of those."""
    low, high, denominator = _SIZES[size]
    scale = draw.choice((1, 10, 100, 1000)) if size == 5 else 1
    if not plain:
        return scale * draw.uniform(low, high)
    return scale * draw.randint(round(low * denominator), round(high * denominator)) / denominator


def rounded(points: Sequence[Point]) -> Iterator[Point]:
    """The same points in ever more digits, as long as that makes them rounder."""
    for digits in range(1, _ROUNDINGS + 1):
        for point in points:
            yield {i: float(f"{x:.{digits}g}") for i, x in point.items()}


def mixed(points: Sequence[Point]) -> Iterator[Point]:
    """Points that take each coordinate from another one of `points`, moved a little."""
    draw = random.Random(SEED + 2)
    for _ in range(_RANDOM if points else 0):
        yield {i: draw.choice(points)[i] + draw.choice((0, 0, 1, -1)) / draw.choice((1, 2, 8)) for i in points[0]}


def around(found: Sequence[Point]) -> Iterator[Point]:
    """Points close to those of `found`: what is left to try where the domain is narrow."""
    draw = random.Random(SEED + 1)
    for k in range(_RANDOM):
        if not found:
            return
        near = 2.0 ** -(k % 7)
        yield {i: x + near * draw.uniform(-1, 1) for i, x in draw.choice(found).items()}
