"""A formula with the numbers put in still says the same."""

from __future__ import annotations

import pytest

from gradx_cli.notation import put_in


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("3*c", "3·2"),
        ("-2*x", "-2·(-3)"),
        ("x*c", "-3·2"),
        ("x^2", "(-3)^2"),
        ("2^x", "2^(-3)"),
        ("1 - tanh(x)^2", "1 - tanh(-3)^2"),
        ("max(x, c)", "max(-3, 2)"),
        ("where(x > 0, c, 1)", "where(-3 > 0, 2, 1)"),
        ("x*where(c > x, 1, 0)", "-3·where(2 > (-3), 1, 0)"),
        ("gamma(c)*gamma", "gamma(2)·5"),
        ("unknown*c", "unknown·2"),
        ("7", "7"),
    ],
)
def test_names_become_their_values(formula: str, expected: str) -> None:
    assert put_in(formula, {"c": "2", "x": "-3", "gamma": "5"}) == expected
