"""Forward: what leaves a domain is remembered, and what only a branch not taken uses is dropped."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import Forward, forward


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
