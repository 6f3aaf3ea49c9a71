"""A claim tried at enough points: where both sides have a value, on every side of every boundary, none twice."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from gradx.graph import Graph
from gradx.lessons.claims.cells import beside_boundaries
from gradx.lessons.claims.comparing import Comparison
from gradx.lessons.claims.points import around, candidates, mixed
from gradx.lessons.claims.trial import Trial
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import functions_of
from gradx.sweeps.forward import forward

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
    holes: int = 0
    tried: set[tuple[float, ...]] = field(default_factory=set)
    overflowing: list[dict[int, float]] = field(default_factory=list)

    def take(self, comparison: Comparison, point: dict[int, float]) -> bool:
        """Try the claim at `point`; whether that told something new."""
        numbers = tuple(point.values())
        if numbers in self.tried:
            return False
        self.tried.add(numbers)
        value = _float_value(comparison.dependence.graph, point)
        if value is not None and not abs(value) < math.inf:
            self.overflowing.append(point)
            return False
        return self.judge(None if value is None else comparison.at(point))

    def judge(self, trial: Trial | None) -> bool:
        """Take a trial in; whether it told something. None is a point where the function has no value."""
        self.holes += trial is not None and not trial.claimed.is_finite()
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
    found: list[dict[int, float]] = []
    for point in itertools.islice(candidates(graph.inputs), tries):
        if sample.take(comparison, point):
            found.append(point)
        if len(found) == sample.needed or len(sample.refuting) == refutations:
            break
    bases = found[:_BASES] or [dict.fromkeys(graph.inputs, 1.0)]
    beside = beside_boundaries(graph, claim, bases)
    found += [point for point in beside if sample.take(comparison, point)]
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


def _float_value(graph: Graph, point: Mapping[int, float]) -> float | None:
    """The value as float64 has it, None outside the domain: such points are not worth more bits."""
    run = forward(graph, FLOAT64, point)
    return None if graph.output in run.faults else run.values[graph.output]
