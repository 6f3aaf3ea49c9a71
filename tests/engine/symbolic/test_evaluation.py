"""SymPy's formulas, evaluated here at exact rational points: against SymPy's own evaluation."""

from __future__ import annotations

import pytest
import sympy as sp

from gradx.symbolic import evaluation
from gradx.symbolic.evaluation import Evaluation, NoValueError, Reading

X, Y = sp.symbols("x y", real=True)
POINTS = ((0.75, 1.5), (-0.75, 1.5), (0.75, -1.5), (-0.75, -1.5))


@pytest.mark.parametrize(
    "expression",
    [
        sp.Max(X, Y, X + Y) - sp.Min(X, Y, sp.Integer(1)),
        sp.floor(3 * X) + sp.ceiling(2 * Y) * sp.sign(X) + abs(Y),
        sp.Piecewise((X, (X > 0) & (Y > 0)), (Y, sp.Not((X < 0) & (Y > X))), (2, True)),
        sp.Piecewise((X, sp.ITE(X > 0, Y > 0, Y < 0)), (sp.exp(Y), True)),
        sp.Heaviside(X) * sp.log(abs(X) + 1) + sp.Heaviside(-X) * sp.sqrt(X**2 + 1),
        sp.EulerGamma + sp.polygamma(0, Y + 3) - sp.polygamma(1, Y + 3),
        sp.pi * X + sp.E**Y + sp.atan2(Y, X) + sp.loggamma(Y + 3),
        X**-3 + Y ** sp.Rational(2),
    ],
    ids=str,
)
def test_a_formula_is_worth_what_sympy_says(expression: sp.Expr) -> None:
    for x, y in POINTS:
        value, _ = Reading(60, {X: x, Y: y}, {}).value(expression)
        expected = expression.subs({X: sp.Rational(x), Y: sp.Rational(y)}).evalf(40)
        assert abs(sp.Float(str(value), 40) - expected) < sp.Float("1e-30")


def test_a_definition_is_looked_up() -> None:
    u = sp.Symbol("u", real=True)
    value, _ = Reading(60, {X: 3.0}, {u: X**2 + 1}).value(u * X)
    assert value == 30


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (sp.Symbol("z") + X, "a symbol without a value"),
        (sp.besselj(1, X), "besselj"),
        (sp.log(-X), "no real number"),
        (sp.Piecewise((X, X < 0)), "no branch"),
        (sp.polygamma(2, X), "function"),
    ],
    ids=str,
)
def test_what_has_no_value_says_why(expression: sp.Expr, words: str) -> None:
    with pytest.raises(NoValueError, match=words):
        Reading(60, {X: 3.0}, {}).value(expression)


@pytest.mark.parametrize(
    ("expression", "corner", "sure"),
    [
        (abs(X - 3), True, True),
        (sp.Max(X, 3), True, True),
        (sp.floor(X), True, True),
        (sp.Piecewise((X, X > 3), (2 * X, True)), True, True),
        (abs(sp.sqrt(X + 6) ** 3 - 27), True, False),
        (sp.Heaviside(sp.sin(X) ** 2 + sp.cos(X) ** 2 - 1), True, False),
        (sp.sign(X), False, False),
        (sp.atan2(X - 3, -X), True, True),
    ],
    ids=str,
)
def test_a_corner_that_is_met_is_remembered(expression: sp.Expr, corner: bool, sure: bool) -> None:
    reading = Reading(60, {X: 3.0}, {})
    reading.value(expression)
    assert (bool(reading.corners), bool(reading.sure)) == (corner, sure)


def test_a_slope_is_given_with_its_digits() -> None:
    evaluation = Evaluation({X: 0.5}, {})
    assert evaluation.value(2 * X, X**2, lambda symbols: False) == "1.0"
    cosine = evaluation.value(sp.cos(X), sp.sin(X), lambda symbols: False)
    assert cosine == "0.8775825618903727161162816"  # the cosine of one half, by mpmath
    far = evaluation.value(sp.exp(-(10**5) * X), X, lambda symbols: False)
    assert far.startswith("1.8875776978205")  # mpmath
    assert far.endswith("e-21715")
    with pytest.raises(NoValueError, match="kink"):
        evaluation.value(sp.sign(X - sp.Rational(1, 2)), abs(X - sp.Rational(1, 2)), bool)


def test_a_slope_of_which_nothing_is_left_at_any_precision_is_not_given() -> None:
    nothing = (sp.sin(X) ** 2 + sp.cos(X) ** 2 - 1) * sp.Integer(10) ** 3000
    with pytest.raises(NoValueError, match="too many digits cancel"):
        Evaluation({X: 0.7}, {}).value(nothing, nothing, lambda symbols: False)
    below_everything = nothing * sp.Rational(1, 10**4000)
    assert Evaluation({X: 0.7}, {}).value(below_everything, X, lambda symbols: False) == "0.0"


def test_a_slope_that_takes_too_long_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "PATIENCE_S", 0.0)
    nothing = sp.sin(X) ** 2 + sp.cos(X) ** 2 - 1
    with pytest.raises(NoValueError, match="more digits than there is time for"):
        Evaluation({X: 0.7}, {}).value(nothing, nothing, lambda symbols: False)
