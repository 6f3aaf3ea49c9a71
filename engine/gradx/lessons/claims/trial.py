"""A claim tried at one point: everything there, exact and claimed, that tells right from wrong and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.dependence import Dependence
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, forward
from gradx.sweeps.tangents import Rule, tangent, tangents

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.written import Written

ON_BOUNDARY = 1e-25
"""A boundary quantity below this counts as zero: the point lies on a kink, a jump or an edge."""

_FAR = 1e-9

ASIDE = 1e-9
"""How far an argument is moved to see whether it leaves the boundary (an even power's exponent never does)."""


@dataclass(frozen=True)
class Trial:
    """One point (input -> number), and over it the derivative `exact` and what the claim says, `claimed`.

    `claimed` is nan where the claim has no value.
    """

    dependence: Dependence
    claim: Claim
    m: Written = field(repr=False)
    point: Mapping[int, mpf]
    run: Forward[mpf] = field(repr=False)
    back: Backprop[mpf] = field(repr=False)
    formula: Forward[mpf] = field(repr=False)

    @property
    def exact(self) -> mpf:
        return self.back.adjoints[self.dependence.wrt]

    @property
    def claimed(self) -> mpf:
        return self.formula.values[self.claim.formula.output]

    @property
    def output(self) -> mpf:
        """The value of the node that is differentiated."""
        return self.run.values[self.dependence.graph.output]

    @cached_property
    def noise(self) -> mpf:
        """How far the claim's value and the derivative may be off by rounding, to first order."""
        back = backprop(self.claim.formula, self.m, self.formula)
        moved = [a * v for a, v in zip(back.adjoints, self.formula.values, strict=True)]
        graph, slopes, adjoints = self.dependence.graph, self.tangents, self.back.adjoints
        for i in self.dependence.between:
            edges = zip(graph.nodes[i].inputs, self.back.partials[i], strict=False)
            moved += [adjoints[i] * w * slopes[j] for j, w in edges if w is not None]
        return self._rounding(moved)

    @property
    def output_noise(self) -> mpf:
        """The same of `output`."""
        return self._rounding([a * v for a, v in zip(self.back.adjoints, self.run.values, strict=True)])

    def _rounding(self, moved: Sequence[mpf]) -> mpf:
        """What rounding makes of numbers of this size on the way."""
        largest = max((abs(x) for x in moved if x == x), default=self.m.number(0.0))
        return largest * self.m.context.mpf(10) ** (5 - self.m.digits)

    @cached_property
    def tangents(self) -> list[mpf]:
        """The derivative of every node with respect to `wrt`."""
        dependence = self.dependence
        return tangents(dependence.graph, self.m, self.back.partials, dependence.wrt, dependence.between)

    @cached_property
    def slope_of_claim(self) -> mpf:
        """The claim, differentiated in its turn with respect to `wrt`."""
        back = backprop(self.claim.formula, self.m, self.formula)
        total = self.m.number(0.0)
        for i, j in self.claim.operands.items():
            reached = j == self.dependence.wrt or j in self.dependence.between
            if j in self.dependence.varying and not reached:
                return self.m.nan
            total = total + back.adjoints[i] * self.tangents[j]
        return total

    def local(self, i: int, slot: int) -> mpf:
        """The local partial of node i for one argument, 0 where nothing flows."""
        partial = self.back.partials[i][slot] if self.back.partials[i] else None
        return self.m.number(0.0) if partial is None else partial

    def tangent(self, i: int, before: Sequence[mpf]) -> mpf:
        """The tangent of node i by the right rule, from the tangents `before` it."""
        return tangent(self.dependence.graph, self.m, self.back.partials, i, before)

    def with_tangent(self, i: int, wrong: mpf) -> mpf:
        """The derivative that comes out where the tangent of node i alone is `wrong`."""
        return self.exact + self.back.adjoints[i] * (wrong - self.tangents[i])

    def with_rules(self, rules: Mapping[int, Rule[mpf]]) -> mpf:
        """The derivative that comes out where the nodes in `rules` follow rules of their own."""
        dependence = self.dependence
        found = tangents(dependence.graph, self.m, self.back.partials, dependence.wrt, dependence.between, rules)
        return found[dependence.graph.output]


def attempt(dependence: Dependence, claim: Claim, m: Written, point: Mapping[int, mpf]) -> Trial | None:
    """The claim at `point`; None where the function has no derivative there, or none that could be told."""
    graph = dependence.graph
    run = forward(graph, m, point)
    if graph.output in run.faults or not m.is_finite(run.values[graph.output]) or dependence.wrt in run.dropped:
        return None
    back = backprop(graph, m, run)
    if not m.is_finite(back.adjoints[dependence.wrt]):
        return None
    between = [i for i in dependence.between if back.partials[i]]
    if _on_boundary(graph, m, run.values, between, dependence.varying):
        return None
    trial = Trial(dependence, claim, m, point, run, back, claimed_at(claim, m, run))
    formula = claim.formula
    moving = {i for i, j in claim.operands.items() if j in dependence.varying}
    for i, node in enumerate(formula.nodes):
        if not moving.isdisjoint(node.inputs):
            moving.add(i)
    return None if _on_boundary(formula, m, trial.formula.values, sorted(moving), moving) else trial


def claimed_at(claim: Claim, m: Written, run: Forward[mpf]) -> Forward[mpf]:
    """The claim's formula, evaluated with the program's values; nan where it has none."""
    operands = {i: m.nan if j in run.faults else run.values[j] for i, j in claim.operands.items()}
    formula = forward(claim.formula, m, operands)
    if claim.formula.output in formula.faults or not m.is_finite(formula.values[claim.formula.output]):
        formula.values[claim.formula.output] = m.nan
    return formula


def _on_boundary(
    graph: Graph, m: Written, values: Sequence[mpf], nodes: Iterable[int], moving: Collection[int]
) -> bool:
    """Whether one of `nodes` stands on a boundary of its primitive, which it leaves when the `moving` nodes move."""
    for i in nodes:
        node = graph.nodes[i]
        row = node.primitive
        if row is None or row.boundaries is None:
            continue
        xs = [values[j] for j in node.inputs]
        roughly = row.boundaries(FLOAT64, *map(float, xs))
        if all(abs(b) > _FAR for b in roughly):
            continue
        here = row.boundaries(m, *xs)
        if any(abs(b) < ON_BOUNDARY for b in here):
            moved = [_moved(x) if j in moving else x for j, x in zip(node.inputs, xs, strict=True)]
            there = row.boundaries(m, *moved)
            if any(abs(a) < ON_BOUNDARY <= abs(b) for a, b in zip(here, there, strict=True)):
                return True
    return False


def _moved(x: mpf) -> mpf:
    """A number a little further from zero."""
    step = ASIDE * (1 + abs(x))
    return x - step if x < 0 else x + step
