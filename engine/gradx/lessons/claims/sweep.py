"""How one node depends on another; and one forward and one backward pass, which every broken rule is worked out from.

They are over any arithmetic. Adjoints may be put in place of backprop's: those that somebody claims. What lies above a
node with one of them does not count then, as when backprop goes on from that number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Generic

from gradx.graph import Graph, Node
from gradx.numbers import Arithmetic, S
from gradx.sweeps.backprop import Backprop, Rule, backprop, product, tangent, tangents
from gradx.sweeps.forward import Forward


@dataclass(frozen=True)
class Dependence:
    """The derivative of `graph.output` with respect to the node `wrt`, taken apart."""

    graph: Graph
    wrt: int

    @classmethod
    def of(cls, graph: Graph, of: int, wrt: int) -> Dependence:
        return cls(replace(graph, output=of), wrt)

    @cached_property
    def varying(self) -> frozenset[int]:
        """The nodes that depend on `wrt`, itself among them."""
        return frozenset(self.graph.downstream(self.wrt))

    @cached_property
    def between(self) -> tuple[int, ...]:
        """The nodes that the derivative passes through: they depend on `wrt` and the output on them. In order."""
        return self._needed(lambda i: [self.node(i).inputs[k] for k in self.moving_slots(i)])

    @cached_property
    def moving(self) -> tuple[int, ...]:
        """The operations that move with `wrt` and that the output needs, if only to choose a branch. In order."""
        return self._needed(self.graph.arguments.__getitem__)

    def _needed(self, needs: Callable[[int], Iterable[int]]) -> tuple[int, ...]:
        needed = {self.graph.output}
        for i in range(self.graph.output, self.wrt, -1):
            if i in needed and i in self.varying:
                needed.update(needs(i))
        return tuple(sorted(needed & self.varying - {self.wrt}))

    def reached(self, placed: Collection[int]) -> frozenset[int]:
        """The nodes that depend on `wrt` on a way past none of those in `placed`; `wrt` among them."""
        found = {self.wrt}
        for i in self.graph.downstream(self.wrt)[1:]:
            if i not in placed and not found.isdisjoint(self.graph.arguments[i]):
                found.add(i)
        return frozenset(found)

    @cached_property
    def nested(self) -> frozenset[int]:
        """The nodes of `between` that stand inside a function's argument."""
        found: set[int] = set()
        for i in reversed(self.between):
            for slot in self.moving_slots(i):
                if i in found or self.is_function_of(i, slot):
                    found.add(self.graph.nodes[i].inputs[slot])
        return frozenset(found)

    def node(self, i: int) -> Node:
        return self.graph.nodes[i]

    def name(self, i: int) -> str:
        """The name of node i's primitive, "" for an input."""
        row = self.graph.nodes[i].primitive
        return row.name if row else ""

    def moving_slots(self, i: int) -> list[int]:
        """The argument slots of node i through which it depends on `wrt` (a condition's do not count)."""
        return [k for k, j in self._slots(i) if j in self.varying]

    def still_slots(self, i: int) -> list[int]:
        """The other slots: what they hold is a constant here."""
        return [k for k, j in self._slots(i) if j not in self.varying]

    def is_function_of(self, i: int, slot: int) -> bool:
        """Whether the chain rule is needed from node i to that argument: it is no sum, no product, no coefficient."""
        name = self.name(i)
        if self.is_sum(i) or name == "*":
            return False
        return name != "/" or (slot == 1 and self.moving_slots(i) == [1])

    def is_sum(self, i: int) -> bool:
        """Whether node i is a sum of its arguments, each with a sign."""
        row = self.node(i).primitive
        return row is not None and row.linear and row.boundaries is None

    def has_coefficient(self, i: int) -> bool:
        """Whether node i is a constant times one moving argument, or that argument over a constant."""
        moving = self.moving_slots(i)
        return (self.name(i) == "*" and len(moving) == 1) or (self.name(i) == "/" and moving == [0])

    def is_minus_one(self, i: int) -> bool:
        """Whether node i is the number -1."""
        node = self.node(i)
        return node.literal == -1 or (self.name(i) == "neg" and self.node(node.inputs[0]).literal == 1)

    def ancestors(self, i: int, most: int) -> Iterator[int]:
        """The moving nodes behind node i, nearest first, at most `most` of them."""
        waiting = list(self.node(i).inputs)
        seen: set[int] = set()
        for j in waiting:
            if j in self.varying and j not in seen:
                if len(seen) == most:
                    return
                seen.add(j)
                waiting.extend(self.node(j).inputs)
                yield j

    def _slots(self, i: int) -> list[tuple[int, int]]:
        row = self.node(i).primitive
        return list(enumerate(self.node(i).inputs))[row.conditions if row is not None else 0 :]


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
