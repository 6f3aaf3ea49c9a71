"""Long programs are mostly plain statements, `t7 = t2 + x6`, `t9 = sin(t7)`: those are read whole, many at a time.

A plain statement names one operation whose operands are names and numbers; one pattern finds all of its parts. What is
not plain, or is in any doubt (a name that is taken, a constant, an error), is left to the parser, which knows the whole
grammar and every message. The nodes are the same, in the same order, with the same places, whoever reads a statement.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Protocol

from gradx.graph import GraphBuilder
from gradx.language.functions import Extent, Function
from gradx.language.operators import INFIX
from gradx.language.tokens import LETTER, NUMBER_PATTERN
from gradx.primitive import Primitive
from gradx.primitives import CALLABLE

BLOCK = 1 << 16
SHORT_BLOCK = 256
"""The characters that are cut at a time, and at first, where what follows may not be plain."""

SHORT_RUN = 16
LONGEST_PAUSE = 256
"""After runs of so few statements more and more are left to the parser before the next try, up to so many."""

_ROWS: dict[str, Primitive] = {symbol: row for symbol, (_, (_, row, _)) in INFIX.items() if row is not None}
_DIGITS = frozenset("0123456789.")
_BETWEEN = " \t\n;"


@cache
def _piece() -> re.Pattern[str]:
    """One statement. Of a plain one the head (`t7 = `), the name, the body, of an operation left, symbol and right, of
    a call function, first and second argument, and the tail; any other is one group."""
    name, blank = f"[{LETTER}][{LETTER}0-9]*+", r"[ \t]*+"
    operand = rf"({name}|{NUMBER_PATTERN})"
    return re.compile(
        rf"({blank}({name}){blank}={blank})"
        rf"({operand}{blank}(\*\*|[-+*/%^]){blank}{operand}"
        rf"|({name})\({blank}{operand}{blank}(?:,{blank}{operand}{blank})?+\))"
        rf"({blank}(?:[;\n]|\Z))"
        r"|([^;\n]*+[;\n]?+)"
    )


class Scope(Protocol):
    """A program's top level, as plain statements need it."""

    @property
    def values(self) -> dict[str, int]: ...
    @property
    def assigned(self) -> set[str]: ...
    @property
    def functions(self) -> Mapping[str, Function]: ...

    def unknown(self, name: str, span: Extent, called: bool) -> int: ...
    def literal(self, value: float, span: Extent, label: str | None = None) -> int: ...


class PlainStatements:
    """The plain statements of `text` (see `tokens.spelled`), read into `scope` and `builder`; the names in `reserved`
    are left to the parser, and so is the last statement, which is the output."""

    def __init__(self, text: str, scope: Scope, builder: GraphBuilder, reserved: Set[str]) -> None:
        self._text, self._scope, self._builder, self._reserved = text, scope, builder, reserved
        self._end = max(text.rstrip(_BETWEEN).rfind(separator) for separator in ";\n") + 1
        self._pause = self._waited = 0

    def is_due(self) -> bool:
        """Whether it is worth a try to read from the next statement on."""
        self._waited += 1
        return self._waited > self._pause

    def read(self, start: int) -> int:
        """Read the plain statements from `start`, where a statement begins; where the first other one begins."""
        count = 0
        size = SHORT_BLOCK
        while True:
            pieces = self._cut(start, size)
            read, start = self._read(pieces, start)
            count += read
            if read < len(pieces) or not pieces:
                break
            size = min(2 * size, BLOCK)
        self._waited = 0
        self._pause = 0 if count >= SHORT_RUN else min(2 * self._pause + 1, LONGEST_PAUSE)
        return start

    def _cut(self, start: int, size: int) -> list[tuple[str, ...]]:
        """The statements in about `size` characters, whole ones."""
        end = min(start + size, self._end)
        end = max(self._text.rfind(separator, start, end) for separator in ";\n") + 1
        return _piece().findall(self._text, start, end)[:-1] if end > start else []

    def _read(self, pieces: Sequence[tuple[str, ...]], start: int) -> tuple[int, int]:
        """Read pieces up to the first that is not plain; how many that are, and where the next one begins."""
        scope, taken, add = self._scope, self._reserved, self._builder.named_operation
        values, assigned = scope.values, scope.assigned
        node_of = values.get
        for n, (head, name, body, left, symbol, right, function, first, second, tail, other) in enumerate(pieces):
            if name in values or name in assigned or name in taken:
                return n, start
            begin = start + len(head)
            if symbol:
                row = _ROWS[symbol]
            elif name:
                called = CALLABLE.get(function)
                if called is None or called.arity not in (None, 2 if second else 1):
                    return n, start
                row, left, right = called, first, second
            elif other.strip(_BETWEEN):
                return n, start
            else:
                start += len(other)
                continue
            a, b = node_of(left), node_of(right) if right else -1
            if a is None or b is None:
                found = self._operands(left, right, begin, body)
                if found is None or name in values:
                    return n, start
                a, b = found
            inputs = (a, b) if right else (a,)
            values[name] = add(row, inputs, (begin, len(body)), name)
            assigned.add(name)
            start = begin + len(body) + len(tail)
        return len(pieces), start

    def _operands(self, left: str, right: str, begin: int, body: str) -> tuple[int, int] | None:
        """The nodes of a statement's operands, new ones too (-1 for none); None, and nothing new, where the parser has
        to look at it: a constant, a name that is no variable, a number that is too large."""
        texts = (left, right) if right else (left,)
        if any(map(self._is_doubtful, texts)) or all(text[0] in _DIGITS for text in texts):
            return None
        first = self._operand(left, (begin + body.index(left, body.find("(") + 1), len(left)))
        return first, self._operand(right, (begin + body.rindex(right), len(right))) if right else -1

    def _is_doubtful(self, text: str) -> bool:
        if text[0] in _DIGITS:
            return float(text) == math.inf
        return text not in self._scope.values and (text in self._reserved or text in self._scope.functions)

    def _operand(self, text: str, span: Extent) -> int:
        scope = self._scope
        if text in scope.values:
            return scope.values[text]
        return scope.literal(float(text), span) if text[0] in _DIGITS else scope.unknown(text, span, False)
