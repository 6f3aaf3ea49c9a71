"""The computation graph: nodes in topological order, by construction.

A node refers to its inputs by index, and the builder only hands out indices of nodes that exist; so parents come first,
a forward pass is a loop and backprop is the same loop reversed. Nothing here recurses, whatever the depth.

Three sorts of node: *inputs*; *constants* (literals and operations on nothing but constants), which the user never
sees; and *operations*. Values and gradients are results of a sweep, not fields of a node.

A graph is kept in columns, a primitive and its operands for each node, since a program may have a million: what goes
through them once needs no object for each. `Graph.nodes` is the same, one `Node` after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, compress, count, repeat
from operator import not_
from typing import NamedTuple

from gradx.columns import Operands, Places
from gradx.errors import Source, Span
from gradx.primitive import Primitive

HIDDEN = "#"
"""What the name of a node inside of an operation on bundles begins with: it is shown nowhere."""


def below(roots: Iterable[int], inputs: Callable[[int], Iterable[int]]) -> list[int]:
    """These nodes and every node that they depend on, in topological order; `inputs` tells what a node works on."""
    waiting = list(roots)
    reached = set(waiting)
    while waiting:
        for i in inputs(waiting.pop()):
            if i not in reached:
                reached.add(i)
                waiting.append(i)
    return sorted(reached)


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

    `primitives[i]` is node i's primitive (None for an input or a literal), `operands` are the nodes it works on;
    `leaves` are the inputs, the literals and the operations on constants alone. `names[i]` is node i's name ("" for a
    constant that has none), `given[i]` the one that the program gives it ("" for none); `places` are those of the nodes
    in `source`.
    """

    primitives: tuple[Primitive | None, ...]
    operands: Operands
    leaves: Mapping[int, Node]
    names: tuple[str, ...]
    output: int
    given: tuple[str, ...] = field(compare=False, repr=False)
    places: Places = field(compare=False, repr=False)
    source: Source = field(compare=False, repr=False)

    @cached_property
    def arguments(self) -> tuple[tuple[int, ...], ...]:
        """For each node the nodes that it works on, () for an input or a literal."""
        return tuple(self.operands.each())

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node as a whole, in topological order."""
        parts = zip(self.primitives, self.arguments, repeat(None), repeat(None), repeat(False), strict=False)
        made = list(map(tuple.__new__, repeat(Node), parts))
        for i, leaf in self.leaves.items():
            made[i] = leaf
        return tuple(made)

    def with_nodes(self, nodes: Sequence[Node]) -> Graph:
        """The same graph with other nodes in the places of its own."""
        primitives, operands, leaves = _columns(nodes)
        return replace(self, primitives=primitives, operands=operands, leaves=leaves)

    @classmethod
    def of(cls, nodes: Sequence[Node], names: Sequence[str], output: int, named: frozenset[int]) -> Graph:
        """A graph of these nodes, in topological order, that stands in no text."""
        nowhere = Places()
        for _ in nodes:
            nowhere.add(0, 0)
        given = tuple(name if i in named or not nodes[i].primitive else "" for i, name in enumerate(names))
        return cls(*_columns(nodes), tuple(names), output, given, nowhere, Source("program", ""))

    @cached_property
    def named(self) -> frozenset[int]:
        """The operations that the program names."""
        return frozenset(compress(range(len(self.given)), self.given)).difference(self.inputs)

    @cached_property
    def constant(self) -> list[bool]:
        """For each node whether it is a constant."""
        found = [False] * len(self.primitives)
        for i, leaf in self.leaves.items():
            found[i] = leaf.constant
        return found

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The inputs, in the order in which they first appear."""
        return tuple(sorted(i for i, leaf in self.leaves.items() if leaf.primitive is None and not leaf.constant))

    @cached_property
    def rows(self) -> frozenset[Primitive]:
        """The primitives that stand in it."""
        return frozenset(row for row in set(self.primitives) if row is not None)

    @cached_property
    def operations(self) -> tuple[int, ...]:
        """The operations that are nodes for the user, in topological order: all but constants; the output always."""
        size = len(self.primitives)
        leaves = sorted(self.leaves.keys() - {self.output})
        return tuple(chain.from_iterable(map(range, [0, *(i + 1 for i in leaves)], [*leaves, size])))

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """What the user calls the nodes: the inputs, then the operations."""
        return self.inputs + self.operations

    @cached_property
    def index(self) -> dict[str, int]:
        """Name to node, for every node that has a name."""
        return {name: i for i, name in enumerate(self.names) if name}

    @cached_property
    def _input_names(self) -> frozenset[str]:
        return frozenset(self.names[i] for i in self.inputs)

    def has(self, name: str) -> bool:
        """Whether a node has this name. That of an input is found without an index of all nodes."""
        return name in self._input_names or name in self.index

    @cached_property
    def consumers(self) -> tuple[tuple[int, ...], ...]:
        """For each node the nodes that use it, in order, each once."""
        users: list[list[int]] = [[] for _ in self.arguments]
        for i, inputs in enumerate(self.arguments):
            for j in dict.fromkeys(inputs):
                users[j].append(i)
        return tuple(map(tuple, users))

    @cached_property
    def uses(self) -> list[int]:
        """For each node how often operations take it."""
        return self.operands.uses()

    def node(self, i: int) -> Node:
        return self.leaves.get(i) or Node(self.primitives[i], self.operands.of(i))

    def span(self, i: int) -> Span:
        """Where node i stands in the program."""
        return Span(self.source, self.places.starts[i], self.places.lengths[i])

    def upstream(self, *nodes: int) -> list[int]:
        """These nodes and every node that they depend on, in topological order."""
        return below(nodes, self.arguments.__getitem__)

    def downstream(self, *nodes: int) -> list[int]:
        """These nodes and every node that depends on one of them, in topological order."""
        reached = set(nodes)
        for j in range(min(nodes, default=0) + 1, len(self.primitives)):
            if not reached.isdisjoint(self.arguments[j]):
                reached.add(j)
        return sorted(reached)


def _columns(nodes: Sequence[Node]) -> tuple[tuple[Primitive | None, ...], Operands, dict[int, Node]]:
    """The primitives, the operands and the leaves of nodes."""
    plain = [node.primitive is not None and node == Node(node.primitive, node.inputs) for node in nodes]
    leaves = {i: node for i, node in enumerate(nodes) if not plain[i]}
    return tuple(node.primitive for node in nodes), Operands.given(node.inputs for node in nodes), leaves


class GraphBuilder:
    """Builds a graph front to back. Every method that adds a node returns its index."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._primitives: list[Primitive | None] = []
        self._operands = Operands.given()
        self._leaves: dict[int, Node] = {}
        self._places = Places()
        self._names: list[str] = []
        self._constants: dict[tuple[object, object], int] = {}

    def __len__(self) -> int:
        return len(self._primitives)

    def node(self, i: int) -> Node:
        return self._leaves.get(i) or Node(self._primitives[i], self._operands.of(i))

    def upstream(self, i: int) -> list[int]:
        """As that of a graph."""
        return below((i,), lambda k: self.node(k).inputs)

    def span(self, i: int) -> Span:
        """Where node i stands in the program."""
        return Span(self._source, self._places.starts[i], self._places.lengths[i])

    def is_constant(self, i: int) -> bool:
        return i in self._leaves and self._leaves[i].constant

    def is_operation(self, i: int) -> bool:
        return self._primitives[i] is not None

    def name_of(self, i: int) -> str:
        """The name that the user gave node i, "" for none."""
        return self._names[i]

    def inputs(self) -> list[str]:
        """The names of the inputs so far."""
        return [self._names[i] for i, leaf in self._leaves.items() if leaf.primitive is None and not leaf.constant]

    def input(self, name: str, span: tuple[int, int]) -> int:
        return self._leaf(Node(None), span, name)

    def literal(self, value: float, span: tuple[int, int], label: str | None = None) -> int:
        """A number; equal literals share one node."""
        key = (value.hex(), label)
        known = self._constants.get(key)
        if known is None:
            known = self._leaf(Node(None, literal=value, label=label, constant=True), span)
            self._constants[key] = known
        return known

    def operation(self, primitive: Primitive, inputs: Sequence[int], span: tuple[int, int], name: str = "") -> int:
        """One operation. Equal operations on nothing but constants share one node; nothing else is merged."""
        leaves = self._leaves
        for i in inputs:
            if i not in leaves or not leaves[i].constant:
                break
        else:
            return self._constant(primitive, tuple(inputs), span)
        names, operands = self._names, self._operands
        if len(inputs) == 2:
            a, b = inputs
            operands.first.append(a)
            operands.second.append(b)
        else:
            operands.add(inputs)
        self._primitives.append(primitive)
        self._places.add(*span)
        names.append(name)
        return len(names) - 1

    def _constant(self, primitive: Primitive, inputs: tuple[int, ...], span: tuple[int, int]) -> int:
        key = (primitive, inputs)
        known = self._constants.get(key)
        if known is None:
            known = self._leaf(Node(primitive, inputs, constant=True), span)
            self._constants[key] = known
        return known

    def named_operations(
        self,
        primitives: Sequence[Primitive],
        first: Sequence[int],
        second: Sequence[int],
        names: Sequence[str],
        text: str,
        span: tuple[int, int],
    ) -> None:
        """Operations on one or two operands (`second` `ALONE`) under their names, none on constants alone: whole
        statements, which are the lines of `text` from the first place of `span` to the second."""
        self._primitives += primitives
        self._operands.first.extend(first)
        self._operands.second.extend(second)
        self._names += names
        self._places.add_lines(len(names), text, *span)

    def forget(self, size: int) -> None:
        """Take back what was added since there were `size` nodes, if it is nothing but constants."""
        if not all(map(self.is_constant, range(size, len(self)))):
            return
        del self._primitives[size:], self._names[size:]
        self._operands.forget(size)
        self._places.forget(size)
        while self._leaves and next(reversed(self._leaves)) >= size:
            self._leaves.popitem()
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
        given = tuple(self._names)
        return Graph(
            tuple(self._primitives),
            self._operands,
            dict(self._leaves),
            given if all(given) else tuple(self._all_names(taken)),
            output,
            given,
            self._places,
            self._source,
        )

    def _all_names(self, taken: frozenset[str]) -> list[str]:
        names = list(self._names)
        nameless = (i for i in compress(count(), map(not_, self._names)) if i not in self._leaves)
        used = taken.union(name for name in names if name and name[0] == "v")
        free = (name for name in map("v{}".format, count(1)) if name not in used)
        for i, name in zip(nameless, free, strict=False):
            names[i] = name
        return names

    def is_used(self, i: int) -> bool:
        """Whether an operation has node i as an input."""
        first, second, others = self._operands.first, self._operands.second, self._operands.all.values()
        return i in first[i + 1 :] or i in second[i + 1 :] or any(i in inputs for inputs in others)

    def reorder(self, output: int, late: Sequence[str] = ()) -> int:
        """Put the nodes into the order in which a reader meets them, and return where the output is now.

        Needed where functions were inlined: an argument is evaluated once, before the body. The order is that of one
        statement for every operation that has a name or is not used exactly once, each read from left to right;
        constants that nothing uses are dropped; inputs that nothing uses come last, and of those the names in `late`
        after the others, in their order.
        """
        arguments, leaves = self._operands.each(), self._leaves
        place = [-1] * len(self)
        order: list[int] = []
        for root in self._roots(output):
            stack = [root]
            while stack:
                i = stack.pop()
                if i < 0:
                    place[~i] = len(order)
                    order.append(~i)
                elif place[i] < 0:
                    place[i] = len(arguments)
                    stack.append(~i)
                    stack.extend(j for j in reversed(arguments[i]) if place[j] < 0)
        rank = {name: k for k, name in enumerate(late)}
        unused = [i for i in range(len(self)) if place[i] < 0 and not self.is_constant(i)]
        for i in sorted(unused, key=lambda i: rank.get(self._names[i], -1)):
            place[i] = len(order)
            order.append(i)
        self._primitives = [self._primitives[i] for i in order]
        self._operands = Operands.given([place[j] for j in arguments[i]] for i in order)
        self._leaves = {place[i]: leaves[i]._replace(inputs=self._operands.of(place[i])) for i in order if i in leaves}
        self._places.reorder(order)
        self._names = [self._names[i] for i in order]
        self._constants = {key: place[i] for key, i in self._constants.items() if place[i] >= 0}
        return place[output]

    def _roots(self, output: int) -> list[int]:
        """The operations that a reading writes as statements of their own, in order; the output is the last."""
        uses = self._operands.uses()
        roots = [
            i for i in range(len(self)) if i != output and i not in self._leaves and (uses[i] != 1 or self._names[i])
        ]
        return [*roots, output]

    def _leaf(self, node: Node, span: tuple[int, int], name: str = "") -> int:
        i = self._add(node.primitive, node.inputs, span, name)
        self._leaves[i] = node
        return i

    def _add(self, primitive: Primitive | None, inputs: tuple[int, ...], span: tuple[int, int], name: str) -> int:
        self._primitives.append(primitive)
        self._operands.add(inputs)
        self._places.add(*span)
        self._names.append(name)
        return len(self._names) - 1
