"""The calls of code: what its functions are called here, and which take their arguments in another order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from gradx.language.typed import words
from gradx.language.typed.asking import refused
from gradx.language.typed.lexer import CLOSING, NAME, OPENING, SIGN, Token, text_of, tokens
from gradx.language.typed.mapped import Mapped
from gradx.table import CALLABLE

_Parts = Sequence[Token]

_NAMES: Final = {
    "maximum": "max", "minimum": "min", "fmax": "max", "fmin": "min", "fabs": "abs", "absolute": "abs",
    "arctan2": "atan2",
    "leakyrelu": "leaky_relu", "logistic": "sigmoid", "expit": "sigmoid", "sgn": "sign", "signum": "sign",
    "swish": "silu",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "ceiling": "ceil",
}  # fmt: skip
_FLOATS: Final = frozenset(
    f"{name}f"
    for name in (
        *("exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "fabs", "pow", "sinh", "cosh", "asin", "acos", "atan"),
        *("fmax", "fmin", "fmod", "atan2", "log2", "log10", "log1p", "expm1", "exp2", "cbrt", "hypot", "erf", "ceil"),
    )
)


def _power(a: str, b: str) -> str:
    return f"({a})^({b})"


_FORMULAS: Final[dict[str, Callable[..., str]]] = {
    "pow": _power, "powi": _power, "powf": _power, "power": _power, "float_power": _power,
    "normalizedsinc": lambda a: f"sinc(pi*({a}))",
    "square": lambda a: f"({a})^2", "reciprocal": lambda a: f"1/({a})", "negative": lambda a: f"(-({a}))",
    "add": lambda a, b: f"({a} + {b})", "subtract": lambda a, b: f"({a} - ({b}))", "mul": lambda a, b: f"({a})*({b})",
    "multiply": lambda a, b: f"({a})*({b})",
    "divide": lambda a, b: f"(({a})/({b}))", "div": lambda a, b: f"(({a})/({b}))",
    "mod": lambda a, b: f"(({a}) % ({b}))", "rsqrt": lambda a: f"(1/sqrt({a}))",
    "where": lambda c, a, b: f"where({c}, {a}, {b})", "if": lambda c, a, b: f"where({c}, {a}, {b})",
    "wenn": lambda c, a, b: f"where({c}, {a}, {b})",
    "ifelse": lambda c, a, b: f"where({c}, {a}, {b})", "iif": lambda c, a, b: f"where({c}, {a}, {b})",
}  # fmt: skip


_SHEET_SIGNS: Final = {"sum": " + ", "product": "*", "summe": " + ", "produkt": "*"}
"""What a sheet puts between the cells of a list."""

_WITH_PARAMETER: Final[dict[str, tuple[tuple[str, ...], str, tuple[int, ...]]]] = {
    "leaky_relu": (("negative_slope",), "where(§ > 0, §, (§)*(§))", (0, 0, 1, 0)),
    "softplus": (("beta",), "(softplus((§)*(§))/(§))", (1, 0, 1)),
    "elu": (("alpha",), "where(§ > 0, §, (§)*(exp(§) - 1))", (0, 0, 1, 0)),
    "heaviside": ((), "where(§ > 0, 1, where(§ < 0, 0, §))", (0, 0, 1)),
    "clamp": (("min", "max"), "max(§, §)", (0, 1)),
    "clamp max": (("max",), "min(§, §)", (0, 1)),
    "log": (("base",), "(log(§)/log(§))", (0, 1)),
}
"""Functions with a second argument that has no place here: its names, the formula, and the argument at each mark."""


def _with_parameter(name: str, arguments: Sequence[list[Token]], place: Token) -> list[Token] | None:
    """The call with what its second argument makes of it, given by its name or its place; None for another call."""
    plain: list[list[Token]] = []
    named: list[str] = []
    for argument in arguments:
        if len(argument) > 2 and argument[1].text == "=" and argument[0].text in _WITH_PARAMETER[name][0]:
            named.append(argument[0].text)
            plain.append(argument[2:])
        else:
            plain.append(argument)
    if len(plain) == 3 and named in (["min", "max"], ["max"]):
        return _filled("clamp(§, §, §)", plain, place)
    if len(plain) != 2 or not all(plain):
        return None
    _, template, order = _WITH_PARAMETER["clamp max" if named == ["max"] else name]
    return _filled(template, [plain[n] for n in order], place)


class _Frame(NamedTuple):
    """A bracket that is open: the function before it, and its arguments so far."""

    opener: Token
    function: Token | None
    arguments: list[list[Token]]


class _Dialect(NamedTuple):
    sheet: bool
    wolfram: bool


def called(typed: Mapped, *, sheet: bool, wolfram: bool, modules: str) -> Mapped:
    """The text with every function of code called as the language does."""
    typed = typed.sub(re.compile(rf"\b(?:{modules}(?:\.|::))+(?=[A-Za-z])"), "")
    dialect = _Dialect(sheet, wolfram)
    frames = [_Frame(Token("", SIGN, (0, 0)), None, [[]])]
    for token in _methods(tokens(typed)):
        current = frames[-1].arguments[-1]
        if token.text in OPENING:
            function = (
                current[-1] if current and current[-1].kind == NAME and not token.blank and token.text != "{" else None
            )
            frames.append(_Frame(token, function, [[]]))
        elif token.text in CLOSING and len(frames) > 1:
            frame = frames.pop()
            outer = frames[-1].arguments[-1]
            if frame.function is not None:
                outer.pop()
            outer += _closed(frame, token, dialect)
        elif token.text == "," and frames[-1].function is not None:
            frames[-1].arguments.append([])
        else:
            current.append(token)
    while len(frames) > 1:
        frame = frames.pop()
        outer = frames[-1].arguments[-1]
        outer += [frame.opener, *_conditional(_joined(frame.arguments, frame.opener))]
    return text_of(_statements(frames[0].arguments[-1]))


def _methods(found: Sequence[Token]) -> list[Token]:
    """`x.pow(2)` as `pow(x, 2)`."""
    made: list[Token] = []
    k = 0
    while k < len(found):
        token = found[k]
        name = found[k + 1] if k + 1 < len(found) else None
        is_method = token.text == "." and name is not None and name.kind == NAME and made and not token.blank
        if is_method and name is not None and k + 2 < len(found) and found[k + 2].text == "(":
            start = _operand_start(made)
            if _is_module(made[start:], found[k + 1 : k + 4]):
                made[start:] = [name._replace(blank=made[start].blank)]
                k += 2
                continue
            operand = made[start:]
            made[start:] = [name._replace(blank=operand[0].blank), found[k + 2], *operand]
            k += 3
            if k < len(found) and found[k].text != ")":
                made.append(token.made(","))
            continue
        made.append(token)
        k += 1
    return made


def _is_module(operand: _Parts, call: _Parts) -> bool:
    """Whether what stands before a method holds functions: the method takes one operand, and has it in parentheses."""
    row = CALLABLE.get(words.function(call[0].text) or "")
    is_alone = row is not None and (row.arity == 1 or row.name == "log")
    return is_alone and len(operand) == 1 and len(operand[0].text) > 1 and [t.text for t in call[1:]] != ["(", ")"]


def _operand_start(made: Sequence[Token]) -> int:
    """Where the operand begins that ends with the last token."""
    k = len(made) - 1
    if made[k].text in CLOSING:
        depth = 0
        while k >= 0:
            depth += (made[k].text in CLOSING) - (made[k].text in OPENING)
            if depth == 0:
                break
            k -= 1
        if k > 0 and made[k - 1].kind == NAME and not made[k].blank:
            k -= 1
    return max(k, 0)


def _joined(arguments: Sequence[Sequence[Token]], place: Token) -> list[Token]:
    made: list[Token] = []
    for n, argument in enumerate(arguments):
        if n:
            made.append(place.made(","))
        made += argument
    return made


def _closed(frame: _Frame, close: Token, dialect: _Dialect) -> list[Token]:
    """A bracket with what stands before and in it."""
    arguments = [_conditional(argument) for argument in frame.arguments]
    if frame.function is None:
        return [
            frame.opener._replace(text="("),
            *_conditional(_joined(frame.arguments, close)),
            close._replace(text=")"),
        ]
    function = frame.function
    if frame.opener.text == "[" and not dialect.wolfram and words.function(function.text) is None:
        return [function, frame.opener, *_joined(arguments, close), close]
    name = function.text
    lower = name.lower()
    if name in _FLOATS:
        lower = name[:-1]
    lower = _NAMES.get(lower, lower)
    if lower == "piecewise":
        return _piecewise(arguments, function, close)
    is_plain = not dialect.sheet and not dialect.wolfram
    changed = _with_parameter(lower, arguments, function) if lower in _WITH_PARAMETER and is_plain else None
    if changed is not None:
        return changed
    if lower in ("log", "ln") and len(arguments) == 2:
        value, base = arguments[::-1] if dialect.wolfram else arguments
        return _filled("(log(§)/log(§))", [value, base], function)
    if len(arguments) == 2 and ((dialect.sheet and lower == "atan2") or (dialect.wolfram and lower == "arctan")):
        return _filled("atan2(§, §)", arguments[::-1], function)
    if dialect.sheet and lower in _SHEET_SIGNS and all(":" not in text_of(each).text for each in arguments):
        return _filled(f"({_SHEET_SIGNS[lower].join(['(§)'] * len(arguments))})", arguments, function)
    if dialect.sheet:
        lower = {"int": "floor", "log": "log10" if name.isupper() else "log"}.get(lower, lower)
    formula = _FORMULAS.get(lower)
    if formula is not None and len(arguments) == formula.__code__.co_argcount:
        if lower in ("if", "where") and dialect.sheet:
            arguments[0] = [t._replace(text="==") if t.text == "=" else t for t in arguments[0]]
        return _filled(formula(*"§" * len(arguments)), arguments, function)
    known = lower if lower in CALLABLE else words.function(name)
    return [
        function._replace(text=known or name),
        close.made("("),
        *_joined(arguments, close),
        close._replace(text=")"),
    ]


def _filled(template: str, arguments: Sequence[_Parts], place: Token) -> list[Token]:
    """The tokens of a template, arguments in place of the marks."""
    made: list[Token] = []
    waiting = list(reversed(arguments))
    for token in tokens(Mapped.whole(template)):
        if token.text == "§":
            made += waiting.pop()
        else:
            made.append(place.made(token.text, token.kind, token.blank))
    return made


def _conditional(found: list[Token]) -> list[Token]:
    """`a if c else b` and `c ? a : b`, and chains of them, as a where, in what stands in one bracket."""
    pairs: list[tuple[list[Token], list[Token], Token]] = []
    rest = found
    while True:
        at, other = _top(rest, "if"), _top(rest, "else")
        if 0 < at < other:
            pairs.append((rest[at + 1 : other], rest[:at], rest[at]))
            rest = rest[other + 1 :]
            continue
        at, other = _top(rest, "?"), _top(rest, ":")
        if 0 < at < other and "?" not in [token.text for token in rest[at + 1 : other]]:
            pairs.append((rest[:at], rest[at + 1 : other], rest[at]))
            rest = rest[other + 1 :]
            continue
        break
    for condition, value, place in reversed(pairs):
        rest = _filled("where(§, §, §)", [condition, value, rest], place)
    return rest


def _top(found: Sequence[Token], text: str) -> int:
    depth = 0
    for k, token in enumerate(found):
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if token.text == text and depth == 0:
            return k
    return -1


def _statements(found: list[Token]) -> list[Token]:
    """The conditional expressions of every statement."""
    made: list[Token] = []
    statement: list[Token] = []
    for token in [*found, Token(";", SIGN, (0, 0))]:
        if token.text in (";", "\n", "=") and token.kind == SIGN:
            made += [*_conditional(statement), token]
            statement = []
        else:
            statement.append(token)
    return made[:-1]


def _piecewise(arguments: Sequence[list[Token]], function: Token, close: Token) -> list[Token]:
    """`Piecewise((a, c), (b, True))`."""
    pairs: list[tuple[list[Token], list[Token]]] = []
    for argument in arguments:
        inner = argument[1:-1]
        comma = _top(inner, ",")
        if comma < 0:
            raise refused(
                "the cases of a Piecewise are pairs", (function.place[0], close.place[1]), "write where(x > 0, a, b)"
            )
        pairs.append((inner[:comma], inner[comma + 1 :]))
    if "".join(t.text for t in pairs[-1][1]).lower() != "true":
        raise refused(
            "a Piecewise ends with (value, True)", (function.place[0], close.place[1]), "write where(x > 0, a, b)"
        )
    made = pairs[-1][0]
    for value, condition in pairs[-2::-1]:
        made = _filled("where(§, §, §)", [condition, value, made], function)
    return made
