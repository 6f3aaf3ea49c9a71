"""How much work a derivative is: counted by hand, and never less for more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradx.language.program import read
from gradx.lessons.quiz.item import Effort, effort

COUNTS = st.integers(0, 30)


@pytest.mark.parametrize(
    ("program", "counts"),
    [
        ("3*x + 1", (0, 0, 2)),
        ("sin(x)", (1, 0, 1)),
        ("sin(3*x)", (1, 1, 2)),
        ("x^2*sin(x)", (3, 0, 3)),
        ("exp(sin(x^2))", (3, 2, 3)),
        ("x/(x^2 + 1)", (2, 0, 3)),
    ],
)
def test_the_counts_of_a_derivative(program: str, counts: tuple[int, int, int]) -> None:
    graph = read(program).graph
    assert effort(graph, graph.output, graph.inputs[0]) == counts


@given(COUNTS, COUNTS, COUNTS, st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1)]))
def test_more_of_anything_is_never_a_lower_level(
    rules: int, nesting: int, nodes: int, more: tuple[int, int, int]
) -> None:
    before = Effort(rules, nesting, nodes)
    after = Effort(*(a + b for a, b in zip(before, more, strict=True)))
    assert 1 <= before.level <= after.level <= 5
    assert before.work < after.work
