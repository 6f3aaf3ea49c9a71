"""Backprop: the derivative of the output with respect to every node, back to front.

One visit a node: its adjoint is complete when it is visited, since all that use it stand behind it. The adjoint times a
local partial is what the node hands to one of its inputs; contributions add up (a node used twice is changed twice).
Tangents are the same local partials multiplied in the other direction, front to back.
Source: reverse and forward accumulation, Griewank & Walther, Evaluating Derivatives, 2nd ed., sections 3.1 and 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Generic, NamedTuple

from gradx import collection
from gradx.columns import ALONE
from gradx.graph import Graph
from gradx.numbers import Arithmetic, S
from gradx.primitive import Primitive
from gradx.row_shape import crosses
from gradx.sweeps.forward import Forward


class Contribution(NamedTuple, Generic[S]):
    """What node `via` hands to one of its inputs through argument `slot`: `upstream` (its adjoint) times `local`."""

    via: int
    slot: int
    upstream: S
    local: S
    value: S


class Backprop(NamedTuple, Generic[S]):
    """`adjoints[i]` is d(output)/d(node i), 0 where nothing flows. `partials[i]` holds node i's local partials, one an
    argument, None where no gradient flows (constants, conditions, branches not taken); () for a node not visited."""

    adjoints: list[S]
    partials: list[tuple[S | None, ...]]

    def contributions(self, graph: Graph, i: int) -> Iterator[Contribution[S]]:
        """What node i receives, edge by edge, in the order in which backprop adds it up."""
        return (each for via in reversed(graph.consumers[i]) for j, each in self._from(graph, via) if j == i)

    def edges(self, graph: Graph) -> Iterator[tuple[int, Contribution[S]]]:
        """Every contribution of the whole graph with the node that receives it, in linear time and the same order."""
        return chain.from_iterable(self._from(graph, via) for via in range(len(graph.primitives) - 1, -1, -1))

    def _from(self, graph: Graph, via: int) -> Iterator[tuple[int, Contribution[S]]]:
        upstream = self.adjoints[via]
        for slot, (i, local) in enumerate(zip(graph.arguments[via], self.partials[via], strict=False)):
            if local is not None:
                yield i, Contribution(via, slot, upstream, local, product(graph, via, upstream, local))


LocalPartials = Callable[[int, Sequence[bool]], Sequence[S | None]]
"""The local partials of a node, None for the arguments that are not wanted."""

Times = Callable[[int, S, S], S]
"""The adjoint of a node times one of its local partials."""

Smooth = tuple[Callable[..., tuple[S, ...]], Callable[..., S], Callable[..., S]]
"""The local partials of a row to which a gradient always flows, from its value and its one or two arguments: all
together (of two), the first alone, the last alone."""


class Rules(Generic[S]):
    """The local partials of a graph's nodes: by the table, by other rows in the place of its own (`instead`), or as
    `partials_of` tells them. `times` is `product` where nothing else is given; `unit` stands for a local partial 1."""

    def __init__(
        self,
        graph: Graph,
        m: Arithmetic[S],
        instead: Mapping[Primitive, Primitive] | None = None,
        partials_of: LocalPartials[S] | None = None,
        times: Times[S] | None = None,
    ) -> None:
        self.graph, self._m, self._instead, self._partials_of = graph, m, instead or {}, partials_of
        self.unit = m.number(1.0)
        self.times = times or partial(product, graph)
        # A float has one precision, so that what is steady in a row is the same in every sweep.
        smooth: Callable[..., Smooth[S] | None] = _smooth_once if isinstance(self.unit, float) else _smooth
        self.smooth = {
            row: None if partials_of else smooth(m, self.unit, self._instead.get(row, row)) for row in graph.rows
        }

    def of(self, i: int, values: Sequence[S]) -> tuple[S | None, ...]:
        """The local partials of any node, None for the arguments that no gradient flows to: a constant, a condition, a
        branch that is not taken."""
        row, inputs, constant = self.graph.primitives[i], self.graph.operands.of(i), self.graph.constant
        assert row is not None
        xs = [values[j] for j in inputs]
        wanted = [not constant[j] for j in inputs]
        branches = row.branches(self._m, xs)
        if branches is not None:
            wanted = [False, False, wanted[2] and branches[0], wanted[3] and branches[1]]
        if self._partials_of is not None:
            return tuple(self._partials_of(i, wanted))
        return tuple(self._instead.get(row, row).local_partials(self._m, values[i], xs, wanted))


def _smooth(m: Arithmetic[S], unit: S, row: Primitive) -> Smooth[S] | None:
    if row.piecewise or row.relation is not None or callable(row.partials) or len(row.partials) > 2:
        return None
    if crosses(row):
        return (lambda _, x, y: (y, x)), (lambda _, x, y: y), (lambda _, x, y: x)
    one, other = partial(row.partials[0], m), partial(row.partials[-1], m)
    if row.linear and row.boundaries is None:
        nothing = [m.number(0.0)] * (len(row.partials) + 1)
        first, last = one(*nothing), other(*nothing)
        # What is 1 is the unit itself: nothing is multiplied by it.
        steady = (unit if first == unit else first, unit if last == unit else last)
        return (lambda v, x, y: steady), (lambda v, x, y=None: steady[0]), (lambda v, x, y=None: steady[1])
    return (lambda v, x, y: (one(v, x, y), other(v, x, y))), one, other


_smooth_once = lru_cache(1024)(_smooth)


@collection.postponed()
def backprop(
    graph: Graph,
    m: Arithmetic[S],
    run: Forward[S],
    partials_of: LocalPartials[S] | None = None,
    times: Times[S] | None = None,
) -> Backprop[S]:
    """The adjoint of every node for the forward pass `run` over the same arithmetic, by the table's local partials and
    `product` where nothing else is given."""
    adjoints, reached = [m.number(0.0)] * len(graph.primitives), [False] * len(graph.primitives)
    partials: list[tuple[S | None, ...]] = [()] * len(graph.primitives)
    adjoints[graph.output], reached[graph.output] = m.number(1.0), not graph.constant[graph.output]
    rules = Rules(graph, m, partials_of=partials_of, times=times)
    hand_on(rules, run.values, range(graph.output + 1), adjoints, reached, partials)
    return Backprop(adjoints, partials)


def hand_on(
    rules: Rules[S],
    values: Sequence[S],
    nodes: range,
    adjoints: list[S],
    reached: list[bool],
    kept: list[tuple[S | None, ...]] | None = None,
    zero: S | None = None,
) -> None:
    """Hand on, from `nodes`, back to front, what those have that are `reached`: a 0 too, since behind it may be what is
    not smooth. Their local partials are `kept` where there is a place for them. To `zero`, the 0 without a sign that
    stands where nothing was handed to, nothing is added."""
    graph, smooth, constant, unit = rules.graph, rules.smooth, rules.graph.constant, rules.unit
    here, (firsts, seconds, _) = slice(nodes.start, nodes.stop), graph.operands
    columns = reversed(graph.primitives[here]), reversed(firsts[here]), reversed(seconds[here])
    for i, row, a, b in zip(reversed(nodes), *columns, strict=True):
        if row is None or not reached[i]:
            continue
        upstream, smoothly = adjoints[i], smooth[row]
        local: tuple[S | None, ...]
        if smoothly is None:
            local = rules.of(i, values)
            for j, own in zip(graph.operands.of(i), local, strict=True):
                if own is not None:
                    adjoints[j], reached[j] = adjoints[j] + rules.times(i, upstream, own), True
        else:
            together, one, other = smoothly
            if b == ALONE or constant[b]:
                slope = one(values[i], values[a]) if b == ALONE else one(values[i], values[a], values[b])
                local = (slope,) if b == ALONE else (slope, None)
            elif constant[a]:
                slope, a = other(values[i], values[a], values[b]), b
                local = (None, slope)
            else:
                local = first, slope = together(values[i], values[a], values[b])
                part = upstream if first is unit else upstream * first
                adjoints[a], reached[a] = part if adjoints[a] is zero else adjoints[a] + part, True
                a = b
            part = upstream if slope is unit else upstream * slope
            adjoints[a], reached[a] = part if adjoints[a] is zero else adjoints[a] + part, True
        if kept is not None:
            kept[i] = local


def product(graph: Graph, i: int, upstream: S, local: S) -> S:
    """upstream × local of node i; where its value does not depend on the argument, 0 even for an infinite upstream."""
    row = graph.primitives[i]
    assert row is not None
    if row.piecewise and local == local - local:
        return local
    return upstream * local


Rule = Callable[[Sequence[S]], S]
"""The tangent of one node, from the tangents of all nodes before it."""


def tangents(
    graph: Graph,
    m: Arithmetic[S],
    partials: Sequence[tuple[S | None, ...]],
    seed: int,
    order: Iterable[int],
    instead: Mapping[int, Rule[S]] | None = None,
) -> list[S]:
    """d(node i)/d(node `seed`) for every node i of `order` (topological, all behind `seed`), 0 for the others.

    `partials` are backprop's. The nodes in `instead` follow their own rule: that comes out which somebody gets who
    differentiates by it.
    """
    found = [m.number(0.0)] * len(graph.nodes)
    found[seed] = m.number(1.0)
    for i in order:
        rule = instead.get(i) if instead else None
        found[i] = rule(found) if rule else tangent(graph, m, partials, i, found)
    return found


def tangent(graph: Graph, m: Arithmetic[S], partials: Sequence[tuple[S | None, ...]], i: int, before: Sequence[S]) -> S:
    """The tangent of node i by its own rule, from the tangents `before` it."""
    total = m.number(0.0)
    for j, local in zip(graph.nodes[i].inputs, partials[i], strict=False):
        if local is not None:
            total = total + before[j] * local
    return total
