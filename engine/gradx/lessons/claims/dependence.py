"""How one node depends on another: which nodes lie between, and which of them stand inside a function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from gradx.graph import Graph, Node


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
        first = self._first_slot(i)
        return [k for k, j in enumerate(self.node(i).inputs) if k >= first and j in self.varying]

    def still_slots(self, i: int) -> list[int]:
        """The other slots: what they hold is a constant here."""
        first = self._first_slot(i)
        return [k for k, j in enumerate(self.node(i).inputs) if k >= first and j not in self.varying]

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

    def _first_slot(self, i: int) -> int:
        row = self.node(i).primitive
        return row.conditions if row is not None else 0
