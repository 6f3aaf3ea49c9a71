"""Where a claim is tried: friendly numbers, seeded random ones of several sizes, both sides of every boundary.

Always the same points, so that the same claim always gets the same answer.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence

from gradx.graph import Graph
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import Forward, forward

Point = dict[int, float]
"""Input node -> number."""

SEED = 1_729
_FRIENDLY = (0, 1, 2, 3, -1, -2)
_MOST_FRIENDLY = 60
_FRIENDLY_FIRST = 8
_RANDOM = 600
_ORDINARY = 120
_SIZES = (0.11, 0.37, 0.83, 1.3, 2.1, 3.7, 6.1, 11.0, 23.0, 61.0, 130.0, 1100.0)
_GRID = (*(-x for x in reversed(_SIZES)), *_SIZES)
_BISECTIONS = 32
_MOST_ON_A_LINE = 6
_MOST_LINES = 12
_MOST_CROSSINGS = 24
_LARGEST = 600  # nodes and their arguments
_ASIDE = 2.0**-20


def candidates(inputs: Sequence[int]) -> Iterator[Point]:
    """Points to try, some friendly ones first; always the same ones."""
    yield from itertools.islice(friendly(inputs), _FRIENDLY_FIRST)
    draw = random.Random(SEED)
    for k in range(_RANDOM):
        size = k % (5 if k < _ORDINARY else 6)
        yield {i: _random_number(draw, size) for i in inputs}


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


def _random_number(draw: random.Random, size: int) -> float:
    """A rational with a small denominator: most often of ordinary size, sometimes near 0, positive, or large."""
    if size in (0, 1):
        return draw.randint(-32, 32) / 8
    if size == 2:
        return draw.randint(1, 48) / 8
    if size == 3:
        return draw.randint(-15, 15) / 16
    if size == 4:
        return draw.randint(-200, 200) / 4
    return draw.choice((1, 10, 100, 1000)) * draw.randint(-99, 99) / 8


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
        yield {i: x + near * draw.randint(-16, 16) / 16 for i, x in draw.choice(found).items()}


Follow = Callable[[Forward[float]], Forward[float]]
"""The formula's pass over the program's."""


def beside_boundaries(graph: Graph, formula: Graph, follow: Follow, bases: Sequence[Point]) -> list[Point]:
    """Points just beside every place where a bend, a jump or a branch of the program or of the formula is crossed.

    They are looked for on lines through `bases` along the inputs.
    """
    if _size(graph) + _size(formula) > _LARGEST or not (_bends(graph) or _bends(formula)):
        return []
    lines = [(base, i) for base in bases for i in graph.inputs][:_MOST_LINES]
    found: list[Point] = []
    for base, i in lines:
        side = _sides_along(graph, formula, follow, base, i)
        for crossing in _crossings(side):
            aside = _ASIDE * max(1.0, abs(crossing))
            found += [{**base, i: crossing - aside}, {**base, i: crossing + aside}]
            if len(found) >= _MOST_CROSSINGS:
                return found
    return found


SidesAt = Callable[[float], list[bool | None]]
"""On which side of each boundary a line is at x; None where that cannot be said."""


def _bends(graph: Graph) -> bool:
    return any(n.primitive and n.primitive.boundaries and not n.constant for n in graph.nodes)


def _sides_along(graph: Graph, formula: Graph, follow: Follow, base: Point, i: int) -> SidesAt:
    """On which side of each boundary the point `base` lies with input i at x."""

    def sides(x: float) -> list[bool | None]:
        run = forward(graph, FLOAT64, {**base, i: x})
        return _sides(graph, run) + _sides(formula, follow(run))

    return sides


def _sides(graph: Graph, run: Forward[float]) -> list[bool | None]:
    found: list[bool | None] = []
    for i, node in enumerate(graph.nodes):
        row = node.primitive
        if row is None or row.boundaries is None or node.constant:
            continue
        quantities = row.boundaries(FLOAT64, *(run.values[j] for j in node.inputs))
        found += [None if b != b or not b else b > 0 for b in quantities]
        if row.piecewise:
            xs = [run.values[j] for j in node.inputs]
            found += [bool(w) for w in row.local_partials(FLOAT64, run.values[i], xs, [True] * len(xs))]
    return found


def _size(graph: Graph) -> int:
    return sum(max(1, len(node.inputs)) for node in graph.nodes)


def _crossings(sides: SidesAt) -> list[float]:
    """Where a boundary is crossed between neighbours of the grid, by bisection."""
    found: list[float] = []
    known = [(x, sides(x)) for x in _GRID]
    for (low, below), (high, above) in sorted(itertools.pairwise(known), key=lambda pair: abs(pair[0][0] + pair[1][0])):
        for k, (a, b) in enumerate(zip(below, above, strict=False)):
            if a is not None and b is not None and a != b and len(found) < _MOST_ON_A_LINE:
                crossing = _bisect(sides, k, low, high, a)
                if all(abs(crossing - x) > 1e-9 * max(1.0, abs(x)) for x in found):
                    found.append(crossing)
    return sorted(found, key=abs)


def _bisect(sides: SidesAt, k: int, low: float, high: float, at_low: bool) -> float:
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if sides(middle)[k] == at_low:
            low = middle
        else:
            high = middle
    return (low + high) / 2
