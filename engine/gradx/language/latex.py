"""Nodes -> LaTeX, as a textbook sets it: `\\frac`, powers above the line, `2x`, `\\sin x`."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Final

from gradx.graph import Graph
from gradx.language.writing import Notation, written
from gradx.primitive import ATOM, POWER, PRODUCT, SIGN

_LATIN_CAPITALS: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))


def latex_name(name: str) -> str:
    """A name in mathematics: `w_{1}`, `\\lambda` (for `lambda` too), `\\hat{y}` for `y_hat`, `\\mathrm{rate}`."""
    symbol = re.fullmatch(_SYMBOL, name)
    if symbol is None:
        return _word(name)
    letter, digits, behind = symbol[1], symbol[2], symbol[3] or ""
    if behind in _ACCENTS and not digits:
        return rf"\{behind}{{{_letters(letter)}}}"
    indices = [_letters(i) if i.isdigit() or len(i) == 1 else _word(i) for i in (digits, behind) if i]
    return _letters(letter) + (f"_{{{','.join(indices)}}}" if indices else "")


def _word(name: str) -> str:
    base = name.rstrip("0123456789")
    digits = name[len(base) :]
    if digits and len(base) > 1:
        base = base.removesuffix("_")
    letters = _letters(base)
    if len(base) > 1 and base not in GREEK_WORDS:
        letters = rf"\mathrm{{{letters}}}" if base.isascii() else f"{{{letters}}}"
    return f"{letters}_{{{digits}}}" if digits else letters


def _letters(text: str) -> str:
    return f"\\{text} " if text in GREEK_WORDS else "".join(map(_letter, text))


def latex(graph: Graph, i: int) -> str:
    """Node i as an operation on its inputs' names. The name alone for an input."""
    return as_in_textbooks(written(graph, i, lambda j: not graph.nodes[j].constant, _LATEX))


def latex_written_out(graph: Graph, i: int) -> str:
    """Node i in terms of inputs alone. A node that is used twice is written twice: for small graphs."""
    return as_in_textbooks(written(graph, i, lambda j: False, _LATEX))


def as_in_textbooks(text: str) -> str:
    """The same without what only a computer needs: `2x` for `2 \\cdot x`, `\\ln x`, `x^{2}` for `{x}^{2}`.

    A sign stays between two numbers and before a fraction (a mixed number), and parentheses where more follows that
    could be taken for a part of the argument.
    """
    for pattern, replacement in _TEXTBOOK:
        text = re.sub(pattern, replacement, text)
    return text


def latex_number(decimal: str) -> tuple[str, int]:
    """A decimal (or `0/0`) in mathematics, and how tight it binds: `1.5 \\cdot 10^{-7}` for `1.5e-7`."""
    above, over, below = decimal.partition("/")
    if over:
        return rf"\frac{{{above}}}{{{below}}}", POWER
    mantissa, mark, exponent = decimal.partition("e")
    negative = mantissa.startswith("-")
    if not mark:
        return mantissa, SIGN if negative else ATOM
    power = f"10^{{{exponent}}}"
    if mantissa.removeprefix("-") == "1":
        return mantissa.removesuffix("1") + power, SIGN if negative else POWER
    return rf"{mantissa} \cdot {power}", PRODUCT


def _letter(character: str) -> str:
    if character == "_":
        return r"\_"
    if character.isascii():
        return character
    if character in _LATIN_CAPITALS:
        return rf"\mathrm{{{_LATIN_CAPITALS[character]}}}"
    if character == "ς":
        return r"\varsigma "
    if character == "ο":
        return "o"
    word = _WORDS.get(character)
    return f"\\{word} " if word else rf"\text{{{character}}}"


GREEK_WORDS: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""LaTeX's words for the Greek letters that it has."""

_WORDS: Final = {letter: word for word, letter in GREEK_WORDS.items()}
_SINGLE = rf"(?:[A-Za-z]|\\(?:{'|'.join(GREEK_WORDS)}|pi) ?)(?:_\{{[0-9]+\}})?|[0-9]+(?:\.[0-9]+)?"
_PLAIN_CALLS = r"\\(?:arc)?(?:sin|cos|tan)|\\(?:sinh|cosh|tanh|coth|sec|csc|cot|ln|log_2|log_\{10\})"
_TEXTBOOK: Final = (
    (rf"\{{({_SINGLE})\}}\^", r"\1^"),
    (rf"({_PLAIN_CALLS})\\left\(({_SINGLE})\\right\)(?!\}}?\^| \\cdot| \\bmod)", r"\1 \2"),
    (r"(?<![\w.])(?<!\\bmod )([0-9]+(?:\.[0-9]+)?) \\cdot (?=[A-Za-z{]|\\(?!frac))", r"\1"),
)
"""What a number or a name alone needs no braces, parentheses or sign for; in this order."""

_ACCENTS: Final = frozenset({"hat", "bar", "tilde", "dot"})
_SYMBOL: Final = rf"([^\W\d_]|{'|'.join(GREEK_WORDS)})([0-9]*)(?:_(\w+))?"
"""A letter or the word for a Greek one, with digits, with something behind an underscore."""


def _label(label: str) -> str:
    return r"\pi " if label == "pi" else label


_LATEX: Final = Notation(attrgetter("latex"), latex_name, latex_number, _label, (r"\left(", r"\right)"))
