"""One forward pass and one backward: what every broken rule is worked out from, over any arithmetic.

Adjoints may be put in place of backprop's: those that somebody claims. What lies above a node with one of them does not
count then, as when backprop goes on from that number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic

from gradx.lessons.claims.dependence import Dependence
from gradx.numbers import Arithmetic, S
from gradx.sweeps.backprop import Backprop, Rule, backprop, product, tangent, tangents
from gradx.sweeps.forward import Forward


@dataclass(frozen=True)
class Sweep(Generic[S]):
    """The values of all nodes, the adjoints (those in `placed` as they were put in place) and the local partials."""

    dependence: Dependence
    m: Arithmetic[S]
    run: Forward[S] = field(repr=False)
    back: Backprop[S] = field(repr=False)
    placed: Mapping[int, S] = field(default_factory=dict, repr=False)

    @property
    def exact(self) -> S:
        """The derivative that comes out."""
        return self.back.adjoints[self.dependence.wrt]

    def value(self, i: int) -> S:
        return self.run.values[i]

    def adjoint(self, i: int) -> S:
        return self.back.adjoints[i]

    @cached_property
    def tangents(self) -> list[S]:
        """The derivative of every node with respect to `wrt`; 0 where an adjoint is in place, for those above."""
        return self._tangents({})

    def own(self, i: int) -> S:
        """The derivative of node i, whatever is in place there."""
        return self.tangent(i, self.tangents) if i in self.placed else self.tangents[i]

    def local(self, i: int, slot: int) -> S:
        """The local partial of node i for one argument, 0 where nothing flows."""
        partial = self.back.partials[i][slot] if self.back.partials[i] else None
        return self.m.number(0.0) if partial is None else partial

    def tangent(self, i: int, before: Sequence[S]) -> S:
        """The tangent of node i by the right rule, from the tangents `before` it."""
        return tangent(self.dependence.graph, self.m, self.back.partials, i, before)

    def with_tangent(self, i: int, wrong: S) -> S:
        """The derivative that comes out where the tangent of node i alone is `wrong`."""
        return self.exact + self.adjoint(i) * (wrong - self.own(i))

    def with_rules(self, rules: Mapping[int, Rule[S]]) -> S:
        """The derivative that comes out where the nodes in `rules` follow rules of their own."""
        if not self.placed:
            return self._tangents(rules)[self.dependence.graph.output]
        found = self._tangents(rules)
        total = self.m.number(0.0)
        for i in {*self.placed, self.dependence.graph.output}:
            rule = rules.get(i)
            total = total + self.adjoint(i) * (rule(found) if rule else self.tangent(i, found))
        return total

    @property
    def partial(self) -> S:
        """The derivative with the other nodes that the program names held constant."""
        zero = self.m.number(0.0)
        graph = self.dependence.graph
        held = [i for i in self.dependence.between if i in graph.named and i != graph.output]
        return self.with_rules({i: lambda _before: zero for i in held})

    def with_placed(self, adjoints: Mapping[int, S]) -> Sweep[S]:
        """The same with these adjoints in place."""
        graph = self.dependence.graph

        def times(i: int, upstream: S, local: S) -> S:
            return product(graph, i, adjoints.get(i, upstream), local)

        back = backprop(graph, self.m, self.run, lambda i, _wanted: self.back.partials[i], times)
        for i, adjoint in adjoints.items():
            back.adjoints[i] = adjoint
        return Sweep(self.dependence, self.m, self.run, back, adjoints)

    def _tangents(self, rules: Mapping[int, Rule[S]]) -> list[S]:
        zero = self.m.number(0.0)
        instead = {**rules, **{i: lambda _before: zero for i in self.placed}}
        dependence = self.dependence
        return tangents(dependence.graph, self.m, self.back.partials, dependence.wrt, dependence.between, instead)
