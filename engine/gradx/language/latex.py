"""Nodes -> LaTeX, as a course writes it: `\\frac`, `\\cdot`, powers above the line. Explicit stacks, linear time."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from gradx.graph import Graph, Node

_LOOSE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)

_RELATIONS: Final = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}

_LATIN_CAPITALS: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))

_Piece = str | tuple[int, int]


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
    return _written(graph, i, lambda j: not graph.nodes[j].constant)


def latex_written_out(graph: Graph, i: int) -> str:
    """Node i in terms of inputs alone. A node that is used twice is written twice: for small graphs."""
    return _written(graph, i, lambda j: False)


def _written(graph: Graph, i: int, by_name: Callable[[int], bool]) -> str:
    nodes, names = graph.nodes, graph.names
    parts: list[str] = []
    stack: list[_Piece] = [(i, _LOOSE)]
    first = True
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        j, needed = item
        node = nodes[j]
        if node.primitive is None or (not first and by_name(j)):
            parts.append(_atom(node, names[j], needed))
        else:
            stack.extend(reversed(_pieces(node, needed)))
        first = False
    return "".join(parts)


def latex_number(x: float) -> str:
    """A literal: `1.5 \\cdot 10^{-7}`."""
    from gradx.language.printer import number

    mantissa, mark, exponent = number(x).partition("e")
    if not mark:
        return mantissa
    power = f"10^{{{exponent}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def _letter(character: str) -> str:
    if character == "_":
        return r"\_"
    if character.isascii():
        return character
    if character in _LATIN_CAPITALS:
        return rf"\mathrm{{{_LATIN_CAPITALS[character]}}}"
    name = unicodedata.name(character).removeprefix("GREEK ")
    size, _, letter = name.partition(" LETTER ")
    word = letter.split(" ")[-1].lower().replace("lamda", "lambda")
    if letter.startswith("FINAL SIGMA"):
        return r"\varsigma "
    if " " in letter or word not in _KNOWN:
        return rf"\text{{{character}}}"
    if word == "omicron":
        return "o"
    return f"\\{word.capitalize() if size == 'CAPITAL' else word} "


_KNOWN: Final = frozenset(
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    }
)  # fmt: skip


def _atom(node: Node, name: str, needed: int) -> str:
    if node.literal is None:
        return latex_name(name)
    if node.label:
        return r"\pi " if node.label == "pi" else node.label
    text = latex_number(node.literal)
    binds = _PRODUCT if r"\cdot" in text else _SIGN if text.startswith("-") else _ATOM
    return text if binds >= needed else rf"\left({text}\right)"


def _pieces(node: Node, needed: int) -> list[_Piece]:
    """An operation as texts and operands, each operand with how tight it must bind."""
    primitive, inputs = node.primitive, node.inputs
    assert primitive is not None
    name = primitive.name
    if name == "identity":
        return [(inputs[0], needed)]
    if name == "/":
        return [r"\frac{", (inputs[0], _LOOSE), "}{", (inputs[1], _LOOSE), "}"]
    if primitive.relation is not None:
        return _cases(_RELATIONS[primitive.relation], inputs)
    if name not in _SIGNS:
        return _call(primitive.latex, inputs)
    binds, left, sign, right = _SIGNS[name]
    if name == "^":
        pieces: list[_Piece] = ["{", (inputs[0], left), "}^{", (inputs[1], right), "}"]
    elif name == "neg":
        pieces = [sign, (inputs[0], right)]
    else:
        pieces = [(inputs[0], left), sign, (inputs[1], right)]
    return [r"\left(", *pieces, r"\right)"] if binds < needed else pieces


_SIGNS: Final = {
    "+": (_SUM, _SUM, " + ", _PRODUCT),
    "-": (_SUM, _SUM, " - ", _PRODUCT),
    "*": (_PRODUCT, _PRODUCT, r" \cdot ", _POWER),
    "%": (_PRODUCT, _PRODUCT, r" \bmod ", _POWER),
    "neg": (_SIGN, _LOOSE, "-", _POWER),
    "^": (_POWER, _ATOM, "^", _LOOSE),
}


def _call(template: str, inputs: tuple[int, ...]) -> list[_Piece]:
    """A row's own template around the arguments."""
    before, after = template.format("\0").split("\0")
    pieces: list[_Piece] = [before]
    for k, i in enumerate(inputs):
        if k:
            pieces.append(", ")
        pieces.append((i, _LOOSE))
    return [*pieces, after]


def _cases(relation: str, inputs: tuple[int, ...]) -> list[_Piece]:
    left, right, then, otherwise = ((i, _LOOSE) for i in inputs)
    condition: list[_Piece] = [left, f" {relation} ", right]
    return [
        r"\begin{cases} ", then, r" & \text{if } ", *condition, r" \\ ", otherwise, r" & \text{otherwise} \end{cases}",
    ]  # fmt: skip
