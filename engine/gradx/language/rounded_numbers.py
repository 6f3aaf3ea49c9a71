"""Numbers that are typed and that no float64 is near: integers with more digits than it holds, and what it rounds to
0; what is read in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

_NUMBER = re.compile(r"#.*|(?<![\w.])((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![.0-9])")


def rounded_numbers(text: str) -> Iterator[str]:
    """A sentence for each number in a program or a binding that is read as another one, once each."""
    for digits in dict.fromkeys(match[1] for match in _NUMBER.finditer(text) if match[1]):
        value = float(digits)
        vanishes = not value and any(digit in "123456789" for digit in re.split("[eE]", digits)[0])
        is_other = digits.isdigit() and isfinite(value) and int(value) != int(digits)
        if vanishes or is_other:
            shown = digits if len(digits) <= 40 else f"{digits[:18]}…{digits[-18:]}"
            yield f"{shown} is read as {int(value) if value < 1e40 else value}, the nearest float64"
