"""Claims of whole gradients with one thing changed: what somebody would have written who had not slipped there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from gradx.derive.bundle_terms import NOWHERE, is_transpose
from gradx.errors import Source
from gradx.language.bundles.rows import BESIDE, ENTRYWISE, MATRIX, PRODUCTS, TRANSPOSED
from gradx.language.bundles.statements import Statements
from gradx.language.bundles.tree import Tree, Trees
from gradx.language.bundles.writing import texts
from gradx.table import TABLE

_PLUS, _MINUS = TABLE["+"], TABLE["-"]
_TURNED = ("name", "entry", "layer", "apply", "call", "bracket")
"""Forms that may be a matrix."""

EditKind = Literal["missing-transpose", "wrong-order", "wrong-sign", "extra-term"]


class Edit(NamedTuple):
    """A formula with one thing changed, and what was wrong if it is right."""

    kind: EditKind
    said: str
    text: str


def edits(text: str, known: Iterable[str]) -> Iterator[Edit]:
    """One transpose more or less, one product turned round, one sign changed, one term left out. `known`: the names
    that have a value. Raises as `read_formula`."""
    trees = Trees()
    root = next(iter(Statements(Source("claim", text), trees, known))).root
    nodes = trees.nodes[: root + 1]
    for k, tree in enumerate(nodes):
        if tree.form in _TURNED:
            is_turned = is_transpose(tree, nodes, ())
            turned = _in_place(nodes, k, nodes[tree.inputs[0]]) if is_turned else _with_transpose(nodes, k)
            yield Edit("missing-transpose", "a transpose is missing or too many", turned)
    for k, tree in enumerate(nodes):
        if tree.row in (*PRODUCTS, TABLE["*"], ENTRYWISE):
            row = BESIDE if tree.row is BESIDE else MATRIX
            swapped = _in_place(nodes, k, tree._replace(row=row, inputs=tree.inputs[::-1]))
            yield Edit("wrong-order", "the product is the wrong way round", swapped)
    for k, tree in enumerate(nodes):
        if tree.row in (_PLUS, _MINUS):
            other = _MINUS if tree.row is _PLUS else _PLUS
            for row, inputs in ((other, tree.inputs), (_MINUS, tree.inputs[::-1])):
                yield Edit("wrong-sign", "a sign is wrong", _in_place(nodes, k, tree._replace(row=row, inputs=inputs)))
    for k, tree in enumerate(nodes):
        if tree.row in (_PLUS, _MINUS):
            yield Edit("extra-term", "a term is too many", _in_place(nodes, k, nodes[tree.inputs[0]]))


def terms_of(text: str) -> list[str]:
    """The terms that a formula adds, each with its sign."""
    trees = Trees()
    root = next(iter(Statements(Source("formula", text), trees))).root
    written = texts(trees.nodes, 0, root)
    found, waiting = [], [(root, "")]
    while waiting:
        k, sign = waiting.pop()
        tree = trees.nodes[k]
        if tree.row in (_PLUS, _MINUS):
            a, b = tree.inputs
            waiting += [(b, sign if tree.row is _PLUS else "" if sign else "-"), (a, sign)]
        else:
            found.append(f"-({written[k][0]})" if sign else written[k][0])
    return found


def _in_place(nodes: Sequence[Tree], k: int, tree: Tree) -> str:
    """The formula with another node in the place of one."""
    return _written([*nodes[:k], tree, *nodes[k + 1 :]])


def _with_transpose(nodes: Sequence[Tree], k: int) -> str:
    """The formula with the transpose of a node in its place: nodes behind it are one farther."""
    later = (each._replace(inputs=tuple(i + (i >= k) for i in each.inputs)) for each in nodes[k + 1 :])
    return _written([*nodes[: k + 1], Tree("apply", (k,), NOWHERE, TRANSPOSED), *later])


def _written(nodes: Sequence[Tree]) -> str:
    return texts(nodes, 0, len(nodes) - 1)[len(nodes) - 1][0]
