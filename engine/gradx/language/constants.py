"""What a constant is worth in float64: the default of an input, the value of a binding."""

from __future__ import annotations

import math

from gradx.errors import GradxError
from gradx.graph import Graph, GraphBuilder
from gradx.language.outside import outside
from gradx.numbers.float64 import FLOAT64

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
LABELS = {"pi": "pi", "π": "pi", "e": "e"}
"""What each of them is printed as."""


def constant_value(graph: Graph | GraphBuilder, i: int) -> float:
    """The value of node `i` of `graph`, an expression of constants.

    A branch that a `where` does not take does not count. Raises `GradxError` of kind "domain" where there is no finite
    value.
    """
    literal = graph.node(i).literal
    if literal is not None:
        return literal
    values: dict[int, float] = {}
    culprits: dict[int, int] = {}
    for j in graph.upstream(i):
        node = graph.node(j)
        if node.primitive is None:
            assert node.literal is not None
            values[j] = node.literal
            continue
        xs = [values[k] for k in node.inputs]
        branches = node.primitive.branches(FLOAT64, xs)
        taken = node.inputs if branches is None else (*node.inputs[:2], node.inputs[2 if branches[0] else 3])
        faulty = [culprits[k] for k in taken if k in culprits]
        domain = node.primitive.domain
        if faulty:
            culprits[j] = faulty[0]
        elif domain is not None and not domain.holds(FLOAT64, *xs):
            culprits[j] = j
        values[j] = math.nan if j in culprits else node.primitive.value(FLOAT64, *xs)
    if i in culprits:
        raise _outside(graph, culprits[i], values)
    if not math.isfinite(values[i]):
        message, hint = "this constant is too large for a float64", "the largest is about 1.8e308"
        raise GradxError("domain", message, hint=hint, span=graph.span(i))
    return values[i]


def _outside(graph: Graph | GraphBuilder, i: int, values: dict[int, float]) -> GradxError:
    node = graph.node(i)
    assert node.primitive is not None
    xs = [values[k] for k in node.inputs]
    span = graph.span(i)
    message, hint = outside(node.primitive, xs, [f"{x:.10g}" for x in xs], span.source.text)
    return GradxError("domain", message, hint=hint, span=span)
