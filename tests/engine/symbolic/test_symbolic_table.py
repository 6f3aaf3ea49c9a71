"""Every row of the table, read in SymPy: the same values as in mpmath, and SymPy's slopes are the row's partials."""

from __future__ import annotations

import mpmath
import pytest
import sympy
from multiprecision import Multiprecision

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder
from gradx.primitive import Primitive
from gradx.symbolic.derivation import System
from gradx.symbolic.formula import UnwritableError, exact_graph
from gradx.symbolic.formula_value import formula_values
from gradx.symbolic.protocol import packed, unpacked
from gradx.table import TABLE

PLACES = (0.1875, 0.53125, 0.90625)
"""Where in its range each argument is taken, a different place for each."""


def one_node(row: Primitive) -> Graph:
    """The graph of one call, every argument an input."""
    builder = GraphBuilder(Source("program", ""))
    arguments = [builder.input(f"x{k}", (0, 0)) for k in range(row.arity or 3)]
    return builder.finish(builder.operation(row, arguments, (0, 0)))


def points(row: Primitive) -> list[list[float]]:
    ranges = row.sample if row.arity else row.sample[:1] * 3
    return [
        [low + (high - low) * PLACES[(k + shift) % len(PLACES)] for k, (low, high) in enumerate(ranges)]
        for shift in range(len(PLACES))
    ]


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_a_row_says_the_same_in_sympy_as_in_mpmath(row: Primitive) -> None:
    graph = one_node(row)
    system = System(graph)
    slopes = system.prepared(graph.inputs)
    expression = system.expanded({}, range(len(graph.nodes)))[graph.output]
    assert not expression.atoms(sympy.Float)
    formulas = {i: found for i in graph.inputs if (found := written(slopes(i), system)) is not None}
    assert len(formulas) == len(graph.inputs) or row.name == "digamma"  # the language has no trigamma
    m, literals = Multiprecision(40), system.m.literals
    for point in points(row):
        at = dict(zip(graph.inputs, point, strict=True))
        numbers = [m.number(x) for x in point]
        value = row.value(m, *numbers)
        partials = row.local_partials(m, value, numbers, [True] * len(point))
        expected = {graph.output: value, **dict(zip(graph.inputs, partials, strict=True))}
        for i, found in formula_values(
            graph, at, {graph.output: exact_graph(expression, literals), **formulas}
        ).items():
            assert found.decimal is not None
            assert mpmath.almosteq(m.context.mpf(found.decimal), expected[i], rel_eps=1e-20, abs_eps=1e-30), (i, point)


def written(slope: sympy.Expr, system: System) -> Graph | None:
    try:
        return exact_graph(slope, system.m.literals)
    except UnwritableError:
        return None


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_a_graph_survives_the_way_to_the_process(row: Primitive) -> None:
    graph = one_node(row)
    assert unpacked(packed(graph)) == graph
