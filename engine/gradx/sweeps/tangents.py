"""Tangents: the derivative of every node with respect to one of them, front to back.

The same local partials as backprop's, multiplied in the other direction. A rule can be replaced node by node: what
comes out then is what somebody gets who differentiates by that rule.
Source: forward accumulation, Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gradx.graph import Graph
from gradx.numbers import Arithmetic, S

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

    `partials` are backprop's. The nodes in `instead` follow their own rule.
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
