"""The parse tree of a program with bundles: nodes in a list, operands before what works on them.

What a node means depends on shapes, and shapes on values that are bound: so it is read first, and built afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gradx.language.functions import Extent, Function
from gradx.primitive import Primitive

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
