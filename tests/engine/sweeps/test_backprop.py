"""Backprop: which argument gets what, and where nothing flows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import forward


def swept(text: str, **values: float) -> tuple[Graph, Backprop[float]]:
    graph = read(text).graph
    run = forward(graph, FLOAT64, {graph.index[name]: x for name, x in values.items()})
    return graph, backprop(graph, FLOAT64, run)


def gradients(text: str, **values: float) -> dict[str, float]:
    graph, back = swept(text, **values)
    return {name: back.adjoints[graph.index[name]] for name in values}


def test_a_rule_is_given_the_value_and_the_arguments_each_in_its_place() -> None:
    # d exp = exp, d sin = cos, d(x/y) = (1/y, -x/y^2), each at a point where the value is not the argument
    assert gradients("exp(x)", x=1.0) == {"x": pytest.approx(math.e, rel=1e-15)}
    assert gradients("sin(x)", x=1.0) == {"x": pytest.approx(math.cos(1.0), rel=1e-15)}
    assert gradients("x/y", x=3.0, y=4.0) == {"x": 0.25, "y": -0.1875}
    assert gradients("max(x, y, z)", x=2.0, y=7.0, z=5.0) == {"x": 0.0, "y": 1.0, "z": 0.0}
    assert gradients("min(x, y)", x=2.0, y=2.0) == {"x": 1.0, "y": 0.0}


def test_a_rule_of_two_arguments_may_use_both() -> None:
    # d atan2(x, y) = (y, -x)/(x^2 + y^2)
    assert gradients("atan2(x, y)", x=3.0, y=4.0) == {"x": pytest.approx(0.16), "y": pytest.approx(-0.12)}


def test_local_partials_that_are_given_take_the_place_of_the_rules() -> None:
    graph = read("u = 3*x; u*y").graph
    run = forward(graph, FLOAT64, {graph.index["x"]: 2.0, graph.index["y"]: 5.0})
    asked = []

    def local(i: int, wanted: Sequence[bool]) -> list[float | None]:
        asked.append((graph.names[i], list(wanted)))
        return [7.0 if each else None for each in wanted]

    back = backprop(graph, FLOAT64, run, local)
    assert asked == [("J", [True, True]), ("u", [False, True])]
    assert [back.adjoints[graph.index[name]] for name in "xyu"] == [49.0, 7.0, 7.0]


@pytest.mark.parametrize(("text", "expected"), [("2*x", (None, 2.0)), ("x*2", (2.0, None)), ("max(x, 2)", (1.0, None))])
def test_no_gradient_flows_to_a_constant(text: str, expected: tuple[float | None, ...]) -> None:
    graph, back = swept(text, x=5.0)
    assert back.partials[graph.output] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where(x > 0, a, b)", (None, None, 1.0, None)),
        ("where(x < 0, a, b)", (None, None, None, 1.0)),
        ("where(x > 0, 3, a*b)", (None, None, None, None)),
        ("where(x < 0, a*b, 3)", (None, None, None, None)),
    ],
)
def test_a_gradient_flows_to_the_branch_that_is_taken_and_to_no_condition(
    text: str, expected: tuple[float | None, ...]
) -> None:
    graph, back = swept(text, x=1.0, a=2.0, b=3.0)
    assert back.partials[graph.output] == expected


def test_a_node_that_no_gradient_reaches_is_not_visited_and_stops_none() -> None:
    graph, back = swept("u = x*x; w = y*y; where(x > 0, w, u)", x=-1.0, y=5.0)
    assert back.adjoints[graph.index["x"]] == -2.0
    assert back.adjoints[graph.index["y"]] == 0.0
    assert back.partials[graph.index["w"]] == ()


@pytest.mark.parametrize(
    "text", ["u = x*y; v = max(u, x, 1)/y; w = where(v > x, u*v, 0); w*x + exp(u)", "u = sin(x); 2*u + y"]
)
def test_every_edge_is_a_contribution_of_the_node_that_receives_it(text: str) -> None:
    graph, back = swept(text, x=2.0, y=3.0)
    edges = list(back.edges(graph))
    assert edges
    for i in graph.shown:
        assert [part for j, part in edges if j == i] == list(back.contributions(graph, i))


def test_a_contribution_says_through_which_argument_of_which_node_it_came() -> None:
    graph, back = swept("u = y/x; 5*u", x=2.0, y=3.0)
    (part,) = back.contributions(graph, graph.index["x"])
    # du/dx = -y/x^2
    assert part == (graph.index["u"], 1, 5.0, -0.75, -3.75)


def test_a_flat_side_contributes_0_to_an_infinite_upstream_and_a_slope_that_happens_to_be_0_does_not() -> None:
    graph, back = swept("sqrt(relu(x))", x=-1.0)
    (part,) = back.contributions(graph, graph.index["x"])
    assert (part.upstream, part.local, part.value) == (math.inf, 0.0, 0.0)
    assert (graph.index["x"], part) in list(back.edges(graph))
    graph, back = swept("sqrt(x^2)", x=0.0)
    (part,) = back.contributions(graph, graph.index["x"])
    assert part.upstream == math.inf
    assert math.isnan(part.value)
    graph, back = swept("3*relu(x)", x=2.0)
    (part,) = back.contributions(graph, graph.index["x"])
    assert part.value == 3.0
