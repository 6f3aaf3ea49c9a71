"""What an operation lacks where it has no value, in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradx.language.spelling import called
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive


def outside(row: Primitive, values: Sequence[float], operands: Sequence[str], program: str = "") -> tuple[str, str]:
    """The message and the hint for the operation `row` on float64 `values` that are outside its domain.

    `operands` are the texts that have these values; one that is a number itself is not told to be another one.
    `program` is the text in which it stands: a function is called as it is there.
    """
    assert row.domain is not None
    numbers = [f"{value:.10g}" for value in values]
    inside = row.name != "^" and row.domain.holds(FLOAT64, *values)
    said = [
        _is(operand, number, rounded=inside and float(number) == value)
        for operand, number, value in zip(operands, numbers, values, strict=True)
    ]
    changeable = [operand if operand != number else None for operand, number in zip(operands, numbers, strict=True)]
    if row.name in ("/", "%"):
        divisor = said[1] if changeable[1] else "the divisor is 0"
        return f"division by zero: {divisor}", _wish(changeable[1], "other than zero")
    if row.name == "^":
        return _power(values, numbers, said, changeable)
    if len(values) > 1:
        message = f"{called(row, program)} needs {row.domain.words}: " + ", ".join(said)
        return message, _wish(" or ".join(filter(None, changeable)), "another number")
    wish = row.domain.words.partition(" ")[2].removeprefix("argument ").removeprefix("of ")
    if wish.startswith("whose"):
        wish = "another number"
    return f"{called(row, program)} needs {row.domain.words}, and {said[0]}", _wish(changeable[0], wish)


def _power(
    values: Sequence[float], numbers: Sequence[str], said: Sequence[str], changeable: Sequence[str | None]
) -> tuple[str, str]:
    base, exponent = values
    if base == 0:
        below = f"{numbers[1]} is below 0" if exponent else "is next to 0 and below it"
        message = f"division by zero: {said[0]}, and the exponent {below}"
        return message, _wish(changeable[0], "other than zero")
    message = f"a negative base needs a whole exponent: {said[0]}, the exponent {numbers[1]}"
    root = _odd_root(exponent)
    if root is not None:
        return message, root.format(changeable[0] or numbers[0])
    return message, _wish(changeable[0], "at least 0")


MOST_ROOT = 99
"""Fractions with a larger denominator are not taken for one that was typed."""


def _odd_root(exponent: float) -> str | None:
    """What to write, with a place for the base, for a power whose exponent is a fraction with an odd denominator."""
    fraction = Fraction(exponent).limit_denominator(MOST_ROOT)
    power, root = fraction.numerator, fraction.denominator
    if abs(exponent - fraction) > 1e-12 or root % 2 == 0:
        return None
    if (power, root) == (1, 3):
        return "the real cube root is cbrt({})"
    return f"the real root is root({{}}, {root})" + ("" if power == 1 else f"^{power}" if power > 0 else f"^({power})")


def _wish(operand: str | None, what: str) -> str:
    return f"choose values that make {operand} {what}" if operand else "change these numbers"


def _is(text: str, number: str, *, rounded: bool) -> str:
    """`rounded`: the number would do, and so is not quite what the text is."""
    return f"{text} is {'next to ' if rounded else ''}{number} here" if text != number else f"it is {number}"
