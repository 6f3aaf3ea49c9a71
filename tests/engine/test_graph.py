"""What nodes depend on, and what depends on them."""

from __future__ import annotations

import pytest

from gradx.language.program import read

GRAPH = read("u = a*b; v = b + c; w = 2*u; J = w - d").graph


@pytest.mark.parametrize(
    ("nodes", "upstream", "downstream"),
    [
        ("u", "a b u", "u w J"),
        ("w c", "a b c u w", "c v w J"),
        ("a d", "a d", "a d u w J"),
        ("v u", "a b c u v", "u v w J"),
        ("", "", ""),
    ],
)
def test_what_several_nodes_depend_on_and_what_depends_on_one_of_them(
    nodes: str, upstream: str, downstream: str
) -> None:
    asked = [GRAPH.index[name] for name in nodes.split()]
    above, below = GRAPH.upstream(*asked), GRAPH.downstream(*asked)
    assert {GRAPH.names[i] for i in above if GRAPH.names[i]} == set(upstream.split())
    assert {GRAPH.names[i] for i in below} == set(downstream.split())
    assert above == sorted(set(above))
    assert below == sorted(set(below))


@pytest.mark.parametrize(
    "text", ["a*b + 2*3", "u = 2; v = u*x + 1; w = v + u; w^2", "7", "u = 3; u", "x", "f(a, b) = a + 1"]
)
def test_operations_are_what_is_no_leaf_and_the_output(text: str) -> None:
    graph = read(text).graph
    wanted = [i for i, row in enumerate(graph.primitives) if i == graph.output or (row and not graph.node(i).constant)]
    assert list(graph.operations) == wanted


def test_the_name_of_an_input_is_found_without_an_index() -> None:
    graph = read("u = a*b; u + c").graph
    assert all(map(graph.has, "abc"))
    assert "index" not in vars(graph)
    assert graph.has("u")
    assert not graph.has("x")


def test_what_no_operation_takes() -> None:
    graph = read("f(a, b, c, d) = where(a > b, 1, c); u = f(s, t, v, w); z = 2; g(p, q, r) = u*p").graph
    unused = graph.operands.without_use(range(len(graph.primitives)))
    assert {graph.names[i] for i in unused if graph.names[i]} == {"w", "z", "q", "r", "g"}
