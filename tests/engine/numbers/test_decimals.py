"""Balls as decimals: digits that are proved, bounds that enclose, and the form of a number however far out it is."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq

from gradx.numbers.balls import precision
from gradx.numbers.decimals import EXACT, decimal, is_writable, outward, significant

NUMBERS = ("0.1", "-2.5", "1e-5", "1.25e-6", "6", "123456789", "1e24", "9.5e25", "-1e-300", "3e301", "9" * 26 + ".6")


def ball(text: str) -> arb:
    exact = Fraction(text)
    return arb(fmpq(exact.numerator, exact.denominator))


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("digits", [10, 17, 25, 40])
def test_a_number_is_written_as_mpmath_writes_it(text: str, digits: int) -> None:
    least = min(-(digits // 3), -5)
    with precision(512), mpmath.workdps(100):
        expected = mpmath.nstr(mpmath.mpf(text), digits, min_fixed=least, max_fixed=digits)
        assert decimal(ball(text), digits) == expected


def test_small_numbers_are_written_out_as_far_as_is_asked() -> None:
    with precision(256):
        assert decimal(arb("0.0000125"), 25) == "0.0000125"
    assert decimal(arb(2) ** -20, 25, plain_above=-5) == "9.5367431640625e-7"
    assert decimal(arb(0), 25) == "0.0"


def test_numbers_far_out_have_an_exponent() -> None:
    with mpmath.workdps(60):
        logarithm = 10**12 * mpmath.log10(2)
        exponent = int(mpmath.floor(logarithm))
        mantissa = mpmath.nstr(mpmath.mpf(10) ** (logarithm - exponent), 12)
    with precision(256):
        assert decimal(arb(2) ** 10**12, 12) == f"{mantissa}e+{exponent}"
        lower, upper = outward(arb(100).exp().exp(), 10)
    with mpmath.workdps(80):
        logarithm = mpmath.exp(100) / mpmath.log(10)
        assert mpmath.log10(lower.partition("e")[0]) + int(lower.partition("e")[2]) < logarithm
        assert mpmath.log10(upper.partition("e")[0]) + int(upper.partition("e")[2]) > logarithm
    assert float(upper.partition("e")[0]) - float(lower.partition("e")[0]) == pytest.approx(1e-9)


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("bits", [40, 128, 300])
def test_bounds_enclose_and_are_near(text: str, bits: int) -> None:
    with precision(bits):
        number = ball(text)
        lower, upper = (Fraction(bound) for bound in outward(number, 20))
    assert lower <= Fraction(text) <= upper
    assert upper - lower <= abs(Fraction(text)) * (Fraction(3, 10**19) + Fraction(8, 2**bits))


def test_bounds_of_an_exact_number_are_the_number() -> None:
    assert outward(arb(6)) == ("6.0", "6.0")
    assert outward(arb(-0.375)) == ("-0.375", "-0.375")
    assert outward(arb(0)) == ("0.0", "0.0")


def test_bounds_of_what_is_hardly_known() -> None:
    lower, upper = outward(arb(0, 1), 5)
    assert Fraction(lower) <= -1 < 1 <= Fraction(upper)
    assert outward(arb.nan()) == ("-inf", "inf")
    assert outward(arb.pos_inf()) == ("-inf", "inf")


def test_digits_that_are_proved() -> None:
    assert significant(arb(0.1)) == EXACT
    assert significant(arb(0, 1)) == 0
    assert significant(arb.nan()) == 0
    assert significant(arb(1, arb(10) ** -12)) in (11, 12)


def test_of_a_number_whose_exponent_is_not_written_out_it_is_said_where_it_lies() -> None:
    # e^e^e^10 is 10 to the power of e^e^10/log(10), and that is 4.08e9565
    with precision(40_000):
        tower = arb(10).exp().exp().exp()
        assert [decimal(x, 10) for x in (tower, -tower)] == ["beyond 10^(10^9564)", "beyond -10^(10^9564)"]
        assert decimal(1 / tower, 10) == "within 10^(-10^9564) of 0"
        assert not is_writable(tower)
        assert outward(tower) == ("0.0", "inf")
    assert is_writable(arb(2) ** 10**12)
