"""Forward, backprop and nudging: what flows where, whatever the depth."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import explore
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, forward, nudged


def swept(text: str, **values: float) -> tuple[Graph, Forward[float], Backprop[float]]:
    graph = read(text).graph
    run = forward(graph, FLOAT64, {graph.index[name]: x for name, x in values.items()})
    return graph, run, backprop(graph, FLOAT64, run)


def gradient(text: str, name: str, **values: float) -> float:
    graph, _, back = swept(text, **values)
    return back.adjoints[graph.index[name]]


def test_uses_of_a_node_add_up() -> None:
    assert gradient("b = a + a; c = b + b", "a", a=1.0) == 4.0
    assert gradient("x*x", "x", x=3.0) == 6.0
    assert gradient("u = x^2; v = u*u; u + v", "x", x=2.0) == 2 * 2 + 4 * 2**3


def test_contributions_are_the_adjoint_edge_by_edge() -> None:
    graph, _, back = swept("u = x*y; v = u + x; w = u*v; w*x", x=2.0, y=3.0)
    for i in graph.shown:
        if i != graph.output:
            parts = list(back.contributions(graph, i))
            assert sum(part.value for part in parts) == back.adjoints[i]
            assert all(part.value == part.upstream * part.local for part in parts)


def test_the_same_loop_runs_over_exact_rationals() -> None:
    class Rationals:
        """Just what + - * / need."""

        @staticmethod
        def number(x: float) -> Fraction:
            return Fraction(x)

        @staticmethod
        def is_finite(x: Fraction) -> bool:
            return True

        @staticmethod
        def divide(x: Fraction, y: Fraction) -> Fraction:
            return x / y

    graph = read("u = a/b; v = u - b*a; v*u").graph
    a, b = Fraction(3, 7), Fraction(5, 11)
    m = Rationals()
    run = forward(graph, m, {graph.index["a"]: a, graph.index["b"]: b})  # type: ignore[arg-type]
    back = backprop(graph, m, run)  # type: ignore[arg-type]
    # J = a^2/b^2 - a^2, by hand: dJ/da = 2a/b^2 - 2a, dJ/db = -2a^2/b^3
    assert back.adjoints[graph.index["a"]] == 2 * a / b**2 - 2 * a
    assert back.adjoints[graph.index["b"]] == -2 * a**2 / b**3


def test_a_domain_error_flows_to_the_output_and_keeps_its_origin() -> None:
    graph, run, _ = swept("u = log(x); v = u + 1; v*2", x=-1.0)
    assert run.faults[graph.output] == graph.index["u"]


def test_a_branch_not_taken_drops_its_domain_error() -> None:
    graph, run, back = swept("where(x > 0, log(x), 2*x)", x=-1.0)
    assert graph.output not in run.faults
    assert run.values[graph.output] == -2.0
    assert back.adjoints[graph.index["x"]] == 2.0
    assert run.dropped == {graph.index["v1"]}


def test_a_node_used_outside_the_branch_too_is_not_dropped() -> None:
    _, run, _ = swept("u = x^2; where(x > 0, u, 1) + u", x=-1.0)
    assert run.dropped == frozenset()


def test_an_error_that_nothing_uses_is_none() -> None:
    program = read("u = log(x); 2*x")
    found = explore(program, {"x": -1.0})
    assert found.value == -2.0
    assert [node.value for node in found.nodes if node.name == "u"] == [None]


def test_an_error_in_a_condition_is_one() -> None:
    with pytest.raises(GradxError):
        explore(read("where(log(x) > 0, 1, x)"), {"x": -1.0})


def test_a_flat_piece_stops_an_infinite_upstream_gradient() -> None:
    # sqrt has slope infinity at 0, relu does not move below 0: d/dx sqrt(relu(x)) = 0 there
    assert gradient("sqrt(relu(x))", "x", x=-1.0) == 0.0
    assert gradient("sqrt(max(x, y))", "x", x=-1.0, y=0.0) == 0.0


def test_nudging_recomputes_only_what_is_downstream() -> None:
    graph, run, _ = swept("u = b*c; v = a + u; J = 3*v", a=5.0, b=3.0, c=2.0)
    moved = nudged(graph, FLOAT64, run, graph.index["u"], 6.5)
    changed = {graph.names[i] for i, (x, y) in enumerate(zip(run.values, moved.values, strict=True)) if x != y}
    assert changed == {"u", "v", "J"}
    assert moved.values[graph.output] == 34.5
    assert run.values[graph.output] == 33.0


def test_a_hundred_thousand_nodes_deep() -> None:
    graph, run, back = swept("x" + "*1.00001" * 100_000, x=2.0)
    assert run.values[graph.output] == pytest.approx(2 * math.exp(100_000 * math.log(1.00001)), rel=1e-9)
    assert back.adjoints[graph.index["x"]] == pytest.approx(run.values[graph.output] / 2, rel=1e-12)
