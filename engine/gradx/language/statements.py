"""Long programs are mostly plain statements, `t7 = t2 + x6`, `t9 = sin(t7)`: those are read whole, many at a time.

A plain statement names one operation whose operands are names and numbers. Of those written as gradx writes them, each
on a line, `split` finds the words, and columns of words are looked up at once; of others one pattern finds all parts.
What is not plain, or is in any doubt (a name that is taken, a constant, an error), is left to the parser, which knows
the whole grammar and every message. The nodes are the same, in the same order, with the same places, whoever reads a
statement.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from functools import cache
from itertools import accumulate, repeat
from operator import add, ge, sub
from typing import TYPE_CHECKING, cast

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
        def assigned(self) -> set[str]:
            """What is assigned and is no operation's name, at least."""
            ...

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

FIRST_STRIDE = 4
"""So many lines are read together after one that has a new name or number; then twice as many every time."""

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


class _Lines:
    """The lines at the beginning of `block` that are five words each and the end of a line, in columns: names, rows of
    the table, whether the operation is a call, three words, and the place of what is assigned in the program, in which
    the block begins at `start`."""

    def __init__(self, block: str, start: int) -> None:
        words = block.replace("\n", " \n ").replace("(", "( ").replace(")", " )").split(" ")
        last = 6 * _aligned(words)
        self.names, self.firsts, self.seconds, self.thirds = (words[k:last:6] for k in (0, 2, 3, 4))
        self.calls = list(map(_CALLED.__contains__, self.firsts))
        rows = list(map(_CALLED.get, self.firsts, map(_ROWS.get, self.seconds)))
        closed = list(map(")".__eq__, self.thirds))
        if closed != self.calls or None in set(rows):
            last = next(k for k, row in enumerate(rows) if row is None or closed[k] != self.calls[k])
            del rows[last:], self.names[last:]
        self.rows = cast("list[Primitive]", rows)
        self.count = len(rows)
        self.are_plain = block.isascii() and all(map(str.isidentifier, self.names))
        sizes = map(len, block.split("\n"))
        self.line_starts = list(accumulate(map((1).__add__, sizes), initial=start))
        self.starts = list(map(add, self.line_starts, map((3).__add__, map(len, self.names))))
        self.lengths = list(map((-1).__add__, map(sub, self.line_starts[1:], self.starts)))


def _aligned(words: Sequence[str]) -> int:
    """How many statements of five words and the end of a line each stand at the beginning."""
    equals, stops = words[1::6], words[5::6]
    count = len(stops)
    if equals.count("=") == stops.count("\n") == count:
        return count
    return next((k for k in range(count) if (equals[k], stops[k]) != ("=", "\n")), count)


def _may_be_operand(word: str) -> bool:
    return word.isidentifier() or word.replace(".", "", 1).isdecimal()


class PlainStatements:
    """The plain statements of `text` (see `tokens.spelled`), read into `scope` and `builder`; the names in `reserved`
    are left to the parser, and so is the last statement, which is the output."""

    def __init__(self, text: str, scope: Scope, builder: GraphBuilder, reserved: Set[str]) -> None:
        self._text, self._scope, self._builder, self._reserved = text, scope, builder, reserved
        self._end = max(text.rstrip(_BETWEEN).rfind(separator) for separator in ";\n") + 1
        self._pause = self._waited = 0
        self._tries, self._stride = TRIES, FIRST_STRIDE

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
            size = min(4 * size, BLOCK)
        self._waited = 0
        self._pause = 0 if count >= SHORT_RUN else min(2 * self._pause + 1, LONGEST_PAUSE)
        return start

    def _read_spaced(self, start: int, end: int) -> tuple[int, int]:
        """Read the lines from `start` to `end` up to the first that is not a statement as gradx writes them, `t7 = t2 +
        x6` or `t9 = sin(t7)`: with parentheses set apart, both are five words. How many that are, and where the next
        one begins."""
        lines = _Lines(self._text[start:end], start)
        names, assigned = lines.names, self._scope.assigned
        if not (lines.are_plain and assigned.isdisjoint(names) and self._reserved.isdisjoint(names)):
            return 0, start
        done = 0
        while done < lines.count:
            wanted = min(done + self._stride, lines.count)
            reached = self._read_known(lines, done, wanted)
            if reached < wanted and not self._read_new(lines, reached):
                return reached, lines.line_starts[reached]
            self._stride = 2 * self._stride if reached == wanted else FIRST_STRIDE
            done = wanted if reached == wanted else reached + 1
        return done, lines.line_starts[done]

    def _read_known(self, lines: _Lines, first: int, last: int) -> int:
        """Read the statements from the first to before the last, or to before one with an operand that is new."""
        values, size = self._scope.values, len(self._builder)
        names = lines.names[first:last]
        own = list(range(size, size + len(names)))
        if list(map(values.setdefault, names, own)) != own:  # One has been taken, or stands here twice.
            for name, node in zip(names, own, strict=True):
                if values.get(name) == node:
                    del values[name]
            return first
        # In a call the first word is the function, and the second the operand.
        seconds = map(values.get, lines.seconds[first:last], repeat(-1))
        left = list(map(values.get, lines.firsts[first:last], seconds))
        right = list(map(values.get, lines.thirds[first:last], repeat(-1)))
        known = len(names)
        calls = lines.calls[first:last]
        if min(left) < 0 or right.count(-1) > sum(calls) or any(map(ge, left, own)) or any(map(ge, right, own)):
            known = next(k for k, i in enumerate(own) if not (0 <= left[k] < i and (calls[k] or 0 <= right[k] < i)))
            for name in names[known:]:
                del values[name]
        last = first + known
        inputs = [(a, b) if b >= 0 else (a,) for a, b in zip(left[:known], right, strict=False)]
        part = slice(first, last)
        self._builder.named_operations(lines.rows[part], inputs, lines.starts[part], lines.lengths[part], names[:known])
        return last

    def _read_new(self, lines: _Lines, k: int) -> bool:
        """Read statement k, which has a new operand, if it is plain."""
        name, start, length = lines.names[k], lines.starts[k], lines.lengths[k]
        words = lines.seconds[k : k + 1] if lines.calls[k] else [lines.firsts[k], lines.thirds[k]]
        if name in self._scope.values or not all(map(_may_be_operand, words)):
            return False
        left, right = [*words, ""][:2]
        found = self._operands(left, right, start, self._text[start : start + length])
        if found is None or name in self._scope.values:
            return False
        inputs = found if right else found[:1]
        self._scope.values[name] = self._builder.operation(lines.rows[k], inputs, (start, length), name)
        return True

    def _cut(self, start: int, size: int) -> list[tuple[str, ...]]:
        """The statements in about `size` characters, whole ones."""
        end = min(start + size, self._end)
        end = max(self._text.rfind(separator, start, end) for separator in ";\n") + 1
        return _piece().findall(self._text, start, end)[:-1] if end > start else []

    def _read(self, pieces: Sequence[tuple[str, ...]], start: int) -> tuple[int, int]:
        """Read pieces up to the first that is not plain; how many that are, and where the next one begins."""
        scope, taken, add = self._scope, self._reserved, self._builder.operation
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
