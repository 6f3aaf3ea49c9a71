"""JSON as scripts want it: strict, with every digit, one object a line. The one encoder of every result."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TextIO, cast

from gradx_cli.answer import Answer, Record
from gradx_cli.terminal import Terminal

Json = str | int | float | bool | None | Mapping[str, "Json"] | list["Json"]


def render(answer: Answer, _screen: Terminal) -> None:
    """Write every record on a line of its own, as soon as it is there."""
    for record in answer.records:
        write(record)
        sys.stdout.flush()


def write(record: Record, stream: TextIO | None = None) -> None:
    """Write one object on one line. The entries of its iterators are written one by one: a million of them fit."""
    stream = stream or sys.stdout
    before = "{"
    for key, value in record.items():
        stream.write(f"{before}{line(key)}:")
        if isinstance(value, Iterator):
            between = "["
            for entry in value:
                stream.write(between + line(entry))
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
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if hasattr(value, "_asdict"):
        return {key: plain(part) for key, part in value._asdict().items()}
    if is_dataclass(value):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    return [plain(part) for part in cast("Iterable[object]", value)]


def finite(value: float) -> float | str:
    """A number; what is not finite becomes "inf", "-inf" or "nan"."""
    return value if math.isfinite(value) else str(float(value))


@cache
def _encode() -> Callable[[object], str]:
    """The encoder's method: made once, as a large answer is encoded node by node."""
    from json import JSONEncoder

    return JSONEncoder(allow_nan=False, separators=(",", ":")).encode
