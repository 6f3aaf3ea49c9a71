"""A derivative that is asked for: `d/dx (x^2)`, `derivative of x^2`, `diff(x^2, x)`, `y = x^3; dy/dx`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from functools import cache
from typing import Final, NamedTuple

from gradx.language.tokens import normal_name
from gradx.language.typed.lexer import at_top, closing
from gradx.language.typed.mapped import AskedError, Mapped, Place, refused
from gradx.language.typed.points import VALUE, Point

_NAME: Final = r"[^\W\d_](?:_?[0-9]+|_[A-Za-z]+(?:_[A-Za-z0-9]+)?)?"
_ASKING: Final = (
    r"(?:(?:find|compute|calculate|determine|evaluate|give|what\s+is|what's|pl(?:ea)?[sz]e?|help|me|can\s+you|could\s+you"
    r"|how\s+(?:to|do\s+(?:i|you|we)|can\s+(?:i|you|we))|i\s+(?:need|want|have)(?:\s+to)?|take|get"
    r"|bestimmen?(?:\s+Sie)?|berechnen?(?:\s+Sie)?|bilden?(?:\s+Sie)?|calcul(?:e|er|ez|a|ar)|trouve[rz]?|d[ée]terminer?|hallar?|ermitt(?:le|eln)(?:\s+Sie)?|encuentra"
    r"|encontrar?|calcola|trova|bereken|найти|найдите|вычислите?)\s+)*"
)
_BY: Final = (
    rf"(?:\s+(?:with\s+respect\s+to|wrt|w\.r\.t\.?|by)\s+(?P<by>{_NAME}))?(?:\s+(?:please|pls|thanks|thx))?\s*[?.!]?\s*"
)
_FLAGS: Final = re.IGNORECASE | re.DOTALL

_OF: Final = re.compile(
    rf"\s*{_ASKING}(?:(?:the|die|la|a|de|o|il)\s+)?(?:first\s+|partial\s+|erste\s+)?"
    r"(?:(?:derivative|gradient|slope|rate\s+of\s+change)\s+of|derivative|differentiate|derive|diff|differenziere?n?"
    r"|leiten?(?:\s+Sie)?\s+ab|ableitung(?:\s+von|(?=\s+der\s))|d[ée]river?|deriv(?:a|ar|are|ace)?|d[ée]riv[ée]e\s+de"
    r"|derivada\s+d[aeo]|derivata\s+di|afgeleide\s+van|turunan(?:\s+dari)?|pochodn[aą]|đạo\s+hàm(?:\s+của)?"
    r"|производн(?:ая|ую)(?:\s+от)?|求导|求導|微分)"
    r"(?:\s+(?:(?:the|die|der|la|a|de|o|il)\s+)?(?:tangent(?:\s+line)?\s+(?:to|of)(?:\s+the\s+(?:curve|graph))?|curve"
    r"|graph(?:\s+of)?|fun[ckçz]\w{2,12}|функци[ию])(?=\s))?"
    rf"(?:\s*:\s*|\s+|(?<=[导導分]))(?![-+*/^=])(?P<inner>.+?){_BY}\Z",
    _FLAGS,
)
_QUOTED: Final = re.compile(r"\s*(?:(?:expression|quote|bquote)\s*\((.*)\)|~\s*(.+))\s*\Z", re.DOTALL)
"""A formula that R keeps as it is."""
_FIRST_BY: Final = re.compile(
    rf"\s*{_ASKING}(?:differentiate|derive)\s+(?:with\s+respect\s+to|wrt|by)\s+(?P<by>{_NAME})\s*[:,]\s*(?P<of>.+)\Z",
    _FLAGS,
)
_IF: Final = re.compile(
    rf"\s*{_ASKING}(?:[d∂]{_NAME}/[d∂](?P<by>{_NAME})|{_NAME}'(?:\((?P<at>{_NAME}|-?[0-9.]+)\))?)"
    r"(?:\s+of\s+|(?:\s+(?:if|when|for|where|given|für|wenn|para|se|si|pour|per)\s+|\s*[:,]\s*)(?=.*=))"
    r"(?P<of>.+?)\s*[?.]?\s*\Z", _FLAGS
)  # fmt: skip
_LAST: Final = re.compile(
    rf"(?P<of>.+?)(?:\s*[;\n,.]\s*|\s+(?=find|compute|what))(?:(?:find|compute|what\s+is)\s+)?"
    rf"(?:[d∂]{_NAME}/[d∂](?P<by>{_NAME}|[a-z]{{3,}})|{_NAME}'(?:\((?P<at>{_NAME}|-?[0-9.]+)\))?)\s*=?\s*[?.]?\s*\Z",
    _FLAGS,
)
_OPERATOR: Final = re.compile(
    rf"\s*(?i:{_ASKING})(?:\(\s*[d∂]\s*/\s*[d∂]\s*({_NAME})\s*\)|[d∂]\s*/\s*[d∂]\s*({_NAME}|[a-z]{{3,}})"
    rf"|[D∂∇]\s*_\{{?({_NAME})\}}?|D({_NAME})(?=\s*[\[(]))(?![A-Za-z0-9])\s*(?:of\s+|:\s*)?"
)
_OF_GROUP: Final = re.compile(rf"\s*[d∂]\s*\((?P<of>.*)\)\s*/\s*[d∂]\s*(?P<by>{_NAME})\s*\Z", re.DOTALL)
_FRACTION: Final = re.compile(rf"(?<![A-Za-z0-9_])[d∂][A-Za-z]?\s*/\s*[d∂]{_NAME}(?![A-Za-z0-9_])")
_APPLIED: Final = rf"\(\s*(?:(?P<value>{VALUE})|{_NAME})\s*\)"
"""`grad(f)(3.0)`: what a derivative is taken of has its point behind it."""
_SECOND: Final = re.compile(r"\s*(?:[d∂]\s*(?:\^\s*[2-9n]|[²³])|[A-Za-z]''|D\^)")
_SECOND_OF: Final = re.compile(rf"\s*{_ASKING}(?:the\s+)?second\s+derivative\s+of\s+(.+)", _FLAGS)
_TIMES: Final = r"(?:\s*(?:\^\s*\{?\s*[2-9]\s*\}?|[²³]|(?<=[A-Za-z])[2-9](?!\w)))"


@cache
def _higher() -> re.Pattern[str]:
    """`d^2/dx^2 x^3`, `f(x, y) = x^2*y; ∂²f/∂x∂y`."""
    return re.compile(
        rf"(.*?)(?i:{_ASKING})(?<!\w)[d∂]\s*(?:\^\s*\{{?\s*([2-9])\s*\}}?|([²³])|([2-9])(?=[A-Za-z]?\s*/))\s*({_NAME}|)(?:\({_NAME}\))?"
        rf"\s*/\s*((?:[d∂]\s*[^\W\d_](?:_[A-Za-z0-9])?{_TIMES}?\s*)+)(?:of\s+|:\s*)?(.*)\Z",
        re.DOTALL,
    )


_BY_EACH: Final = re.compile(rf"[d∂]\s*([^\W\d_](?:_[A-Za-z0-9])?)({_TIMES}?)")
_PARTIAL: Final = re.compile(
    r"(.+?)\s*[;\n,]\s*(?:(?:find|compute|what\s+is)\s+)?(([^\W\d_])_\{?([^\W\d_]{1,3})\}?)\s*[?.]?\s*\Z", _FLAGS
)
"""`f(x, y) = x*y; f_x`."""
_LIBRARY: Final = r"(?:(?:sp|sympy|jax|autograd|torch\.autograd)\.)?"
_CALL: Final = re.compile(
    rf"\s*{_LIBRARY}(?:[Dd]iff|[Dd]erivative|[Dd]eriv|D|[nN]Deriv|nderiv|grad|gradient)\s*([\[(])"
)
"""What `D(…)` takes is not to be differentiated, unless it says by what."""
_CLAIM: Final = re.compile(
    rf"\s*(?:{_NAME}'(?:\({_NAME}\))?|[d∂]{_NAME}\s*/\s*[d∂]{_NAME})\s*(?:=|≈|\\approx)\s*(?!=)(.+)\Z", re.DOTALL
)
_PRIMED: Final = re.compile(rf"\s*(σ|sigma|sigmoid|tanh|sin|cos|exp|ln)'\s*\(\s*({_NAME})\s*\)\s*\Z")
_KNOWN: Final = {"tanh": "1 - tanh({0})^2", "sin": "cos({0})", "cos": "-sin({0})", "exp": "exp({0})", "ln": "1/{0}"}
_SIGMOID: Final = "sigmoid({0})*(1 - sigmoid({0}))"
_GIVEN: Final = "put its definition before it: f(x) = x^2"
_NO_FUNCTION: Final = "this is a derivative, and its function is missing: gradx check takes both"


@cache
def _east() -> re.Pattern[str]:
    """`x^2 を微分せよ`, `x^2 를 미분하시오`, `求 x^2 的导数`."""
    return re.compile(
        rf"\s*(?:求|関数|함수|函数)*\s*(?P<inner>[\x20-\x7e\u0370-\u03ff\u2070-\u22ff½¼¾²³×÷√]+?)\s*[をの를을의的对對]?\s*"
        rf"(?:(?P<by>{_NAME})\s*(?:で|に関して|について|에\s*대해서?|에\s*대하여)\s*)?"
        r"(?:微分|미분|導関数|도함수|导数|導數|求导)(?:[^\x00-\x7f]|\s)*[.?]?\s*\Z"
    )


@cache
def _last_call() -> re.Pattern[str]:
    """`f = x^2*exp(-x); diff(f, x)`."""
    return re.compile(
        rf"(?P<of>.+?)\s*[;\n$]+\s*(?:{_NAME}\s*(?:=|:|<-)\s*)?(?:print\()?"
        rf"(?:{_LIBRARY}(?:diff|derivative|Deriv|deriv|D|grad)\s*[(\[]\s*(?P<f>{_NAME})(?:\({_NAME}\))?\s*(?:,\s*['\"]?(?P<by>{_NAME})['\"]?\s*)?[)\]]"
        rf"(?:\[0\]|{_APPLIED})?|(?P<g>{_NAME})\.diff\(\s*(?P<by_too>{_NAME})?\s*\))\)?\s*[;$]?\s*\Z",
        re.DOTALL,
    )


class AskedFor(NamedTuple):
    """The formula, the names by which its derivative is asked for, and the point at which."""

    formula: Mapped
    wrt: tuple[str, ...] = ()
    point: Point = Point()


def unwrapped(typed: Mapped) -> Mapped:
    """Without blanks around it, and without the full stop of a sentence."""
    typed = typed.stripped()
    while (typed.text[-1:] in ("?", ",") and typed.text[-2:-1] != "\\") or (
        typed.text[-1:] == "." and not typed.text[-2:-1].isdigit()
    ):
        typed = typed.cut(0, len(typed.text) - 1).stripped()
    is_open = typed.text.endswith("=") and re.search(r"[^\w\s=:].*=\Z", typed.text) is not None
    return typed.cut(0, len(typed.text) - 1).stripped() if is_open else typed


def asked_for(typed: Mapped, known: Set[str] = frozenset()) -> AskedFor:
    """What is to be differentiated, and by what. Raises `AskedError` for a derivative elsewhere, and for a claim."""
    text = typed.text
    partial = _partial(typed, known)
    if partial:
        return partial
    _check_function(typed)
    for pattern, holds in _forms():
        match = pattern.match(text)
        if match and holds(match):
            return _found(typed, match)
    operator = _OPERATOR.match(text)
    if operator and not _stands(operator[2], text[operator.end() :]):
        operator = None
    fraction = _FRACTION.search(text, operator.end() if operator else 0)
    if fraction:
        raise _missing_function(typed, fraction)
    if operator and operator.end() < len(text):
        return _operand(typed, operator)
    if operator and "/" in operator[0]:
        raise _missing_function(typed, operator)
    call = _CALL.match(text)
    if call:
        return _called(typed, call)
    return AskedFor(typed)


def _partial(typed: Mapped, known: Set[str]) -> AskedFor | None:
    """What `f_x` at the end differentiates. Raises `AskedError` for `f_xy`, and for `f_x` elsewhere."""
    last = _PARTIAL.match(typed.text)
    defined = re.search(_DEFINED.format(last[3]), last[1]) if last and last[2] not in known else None
    if last and defined:
        head, body = re.split(r"=|:|<-", defined[0].removeprefix(":"), maxsplit=1)
        given = head if "(" in head else body
        if all(re.search(rf"(?<![A-Za-z_]){letter}(?![A-Za-z_])", given) for letter in last[4]):
            if len(last[4]) == 1:
                return AskedFor(typed.group(last, 1), _names(last[4]))
            raise _with_order(last[1], typed.at(last, 2), f" --by {','.join(last[4])}")
    for head in _HEADS.finditer(typed.text):
        letters = "".join(_LETTERS.findall(head[2])) or "-"
        used = re.compile(rf"(?<!\w){head[1]}_([{letters}]+)(?!\w)")
        given = known | set(_NAMED.findall(typed.text))
        found = next((m for m in used.finditer(typed.text) if m[0] not in given), None)
        if found:
            hint = f"ask for it alone, behind the definition: {head[0].strip(' ;=')} = …; {found[0]}"
            raise refused("a derivative is not part of an expression", typed.at(found), hint)
    return None


_HEADS: Final = re.compile(r"(?:\A|[;\n])\s*([^\W\d_])\s*\(([^()=]*)\)\s*=(?!=)")
_NAMED: Final = re.compile(r"(?:\A|[;\n])\s*(\w+)\s*=(?!=)")
_LETTERS: Final = re.compile(r"(?<!\w)[^\W\d_](?!\w)")


def _stands(word: str | None, text: str) -> bool:
    """Whether a word of letters stands in a text: `d/dtheta theta^2`, and not `d/dose`."""
    is_word = word is not None and re.fullmatch("[a-z]{3,}", word) is not None
    return not is_word or re.search(rf"(?<![A-Za-z_]){word}(?![A-Za-z_])", text) is not None


def _found(typed: Mapped, match: re.Match[str]) -> AskedFor:
    """What a match asks for: of what (`of`, `inner` where more is said), `by` what, `at` a name or a `value`."""
    found = match.groupdict()
    at = found.get("at") or ""
    value = found.get("value") or (at if at and not at[0].isalpha() else "")
    names = _names(found.get("by") or found.get("by_too") or ("" if value else at))
    if "inner" in found:
        inner = asked_for(typed.group(match, "inner"))
        return AskedFor(inner.formula, names or inner.wrt)
    place = typed.extent(*match.span("at" if at else "value")) if value else (0, 0)
    return AskedFor(typed.group(match, "of"), names, Point((value,), place, None) if value else Point())


@cache
def _forms() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...]:
    """The forms in which a derivative is asked for, and what has to hold of a match of each."""
    return (
        (_FIRST_BY, lambda m: True),
        (_OF, lambda m: True),
        (_east(), lambda m: not m.string.isascii()),
        (_last_call(), lambda m: re.search(_DEFINED.format(m["f"] or m["g"]), m["of"]) is not None),
        (_IF, lambda m: True),
        (_LAST, lambda m: "=" in m["of"] and _stands(m["by"], m["of"])),
        (_OF_GROUP, lambda m: closing(m.string[m.start("of") - 1 :]) == m.end("of") - m.start("of") + 1),
    )


_DEFINED: Final = (
    rf"(?:\A|[;\n$])\s*(?:def\s+)?{{0}}\s*(?:\({_NAME}(?:\s*,\s*{_NAME})*\))?\s*(?:=|:=|:|<-)"
    r"[^;\n$]*(?:\n\s+return\b[^;\n$]+|[^;\n$])\Z"
)
"""That the last statement is the one of a name."""


def _check_function(typed: Mapped) -> None:
    """Refuse what asks for a second derivative, the derivative of a known function, and a claim."""
    text = typed.text
    second = _SECOND_OF.match(text)
    if second:
        raise _with_order(second[1], typed.extent(0, second.start(1)), " --order 2")
    _check_higher(typed)
    if _SECOND.match(text):
        hint = 'write the function alone, as in gradx diff "x^3" --order 2'
        raise refused("second derivatives are not read here", typed.extent(0, 1), hint)
    if text.endswith("'") and closing(text) == len(text) - 2 > 1:
        raise AskedError(
            "a derivative is not part of an expression", typed.extent(), (text[1:-2],), command="gradx diff"
        )
    primed = _PRIMED.match(text)
    if primed:
        meaning = _KNOWN.get(primed[1], _SIGMOID).format(primed[2])
        raise AskedError("a derivative is not part of an expression", typed.extent(), (meaning,))
    claim = _CLAIM.match(text)
    if claim:
        raise AskedError(_NO_FUNCTION, typed.extent(0, claim.start(1)), (claim[1],), command="gradx eval")


def _check_higher(typed: Mapped) -> None:
    """Ask for the order of `d^2/dx^2 x^3` beside the function, and refuse it where it has none."""
    higher = _higher().match(typed.text) if re.search(r"[d∂][^/]*/\s*[d∂]", typed.text) else None
    if higher is None:
        return
    place = typed.extent(higher.end(1), higher.start(7))
    names = [name for name, times in _BY_EACH.findall(higher[6]) for _ in range(_times(times))]
    if len(names) != _times(higher[2] or higher[3] or higher[4]):
        return
    before = higher[1].strip().rstrip(";,. \n")
    body = _bare(higher[7].strip()) if not higher[5] else ""
    if not before and body:
        rest = f" --order {len(names)}" if len({*names, *_LETTERS.findall(body)}) == 1 else _by(names)
        raise _with_order(body, place, rest)
    if higher[5] and before and not higher[7].strip():
        raise _with_order(before, place, _by(names))
    if not before:
        raise refused(
            "second derivatives are not read here"
            if len(names) == 2
            else "this is a derivative, and its function is missing",
            place,
            'write the function alone, as in gradx diff "x^3" --order 2',
        )


def _by(names: Sequence[str]) -> str:
    """The options of gradx diff that ask for a derivative by these names, one after the other."""
    one = f" --wrt {names[0]} --order {len(names)}"
    return one if len(set(names)) == 1 else f" --by {','.join(map(normal_name, names))}"


def _times(written: str) -> int:
    """How often: 2 for `^2` and `²`, 1 for nothing."""
    digits = re.sub(r"[^0-9]", "", written.translate(str.maketrans("²³", "23")))
    return int(digits or 1)


def _with_order(formula: str, place: Place, words: str) -> AskedError:
    message = "of what order a derivative is stands beside the function"
    return AskedError(message, place, (formula,), command="gradx diff", rest=words)


def _missing_function(typed: Mapped, derivative: re.Match[str]) -> AskedError:
    hint = "say what is differentiated: d/dx (x^2)"
    return refused("a derivative is not part of an expression", typed.at(derivative), hint)


def _names(*found: str | None) -> tuple[str, ...]:
    return tuple(normal_name(name) for name in found if name)


def _operand(typed: Mapped, operator: re.Match[str]) -> AskedFor:
    """What stands behind `d/dx`."""
    names = _names(*operator.groups())
    body = typed.cut(operator.end()).stripped()
    trailing = body.text.rstrip()
    if trailing.endswith("="):
        body = body.cut(0, len(trailing) - 1).stripped()
    equals = re.search(r"(?<![<>=!])=(?!=)", body.text)
    if equals:
        function, formula = body.text[: equals.start()].strip(), body.text[equals.end() :].strip()
        if names[0] != function and re.fullmatch(rf"{_NAME}(?:\({_NAME}\))?", function):
            raise AskedError(_NO_FUNCTION, typed.extent(), (formula,))
        message = "this is a claim about a derivative"
        claimed = f' "d{names[0]}={formula}"'
        raise AskedError(message, typed.extent(), (_bare(function),), command="gradx check", rest=claimed)
    close = closing(body.text)
    if close == len(body.text) - 1:
        return AskedFor(body.cut(1, close).stripped(), names)
    if close > 0 and body.text[close + 1 :].lstrip().startswith(("+", "-", "−")):
        message = "it is not clear how far the derivative goes"
        raise AskedError(message, typed.extent(0, operator.end()), (_bare(body.text[: close + 1]), body.text))
    return AskedFor(body, names)


def _bare(text: str) -> str:
    return text[1:-1] if closing(text) == len(text) - 1 else text


def _called(typed: Mapped, call: re.Match[str]) -> AskedFor:
    """`diff(x^2, x)`."""
    rest = typed.cut(call.start(1), len(typed.text.rstrip("; \n$")))
    close = closing(rest.text)
    if close < 0:
        return AskedFor(typed)
    body, behind = rest.cut(1, close), rest.text[close + 1 :]
    applied = re.fullmatch(_APPLIED, behind)
    if (applied or "." in call[0]) and re.fullmatch(r"\s*\w+\s*", body.text):
        raise refused("the function of this derivative is not given", body.extent(), _GIVEN)
    if applied:
        return AskedFor(body.stripped(), (), Point((applied[1],), typed.extent(), None) if applied[1] else Point())
    commas = at_top(body.text, ",")
    if behind or (not commas and call[0].strip().startswith("D(")):
        return AskedFor(typed)
    formula = body.cut(0, commas[0] if commas else None).stripped()
    if not commas:
        return AskedFor(formula)
    by = body.text[commas[0] + 1 :].strip().strip("'\"")
    quoted = _QUOTED.fullmatch(formula.text)
    formula = formula.group(quoted, 1 if quoted[1] else 2) if quoted else formula
    name, comma, value = (part.strip() for part in by.partition(","))
    if comma and "nderiv" in call[0].lower() and re.fullmatch(_NAME, name) and re.fullmatch("-?[0-9.]+", value):
        return AskedFor(formula, _names(name), Point((value,), typed.extent(), (normal_name(name),)))
    order = _ORDER.fullmatch(by)
    if order and order[2] != "1":
        raise _with_order(formula.text, typed.extent(), f" --wrt {order[1]} --order {order[2]}")
    if order:
        return AskedFor(formula, _names(order[1]))
    if not re.fullmatch(_NAME, by):
        raise refused("a derivative is read by one name, once", typed.extent(), "as in diff(x^2*y, x)")
    if re.fullmatch(_NAME, formula.text) and normal_name(formula.text) != normal_name(by):
        raise refused("the function of this derivative is not given", body.extent(0, len(formula.text)), _GIVEN)
    return AskedFor(formula, _names(by))


_ORDER: Final = re.compile(rf"\{{?\s*({_NAME})\s*,\s*([1-9])\s*\}}?")
"""`x, 2` and `{x, 2}`."""
