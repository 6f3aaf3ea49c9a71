"""Numbers next to ±1 against the same numbers written out, with two thousand digits."""

from __future__ import annotations

import operator
from collections.abc import Callable

import mpmath
import pytest

from gradx.numbers.beside_one import BesideOne, extent
from gradx.numbers.multiprecision import Multiprecision

M = Multiprecision(50)
C = M.context
LONG = mpmath.mp.clone()
LONG.dps = 2000

SATURATED = C.mpf(500) + C.mpf(1) / 3
"""Its tanh is nearer to 1 than 10^-434."""


def written_out(x: mpmath.mpf) -> mpmath.mpf:
    """What a number is, with all digits of what it lacks."""
    return x.sign * (1 - LONG.make_mpf(x.rest._mpf_)) if isinstance(x, BesideOne) else LONG.make_mpf(x._mpf_)


def is_same(found: mpmath.mpf, expected: mpmath.mpf) -> bool:
    """To 48 digits, of what it lacks where it is next to ±1."""
    lack = abs(abs(expected) - 1)
    scale = lack if isinstance(found, BesideOne) else abs(expected)
    return bool(abs(written_out(found) - expected) <= scale * LONG.mpf(10) ** -48)


SLIGHTLY_LESS, LESS = M.tanh(SATURATED), M.tanh(SATURATED - 1)
NEXT = (SLIGHTLY_LESS, -SLIGHTLY_LESS, LESS, -LESS, 1 / LESS, -1 / LESS)
SMALL = C.mpf(10) ** -400
OTHERS = (C.one, -C.one, C.mpf(0), C.mpf(3), C.mpf(-0.25), SMALL, -SMALL / 7, 1, -1, 2, 0.5)


@pytest.mark.parametrize(
    ("name", "long"),
    [
        ("tanh", LONG.tanh),
        ("sigmoid", lambda x: 1 / (1 + LONG.exp(-x))),
        ("expm1", LONG.expm1),
    ],
)
def test_functions_that_end_at_one_say_what_they_lack(name: str, long: Callable[[mpmath.mpf], mpmath.mpf]) -> None:
    for size in (16.5, 40, 500.25, 2000):
        for x in (C.mpf(size), -C.mpf(size)):
            found = getattr(M, name)(x)
            assert is_same(found, long(LONG.make_mpf(x._mpf_))), (name, x)
    assert isinstance(getattr(M, name)(C.mpf(-500 if name == "expm1" else 500)), BesideOne)


def test_the_error_function_does_too() -> None:
    for size in (16.5, 30.25):
        expected = LONG.erf(size)
        assert is_same(M.erf(C.mpf(size)), expected)
        assert is_same(M.erf(C.mpf(-size)), -expected)


@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_operations_keep_what_is_lacking(operate: Callable[[mpmath.mpf, mpmath.mpf], mpmath.mpf]) -> None:
    for x in NEXT:
        for y in (*NEXT, *OTHERS):
            long = written_out(y) if isinstance(y, C.mpf) else LONG.mpf(y)
            if long or operate is not operator.truediv:
                assert is_same(operate(x, y), operate(written_out(x), long)), (written_out(x), y)
            assert is_same(operate(y, x), operate(long, written_out(x))), (y, written_out(x))


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
def test_comparisons_see_it(compare: Callable[[mpmath.mpf, mpmath.mpf], bool]) -> None:
    for x in NEXT:
        for y in (*NEXT, *OTHERS):
            long = written_out(y) if isinstance(y, C.mpf) else LONG.mpf(y)
            assert compare(x, y) == compare(written_out(x), long)
            assert compare(y, x) == compare(long, written_out(x))


def test_signs() -> None:
    for x in NEXT:
        assert is_same(-x, -written_out(x))
        assert is_same(abs(x), abs(written_out(x)))
        assert +x is x
        assert hash(x) == hash(M.tanh(SATURATED) if x > 0 else -M.tanh(SATURATED))


@pytest.mark.parametrize(
    "name", ["asin", "acos", "acosh", "atanh", "log", "log2", "log10", "log1p", "sqrt", "floor", "ceil"]
)
def test_functions_see_it(name: str) -> None:
    long = {
        "log": LONG.ln,
        "log2": lambda x: LONG.ln(x) / LONG.ln(2),
        "log1p": lambda x: LONG.ln(1 + x),
    }.get(name, getattr(LONG, name, None))
    for x in NEXT:
        found, expected = getattr(M, name)(x), long(written_out(x))
        if isinstance(expected, LONG.mpf):
            assert is_same(found, expected), written_out(x)
        else:
            assert found != found, written_out(x)


def test_gamma_and_its_kin_see_how_far_the_pole_is() -> None:
    # DLMF 5.7.3, 5.7.5: beside -1 all but the pole is smaller by 10^-434, and beside 1 all but the value there
    for x in NEXT:
        lack = LONG.make_mpf(x.rest._mpf_)
        below = x < 0
        assert is_same(M.gamma(x), -1 / lack if below else LONG.mpf(1))
        assert is_same(M.digamma(x), -1 / lack if below else -LONG.euler)
        assert is_same(M.trigamma(x), 1 / lack**2 if below else LONG.pi**2 / 6)


@pytest.mark.parametrize("exponent", [2, 3, -1, 0.5, -2.25, 1000, 1e-30])
def test_powers_keep_what_is_lacking(exponent: float) -> None:
    for x in NEXT:
        found = M.power(x, M.number(exponent))
        if x > 0 or exponent == int(exponent):
            assert is_same(found, LONG.power(written_out(x), exponent)), written_out(x)
        else:
            assert found != found


def test_what_half_of_the_digits_show_is_a_plain_number() -> None:
    found = M.tanh(C.mpf(20))
    assert type(found) is C.mpf
    assert extent(found) is found
    assert extent(LESS) is LESS.rest
    back = LESS + LESS.rest
    assert type(back) is C.mpf
    assert back == 1
    assert type(M.tanh(C.mpf(10) ** 4000)) is C.mpf


def test_what_digits_show_is_shown_to_functions_that_do_not_see_more() -> None:
    x = M.tanh(C.mpf(48))  # 1 - 10^-41: beside 1, and within 50 digits of it
    assert isinstance(x, BesideOne)
    assert abs(LONG.make_mpf(M.exp(x)._mpf_) - LONG.exp(written_out(x))) <= LONG.mpf(10) ** -49
    assert x * 3 != 3
