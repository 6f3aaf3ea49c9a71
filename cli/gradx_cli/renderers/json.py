"""JSON as scripts want it: strict, with every digit, one object a line. The one encoder of every result.

A large answer has millions of records of few forms. They are written part by part: what stands in the same place of
many is mostly of one type, and a form is a text with a hole for each of its parts.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Any, TextIO

from gradx_cli.answer import Answer, Record
from gradx_cli.terminal import Terminal

AT_ONCE = 100
"""Entries of a long list that are encoded together."""


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
    return _texts([value])[0].replace("\x7f", r"\u007f")


def finite(value: float) -> float | str:
    """A number; what is not finite becomes "inf", "-inf" or "nan"."""
    return value if math.isfinite(value) else str(float(value))


def _texts(values: Collection[Any]) -> list[str]:
    """Each value as JSON, those of a type together; what has fields becomes an object of them."""
    rows: Collection[Collection[object]]
    kinds = set(map(type, values))
    if len(kinds) != 1:
        writers = {kind: _atom(kind) or _in_turn([value for value in values if type(value) is kind]) for kind in kinds}
        return [writers[type(value)](value) for value in values]
    (kind,) = kinds
    atom = _atom(kind)
    if atom is not None:
        return list(map(atom, values))
    if len(set(map(id, values))) == 1 < len(values):  # one record for all nodes of a large graph
        return _texts(list(values)[:1]) * len(values)
    if issubclass(kind, dict):
        names, *others = set(map(tuple, values))
        if others:
            return [_texts([value])[0] for value in values]
        rows = [value.values() for value in values]
    elif hasattr(kind, "_fields"):
        names, rows = kind._fields, values
    elif is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        rows = [[getattr(value, name) for name in names] for value in values]
    else:
        rows = list(map(list, values))
        texts = iter(_texts(list(chain.from_iterable(rows))))
        return [f"[{','.join(islice(texts, len(row)))}]" for row in rows]
    if len(rows) == 1 or not names:
        return [_form(names) % tuple(_texts(row)) for row in rows]
    columns = map(_texts, zip(*rows, strict=True))
    return list(map(_form(names).__mod__, zip(*columns, strict=True)))


def _in_turn(values: Collection[object]) -> Callable[[object], str]:
    """What writes these values, asked for one after the other."""
    texts = iter(_texts(values))
    return lambda _: next(texts)


@cache
def _atom(kind: type) -> Callable[..., str] | None:
    """What writes a value of this type; None for one that has parts."""
    if issubclass(kind, str):
        from json.encoder import encode_basestring_ascii

        return encode_basestring_ascii
    if issubclass(kind, float):
        return _number
    if kind in (bool, type(None)):
        return {None: "null", True: "true", False: "false"}.__getitem__
    return int.__repr__ if issubclass(kind, int) else None


def _number(value: float) -> str:
    return float.__repr__(value) if math.isfinite(value) else f'"{float(value)}"'


@lru_cache(maxsize=64)
def _form(names: tuple[str, ...]) -> str:
    """An object with these names and a hole for each of its parts."""
    return f"{{{','.join(f'{line(name)}:'.replace('%', '%%') + '%s' for name in names)}}}"
