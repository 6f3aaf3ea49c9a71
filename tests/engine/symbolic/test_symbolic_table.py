"""Every row of the table, read in SymPy: the same values as in mpmath, and SymPy's slopes are the row's partials."""

from __future__ import annotations

from collections import ChainMap

import mpmath
import pytest
import sympy

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder
from gradx.numbers.multiprecision import Multiprecision
from gradx.primitive import Primitive
from gradx.symbolic.derivation import System
from gradx.symbolic.evaluation import Evaluation, Reading
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
    m = Multiprecision(40)
    for point in points(row):
        given = ChainMap({system.symbol(i): x for i, x in zip(graph.inputs, point, strict=True)}, system.m.literals)
        numbers = [m.number(x) for x in point]
        value = row.value(m, *numbers)
        assert mpmath.almosteq(Reading(60, given, {}).value(expression)[0], value, rel_eps=1e-25, abs_eps=1e-30)
        partials = row.local_partials(m, value, numbers, [True] * len(point))
        evaluation = Evaluation(given, system.definitions)
        for i, partial in zip(graph.inputs, partials, strict=True):
            slope = slopes(i)
            text = evaluation.value(slope.derivative, slope.function, slope.moves)
            assert mpmath.almosteq(m.context.mpf(text), partial, rel_eps=1e-20, abs_eps=1e-30), (i, point)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_a_graph_survives_the_way_to_the_process(row: Primitive) -> None:
    graph = one_node(row)
    assert unpacked(packed(graph)) == graph
