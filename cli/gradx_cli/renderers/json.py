"""JSON as scripts want it: strict, with every digit, one object a line. The one encoder of every result."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import islice
from json import JSONEncoder
from typing import Any, TextIO

from gradx_cli.answer import Answer, Record
from gradx_cli.terminal import Terminal

AT_ONCE = 100
"""Entries of a long list that are encoded together."""

_ENCODED = JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def render(answer: Answer, _screen: Terminal) -> None:
    """Write every record on a line of its own, as soon as it is there."""
    for record in answer.records:
        write(record)
        sys.stdout.flush()


def write(record: Record, stream: TextIO | None = None) -> None:
    """Write one object on one line. Of an iterator a few entries are written at a time: a million of them fit."""
    stream = stream or sys.stdout
    before = "{"
    for key, value in record.items():
        stream.write(f"{before}{line(key)}:")
        if isinstance(value, Iterator):
            between = "["
            while entries := list(islice(value, AT_ONCE)):
                stream.write(between + line(entries)[1:-1])
                between = ","
            stream.write("[]" if between == "[" else "]")
        else:
            stream.write(line(value))
        before = ","
    stream.write("}\n" if before == "," else "{}\n")


def line(value: object) -> str:
    r"""A value as one line of ASCII: whatever a terminal must not see is written `\uXXXX`, DEL too."""
    return _ENCODED(_plain(value)).replace("\x7f", r"\u007f")


def finite(value: float) -> float | str:
    """A number; what is not finite becomes "inf", "-inf" or "nan"."""
    return value if math.isfinite(value) else str(float(value))


def _plain(value: Any) -> Any:
    """The value made of what JSON knows; what has fields becomes an object of them."""
    kind: Any = type(value)
    return _way(kind)(value)


@cache
def _way(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this type plain."""
    if issubclass(kind, float):
        return finite
    if issubclass(kind, str | int | None):
        return lambda value: value
    if issubclass(kind, dict):
        return lambda value: {name: _plain(part) for name, part in value.items()}
    if hasattr(kind, "_fields"):
        return lambda value: dict(zip(kind._fields, map(_plain, value), strict=True))
    if is_dataclass(kind):
        return lambda value: {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return lambda values: list(map(_plain, values))
