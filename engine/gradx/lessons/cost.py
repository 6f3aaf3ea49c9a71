"""Why backprop: N + P steps against N × P, and what both really take on a graph."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from gradx.graph import Graph
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward, nudged

T = TypeVar("T")

MOST_VISITS: Final = 2_000_000
"""Nudging one input walks the graph once; so many nodes are walked over, then the rest is not nudged."""

REPEATS: Final = 5
"""A sweep is timed this often, and the fastest counts: whatever else the machine did took longer."""

BRIEF: Final = 0.05
"""Seconds. A sweep that takes longer is timed once."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Steps as the courses count them: N operation nodes, P parameters (inputs)."""

    nodes: int
    parameters: int

    @property
    def backprop_steps(self) -> int:
        """N + P: every node is visited once, and every parameter gets its derivative on the way."""
        return self.nodes + self.parameters

    @property
    def nudging_steps(self) -> int:
        """N × P: every node is evaluated again for every parameter."""
        return self.nodes * self.parameters


@dataclass(frozen=True, slots=True)
class Measured:
    """Both ways to all gradients, as they ran. Evaluations are of operation nodes, times in seconds.

    Backprop: one forward pass, then every node that the output depends on visited once. Nudging: one forward pass, then
    for each of the `nudged` inputs every node that depends on it, evaluated again.
    """

    forward_evaluations: int
    backprop_visits: int
    nudging_evaluations: int
    nudged: int
    backprop_seconds: float
    nudging_seconds: float


def count(graph: Graph, inputs: Sequence[int]) -> Cost:
    """The courses' count for `graph` with the derivatives for `inputs` wanted."""
    return Cost(len(graph.operations), len(inputs))


def measure(graph: Graph, point: dict[int, float], inputs: Sequence[int], epsilon: float = 0.001) -> Measured:
    """Run both at `point` (input node to value), nudging as many of `inputs` as `MOST_VISITS` allows, at least one."""
    nudgeable = inputs[: max(1, MOST_VISITS // len(graph.nodes))]
    back, backprop_seconds = _timed(lambda: backprop(graph, FLOAT64, forward(graph, FLOAT64, point)))
    evaluations, nudging_seconds = _timed(lambda: _nudge_each(graph, point, nudgeable, epsilon))
    operations = len(graph.operations)
    return Measured(
        forward_evaluations=operations,
        backprop_visits=sum(1 for i in graph.operations if back.partials[i]),
        nudging_evaluations=operations + evaluations,
        nudged=len(nudgeable),
        backprop_seconds=backprop_seconds,
        nudging_seconds=nudging_seconds,
    )


def _nudge_each(graph: Graph, point: dict[int, float], inputs: Sequence[int], epsilon: float) -> int:
    """Nudge one input after the other; how many nodes that evaluated again."""
    run = forward(graph, FLOAT64, point)
    evaluations = 0
    for i in inputs:
        order = graph.downstream(i)
        nudged(graph, FLOAT64, run, i, point[i] + epsilon, order)
        evaluations += len(order) - 1
    return evaluations


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` answers, and the seconds that its fastest run took."""
    fastest = math.inf
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = work()
        fastest = min(fastest, time.perf_counter() - start)
        if fastest > BRIEF:
            break
    return result, fastest
