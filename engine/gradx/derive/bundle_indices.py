"""Terms where an index has one value: `h[t-1]` is `h2` where t is 3, and what an index runs through, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from gradx.bundle import NUMBER, Boxes, Group, Shape
from gradx.derive.bundle_terms import NoFormulaError, Term, applied, named, number, spread, text
from gradx.graph import below
from gradx.language.bundles.rows import PRODUCTS, TRANSPOSED
from gradx.language.bundles.tree import Tree, subscript
from gradx.table import TABLE

MOST_VALUES = 40
"""Of more no formula is written out."""


Indices = tuple[int, ...]
"""Nodes of a tree: ranges."""

NO_LOOPS: Boxes = ((),)


class Formula(NamedTuple):
    """`dNAME[part] = term`, or `+=` (`adds`), for all values of the indices `loops`."""

    name: str
    part: tuple[Term, ...]
    adds: bool
    term: Term
    loops: Boxes = NO_LOOPS

    @property
    def target(self) -> str:
        return f"d{self.name}[{subscripts(self.part)}]" if self.part else f"d{self.name}"


class Given(NamedTuple):
    """What a use of a node hands to it: a term for every value of these indices, and for which part of the node.

    `covers`: every entry has its own value of the indices; `alone`: no other use hands anything to this part."""

    term: Term
    indices: Indices
    part: tuple[Term, ...] = ()
    covers: bool = False
    alone: bool = False
    loops: Boxes = NO_LOOPS


def subscripts(part: Sequence[Term]) -> str:
    return ",".join(subscript(text(term)) for term in part)


def at(term: Term, values: Mapping[str, int], groups: Mapping[str, Group]) -> Term:
    """The term where indices have these values; an entry that is a group of its own bears its name.

    NoFormulaError where an index of that name runs inside.
    """
    if not values:
        return term
    trees = term.trees
    moved: dict[int, Term] = {}
    for k in below((term.root,), lambda i: trees.nodes[i].inputs):
        tree = trees.nodes[k]
        if tree.form == "range" and tree.word in values:
            raise NoFormulaError
        shape = trees.shapes.get(k, NUMBER)
        operands = [moved[i] for i in tree.inputs]
        if tree.form == "name" and tree.word in values:
            moved[k] = number(trees, float(values[tree.word]))
        elif tree.form in ("entry", "layer") and _own_name(operands, groups):
            name = _own_name(operands, groups)
            group = groups.get(name) or groups[name[1:]]
            moved[k] = named(trees, name, group.shape)
        elif tree.row in (TABLE["+"], TABLE["-"], TABLE["*"]) and all(each.number is not None for each in operands):
            assert tree.row is not None
            moved[k] = applied(tree.row.name, operands)
        elif [each.root for each in operands] == list(tree.inputs):
            moved[k] = Term(trees, k, shape)
        else:
            tree = tree._replace(inputs=tuple(each.root for each in operands))
            moved[k] = Term(trees, trees.add(tree), _shape(tree, operands, shape))
    return moved[term.root]


def _shape(tree: Tree, operands: Sequence[Term], shape: Shape) -> Shape:
    """The shape of an operation on operands that may have another shape now."""
    if tree.form != "apply" or tree.row is TRANSPOSED:
        return operands[0].shape[::-1] if tree.row is TRANSPOSED else shape
    if tree.row in PRODUCTS and all(each.shape != NUMBER for each in operands):
        return shape if shape == NUMBER else (operands[0].shape[0], operands[1].shape[1])
    return spread(operands)


def _own_name(operands: Sequence[Term], groups: Mapping[str, Group]) -> str:
    """`w2` for w[2], `dh2` for dh[2], where that is a name; else nothing."""
    base, subscript = operands[0].tree, operands[1].number
    is_bundle = base.word in groups or (base.word[:1] == "d" and base.word[1:] in groups)
    if base.form != "name" or len(operands) > 2 or subscript is None or (is_bundle and subscript != 0):
        return ""
    name = f"{base.word}{subscript:.0f}"
    return name if name in groups or (name[:1] == "d" and name[1:] in groups) else ""


def values_of(loops: Boxes) -> Iterator[dict[str, int]]:
    """Every value of the indices. NoFormulaError for more than `MOST_VALUES`."""
    if sum(prod(run.last - run.first + 1 for run in box) for box in loops) > MOST_VALUES:
        raise NoFormulaError
    for box in loops:
        for numbers in product(*(range(run.first, run.last + 1) for run in box)):
            yield dict(zip((run.name for run in box), numbers, strict=True))


def inside(loops: Boxes, values: Mapping[str, int]) -> Boxes:
    """What the other indices run through where these have one value each."""
    fitting = (box for box in loops if all(run.first <= values.get(run.name, run.first) <= run.last for run in box))
    return tuple(dict.fromkeys(tuple(run for run in box if run.name not in values) for box in fitting))
