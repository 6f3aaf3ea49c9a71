"""Tangents: forwards they come to what backprop comes to backwards, and a rule of one's own replaces a node's."""

from __future__ import annotations

import pytest

from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop, tangents
from gradx.sweeps.forward import forward


@pytest.mark.parametrize(
    "program",
    ["x^3", "x*sin(x)*exp(x)", "b = x + x; c = b*b; c/x", "max(x, y)*hypot(x, y)", "where(x > 1, x^2, log(-x))"],
)
def test_forwards_and_backwards_agree(program: str) -> None:
    graph = read(program).graph
    run = forward(graph, FLOAT64, dict.fromkeys(graph.inputs, 1.3))
    back = backprop(graph, FLOAT64, run)
    x = graph.index["x"]
    found = tangents(graph, FLOAT64, back.partials, x, graph.downstream(x)[1:])
    assert found[graph.output] == pytest.approx(back.adjoints[x], rel=1e-14)


def test_a_rule_of_ones_own() -> None:
    graph = read("u = x^2; sin(u)").graph
    run = forward(graph, FLOAT64, {graph.index["x"]: 0.0})
    back = backprop(graph, FLOAT64, run)
    x, u = graph.index["x"], graph.index["u"]
    found = tangents(graph, FLOAT64, back.partials, x, graph.downstream(x)[1:], {u: lambda before: before[x] * 7.0})
    assert (found[u], found[graph.output]) == (7.0, 7.0)
