"""Vectors and matrices as LaTeX and code write them, in the spelling of the language: every place stays the same."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from gradx.language.latex import GREEK_WORDS

SIGNS: Final = {
    "top": "⊤", "intercal": "⊤", "cdot": "·", "odot": "⊙", "circ": "⊙", "times": "×", "lVert": "‖",
    "rVert": "‖", "Vert": "‖",
    "left": "", "right": "", "mathbf": "", "boldsymbol": "", "bm": "", "quad": "", "ldots": "..", "dots": "..",
}  # fmt: skip
FUNCTIONS: Final = {"maximum": "max", "minimum": "min", "matmul": "dot", "inner": "dot", "amax": "max", "amin": "min",
                    "reduce_sum": "sum", "reduce_mean": "mean", "fsum": "sum"}  # fmt: skip
"""Functions of NumPy and PyTorch that have another name here."""

MODULES: Final = r"(?:np|numpy|jnp|torch|tf|F|nn|math)\.(?:linalg\.|functional\.|nn\.functional\.|special\.)?"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"(?<![\w.]){MODULES}([A-Za-z_]\w*)(?=\()"),
        re.compile(r"\\([A-Za-z]+|[|,;! ])"),
        re.compile(r",[ ]*keepdims?[ ]*=[ ]*True|,[ ]*(?:ord[ ]*=[ ]*|p[ ]*=[ ]*)?(?:'fro'|\"fro\")"),
        re.compile(r"(?<=\^)\{[ ]*(T|⊤)[ ]*\}"),
        re.compile(r"(?<=\w)(?<![Σ∑Π∏])(?<!\\sum)(?<!\\prod)_\{[ ]*([^\W\d_]{1,2})[ ]*\}"),
        re.compile(
            r"^[ \t]*(?:import|from)\b[^;\n]*|(?:[;\n]\s*(?:\w+\.backward\(\)|print\([^\n;]*\)|\w+\.grad))+[;\s]*\Z",
            re.MULTILINE,
        ),
        re.compile(rf"(?<![\w.]){MODULES}(?:array|[tT]ensor)\((\[[^()]*\])(?:,[^()]*)?\)"),
    )


def rewritten(text: str) -> str:
    """The text in the language's spelling, as long as it was."""
    if "\\" not in text and "." not in text and "keepdim" not in text and "{" not in text and "fro" not in text:
        return text
    code, latex, kept, braced, indexed, around, array = _patterns()
    text = around.sub(lambda m: " " * len(m[0]), text)
    text = array.sub(lambda m: m[1].ljust(len(m[0])), text)
    text = _FRACTION.sub(lambda m: f"({m[1]})/({m[2]})".rjust(len(m[0])), text)
    text = indexed.sub(lambda m: f"_{m[1]}".ljust(len(m[0])), text)
    text = code.sub(lambda m: FUNCTIONS.get(m[1], m[1]).rjust(len(m[0])), text)
    text = latex.sub(_latex, text)
    text = _squares(text) if "square(" in text else text
    text = _methods(kept.sub(lambda m: " " * len(m[0]), text))
    return braced.sub(lambda m: m[1].ljust(len(m[0])), text)


_FRACTION: Final = re.compile(r"(?<![/^])\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_METHOD: Final = re.compile(r"(?<=[\w)\]])\.(?:(sum|mean|max|min|exp|log|sqrt|abs|sin|cos|tanh)\(\)|pow\(([^()]*)\))")


def _methods(text: str) -> str:
    """`x.pow(2).sum()` as sum((x^(2)))."""
    while method := _METHOD.search(text):
        start, depth = method.start(), 0
        while start and (depth or text[start - 1].isalnum() or text[start - 1] in "_)]"):
            start -= 1
            depth += (text[start] in ")]") - (text[start] in "([")
        operand = text[start : method.start()]
        call = f"{method[1]}({operand})" if method[1] else f"({operand}^({method[2]}))"
        text = text[:start] + call.rjust(method.end() - start) + text[method.end() :]
    return text


_SQUARE: Final = re.compile(r"(?<![\w.])square(?=\()")


def _squares(text: str) -> str:
    """`square(y - x)` as ((y - x)^2)."""
    for found in reversed([*_SQUARE.finditer(text)]):
        end, depth = found.end(), 0
        while end < len(text) and (depth or end == found.end()):
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        call = f"({text[found.end() : end]}^2)"
        text = text[: found.start()] + call.rjust(end - found.start()) + text[end:]
    return text


def _latex(match: re.Match[str]) -> str:
    word = match[1]
    if word in ("sum", "prod"):
        return match[0]
    if word == "|":
        return " ‖"
    known = GREEK_WORDS.get(word, SIGNS.get(word))
    if known is None:
        return " " * len(match[0]) if not word.isalpha() else " " + word
    return known.ljust(len(match[0]))
