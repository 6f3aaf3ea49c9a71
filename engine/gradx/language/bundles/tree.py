"""The parse tree of a program with bundles: nodes in a list, operands before what works on them; and trees as text that
reads back as the same program.

What a node means depends on shapes, and shapes on values that are bound: so it is read first, and built afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gradx.language.bundles.rows import BESIDE
from gradx.language.functions import Extent, Function
from gradx.language.writing import number
from gradx.primitive import ATOM, LOOSE, SIGN, Primitive

Form = Literal["number", "name", "apply", "call", "entry", "part", "whole", "bracket", "range", "axis", "layer"]
"""`apply`: a row of the table, entry by entry or as a product; `call`: a function of bundles (`word`); `entry`: a
bundle and its subscripts; `part`: `1..3` as a subscript, `whole`: `:`; `range`: an index (`word`) with its ends, or
without; `layer`: `W^[l]`."""


class Tree(NamedTuple):
    """One node: its form, what it works on (earlier nodes), and where it stands."""

    form: Form
    inputs: tuple[int, ...]
    span: Extent
    row: Primitive | None = None
    word: str = ""
    number: float = 0.0
    counts: tuple[int, ...] = ()
    is_called: bool = False


class Template(NamedTuple):
    """A function that the program defines: its parameters, the nodes of its body, and which of them is the value."""

    parameters: tuple[str, ...]
    first: int
    root: int


@dataclass
class Trees:
    """The scope that a program with bundles is read in: names keep to be looked up, operations become nodes."""

    nodes: list[Tree] = field(default_factory=list)
    templates: dict[str, Template] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)

    def add(self, tree: Tree) -> int:
        self.nodes.append(tree)
        return len(self.nodes) - 1

    def literal(self, value: float, span: Extent, label: str | None = None) -> int:
        return self.add(Tree("number", (), span, number=value, word=label or ""))

    def operation(self, primitive: Primitive, inputs: Sequence[int], span: Extent) -> int:
        return self.add(Tree("apply", tuple(inputs), span, primitive))

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        return self.add(Tree("name", (), span, word=name, is_called=called))

    def define(self, name: str, parameters: Sequence[str], first: int, root: int) -> None:
        """A function whose body are the nodes from `first` to `root`."""
        self.templates[name] = Template(tuple(parameters), first, root)
        self.functions[name] = Function(name, tuple(parameters), (), 0, 1)

    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int:
        """The body once more, with the arguments in the place of the parameters."""
        parameters, first, root = self.templates[function.name]
        given = dict(zip(parameters, inputs, strict=True))
        moved: dict[int, int] = {}
        for k in range(first, root + 1):
            tree = self.nodes[k]
            if tree.form == "name" and tree.word in given:
                moved[k] = given[tree.word]
            else:
                moved[k] = self.add(tree._replace(inputs=tuple(moved[i] for i in tree.inputs), span=span))
        return moved[root]


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
