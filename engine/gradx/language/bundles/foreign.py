"""Vectors and matrices as LaTeX and code write them, in the spelling of the language: every place stays the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from gradx.language.latex import GREEK_WORDS

SIGNS: Final = {
    "top": "⊤", "intercal": "⊤", "cdot": "·", "odot": "⊙", "circ": "⊙", "times": "×", "lVert": "‖",
    "rVert": "‖", "Vert": "‖", "|": "‖", "langle": "dot(", "rangle": ")", "tr": "trace",
    "left": "", "right": "", "mathbf": "", "boldsymbol": "", "bm": "", "quad": "", "ldots": "..", "dots": "..",
}  # fmt: skip
FUNCTIONS: Final = {"maximum": "max", "minimum": "min", "matmul": "dot", "inner": "dot", "vdot": "dot", "amax": "max",
                    "amin": "min", "absolute": "abs", "reduce_sum": "sum", "reduce_mean": "mean",
                    "fsum": "sum"}  # fmt: skip
"""Functions of NumPy and PyTorch that have another name here."""

MODULES: Final = (
    r"(?:np|numpy|jnp|jax|torch|tf|F|nn|math|scipy|sp)\."
    r"(?:linalg\.|functional\.|nn\.functional\.|nn\.|numpy\.|special\.)?"
)


_ARRAY: Final = rf"(?<![\w.]){MODULES}(?:array|[tT]ensor)\((\[[^()]*\])(?:,[^()]*)?\)"
_FUNCTION: Final = rf"(?<![\w.]){MODULES}([A-Za-z_]\w*)(?=\()"
_SETTING: Final = re.compile(r"\\(?:[A-Za-z]{2}|[|,;!{])|[_^]\{")
"""What shows that a backslash before a blank is LaTeX's, and no division from the left."""
_SIZED: Final = r"\\(?:left|right|[bB]igg?[lr]?) *([][().])"
"""A bracket as large as what it holds: no list."""
_AROUND: Final = (
    (r"(?m:^[ \t]*(?:import|from)\b[^;\n]*)|(?:[;\n]\s*(?:\w+\.backward\(\)|print\([^\n;]*\)|\w+\.grad))+[;\s]*\Z", ""),
)
_CALLS: Final = (
    (r"([A-Za-z_]\w*)\.(?=\()", r"\1"),
    (r"(?<![\w)\]'])@\.(?= )", ""),
    (r"(?<![\w.])outer\(([^(),]*),([^(),]*)\)", r"((\1)@(\2)')"),
    (r"(?<![\w.])power\(([^(),]*),([^(),]*)\)", r"((\1)^(\2))"),
    (r"(?<![\w.])transpose\(([^(),]*)\)", r"(\1)'"),
)
_OPTIONS: Final = (
    (r"(?<=,)[ ]*(?:ord|p)[ ]*=[ ]*(?=[12][ ]*\))", ""),
    (r",[ ]*keepdims?[ ]*=[ ]*True|,[ ]*(?:ord[ ]*=[ ]*|p[ ]*=[ ]*)?(?:'fro'|\"fro\")", ""),
)


def rewritten(text: str) -> str:
    """The text in the language's spelling, as long as it was."""
    if not any(mark in text for mark in ("\\", ".", "{", "^", "keepdim", "fro", "outer(")):
        return text
    blank = " " if _SETTING.search(text) else ""
    text = re.sub(_ARRAY, lambda m: m[1].ljust(len(m[0])), _replaced(text, _AROUND))
    text = text.replace("\\\\", " ;") if "{" not in text else text
    text = re.sub(_SIZED, lambda m: {"[": "(", "]": ")", ".": ""}.get(m[1], m[1]).ljust(len(m[0])), text)
    text = _ungrouped(text) if "{" in text or "\\" in text else text
    text = re.sub(rf"(\^[0-9]){_BELOW}", r"\2\1", text)
    text = re.sub(_FUNCTION, lambda m: FUNCTIONS.get(m[1], m[1]).rjust(len(m[0])), text)
    text = _replaced(re.sub(rf"\\([A-Za-z]+|[|,;!{blank}])", _latex, text), _CALLS)
    text = _squares(text) if "square(" in text else text
    return _methods(_replaced(text, _OPTIONS))


MOST_NESTED: Final = 20
"""Groups within groups that are read."""

_BELOW: Final = r"( *_ *(?:\{[^{}]*\}|\w))"
_GROUPS: Final = (
    (r"\\[dtc]?frac *([0-9A-Za-z]) *([0-9A-Za-z])(?!\w)", r"(\1/\2)"),
    (r"\\[dtc]?frac *\{([^{}]*)\} *\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\[dtc]?frac *([0-9A-Za-z]) *\{([^{}]*)\}", r"(\1/(\2))"),
    (r"\\[dtc]?frac *\{([^{}]*)\} *([0-9A-Za-z])", r"((\1)/\2)"),
    (r"\\(?:mathrm|operatorname|text) *\{ *tr *\}", r"trace"),
    (r"\\(?:mathbb|mathds|mathbf) *\{ *[1I] *\} *_? *[{([] *([^][{}()]*[<>≤≥=][^][{}()]*)[])}]", r"where(\1,1,0)"),
    (
        r"\\(?:mathbf|mathrm|mathsf|mathit|boldsymbol|bm|vec|overrightarrow|underline|operatorname|text|textbf)"
        r" *\{([^{}]*)\}",
        r"\1",
    ),
    (r"\\(?:wide)?(hat|bar|tilde) *(?:\{ *(\\?[A-Za-z]+) *\}|(\\[A-Za-z]+)|(?<= )([A-Za-z]))", r"\2\3\4_\1"),
    (r"\\(?:wide)?(hat|bar|tilde) *\{ *(\\?[A-Za-z]+)_([A-Za-z0-9]) *\}", r"\2_\1_\3"),
    (r"\\overline *\{ *(\\?[A-Za-z]+) *\}", r"\1_bar"),
    (rf"(\^ *(?:\{{[^][{{}}]*\}}|\w)){_BELOW}", r"\2\1"),
    (rf"\^ *\{{ *\[ *([0-9]+) *\] *\}}{_BELOW}", r"\1\2"),
    (rf"{_BELOW} *\^ *\{{ *\[ *([0-9]+) *\] *\}}", r"\2\1"),
    (r"\\sqrt *\{([^{}]*)\}", r"sqrt(\1)"),
    (r"\^ *\{ *(?:T|⊤|\\top|\\intercal|\\mathsf *T) *\}", r"^T"),
    (r"\^ *\{ *(\([^(){}]*\)|\[[^][{}]*\]) *\}", r"^\1"),
    (r"((?:[Σ∑Π∏]|\\sum|\\prod) *_) *\{([^{}]*)\}", r"\1(\2)"),
    (r"(?<=[‖|])(_) *\{ *([12F]) *\}", r"\1\2"),
    (r"(?<=\w)_\{ *([^\W\d_]{1,2}|[0-9]+) *\}", r"_\1"),
    (r"(?<=\w)_\{([^{}]*)\}", r"[\1]"),
    (r"(\^ *|(?:^|[-+*/(=;,{]) *)\{([^{}]*)\}", r"\1(\2)"),
)
"""Groups that hold no other, from LaTeX: each as what it means, which is no longer than it was."""


def _ungrouped(text: str) -> str:
    """`\\frac{\\mathbf{w}}{2}` as ((w)/(2)), from the innermost braces out."""
    for _ in range(MOST_NESTED):
        before, text = text, _replaced(text, _GROUPS)
        if before == text:
            break
    return text


def _replaced(text: str, rules: Sequence[tuple[str, str]]) -> str:
    """The text after one rule and another: a pattern, and what is written for its matches, as long as they are."""
    for pattern, template in rules:
        text = re.sub(pattern, partial(_as_long, template), text)
    return text


def _as_long(template: str, match: re.Match[str]) -> str:
    """What a group means, as long as it was: an index stays beside what is before it, all else what is behind it."""
    found = match.expand(template)
    return found.ljust(len(match[0])) if match[0][0] in "_^" else found.rjust(len(match[0]))


_METHOD: Final = re.compile(
    r"(?<=[\w)\]])\.(?:(sum|mean|max|min|prod|norm|trace|exp|log|sqrt|abs|sin|cos|tanh|relu|sigmoid|transpose|t)\(\)|pow\(([^()]*)\)|(?:dot|matmul)\(([^()]*)\))"
)


def _methods(text: str) -> str:
    """`x.pow(2).sum()` as sum((x^(2))), `w.dot(x)` as dot(w,x)."""
    while method := _METHOD.search(text):
        start, depth = method.start(), 0
        while start and (depth or text[start - 1].isalnum() or text[start - 1] in "_)]"):
            start -= 1
            depth += (text[start] in ")]") - (text[start] in "([")
        operand = text[start : method.start()]
        call = f"{method[1]}({operand})" if method[1] else f"({operand}^({method[2]}))"
        call = f"dot({operand},{method[3]})" if method[3] else call
        call = f"{operand}'" if method[1] in ("t", "transpose") else call
        text = text[:start] + call.rjust(method.end() - start) + text[method.end() :]
    return text


def _squares(text: str) -> str:
    """`square(y - x)` as ((y - x)^2)."""
    for found in reversed([*re.finditer(r"(?<![\w.])square(?=\()", text)]):
        end, depth = found.end(), 0
        while end < len(text) and (depth or end == found.end()):
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        call = f"({text[found.end() : end]}^2)"
        text = text[: found.start()] + call.rjust(end - found.start()) + text[end:]
    return text


def _latex(match: re.Match[str]) -> str:
    word = match[1]
    if word in ("sum", "prod") or (len(word) == 1 and word.isalpha()):
        return match[0]
    known = GREEK_WORDS.get(word, SIGNS.get(word))
    if known is None:
        return " " * len(match[0]) if not word.isalpha() else " " + word
    return known.rjust(len(match[0])) if known in ("‖", "dot(") or word in GREEK_WORDS else known.ljust(len(match[0]))
