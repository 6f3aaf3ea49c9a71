"""Γ and its kin against mpmath's own at twice the digits."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest
from mpmath.ctx_mp import MPContext

from gradx.numbers import gamma_functions
from gradx.numbers.multiprecision import Multiprecision

REFERENCES: dict[str, Callable[[MPContext, mpmath.mpf], mpmath.mpf]] = {
    "gamma": lambda r, x: r.gamma(x),
    "loggamma": lambda r, x: r.ln(abs(r.gamma(x))),
    "digamma": lambda r, x: r.digamma(x),
    "trigamma": lambda r, x: r.psi(1, x),
}
# Near 1 and 2, where ln Γ is 0, the zeros of digamma (DLMF 5.4.20), one of ln|Γ| below 0, and a pole.
NEAR = ("1 + 2^-90", "2 - 2^-60", "1.4616321449683623", "-0.5040830082644554", "-2.4570247382208006", "-3 + 2^-80")
PLAIN = ("0.5", "1", "2", "3", "2.3", "29.75", "100", "171.6", "400.125", "99999.5", "1e-30", "1e-300")
NEGATIVE = ("-0.5", "-1e-30", "-7.75", "-177.54818503416226", "-1000.0625")


def number(c: MPContext, text: str) -> mpmath.mpf:
    whole, _, offset = text.partition(" ")
    exponent = int(offset.partition("^")[2] or 0)
    return c.mpf(whole) + (c.mpf(2) ** exponent * (-1 if offset[0] == "-" else 1) if offset else 0)


@pytest.mark.parametrize("digits", [30, 50, 110])
@pytest.mark.parametrize("name", REFERENCES)
def test_every_digit_is_right(name: str, digits: int) -> None:
    c, reference = MPContext(), MPContext()
    c.dps, reference.dps = digits, 2 * digits + 30
    for text in (*NEAR, *PLAIN, *NEGATIVE):
        x = number(c, text)
        found = getattr(gamma_functions, name)(c, x)
        expected = REFERENCES[name](reference, reference.mpf(x))
        assert abs(reference.mpf(found) - expected) <= abs(expected) * reference.mpf(10) ** -digits, (text, digits)


@pytest.mark.parametrize("digits", [560, 1100])
def test_many_digits_fulfil_the_duplication_formula(digits: int) -> None:
    # DLMF 5.5.5, and its derivatives: 2 psi(2x) = psi(x) + psi(x + 1/2) + 2 ln 2, 4 psi'(2x) = psi'(x) + psi'(x + 1/2)
    c = MPContext()
    c.dps = digits
    x, half, tiny = c.sqrt(2), c.mpf(0.5), c.mpf(10) ** (3 - digits)
    g = gamma_functions
    product = g.gamma(c, x) * g.gamma(c, x + half) * 2 ** (2 * x - 1) / c.sqrt(c.pi)
    assert abs(product / g.gamma(c, 2 * x) - 1) < tiny
    assert abs(c.exp(g.loggamma(c, x)) / g.gamma(c, x) - 1) < tiny
    assert abs(2 * g.digamma(c, 2 * x) - g.digamma(c, x) - g.digamma(c, x + half) - 2 * c.ln2) < tiny
    assert abs(4 * g.trigamma(c, 2 * x) - g.trigamma(c, x) - g.trigamma(c, x + half)) < tiny


def test_whole_numbers_are_exact_and_poles_have_no_value() -> None:
    m = Multiprecision(100)
    assert [m.gamma(m.number(float(n))) for n in (1, 2, 5, 21)] == [1, 1, 24, 2432902008176640000]
    assert m.lgamma(m.number(1.0)) == m.lgamma(m.number(2.0)) == 0
    for function in (m.gamma, m.lgamma, m.digamma, m.trigamma):
        assert all(function(m.number(x)) != function(m.number(x)) for x in (0.0, -1.0, -2e20))


def test_arguments_of_any_size() -> None:
    m = Multiprecision(50)
    exponent = 1 << 2000
    far, near = m.context.ldexp(1, exponent), m.context.ldexp(1, -exponent)
    tiny = m.context.mpf(10) ** -48
    logarithm = exponent * m.context.ln2
    assert abs(m.lgamma(far) / (far * (logarithm - 1)) - 1) < tiny
    assert abs(m.digamma(far) / logarithm - 1) < tiny
    assert abs(m.trigamma(far) * far - 1) < tiny
    assert abs(m.gamma(near) * near - 1) < tiny
    assert abs(m.lgamma(near) / logarithm - 1) < tiny
    assert abs(m.digamma(near) * near + 1) < tiny
    assert abs(m.trigamma(near) * near**2 - 1) < tiny
