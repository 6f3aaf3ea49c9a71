"""Backprop: the derivative of the output with respect to every node, back to front.

One visit a node: its adjoint is complete when it is visited, since all that use it stand behind it. The adjoint times a
local partial is what the node hands to one of its inputs; contributions add up (a node used twice is changed twice).
Source: reverse accumulation, Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
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
        for via in reversed(graph.consumers[i]):
            for slot, local in enumerate(self.partials[via]):
                if local is not None and graph.arguments[via][slot] == i:
                    upstream = self.adjoints[via]
                    yield Contribution(via, slot, upstream, local, product(graph, via, upstream, local))

    def edges(self, graph: Graph) -> Iterator[tuple[int, Contribution[S]]]:
        """Every contribution of the whole graph with the node that receives it, in linear time and the same order."""
        for via in range(len(graph.primitives) - 1, -1, -1):
            upstream = self.adjoints[via]
            for slot, (i, local) in enumerate(zip(graph.arguments[via], self.partials[via], strict=False)):
                if local is not None:
                    yield i, Contribution(via, slot, upstream, local, product(graph, via, upstream, local))


LocalPartials = Callable[[int, Sequence[bool]], Sequence[S | None]]
"""The local partials of a node, None for the arguments that are not wanted."""

Times = Callable[[int, S, S], S]
"""The adjoint of a node times one of its local partials."""


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
    primitives, constant, values, operands = graph.primitives, graph.constant, run.values, graph.operands
    adjoints, reached = [m.number(0.0)] * len(primitives), [False] * len(primitives)
    partials: list[tuple[S | None, ...]] = [()] * len(primitives)
    adjoints[graph.output], reached[graph.output] = m.number(1.0), True
    first, second = operands.first, operands.second
    smooth = {row: None if partials_of else _smooth(m, row) for row in graph.rows}
    for i in range(graph.output, -1, -1):
        row = primitives[i]
        if row is None or constant[i] or not reached[i]:
            continue
        upstream, smoothly = adjoints[i], smooth[row]
        if smoothly is not None:
            (both, one, other), a, b = smoothly, first[i], second[i]
            if b == ALONE:
                alone = one(values[i], values[a])
                partials[i] = (alone,)
                adjoints[a], reached[a] = adjoints[a] + upstream * alone, True
            elif not (constant[a] or constant[b]):
                partials[i] = local = both(values[i], values[a], values[b])
                adjoints[a] = adjoints[a] + upstream * local[0]
                adjoints[b] = adjoints[b] + upstream * local[1]
                reached[a] = reached[b] = True
            else:
                j, rule = (b, other) if constant[a] else (a, one)
                alone = rule(values[i], values[a], values[b])
                partials[i] = (None, alone) if constant[a] else (alone, None)
                adjoints[j], reached[j] = adjoints[j] + upstream * alone, True
            continue
        partials[i] = _partials(graph, m, run, i, partials_of)
        _hand_on(graph, i, partials[i], adjoints, reached, times)
    return Backprop(adjoints, partials)


LocalRule = Callable[..., S]
"""A local partial from a row's value and its arguments."""


def _smooth(
    m: Arithmetic[S], row: Primitive | None
) -> tuple[Callable[[S, S, S], tuple[S, ...]], LocalRule[S], LocalRule[S]] | None:
    """The local partials of a row of one or two arguments to which a gradient always flows, from its value and those:
    all together (of two), the first alone, the last alone."""
    if row is None or row.piecewise or row.relation is not None or callable(row.partials) or len(row.partials) > 2:
        return None
    one, other = partial(row.partials[0], m), partial(row.partials[-1], m)
    if len(row.partials) == 1:
        return (lambda v, x, y: ()), one, other
    if crosses(row):
        return (lambda _, x, y: (y, x)), (lambda _, x, y: y), (lambda _, x, y: x)
    if row.linear and row.boundaries is None:
        nothing = m.number(0.0)
        steady = one(nothing, nothing, nothing), other(nothing, nothing, nothing)
        return (lambda v, x, y: steady), (lambda v, x, y: steady[0]), (lambda v, x, y: steady[1])
    return (lambda v, x, y: (one(v, x, y), other(v, x, y))), one, other


def _partials(
    graph: Graph, m: Arithmetic[S], run: Forward[S], i: int, partials_of: LocalPartials[S] | None
) -> tuple[S | None, ...]:
    """The local partials of any node, None for the arguments that no gradient flows to."""
    row, inputs = graph.primitives[i], graph.operands.of(i)
    assert row is not None
    xs = [run.values[j] for j in inputs]
    wanted = wanted_of(m, graph.constant, row, inputs, xs)
    return tuple(partials_of(i, wanted) if partials_of else row.local_partials(m, run.values[i], xs, wanted))


def _hand_on(
    graph: Graph,
    i: int,
    partials: Sequence[S | None],
    adjoints: list[S],
    reached: list[bool],
    times: Times[S] | None,
) -> None:
    """Add to the adjoints of node i's inputs what each receives from it."""
    product_of = times or partial(product, graph)
    for j, local in zip(graph.operands.of(i), partials, strict=True):
        if local is not None:
            reached[j] = True
            adjoints[j] = adjoints[j] + product_of(i, adjoints[i], local)


def wanted_of(
    m: Arithmetic[S], constant: Sequence[bool], row: Primitive, inputs: Sequence[int], xs: Sequence[S]
) -> list[bool]:
    """The arguments that a gradient flows to: no constant, no condition, no branch that is not taken."""
    wanted = [not constant[j] for j in inputs]
    branches = row.branches(m, xs)
    if branches is not None:
        wanted = [False, False, wanted[2] and branches[0], wanted[3] and branches[1]]
    return wanted


def product(graph: Graph, i: int, upstream: S, local: S) -> S:
    """upstream × local of node i; where its value does not depend on the argument, 0 even for an infinite upstream."""
    row = graph.primitives[i]
    assert row is not None
    if row.piecewise and local == local - local:
        return local
    return upstream * local
