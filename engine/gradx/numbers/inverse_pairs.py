"""What a function makes of its inverse, exactly: log(exp(u)) is u, acos(cos(u)) is u less whole turns, or its negative
(see `gradx.numbers.exact`)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from gradx.numbers.exact_functions import FOLDED, INVERSE
from gradx.numbers.exact_number import Exact, Numbers
from gradx.numbers.forms import Form, Monomial

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.multiprecision import Multiprecision

WIDEST = 60
"""The binary exponent from which on nobody counts the half turns in an angle."""


class Functions(Numbers, Protocol):
    """What is asked here of the arithmetic."""

    @property
    def m(self) -> Multiprecision: ...
    def argument(self, form: Form, name: str) -> Form | None: ...
    def names(self, monomial: Monomial) -> dict[str, tuple[int, tuple[Form, ...]]]: ...
    def value_of(self, form: Form) -> mpf: ...
    def of_pi(self, factor: Fraction) -> Exact: ...


def undone(numbers: Functions, name: str, value: mpf, x: Exact) -> Exact | None:
    """The function `name` of `x`, `value`, where x is its inverse of something; None where it is not, or where that is
    not to be told."""
    inner = numbers.argument(x.form, INVERSE.get(name, ""))
    if inner is not None:
        return numbers.made(value, inner)
    if name not in FOLDED:
        return None
    function, half_turns = FOLDED[name]
    inner = _tangent(numbers, x.form) if function == "tan" else numbers.argument(x.form, function)
    return None if inner is None else _folded(numbers, name, value, inner, half_turns)


def _tangent(numbers: Functions, form: Form) -> Form | None:
    """The u of a form that is sin(u)/cos(u)."""
    if len(form) != 1 or form[0][1] != 1:
        return None
    found = numbers.names(form[0][0])
    if set(found) != {"sin", "cos"} or (found["sin"][0], found["cos"][0]) != (1, -1):
        return None
    return found["sin"][1][0] if found["sin"][1] == found["cos"][1] else None


def _folded(numbers: Functions, name: str, value: mpf, inner: Form, half_turns: int) -> Exact | None:
    """u - nπ, or its negative, in the branch that the inverse function answers; None next to where that changes."""
    c = numbers.m.context
    u = numbers.value_of(inner)
    turns = int(c.nint(u / (half_turns * c.pi))) if half_turns and abs(u) < 1 << WIDEST else 0
    rest = Exact(numbers, u, inner) - numbers.of_pi(Fraction(turns * half_turns))
    doubt = c.ldexp(1, -int(c.prec) // 2)
    if half_turns and not abs(rest.value) < half_turns * c.pi / 2 - doubt:
        return None
    if name in ("asin", "atan"):
        return numbers.made(value, (-rest if name == "asin" and turns % 2 else rest).form)
    if rest.form and not abs(rest.value) > doubt:
        return None
    return numbers.made(value, (rest if rest.value > 0 else -rest).form)
