"""erf and erfc against mpmath's own at twice the digits, in every one of their ways."""

from __future__ import annotations

import mpmath
import pytest
from mpmath.ctx_mp import MPContext

from gradx.numbers import error_function
from gradx.numbers.multiprecision import Multiprecision

ARGUMENTS = ("1e-40", "0.3", "2.5", "9.75", "10.25", "15.5", "22.125", "31.4", "40.7", "54.6", "120.1", "3000.3")


def reference(c: MPContext, name: str, x: mpmath.mpf) -> mpmath.mpf:
    with c.workprec(2 * c.prec + 50):
        return c.erf(x) if name == "erf" else c.erfc(x)


@pytest.mark.parametrize("digits", [15, 40, 100, 220])
@pytest.mark.parametrize("name", ["erf", "erfc"])
@pytest.mark.parametrize("sign", [1, -1])
def test_it_is_mpmaths_own_to_the_last_digit(name: str, digits: int, sign: int) -> None:
    c = Multiprecision(digits).context
    for text in ARGUMENTS:
        x = sign * (c.mpf(text) + c.mpf(1) / 3**20)
        expected = reference(c, name, x)
        assert abs(getattr(error_function, name)(c, x) - expected) <= abs(expected) * c.ldexp(1, 1 - c.prec), text


@pytest.mark.parametrize("digits", [560, 1100])
def test_where_the_rule_is_used_at_many_digits(digits: int) -> None:
    c = Multiprecision(digits).context
    x = c.mpf("24.6") + c.mpf(1) / 3**20
    for name in ("erf", "erfc"):
        expected = reference(c, name, x)
        assert abs(getattr(error_function, name)(c, x) - expected) <= abs(expected) * c.ldexp(1, 1 - c.prec)


def test_far_out_erf_is_its_limit() -> None:
    c = Multiprecision(100).context
    for x in (c.mpf(40), c.mpf(2) ** 40, c.mpf(10) ** 400):
        assert error_function.erf(c, x) == -error_function.erf(c, -x) == 1
        assert error_function.erfc(c, -x) == 2
