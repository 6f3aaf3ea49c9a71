"""Operations on bundles as operations on their entries: each entry is a node of the one graph.

A product of matrices is for each entry its products, then their sum from the left; a sum is a sum from the left. `max`,
`min`, `norm` and `logsumexp` are one node of all their arguments. A transpose makes no nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gradx.bundle import NUMBER, Shape, shape_text
from gradx.errors import GradxError, Source, Span
from gradx.further_rows import PRODUCTS_SUMMED
from gradx.graph import GraphBuilder
from gradx.language.bundles import shapes
from gradx.language.bundles.rows import CROSS, DOT, MATRIX, PRODUCTS, SCALAR_OF, TRANSPOSED
from gradx.language.bundles.shapes import MisfitError, is_matrix, is_vector
from gradx.language.functions import Extent
from gradx.primitive import Primitive
from gradx.table import TABLE, WHOLE

MOST_OPERATIONS = 200_000
"""Operations that a program may come to."""


class Cells(NamedTuple):
    """A bundle of nodes, row by row."""

    shape: Shape
    nodes: tuple[int, ...]

    @property
    def is_number(self) -> bool:
        return self.shape == NUMBER

    def row(self, i: int) -> tuple[int, ...]:
        return self.nodes[i * self.shape[1] : (i + 1) * self.shape[1]]

    def column(self, j: int) -> tuple[int, ...]:
        return self.nodes[j :: self.shape[1]]

    def parts(self, axis: int | None) -> list[tuple[int, ...]]:
        """All entries (no axis), the columns (axis 0) or the rows (axis 1)."""
        if axis is None:
            return [self.nodes]
        return [self.row(i) for i in range(self.shape[0])] if axis else [self.column(j) for j in range(self.shape[1])]


def too_large(span: Span) -> GradxError:
    """The error for a program of more operations than are written out."""
    message = f"written out, this program is more than {MOST_OPERATIONS:,} operations"
    return GradxError("size", message, hint="take fewer rows of the data, or a smaller layer", span=span)


def transposed(cells: Cells) -> Cells:
    rows, columns = cells.shape
    return Cells((columns, rows), tuple(i for j in range(columns) for i in cells.column(j)))


def repeated(cells: Cells, shape: Shape) -> tuple[int, ...]:
    """The nodes of a bundle that is repeated until it has a shape."""
    rows, columns = shape
    if cells.is_number:
        return cells.nodes * (rows * columns)
    if cells.shape == shape:
        return cells.nodes
    if cells.shape[1] == 1:
        return tuple(i for i in cells.nodes for _ in range(columns))
    return cells.nodes * rows


class Lowering:
    """Builds the nodes of operations on bundles. `MisfitError` is raised for shapes that do not fit. `summed`: the
    products and the sum of an entry of a matrix product are one node, worth the same to the last bit."""

    def __init__(self, builder: GraphBuilder, source: Source, *, summed: bool = False) -> None:
        self.builder, self._source, self._summed = builder, source, summed
        self.remarks: dict[str, None] = {}

    def operation(self, row: Primitive, nodes: Sequence[int], span: Extent) -> int:
        if len(self.builder) > MOST_OPERATIONS:
            raise too_large(Span(self._source, *span))
        return self.builder.operation(row, nodes, span)

    def literal(self, value: float, span: Extent) -> int:
        return self.builder.literal(value, span)

    def apply(self, row: Primitive, cells: Sequence[Cells], span: Extent, texts: Sequence[str]) -> Cells:
        """A row of the table entry by entry, a product of matrices, or a transpose."""
        if row is TRANSPOSED:
            if cells[0].is_number:
                raise MisfitError(f"{texts[0]} is a number, and has no transpose", "leave the mark out")
            return transposed(cells[0])
        bundles = [c for c in cells if not c.is_number]
        if len(bundles) == 2 and row in PRODUCTS | {CROSS}:
            return self._product(row, cells[0], cells[1], span, (texts[0], texts[1]))
        if row.name == "^" and len(cells) == 2 and is_matrix(cells[0].shape):
            self._check_power(cells, texts)
        if row.name == "*" and len(bundles) == 2:
            shapes.star(cells[0].shape, cells[1].shape, (texts[0], texts[1]))
            if is_matrix(cells[0].shape) and cells[0].shape == cells[1].shape and len(set(cells[0].shape)) == 1:
                a, b = texts
                self.remarks[f"{a}*{b} goes entry by entry; the product of the matrices is {a} @ {b}"] = None
        return self.entrywise(SCALAR_OF.get(row, row), cells, span, texts)

    def entrywise(self, row: Primitive, cells: Sequence[Cells], span: Extent, texts: Sequence[str]) -> Cells:
        if len(cells) == 1:
            return Cells(cells[0].shape, tuple(self.operation(row, (i,), span) for i in cells[0].nodes))
        whole, text = cells[0].shape, texts[0]
        for each, beside in zip(cells[1:], texts[1:], strict=True):
            whole, text = shapes.spread(whole, each.shape, (text, beside), row.name), beside
        for each, said in zip(cells, texts, strict=True):
            told = shapes.repeated(each.shape, whole, said)
            if told:
                self.remarks[told] = None
        columns = [repeated(each, whole) for each in cells]
        return Cells(whole, tuple(self.operation(row, xs, span) for xs in zip(*columns, strict=True)))

    def _check_power(self, cells: Sequence[Cells], texts: Sequence[str]) -> None:
        base, exponent = cells[0], cells[1]
        square = base.shape[0] == base.shape[1]
        if not exponent.is_number or not square:
            return
        if texts[1] in ("-1", "(-1)"):
            message = f"{texts[0]}^-1 may be the inverse of a matrix, which is not known here"
            raise MisfitError(message, f"1/{texts[0]} is one over every entry")
        a = texts[0] if texts[0].isidentifier() else f"({texts[0]})"
        self.remarks[f"{a}^{texts[1]} goes entry by entry; the matrix power is {a} @ {a}"] = None

    def _product(self, row: Primitive, left: Cells, right: Cells, span: Extent, texts: tuple[str, str]) -> Cells:
        a, b = texts
        if row is CROSS:
            said = f"{shape_text(left.shape)} and {shape_text(right.shape)}"
            hint = f"write {a} * {b} entry by entry, {a} @ {b} for the matrix product"
            raise MisfitError(f"`×` of two bundles may mean two products: {said}", hint)
        are_vectors = is_vector(left.shape) and is_vector(right.shape)
        if are_vectors and (row is DOT or (row is MATRIX and left.shape == right.shape and left.shape[1] == 1)):
            return self.dot(left, right, span, texts)
        rows, columns = shapes.product(left.shape, right.shape, texts)
        downs = [right.column(j) for j in range(columns)]
        nodes = [self.inner(left.row(i), down, span) for i in range(rows) for down in downs]
        return Cells((rows, columns), tuple(nodes))

    def inner(self, xs: Sequence[int], ys: Sequence[int], span: Extent) -> int:
        """The products of two lists, and their sum from the left."""
        if self._summed and len(xs) > 1:
            return self.operation(PRODUCTS_SUMMED, (*xs, *ys), span)
        times = TABLE["*"]
        products = [self.operation(times, pair, span) for pair in zip(xs, ys, strict=True)]
        return products[0] if len(products) == 1 else self.sum(products, span)

    def dot(self, left: Cells, right: Cells, span: Extent, texts: tuple[str, str]) -> Cells:
        if not (left.shape == right.shape or len(left.nodes) == len(right.nodes)):
            both = " and ".join(shapes.described(t, c.shape) for t, c in zip(texts, (left, right), strict=True))
            hint = f"both need {len(left.nodes)}, or both {len(right.nodes)}"
            raise MisfitError(f"{both}: a dot product needs as many entries on either side", hint)
        return Cells(NUMBER, (self.inner(left.nodes, right.nodes, span),))

    def sum(self, nodes: Sequence[int], span: Extent, row: Primitive = TABLE["+"]) -> int:
        """A sum (or another operation) from the left; of one node that node under another name."""
        total = nodes[0] if len(nodes) > 1 else self.operation(TABLE["identity"], nodes, span)
        for i in nodes[1:]:
            total = self.operation(row, (total, i), span)
        return total

    def folded(self, name: str, nodes: Sequence[int], span: Extent) -> int:
        """`sum`, `mean`, `prod`, `max` or `min` of nodes."""
        if name == "prod":
            return self.sum(nodes, span, TABLE["*"])
        if name in ("sum", "mean"):
            total, count = self.sum(nodes, span), float(len(nodes))
            return total if name == "sum" else self.operation(TABLE["/"], (total, self.literal(count, span)), span)
        if name == "norm1":
            return self.sum([self.operation(TABLE["abs"], (i,), span) for i in nodes], span)
        return self.operation(WHOLE.get(name) or TABLE[name], nodes, span)

    def along(self, name: str, cells: Cells, axis: int | None, span: Extent) -> Cells:
        """A reduction of all entries, down the columns (axis 0) or along the rows (axis 1)."""
        rows, columns = cells.shape
        shape = NUMBER if axis is None else (rows, 1) if axis else (1, columns)
        return Cells(shape, tuple(self.folded(name, part, span) for part in cells.parts(axis)))

    def softmax(self, cells: Cells, axis: int | None, span: Extent) -> Cells:
        """exp(z - logsumexp(z)), which does not overflow."""
        shares: list[int] = []
        for part in cells.parts(axis):
            whole = self.operation(WHOLE["logsumexp"], part, span)
            for i in part:
                below = self.operation(TABLE["-"], (i, whole), span)
                shares.append(self.operation(TABLE["exp"], (below,), span))
        if axis == 0:
            return transposed(Cells(cells.shape[::-1], tuple(shares)))
        return Cells(cells.shape, tuple(shares))
