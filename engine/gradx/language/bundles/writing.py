"""Trees as text that reads back as the same program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradx.language.bundles.rows import BESIDE
from gradx.language.bundles.tree import Tree
from gradx.language.writing import number
from gradx.primitive import ATOM, LOOSE, SIGN

Written = tuple[str, int]
"""A text, and how tight it binds."""


def texts(nodes: Sequence[Tree], first: int, last: int, given: Mapping[int, str] | None = None) -> dict[int, Written]:
    """The nodes from `first` to `last` as text, those that `given` names by their names."""
    found: dict[int, Written] = {}
    for k in range(first, last + 1):
        found[k] = _written(nodes[k], found, nodes)
        if given is not None and k in given:
            found[k] = given[k], ATOM
    return found


def _written(tree: Tree, found: Mapping[int, Written], nodes: Sequence[Tree]) -> Written:
    form, inputs = tree.form, [found[i] for i in tree.inputs]
    plain = [text for text, _ in inputs]
    if form == "number":
        text = tree.word or number(tree.number)
        return text, SIGN if text.startswith("-") else ATOM
    if form == "name":
        return tree.word, ATOM
    if form == "whole":
        return ":", ATOM
    if form == "range" and not plain:
        return tree.word, LOOSE
    if form in ("part", "range"):
        return (f"{tree.word}=" if tree.word else "") + "..".join(plain), LOOSE
    if form == "axis":
        return f"axis={plain[0]}", LOOSE
    if form == "call":
        return f"{tree.word}({', '.join(plain)})", ATOM
    if form in ("entry", "layer"):
        base, binds = inputs[0]
        between = "^[" if form == "layer" else "["
        subscripts = ",".join(map(subscript, plain[1:]))
        return f"{base if binds == ATOM else f'({base})'}{between}{subscripts}]", ATOM
    if form == "bracket":
        return _bracket(tree, plain), ATOM
    return _applied(tree, inputs, [nodes[i] for i in tree.inputs])


def subscript(text: str) -> str:
    """An index without blanks, `2i-1`."""
    return re.sub(r"(?<=[0-9]) (?=[^\W\d])", "", text.replace(" + ", "+").replace(" - ", "-"))


def _bracket(tree: Tree, plain: Sequence[str]) -> str:
    numbers = all(
        text.lstrip("-").replace(".", "", 1).replace("e", "", 1).isalnum() and text[-1].isdigit() for text in plain
    )
    rows, at = [], 0
    for count in tree.counts:
        rows.append((" " if numbers else ", ").join(plain[at : at + count]))
        at += count
    return f"[{'; '.join(rows)}]"


def _applied(tree: Tree, inputs: Sequence[Written], operands: Sequence[Tree]) -> Written:
    assert tree.row is not None
    template, binds, needs = tree.row.text
    if "{}" in template and template.count("{}") == 1 and len(inputs) > 1:
        return template.format(", ".join(text for text, _ in inputs)), binds
    needed = [*needs, *(LOOSE,) * len(inputs)]
    pieces = [text if loose >= need else f"({text})" for (text, loose), need in zip(inputs, needed, strict=False)]
    if tree.row is BESIDE and pieces[1][:1] in "-+.0123456789":
        pieces[1] = f"({pieces[1]})"
    left = operands[0]
    is_scaled = left.row is not None and left.row.name == "*" and inputs[0][0].lstrip("-").split("*")[0].isdigit()
    if tree.row is BESIDE and left.row is not None and left.row.name in ("*", "/", "⊙") and not is_scaled:
        pieces[0] = f"({inputs[0][0]})"
    return template.format(*pieces), binds
