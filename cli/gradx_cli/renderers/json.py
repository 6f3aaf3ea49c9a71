"""JSON as scripts want it: strict, with every digit, one object a line. The one encoder of every result."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import islice
from typing import TextIO, cast

from gradx_cli.answer import Answer, Record
from gradx_cli.terminal import Terminal

Json = str | int | float | bool | None | Mapping[str, "Json"] | list["Json"]


AT_ONCE = 100
"""Entries of a long list that are encoded together."""

AS_IT_IS = frozenset({str, int, bool, type(None)})


def render(answer: Answer, _screen: Terminal) -> None:
    """Write every record on a line of its own, as soon as it is there."""
    for record in answer.records:
        write(record)
        sys.stdout.flush()


def write(record: Record, stream: TextIO | None = None) -> None:
    """Write one object on one line. Of an iterator a few entries are written at a time: a million of them fit."""
    stream = stream or sys.stdout
    if not any(isinstance(value, Iterator) for value in record.values()):
        stream.write(f"{line(dict(record))}\n")
        return
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
    return _encode()(plain(value)).replace("\x7f", r"\u007f")


def plain(value: object) -> Json:
    """A result as strict JSON can hold it: what has fields becomes an object of them; see `finite`."""
    if isinstance(value, float):
        return finite(value)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, dict):
        parts = value
    elif hasattr(value, "_asdict"):
        parts = value._asdict()
    elif is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
    else:
        return [plain(part) for part in cast("Iterable[object]", value)]
    # Most parts are as they should be: a large answer has millions of them.
    return {key: part if type(part) in AS_IT_IS else plain(part) for key, part in parts.items()}


def finite(value: float) -> float | str:
    """A number; what is not finite becomes "inf", "-inf" or "nan"."""
    return value if math.isfinite(value) else str(float(value))


@cache
def _encode() -> Callable[[object], str]:
    """The encoder's method: made once, as a large answer is encoded node by node."""
    from json import JSONEncoder

    return JSONEncoder(allow_nan=False, separators=(",", ":")).encode
