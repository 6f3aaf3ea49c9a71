"""Nodes -> LaTeX, as a course writes it: `\\frac`, `\\cdot`, powers above the line."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from gradx.graph import Graph
from gradx.language.writing import Notation, written
from gradx.primitive import ATOM, PRODUCT, SIGN

_LATIN_CAPITALS: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))


def latex_name(name: str) -> str:
    """A name in mathematics: `w_{1}`, `\\lambda`, `\\mathrm{rate}`, `v_{12}`."""
    base = name.rstrip("0123456789")
    digits = name[len(base) :]
    if digits and len(base) > 1:
        base = base.removesuffix("_")
    letters = "".join(map(_letter, base))
    if len(base) > 1:
        letters = rf"\mathrm{{{letters}}}" if base.isascii() else f"{{{letters}}}"
    return f"{letters}_{{{digits}}}" if digits else letters


def latex(graph: Graph, i: int) -> str:
    """Node i as an operation on its inputs' names. The name alone for an input."""
    return written(graph, i, lambda j: not graph.nodes[j].constant, _LATEX)


def latex_written_out(graph: Graph, i: int) -> str:
    """Node i in terms of inputs alone. A node that is used twice is written twice: for small graphs."""
    return written(graph, i, lambda j: False, _LATEX)


def latex_number(decimal: str) -> tuple[str, int]:
    """A decimal (or `0/0`) in mathematics, and how tight it binds: `1.5 \\cdot 10^{-7}` for `1.5e-7`."""
    above, over, below = decimal.partition("/")
    if over:
        return rf"\frac{{{above}}}{{{below}}}", ATOM
    mantissa, mark, exponent = decimal.partition("e")
    binds = SIGN if mantissa.startswith("-") else ATOM
    if not mark:
        return mantissa, binds
    power = f"10^{{{exponent}}}"
    if mantissa.removeprefix("-") == "1":
        return mantissa.removesuffix("1") + power, binds
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


def _label(label: str) -> str:
    return r"\pi " if label == "pi" else label


_LATEX: Final = Notation(attrgetter("latex"), latex_name, latex_number, _label, (r"\left(", r"\right)"))
