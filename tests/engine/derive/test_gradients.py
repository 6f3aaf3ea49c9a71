"""Backprop over formulas: every adjoint is a term, and the numbers choose branches where they can."""

from __future__ import annotations

import pytest

from gradx.derive.formulas import Gradients
from gradx.language.program import read


@pytest.mark.parametrize(
    ("program", "name", "formula"),
    [
        ("u = b*c; J = 3*(a + u)", "b", "3*c"),
        ("u = x^2; J = sin(u) - u", "x", "2*(-1 + cos(u))*x"),
        ("J = x/4", "x", "0.25"),
        ("J = x/3", "x", "1/3"),
        ("J = x^(1 + 2)", "x", "3*x^2"),
        ("v = x^2; J = where(x > 2, v, y)", "v", "where(x > 2, 1, 0)"),
        ("J = where(3 > 2, 5*x, y)", "x", "5"),
        ("J = where(3 > 2, 5*x, y)", "y", "0"),
        ("J = trig + digamma(x)", "trig", "1"),
        ("J = y*digamma(x)", "x", None),
    ],
)
def test_a_gradient_in_symbols(program: str, name: str, formula: str | None) -> None:
    graph = read(program).graph
    node = graph.index[name]
    found = Gradients(graph).formulas([node])[node]
    assert (found.text if found else None) == formula


def test_the_local_partials_lie_along_the_edges_that_a_gradient_takes() -> None:
    graph = read("c = s - 1; J = where(c > 0, x*y, -x)").graph
    partials = Gradients(graph).backprop.partials
    flows = [[local is not None for local in partials[i]] for i in graph.operations]
    assert flows == [[], [True, True], [True], [False, False, True, True]]
