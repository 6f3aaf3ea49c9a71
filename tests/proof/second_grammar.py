"""The language a second time: as a declarative grammar for lark, with an evaluator that walks lark's tree.

It shares nothing with gradx but the definition of the language. In it f, g and h are always functions, so that the
grammar does not depend on what was defined before. A `Reading`'s `output` is the program with every name and call
replaced, `value` what that is worth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping

from lark import Lark, Token, Tree
from lark.exceptions import LarkError

FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "ln": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "expm1": math.expm1,
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "arcsin": math.asin,
    "atan": math.atan,
    "arctan": math.atan,
    "atan2": math.atan2,
    "sinh": math.sinh,
    "tanh": math.tanh,
    "asinh": math.asinh,
    "hypot": math.hypot,
    "min": lambda *xs: min(xs),
    "max": lambda *xs: max(xs),
    "relu": lambda x: max(0.0, x),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)),
    "erf": math.erf,
    "gamma": math.gamma,
    "lgamma": math.lgamma,
}

ARITIES = dict.fromkeys(FUNCTIONS, 1) | {"atan2": 2, "hypot": 2}

SYNONYMS = {"ln": "log", "arcsin": "asin", "arctan": "atan"}

OTHERS = (
    "arctan2", "acos", "arccos", "sec", "csc", "cot", "asec", "arcsec",
    "acsc", "arccsc", "acot", "arccot", "cosh", "acosh", "arccosh", "arcsinh",
    "atanh", "arctanh", "sign", "leaky_relu", "softplus", "silu", "gelu", "digamma",
)  # fmt: skip
"""Functions that are read here too, and not evaluated."""

_NAMES = "|".join(sorted({*FUNCTIONS, *OTHERS} - {"gamma"}, key=len, reverse=True))

_MANTISSA = r"(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)"
_EXPONENT = r"[eE][+\-＋−]?[0-9]++"
_NO_EXPONENT = r"[eE](?:[+\-＋−0-9]|[ \t]*(?:[;,)）\#\n]|$))"

GRAMMAR = rf"""
start: _line (_END _line)*
_line: statement?
statement: [head _EQUALS] sum
head: NAME | DEFINING _OPEN NAME (_COMMA NAME)* _CLOSE

?sum: term | sum (PLUS | MINUS) term
?term: factor | term (TIMES | OVER | MODULO) factor | term power -> product
?factor: power | MINUS factor -> negative | PLUS factor -> positive
?power: root | root _RAISED factor -> power | root SUPER -> raised | root SUPER _RAISED factor -> raised_again
?root: atom | _ROOT root -> root
?atom: NUMBER -> number | NAME -> name | _OPEN sum _CLOSE | call
call: (FUNCTION | DEFINED) [_RAISED NUMBER | SUPER] _OPEN sum (_COMMA sum)* _CLOSE
    | WHERE _OPEN sum RELATION sum _COMMA sum _COMMA sum _CLOSE -> where

PLUS: "+" | "＋"
MINUS: "-" | "−"
TIMES: "*" | "×" | "·" | "⋅"
OVER: "/" | "÷"
MODULO: "%"
_RAISED: "^" | "**"
_ROOT: "√"
_OPEN: "(" | "（"
_CLOSE: ")" | "）"
_COMMA: ","
_EQUALS: /=(?!=)/
RELATION: "<=" | ">=" | "==" | "!=" | "<" | ">"
_END: /[;\n]/
SUPER: /⁻?[⁰¹²³⁴-⁹]+/
NUMBER: /½|(?!0[xX]){_MANTISSA}(?:{_EXPONENT}|(?!{_NO_EXPONENT}))(?!_)/
WHERE.3: /where(?![A-Za-z0-9_α-ορ-ωΑ-Ω\[₀-₉]|\^\[)/
FUNCTION.3: /(?:{_NAMES})(?![A-Za-z0-9_α-ορ-ωΑ-Ω\[₀-₉]|\^\[)|gamma(?=\()/
DEFINING.4: /[fgh](?=[ \t]*[(（][A-Za-z_α-ω0-9₀-₉\[\]^, \t\n]*[)）][ \t]*=(?!=))/
DEFINED.3: /[fgh](?![A-Za-z0-9_α-ορ-ωΑ-Ω\[₀-₉]|\^\[)/
NAME: /π|[A-Za-z_α-ορ-ωΑ-Ω][A-Za-z0-9_α-ορ-ωΑ-Ω]*(?:[₀-₉]+|\^?\[[0-9]+\])?/
%ignore /[ \t]+/
%ignore /\#[^\n]*/
"""


class Lines:
    """A newline inside parentheses is white space, and a number does not follow a number."""

    always_accept = ("_END",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        last: Token | None = None
        for token in stream:
            depth += (token.type == "_OPEN") - (token.type == "_CLOSE")
            if last is not None and token.type == "NUMBER":
                self.check(last, token)
            if token.type == "_END" and token == "\n" and depth > 0:
                continue
            last = token
            yield token

    def check(self, last: Token, number: Token) -> None:
        if last.type in ("NUMBER", "SUPER"):
            raise LarkError("a number after a number")
        touching = last.end_pos == number.start_pos and last.type in ("NAME", "_CLOSE")
        if touching and (number[0] == "." or last[-1] in "₀₁₂₃₄₅₆₇₈₉"):
            raise LarkError("a number that looks like part of a name")


PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", postlex=Lines())

Formula = float | str | tuple[object, ...]
"""A number, an input, or an operation's name and operands."""


class RefusedError(Exception):
    """The text is not a program."""


class UnjudgedError(Exception):
    """The text uses a function that only gradx evaluates."""


class Reading:
    """One program: what its names stand for, each written out down to inputs."""

    def __init__(self, text: str, known: frozenset[str] = frozenset()) -> None:
        try:
            tree = PARSER.parse(text.replace("\r\n", "\n").removeprefix("\ufeff"))
        except LarkError as error:
            raise RefusedError(str(error)) from None
        self.known = known
        self.names: dict[str, Formula] = {}
        self.functions: dict[str, tuple[list[str], Tree[Token]]] = {}
        self.output: Formula = ""
        statements = tree.children
        if not statements:
            raise RefusedError("empty")
        for k, statement in enumerate(statements):
            assert isinstance(statement, Tree)
            self._statement(statement, last=k == len(statements) - 1)

    def _statement(self, statement: Tree[Token], *, last: bool) -> None:
        head, body = statement.children
        assert body is not None
        if head is None:
            if not last:
                raise RefusedError("a statement without a name")
            self.output = self.formula(body, self.names)
            return
        assert isinstance(head, Tree)
        name, *parameters = [plain(str(token)) for token in head.children]
        if parameters:
            if name in self.functions:
                raise RefusedError("defined twice")
            self.output = self.formula(body, self.names | {p: p for p in parameters})
            self.functions[name] = (parameters, body)
            return
        formula = self.formula(body, self.names)
        if constant(formula) and not last:
            formula = name
        self.names[name] = self.output = formula

    def formula(self, tree: object, names: Mapping[str, Formula]) -> Formula:
        """A tree of lark's as nested operations, names and calls replaced."""
        assert isinstance(tree, Tree)
        if tree.data == "number":
            return 0.5 if tree.children[0] == "½" else decimal(str(tree.children[0]))
        if tree.data == "name":
            return self._name(plain(str(tree.children[0])), names)
        if tree.data == "call":
            return self._call(tree, names)
        operands = [self.formula(c, names) for c in tree.children if isinstance(c, Tree)]
        signs = [str(c) for c in tree.children if isinstance(c, Token)]
        if tree.data in ("raised", "raised_again"):
            exponent: Formula = superscript(signs[0])
            if len(operands) > 1:
                exponent = raised(signs[0], operands[1])
            return ("^", operands[0], exponent)
        if tree.data == "where":
            return (f"where{signs[1]}", *operands)
        if tree.data == "positive":
            return operands[0]
        row = {"negative": "neg", "power": "^", "product": "*", "root": "sqrt"}.get(str(tree.data))
        return (row or SIGNS[signs[0]], *operands)

    def _name(self, name: str, names: Mapping[str, Formula]) -> Formula:
        if name in names:
            return names[name]
        if name in ("π", "pi"):
            return math.pi
        return math.e if name == "e" and "e" not in self.known else name

    def _call(self, tree: Tree[Token], names: Mapping[str, Formula]) -> Formula:
        name, power, *arguments = tree.children
        operands = [self.formula(a, names) for a in arguments]
        if str(name) in self.functions:
            parameters, body = self.functions[str(name)]
            if len(parameters) != len(operands):
                raise RefusedError("arity")
            result = self.formula(body, self.names | dict(zip(parameters, operands, strict=True)))
        else:
            row = str(name)
            if row in OTHERS or row in ("f", "g", "h"):
                raise UnjudgedError(row)
            if row not in FUNCTIONS or (row not in ("min", "max") and len(operands) != ARITIES[row]):
                raise RefusedError("arity, or no such function")
            result = (SYNONYMS.get(row, row), *operands)
        if power is None:
            return result
        digits = str(power)
        if digits[0] == "⁻":
            raise RefusedError("a negative power of a function")
        return ("^", result, superscript(digits) if digits[0] in SUPERSCRIPTS else decimal(digits))


SIGNS = {"+": "+", "＋": "+", "-": "-", "−": "-", "*": "*", "×": "*", "·": "*", "⋅": "*", "/": "/", "÷": "/", "%": "%"}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def decimal(text: str) -> float:
    return float(text.replace("−", "-").replace("＋", "+"))


def superscript(text: str) -> Formula:
    value = float("".join(str(SUPERSCRIPTS.index(c)) for c in text.lstrip("⁻")))
    return ("neg", value) if text[0] == "⁻" else value


def raised(text: str, exponent: Formula) -> Formula:
    """`x²^3` says `x^2^3`."""
    value = superscript(text.lstrip("⁻"))
    return ("neg", ("^", value, exponent)) if text[0] == "⁻" else ("^", value, exponent)


def plain(name: str) -> str:
    digits = {ord(c): str(k) for k, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}
    return re.sub(r"[\[\]^]", "", name.translate(digits))


def constant(formula: Formula) -> bool:
    if isinstance(formula, tuple):
        return all(constant(f) for f in formula[1:])  # type: ignore[arg-type]
    return isinstance(formula, float)


def value(formula: Formula, point: Mapping[str, float]) -> float:
    """The value of a formula; nan where some part of it has none."""
    try:
        return _value(formula, point)
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan


def _value(formula: object, point: Mapping[str, float]) -> float:
    if isinstance(formula, float):
        return formula
    if isinstance(formula, str):
        return point[formula]
    assert isinstance(formula, tuple)
    row, *operands = formula
    if row.startswith("where"):
        left, right = (_value(o, point) for o in operands[:2])
        yes = {
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
            "==": left == right,
            "!=": left != right,
        }[row.removeprefix("where")]
        return _value(operands[2 if yes else 3], point)
    xs = [_value(o, point) for o in operands]
    if row in FUNCTIONS:
        return float(FUNCTIONS[row](*xs))
    if row == "neg":
        return -xs[0]
    x, y = xs
    return {
        "+": lambda: x + y,
        "-": lambda: x - y,
        "*": lambda: x * y,
        "/": lambda: x / y,
        "%": lambda: x % y,
        "^": lambda: math.pow(x, y),
    }[row]()
