"""Functions that grow or fade exponentially, far from where mpmath computes them: each against an identity."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gradx.numbers.multiprecision import HUGE_ARGUMENT, MAX_ARGUMENT, Multiprecision, is_huge, is_known

M = Multiprecision(100)
C = M.context
TINY = C.mpf(10) ** -95
FAR = (C.mpf("1e30"), C.mpf("12345678.75"), C.mpf("1e15") + C.mpf("0.25"), C.mpf(2) ** 7000 / 3)


def is_near(a: object, b: object, scale: float = 1) -> bool:
    return bool(abs(C.mpf(a) - C.mpf(b)) <= TINY * scale * abs(C.mpf(b)))


@pytest.mark.parametrize("x", FAR)
def test_the_exponential_function_and_the_logarithm_undo_each_other(x: object) -> None:
    assert is_near(M.log(M.exp(x)), x)
    assert is_near(M.log(1 / M.exp(-x)), x)
    assert is_near(M.sinh(x) * 2, M.exp(x))
    assert is_near(M.sinh(-x), -M.cosh(x))
    assert is_near(M.expm1(x), M.exp(x))


@pytest.mark.parametrize("x", [C.mpf("1e30"), C.mpf("-1e13") + C.mpf("0.25"), C.mpf(2) ** 45 + C.mpf("0.5")])
def test_the_recurrence_of_the_gamma_function(x: object) -> None:
    # DLMF 5.5.1; the factor of Γ(x+1)/Γ(x) loses log2(x ln x) bits of the two
    assert is_near(M.gamma(x + 1) / M.gamma(x), x)


def test_the_continued_fraction_of_the_error_function() -> None:
    # DLMF 7.9.2: sqrt(pi) exp(x²) erfc(x) = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))); 10 terms are plenty at 2^31
    x = C.mpf(2) ** 31
    fraction = x
    for k in range(10, 0, -1):
        fraction = x + C.mpf(k) / 2 / fraction
    assert is_near(M.erfc(x) * M.exp(x * x) * C.sqrt(C.pi) * fraction, 1)
    assert M.erfc(-x) == 2


@pytest.mark.parametrize(("x", "y"), [("3", "1e50"), ("1e-300", "1e300"), ("1.5", "-1e40"), ("0.75", "1e8")])
def test_a_power_is_its_logarithm_multiplied(x: str, y: str) -> None:
    with C.workdps(450):
        base, exponent = C.mpf(x), C.mpf(y)
        logarithm = exponent * C.ln(base)
    assert is_near(M.log(M.power(base, exponent)), logarithm)


def test_a_power_of_a_negative_base_has_the_sign_of_its_exponent() -> None:
    whole = C.mpf(2) ** 60
    assert M.power(C.mpf(-3), whole) > 0
    assert M.power(C.mpf(-3), whole + 1) < 0
    assert M.power(C.mpf(-1), whole + 1) == -1
    assert not M.is_finite(M.power(C.mpf(-3), whole + C.mpf("0.5")))


def test_what_is_past_all_bounds_is_no_number() -> None:
    far = C.ldexp(1, MAX_ARGUMENT + 1)
    for function in (M.exp, M.expm1, M.sinh, M.cosh, M.gamma):
        assert not M.is_finite(function(far))
    assert (M.erfc(far), M.erfc(-far)) == (0, 2)
    for function in (M.digamma, M.trigamma):
        assert not M.is_finite(function(-far))
    assert not M.is_finite(M.sin(C.ldexp(1, 1 << 20)))


def test_a_number_that_rounding_has_left_no_fraction_has_no_floor() -> None:
    assert M.floor(C.mpf(10) ** 40 + C.mpf("0.5")) == 10**40
    assert not M.is_finite(M.floor(C.pi * C.mpf(10) ** 120))
    assert M.floor(M.number(1e300)) == M.number(1e300)


@pytest.mark.parametrize("exponent", [400_000, 12345678901234567890123, -98765432109876543210987654321])
def test_a_decimal_with_a_long_exponent_is_read_back(exponent: int) -> None:
    text = f"-1.234567890123456789e{exponent:+d}"
    number = M.parsed(text)
    assert M.decimal(number, 19) == text
    assert is_near(C.log10(-number), C.log10(C.mpf("1.234567890123456789")) + exponent)


def test_a_decimal_is_rounded_up_to_the_next_power_of_ten() -> None:
    assert M.decimal(M.parsed("9.99999e+100000000000000000000"), 4) == "1.0e+100000000000000000001"


def test_beyond_all_sizes_a_number_is_huge_and_its_sign_is_known() -> None:
    far = C.ldexp(1, HUGE_ARGUMENT + 1)
    for function in (M.exp, M.expm1, M.sinh, M.cosh, M.gamma):
        assert is_huge(function(far))
        assert function(far) > 0
        assert is_huge(function(function(far)))
    assert M.sinh(-far) == -M.cosh(-far) == -C.inf
    assert not is_known(M.gamma(-far))
    assert M.exp(-M.exp(far)) == 0
    assert M.expm1(-M.exp(far)) == -1


def test_what_a_huge_number_decides() -> None:
    huge = M.exp(C.ldexp(1, HUGE_ARGUMENT + 1))
    one, two = M.number(1.0), M.number(2.0)
    assert (
        M.where(">", huge, one, one, two) == M.maximum(one, -huge) == M.sign(huge) == M.tanh(huge) == M.erf(huge) == 1
    )
    assert M.where("<=", huge, one, one, two) == two
    assert abs(M.atan(-huge) + C.pi / 2) < 1e-90
    assert M.divide(one, huge) == M.power(huge, -one) == M.power(two, -huge) == M.power(M.number(0.5), huge) == 0
    assert M.power(huge, two) == M.power(two, huge) == M.lgamma(huge) == M.maximum(one, huge) == huge


def test_what_it_does_not_decide_is_not_known() -> None:
    huge = M.exp(C.ldexp(1, HUGE_ARGUMENT + 1))
    one = M.number(1.0)
    for unknown in (
        *(huge - huge, M.where(">", huge, huge, one, one), M.where("<", M.nan, one, one, one), M.atan2(huge, huge)),
        *(M.maximum(one, M.nan), M.minimum(M.nan, one), M.sign(M.nan), M.sin(huge), M.log(huge), M.floor(huge)),
        *(M.power(huge, M.number(0.5)), M.power(one, huge), M.power(-huge, one), M.power(1 + C.ldexp(1, -90), huge)),
    ):
        assert not is_known(unknown)
        assert not is_huge(unknown)


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
@pytest.mark.parametrize("size", [300, 2000, 30_000])
def test_an_angle_turned_back_is_as_good_as_its_own_digits(name: str, size: int) -> None:
    # mpmath takes the angle for exact; what its last bit is worth is all that may differ, and 128 bits less do.
    m = Multiprecision(100)
    c = m.context
    c.prec += size
    for third in (1, 2, 5):
        angle = c.ldexp(c.mpf(third) / 3, size)
        found, plain = getattr(m, name)(angle), getattr(c, name)(angle)
        assert abs(found - plain) <= abs(plain) * c.ldexp(1, size - c.prec - 100)
        assert found._mpf_[3] < 900  # bits: it was not worked out with all of them


def test_an_exact_angle_keeps_all_of_its_digits() -> None:
    m = Multiprecision(100)
    c = m.context
    c.prec += 900
    assert m.sin(c.mpf(2) ** 900) == c.sin(c.mpf(2) ** 900)
    assert not m.is_finite(m.sin(c.mpf(2) ** 200_000))  # 60,000 digits of π, whatever is asked for


def test_an_angle_of_which_nothing_is_known_is_another_one_at_every_precision() -> None:
    sines = []
    for digits in (100, 220, 560):
        m = Multiprecision(digits)
        sines.append(m.sin(m.context.ldexp(m.context.mpf(1) / 3, 30_000)))
    assert all(abs(a - b) > 1e-9 for a, b in pairwise(sines))


def test_a_cosine_next_to_a_multiple_of_pi_is_known_to_the_square_of_its_angle() -> None:
    m = Multiprecision(100)
    c = m.context
    c.prec += 30_000
    angle = c.ldexp(c.pi, 30_000)
    known = 30_000 - c.prec
    assert 0 < abs(m.cos(angle) - c.cos(angle)) + (1 - m.cos(angle)) < c.ldexp(1, 2 * known + 8)
    assert abs(m.cos(angle) - c.cos(angle)) < c.ldexp(1, 2 * known - 60)
