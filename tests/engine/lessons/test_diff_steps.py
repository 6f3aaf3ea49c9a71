"""Steps of a derivative: each is the derivative of its part, and bears the rules that it takes."""

from __future__ import annotations

import mpmath
import pytest
from multiprecision import Multiprecision

from gradx.language.program import read_plainly as read
from gradx.lessons.diff import Differentiation
from gradx.lessons.diff_answer import Step, steps
from gradx.sweeps.forward import forward

PROGRAMS = [
    "x^2*sin(x)", "sin(x)/x", "(x^2 + 1)^5*exp(-x)", "log(sin(3*x))", "x^x", "2^(x^2)", "sqrt(x + sqrt(x))",
    "where(x > 0.2, x^3, -x)", "max(0, 1 - x*y)", "abs(x - y)*x", "atan2(y, x) + hypot(x, y)", "y^x/(1 + x^y)",
    "z = w*x + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
    "e1 = exp(x); e2 = exp(2*y); s = e1 + e2; p = e1/s; L = -log(p)",
    "u = tanh(x); v = u*x; r = cosh(v) - u; J = r^2/(1 + v^2)",
]  # fmt: skip


def found(program: str) -> list[Step]:
    graph = read(program).graph
    return steps(Differentiation(graph), graph.output, graph.index["x"])


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_step_is_the_derivative_of_its_part(program: str) -> None:
    """Of what mpmath makes of a difference, at a point that no step knows."""
    graph = read(program).graph
    m = Multiprecision(60)
    at = {i: m.number(0.31) + m.number(0.11) * k for k, i in enumerate(graph.inputs)}
    x = graph.index["x"]

    def values(moved: mpmath.mpf) -> list[mpmath.mpf]:
        return forward(graph, m, at | {x: moved}).values

    here = {graph.names[i]: value for i, value in enumerate(values(at[x]))}
    for step in found(program):
        with mpmath.workdps(60):
            slope = mpmath.diff(lambda moved, node=step.node: values(moved)[node], at[x], h=mpmath.mpf("1e-25"))
        formula = step.formula.graph
        known = {i: here[formula.names[i]] for i in formula.inputs}
        assert abs(forward(formula, m, known).values[formula.output] - slope) < 1e-20 * (1 + abs(slope)), step


@pytest.mark.parametrize(
    ("program", "rules"),
    [
        ("x + 3", ("sum",)),
        ("-x", ("constant factor",)),
        ("x/3", ("constant factor",)),
        ("x*sin(x)", ("product",)),
        ("3/x", ("quotient",)),
        ("x^3", ("power",)),
        ("(x + 1)^3", ("power", "chain")),
        ("3^x", ("table",)),
        ("3^(2*x)", ("table", "chain")),
        ("x^x", ("power", "table")),
        ("x^sin(x)", ("power", "table", "chain")),
        ("sin(x)", ("table",)),
        ("sin(2*x)", ("table", "chain")),
    ],
)
def test_the_outermost_step_bears_its_rules(program: str, rules: tuple[str, ...]) -> None:
    assert found(program)[-1].rules == rules


def test_a_name_for_an_input_is_no_step() -> None:
    assert found("J = x") == []
