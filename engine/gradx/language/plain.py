"""Whether a text that reads as plain language may be meant otherwise: a cheap look, for every text that is read."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_FUNCTIONS: Final = ("sin", "cos", "tan", "sec", "csc", "cot", "ln", "log", "exp", "sqrt", "cbrt", "tg")
_LONG: Final = 4
"""A run of so many letters is one name."""


def may_be_several(name: str) -> bool:
    """Whether a name may be a product, or a function and its argument."""
    if len(name) == 1:
        return False
    if "_" in name:
        return name.startswith(("log_", "ln_")) or name.count("_") > 1
    letters = name.rstrip("0123456789")
    return 1 < len(letters) < _LONG or any(function in letters for function in _FUNCTIONS) or not letters.isalpha()


def has_index(name: str) -> bool:
    """Whether a name is a letter and a number that may be a power."""
    return name[1:] > "1" and name[1:].isdigit() and name[1:] != "0"


@cache
def _doubtful() -> re.Pattern[str]:
    number, sign = r"[0-9]+(?:\.[0-9]*)?", r"[ \t]*[-+]?[ \t]*"
    return re.compile(
        rf"[0-9e][ \t]*(?:\^|\*\*){sign}{number}[^\W\d(]|[0-9e]\^{sign}{number}\("
        rf"|/[ \t]*{number}[^\W\d]|[0-9][^\W\d][0-9]"
        r"|[^\W\d][ \t]+[A-Za-z]{3}|[A-Za-z]{3}[ \t]+[^\W\d]"
    )


def is_doubtful(text: str) -> bool:
    """Whether it is open how far an exponent goes, or a divisor; a lost superscript; words side by side."""
    return _doubtful().search(text) is not None


@cache
def _odd_exponent() -> re.Pattern[str]:
    return re.compile(r"(?:\^|\*\*)[ \t]*-?[ \t]*1/[0-9]|\^[ \t]*T(?!\w)")


def has_odd_exponent(text: str) -> bool:
    """Whether an exponent 1 is divided, or T is one: `x^1/2`, `w^T x`."""
    return _odd_exponent().search(text) is not None
