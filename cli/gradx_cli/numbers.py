"""Numbers as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx_cli.width import evened

FLOAT64_DIGITS = 17
"""As many significant digits as it takes to write a float64 down; more would be digits of something else."""


_HEAD = re.compile("[^.e ]*")
"""What stands before the decimal point."""


class Exact(str):
    """A decimal with more digits than a float64 holds."""

    __slots__ = ()


NONE = "–"
"""What stands where there is no number: the node is in a branch that was not taken."""


def shown(value: float | None, digits: int = 10) -> str:
    """A number with up to `digits` significant digits, zeros trimmed: `33.006`, `-8.333333333e-10`, `1e16`."""
    if value is None:
        return NONE
    return tidy(f"{value + 0.0:.{min(digits, FLOAT64_DIGITS)}g}")


def exactly(value: float | None, exact: str | None, digits: int) -> str:
    """A number with `digits` significant digits: float64's own as far as they go, the exact number's beyond."""
    if exact is None or value is None or digits <= FLOAT64_DIGITS:
        return shown(value, digits)
    return decimal(exact, digits)


def decimal(text: str, digits: int = 10) -> str:
    """The same of a decimal given as text, which may have more digits and a larger exponent than a float64 holds."""
    from decimal import Decimal, localcontext

    mantissa, _, power = text.lower().partition("e")
    with localcontext() as context:
        context.prec = digits
        number = +Decimal(mantissa)
        if not number:
            return "0"
        exponent = number.adjusted() + int(power or 0)
        if not -5 < exponent < digits:
            return tidy(f"{number.scaleb(-number.adjusted()):f}e{exponent}")
        plain = f"{number.scaleb(int(power or 0)):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def counted(count: int, what: str) -> str:
    """`1 step`, `1,000 steps`."""
    return f"{count} {what}" if count == 1 else f"{count:,} {what}s"


def tidy(text: str) -> str:
    """A number in Python's writing, without what says nothing: `1.50e+07` is `1.5e7`, `-0` is `0`."""
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if mantissa == "-0":
        mantissa = "0"
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def aligned(texts: Sequence[str]) -> list[str]:
    """The numbers padded to one width, with their decimal points under each other; a word stands at the left."""
    heads = [None if text[:1].isalpha() and text not in ("inf", "nan") else _HEAD.match(text) for text in texts]
    before = max((head.end() for head in heads if head), default=0)
    placed = [" " * (before - head.end()) + text if head else text for head, text in zip(heads, texts, strict=True)]
    return evened(placed)
