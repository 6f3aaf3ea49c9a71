"""Backprop: the derivative of the output with respect to every node, back to front.

One visit a node: its adjoint is complete when it is visited, since all that use it stand behind it. The adjoint times a
local partial is what the node hands to one of its inputs; contributions add up (a node used twice is changed twice).
Source: reverse accumulation, Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic

from gradx.arithmetic import Arithmetic, S
from gradx.graph import Graph
from gradx.sweeps.forward import Forward


@dataclass(frozen=True, slots=True)
class Contribution(Generic[S]):
    """What node `via` hands to one of its inputs through argument `slot`: `upstream` (its adjoint) times `local`."""

    via: int
    slot: int
    upstream: S
    local: S
    value: S


@dataclass(frozen=True, slots=True)
class Backprop(Generic[S]):
    """`adjoints[i]` is d(output)/d(node i), 0 where nothing flows. `partials[i]` holds node i's local partials, one an
    argument, None where no gradient flows (constants, conditions, branches not taken); () for a node not visited."""

    adjoints: list[S]
    partials: list[tuple[S | None, ...]]

    def contributions(self, graph: Graph, i: int) -> Iterator[Contribution[S]]:
        """What node i receives, edge by edge, in the order in which backprop adds it up."""
        for via in reversed(graph.consumers[i]):
            for slot, local in enumerate(self.partials[via]):
                if local is not None and graph.nodes[via].inputs[slot] == i:
                    upstream = self.adjoints[via]
                    yield Contribution(via, slot, upstream, local, _product(graph, via, upstream, local))


def backprop(graph: Graph, m: Arithmetic[S], run: Forward[S]) -> Backprop[S]:
    """The adjoint of every node for the forward pass `run` over the same arithmetic."""
    nodes, values = graph.nodes, run.values
    zero = m.number(0.0)
    adjoints: list[S] = [zero] * len(nodes)
    reached = [False] * len(nodes)
    partials: list[tuple[S | None, ...]] = [()] * len(nodes)
    adjoints[graph.output] = m.number(1.0)
    reached[graph.output] = True
    for i in range(graph.output, -1, -1):
        node = nodes[i]
        row = node.primitive
        if row is None or node.constant or not reached[i]:
            continue
        inputs = node.inputs
        xs = [values[j] for j in inputs]
        wanted = [not nodes[j].constant for j in inputs]
        if row.relation is not None:
            wanted[:2] = (False, False)
            wanted[2:] = (w and b for w, b in zip(wanted[2:], row.branches(xs) or (), strict=True))
        local = tuple(row.local_partials(m, values[i], xs, wanted))
        partials[i] = local
        upstream = adjoints[i]
        for j, w in zip(inputs, local, strict=True):
            if w is not None:
                reached[j] = True
                adjoints[j] = adjoints[j] + _product(graph, i, upstream, w)
    return Backprop(adjoints, partials)


def _product(graph: Graph, i: int, upstream: S, local: S) -> S:
    """upstream × local; where the value of node i does not depend on the argument, 0 even for an infinite upstream."""
    row = graph.nodes[i].primitive
    if row is not None and row.piecewise and local == local - local:
        return local
    return upstream * local
