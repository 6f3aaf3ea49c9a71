"""The table over SymPy's expressions: numbers are what they are in binary64, and rules say what SymPy says."""

from __future__ import annotations

import math

import pytest
import sympy as sp

from gradx.numbers.sympy import SymbolicArithmetic, TooLargeError
from gradx.table import TABLE


@pytest.mark.parametrize("x", [0.1, -0.1, 1e300, -math.pi, 3.0, -0.25])
def test_a_number_is_a_symbol_that_is_worth_it_or_is_written_out(x: float) -> None:
    m = SymbolicArithmetic()
    assert float(m.literal(x).xreplace({symbol: sp.Float(value, 30) for symbol, value in m.literals.items()})) == x
    assert all(value > 0 for value in m.literals.values())


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_too_large(x: float) -> None:
    with pytest.raises(TooLargeError):
        SymbolicArithmetic().literal(x)


def test_the_rule_of_digamma_is_its_derivative() -> None:
    x = sp.Symbol("x", positive=True)
    row, m = TABLE["digamma"], SymbolicArithmetic()
    (rule,) = row.local_partials(m, row.value(m, x), [x], [True])
    assert rule is not None
    assert abs((rule - sp.digamma(x).diff(x)).subs(x, sp.Rational(7, 3)).evalf(30)) < 1e-25
