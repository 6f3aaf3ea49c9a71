"""Exact forms: identities that leave nothing, and what is not one."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb, fmpq
from mpmath import mp

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers import normal_form as forms
from gradx.numbers.balls import precision
from gradx.numbers.known import Known, Undecided, applied, known, pi
from gradx.point.exact_point import exact_point

ZEROS = [
    "sqrt(2)^2 - 2", "sqrt(5)*sqrt(20) - 10", "sqrt(8) - 2*sqrt(2)", "sqrt(x^2) - x", "cbrt(2)^3 - 2",
    "4^0.5 - 2", "2^0.5*2^0.25 - 2^0.75", "log(8) - 3*log(2)", "log2(8) - 3", "log10(1000) - 3",
    "log(6) - log(2) - log(3)",
    "exp(log(x)) - x", "log(exp(x)) - x", "exp(x)*exp(-x) - 1", "exp(2*x) - exp(x)^2", "exp(3*log(2)) - 8",
    "sin(x)^2 + cos(x)^2 - 1", "sin(-x) + sin(x)", "cos(-x) - cos(x)", "asin(x) + acos(x) - asin(1)",
    "tan(atan(1)) - 1", "2*asin(1) - acos(-1)", "tan(atan2(1, 0) + x) + 1/tan(x)",
    "1/(1 + sqrt(2)) - sqrt(2) + 1", "(1 + sqrt(2))*(1/(1 + sqrt(2))) - 1", "sinh(x) - (exp(x) - exp(-x))/2",
    "cosh(x)^2 - sinh(x)^2 - 1", "tanh(x) - sinh(x)/cosh(x)", "sigmoid(x) - 1/(1 + exp(-x))",
    "sigmoid(x) + sigmoid(-x) - 1",
    "softplus(x) - log(1 + exp(x))", "softplus(x) - softplus(-x) - x", "log1p(x) - log(1 + x)", "expm1(x) - exp(x) + 1",
    "atanh(0.5) - log(3)/2", "asinh(0.75) - log(2)", "acosh(1.25) - log(2)",
    "gelu(x) - gelu(-x) - x", "erf(-x) + erf(x)",
    "gamma(5) - 24", "hypot(3, 4) - 5", "hypot(x, 2*x) - sqrt(5)*x", "atan2(0, -1) - 2*atan2(3, 0)",
    "tan(atan(x)) - x", "tan(-atan(x)) + x", "sin(atan(x))*sqrt(1 + x^2) - x", "cos(atan(x))*sqrt(1 + x^2) - 1",
    "sin(asin(x/8)) - x/8", "cos(acos(x/8)) - x/8", "cos(asin(x/8))^2 + x^2/64 - 1", "sin(asin(-x/8)) + x/8",
    "sinh(asinh(x)) - x", "cosh(acosh(x + 1)) - x - 1", "tanh(atanh(x/8)) - x/8", "sec(asec(x + 1)) - x - 1",
    "cot(acot(x)) - x", "expm1(log1p(x)) - x", "log1p(expm1(x)) - x", "log(expm1(softplus(x))) - x",
    "floor(sqrt(2)^2) - 2", "x - sqrt(x)*sqrt(x)", "x^1.5/x - sqrt(x)", "gamma(x) - gamma(x)",
]  # fmt: skip

NOT_ZEROS = [
    "sqrt(2) + sqrt(3) - 3.1462643699419726", "sqrt(2)*sqrt(2) - 2.0000000000000004", "log(2) - 0.6931471805599453",
    "4*atan(1) - pi", "exp(1) - e", "asin(1)*2 - pi", "0.1 + 0.2 - 0.3", "sin(x) - x", "1e-300*(sqrt(2) - 1)",
]  # fmt: skip


def last(text: str, x: float) -> Known:
    graph: Graph = read(text).graph
    value = exact_point(graph, {graph.index["x"]: x} if "x" in graph.index else {}).values[graph.output]
    assert value is not None
    return value


@pytest.mark.sampled(4)
@pytest.mark.parametrize("text", ZEROS)
@pytest.mark.parametrize("x", [0.3, 2.0, 7.25])
def test_an_identity_leaves_nothing(text: str, x: float) -> None:
    if ("acos(x)" in text and x > 1) or ("x" not in text and x != 2):
        return
    with precision(256):
        assert last(text, x).sign() == 0


@pytest.mark.parametrize("text", NOT_ZEROS)
def test_what_is_nearly_zero_is_not(text: str) -> None:
    with precision(2000):
        assert last(text, 1e-200 if "x" in text else 1).sign() != 0


def test_a_difference_that_nothing_decides_is_undecided() -> None:
    # sqrt(2) + sqrt(3) = sqrt(5 + 2 sqrt(6)), which no rule of the forms says
    with precision(256), pytest.raises(Undecided):
        last("sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6))", 1).sign()


def test_a_product_of_numbers_above_zero_has_a_sign_at_any_precision() -> None:
    # cosh(400) - sinh(400) is exp(-400), of which 64 bits of the two show nothing
    with precision(64):
        assert last("cosh(x) - sinh(x)", 400.0).sign() == 1
        assert last("sinh(x) - cosh(x)", 400.0).sign() == -1


def test_a_power_that_is_far_too_large_has_no_form() -> None:
    with pytest.raises(forms.NoForm):
        forms.power(forms.rational(fmpq(3)), 10**12, 1)
    with pytest.raises(forms.NoForm):
        forms.exponential({frozenset({(("log", 2, 1), 1)}): fmpq(10**12)})


def test_sums_that_grow_have_no_form_in_the_end() -> None:
    with precision(256):
        total = known(1)
        for n in range(1, 80):
            total = total * (known(1) + applied("sin", known(n)))
        assert total.form is None
        assert total.ball.is_finite()


def test_forms_under_forms_end() -> None:
    with precision(64):
        x = known(Fraction(1, 3))
        for _ in range(3000):
            x = applied("cos", x)
        assert x.form is None


@pytest.mark.parametrize("n", range(1, 13))
def test_the_sine_of_parts_of_pi(n: int) -> None:
    mp.dps = 50
    with precision(200):
        found = applied("sin", pi() * known(Fraction(n, 12)))
        assert abs(float(found.ball.mid()) - float(mp.sin(mp.pi * n / 12))) < 1e-15
        if n in (6, 12):
            assert found.as_ratio() == fmpq(*{6: (1, 1), 12: (0, 1)}[n])


@pytest.mark.parametrize(("text", "n"), [("sqrt(2)^2", 2), ("7.0", 7), ("log2(8)", 3), ("-sqrt(3)^2", -3), ("2.5", 2)])
def test_whole_numbers_below(text: str, n: int) -> None:
    with precision(128):
        assert last(text + " + 0*x", 1).floor() == n


def test_a_number_beyond_all_integers_is_not_asked_for_one() -> None:
    with precision(128), pytest.raises(Undecided):
        Known.of(arb(2) ** arb(10**9) * arb.pi(), None).floor()


def test_precision_leaves_nothing_behind() -> None:
    with precision(64):
        coarse = last("sqrt(2) + log(3)", 1).ball
    with precision(640):
        fine = last("sqrt(2) + log(3)", 1).ball
    assert fine.rad() < 2.0**-600 < coarse.rad()
    assert math.isclose(float(fine), math.sqrt(2) + math.log(3), rel_tol=1e-15)
