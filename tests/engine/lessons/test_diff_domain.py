"""What must hold for a derivative is told in words that are true, and only where it may fail."""

from __future__ import annotations

import pytest

from gradx.language.program import read
from gradx.lessons.diff import Differentiation, composed
from gradx.lessons.diff_proof import conditions

JUMPS = (
    "where(x > 0, 1/x, y) has no derivative where it bends or jumps; backprop takes the slope of the branch taken there"
)


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
        ("where(x > 0, 1/x, y)", ["1/x needs a divisor other than zero, where its branch is taken", JUMPS]),
        ("1/x + where(x > 0, 1/x, y)", ["1/x needs a divisor other than zero", JUMPS]),
    ],
)
def test_what_is_needed(program: str, needs: list[str]) -> None:
    graph = read(program).graph
    assert conditions(graph, graph.output, []) == needs


@pytest.mark.parametrize(
    ("program", "needs"),
    [
        ("sqrt(x^2)", ["sign(x) needs an argument other than zero"]),
        ("2*sqrt((3 - x)^2)", ["sign(3 - x) needs an argument other than zero"]),
        ("log2(x^2 + 1)", []),
        ("sqrt(x^2)/x", ["sqrt(x^2)/x needs a divisor other than zero"]),
    ],
)
def test_what_the_formula_needs_as_well(program: str, needs: list[str]) -> None:
    """sqrt(x^2) has no derivative at 0, where its sign has a value; log(2) is not 0."""
    graph = read(program).graph
    formula = Differentiation(graph).derivative(graph.output, graph.inputs).formula
    assert formula is not None
    assert conditions(graph, graph.output, [composed(graph, formula)]) == needs


def test_a_bend_that_the_program_shows_is_not_told_twice() -> None:
    graph = read("abs(2*x - 2)").graph
    formula = Differentiation(graph).derivative(graph.output, graph.inputs).formula
    assert formula is not None
    (told,) = conditions(graph, graph.output, [composed(graph, formula)])
    assert told.startswith("abs(2*x - 2) has no derivative where it bends")
