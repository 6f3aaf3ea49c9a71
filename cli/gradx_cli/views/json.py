"""JSON as scripts want it: strict, with every digit, one object a line."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import TextIO

SCHEMA = "gradx/1"

Json = str | int | float | bool | None | Mapping[str, "Json"] | list["Json"] | tuple["Json", ...]


def finite(value: float | None) -> float | str | None:
    """A number as strict JSON can hold it: what is not finite becomes "inf", "-inf" or "nan"."""
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def write(result: Mapping[str, Json], stream: TextIO | None = None) -> None:
    """Write one object on one line. Numbers must have gone through `finite`; anything else is a fault (ValueError)."""
    stream = stream or sys.stdout
    stream.write(line(result) + "\n")


def line(result: Mapping[str, Json]) -> str:
    r"""One object as one line of ASCII: whatever a terminal must not see is written `\uXXXX`, DEL too."""
    import json

    return json.dumps(result, allow_nan=False, separators=(",", ":")).replace("\x7f", r"\u007f")
