"""What is said where an operation has no value: by its operands' names, or about numbers that stand there."""

from __future__ import annotations

from math import inf, pi

import pytest

from gradx.language.constants import outside
from gradx.table import TABLE


@pytest.mark.parametrize(
    ("name", "values", "operands", "message", "hint"),
    [
        ("/", (1, 0), ("a", "b - 4"), "division by zero: b - 4 is 0 here", "make b - 4 other than zero"),
        ("%", (1, 0), ("a", "0"), "division by zero: the divisor is 0", "change these numbers"),
        ("^", (0, -1), ("x", "-1"), "x is 0 here, and the exponent -1 is below 0", "make x other than zero"),
        ("^", (0, -1), ("0", "-1"), "it is 0, and the exponent -1", "change these numbers"),
        ("^", (-8, 1 / 3), ("x", "1/3"), "a negative base needs a whole exponent: x is -8", "cbrt(x)"),
        ("^", (-8, 1 / 3), ("-8", "0.3333333333"), "it is -8, the exponent 0.3333333333", "cbrt(-8)"),
        ("^", (-2, inf), ("x", "exp(y)"), "the exponent is beyond float64's range", "or exp(y) a whole number"),
        ("^", (-2, 0.5), ("x", "0.5"), "x is -2 here, the exponent 0.5", "make x at least 0"),
        ("log", (-1,), ("x - 2",), "log needs an argument above 0, and x - 2 is -1 here", "make x - 2 above 0"),
        ("tan", (pi / 2,), ("x",), "and x is 1.570796327 here", "make x other than pi/2 plus a multiple of pi"),
        ("cot", (0,), ("x",), "is not zero, and x is 0 here", "make x other than a multiple of pi"),
        ("acosh", (1,), ("tanh(x)",), "at least 1, and tanh(x) is next to 1 here", "make tanh(x) at least 1"),
        ("asin", (2,), ("2",), "asin needs an argument from -1 to 1, and it is 2", "change these numbers"),
        ("atan2", (0, 0), ("y", "x"), "not both zero: y is 0 here, x is 0 here", "make y or x other than zero"),
        ("atan2", (0, 0), ("0", "x"), "not both zero: it is 0, x is 0 here", "make x other than zero"),
        ("logb", (-1, 3), ("x", "3"), "x is -1 here, it is 3", "values that make x above 0"),
        ("logb", (2, 1), ("x", "b"), "x is 2 here, b is 1 here", "values that make b above 0 and other than 1"),
        ("logb", (-2, 0), ("2*x", "b"), "2*x is -2 here, b is 0 here", "values that make 2*x above 0"),
        ("logb", (2, 1), ("x", "1"), "x is 2 here, it is 1", "change these numbers"),
        ("root", (-1, 4), ("x", "4"), "x is -1 here, it is 4", "make x above 0"),
        ("root", (-2, 1.5), ("x", "n"), "n is 1.5 here", "make x above 0, or n an odd whole number"),
        ("root", (2, 0), ("x", "n"), "a root other than 0, odd and whole", "make n other than zero"),
        ("root", (0, -3), ("x", "n"), "x is 0 here, n is -3 here", "make x other than zero, or n above 0"),
        ("xlogy", (1, -1), ("x", "y"), "y is -1 here", "make y above 0"),
        ("fmod", (1, 0), ("x", "y"), "y is 0 here", "make y other than zero"),
        ("^", (0, -2), ("0", "x"), "the exponent -2 is below 0", "make x at least 0"),
        ("^", (-1, 0.5), ("x", "y"), "the exponent 0.5", "make x at least 0, or y a whole number"),
        ("^", (-1, 0.5), ("-1", "x"), "the exponent 0.5", "make x a whole number"),
    ],
)  # fmt: skip
def test_message_and_hint(
    name: str, values: tuple[float, ...], operands: tuple[str, ...], message: str, hint: str
) -> None:
    said, wish = outside(TABLE[name], values, operands)
    assert message in said
    assert wish.endswith(hint)
