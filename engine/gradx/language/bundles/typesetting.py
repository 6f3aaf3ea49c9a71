"""Formulas over vectors and matrices in LaTeX: the same text, sign by sign, in a textbook's letters."""

from __future__ import annotations

import re
from collections.abc import Collection

from gradx.language.latex import latex_name

_PIECES = re.compile(r"\^T\b|[^\W\d]\w*|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|\.\.|[<>!=]=|\S|[ ]+")

_SIGNS = {
    "^T": r"^{\top}", "⊙": r"\odot ", "·": r" \cdot ", "@": " ", "<=": r" \le ", ">=": r" \ge ", "!=": r" \ne ",
    "==": " = ", "..": r" \ldots ", "‖": r"\Vert ", "[": "_{", "]": "}", "%": r"\bmod ", "{": r"\{", "}": r"\}",
}  # fmt: skip
"""Brackets are subscripts: a formula holds no lists."""

_NUMBERS = {"sum", "mean", "prod", "norm", "dot", "trace", "logsumexp", "max", "min"}
"""Functions whose value may be a number."""


def formula_latex(text: str, output: str, bundles: Collection[str], numbers: Collection[str]) -> str:
    """The formula in math mode, given the names of bundles and of numbers; `dW` is the derivative of `output` by W.

    A `*` of two bundles is entry by entry, and has that sign.
    """
    pieces = _PIECES.findall(text)
    written: list[str] = []
    powers: list[int] = []
    depth = 0
    for k, piece in enumerate(pieces):
        behind = pieces[k + 1] if k + 1 < len(pieces) else ""
        depth += (piece == "(") - (piece == ")")
        if piece == "^":
            written.append("^{")
            powers.append(depth)
            continue
        if piece == "*":
            left, further = pieces[k - 1], pieces[k + 2] if k + 2 < len(pieces) else ""
            both = _may_be_bundle(left, "", bundles) and _may_be_bundle(behind, further, bundles)
            written.append(r" \odot " if both else r" \cdot ")
        else:
            written.append(_written(piece, behind, output, {*bundles, *numbers}))
        if powers and depth == powers[-1] and piece not in "-+" and behind != "(":
            written.append("}")
            powers.pop()
    return "".join(written)


def _may_be_bundle(piece: str, behind: str, bundles: Collection[str]) -> bool:
    """Whether the operand that a piece ends or begins is no number."""
    if behind == "(":
        return piece not in _NUMBERS
    return piece in "()" or (behind != "[" and (piece in bundles or (piece[0] == "d" and piece[1:] in bundles)))


def _written(piece: str, behind: str, output: str, names: Collection[str]) -> str:
    if piece in _SIGNS:
        return _SIGNS[piece]
    if not piece[0].isalpha():
        return piece
    if behind == "(":
        return rf"\operatorname{{{piece}}}"
    if piece[0] == "d" and piece[1:] in names:
        gradient = rf"\frac{{\partial {latex_name(output)}}}{{\partial {latex_name(piece[1:])}}}"
        return rf"\left({gradient}\right)" if behind in ("^", "^T") else gradient
    return latex_name(piece)
