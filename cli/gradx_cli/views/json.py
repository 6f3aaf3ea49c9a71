"""JSON as scripts want it: strict, with every digit, one object a line."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from gradx.language.program import Program

SCHEMA = "gradx/1"

Json = str | int | float | bool | None | Mapping[str, "Json"] | list["Json"] | tuple["Json", ...]


def head(command: str, program: Program | None, warnings: Iterable[str], **place: Json) -> dict[str, Json]:
    """What every answer begins with; `place` says of what it is an answer, where there are several."""
    return {
        "schema": SCHEMA,
        "command": command,
        **place,
        "expression": program.source.text if program else None,
        "reading": program.reading if program else None,
        "warnings": list(warnings),
    }


def finite(value: float | None) -> float | str | None:
    """A number as strict JSON can hold it: what is not finite becomes "inf", "-inf" or "nan"."""
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def write(result: Mapping[str, Json], stream: TextIO | None = None) -> None:
    """Write one object on one line. Numbers must have gone through `finite`; anything else is a fault (ValueError)."""
    stream = stream or sys.stdout
    stream.write(line(result) + "\n")


def write_long(
    result: Mapping[str, Json], lists: Mapping[str, Iterable[Mapping[str, Json]]], end: Mapping[str, Json] | None = None
) -> None:
    """Write one object on one line: `result`, the `lists`, whose entries are made one by one, then `end`."""
    sys.stdout.write(line(result)[:-1])
    for key, entries in lists.items():
        sys.stdout.write(f',"{key}":[')
        between = ""
        for entry in entries:
            sys.stdout.write(between + line(entry))
            between = ","
        sys.stdout.write("]")
    sys.stdout.write(f",{line(end)[1:]}\n" if end else "}\n")


def line(result: Mapping[str, Json]) -> str:
    r"""One object as one line of ASCII: whatever a terminal must not see is written `\uXXXX`, DEL too."""
    return _encode()(result).replace("\x7f", r"\u007f")


@cache
def _encode() -> Callable[[object], str]:
    """The encoder's method: made once, as a large answer is encoded node by node."""
    from json import JSONEncoder

    return JSONEncoder(allow_nan=False, separators=(",", ":")).encode
