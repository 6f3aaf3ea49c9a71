"""Whose code a text is: Python's, a sheet's, Wolfram's, MATLAB's, or that of another language."""

from __future__ import annotations

import re
from typing import Final

from gradx.language.typed.literals import MARK, MATLAB, OTHER, PYTHON, SHEET, WOLFRAM

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
