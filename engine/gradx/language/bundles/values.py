"""Values of bundles: `x=[1 2 3]`, `W=zeros(4, 2)`, and the entries of a table of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradx.bundle import NUMBER, Shape
from gradx.errors import GradxError, Source, Span
from gradx.graph import GraphBuilder
from gradx.language.bindings import Binding
from gradx.language.bundles.evaluation import Evaluation
from gradx.language.bundles.lowering import Cells, Lowering
from gradx.language.bundles.parser import BundleParser
from gradx.language.bundles.scopes import Known
from gradx.language.bundles.tree import Tree, Trees
from gradx.language.constants import CONSTANTS, LABELS, constant_value
from gradx.language.functions import Extent
from gradx.language.tokens import NAME_PATTERN, normal_name, spelled

_TARGET = re.compile(rf"[ \t]*+({NAME_PATTERN})[ \t]*+=[ \t]*+")
_BUNDLE = re.compile(r"\[|(?:zeros|ones|eye)\(")


@dataclass(frozen=True)
class Value:
    """A name's value: its entries, row by row, as numbers and as they are written, and where it stands.

    `is_list`: it is written as a list, which may be a row where that is declared.
    """

    name: str
    shape: Shape
    numbers: tuple[float, ...]
    texts: tuple[str, ...]
    span: Span
    is_list: bool = False

    def bindings(self, names: tuple[str, ...]) -> Iterator[Binding]:
        """The value of each entry, under these names."""
        for name, number, text in zip(names, self.numbers, self.texts, strict=True):
            yield Binding(name, number, Source(f"binding {name}", f"{name}={text}"))


def is_bundle(word: str) -> bool:
    """Whether a word is `name=` and brackets, or what fills a bundle."""
    target = _TARGET.match(word)
    return target is not None and _BUNDLE.match(word, target.end()) is not None


def of_binding(binding: Binding) -> Value:
    """A number's binding as a value."""
    text = binding.source.text
    at = text.find("=") + 1
    at += len(text[at:]) - len(text[at:].lstrip())
    span = Span(binding.source, at, len(text) - at)
    return Value(binding.name, NUMBER, (binding.value,), (text[at:],), span)


def read_value(text: str) -> Value:
    """Read `x=[1 2 3]`. Raises `GradxError`: "binding" for what is no value, "shape" for rows of other lengths."""
    target = _TARGET.match(text)
    assert target is not None
    name = normal_name(target[1])
    source = Source(f"binding {name}", text)
    plain = spelled(source)
    trees = Trees()
    try:
        parser = BundleParser(source, " " * target.end() + plain[target.end() :], trees)
        parsed = parser.expression(0, trees)
        rest = parser.tokens.start(parsed.rest)
        if plain[rest:].strip(" \t\n"):
            hint = "give each binding an argument of its own"
            raise GradxError("binding", "a value is one expression", hint=hint, span=Span(source, rest, 1))
        builder = GraphBuilder(source)
        evaluation = Evaluation(
            trees.nodes, 0, parsed.node, _Constants(source, builder), Lowering(builder, source), source
        )
        cells = evaluation.value().at[()]
    except GradxError as error:
        problem = error.problem
        kind = "binding" if problem.kind in ("syntax", "name") else problem.kind
        raise GradxError(kind, problem.message, hint=problem.hint, span=problem.span) from None
    numbers = tuple(constant_value(builder, i) for i in cells.nodes)
    root = trees.nodes[parsed.node]
    written = _written(trees, root, plain, len(numbers))
    span = Span(source, target.end(), len(plain.rstrip()) - target.end())
    is_list = root.form == "bracket" and len(root.counts) == 1 and cells.shape[1] == 1
    return Value(name, cells.shape, numbers, written or tuple(map(repr, numbers)), span, is_list)


def _written(trees: Trees, root: Tree, plain: str, count: int) -> tuple[str, ...] | None:
    """The entries as they are written; None where no brackets hold them."""
    if root.form != "bracket":
        return None
    parts = [trees.nodes[i] for i in root.inputs]
    while parts and all(part.form == "bracket" for part in parts):
        parts = [trees.nodes[i] for part in parts for i in part.inputs]
    texts = tuple(plain[part.span[0] : sum(part.span)] for part in parts)
    return texts if len(texts) == count else None


class _Constants(Known):
    """What a value is read in: constants, and no names."""

    def __init__(self, source: Source, builder: GraphBuilder) -> None:
        self._source, self._builder = source, builder

    def cells(self, name: str, span: Extent, called: bool = False) -> Cells:
        if name in CONSTANTS:
            return Cells(NUMBER, (self._builder.literal(CONSTANTS[name], span, LABELS[name]),))
        message = f"`{name}` is no number, and a value holds numbers alone"
        raise GradxError("binding", message, hint="write its value", span=Span(self._source, *span))

    def size(self, name: str, tree: Tree) -> int:
        raise GradxError("binding", f"`{name}` is no number", span=Span(self._source, *tree.span))
