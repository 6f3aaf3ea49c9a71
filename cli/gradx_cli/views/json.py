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
    """Write one object on one line. Numbers must have gone through `finite`; anything else is a fault (ValueError).

    Characters that a terminal must not see are escaped by JSON itself: everything but ASCII is written `\\uXXXX`.
    """
    import json

    stream = stream or sys.stdout
    stream.write(json.dumps(result, allow_nan=False, separators=(",", ":")))
    stream.write("\n")
