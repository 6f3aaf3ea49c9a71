"""A program along one input, the others held: what is proved of its value and slope at any number, and beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flint import arb

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.numbers.balls import BALLS, precision
from gradx.numbers.float64 import FLOAT64
from gradx.point.bend import Bend
from gradx.point.enclosure import MOST_ON_SIDES, Budget, Enclosures, OpenError, OverBudgetError
from gradx.point.exact_point import exact_point
from gradx.point.judge import Judge
from gradx.point.reading import Readings
from gradx.point.sides import sides
from gradx.point.verdict import Proof
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import distances, forward

DIGITS = 17
SIDES_BITS = 640


class Contact(NamedTuple):
    """Value and slope as float64 numbers, the proved ones wherever there are such; no slope where `reason` says why."""

    value: float
    slope: float | None
    reason: str | None


class Along:
    """`graph` along its input `free`, the other inputs at `point`."""

    def __init__(self, graph: Graph, free: int, point: Mapping[int, float]) -> None:
        self.graph = graph
        self._free = free
        self._point = dict(point)
        self._readings: dict[float, Readings] = {}

    def contact(self, x: float) -> Contact | None:
        """What the judge says of x; None where there is no value."""
        numbers = self._point | {self._free: x}
        run = forward(self.graph, FLOAT64, numbers)
        judge = Judge(self.graph, run, numbers)
        try:
            judge.require_value()
        except GradxError:
            return None
        back = backprop(self.graph, FLOAT64, run)
        value = _number(judge.value().proof, run.values[self.graph.output])
        verdict, proof = judge.gradient(back, self._free)
        if proof is None and verdict.status != "unchecked":
            return Contact(value, None, verdict.reason)
        return Contact(value, _number(proof, back.adjoints[self._free]), None)

    def value(self, x: float) -> arb | None:
        """The value at x, None where there is none. Raises OpenError and OverBudgetError."""
        found = self._proved(x)
        if found.readings[found.level].surely_outside:
            return None
        return found.value().ball

    def slope(self, x: float) -> arb:
        """The slope at x. Raises OpenError, also where the slope bends, and OverBudgetError."""
        found = self._proved(x).gradient(self._free)
        if isinstance(found, Bend):
            raise OpenError(found.culprit, None, SIDES_BITS)
        return found.ball

    def _read(self, x: float) -> Readings:
        if x not in self._readings:
            self._readings[x] = Readings(self.graph, BALLS, self._point | {self._free: x})
        return self._readings[x]

    def _proved(self, x: float) -> Enclosures:
        return Enclosures(self._read(x), Budget(), DIGITS)

    def is_analytic(self, low: float, high: float) -> bool:
        """Whether it is proved that no boundary is met from `low` to `high`."""
        numbers = {i: arb(x) for i, x in self._point.items()} | {self._free: arb(low).union(arb(high))}
        reading = Readings(self.graph, BALLS, lambda m: numbers)[0]
        return not reading.touched and bool(reading.output.is_finite())

    def signs(self, x: float) -> list[int]:
        """The signs of all boundary quantities at x, 0 where one is 0 or not known."""
        reading, nodes = self._read(x)[0], range(len(self.graph.primitives))
        with precision(reading.bits):
            quantities = [q for i in nodes for q in distances(self.graph, BALLS, reading.values, i)]
        return [1 if q > 0 else -1 if q < 0 else 0 for q in quantities]

    def beside(self, x: float) -> Bend | None:
        """What the two sides of x come to; None where the program is analytic there. Raises OverBudgetError."""
        numbers, reading = self._point | {self._free: x}, self._read(x)[0]
        if not reading.touched and not reading.surely_outside:
            return None
        if len(self.graph.primitives) > MOST_ON_SIDES:
            raise OverBudgetError
        with precision(SIDES_BITS):
            return sides(self.graph, exact_point(self.graph, numbers), self._free)


def _number(proof: Proof | None, computed: float) -> float:
    return computed if proof is None else float(proof.ball) + 0.0
