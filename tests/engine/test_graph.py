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
