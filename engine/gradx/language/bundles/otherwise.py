"""What code of another language says with the same signs: subscripts from 0, powers from the left, another sinc."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from gradx.errors import GradxError, Source, Span, UnclearError
from gradx.language.bundles.foreign import MODULES, rewritten
from gradx.language.bundles.values import Value
from gradx.language.suggestions import LEFT_DIVISION, left_division
from gradx.language.tokens import spelled

_SUMMED: Final = re.compile(r"(?:[Σ∑]|\\sum)[ ]*(?:\\left)?(\((?:[^()=]|\([^()=]*\))*\))[ ]*(²|\^[0-9]|\*\*[0-9])")
"""`Σ(y - x)²`: a sum of squares to most who write it, and a call like sum(y - x)^2."""
_PYTHON: Final = re.compile(rf"(?<![\w.]){MODULES}[A-Za-z]|\blambda\b|\bdef\b|\breturn\b|\bimport\b|\*\*|\bfor\b")
_SUBSCRIPT: Final = re.compile(r"(?<![\w.])([^\W\d]\w*)\[([ ]*(?:[0-9]+|:)[ ]*(?:,[ ]*(?:[0-9]+|:)[ ]*)?)\]")
_MODULE: Final = rf"(?<![\w.]){MODULES}"
_OPERAND: Final = r"[ ]*-?[ ]*(?:[\w]+(?:\.[0-9]+)?(?:\([^()]*\))?|\([^()]*\))[ ]*"
_FIELDS: Final = (
    (rf"(?<![\w.])[0-9.]+[jJ]\b(?=.*{_MODULE})|{_MODULE}.*(?<![\w.])[0-9.]+[jJ]\b",
     "complex numbers are not known here", "write what is to be differentiated, as in sum(x^2)"),
    (rf"{_MODULE}(?:(?:leaky_relu|softplus|elu|clamp|heaviside)\([^(),]*,[^(),]*\)|clamp\([^()]*=)",
     "this second argument is not read with vectors", "write out the formula, as in where(x > 0, x, 0.2*x)"),
    (r"\b[nN]?[iI]ntegrate\((?![^()=]*\)[ ]*=)", "integrals are not known here",
     "write what is to be differentiated"),
    (r"\b[lL]imit\((?![^()=]*\)[ ]*=)", "limits are not known here", "write what is to be differentiated"),
    (r"\b[nN]?[sS]olve\((?![^()=]*\)[ ]*=)", "equations are not solved here", "write what is to be differentiated"),
    (r"(?<=\))_(?=[A-Za-z0-9{])", "a subscript only stands directly behind a name", "name it first: u = A x; u[1]"),
    (rf"{_MODULE}sinc(?=\()", "sinc of NumPy and PyTorch is that of pi*x; here it is sin(x)/x", "write sinc(pi*x)"),
    (rf"\.\^{_OPERAND}\.?\^|\^{_OPERAND}\.\^", "MATLAB takes powers from the left, and here x^y^z is x^(y^z)",
     "write parentheses: (x.^y).^z"),
)  # fmt: skip
"""What is of another field, has an argument that changes it, or means something else here."""
_NAMED: Final = re.compile(r"(?<=\w)\[([^\[\]]*)\]")


def check_meaning(source: Source, values: Mapping[str, Value]) -> None:
    """Refuse what another language means otherwise. Raises `UnclearError` for `Σ(x)²` and Python's subscripts."""
    text = spelled(source)
    summed = _SUMMED.search(text)
    if summed:
        before, behind = text[: summed.start()], text[summed.end() :]
        squares = f"{summed[1]}{summed[2]}"
        meanings = (f"{before}sum({squares}){behind}", f"{before}sum{squares}{behind}")
        raise UnclearError("the power may stand inside the sum, or behind it", meanings, _span(source, summed))
    for pattern, said, hint in _FIELDS:
        found = re.search(pattern, text)
        if found:
            raise GradxError("syntax", said, hint=hint, span=_span(source, found))
    left = left_division(text, values)
    if left:
        span = Span(source, left.start(1), 1)
        raise GradxError("syntax", LEFT_DIVISION, hint="what a system leaves is read: sum((A x - b)^2)", span=span)
    call = _bracketed(text, values)
    if call:
        message = f"`{call[1]}[…]` is no entry: `{call[1]}` has no value, and a function is called with ( )"
        raise GradxError("syntax", message, hint=f"write {_called(call[0], values)}", span=_span(source, call))
    named = next((m for m in _NAMED.finditer(text) if values.keys() & set(re.findall(r"[^\W\d]\w*", m[1]))), None)
    if named and _PYTHON.search(text):
        message = f"`{named[0]}` counts from 0 in Python, and from 1 here"
        raise GradxError("index", message, hint="count from 1, and leave np. out", span=_span(source, named))
    subscript = next((m for m in _SUBSCRIPT.finditer(text) if re.search("[0-9]", m[2])), None)
    if subscript and _PYTHON.search(text):
        raise _subscript(source, text, subscript, values)


_WOLFRAM: Final = {"Total": "sum", "Tr": "trace", "ConjugateTranspose": "transpose"}
_BRACKETED: Final = re.compile(r"(?<![\w.\\])([A-Za-z]\w*)\[([^][]*(?:\[[^][]*\][^][]*)*)\]")


def _bracketed(text: str, values: Mapping[str, Value]) -> re.Match[str] | None:
    """`Total[x^2]` of Wolfram's language: what has a vector or a matrix in its brackets, and is none itself."""
    bundles = {name for name, value in values.items() if len(value.numbers) > 1}
    for call in _BRACKETED.finditer(text):
        is_value = call[1] in values or re.search(rf"(?:^|[;\n])[ \t]*{call[1]}(?!\w)", text)
        if not is_value and bundles & set(re.findall(r"[^\W\d]\w*", call[2])):
            return call
    return None


def _called(text: str, values: Mapping[str, Value]) -> str:
    """`Total[Sin[x]]` as sum(sin(x)), and `A.B` as A B."""

    def call(match: re.Match[str]) -> str:
        word = _WOLFRAM.get(match[1]) or match[1].lower()
        return match[0] if match[1] in values else f"{word}({match[2]})"

    text = re.sub(r"(?<=[\w\])])[ ]*\.[ ]*(?=[A-Za-z(])", " ", text)
    while (again := re.sub(r"(?<!\w)([A-Za-z]\w*)\[([^][]*)\]", call, text)) != text:
        text = again
    return text


def _span(source: Source, match: re.Match[str]) -> Span:
    return Span(source, match.start(), len(match[0]))


def _subscript(source: Source, text: str, first: re.Match[str], values: Mapping[str, Value]) -> GradxError:
    message = f"`{first[0]}` counts from 0 in Python, and from 1 here"
    plain = " ".join(rewritten(text).replace("**", "^").split()) if "\n" not in text else ""
    one_more = partial(re.sub, "[0-9]+", lambda m: str(int(m[0]) + 1))
    shifted = _SUBSCRIPT.sub(lambda m: f"{m[1]}[{one_more(m[2])}]", plain)
    meanings = tuple(meaning for meaning in (shifted, plain) if meaning and _fits(meaning, values))
    if not meanings:
        return GradxError("index", message, hint="count from 1, and leave np. out", span=_span(source, first))
    return UnclearError(message, meanings, _span(source, first))


def _fits(text: str, values: Mapping[str, Value]) -> bool:
    """Whether every subscript is one of an entry that there is."""
    for match in _SUBSCRIPT.finditer(text):
        value = values.get(match[1])
        if value is None:
            continue
        at = [part.strip() for part in match[2].split(",")]
        sizes = value.shape if len(at) == 2 else (max(value.shape),)
        if len(at) == 1 and 1 not in value.shape:
            return False
        if any(part != ":" and not 1 <= int(part) <= size for part, size in zip(at, sizes, strict=True)):
            return False
    return True
