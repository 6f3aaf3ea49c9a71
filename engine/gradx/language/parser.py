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
statements in `gradx.language.reader`. Every node carries the place of the text that it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import ClassVar, NoReturn

from gradx.errors import GradxError, Kind, Source, Span
from gradx.language import diagnosis, tokens
from gradx.language.functions import (
    WHERE_NAME,
    Extent,
    Frame,
    Function,
    Parsed,
    Scope,
    base_of_log,
    calls_a_value,
    function_example,
    is_called,
    log_base,
    missing_operand,
)
from gradx.language.operators import FLOOR, INFIX, NEGATIVE, RAISED, RELATIONS, ROOT, SQUARE_ROOT, TIMES, Operator
from gradx.language.tokens import (
    FRACTIONS,
    SUPERSCRIPTS,
    Tokens,
    normal_name,
    powered_call,
    scan,
    sort,
    superscript_number,
)
from gradx.primitive import PRODUCT, SIGN, SUM, Primitive
from gradx.table import BY_COUNT, CALLABLE, SHARED_NAMES, TABLE, WHERE

_ENDS = frozenset((";", "\n", ""))

_DOUBTFUL = frozenset("eExX_.")
"""A number followed by one of these may be no number."""


class ExpressionParser:
    """Reads one expression after the other from `text` (see `tokens.spelled`) beyond `start`, each into a scope.

    `expression` walks the tokens and knows at each whether an operand is due or an operator. What most tokens are it
    sees at once; each of the others has a handler by its sort, which answers the token to go on with. Another grammar
    has `handlers` and `infix` operators of its own, and other `times` that two operands side by side are.
    """

    infix: ClassVar[Mapping[str, tuple[int, Operator]]] = INFIX
    times: ClassVar[Operator] = TIMES
    handlers: ClassVar[Mapping[int, Handler]]

    def __init__(self, source: Source, text: str, start: int = 0, tokens: Tokens | None = None) -> None:
        self.tokens = scan(text, start) if tokens is None else tokens
        self._source = source
        self._text = text
        self._operators: list[Operator] = [FLOOR]
        self._nodes: list[int] = []
        self._starts: list[int] = []
        self._frames: list[Frame] = []
        self._end = self._number_end = -1
        self._operand_due = True
        self.juxtaposed = False

    def expression(self, k: int, scope: Scope) -> Parsed:
        """Read the expression that begins with token k, up to the end of its statement.

        Raises `GradxError`: "syntax" for text that is no expression, "name" for a name that means nothing there.
        """
        self._scope, self._operation = scope, scope.operation
        node_of, infix, handlers, (texts, ends) = scope.values.get, self.infix.get, self.handlers, self.tokens
        operators, nodes, starts, frames = self._operators, self._nodes, self._starts, self._frames
        while True:  # An operand is due …
            token = texts[k]
            node = node_of(token)
            if node is not None and token not in SHARED_NAMES:
                nodes.append(node)
                self._end = ends[k]
                starts.append(ends[k] - len(token))
                k += 1
            else:
                k = self._operand(token, k)
                if self._operand_due:
                    continue
            while True:  # … and now an operator.
                token = texts[k]
                rule = infix(token)
                if rule is not None:
                    if operators[-1][0] >= rule[0]:
                        self._reduce(rule[0])
                    operators.append(rule[1])
                    k += 1
                    break
                if token == ")" and frames:
                    self._close(ends[k])
                    k += 1
                    continue
                if token in _ENDS and not frames:
                    return self._finished(k)
                self._operand_due = False
                k = handlers[sort(token)](self, token, k)
                if self._operand_due:
                    break

    def _operand(self, token: str, k: int) -> int:
        """Read what stands where an operand begins, and is no name of a node."""
        self._operand_due = True
        function = CALLABLE.get(token)
        if function is None or self.tokens.texts[k + 1] != "(" or token in SHARED_NAMES:
            return self.handlers[sort(token)](self, token, k)
        self._open(Frame(self.tokens.ends[k + 1] - 1, self.tokens.start(k), len(self._nodes), function))
        return k + 2

    def _finished(self, k: int) -> Parsed:
        """The whole expression, which token k ends."""
        if len(self._operators) > 1:
            self._reduce(SUM)
        del self._scope, self._operation  # a scope that knows its parser would make a cycle
        return Parsed(self._nodes.pop(), self._starts.pop(), self._end, k)

    def _number(self, token: str, k: int) -> int:
        start, end = self.tokens.start(k), self.tokens.ends[k]
        if not self._operand_due:
            self._juxtapose(start, number=True)
        if token in FRACTIONS:
            value = FRACTIONS[token]
        else:
            value = float(token)
            if self._text[end : end + 1] in _DOUBTFUL:
                diagnosis.check_number(self._source, self._text, start, end)
        return self._literal(value, start, start, end, k)

    def _literal(self, value: float, at: int, start: int, end: int, k: int) -> int:
        """A number, whose digits begin at `at`."""
        if value == math.inf:
            self._fail(*diagnosis.too_large(start, end))
        self._push(self._scope.literal(value, (at, end - at)), start, end)
        self._number_end = end
        return k + 1

    def _name(self, token: str, k: int) -> int:
        start, end = self.tokens.start(k), self.tokens.ends[k]
        if not self._operand_due:
            self._juxtapose(start, number=False)
        name = normal_name(token)
        node = self._scope.values.get(name)
        if node is None or name in SHARED_NAMES:
            function = self._function(name, end)
            if function is not None:
                return self._call_ahead(name, function, k)
            if node is None:
                called = is_called(self.tokens, k)
                base = log_base(name) if called else None
                if base is not None:
                    return self._logarithm(name, base, k)
                node = self._scope.unknown(name, (start, end - start), called)
        self._push(node, start, end)
        return k + 1

    def _function(self, name: str, end: int) -> Primitive | Function | str | None:
        """The function that `name`, which is no parameter and no node, is here."""
        if name in ("e", "π", "pi"):
            return None
        if name in SHARED_NAMES:
            return CALLABLE[name] if self._text[end : end + 1] == "(" else None
        if name == WHERE_NAME:
            return WHERE_NAME
        return CALLABLE.get(name) or self._scope.functions.get(name)

    def _call_ahead(self, name: str, function: Primitive | Function | str, k: int) -> int:
        """A function's name: its parenthesis must follow, with at most a power between."""
        start, end = self.tokens.start(k), self.tokens.ends[k]
        if self.tokens.texts[k + 1] == "(":
            self._open(Frame(self.tokens.ends[k + 1] - 1, start, len(self._nodes), function))
            return k + 2
        powered = powered_call().match(self._text, end) if function != WHERE_NAME else None
        if powered is None:
            self._fail(*diagnosis.function_without_call(self._text, name, start, end, function_example(name, function)))
        written = powered[1] or powered[2]
        value = float(written) if powered[1] else superscript_number(written)
        exponent = (value, (powered.start(1 if powered[1] else 2), len(written)))
        self._open(Frame(powered.end() - 1, start, len(self._nodes), function, exponent))
        return self.tokens.at(powered.end())

    def _logarithm(self, name: str, base: str, k: int) -> int:
        """`log_3(x)`, `log_b(x)`: the base stands in the name."""
        end = self.tokens.ends[k]
        if base.isdigit() and "log" + base in CALLABLE:
            return self._call_ahead(name, CALLABLE["log" + base], k)
        place = (end - len(base), len(base))
        self._open(Frame(end, self.tokens.start(k), len(self._nodes), TABLE["logb"], base_of_log=(base, place)))
        return k + 2

    def _symbol(self, token: str, k: int) -> int:
        """A symbol that is no infix operator, or stands where an operand must begin."""
        start = self.tokens.start(k)
        if self._operand_due:
            self._prefix(token, start)
        elif token == ")":
            self._fail(*diagnosis.unopened(start))
        elif token == "(":
            if calls_a_value(self.tokens, k - 1):
                self._fail(*diagnosis.no_product(self._text, self.tokens.start(k - 1), self.tokens.ends[k - 1]))
            self._juxtapose(start, number=False)
            self._open(Frame(start, start, len(self._nodes)))
        elif token == "√":
            self._juxtapose(start, number=False)
            self._operators.append((ROOT, SQUARE_ROOT, start))
        elif token == ",":
            self._comma(start)
        elif token in RELATIONS:
            self._relate(token, start)
        else:
            self._fail(*diagnosis.not_an_operator(self._text, token, start))
        return k + 1

    def _prefix(self, symbol: str, start: int) -> None:
        """A symbol where an operand must begin."""
        if symbol == "(":
            self._open(Frame(start, start, len(self._nodes)))
        elif symbol == "√":
            self._operators.append((ROOT, SQUARE_ROOT, start))
        elif symbol in "-+" and self._operators[-1][0] != ROOT:
            if symbol == "-":
                self._operators.append((SIGN, NEGATIVE, start))
        else:
            self._missing_operand(symbol, start)

    def _superscript(self, token: str, k: int) -> int:
        start, end = self.tokens.start(k), self.tokens.ends[k]
        if self._operand_due:
            self._missing_operand(token, start)
        if self._text[self._end - 1] in SUPERSCRIPTS:
            self._fail(*diagnosis.superscript_after_superscript(start, end))
        self._reduce(ROOT)
        self._operators.append(RAISED)
        digits = token
        if digits[0] == "⁻":
            self._operators.append((SIGN, NEGATIVE, start))
            digits = digits[1:]
        return self._literal(superscript_number(digits), end - len(digits), start, end, k)

    def _separator(self, token: str, k: int) -> int:
        """A newline inside parentheses, or the end of a statement where there is more to come."""
        if token != "\n" or not self._frames:
            if self._operand_due:
                self._missing_operand("", self.tokens.start(k))
            self._fail(*diagnosis.unclosed(self._frames[-1].at))
        return k + 1

    def _other(self, token: str, k: int) -> int:
        self._fail(*diagnosis.unreadable(self._source.text, self._text, self.tokens.start(k)))

    def _juxtapose(self, start: int, *, number: bool) -> None:
        """Two operands side by side: a product."""
        if number:
            wrong = diagnosis.number_beside(self._source, self._text, self._number_end, self._end, start)
            if wrong:
                self._fail(*wrong)
        self._reduce(PRODUCT)
        self._operators.append(self.times)
        self._operand_due = self.juxtaposed = True

    def _push(self, node: int, start: int, end: int) -> None:
        self._nodes.append(node)
        self._starts.append(start)
        self._end = end
        self._operand_due = False

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

    def _open(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._operators.append(FLOOR)
        self._operand_due = True

    def _comma(self, start: int) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or frame.function is None:
            self._fail(*diagnosis.stray_comma(self._text, start, frame.at if frame else 0))
        self._reduce(SUM)
        if frame.function == WHERE_NAME and frame.relation is None:
            self._fail(*diagnosis.where_without_condition(frame.start, start))
        self._operand_due = True

    def _relate(self, symbol: str, start: int) -> None:
        frame = self._frames[-1] if self._frames else None
        self._reduce(SUM)
        if frame is None or frame.function != WHERE_NAME or len(self._nodes) - frame.base > 1:
            inside = any(f.function == WHERE_NAME for f in self._frames)
            second = frame is not None and frame.relation is not None and len(self._nodes) - frame.base == 2
            self._fail(*diagnosis.stray_relation(symbol, start, inside, second))
        frame.relation = RELATIONS[symbol]
        self._operand_due = True

    def _close(self, end: int) -> None:
        """The parenthesis that closes the last open one."""
        nodes = self._nodes
        if self._operators[-1] is not FLOOR:
            self._reduce(SUM)
        self._operators.pop()
        frame = self._frames.pop()
        self._end = end
        if frame.function is None:
            self._starts[-1] = frame.start
            return
        base, span = frame.base, (frame.start, end - frame.start)
        node = self._called(frame, nodes[base:], span)
        if frame.exponent is not None:
            value, place = frame.exponent
            node = self._operation(TABLE["^"], (node, self._scope.literal(value, place)), span)
        nodes[base:] = (node,)
        self._starts[base:] = (frame.start,)

    def _called(self, frame: Frame, arguments: list[int], span: Extent) -> int:
        function, relation = frame.function, frame.relation
        if isinstance(function, str):
            if len(arguments) == 4 and relation is not None:
                return self._operation(WHERE[relation], arguments, span)
            self._fail(*diagnosis.wrong_where(span, len(arguments), relation is not None))
        assert function is not None
        if frame.base_of_log is not None:
            arguments = [*arguments, base_of_log(self._scope, *frame.base_of_log)]
        if len(arguments) != function.arity is not None:
            function = BY_COUNT.get((self._called_name(frame), len(arguments))) or self._refuse(frame, arguments, span)
        if isinstance(function, Function):
            return self._scope.call(function, arguments, span)
        return self._operation(function, arguments, span)

    def _refuse(self, frame: Frame, arguments: list[int], span: Extent) -> NoReturn:
        assert isinstance(frame.function, Primitive | Function)
        wanted, parameters = frame.function.arity or 1, frame.function.parameters
        self._fail(*diagnosis.wrong_arity(self._called_name(frame), wanted, parameters, len(arguments), span))

    def _missing_operand(self, symbol: str, start: int) -> NoReturn:
        frame = self._frames[-1] if self._frames else None
        name = "" if frame is None or frame.function is None else self._called_name(frame)
        self._fail(*missing_operand(frame, name, self._text, symbol, start))

    def _called_name(self, frame: Frame) -> str:
        """The name of a function, as it is called."""
        return normal_name(self.tokens.texts[self.tokens.at(frame.start)])

    def _fail(self, kind: Kind, message: str, start: int, length: int, hint: str | None = None) -> NoReturn:
        raise GradxError(kind, message, hint=hint, span=Span(self._source, start, length))


Handler = Callable[[ExpressionParser, str, int], int]

ExpressionParser.handlers = {
    tokens.NUMBER: ExpressionParser._number,
    tokens.NAME: ExpressionParser._name,
    tokens.SYMBOL: ExpressionParser._symbol,
    tokens.SUPERSCRIPT: ExpressionParser._superscript,
    tokens.SEPARATOR: ExpressionParser._separator,
    tokens.END: ExpressionParser._separator,
    tokens.OTHER: ExpressionParser._other,
}
