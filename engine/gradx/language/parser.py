"""Text -> nodes: one pass over one expression, with explicit stacks; no depth of nesting exhausts anything but memory.

    program     = [ statement { (";" | newline) { ";" | newline } statement } ]
    statement   = [ NAME [ "(" NAME { "," NAME } ")" ] "=" ] expression
    expression  = [ expression ("+" | "-") ] term
    term        = [ term [ "*" | "/" | "%" ] ] factor           # without a sign between: a product
    factor      = ("-" | "+") factor | power
    power       = root [ ("^" | "**") factor | SUPERSCRIPT [ ("^" | "**") factor ] ]
    root        = "√" root | atom
    atom        = NUMBER | NAME | "(" expression ")" | call
    call        = FUNCTION [ ("^" | "**") NUMBER | SUPERSCRIPT ] "(" expression { "," expression } ")"
                | "where" "(" expression ("<" | "<=" | ">" | ">=" | "==" | "!=") expression
                          "," expression "," expression ")"

A factor without a sign between it and the one before begins with no sign and is not a number after a number. `sin^2(x)`
is `sin(x)^2`. A newline inside parentheses is white space. What the characters are is in `gradx.language.tokens`,
statements in `gradx.language.program`. Every node carries the place of the text that it comes from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from gradx.arithmetic import Relation
from gradx.errors import GradxError, Kind, Source, Span
from gradx.language import diagnosis
from gradx.language.functions import Extent, Function
from gradx.language.scope import Scope
from gradx.language.tokens import (
    FRACTIONS,
    PARENTHESIS,
    POWERED_CALL,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TOKEN,
    normal_name,
    superscript_number,
)
from gradx.primitive import Primitive
from gradx.primitives import CALLABLE, TABLE, WHERE

_Operator = tuple[int, Primitive | None, int | None]
"""How tight it binds, its row, and where it stands if it is a prefix."""

_SUM, _PRODUCT, _SIGN, _POWER, _ROOT = range(1, 6)

_INFIX: dict[str, tuple[int, _Operator]] = {
    "+": (_SUM, (_SUM, TABLE["+"], None)),
    "-": (_SUM, (_SUM, TABLE["-"], None)),
    "*": (_PRODUCT, (_PRODUCT, TABLE["*"], None)),
    "×": (_PRODUCT, (_PRODUCT, TABLE["*"], None)),
    "/": (_PRODUCT, (_PRODUCT, TABLE["/"], None)),
    "%": (_PRODUCT, (_PRODUCT, TABLE["%"], None)),
    "^": (_ROOT, (_POWER, TABLE["^"], None)),
    "**": (_ROOT, (_POWER, TABLE["^"], None)),
}
"""What to finish first, and what to put on the stack."""

_TIMES = _INFIX["*"][1]
_RAISED = _INFIX["^"][1]
_NEGATIVE = TABLE["neg"]
_SQUARE_ROOT = TABLE["sqrt"]
_FLOOR: _Operator = (0, None, None)

_RELATIONS: dict[str, Relation] = {
    "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=", "==": "==", "!=": "!=", "≠": "!=",
}  # fmt: skip

_DOUBTFUL = frozenset("eExX_.")
"""A number followed by one of these may be no number."""

WHERE_NAME = "where"


@dataclass(slots=True)
class _Frame:
    """An open parenthesis. `function` is None where it groups; `doubtful`: a name before it that is no function."""

    at: int
    start: int
    base: int
    function: Primitive | Function | str | None = None
    name: str = ""
    exponent: tuple[float, Extent] | None = None
    relation: Relation | None = None
    doubtful: Extent | None = None


def _example(name: str, function: Primitive | Function | str | None) -> str:
    return diagnosis.example_call(name, function.parameters if isinstance(function, Function) else ())


class Parsed(NamedTuple):
    """An expression that was read: its node, its place, and where the text goes on."""

    node: int
    start: int
    end: int
    rest: int


class ExpressionParser:
    """Reads one expression after the other from `text` (see `tokens.spelled`), each into a scope."""

    def __init__(self, source: Source, text: str) -> None:
        self._source = source
        self._text = text
        self._handlers: tuple[Callable[[re.Match[str]], int], ...] = (
            self._other,
            self._number,
            self._name,
            self._operator,
            self._superscript,
            self._newline,
            self._finish,
            self._other,
        )

    def expression(self, at: int, scope: Scope) -> Parsed:
        """Read the expression that begins at `at`, up to the end of its statement.

        Raises `GradxError`: "syntax" for text that is no expression, "name" for a name that means nothing there.
        """
        self._scope = scope
        self._values = scope.values
        self._operation = scope.operation
        self._operators: list[_Operator] = [_FLOOR]
        self._nodes: list[int] = []
        self._starts: list[int] = []
        self._frames: list[_Frame] = []
        self._callee: _Frame | None = None
        self._operand_next = True
        self._end = self._number_end = at
        self._done = False
        self._doubt: Extent | None = None
        text, handlers, token = self._text, self._handlers, TOKEN.match
        while not self._done:
            match = token(text, at)
            assert match is not None
            at = handlers[match.lastindex or 0](match)
        return Parsed(self._nodes[0], self._starts[0], self._end, at)

    def _number(self, match: re.Match[str]) -> int:
        text = match[1]
        start, end = match.span(1)
        if not self._operand_next:
            self._juxtapose(start, number=True)
        if text in FRACTIONS:
            value = FRACTIONS[text]
        else:
            value = float(text)
            if self._text[end : end + 1] in _DOUBTFUL:
                diagnosis.check_number(self._source, self._text, start, end)
        if value == math.inf:
            self._fail(*diagnosis.too_large(start, end))
        self._push(self._scope.literal(value, (start, end - start)), start, end)
        self._number_end = end
        return end

    def _name(self, match: re.Match[str]) -> int:
        start, end = match.span(2)
        if not self._operand_next:
            self._juxtapose(start, number=False)
        name = normal_name(match[2])
        node = self._values.get(name)
        if node is None or name == "gamma":
            function = self._function(name, end)
            if function is not None:
                return self._call_ahead(name, function, start, end)
            if node is None:
                called = self._text[end : end + 1] == "("
                node = self._scope.unknown(name, (start, end - start), called)
            self._doubt = (start, end - start)
        self._push(node, start, end)
        return end

    def _function(self, name: str, end: int) -> Primitive | Function | str | None:
        """The function that `name`, which is no parameter and no node, is here."""
        if name in ("e", "π", "pi"):
            return None
        if name == "gamma":
            return CALLABLE[name] if self._text[end : end + 1] == "(" else None
        if name == WHERE_NAME:
            return WHERE_NAME
        return CALLABLE.get(name) or self._scope.functions.get(name)

    def _call_ahead(self, name: str, function: Primitive | Function | str, start: int, end: int) -> int:
        """A function's name: its parenthesis must follow, with at most a power between."""
        frame = _Frame(end, start, len(self._nodes), function, name)
        powered = POWERED_CALL.match(self._text, end) if function != WHERE_NAME else None
        if powered:
            group = 1 if powered[1] else 2
            value = float(powered[1]) if powered[1] else superscript_number(powered[2])
            place = powered.span(group)
            frame.exponent = (value, (place[0], place[1] - place[0]))
            end = powered.end() - 1
        elif not PARENTHESIS.match(self._text, end):
            self._fail(*diagnosis.function_without_call(self._text, name, start, end, _example(name, function)))
        self._callee = frame
        return end

    def _operator(self, match: re.Match[str]) -> int:
        symbol = match[3]
        start, end = match.span(3)
        if self._operand_next:
            self._prefix(symbol, start, end)
        else:
            rule = _INFIX.get(symbol)
            if rule is not None:
                self._reduce(rule[0])
                self._operators.append(rule[1])
                self._operand_next = True
            else:
                self._after_operand(symbol, start, end)
        self._end = end
        return end

    def _prefix(self, symbol: str, start: int, end: int) -> None:
        """An operator or parenthesis where an operand must begin."""
        operators = self._operators
        if symbol == "(":
            self._open(start)
        elif symbol in "-+√" and (symbol == "√" or operators[-1][0] != _ROOT):
            if symbol == "-":
                operators.append((_SIGN, _NEGATIVE, start))
            elif symbol == "√":
                operators.append((_ROOT, _SQUARE_ROOT, start))
        else:
            self._missing_operand(symbol, start, end)

    def _after_operand(self, symbol: str, start: int, end: int) -> None:
        """What is neither an infix operator nor an operand, where an operand has just ended."""
        if symbol == ")":
            self._close(start, end)
        elif symbol == "(":
            doubt = self._doubt if self._doubt and sum(self._doubt) == start else None
            self._juxtapose(start, number=False)
            self._open(start)
            self._frames[-1].doubtful = doubt
        elif symbol == "√":
            self._juxtapose(start, number=False)
            self._operators.append((_ROOT, _SQUARE_ROOT, start))
        elif symbol == ",":
            self._comma(start)
        elif symbol in _RELATIONS:
            self._relate(symbol, start, end)
        else:
            self._fail(*diagnosis.not_an_operator(self._text, symbol, start))

    def _superscript(self, match: re.Match[str]) -> int:
        start, end = match.span(4)
        if self._operand_next:
            self._missing_operand(match[4], start, end)
        if self._text[self._end - 1] in SUPERSCRIPTS:
            self._fail(*diagnosis.superscript_after_superscript(start, end))
        self._reduce(_ROOT)
        self._operators.append(_RAISED)
        digits = match[4]
        if digits[0] == "⁻":
            self._operators.append((_SIGN, _NEGATIVE, start))
            digits = digits[1:]
        value = superscript_number(digits)
        if value == math.inf:
            self._fail(*diagnosis.too_large(start, end))
        self._push(self._scope.literal(value, (end - len(digits), len(digits))), start, end)
        self._number_end = end
        return end

    def _newline(self, match: re.Match[str]) -> int:
        if self._frames and match[5] == "\n":
            return match.end()
        return self._finish(match)

    def _finish(self, match: re.Match[str]) -> int:
        if self._operand_next:
            self._missing_operand("", match.start(match.lastindex or 0), self._end)
        if self._frames:
            self._fail(*diagnosis.unclosed(self._frames[-1].at))
        self._reduce(_SUM)
        self._done = True
        return match.end() - len(match[match.lastindex or 0])

    def _other(self, match: re.Match[str]) -> int:
        start = match.start(7)
        self._fail(*diagnosis.unreadable(self._source.text, self._text, start))

    def _juxtapose(self, start: int, *, number: bool) -> None:
        """Two operands side by side: a product."""
        if number:
            if self._number_end == self._end:
                self._fail(*diagnosis.number_after_number(self._text, self._end, start))
            if self._end == start and self._text[start] == ".":
                self._fail(*diagnosis.unreadable(self._source.text, self._text, start))
            if self._end == start and self._text[start - 1] in SUBSCRIPTS:
                self._fail(*diagnosis.digit_after_subscript(start))
        self._reduce(_PRODUCT)
        self._operators.append(_TIMES)
        self._operand_next = True

    def _push(self, node: int, start: int, end: int) -> None:
        self._nodes.append(node)
        self._starts.append(start)
        self._end = end
        self._operand_next = False

    def _reduce(self, precedence: int) -> None:
        """Build every operation on the stack that binds at least as tight as `precedence`."""
        operators, nodes, starts, end = self._operators, self._nodes, self._starts, self._end
        while operators[-1][0] >= precedence:
            _, primitive, at = operators.pop()
            assert primitive is not None
            last = nodes.pop()
            if at is None:
                starts.pop()
                at = starts[-1]
                nodes[-1] = self._operation(primitive, (nodes[-1], last), (at, end - at))
            else:
                starts[-1] = at
                nodes.append(self._operation(primitive, (last,), (at, end - at)))

    def _open(self, at: int) -> None:
        frame = self._callee or _Frame(at, at, len(self._nodes))
        self._callee = None
        frame.at = at
        self._frames.append(frame)
        self._operators.append(_FLOOR)

    def _comma(self, start: int) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or frame.function is None:
            self._fail(*diagnosis.stray_comma(self._text, start, frame.doubtful if frame else None))
        self._reduce(_SUM)
        if frame.function == WHERE_NAME and frame.relation is None:
            self._fail(*diagnosis.where_without_condition(frame.start, start))
        self._operand_next = True

    def _relate(self, symbol: str, start: int, end: int) -> None:
        frame = self._frames[-1] if self._frames else None
        self._reduce(_SUM)
        if frame is None or frame.function != WHERE_NAME or len(self._nodes) - frame.base > 1:
            inside = any(f.function == WHERE_NAME for f in self._frames)
            second = frame is not None and frame.relation is not None and len(self._nodes) - frame.base == 2
            self._fail(*diagnosis.stray_relation(symbol, start, end, inside, second))
        frame.relation = _RELATIONS[symbol]
        self._operand_next = True

    def _close(self, start: int, end: int) -> None:
        if not self._frames:
            self._fail(*diagnosis.unopened(start))
        self._reduce(_SUM)
        self._operators.pop()
        frame = self._frames.pop()
        self._end = end
        if frame.function is None:
            self._starts[-1] = frame.start
            return
        arguments = self._nodes[frame.base :]
        del self._nodes[frame.base :], self._starts[frame.base :]
        span = (frame.start, end - frame.start)
        node = self._called(frame, arguments, span)
        if frame.exponent is not None:
            value, place = frame.exponent
            node = self._operation(TABLE["^"], (node, self._scope.literal(value, place)), span)
        self._push(node, frame.start, end)

    def _called(self, frame: _Frame, arguments: list[int], span: Extent) -> int:
        function = frame.function
        if isinstance(function, str):
            if len(arguments) != 4 or frame.relation is None:
                self._fail(*diagnosis.wrong_where(span, len(arguments), frame.relation is not None))
            return self._operation(WHERE[frame.relation], arguments, span)
        assert function is not None
        if function.arity is not None and len(arguments) != function.arity:
            parameters = function.parameters if isinstance(function, Function) else ()
            self._fail(*diagnosis.wrong_arity(frame.name, function.arity, parameters, len(arguments), span))
        if isinstance(function, Function):
            return self._scope.call(function, arguments, span)
        return self._operation(function, arguments, span)

    def _missing_operand(self, symbol: str, start: int, end: int) -> NoReturn:
        before = self._text[: self._end].rstrip()
        frame = self._frames[-1] if self._frames else None
        empty = frame is not None and symbol == ")" and frame.at + 1 == len(before)
        if symbol == ")" and not self._frames:
            self._fail(*diagnosis.unopened(start))
        if empty and frame is not None and frame.name:
            self._fail(
                *diagnosis.no_arguments(frame.name, frame.start, start + 1, _example(frame.name, frame.function))
            )
        self._fail(*diagnosis.missing_operand(before, symbol, start, len(self._text)))

    def _fail(self, kind: Kind, message: str, start: int, length: int, hint: str | None = None) -> NoReturn:
        raise GradxError(kind, message, hint=hint, span=Span(self._source, start, length))
