"""Where a function is rational, the root of a rational number or a part of π (see `gradx.numbers.exact`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from gradx.numbers.exact_functions import FOUR_SQUARED_SINES, ODD, ONE_AT_ZERO, PARTS_OF_PI, ZERO_AT_ONE
from gradx.numbers.exact_number import Exact, Numbers
from gradx.numbers.forms import PI


class Functions(Numbers, Protocol):
    """What is asked here of the arithmetic."""

    def number(self, x: float) -> Exact: ...
    def sqrt(self, x: Exact) -> Exact: ...
    def of_pi(self, factor: Fraction) -> Exact: ...


def special(numbers: Functions, name: str, x: Exact) -> Exact | None:
    """The function `name` of `x`, where x is one of those arguments."""
    ratio = x.ratio
    if ratio == 0 and (name in ODD or name in ONE_AT_ZERO):
        return numbers.number(float(name in ONE_AT_ZERO))
    if ratio == 1 and name in ZERO_AT_ONE:
        return numbers.number(0.0)
    if ratio is not None and (name, ratio) in PARTS_OF_PI:
        return numbers.of_pi(PARTS_OF_PI[name, ratio])
    if name in ("sin", "cos") and len(x.form) == 1 and x.form[0][0] == PI:
        return _sine_of_pi(numbers, x.form[0][1] + (Fraction(1, 2) if name == "cos" else 0))
    return None


def _sine_of_pi(numbers: Functions, part: Fraction) -> Exact | None:
    """The sine of a part of π, where it is the root of a rational number."""
    within = part % 1
    inside = FOUR_SQUARED_SINES.get(min(within, 1 - within))
    if inside is None:
        return None
    return numbers.sqrt(numbers.number(inside)) * (0.5 if part % 2 < 1 else -0.5)
