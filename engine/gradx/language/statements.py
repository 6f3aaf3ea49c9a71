"""Long programs are mostly plain statements, `t7 = t2 + x6`, `t9 = sin(t7)`: those are read whole, many at a time.

A plain statement names one operation whose operands are names and numbers. Of those written as gradx writes them, each
on a line, `split` finds the words of many at once, and one loop looks them up; of others one pattern finds all parts.
What is not plain, or is in any doubt (a name that is taken, a constant, an error), is left to the parser, which knows
the whole grammar and every message. The nodes are the same, in the same order, with the same places, whoever reads a
statement.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from functools import cache, cached_property
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from gradx.columns import ALONE
from gradx.graph import GraphBuilder
from gradx.language.functions import Extent
from gradx.language.operators import INFIX
from gradx.language.tokens import LETTER, NUMBER_PATTERN
from gradx.primitive import Primitive
from gradx.table import CALLABLE

if TYPE_CHECKING:
    from typing import Protocol

    from gradx.language.functions import Scope

    class TopLevel(Scope, Protocol):
        """A program's top level: the names that have a node, and those of other meanings, at least: assigned without a
        node of their own, used before they were assigned."""

        @property
        def values(self) -> dict[str, int]: ...
        @property
        def assigned(self) -> set[str]: ...
        @property
        def uses(self) -> Mapping[str, Extent]: ...


BLOCK = 1 << 14
SHORT_BLOCK = 1 << 10
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


class _Lines:
    """The lines at the beginning of `block` that are five words each and the end of a line: `names` are the first
    words, `words` goes through the names and the last three words of each. The first `read` of them have been read.
    In the program the block begins at `start`."""

    def __init__(self, block: str, start: int) -> None:
        words = block.replace("\n", " \n ").replace("(", "( ").replace(")", " )").split(" ")
        size = _aligned(words)
        end = 6 * size
        self._block, self._start = block, start
        self._end = size if len(words) == end + 1 else -1
        self.names = words[0:end:6]
        self.words = zip(self.names, words[2:end:6], words[3:end:6], words[4:end:6], strict=True)
        self.read = 0

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins in the program, and where the last one ends."""
        return list(accumulate(map((1).__add__, map(len, self._block.split("\n"))), initial=self._start))

    def at(self, k: int) -> int:
        """The same for line k; of the first line, and of the end, without a look at those between."""
        if k == 0:
            return self._start
        return self._start + len(self._block) if k == self._end else self.starts[k]


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

    def __init__(self, text: str, scope: TopLevel, builder: GraphBuilder, reserved: Set[str]) -> None:
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
            size = BLOCK
        self._waited = 0
        self._pause = 0 if count >= SHORT_RUN else min(2 * self._pause + 1, LONGEST_PAUSE)
        return start

    def _read_spaced(self, start: int, end: int) -> tuple[int, int]:
        """Read the lines from `start` to `end` up to the first that is not a statement as gradx writes them, `t7 = t2 +
        x6` or `t9 = sin(t7)`: with parentheses set apart, both are five words. How many that are, and where the next
        one begins."""
        block = self._text[start:end]
        if not block.isascii():
            return 0, start
        lines = _Lines(block, start)
        plain = self._first_taken(lines.names)
        words = self._read_known(lines, plain)
        while words and self._read_new(lines, *words):
            words = self._read_known(lines, plain)
        return lines.read, lines.at(lines.read)

    def _other_meanings(self) -> tuple[Set[str], Set[str], Set[str]]:
        """The names that have a meaning and may have no node: reserved, assigned, used before."""
        return self._reserved, self._scope.assigned, self._scope.uses.keys()

    def _first_taken(self, names: Sequence[str]) -> int:
        """The first of names that is no name, or one that has a meaning already, but for those that have a node."""
        wanted, others = set(names), self._other_meanings()
        if all(map(str.isidentifier, names)) and all(other.isdisjoint(wanted) for other in others):
            return len(names)
        return next(
            k for k, name in enumerate(names) if not name.isidentifier() or any(name in other for other in others)
        )

    def _read_known(self, lines: _Lines, size: int) -> tuple[str, str, str, str] | None:
        """Read lines up to the first of which an operand is new, or that is not plain, or up to line number `size`. Of
        one with a new operand the words."""
        values, infix, called = self._scope.values, _ROWS.get, _CALLED.get
        start, node = lines.read, len(self._builder)
        rows, first, second = list[Primitive](), list[int](), list[int]()
        words = None
        try:
            for name, left, middle, right in islice(lines.words, size - start):
                if right == ")":
                    row, a, b = called(left), values[middle], ALONE
                else:
                    row, a, b = infix(middle), values[left], values[right]
                if row is None or name in values:
                    break
                rows.append(row)
                first.append(a)
                second.append(b)
                values[name] = node
                node += 1
        except KeyError:
            words = name, left, middle, right
        lines.read = end = start + len(rows)
        if rows:
            span = (lines.at(start), lines.at(end))
            self._builder.named_operations(rows, first, second, lines.names[start:end], self._text, span)
        return words

    def _read_new(self, lines: _Lines, name: str, left: str, middle: str, right: str) -> bool:
        """Read the next line, which has a new operand, if it is plain."""
        values = self._scope.values
        row, operands = (_CALLED.get(left), [middle]) if right == ")" else (_ROWS.get(middle), [left, right])
        if row is None or name in values or not all(map(_may_be_operand, operands)):
            return False
        left, right = [*operands, ""][:2]
        begin, end = lines.starts[lines.read] + len(name) + 3, lines.starts[lines.read + 1] - 1
        found = self._operands(left, right, begin, self._text[begin:end])
        if found is None or name in values:
            return False
        values[name] = self._builder.operation(row, found if right else found[:1], (begin, end - begin), name)
        lines.read += 1
        return True

    def _cut(self, start: int, size: int) -> list[tuple[str, ...]]:
        """The statements in about `size` characters, whole ones."""
        end = min(start + size, self._end)
        end = max(self._text.rfind(separator, start, end) for separator in ";\n") + 1
        return _piece().findall(self._text, start, end)[:-1] if end > start else []

    def _read(self, pieces: Sequence[tuple[str, ...]], start: int) -> tuple[int, int]:
        """Read pieces up to the first that is not plain; how many that are, and where the next one begins."""
        values, add = self._scope.values, self._builder.operation
        reserved, assigned, uses = self._other_meanings()
        node_of = values.get
        for n, (head, name, body, left, symbol, right, function, first, second, tail, other) in enumerate(pieces):
            if name in values or name in assigned or name in reserved or name in uses:
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
