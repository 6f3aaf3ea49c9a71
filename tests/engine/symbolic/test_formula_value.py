"""What SymPy's formulas are worth at a point: against SymPy's own evaluation, and where there is no value, why."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import arb

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS, TYPED_BALLS, Balls, precision
from gradx.sweeps.forward import forward
from gradx.symbolic.formula import UnwritableError, exact_graph
from gradx.symbolic.formula_value import (
    CANCELLED,
    NO_NUMBER,
    ON_CORNER,
    FormulaValue,
    corners,
    formula_values,
)

X, Y = sp.symbols("x y", real=True)
POINTS = ((0.75, 1.5), (-0.75, 1.5), (0.75, -1.5), (-0.75, -1.5))


def worth(graph: Graph, point: dict[str, float], m: Balls = BALLS) -> arb:
    return forward(graph, m, {i: arb(point[graph.names[i]]) for i in graph.inputs}).values[graph.output]


def valued(program: str, point: dict[str, float], along: str, formula: str) -> FormulaValue:
    graph = read(program, known=frozenset(point)).graph
    i = graph.index[along]
    return formula_values(
        graph, {j: point[graph.names[j]] for j in graph.inputs}, {i: read(formula, frozenset(graph.index)).graph}
    )[i]


@pytest.mark.parametrize(
    "expression",
    [
        sp.Max(X, Y, X + Y) - sp.Min(X, Y, sp.Integer(1)),
        sp.floor(3 * X) + sp.ceiling(2 * Y) * sp.sign(X) + abs(Y),
        sp.Piecewise((X, (X > 0) & (Y > 0)), (Y, sp.Not((X < 0) & (Y > X))), (2, True)),
        sp.Piecewise((X, sp.ITE(X > 0, Y > 0, Y < 0)), (sp.exp(Y), True)),
        sp.Heaviside(X) * sp.log(abs(X) + 1) + sp.Heaviside(-X) * sp.sqrt(X**2 + 1),
        sp.EulerGamma + sp.polygamma(0, Y + 3),
        sp.pi * X + sp.E**Y + sp.atan2(Y, X) + sp.loggamma(Y + 3),
        X**-3 + Y ** sp.Rational(2),
        X / 20 + sp.Rational(1, 3) * Y + 10**30 + sp.Rational(7, 10) ** 3,
        (10**40 + 12345678901234567) * X - (3**50 * 7 + 1) * Y,
    ],
    ids=str,
)
def test_a_formula_is_worth_what_sympy_says(expression: sp.Expr) -> None:
    for x, y in POINTS:
        expected = expression.subs({X: sp.Rational(x), Y: sp.Rational(y)}).evalf(60)
        with precision(256):
            value = worth(exact_graph(expression), {"x": x, "y": y})
            assert value.rel_accuracy_bits() > 200
            assert abs(value - arb(str(expected))) < abs(value) * arb("1e-55")


def test_a_formula_grows_with_its_parts_and_not_with_their_uses() -> None:
    expression = X + Y
    for k in range(60):  # written out, 2^60 leaves
        expression = sp.sin(expression) * sp.cos(expression + k)
    formula = exact_graph(expression)
    assert len(formula.nodes) < 400
    with precision(256):
        expected = arb(2.25)
        for k in range(60):
            expected = expected.sin() * (expected + k).cos()
        assert worth(formula, {"x": 0.75, "y": 1.5}).overlaps(expected)


def test_a_formula_that_is_too_large_is_not_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    expression = sp.Add(*sp.symbols("a:30", real=True))
    assert len(exact_graph(expression).nodes) == 59
    monkeypatch.setattr("gradx.symbolic.formula.MOST_NODES", 58)
    with pytest.raises(UnwritableError, match="too long"):
        exact_graph(expression)


def test_a_literal_is_what_the_number_system_takes_it_for() -> None:
    tenth_of, circle = sp.Symbol("0.1", positive=True), sp.Symbol("pi", positive=True)
    formula = exact_graph(3 * tenth_of * X + circle - sp.pi, {tenth_of: 0.1, circle: 3.141592653589793})
    with precision(256):
        tenth = arb(3602879701896397) / 2**55  # float64's 0.1
        assert worth(formula, {"x": 1.0}).overlaps(3 * tenth + arb(3.141592653589793) - arb.pi())
        assert worth(formula, {"x": 1.0}, TYPED_BALLS).overlaps(arb(3) / 10)


def test_a_formula_may_use_the_names_of_nodes() -> None:
    assert valued("u = x^2 + 1; u*x", {"x": 3.0}, "x", "u*x").decimal == "30.0"
    assert valued("e*x", {"x": 2.0, "e": 5.0}, "x", "e").decimal == "5.0"


@pytest.mark.parametrize(
    ("program", "x", "formula", "reason"),
    [
        ("x^2", 3.0, "log(-x)", NO_NUMBER),
        ("x^2", 0.0, "1/x", NO_NUMBER),
        ("log(x)", -1.0, "1/x", NO_NUMBER),  # the program has no value either
        ("abs(x - 3)", 3.0, "sign(x - 3)", ON_CORNER),
        ("max(x, 3)", 3.0, "where(x > 3, 1, 0)", ON_CORNER),
        ("floor(x)", 3.0, "0", ON_CORNER),  # a jump leaves no mark in a formula
        ("atan2(x - 3, -x)", 3.0, "(2*x - 3)/(x^2 + (x - 3)^2)", ON_CORNER),
        ("abs(sqrt(x + 6)^3 - 27)", 3.0, "3*sign(sqrt(x + 6)^3 - 27)*sqrt(x + 6)/2", ON_CORNER),
        ("abs(x)", 2.0, "2^4000*x*(sin(x)^2 + cos(x)^2 - 1)", CANCELLED),
    ],
)
def test_what_has_no_value_says_why(program: str, x: float, formula: str, reason: str) -> None:
    assert valued(program, {"x": x}, "x", formula) == FormulaValue(None, reason)


@pytest.mark.parametrize(
    ("program", "met"),
    [
        ("abs(x - 3)", {"x": True}),
        ("x^3 + y^x", {}),
        ("abs(sin(x)^2 + cos(x)^2 - 1)", {"x": False}),
        ("sign(x)", {}),
        ("where(y > 1, x, 2*x)", {"y": True}),  # x moves both branches, and not the choice
        ("(-x)^y", {"y": True}),  # of a number below 0 the whole powers alone
        ("where(x > 4, abs(x - 3), 1)", {}),
    ],
)
def test_a_corner_is_met_by_what_moves_it(program: str, met: dict[str, bool]) -> None:
    graph = read(program).graph
    run = forward(graph, BALLS, {i: arb({"x": 3, "y": 1}[graph.names[i]]) for i in graph.inputs})
    found = corners(graph, BALLS, run)
    assert {graph.names[i]: found[i] for i in graph.inputs if i in found} == met


def test_a_corner_along_another_node_does_not_matter() -> None:
    point = {"b": 0.0, "x": 3.0}
    assert valued("abs(b)*x + where(b > 0, x, 2*x)", point, "x", "abs(b) + where(b > 0, 1, 2)").decimal == "2.0"


def test_a_value_is_given_with_its_digits() -> None:
    assert valued("x^2", {"x": 0.5}, "x", "2*x").decimal == "1.0"
    assert valued("sin(x)", {"x": 0.5}, "x", "cos(x)").decimal == "0.8775825618903727161162816"  # by mpmath
    far = valued("exp(x)", {"x": -50000.0}, "x", "exp(x)").decimal
    with mpmath.workdps(40):
        assert far is not None
        assert mpmath.almosteq(mpmath.mpf(far), mpmath.exp(-50000), rel_eps=1e-24)


def test_precision_grows_until_the_digits_are_there() -> None:
    value = valued("x", {"x": 2.0**-700}, "x", "(exp(x) - 1 - x)/x^2").decimal
    assert value == "0.5"  # 1/2 + x/6 + …, by the series; x/6 is 10^-211


def test_what_is_left_of_nothing() -> None:
    nothing = "(sin(x)^2 + cos(x)^2 - 1)"
    assert valued("x", {"x": 0.7}, "x", nothing + "*10^3000") == FormulaValue(None, CANCELLED)
    assert valued("x", {"x": 0.7}, "x", nothing + "/10^1000").decimal == "0.0"  # below all that binary64 holds
