"""SymPy's expressions as text: gradx reads it, and it is worth what SymPy says the expression is."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import sympy as sp

from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward
from gradx.symbolic.formula import UnwritableError, formula

X, Y = sp.symbols("x y", real=True)
POINTS = ((0.75, 1.5), (-0.75, 1.5), (0.75, -1.5), (-0.75, -1.5), (2.5, 2.5))


def evaluated(text: str, x: float, y: float) -> float:
    graph = read(f"{text} + 0*x + 0*y").graph
    run = forward(graph, FLOAT64, {graph.index["x"]: x, graph.index["y"]: y})
    return run.values[graph.output]


@pytest.mark.parametrize(
    "expression",
    [
        sp.Piecewise((X, (X > 0) & (Y > 0)), (Y, True)),
        sp.Piecewise((X, (X > 0) | (Y > 0)), (Y, True)),
        sp.Piecewise((X, sp.Not((X > 0) & (Y > X))), (Y, True)),
        sp.Piecewise((X, sp.ITE(X > 0, Y > 0, Y < 0)), (3, X < -10), (Y, True)),
        sp.Piecewise((X, sp.ITE(X > 0, Y > 0, sp.false)), (Y, True)),
        sp.Piecewise((X, sp.ITE(X > 0, Y > 0, sp.true)), (Y, True)),
        sp.Heaviside(X - Y + sp.Rational(1, 4)) * X,
        sp.EulerGamma * X - sp.polygamma(0, Y + 3),
        sp.sech(X) + sp.csch(Y) * sp.coth(X),
        X**2 * 10**40 - Y / 3**50,
        (-X - Y) * sp.Rational(-7, 3) / (X**2 + 1) ** sp.Rational(5, 2),
        sp.exp(1) ** 2 * X + sp.pi * Y,
        sp.loggamma(X + 4) + abs(Y),
        1 / (X**2 * sp.sqrt(Y**2 + 1)) - sp.Rational(1, 7),
        X * (Y - X) ** 3 - (Y + 2 * X),
        sp.Rational(123_456_789, 1_000) * X,
        -(sp.Integer(2) ** 70) * Y,
    ],
    ids=str,
)
def test_the_text_is_worth_what_the_expression_is(expression: sp.Expr) -> None:
    text = formula(expression)
    for x, y in POINTS:
        expected = float(expression.subs({X: sp.Rational(x), Y: sp.Rational(y)}).evalf(30))
        assert math.isclose(evaluated(text, x, y), expected, rel_tol=1e-12), (text, x, y)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (lambda: sp.Piecewise((X, X > 0)), "leaves open"),
        (lambda: sp.besselj(1, X), "besselj"),
        (lambda: sp.polygamma(1, X), "polygamma"),
        (lambda: sp.Piecewise((X, sp.Symbol("b")), (Y, True)), "condition"),
        (lambda: sp.Rational(123_456_789_123_456_789, 1_000) * X, "too many digits"),
        (lambda: sp.Integer(10) ** 400 + 1 + X, "too many digits"),
        (lambda: sp.Add(*(sp.sin(X + k) for k in range(200))), "too long"),
        (lambda: sp.Piecewise(*((X + k, sp.sin(X) > k) for k in range(200)), (Y, True)), "too long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_language_has_no_words_for_is_refused(expression: Callable[[], sp.Expr], words: str) -> None:
    with pytest.raises(UnwritableError, match=words):
        formula(expression())
