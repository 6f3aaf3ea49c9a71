"""Where a descent came to rest: a minimum, or what only looks like one to a gradient that is 0.

J is compared, in balls, with J on both sides along every input and along the diagonals of every two, at distances
that grow until one tells: nearer than the bottom is to the point, J still falls on one side and rises on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from flint import arb

from gradx.lessons.descents.descent import Step, Task
from gradx.numbers.balls import BALLS, precision
from gradx.numbers.float64 import FLOAT64
from gradx.point.judge import Judge
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

Shape = Literal["minimum", "maximum", "saddle", "plateau", "inflection", "slope"]

EXPONENTS = range(-40, -2)
"""The distances are 2 to these, times the larger of 1 and the input's size."""

BITS = 640
MOST_NODES = 400_000
"""No more evaluations than this are made to tell."""

MOST_DIAGONALS = 6
"""Of more inputs than this the diagonals are not looked along."""


class Way(NamedTuple):
    """What J does along a line through the point, called `name`: an input (`w`), or a diagonal (`a - b`).

    "level": it stays within what the tolerance is, `change` being the most that was found; "passes": it rises on one
    side and falls on the other."""

    name: str
    is_input: bool
    does: Literal["rises", "falls", "passes", "level", "open"]
    change: float = 0.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """`ways` along every input and diagonal. At a "slope" the true `gradient` is not below the tolerance: float64 lost
    it."""

    shape: Shape
    ways: tuple[Way, ...] = ()
    gradient: float | None = None

    def described(self, output: str) -> str:
        """In words: `a saddle: J rises along x and falls along y`."""
        if self.gradient is not None:
            return f"a slope: the true gradient is {self.gradient:.4g}, which float64 lost"
        rises, falls, level = (self._along(does) for does in ("rises", "falls", "level"))
        if self.shape == "saddle":
            return f"a saddle: {output} rises along {rises} and falls along {falls}"
        if self.shape == "plateau":
            most = max(way.change for way in self.ways)
            change = f"changes by no more than {most:.1g}" if most else "does not change"
            return f"a plateau: {output} {change} near it"
        if self.shape == "inflection":
            passes = self._along("passes")
            return f"neither a minimum nor a maximum: along {passes} {output} rises on one side and falls on the other"
        if len(self.ways) == 1:
            return f"a {self.shape}"
        if any(way.does == "level" for way in self.ways if way.is_input):
            return f"a {self.shape} along {rises or falls}; {output} does not change along {level}"
        return f"a {self.shape} along every input"

    def _along(self, does: str) -> str:
        """The inputs along which J does this; diagonals, as `a + b`, only where no input does."""
        ways = [way for way in self.ways if way.does == does]
        return ", ".join(way.name for way in ways if way.is_input) or (ways[0].name if ways else "")


def arrival(task: Task, step: Step) -> Arrival | None:
    """What there is at the point of a step at which no gradient is above the tolerance; None where it is not known."""
    size = len(task.wrt)
    lines = size**2 if size <= MOST_DIAGONALS else size
    if lines * len(task.graph.primitives) * 2 * len(EXPONENTS) > MOST_NODES:
        return None
    at = task.start | dict(zip(task.wrt, step.point, strict=True))
    lost = _lost_gradient(task, {task.graph.index[name]: x for name, x in at.items()})
    if lost is not None:
        return Arrival("slope", gradient=lost)
    ways = tuple(_way(task, step, direction) for direction in _directions(size))
    shape = _shape({way.does for way in ways})
    return None if shape is None else Arrival(shape, ways)


def _directions(size: int) -> Iterator[tuple[int, ...]]:
    for k in range(size):
        yield tuple(int(j == k) for j in range(size))
    if size <= MOST_DIAGONALS:
        for a, b in combinations(range(size), 2):
            for sign in (1, -1):
                yield tuple(1 if j == a else sign if j == b else 0 for j in range(size))


def _shape(found: set[str]) -> Shape | None:
    if "open" in found:
        return None
    if "passes" in found:
        return "inflection"
    if {"rises", "falls"} <= found:
        return "saddle"
    return "minimum" if "rises" in found else "maximum" if "falls" in found else "plateau"


def _lost_gradient(task: Task, point: Mapping[int, float]) -> float | None:
    """A true gradient above the tolerance, None where there is none."""
    run = forward(task.graph, FLOAT64, point)
    judge, back = Judge(task.graph, run, point), backprop(task.graph, FLOAT64, run)
    for name in task.wrt:
        _, proof = judge.gradient(back, task.graph.index[name])
        if proof is not None and abs(proof.ball) > 2 * task.tolerance and proof.is_settled(3):
            return float(proof.ball)
    return None


def _way(task: Task, step: Step, direction: Sequence[int]) -> Way:
    """What J does along one line."""
    moving = [(name, part) for name, part in zip(task.wrt, direction, strict=True) if part]
    name = moving[0][0] + "".join(f" {'-' if part < 0 else '+'} {other}" for other, part in moving[1:])
    is_input = len(moving) == 1
    scale = max(1.0, *(abs(x) for x, part in zip(step.point, direction, strict=True) if part))
    with precision(BITS):
        here = _value(task, step.point)
        farthest = 0.0
        for exponent in EXPONENTS:
            distance = scale * 2.0**exponent
            sides = [_value(task, _moved(step.point, direction, sign * distance)) - here for sign in (-1, 1)]
            if not all(side.is_finite() for side in sides):
                return Way(name, is_input, "open")
            signs = [1 if side > 0 else -1 if side < 0 else 0 for side in sides]
            farthest = max(float(side.abs_upper()) for side in sides)
            if signs == [0, 0]:
                return Way(name, is_input, "level")
            if signs[0] != -signs[1] and farthest > 2 * task.tolerance * distance:
                return Way(name, is_input, "rises" if sum(signs) > 0 else "falls", farthest)
    level = farthest <= 2 * task.tolerance * distance
    return Way(name, is_input, "level" if level else "passes", farthest)


def _moved(point: Sequence[float], direction: Sequence[int], distance: float) -> list[arb]:
    return [arb(x) + arb(distance) * part for x, part in zip(point, direction, strict=True)]


def _value(task: Task, at: Sequence[arb | float]) -> arb:
    graph, point = task.graph, task.start | dict(zip(task.wrt, at, strict=True))
    run = forward(graph, BALLS, {graph.index[name]: arb(x) for name, x in point.items()})
    return arb.nan() if graph.output in run.faults else run.values[graph.output]
