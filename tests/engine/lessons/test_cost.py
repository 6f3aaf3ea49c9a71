"""N + P against N × P, counted, and the evaluations that both ways really take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradx.language.program import read
from gradx.lessons.cost import MOST_VISITS, Cost, count, measure

COURSES = json.loads((Path(__file__).parents[2] / "cases" / "courses.json").read_text())


def test_the_table_of_the_courses() -> None:
    table = COURSES["efficiency"]
    cost = Cost(table["nodes"], table["parameters"])
    assert (cost.backprop_steps, cost.nudging_steps) == (table["backprop_steps"], table["nudging_steps"])


@pytest.mark.parametrize(
    ("text", "nodes", "parameters"),
    [
        ("u = b*c; v = a + u; J = 3*v", 3, 3),
        ("J = 1/2*d^2", 2, 1),
        ("J = w", 1, 1),
        ("2 + 3", 1, 0),
    ],
)
def test_nodes_are_operations_and_parameters_inputs(text: str, nodes: int, parameters: int) -> None:
    graph = read(text).graph
    assert count(graph, graph.inputs) == Cost(nodes, parameters)


def test_both_ways_are_counted_as_they_run() -> None:
    graph = read("u = b*c; v = a + u; J = 3*v").graph
    at = {graph.index[name]: value for name, value in {"a": 5.0, "b": 3.0, "c": 2.0}.items()}
    measured = measure(graph, at, graph.inputs)
    assert (measured.forward_evaluations, measured.backprop_visits) == (3, 3)
    # one forward pass of 3, then b and c move u, v and J, and a moves v and J
    assert (measured.nudging_evaluations, measured.nudged) == (3 + 3 + 3 + 2, 3)
    assert measured.backprop_seconds > 0
    assert measured.nudging_seconds > 0


def test_only_the_inputs_that_count_are_nudged() -> None:
    graph = read("u = b*c; v = a + u; J = 3*v").graph
    at = {graph.index[name]: value for name, value in {"a": 5.0, "b": 3.0, "c": 2.0}.items()}
    measured = measure(graph, at, [graph.index["a"]])
    assert (measured.nudging_evaluations, measured.nudged) == (3 + 2, 1)


def test_what_the_output_does_not_depend_on_is_not_visited_on_the_way_back() -> None:
    graph = read("unused = a*a; J = 2*a").graph
    assert measure(graph, {graph.index["a"]: 1.0}, graph.inputs).backprop_visits == 1


@pytest.mark.slow
def test_nudging_a_large_graph_stops_where_it_would_take_too_long() -> None:
    many = 3_000
    graph = read(" + ".join(f"x{k}" for k in range(many))).graph
    measured = measure(graph, dict.fromkeys(graph.inputs, 1.0), graph.inputs)
    assert measured.nudged == MOST_VISITS // len(graph.nodes) < many
    assert measured.backprop_visits == many - 1


def test_the_reading_of_a_wider_sum_costs_more_by_nudging_than_by_backprop() -> None:
    graph = read(" + ".join(f"w{k}*x" for k in range(300))).graph
    measured = measure(graph, dict.fromkeys(graph.inputs, 1.0), graph.inputs)
    assert measured.nudging_evaluations > 20 * (measured.forward_evaluations + measured.backprop_visits)
    assert measured.nudging_seconds > measured.backprop_seconds
