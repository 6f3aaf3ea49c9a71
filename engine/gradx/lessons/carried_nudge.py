"""One nudge, carried through every node that it moves: the derivative as the courses define it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gradx.errors import GradxError
from gradx.graph import HIDDEN, Graph
from gradx.numbers.float64 import FLOAT64, UNIT
from gradx.point.exploration import Exploration
from gradx.point.judge import Judge
from gradx.point.nudge import nudge
from gradx.sweeps.backprop import product
from gradx.sweeps.forward import nudged

SAME: Final = 1e-9
"""Slopes that differ by less than this, relatively, are one slope."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A node before and after the nudge; `slope` is its change divided by ε, rounding and all.

    `derivative` is what the slope settles at as ε shrinks: the node's derivative with respect to the one that is
    nudged, by the local partials of backprop. None for a node that the output does not depend on.
    """

    name: str
    before: float
    after: float
    change: float
    slope: float
    derivative: float | None


@dataclass(frozen=True, slots=True)
class CarriedNudge:
    """Node `variable` moved up by `epsilon`.

    `output` and `slope` are the output's value and its change over ε, None where the nudge leaves the domain.
    `gradient` is backprop's, `note` says why the slope misleads where it does. `rounding` is how wrong float64 may make
    the slope, `settled` whether slope and gradient are the same up to that. `stuck` says that what should move does
    not: the node itself ("variable"), or the output alone ("output").
    """

    variable: int
    epsilon: float
    moved: tuple[Moved, ...]
    output: float | None
    slope: float | None
    gradient: float
    note: str | None
    rounding: float

    @property
    def stuck(self) -> Literal["variable", "output"] | None:
        if not self.moved:
            return "variable"
        return "output" if self.slope == 0 != self.gradient else None

    @property
    def settled(self) -> bool:
        if self.slope is None or self.stuck or not math.isfinite(self.gradient):
            return False
        return abs(self.slope - self.gradient) <= self.rounding + SAME * abs(self.gradient)


def find_node(graph: Graph, name: str) -> int:
    """The node called `name`. GradxError("name") where there is none."""
    i = graph.index.get(name)
    if i is None:
        names = [graph.names[j] for j in graph.shown[:12]]
        more = ", …" if len(graph.shown) > len(names) else ""
        raise GradxError("name", f"there is no node {name!r}", hint=f"the nodes are {', '.join(names)}{more}")
    return i


def carry(exploration: Exploration, variable: int, epsilon: float) -> CarriedNudge:
    """Move `variable` up by `epsilon` (> 0) from the exploration's point.

    GradxError("domain") where it has no value to move, because it stands in a branch that is not taken.
    """
    graph, run = exploration.graph, exploration.forward
    if variable in run.dropped or variable in run.faults:
        name = graph.names[variable]
        raise GradxError(
            "domain",
            f"{name} stands in a branch that is not taken: it has no gradient here",
            hint="choose values for which the condition takes that branch",
            span=graph.span(variable),
        )
    gradient = exploration.backprop.adjoints[variable]
    order = graph.downstream(variable)
    after = nudged(graph, FLOAT64, run, variable, run.values[variable] + epsilon, order)
    derivatives = _tangents(exploration, order)
    moved = []
    for i in order:
        old, new = run.values[i], after.values[i]
        if i not in run.dropped and i not in after.faults and old != new and not graph.names[i].startswith(HIDDEN):
            moved.append(Moved(graph.names[i], old, new, new - old, (new - old) / epsilon, derivatives.get(i)))
    outcome = nudge(graph, run, variable, epsilon, gradient)
    return CarriedNudge(
        variable,
        epsilon,
        tuple(moved),
        outcome.output,
        outcome.slope,
        gradient,
        outcome.note or _without_bound(exploration, variable),
        _rounding(exploration, variable, epsilon, gradient),
    )


def settling(exploration: Exploration, variable: int, epsilons: Sequence[float]) -> list[CarriedNudge]:
    """The same nudge in several sizes, from the largest to the smallest, each once."""
    return [carry(exploration, variable, epsilon) for epsilon in sorted(set(epsilons), reverse=True)]


GROWS = "the slope grows without bound as ε shrinks"


def _without_bound(exploration: Exploration, variable: int) -> str | None:
    """What there is to say where backprop has no finite gradient: whether the slope to the right is infinite is
    proved."""
    if math.isfinite(exploration.backprop.adjoints[variable]):
        return None
    graph = exploration.graph
    point = {i: exploration.forward.values[i] for i in graph.inputs}
    verdict, _ = Judge(graph, exploration.forward, point).gradient(exploration.backprop, variable)
    if verdict.right is not None and math.isinf(verdict.right):
        return GROWS
    return verdict.reason


def _tangents(exploration: Exploration, order: Sequence[int]) -> dict[int, float]:
    """The derivatives of the nodes in `order` with respect to the first of them, as far as backprop visited them."""
    graph, partials = exploration.graph, exploration.backprop.partials
    tangents = {order[0]: 1.0}
    for i in order[1:]:
        if partials[i]:
            tangents[i] = sum(
                product(graph, i, tangents[j], local)
                for j, local in zip(graph.nodes[i].inputs, partials[i], strict=True)
                if local is not None and j in tangents
            )
    return tangents


def _rounding(exploration: Exploration, variable: int, epsilon: float, gradient: float) -> float:
    """How wrong the slope may be because x + ε and both values of the output are rounded."""
    x = abs(exploration.forward.values[variable]) + epsilon
    return 4 * UNIT * (abs(exploration.value) + abs(gradient) * x) / epsilon
