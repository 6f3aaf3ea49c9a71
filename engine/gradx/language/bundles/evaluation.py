"""A statement's tree, front to back: what each node is for every value of the indices that it depends on.

Nothing is walked twice: a sum gathers what its body has come to, and what its index does not reach is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from gradx.bundle import NUMBER
from gradx.errors import GradxError, Kind, Source, Span
from gradx.graph import below
from gradx.language.bundles.calls import called, entry, joined
from gradx.language.bundles.lowering import Cells, Lowering
from gradx.language.bundles.rows import BESIDE, EACH, SUMS, TRANSPOSED
from gradx.language.bundles.scopes import Assignment, Known, Runs, Scopes, scopes_of
from gradx.language.bundles.shapes import MisfitError
from gradx.language.bundles.tree import Tree, texts
from gradx.language.functions import Extent


class Value(NamedTuple):
    """What a node is: the indices it depends on, and its bundle for each of their values."""

    indices: tuple[int, ...]
    at: Mapping[Assignment, Cells]

    def where(self, values: Mapping[int, int]) -> Cells:
        """What it is where indices, these and others, have the values given."""
        return self.at[tuple(values[i] for i in self.indices)]


class Evaluation:
    """One statement: the nodes from `first` to `root`. `fixed`: the one value that an index has; `before`: what nodes
    have come to already."""

    def __init__(
        self,
        nodes: Sequence[Tree],
        first: int,
        root: int,
        known: Known,
        lowering: Lowering,
        source: Source,
        fixed: Mapping[int, int] | None = None,
        before: Mapping[int, Value] | None = None,
    ) -> None:
        self.nodes, self.first, self.root = nodes, first, root
        self.known, self.lowering, self.source = known, lowering, source
        self.scopes: Scopes = scopes_of(nodes, first, root, source)
        self.runs = Runs(nodes, self.scopes, source, known, fixed or {})
        self.values: dict[int, Value] = dict(before or {})
        self.text = {k: text for k, (text, _) in texts(nodes, first, root).items()}
        for index in self.scopes.indices.values():
            if known.is_value(index.name):
                message = f"{index.name} has a value already, and an index is none"
                hint = "choose another letter for the index, or leave the value out"
                self.fail("index", message, (nodes[index.node].span[0], len(index.name)), hint)

    def value(self) -> Value:
        """What the whole statement is."""
        self._check_examples()
        for k in range(self.first, self.root + 1):
            if k in self.values or (k in self.scopes.transposes and not self.known.is_value("T")):
                continue
            is_read = k not in self.scopes.whole and k not in self.scopes.bases and k in self.scopes.around
            if is_read and self.nodes[k].form not in ("range", "axis", "part", "whole"):
                self.values[k] = self._value(k, self.nodes[k])
        return self.values[self.root]

    def fail(self, kind: Kind, message: str, span: Extent, hint: str | None = None) -> NoReturn:
        raise GradxError(kind, message, hint=hint, span=Span(self.source, *span))

    def _value(self, k: int, tree: Tree) -> Value:
        if self.is_transpose(tree):
            return self._transpose(tree)
        try:
            if tree.form == "name":
                return self._name(k, tree)
            if tree.form in ("entry", "layer"):
                return self._entry(tree)
            if tree.form == "call" and any(self.nodes[i].form == "range" for i in tree.inputs):
                return self._gathered(tree)
            return self._lifted(tree)
        except MisfitError as misfit:
            span = Span(self.source, *self._place(tree))
            raise GradxError(misfit.kind, misfit.message, hint=misfit.hint, span=span) from None

    def _place(self, tree: Tree) -> Extent:
        """The place of an operation; of `×` that of the sign."""
        is_cross = tree.row is not None and tree.row.name == "×"
        at = self.source.text.find("×", sum(self.nodes[tree.inputs[0]].span)) if is_cross else -1
        return (at, 1) if at >= 0 else tree.span

    def closed(self, indices: Sequence[int]) -> tuple[int, ...]:
        """The indices, and those that their ranges depend on, the outer ones first."""
        wanted = below(indices, lambda k: [index for end in self.nodes[k].inputs for index in self.runs.depends(end)])
        return tuple(sorted(wanted, key=lambda i: (len(self.scopes.indices[i].around), i)))

    def _name(self, k: int, tree: Tree) -> Value:
        index = self.scopes.around[k].get(tree.word)
        if index is not None:
            indices = self.closed([index])
            numbers = {at: self._whole(at[indices.index(index)], tree) for at in self.runs.over(indices)}
            return Value(indices, numbers)
        if self.known.is_size(tree.word):
            return Value((), {(): self._whole(self.known.size(tree.word, tree), tree, tree.word)})
        return Value((), {(): self.known.cells(tree.word, tree.span, tree.is_called)})

    def _whole(self, number: int, tree: Tree, label: str | None = None) -> Cells:
        return Cells(NUMBER, (self.lowering.builder.literal(float(number), tree.span, label),))

    def _entry(self, tree: Tree) -> Value:
        base, subscripts = tree.inputs[0], tree.inputs[1:]
        depends = [index for i in subscripts for index in self.runs.depends(i)]
        own: Value | None = self.values.get(base)
        indices = self.closed([*depends, *(own.indices if own else ())])
        made: dict[Assignment, Cells] = {}
        for at, values in self.runs.each(indices):
            made[at] = entry(self, tree, own.where(values) if own else None, values)
        return Value(indices, made)

    def _lifted(self, tree: Tree) -> Value:
        """An operation, for every value of the indices that its operands depend on."""
        operands = [i for i in tree.inputs if self.nodes[i].form != "axis" and i not in self.scopes.whole]
        parts = [self.values[i] for i in operands]
        indices = self.closed([index for part in parts for index in part.indices])
        each = self.runs.each(indices)
        return Value(indices, {at: self._one(tree, [part.where(values) for part in parts]) for at, values in each})

    def _one(self, tree: Tree, cells: list[Cells]) -> Cells:
        if tree.form == "number":
            return Cells(NUMBER, (self.lowering.builder.literal(tree.number, tree.span, tree.word or None),))
        if tree.form == "bracket":
            return joined(tree, cells, [self.text[i] for i in tree.inputs])
        if tree.form == "call":
            return called(self, tree, cells)
        assert tree.row is not None
        said = [self.text[i] for i in tree.inputs]
        if tree.row is BESIDE:
            self._check_order(tree, cells)
        return self.lowering.apply(tree.row, cells, tree.span, said)

    def is_transpose(self, tree: Tree) -> bool:
        """`w^T`, where T has no value, and w is a bundle."""
        if tree.row is None or tree.row.name != "^" or len(tree.inputs) != 2:
            return False
        exponent, base = self.nodes[tree.inputs[1]], self.values.get(tree.inputs[0])
        between = self.source.text[sum(self.nodes[tree.inputs[0]].span) : exponent.span[0]]
        if exponent.form != "name" or exponent.word != "T" or "(" in between:
            return False
        if self.known.is_value("T") and base is not None and any(not cells.is_number for cells in base.at.values()):
            x = self.text[tree.inputs[0]]
            hint = f"write {x}' for the transpose, {x}^(T) for the power"
            self.fail("shape", "`^T` may be the transpose, and T has a value", exponent.span, hint)
        return not self.known.is_value("T")

    def _transpose(self, tree: Tree) -> Value:
        base = self.values[tree.inputs[0]]
        if all(cells.is_number for cells in base.at.values()):
            text = self.text[tree.inputs[0]]
            hint = f"leave ^T out, give {text} a vector, {text}=[1 2 3], or T a value for the power"
            self.fail("shape", f"`^T` is the transpose, and {text} is a number", self.nodes[tree.inputs[1]].span, hint)
        said = (self.text[tree.inputs[0]],)
        cells = {at: self.lowering.apply(TRANSPOSED, [one], tree.span, said) for at, one in base.at.items()}
        return Value(base.indices, cells)

    def _check_examples(self) -> None:
        """Refuse `x^(i)` where i runs and x is a vector: it may be the i-th entry, or a power."""
        for tree in self.nodes[self.first : self.root + 1]:
            if tree.row is None or tree.row.name != "^":
                continue
            base, exponent = (self.nodes[i] for i in tree.inputs)
            if exponent.form != "name" or exponent.word not in self.scopes.around.get(tree.inputs[1], {}):
                continue
            between = self.source.text[sum(base.span) : exponent.span[0]]
            if "(" in between and base.form == "name" and self.known.bundle(base.word) is not None:
                x, i = base.word, exponent.word
                message, hint = f"{x}^({i}) may be entry {i} of {x}, or a power", f"write {x}[{i}], or {x}^{i}"
                self.fail("index", message, tree.span, hint)

    def _check_order(self, tree: Tree, cells: Sequence[Cells]) -> None:
        """Refuse `A*W x`: a product of matrices behind one entry by entry, which no sign holds together."""
        left = self.nodes[tree.inputs[0]]
        if left.row is None or left.row.name not in ("*", "/", "⊙") or any(c.is_number for c in cells):
            return
        inner = [self.values[i] for i in left.inputs]
        both = all(not c.is_number for part in inner for c in part.at.values())
        between = self.source.text[sum(left.span) : self.nodes[tree.inputs[1]].span[0]]
        if both and ")" not in between:
            a, b, c = self.text[left.inputs[0]], self.text[left.inputs[1]], self.text[tree.inputs[1]]
            sign = left.row.name
            hint = f"write {a}{sign}({b} {c}) or ({a}{sign}{b}) {c}"
            raise MisfitError("a product of matrices stands behind a product entry by entry", hint)

    def _gathered(self, tree: Tree) -> Value:
        """A sum, or another of its kind, over its indices; a statement for each of their values."""
        ranges = [i for i in tree.inputs if self.nodes[i].form == "range"]
        bodies = [i for i in tree.inputs if self.nodes[i].form != "range"]
        if len(bodies) != 1 or bodies[0] not in self.values:
            raise MisfitError("a sum over an index has one body", "write sum(i=1..n, x[i]^2)", "syntax")
        if tree.word not in (*SUMS, EACH):
            raise MisfitError(f"{tree.word} does not run over an index", "sum, prod, mean, max and min do", "syntax")
        body = self.values[bodies[0]]
        inner = self.closed([*ranges, *body.indices])
        outer = tuple(i for i in inner if i not in ranges)
        found: dict[Assignment, list[Cells]] = {}
        for _, values in self.runs.each(inner):
            found.setdefault(tuple(values[i] for i in outer), []).append(body.where(values))
        if tree.word == EACH:
            counts = tuple(len({at[inner.index(i)] for at in self.runs.over(inner)}) for i in ranges)
            return Value(outer, {at: stacked(parts, counts) for at, parts in found.items()})
        return Value(outer, {at: self._folded(tree, parts) for at, parts in found.items()})

    def _folded(self, tree: Tree, parts: Sequence[Cells]) -> Cells:
        shape = parts[0].shape
        if any(part.shape != shape for part in parts):
            hint = "a part as long for every index, x[i..i+2], or a sum of its own inside: sum(x[1..i])"
            raise MisfitError("what is summed has another shape for another index", hint)
        columns = zip(*(part.nodes for part in parts), strict=True)
        return Cells(shape, tuple(self.lowering.folded(tree.word, column, tree.span) for column in columns))


def stacked(parts: Sequence[Cells], counts: tuple[int, ...]) -> Cells:
    """A number for each value of one index as a vector, of two as a matrix; of bundles all entries."""
    if len(parts) == 1:
        return parts[0]
    nodes = tuple(i for part in parts for i in part.nodes)
    is_matrix = len(counts) == 2 and len(nodes) == len(parts)
    return Cells((counts[0], counts[1]) if is_matrix else (len(nodes), 1), nodes)
