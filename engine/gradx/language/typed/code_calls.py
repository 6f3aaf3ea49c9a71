"""The calls of code: what its functions are called here, and which take their arguments in another order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from gradx.language.operators import RELATIONS
from gradx.language.suggestions import FOREIGN, listed
from gradx.language.typed.code_forms import MODULES, SHEET, WOLFRAM
from gradx.language.typed.lexer import (
    CLOSING,
    NAME,
    NUMBER,
    OPENING,
    SIGN,
    Token,
    arguments_of,
    at_top,
    filled,
    text_of,
    tokens,
)
from gradx.language.typed.mapped import Mapped, refused
from gradx.language.typed.runs import as_function
from gradx.table import CALLABLE

_Parts = Sequence[Token]

_SHORTER: Final = {name: name.replace("rc", "") for name in ("arctan2", "arcsinh", "arccosh", "arctanh")}
_WHERE: Final = "where(§0, §1, §2)"
_FORMULAS: Final[dict[str, str]] = listed(
    "pow powi powf power float_power: (§0)^(§1) | normalizedsinc: sinc(pi*(§0)) | square: (§0)^2 | negative: (-(§0)) | "
    "reciprocal: 1/(§0) | rsqrt: (1/sqrt(§0)) | add: (§0 + §1) | subtract: (§0 - (§1)) | mul multiply: (§0)*(§1) | "
    "divide div: ((§0)/(§1)) | mod: ((§0) %% (§1)) | log ln: (log(§0)/log(§1)) | where if wenn ifelse iif: " + _WHERE
)
"""What functions say of their arguments, each at its mark; `%%` is a remainder in any code, `%` not in all."""
_REVERSED: Final = {
    WOLFRAM: listed("log ln: (log(§1)/log(§0)) | arctan: atan2(§1, §0)"),
    SHEET: {"atan2": "atan2(§1, §0)"},
}
"""Functions that take their two arguments in the other order."""

_SHEET_SIGNS: Final = {"sum": " + ", "product": "*", "summe": " + ", "produkt": "*"}
"""What a sheet puts between the cells of a list."""

_WITH_PARAMETER: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "leaky_relu": (("negative_slope",), "where(§0 > 0, §0, (§1)*(§0))"),
    "softplus": (("beta",), "(softplus((§1)*(§0))/(§1))"),
    "elu": (("alpha",), "where(§0 > 0, §0, (§1)*(exp(§0) - 1))"),
    "heaviside": ((), "where(§0 > 0, 1, where(§0 < 0, 0, §1))"),
    "clamp": (("min", "max"), "max(§0, §1)"),
    "clamp max": (("max",), "min(§0, §1)"),
    "log": (("base",), "(log(§0)/log(§1))"),
}
"""Functions with a second argument that has no place here: its names, and the formula."""


def _with_parameter(name: str, arguments: Sequence[list[Token]], place: Token) -> list[Token] | None:
    """The call with what its second argument makes of it, given by its name or its place; None for another call."""
    if name not in _WITH_PARAMETER:
        return None
    plain: list[list[Token]] = []
    named: list[str] = []
    for argument in arguments:
        if len(argument) > 2 and argument[1].text == "=" and argument[0].text in _WITH_PARAMETER[name][0]:
            named.append(argument[0].text)
            plain.append(argument[2:])
        else:
            plain.append(argument)
    if len(plain) == 3 and named in (["min", "max"], ["max"]):
        return filled("clamp(§0, §1, §2)", plain, place)
    if len(plain) != 2 or not all(plain):
        return None
    return filled(_WITH_PARAMETER["clamp max" if named == ["max"] else name][1], plain, place)


class _Frame(NamedTuple):
    """A bracket that is open: the function before it, and its arguments so far."""

    opener: Token
    function: Token | None
    arguments: list[list[Token]]


_MODULES: Final = re.compile(rf"\b(?:{MODULES}(?:\.|::))+(?=[A-Za-z])")


def called(typed: Mapped, form: str) -> Mapped:
    """The text with every function of code called as the language does. `form`: whose code it is (see `code_forms`)."""
    typed = typed.sub(_MODULES, "")
    frames = [_Frame(Token("", SIGN, (0, 0)), None, [[]])]
    for token in _methods(tokens(typed)):
        current = frames[-1].arguments[-1]
        if token.text in OPENING:
            is_call = current and current[-1].kind == NAME and not token.blank and token.text != "{"
            frames.append(_Frame(token, current[-1] if is_call else None, [[]]))
        elif token.text in CLOSING and len(frames) > 1:
            frame = frames.pop()
            outer = frames[-1].arguments[-1]
            if frame.function is not None:
                outer.pop()
            outer += _closed(frame, token, form)
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
        is_method = (
            bool(made) and token.text == "." and not token.blank and [t.text for t in found[k + 2 : k + 3]] == ["("]
        )
        if not is_method or found[k + 1].kind != NAME:
            made.append(token)
            k += 1
            continue
        start = _operand_start(made)
        operand, name = made[start:], found[k + 1]._replace(blank=made[start].blank)
        if _is_module(operand, found[k + 1 : k + 4]):
            made[start:] = [name]
            k += 2
            continue
        made[start:] = [name, found[k + 2], *operand]
        k += 3
        if k < len(found) and found[k].text != ")":
            made.append(token.made(","))
    return made


def _is_module(operand: _Parts, call: _Parts) -> bool:
    """Whether what stands before a method holds functions: the method takes one operand, and has it in parentheses."""
    row = CALLABLE.get(as_function(call[0].text) or "")
    is_alone = row is not None and (row.arity == 1 or row.name == "log")
    return is_alone and len(operand) == 1 and len(operand[0].text) > 1 and [t.text for t in call[1:]] != ["(", ")"]


def _operand_start(made: Sequence[Token]) -> int:
    """Where the operand begins that ends with the last token."""
    k = len(made) - 1
    if made[k].text in CLOSING:
        depths = accumulate((token.text in CLOSING) - (token.text in OPENING) for token in reversed(made))
        k -= next((n for n, depth in enumerate(depths) if not depth), k)
        if k > 0 and made[k - 1].kind == NAME and not made[k].blank:
            k -= 1
    return k


def _joined(arguments: Sequence[Sequence[Token]], place: Token) -> list[Token]:
    return [token for argument in arguments for token in (place.made(","), *argument)][1:]


def _closed(frame: _Frame, close: Token, form: str) -> list[Token]:
    """A bracket with what stands before and in it."""
    function, end = frame.function, close._replace(text=")")
    if function is None:
        return [frame.opener._replace(text="("), *_conditional(_joined(frame.arguments, close)), end]
    arguments = [_conditional(argument) for argument in frame.arguments]
    if frame.opener.text == "[" and form != WOLFRAM and as_function(function.text) is None:
        return [function, frame.opener, *_joined(arguments, close), close]
    name = function.text
    lower = name[:-1] if _is_float(name) else name.lower()
    lower = _SHORTER.get(lower) or as_function(lower) or lower
    if lower == "piecewise":
        return _piecewise(arguments, function, close, form)
    formula = _formula(lower, arguments, function, form)
    if formula is not None:
        return formula
    if form == SHEET:
        lower = {"int": "floor", "log": "log10" if name.isupper() else "log"}.get(lower, lower)
    known = as_function(lower) or as_function(name) or name
    return [function._replace(text=known), close.made("("), *_joined(arguments, close), end]


def _is_float(name: str) -> bool:
    """`expf`, C's function of a float."""
    return name[-1] == "f" and name not in CALLABLE and (name[:-1] in CALLABLE or name[:-1] in FOREIGN)


def _formula(name: str, arguments: list[list[Token]], function: Token, form: str) -> list[Token] | None:
    """The formula of a call that is none here, or takes its arguments otherwise; None for another call."""
    is_sheet = form == SHEET
    changed = _with_parameter(name, arguments, function) if form not in (SHEET, WOLFRAM) else None
    if changed is not None:
        return changed
    if is_sheet and name in _SHEET_SIGNS and all(":" not in text_of(each).text for each in arguments):
        return filled(f"({_SHEET_SIGNS[name].join(f'(§{n})' for n in range(len(arguments)))})", arguments, function)
    template = _REVERSED.get(form, _FORMULAS).get(name) or _FORMULAS.get(name, "")
    if f"§{len(arguments) - 1}" not in template or f"§{len(arguments)}" in template:
        return None
    if name in ("if", "where") and is_sheet:
        arguments[0] = [t._replace(text="==") if t.text == "=" else t for t in arguments[0]]
    return filled(template, arguments, function)


def _conditional(found: list[Token]) -> list[Token]:
    """`a if c else b` and `c ? a : b`, and chains of them, as a where, in what stands in one bracket."""
    pairs: list[tuple[list[Token], list[Token], Token]] = []
    rest, signs = found, (("if", "else"), ("?", ":"))
    while ways := [(at, other) for sign, by in signs if 0 < (at := _top(rest, sign)) < (other := _top(rest, by))]:
        at, other = ways[0]
        before, between, place = rest[:at], rest[at + 1 : other], rest[at]
        if place.text == "?" and "?" in [token.text for token in between]:
            break
        pairs.append((between, before, place) if place.text == "if" else (before, between, place))
        rest = rest[other + 1 :]
    for condition, value, place in reversed(pairs):
        is_compared = any(token.text in RELATIONS for token in condition)
        condition = condition if is_compared else [*condition, place.made("!="), place.made("0", NUMBER)]
        rest = filled(_WHERE, [condition, value, rest], place)
    return rest


def _top(found: Sequence[Token], text: str) -> int:
    return next(iter(at_top([token.text for token in found], text)), -1)


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


_CASES: Final = "write where(x > 0, a, b)"


def _piecewise(arguments: Sequence[list[Token]], function: Token, close: Token, form: str) -> list[Token]:
    """`Piecewise((a, c), (b, True))`, and Wolfram's list of pairs with what holds elsewhere behind it."""
    place = (function.place[0], close.place[1])
    pairs: list[tuple[list[Token], list[Token]]] = []
    if form == WOLFRAM and len(arguments) in (1, 2):
        pairs_of_it = arguments_of(arguments[0][1:-1])
        otherwise = arguments[1] if len(arguments) == 2 else [close.made("0", NUMBER)]
        is_whole = "".join(t.text for t in pairs_of_it[-1][-2:]).lower() == "true)"
        rest = [close, *otherwise, close.made(","), close.made("True", NAME), close]
        arguments = pairs_of_it if is_whole else [*pairs_of_it, rest]
    for argument in arguments:
        inner = argument[1:-1]
        comma = _top(inner, ",")
        if comma < 0:
            raise refused("the cases of a Piecewise are pairs", place, _CASES)
        pairs.append((inner[:comma], inner[comma + 1 :]))
    if "".join(t.text for t in pairs[-1][1]).lower() != "true":
        raise refused("a Piecewise ends with (value, True)", place, _CASES)
    made = pairs[-1][0]
    for value, condition in pairs[-2::-1]:
        made = filled(_WHERE, [condition, value, made], function)
    return made
