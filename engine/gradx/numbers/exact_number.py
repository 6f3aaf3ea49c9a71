"""A number whose value is known to some precision, and its form for certain (see `gradx.numbers.exact`)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from gradx.numbers import Relation, holds
from gradx.numbers.forms import Form, Monomial, added, scaled

if TYPE_CHECKING:
    from mpmath import mpf


class Numbers(Protocol):
    """What a number asks of its arithmetic."""

    def of(self, x: Exact | float) -> Exact: ...
    def made(self, value: mpf, form: Form) -> Exact: ...
    def product(self, x: Exact, y: Exact) -> Exact: ...
    def bounds(self, monomial: Monomial) -> tuple[int, int | None] | None: ...


class Exact:
    """A number: its value at some precision, and its form."""

    __slots__ = ("form", "numbers", "value")

    def __init__(self, numbers: Numbers, value: mpf, form: Form) -> None:
        self.numbers, self.value, self.form = numbers, value, form

    @property
    def ratio(self) -> Fraction | None:
        """The number, where it is rational for certain."""
        if not self.form:
            return Fraction(0)
        (monomial, factor), *rest = self.form
        return None if monomial or rest else factor

    @property
    def sign(self) -> int | None:
        """1, 0 or -1 where the sign is known for certain: of a rational number, and of a function that stays below a
        bound, however close to it (tanh(x) - 1), or above."""
        ratio = self.ratio
        if ratio is not None:
            return (ratio > 0) - (ratio < 0)
        (monomial, factor), *rest = reversed(self.form)
        if rest and (len(rest) > 1 or rest[0][0]):
            return None
        bounds = self.numbers.bounds(monomial)
        if bounds is None:
            return None
        low, high = (None if end is None else factor * end + (rest[0][1] if rest else 0) for end in bounds)
        if factor < 0:
            low, high = high, low
        return 1 if low is not None and low >= 0 else -1 if high is not None and high <= 0 else None

    @property
    def is_mirrored(self) -> bool:
        """Whether -x is the one of the two that functions are written of."""
        return bool(self.form) and self.form[0][1] < 0

    def __add__(self, other: Exact | float) -> Exact:
        other = self.numbers.of(other)
        return self.numbers.made(self.value + other.value, added(self.form, other.form))

    def __neg__(self) -> Exact:
        return self.numbers.made(-self.value, scaled(self.form, Fraction(-1)))

    def __sub__(self, other: Exact | float) -> Exact:
        return self + -self.numbers.of(other)

    def __rsub__(self, other: float) -> Exact:
        return -self + other

    def __mul__(self, other: Exact | float) -> Exact:
        return self.numbers.product(self, self.numbers.of(other))

    __radd__, __rmul__ = __add__, __mul__

    def order(self, other: Exact | float) -> int | None:
        """1, 0 or -1 as the number is above, at or below the other, by the forms where they tell, else by the values;
        None where a value is not known, or both are huge (see `gradx.numbers.multiprecision`)."""
        other = self.numbers.of(other)
        difference = self - other
        if difference.sign is not None:
            return difference.sign
        if difference.value != difference.value:
            return None
        return 1 if self.value > other.value else -1 if self.value < other.value else 0

    def compared(self, relation: Relation, other: Exact | float) -> bool:
        """Whether the relation holds; of a number that has no value none but "!=" does."""
        other = self.numbers.of(other)
        order = self.order(other) if self.value == self.value and other.value == other.value else None
        return relation == "!=" if order is None else holds(relation, order, 0)

    def __lt__(self, other: Exact | float) -> bool:
        return self.compared("<", other)

    def __le__(self, other: Exact | float) -> bool:
        return self.compared("<=", other)

    def __gt__(self, other: Exact | float) -> bool:
        return self.compared(">", other)

    def __ge__(self, other: Exact | float) -> bool:
        return self.compared(">=", other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact | float | int) and self.compared("==", other)

    __hash__ = None  # type: ignore[assignment]
