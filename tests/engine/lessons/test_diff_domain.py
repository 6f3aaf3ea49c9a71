"""What must hold for a derivative is told in words that are true, and only where it may fail."""

from __future__ import annotations

import pytest

from gradx.language.program import read
from gradx.lessons.diff_domain import conditions


@pytest.mark.parametrize(
    ("program", "needs"),
    [
        ("x^-1", ["x^-1 needs a base other than zero"]),
        ("x^0.5", ["x^0.5 needs a base of at least 0"]),
        ("x^-0.5", ["x^-0.5 needs a base above 0"]),
        ("x^n", ["x^n needs a base above 0, or a whole exponent"]),
        ("x^3", []),
        ("(x^2 + 1)^-1", []),
        ("(x^2)^0.5", []),
        ("x^-2 + 1/x", ["1/x needs a divisor other than zero"]),
        ("sqrt(x)*x^0.5", ["x^0.5 needs a base of at least 0"]),
        ("x/log(2)", []),
        ("x/-2", []),
        ("x/0", ["x/0 needs a divisor other than zero"]),
        ("log1p(exp(x))", []),
        ("log1p(x)", ["log1p(x) needs an argument above -1"]),
    ],
)
def test_what_is_needed(program: str, needs: list[str]) -> None:
    graph = read(program).graph
    assert conditions(graph, graph.output, []) == needs
