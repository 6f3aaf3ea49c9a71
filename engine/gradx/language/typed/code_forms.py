"""Whose code a text is, Python's, a sheet's, MATLAB's or another language's; and what that writes behind numbers."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import partial
from typing import Final

from gradx.language.typed.mapped import Mapped, Questions, refused

PYTHON, SHEET, WOLFRAM, MATLAB, OTHER = "python", "sheet", "wolfram", "matlab", "other"
"""Whose code a text is."""

_EXPONENT: Final = r"(?:[eE][-+]?[0-9]+)?"
_DIGITS: Final = r"(?<![\w.])([0-9]+\.?[0-9]*|\.[0-9]+)"
_POINTED: Final = r"(?<![\w.])([0-9]+\.[0-9]*|\.[0-9]+)"
_NUMBER, _FLOAT = (digits[:-1] + f"{_EXPONENT})" for digits in (_DIGITS, _POINTED))
_KIND: Final = r"(?:_(?:[fiu](?:8|16|32|64)|[dsqwr]p|[48])|[fiu](?:32|64))(?!\w)"
MARK: Final = rf"(?<![\w.])[0-9]+(?:\.0*{_EXPONENT}(?:[fF]|[dD][0-9]+)(?!\w)|(?:\.[0-9]*)?{_EXPONENT}{_KIND})"
"""What stands in no text but code."""

Rows = tuple[tuple[str, str], ...]
_KINDS: Final[Rows] = ((_NUMBER + _KIND, r"\1"), (rf"{_DIGITS}[dD]([0-9]+)(?!\w)", r"\1e\2"))
"""Those of Rust and Fortran."""
_FORTRAN: Final[Rows] = ((rf"{_POINTED}[dD]([-+][0-9]+)(?!\w)", r"\1e\2"),)
_SUFFIXES: Final[Rows] = (
    (rf"{_FLOAT}[fFlLdD](?!\w)", r"\1"),
    (rf"(?<![\w.])([0-9]+{_EXPONENT})(?:[fFlL]|[uU][lL]{{0,2}}|[lL]{{2}}[uU]?)(?!\w)", r"\1"),
)
"""Those of C, Java and R, which write no `**`, and no product without a sign."""
_ASKED: Final[Rows] = (
    (rf"{_FLOAT}[fF](?!\w|[ \t]*\()", r"\1"),
    (r"(?<![\w.])([0-9]+[eE][-+]?[0-9]+)[fF](?!\w|[ \t]*\()", r"\1"),
    (rf"{_DIGITS}[dD](0)(?!\w)", r"\1e\2"),
)
"""What may be one of theirs in a text that is not code."""
_IMAGINARY: Final = re.compile(rf"{_NUMBER}([ijJ])(?!\w|[ \t]*\()")
_ALONE: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_INDEX: Final = "0123456789"


def plain_numbers(typed: Mapped, form: str, questions: Questions, known: Set[str]) -> Mapped:
    """Numbers without their kinds, but for letters that are names: those with a value, and those that stand alone.

    In what is not code they are asked for, and so is Fortran's exponent where it may be a difference. `form` is whose
    code the text is, "" for none's. Raises `AskedError` for a complex number in code.
    """
    names = known | set(_ALONE.findall(typed.text))
    families = {name.rstrip(_INDEX) for name in names}
    _check_imaginary(typed, form, questions, known)
    hexadecimal = re.search(r"(?<![\w.])0[xX][0-9A-Fa-f]+(?!\w)", typed.text)
    if hexadecimal:
        hint = f"write {int(hexadecimal[0], 16)}; a product is written 0*x"
        raise refused("numbers are decimal here, not hexadecimal", typed.at(hexadecimal), hint)
    if form in (WOLFRAM, MATLAB):
        return typed

    def without(match: re.Match[str], template: str, asks: bool) -> str | None:
        kind = _ALONE.search(match[0][len(match[1]) :])
        name = kind[0] if kind else ""
        if name in names or (asks and name.rstrip(_INDEX) in families):
            return None
        if asks:
            other = "and of Java, in a difference" if form else "or a product"
            message = f"`{match[0]}` may be a number of {'C' if name in 'fF' else 'Fortran'}, {other}"
            if questions.ask(message, typed.at(match)):
                questions.whole |= {} if form else {name: None}
                return None
        return template

    is_fortran = form != "" and "**" in typed.text
    asked = () if is_fortran else _FORTRAN if form else (*_FORTRAN, *_ASKED)
    silent = (*_KINDS, *(_FORTRAN if is_fortran else _SUFFIXES)) if form else ()
    for rows, asks in ((asked, True), (silent, False)):
        for pattern, template in rows:
            typed = typed.sub(re.compile(pattern), partial(without, template=template, asks=asks))
    return typed


def _check_imaginary(typed: Mapped, form: str, questions: Questions, known: Set[str]) -> None:
    """`4i`: a complex number, or a product with a name."""
    for match in _IMAGINARY.finditer(typed.text):
        if match[2] in known:
            continue
        if form in (PYTHON, MATLAB):
            hint = "write what is to be differentiated, as in x^2*sin(x)"
            raise refused("complex numbers are not known here", typed.at(match), hint)
        message = f"`{match[0]}` may be a complex number, which is not known here, or a product"
        questions.ask(message, typed.at(match), 1)


MODULES: Final = (
    r"(?:np|numpy|jnp|jax|math|cmath|torch|nn|functional|F|tf|keras|activations|Mathf"
    r"|sp|sympy|scipy|special|stats|Math|std|mpmath|mp)"
)
_METHODS: Final = (
    "pow|powi|powf|exp|log|ln|sin|cos|sigmoid|tanh|relu|sqrt|square|abs|sum|mean|T|dot|item|float|clamp|backward"
)
_FORMS: Final = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"\A\s*=(?!=)(?:\s*[-+(]*[A-Za-z]|(?=.*[A-Z]\$?[0-9]))", SHEET),
        (r"\b(?:Sin|Cos|Tan|Exp|Log|Sqrt|Abs|Max|Min|ArcTan|Tanh|Power|Piecewise|If|D)\[|\w_\]\s*:?=", WOLFRAM),
        (r"\b(?:[A-Z][a-z]+)+\[(?!\s*[0-9]+\s*\])", WOLFRAM),
        (rf"\b{MODULES}(?:\.|::)[A-Za-z]", PYTHON),
        (r"\blambda\b[\w, ]*:|\bdef\s+\w+\s*\(|\breturn\b|\bprint\s*\(|\bimport\b|\bfor\b.*\bin\b|\*\*", PYTHON),
        (rf"[\w)]\.(?:{_METHODS})\b", PYTHON),
        (r"\S\s+if\s+.+\s+else\s+\S", PYTHON),
        (r"\.[*/^]|\s\.[-+]\s|\w\.\(|\.'|@\([\w, ]*\)|\w'\s*\*|\bones\(|\bend\b", MATLAB),
        (r"\?.+:|=>|\|>|\\\(\w|^\s*\w+\s*<-\s|\bfunction\b[^(=]*\(|%pi|%e\b|%%|:=|[\w)]\s*//|\s@\s|\$\s*\Z", OTHER),
        (r"\b(?:const|let|var|val|double|float|int|auto)\s+\w+\s*(?::\s*\w+\s*)?(?:=|\()", OTHER),
        (r"\b(?:fn|func|fun)\s+\w+\s*\(|(?:=|\A)\s*@\.\s|\bsyms\s+\w|\((?:double|float)\)\s*[\w(]", OTHER),
        (MARK, OTHER),
        (r"\blog\s*\([^()]*,\s*base\s*=|\bM_(?:PI|E|LN|LOG|SQRT|[12]_)", OTHER),
        (
            r"\b(?:powf?|fmaxf?|fminf?|fabsf?|atan2f|(?:exp|log|sin|cos|tan|tanh|sqrt)f|Piecewise|Max|Min|Abs|Heaviside|ifelse|fmod|diff)\s*\(",
            OTHER,
        ),
    )
)  # fmt: skip


def form(text: str) -> str:
    """Whose code a text is; "" where it is none."""
    return next((form for pattern, form in _FORMS if pattern.search(text)), "")
