"""Numbers as a person reads them."""

from __future__ import annotations

import math

import pytest

from gradx_cli.numbers import aligned, decimal, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (33.0, "33"),
        (33.006, "33.006"),
        (0.1 + 0.2, "0.3"),
        (-1 / 120000000000, "-8.333333333e-12"),
        (1e16, "1e16"),
        (123456789.0, "123456789"),
        (0.0001, "0.0001"),
        (0.00001, "1e-5"),
        (-0.0, "0"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (None, "–"),
    ],
)
def test_ten_significant_digits_with_zeros_trimmed(value: float | None, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("text", "digits", "expected"),
    [
        ("6.0", 10, "6"),
        ("-8.3333333333333333333e-10", 10, "-8.333333333e-10"),
        ("0.33333333333333333333333", 20, "0.33333333333333333333"),
        ("12000000000000", 3, "1.2e13"),
        ("1e-400", 10, "1e-400"),
        ("0.0", 10, "0"),
        ("99.99999999999", 5, "100"),
        ("-7.704483203e+10000000010", 3, "-7.7e10000000010"),
        ("1e-99999999999999999999", 10, "1e-99999999999999999999"),
    ],
)
def test_a_decimal_text_keeps_more_digits_than_a_float_has(text: str, digits: int, expected: str) -> None:
    assert decimal(text, digits) == expected


def test_decimal_points_stand_under_each_other() -> None:
    column = aligned(["33.006", "6", "-1.5", "1e-5", "–"])
    assert column == ["33.006", " 6    ", "-1.5  ", " 1e-5 ", " –    "]
