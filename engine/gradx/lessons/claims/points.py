"""Where a claim is tried: friendly numbers, and seeded random ones of several sizes, round ones and others.

Always the same points, so that the same claim always gets the same answer.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

Point = dict[int, float]
"""Input node -> number."""

SEED = 1_729
_FRIENDLY = (0, 1, 2, 3, -1, -2)
_MOST_FRIENDLY = 60
_FRIENDLY_FIRST = 8
_RANDOM = 600
_ORDINARY = 120
_ROUNDINGS = 8


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
