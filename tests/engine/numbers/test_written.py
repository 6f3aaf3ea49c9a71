"""Literals as they are written."""

from __future__ import annotations

import math

from gradx.numbers.written import Written


def test_a_decimal_is_that_decimal() -> None:
    m = Written(50)
    assert m.number(0.1) * 10 == 1
    assert m.number(-2.5) == m.context.mpf("-2.5")
    assert m.number(1e300) == m.context.mpf(10) ** 300


def test_pi_and_e_are_themselves() -> None:
    m = Written(50)
    assert abs(m.sin(m.number(math.pi))) < 1e-49
    assert abs(m.log(m.number(math.e)) - 1) < 1e-49
