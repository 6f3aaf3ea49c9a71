"""Integers that are typed with more digits than a float64 holds, and what is read in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

SHORTEST = 16
"""Every integer of fewer digits is a float64."""

_ZEROS = str.maketrans("123456789", "0" * 9)
_INTEGER = re.compile(rf"#.*|(?<![\w.])([0-9]{{{SHORTEST},}}+)(?![.0-9]|[eE][-+]?[0-9])")


def rounded_integers(text: str) -> Iterator[str]:
    """A sentence for each integer in a program or a binding that is read as another one, once each."""
    # A pattern looks at every character of a long program: most have no digits in such a row.
    has_long = "0" * SHORTEST in text.translate(_ZEROS)
    found = dict.fromkeys(match[1] for match in _INTEGER.finditer(text) if match[1]) if has_long else ()
    for digits in found:
        value = float(digits)
        if isfinite(value) and int(value) != int(digits):
            shown = digits if len(digits) <= 40 else f"{digits[:18]}…{digits[-18:]}"
            yield f"{shown} is read as {int(value) if value < 1e40 else value}, the nearest float64"
