"""One node nudged: what moves, and what becomes of domain errors."""

from __future__ import annotations

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import Forward, forward, nudged


def run(text: str, **values: float) -> tuple[Graph, Forward[float]]:
    graph = read(text).graph
    return graph, forward(graph, FLOAT64, {graph.index[name]: x for name, x in values.items()})


def test_a_domain_error_upstream_stays_and_one_downstream_is_looked_for_again() -> None:
    graph, before = run("u = log(x); where(y > 0, y, u)", x=-1.0, y=1.0)
    u = graph.index["u"]
    assert before.faults == {u: u}
    assert nudged(graph, FLOAT64, before, graph.index["y"], -1.0).faults == {u: u, graph.output: u}
    assert nudged(graph, FLOAT64, before, graph.index["x"], 1.0).faults == {}


def test_what_was_dropped_is_taken_over() -> None:
    graph, before = run("u = x + 1; where(y > 0, y, u)", x=-1.0, y=1.0)
    after = nudged(graph, FLOAT64, before, graph.index["y"], -1.0)
    assert after.dropped == before.dropped != frozenset()
    assert after.values[graph.output] == 0.0
