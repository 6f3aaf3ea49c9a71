"""Derivatives by SymPy: over a graph's definitions they are what they are of the whole expression."""

from __future__ import annotations

import pytest
import sympy as sp

from gradx.language.program import read
from gradx.symbolic.derivation import NoFormulaError, System, differentiated


@pytest.mark.parametrize(
    "text",
    [
        "x - (y + x*y + 2 + z)",
        "f(t) = t*t + t; f(x + y) - f(x - z)",
        "twice(t) = t + t; u = twice(x + y); u*z",
        "u = x*2; v = u*0; v + x*y",
        "u = exp(x) + y; v = u*u; w = v - (u + x); sin(w)*v",
        "u = x + 1; v = u - (y + z + u*y); v",
    ],
)
def test_the_chain_rule_over_definitions_gives_the_derivative_of_the_whole(text: str) -> None:
    graph = read(text).graph
    whole = System(graph)
    base = whole.expanded({}, range(len(graph.nodes)))
    parts = System(graph)
    slopes = parts.slopes(graph.inputs)
    meanings = dict(parts.definitions)
    for i in graph.inputs:
        found = slopes[i]
        while found.free_symbols & meanings.keys():
            found = found.subs(meanings)
        assert sp.expand(found - whole.slope(graph.output, i, base)) == 0


def test_a_function_that_sympy_cannot_differentiate_has_no_formula() -> None:
    x = sp.Symbol("x", real=True)
    with pytest.raises(NoFormulaError):
        differentiated(sp.Function("f")(x), x)
