"""The computation graph: nodes in topological order, by construction.

A node refers to its inputs by index, and the builder only hands out indices of nodes that exist; so parents come first,
a forward pass is a loop and backprop is the same loop reversed. Nothing here recurses, whatever the depth.

Three sorts of node: *inputs*; *constants* (literals and operations on nothing but constants), which the user never
sees; and *operations*. Values and gradients are results of a sweep, not fields of a node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

from gradx.errors import Source, Span
from gradx.primitive import Primitive


class Node(NamedTuple):
    """An input (`primitive` and `literal` None), a literal (`literal` its binary64 value) or one operation.

    `label` is how a literal is written where its digits would not do ("pi", "e"). `constant` is true for a literal and
    for an operation on constants alone.
    """

    primitive: Primitive | None
    inputs: tuple[int, ...] = ()
    literal: float | None = None
    label: str | None = None
    constant: bool = False


@dataclass(frozen=True)
class Graph:
    """A finished graph. Two graphs are equal when nodes, names and output are; places in the text do not count.

    `names[i]` is node i's name ("" for a constant that has none), `named` the operations that the user named,
    `spans[i]` the (offset, length) of node i in `source`.
    """

    nodes: tuple[Node, ...]
    names: tuple[str, ...]
    output: int
    named: frozenset[int] = field(compare=False)
    spans: tuple[tuple[int, int], ...] = field(compare=False, repr=False)
    source: Source = field(compare=False, repr=False)

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The inputs, in the order in which they first appear."""
        return tuple(i for i, n in enumerate(self.nodes) if n.primitive is None and not n.constant)

    @cached_property
    def operations(self) -> tuple[int, ...]:
        """The operations that are nodes for the user, in topological order: all but constants; the output always."""
        return tuple(
            i for i, n in enumerate(self.nodes) if (n.primitive is not None and not n.constant) or i == self.output
        )

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """What the user calls the nodes: the inputs, then the operations."""
        return self.inputs + self.operations

    @cached_property
    def index(self) -> dict[str, int]:
        """Name to node, for every node that has a name."""
        return {name: i for i, name in enumerate(self.names) if name}

    @cached_property
    def consumers(self) -> tuple[tuple[int, ...], ...]:
        """For each node the nodes that use it, in order, each once."""
        users: list[list[int]] = [[] for _ in self.nodes]
        for i, node in enumerate(self.nodes):
            for j in dict.fromkeys(node.inputs):
                users[j].append(i)
        return tuple(map(tuple, users))

    def span(self, i: int) -> Span:
        """Where node i stands in the program."""
        offset, length = self.spans[i]
        return Span(self.source, offset, length)

    def upstream(self, i: int) -> list[int]:
        """Node i and every node that it depends on, in topological order."""
        needed = {i}
        for j in range(i, -1, -1):
            if j in needed:
                needed.update(self.nodes[j].inputs)
        return sorted(needed)

    def downstream(self, i: int) -> list[int]:
        """Node i and every node that depends on it, in topological order."""
        reached = {i}
        order = [i]
        for j in range(i + 1, len(self.nodes)):
            if not reached.isdisjoint(self.nodes[j].inputs):
                reached.add(j)
                order.append(j)
        return order


class GraphBuilder:
    """Builds a graph front to back. Every method that adds a node returns its index."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.nodes: list[Node] = []
        self.spans: list[tuple[int, int]] = []
        self._names: dict[int, str] = {}
        self._inputs: list[int] = []
        self._constants: dict[tuple[object, object], int] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def is_constant(self, i: int) -> bool:
        return self.nodes[i].constant

    def is_operation(self, i: int) -> bool:
        return self.nodes[i].primitive is not None

    def name_of(self, i: int) -> str | None:
        """The name that the user gave node i, if any."""
        return self._names.get(i)

    def input(self, name: str, span: tuple[int, int]) -> int:
        i = self._add(Node(None), span)
        self._names[i] = name
        self._inputs.append(i)
        return i

    def literal(self, value: float, span: tuple[int, int], label: str | None = None) -> int:
        """A number; equal literals share one node."""
        key = (value.hex(), label)
        known = self._constants.get(key)
        if known is None:
            known = self._add(Node(None, literal=value, label=label, constant=True), span)
            self._constants[key] = known
        return known

    def operation(self, primitive: Primitive, inputs: Sequence[int], span: tuple[int, int]) -> int:
        """One operation. Equal operations on nothing but constants share one node; nothing else is merged."""
        nodes = self.nodes
        inputs = tuple(inputs)
        for i in inputs:
            if not nodes[i][4]:
                nodes.append(tuple.__new__(Node, (primitive, inputs, None, None, False)))
                self.spans.append(span)
                return len(nodes) - 1
        key = (primitive, inputs)
        known = self._constants.get(key)
        if known is None:
            known = self._add(Node(primitive, inputs, None, None, True), span)
            self._constants[key] = known
        return known

    def named_operations(
        self,
        primitives: Sequence[Primitive],
        inputs: Sequence[tuple[int, ...]],
        spans: Sequence[tuple[int, int]],
        names: Sequence[str],
    ) -> None:
        """Operations under their names, none on constants alone: whole statements."""
        size = len(self.nodes)
        parts = zip(primitives, inputs, repeat(None), repeat(None), repeat(False), strict=False)
        self.nodes.extend(map(tuple.__new__, repeat(Node), parts))
        self.spans.extend(spans)
        self._names.update(zip(range(size, size + len(names)), names, strict=True))

    def named_operation(self, primitive: Primitive, inputs: tuple[int, ...], span: tuple[int, int], name: str) -> int:
        """An operation under its name, not on constants alone: a whole statement."""
        i = len(self.nodes)
        self.nodes.append(tuple.__new__(Node, (primitive, inputs, None, None, False)))
        self.spans.append(span)
        self._names[i] = name
        return i

    def forget(self, size: int) -> None:
        """Take back what was added since there were `size` nodes, if it is nothing but constants."""
        if not all(node.constant for node in self.nodes[size:]):
            return
        del self.nodes[size:], self.spans[size:]
        while self._constants:
            key, i = self._constants.popitem()
            if i < size:
                self._constants[key] = i
                return

    def name(self, i: int, name: str) -> None:
        """Give an operation its name. The caller sees to it that the name is free and the node has none."""
        self._names[i] = name

    def finish(self, output: int, taken: frozenset[str] = frozenset()) -> Graph:
        """The graph. Operations without a name become v1, v2, …; one that the user took, or in `taken`, is skipped."""
        used = taken.union(self._names.values())
        nodes = self.nodes
        names = list(map(self._names.get, range(len(nodes)), repeat("")))
        count = 0
        for i in [i for i, name in enumerate(names) if not name]:
            if nodes[i].primitive is not None and not nodes[i].constant:
                count += 1
                while f"v{count}" in used:
                    count += 1
                names[i] = f"v{count}"
        named = frozenset(self._names).difference(self._inputs)
        return Graph(tuple(nodes), tuple(names), output, named, tuple(self.spans), self._source)

    def is_used(self, i: int) -> bool:
        """Whether an operation has node i as an input."""
        return any(i in node.inputs for node in self.nodes[i + 1 :])

    def reorder(self, output: int, late: Sequence[str] = ()) -> int:
        """Put the nodes into the order in which a reader meets them, and return where the output is now.

        Needed where functions were inlined: an argument is evaluated once, before the body. The order is that of one
        statement for every operation that has a name or is not used exactly once, each read from left to right;
        constants that nothing uses are dropped; inputs that nothing uses come last, and of those the names in `late`
        after the others, in their order.
        """
        nodes = self.nodes
        place = [-1] * len(nodes)
        order: list[int] = []
        for root in self._roots(output):
            stack = [root]
            while stack:
                i = stack.pop()
                if i < 0:
                    place[~i] = len(order)
                    order.append(~i)
                elif place[i] < 0:
                    place[i] = len(nodes)
                    stack.append(~i)
                    stack.extend(j for j in reversed(nodes[i].inputs) if place[j] < 0)
        rank = {name: k for k, name in enumerate(late)}
        unused = [i for i, node in enumerate(nodes) if place[i] < 0 and not node.constant]
        for i in sorted(unused, key=lambda i: rank.get(self._names[i], -1)):
            place[i] = len(order)
            order.append(i)
        self.nodes = [nodes[i]._replace(inputs=tuple(place[j] for j in nodes[i].inputs)) for i in order]
        self.spans = [self.spans[i] for i in order]
        self._names = {place[i]: name for i, name in self._names.items()}
        self._inputs = [place[i] for i in self._inputs]
        self._constants = {key: place[i] for key, i in self._constants.items() if place[i] >= 0}
        return place[output]

    def _roots(self, output: int) -> list[int]:
        """The operations that a reading writes as statements of their own, in order; the output is the last."""
        uses = [0] * len(self.nodes)
        for node in self.nodes:
            for j in node.inputs:
                uses[j] += 1
        roots = [
            i
            for i, node in enumerate(self.nodes)
            if i != output and node.primitive is not None and not node.constant and (uses[i] != 1 or i in self._names)
        ]
        return [*roots, output]

    def _add(self, node: Node, span: tuple[int, int]) -> int:
        self.nodes.append(node)
        self.spans.append(span)
        return len(self.nodes) - 1
