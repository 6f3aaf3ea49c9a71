"""Forward: what leaves a domain is remembered, and what only a branch not taken uses is dropped."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import Forward, corrected, distances, forward


def run(graph: Graph, **values: float) -> Forward[float]:
    return forward(graph, FLOAT64, {graph.index[name]: x for name, x in values.items()})


def dropped(graph: Graph, **values: float) -> set[str]:
    return {graph.names[i] for i in run(graph, **values).dropped}


def test_an_operation_has_one_two_or_more_arguments() -> None:
    graph = read("max(x, -x, x - 1) + min(x, 2, 3, 4)").graph
    assert run(graph, x=-3.0).values[graph.output] == 3.0 - 3.0


def test_after_a_domain_error_there_are_no_values_and_the_first_error_is_the_origin() -> None:
    graph = read("u = log(x); v = log(u); v + 1").graph
    found = run(graph, x=-1.0)
    u = graph.index["u"]
    assert found.faults == {u: u, graph.index["v"]: u, graph.output: u}
    assert math.isnan(found.values[graph.output])


def test_an_operation_that_is_known_to_have_no_value_is_the_origin_of_what_follows() -> None:
    graph = read("u = x - 2; v = sqrt(u); v + y").graph
    found = run(graph, x=2.0, y=1.0)
    u, v = graph.index["u"], graph.index["v"]
    below = corrected(graph, FLOAT64, found, {u: -1e-30})
    assert (below.values[u], below.faults) == (-1e-30, {v: v, graph.output: v})
    without = corrected(graph, FLOAT64, found, {u: None})
    assert math.isnan(without.values[u])
    assert without.faults == {u: u, v: u, graph.output: u}
    assert found.faults == {}


def test_how_far_a_node_is_from_where_its_function_bends() -> None:
    graph = read("u = clip(x, 0, 1); u + y").graph
    found = run(graph, x=0.25, y=2.0)
    bends = distances(graph, FLOAT64, found.values, graph.index["u"])
    assert sorted(map(abs, bends)) == [0.25, 0.75]
    assert distances(graph, FLOAT64, found.values, graph.index["x"]) == ()
    assert distances(graph, FLOAT64, found.values, graph.output) == ()


def test_an_overflow_and_a_function_without_an_outside_are_no_domain_errors() -> None:
    assert run(read("exp(x)").graph, x=1000.0).faults == {}
    assert run(read("1/x^2").graph, x=1e200).faults == {}


@pytest.mark.parametrize("text", ["where(x < 0, log(x), 1)", "where(x > 0, 1, log(x))"])
def test_the_branch_that_is_taken_hands_its_domain_error_on(text: str) -> None:
    graph = read(text).graph
    assert run(graph, x=-1.0).faults[graph.output] == graph.index["v1"]
    assert graph.output not in run(graph, x=1.0).faults


def test_a_condition_is_never_dropped() -> None:
    graph = read("where(x > y, a, b)").graph
    assert dropped(graph, x=1.0, y=2.0, a=0.0, b=0.0) == {"a"}
    assert dropped(graph, x=2.0, y=1.0, a=0.0, b=0.0) == {"b"}


def test_what_a_dropped_node_alone_uses_is_dropped_with_it() -> None:
    graph = read("u = sin(x); w = u*c; where(y > 0, w, y)").graph
    assert dropped(graph, x=1.0, c=1.0, y=-1.0) == {"u", "w", "x", "c"}
    assert dropped(graph, x=1.0, c=1.0, y=1.0) == set()


def test_the_first_operation_counts_as_a_use_of_the_first_input() -> None:
    graph = read("u = sin(x); where(y > 0, u, y)").graph
    assert dropped(graph, x=1.0, y=-1.0) == {"u", "x"}


def test_what_a_statement_that_nothing_uses_needs_is_not_dropped() -> None:
    graph = read("u = x + 1; v = u*u; where(y > 0, y, u)").graph
    assert dropped(graph, x=1.0, y=1.0) == set()


def test_all_arguments_of_what_is_no_where_are_needed() -> None:
    graph = read("max(x, y, z, w) + where(x > 0, a, x)").graph
    assert dropped(graph, x=-1.0, y=1.0, z=1.0, w=1.0, a=1.0) == {"a"}


def test_an_output_in_the_middle_is_not_dropped_by_what_follows_it() -> None:
    graph = read("u = x^2; where(x > 0, u, x)").graph
    assert dropped(graph, x=-1.0) == {"u"}
    assert dropped(replace(graph, output=graph.index["u"]), x=-1.0) == set()
