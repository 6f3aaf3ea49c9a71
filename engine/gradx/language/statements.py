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
from typing import TYPE_CHECKING, NamedTuple

from gradx.graph import GraphBuilder
from gradx.language.functions import Extent, Function
from gradx.language.operators import INFIX
from gradx.language.tokens import LETTER, NUMBER_PATTERN
from gradx.primitive import Primitive
from gradx.primitives import CALLABLE

if TYPE_CHECKING:
    from typing import Protocol

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


BLOCK = 1 << 16
SHORT_BLOCK = 256
"""The characters that are cut at a time, and at first, where what follows may not be plain."""

SHORT_RUN = 16
LONGEST_PAUSE = 256
"""After runs of so few statements more and more are left to the parser before the next try, up to so many."""

TRIES = 8
"""After so many runs of so few that were written with single spaces, nobody looks for more."""

_CALLED = {name + "(": row for name, row in CALLABLE.items() if row.arity in (None, 1)}
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


class _Ready(NamedTuple):
    """Statements that were read, in columns: the operations, the nodes they work on, their places, their names."""

    rows: list[Primitive]
    inputs: list[tuple[int, ...]]
    spans: list[Extent]
    names: list[str]


def _aligned(words: Sequence[str]) -> int:
    """How many statements of five words and the end of a line each stand at the beginning."""
    equals, stops = words[1::6], words[5::6]
    count = len(stops)
    if equals.count("=") == stops.count("\n") == count:
        return count
    return next((k for k in range(count) if (equals[k], stops[k]) != ("=", "\n")), count)


class PlainStatements:
    """The plain statements of `text` (see `tokens.spelled`), read into `scope` and `builder`; the names in `reserved`
    are left to the parser, and so is the last statement, which is the output."""

    def __init__(self, text: str, scope: Scope, builder: GraphBuilder, reserved: Set[str]) -> None:
        self._text, self._scope, self._builder, self._reserved = text, scope, builder, reserved
        self._end = max(text.rstrip(_BETWEEN).rfind(separator) for separator in ";\n") + 1
        self._pause = self._waited = 0
        self._tries = TRIES

    def is_due(self) -> bool:
        """Whether it is worth a try to read from the next statement on."""
        self._waited += 1
        return self._waited > self._pause

    def read(self, start: int) -> int:
        """Read the plain statements from `start`, where a statement begins; where the first other one begins."""
        count = 0
        size = SHORT_BLOCK
        while True:
            end = self._text.rfind("\n", start, min(start + size, self._end)) + 1
            read = 0
            if end > start and self._tries:
                read, start = self._read_spaced(start, end)
                count += read
                self._tries = TRIES if read >= SHORT_RUN else self._tries - 1
            if start < end or not read:
                pieces = self._cut(start, size)
                read, start = self._read(pieces, start)
                count += read
                if read < len(pieces) or not pieces:
                    break
            size = min(2 * size, BLOCK)
        self._waited = 0
        self._pause = 0 if count >= SHORT_RUN else min(2 * self._pause + 1, LONGEST_PAUSE)
        return start

    def _read_spaced(self, start: int, end: int) -> tuple[int, int]:
        """Read the lines from `start` to `end` up to the first that is not a statement as gradx writes them, `t7 = t2 +
        x6` or `t9 = sin(t7)`: with parentheses set apart, both are five words. How many that are, and where the next
        one begins."""
        block = self._text[start:end]
        words = block.replace("\n", " \n ").replace("(", "( ").replace(")", " )").split(" ")
        heads = words[: 6 * _aligned(words) : 6]
        values, assigned = self._scope.values, self._scope.assigned
        if not (block.isascii() and assigned.isdisjoint(heads) and self._reserved.isdisjoint(heads)):
            return 0, start
        row_of, called, node_of, find = _ROWS.get, _CALLED.get, values.get, self._text.find
        count, node = 0, len(self._builder)
        rows, inputs, spans, names = ready = _Ready([], [], [], [])
        for name, first, second, third in zip(heads, words[2::6], words[3::6], words[4::6], strict=False):
            row = row_of(second) if third else None
            if row is not None:
                left, right = first, third
            elif third == ")":
                row, left, right = called(first), second, ""
            if row is None or name in values or not name.isidentifier():
                break
            begin = start + len(name) + 3
            start_of_next = find("\n", begin) + 1
            a, b = node_of(left), node_of(right) if right else -1
            if a is None or b is None:
                self._hand_over(ready)
                found = self._new_operands(left, right, begin, start_of_next - 1 - begin)
                if found is None or name in values:
                    break
                a, b = found
                node = len(self._builder)
            rows.append(row)
            inputs.append((a, b) if right else (a,))
            spans.append((begin, start_of_next - 1 - begin))
            names.append(name)
            values[name] = node
            node += 1
            count += 1
            start = start_of_next
        self._hand_over(ready)
        return count, start

    def _hand_over(self, ready: _Ready) -> None:
        """Make the statements that are ready nodes."""
        self._builder.named_operations(*ready)
        self._scope.assigned.update(ready.names)
        for column in ready:
            column.clear()

    def _new_operands(self, left: str, right: str, begin: int, length: int) -> tuple[int, int] | None:
        """The same as `_operands` for two words, or one, that may be no operands."""
        for word in (left, right) if right else (left,):
            if not (word.isidentifier() or word.replace(".", "", 1).isdecimal()):
                return None
        return self._operands(left, right, begin, self._text[begin : begin + length])

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
