"""Powers in mpmath, where the exponent has more digits than a computer has room for."""

from __future__ import annotations

import math

import pytest

from gradx.numbers.multiprecision import MAX_EXPONENT, Multiprecision

M = Multiprecision(100)
HUGE = M.context.mpf(9) ** (9**9)  # 9^9^9, which has 369,693,100 digits


@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [
        (1, HUGE, 1),
        (1, 1 / HUGE, 1),
        (-1, M.context.ldexp(1, 1000), 1),
        (-1, 2**100, 1),
        (-1, 2**100 + 1, -1),
        (-1, 3, -1),
        (-1, 0, 1),
        (0, HUGE, 0),
    ],
)
def test_a_power_that_is_known_without_working_it_out(base: float, exponent: float, power: int) -> None:
    assert M.power(M.number(base), M.number(exponent)) == power


@pytest.mark.parametrize(("base", "exponent"), [(-8, M.number(1) / 3), (-1, 0.5), (0, -1)])
def test_a_power_that_is_no_real_number_is_nan(base: float, exponent: float) -> None:
    found = M.power(M.number(base), M.number(exponent))
    assert found != found


@pytest.mark.parametrize("base", [0.5, 0.75, -0.75])
def test_a_base_below_one_is_as_small_as_its_logarithm_says(base: float) -> None:
    exponent = M.context.ldexp(1, 62)
    found = M.power(M.number(base), exponent)
    assert found > 0
    assert M.context.mag(found) == pytest.approx(2**62 * math.log2(abs(base)), rel=1e-12)


def test_near_one_a_huge_exponent_makes_a_moderate_number() -> None:
    tiny = M.context.ldexp(1, -200)
    found = M.power(1 + tiny, M.context.ldexp(1, 190))
    # (1 + t)^n = exp(n log1p(t)), here exp(2^-10) to first order in t
    assert abs(found - M.context.exp(M.context.ldexp(1, -10))) < 2 * tiny


@pytest.mark.parametrize("exponent", [-16_000, -3_600, 0, 3_600, 16_000])
def test_a_number_of_thousands_of_digits_is_written(exponent: int) -> None:
    m = Multiprecision(5_000)
    x = m.context.ldexp(m.context.mpf(1) / 3, exponent)
    assert abs(m.parsed(m.decimal(x, 25)) / x - 1) < m.context.mpf(10) ** -24
    assert M.decimal(x, 25) == m.decimal(x, 25)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_past_those_to_work_with_is_written_too(sign: int) -> None:
    """A product of two numbers may be further out than either."""
    largest = M.context.ldexp(1, MAX_EXPONENT - 1)
    text = M.decimal(sign * largest * largest, 17)
    _, _, exponent = text.partition("e")
    with M.context.workdps(3_000):
        assert abs(int(exponent) - int((2 * MAX_EXPONENT - 2) * M.context.log10(2))) <= 1
    assert text.startswith("-") == (sign < 0)
    assert M.decimal(M.context.inf, 17) == "+inf"
    assert M.decimal(M.nan, 17) == "nan"
