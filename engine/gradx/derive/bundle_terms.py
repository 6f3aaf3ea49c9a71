"""Expressions of bundles while they are derived: trees, an arithmetic of them, and no operation that says nothing."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import cast

from gradx.bundle import NUMBER, Shape
from gradx.graph import below
from gradx.language.bundles.rows import BESIDE, ENTRYWISE, PRIMED, TRANSPOSED
from gradx.language.bundles.tree import Tree, Trees, texts
from gradx.numbers import ByName, Made, Relation
from gradx.primitive import Primitive
from gradx.row_shape import row_name
from gradx.table import TABLE, WHERE

NOWHERE = (0, 0)


class NoFormulaError(Exception):
    """A derivative that cannot be written as a formula of bundles."""


@dataclass
class ShapedTrees(Trees):
    """Trees that know the shapes of their nodes."""

    shapes: dict[int, Shape] = field(default_factory=dict)


class Term(Made):
    """A tree, and the shape of what it is worth."""

    __slots__ = ("root", "shape", "trees")

    def __init__(self, trees: ShapedTrees, root: int, shape: Shape) -> None:
        self.trees, self.root, self.shape = trees, root, shape
        trees.shapes.setdefault(root, shape)

    @property
    def tree(self) -> Tree:
        return self.trees.nodes[self.root]

    @property
    def number(self) -> float | None:
        """The number that it is, if it is one."""
        return self.tree.number if self.tree.form == "number" and not self.tree.word else None

    def made(self, name: str, *xs: Term | float) -> Term:
        terms = [x if isinstance(x, Term) else number(self.trees, x) for x in xs]
        return applied(name, terms)

    def __repr__(self) -> str:
        return f"<term {self.root}>"


def number(trees: ShapedTrees, x: float) -> Term:
    return Term(trees, trees.literal(x, NOWHERE), NUMBER)


def named(trees: ShapedTrees, name: str, shape: Shape) -> Term:
    return Term(trees, trees.unknown(name, NOWHERE, False), shape)


def node(trees: ShapedTrees, row: Primitive, terms: Sequence[Term], shape: Shape) -> Term:
    return Term(trees, trees.operation(row, [term.root for term in terms], NOWHERE), shape)


def spread(terms: Sequence[Term]) -> Shape:
    """The shape of an operation entry by entry; a row and a column are what a rule never joins."""
    rows, columns = (max(term.shape[k] for term in terms) for k in (0, 1))
    return rows, columns


def applied(name: str, terms: Sequence[Term]) -> Term:
    """An operation entry by entry, by the name of its row."""
    trees = terms[0].trees
    values = [term.number for term in terms]
    if name == "*":
        return times(terms[0], terms[1])
    if name == "neg":
        return negative(terms[0])
    if name == "/":
        short = quotient(terms[0], terms[1])
        if short is not None:
            return short
    if name == "^" and values[1] == 1:
        return terms[0]
    if name in ("+", "-") and values[1] == 0 and terms[1].shape == NUMBER:
        return terms[0]
    if name == "+" and values[0] == 0:
        return terms[1]
    if name in ("+", "-", "/") and None not in values:
        a, b = cast("list[float]", values)
        if name != "/" or (b and (a / b).is_integer()):
            return number(trees, a + b if name == "+" else a - b if name == "-" else a / b)
    if name in ("+", "-") and is_negative(terms[1]):
        return applied("-" if name == "+" else "+", [terms[0], negative(terms[1])])
    if name in ("+", "-"):
        (c, one), (d, other) = map(_parted, terms)
        if one.shape == other.shape and text(one) == text(other):
            return times(number(trees, c + d if name == "+" else c - d), one)
    return node(trees, TABLE[name], terms, spread(terms))


def _parted(term: Term) -> tuple[float, Term]:
    """The number that a term is multiplied by, and the rest."""
    if term.tree.row is TABLE["*"]:
        factor = operand(term, 0).number
        if factor is not None:
            return factor, operand(term, 1)
    return 1.0, term


def quotient(a: Term, b: Term) -> Term | None:
    """a/b where that is something shorter."""
    if b.number == 1:
        return a
    if a.tree.row is TABLE["neg"]:
        return negative(applied("/", [operand(a, 0), b]))
    reduced = _reduced(a.number, b)
    if reduced is not None:
        return applied("/", [number(a.trees, reduced[0]), reduced[1]])
    if a.tree.row is TABLE["*"] or a.tree.row is ENTRYWISE:
        left, right = operand(a, 0), operand(a, 1)
        for mine, other in ((right, left), (left, right)):
            found = _cancelled(mine, b)
            if found is not None:
                return times(other, found) if found.number != 1 or other.shape == a.shape else None
    return _cancelled(a, b) if a.shape == NUMBER else None


def _cancelled(a: Term, b: Term) -> Term | None:
    """1 for b/b, b^2 for b^3/b."""
    if text(a) == text(b):
        return number(a.trees, 1.0)
    exponent = operand(a, 1).number if a.tree.row is TABLE["^"] else None
    if exponent is None or text(operand(a, 0)) != text(b):
        return None
    return applied("^", [operand(a, 0), number(a.trees, exponent - 1)])


def text(term: Term, *, primed: bool = False) -> str:
    """The term, written. `primed`: a transpose as `x'`, where `x^T` is a power."""
    nodes = term.trees.nodes
    order = below((term.root,), lambda k: nodes[k].inputs)
    place = {i: k for k, i in enumerate(order)}
    own = [nodes[i]._replace(inputs=tuple(place[j] for j in nodes[i].inputs)) for i in order]
    if primed:
        own = [tree._replace(row=PRIMED) if tree.row is TRANSPOSED else tree for tree in own]
    return texts(own, 0, len(own) - 1)[len(own) - 1][0]


def operand(term: Term, slot: int) -> Term:
    """An operand of an operation entry by entry; its shape is known where it is a number, or as large as the whole."""
    return Term(term.trees, term.tree.inputs[slot], term.trees.shapes[term.tree.inputs[slot]])


def is_negative(term: Term) -> bool:
    """Whether a term is written with a minus before it."""
    first = _first(term)
    return first.row is TABLE["neg"] or (first.form == "number" and first.number < 0)


def _first(term: Term) -> Tree:
    """What a product or a quotient begins with."""
    nodes, k = term.trees.nodes, term.root
    while nodes[k].row is not None and nodes[k].row in (TABLE["*"], TABLE["/"], ENTRYWISE, BESIDE):
        k = nodes[k].inputs[0]
    return nodes[k]


def negative(term: Term) -> Term:
    """Minus a term, with no two minuses before it."""
    if term.number is not None:
        return number(term.trees, -term.number)
    row = term.tree.row
    if row is TABLE["neg"]:
        return Term(term.trees, term.tree.inputs[0], term.shape)
    if row is TABLE["/"]:
        return node(term.trees, row, [negative(operand(term, 0)), operand(term, 1)], term.shape)
    if row is not None and (is_negative(term) or (_first(term).form == "number" and not _first(term).word)):
        first = negative(operand(term, 0))
        if row is BESIDE:
            return product(first, operand(term, 1), beside=True)
        return times(first, operand(term, 1))
    return node(term.trees, TABLE["neg"], [term], term.shape)


def times(a: Term, b: Term) -> Term:
    """The product entry by entry: of two bundles with ⊙."""
    for one, other in ((a, b), (b, a)):
        if one.number == 1:
            return other
        if one.number == -1:
            return negative(other)
    if a.number is not None and b.number is not None:
        return number(a.trees, a.number * b.number)
    short = _shortened(a, b)
    if short is not None:
        return short
    if b.tree.row in (ENTRYWISE, TABLE["*"]):
        return times(times(a, operand(b, 0)), operand(b, 1))
    if a.tree.row is TABLE["neg"]:
        return negative(times(Term(a.trees, a.tree.inputs[0], a.shape), b))
    if b.tree.row is TABLE["neg"]:
        return negative(times(a, Term(b.trees, b.tree.inputs[0], b.shape)))
    chosen = _chosen(a, b) or _chosen(b, a)
    if chosen is not None:
        return chosen
    if b.number is not None or (b.shape == NUMBER and a.shape != NUMBER):
        a, b = b, a
    row = TABLE["*"] if NUMBER in (a.shape, b.shape) else ENTRYWISE
    return node(a.trees, row, [a, b], spread([a, b]))


def _shortened(a: Term, b: Term) -> Term | None:
    """A number times what begins with a number, or a quotient."""
    for one, other in ((a, b), (b, a)):
        if other.tree.row is TABLE["/"]:
            over, under = operand(other, 0), operand(other, 1)
            if over.number == 1:
                return applied("/", [one, under])
            if one.number is not None and under.number and (one.number / under.number).is_integer():
                return times(number(a.trees, one.number / under.number), over)
            reduced = _reduced(one.number, under)
            if reduced is not None:
                return applied("/", [times(number(a.trees, reduced[0]), over), reduced[1]])
        if one.number is not None and other.tree.row is TABLE["*"] and operand(other, 0).number is not None:
            return times(times(one, operand(other, 0)), operand(other, 1))
    if a.number is not None and b.tree.row is BESIDE and b.shape != NUMBER:
        return product(times(a, operand(b, 0)), operand(b, 1), beside=True)
    return None


def _reduced(factor: float | None, under: Term) -> tuple[float, Term] | None:
    """For 2/(2 m) the numbers' quotient, 1, and m; None where that is no whole number."""
    if factor is None or under.tree.row not in (TABLE["*"], BESIDE):
        return None
    by = operand(under, 0).number
    return (factor / by, operand(under, 1)) if by and (factor / by).is_integer() else None


def _chosen(a: Term, b: Term) -> Term | None:
    """`where(x > 0, a, 0)` for a ⊙ where(x > 0, 1, 0)."""
    tree = b.tree
    if tree.row is None or tree.row.relation is None:
        return None
    then, otherwise = (b.trees.nodes[i] for i in tree.inputs[2:])
    if then.form != "number" or otherwise.form != "number" or (then.number, otherwise.number) not in ((1, 0), (0, 1)):
        return None
    zero = number(a.trees, 0.0).root
    branches = (a.root, zero) if then.number else (zero, a.root)
    return Term(a.trees, a.trees.operation(tree.row, (*tree.inputs[:2], *branches), NOWHERE), spread([a, b]))


def product(a: Term, b: Term, *, beside: bool = False) -> Term:
    """The product of matrices; with a number, entry by entry. `beside`: a number in front of it stays there."""
    if NUMBER in (a.shape, b.shape):
        return times(a, b)
    if a.shape[1] != b.shape[0]:
        raise NoFormulaError
    for one, other in ((a, b), (b, a)):
        if one.tree.form == "call" and one.tree.word == "eye":
            return other
        if one.tree.row is TABLE["neg"]:
            inner = operand(one, 0)
            return negative(product(inner, b) if one is a else product(a, inner))
        if one.tree.row is TABLE["*"] and operand(one, 0).shape == NUMBER and not beside:
            factor, inner = operand(one, 0), operand(one, 1)
            return times(factor, product(inner, b) if one is a else product(a, inner))
    return node(a.trees, BESIDE, [a, b], (a.shape[0], b.shape[1]))


def transposed(a: Term) -> Term:
    if a.shape == NUMBER:
        return a
    row = a.tree.row
    if row is TRANSPOSED:
        return operand(a, 0)
    if row is BESIDE:
        return product(transposed(operand(a, 1)), transposed(operand(a, 0)))
    if row is TABLE["neg"]:
        return negative(transposed(operand(a, 0)))
    if row is TABLE["*"] and operand(a, 0).shape == NUMBER:
        return times(operand(a, 0), transposed(operand(a, 1)))
    if row is TABLE["/"] and operand(a, 1).shape == NUMBER:
        return applied("/", [transposed(operand(a, 0)), operand(a, 1)])
    if a.tree.form == "call" and a.tree.word == "eye":
        return a
    return node(a.trees, TRANSPOSED, [a], a.shape[::-1])


def call(name: str, term: Term, shape: Shape, axis: int | None = None, *more: Term) -> Term:
    """A function of a bundle."""
    trees = term.trees
    if name in ("sum", "mean") and term.tree.row is TABLE["neg"]:
        return negative(call(name, operand(term, 0), shape, axis))
    if name in ("sum", "mean") and term.tree.row is TABLE["*"] and operand(term, 0).shape == NUMBER:
        return times(operand(term, 0), call(name, operand(term, 1), shape, axis))
    inputs = [term.root, *(each.root for each in more)]
    if axis is not None:
        inputs.append(trees.add(Tree("axis", (number(trees, float(axis)).root,), NOWHERE, word="axis")))
    return Term(trees, trees.add(Tree("call", tuple(inputs), NOWHERE, word=name)), shape)


def filled(name: str, trees: ShapedTrees, shape: Shape) -> Term:
    """`ones(n)`, `ones(n, m)`, `eye(n)`."""
    sizes = shape[:1] if shape[1] == 1 or name == "eye" else shape
    inputs = tuple(number(trees, float(size)).root for size in sizes)
    return Term(trees, trees.add(Tree("call", inputs, NOWHERE, word=name)), shape)


def whole(term: Term, shape: Shape) -> Term:
    """A term that stands for all entries, repeated until it has the shape."""
    return term if term.shape == shape else times(term, filled("ones", term.trees, shape))


def is_transpose(tree: Tree, nodes: Sequence[Tree], known: Container[int]) -> bool:
    """Whether a node is `x^T`, the transpose; `known` are the nodes that have a value."""
    if tree.row is TRANSPOSED:
        return True
    if tree.row is None or tree.row.name != "^":
        return False
    exponent = nodes[tree.inputs[1]]
    return exponent.word == "T" and tree.inputs[1] not in known


def fitted(term: Term, shape: Shape) -> Term:
    """A term summed down to the shape of an operand that was repeated. One that is smaller is repeated itself."""
    rows, columns = term.shape
    if term.shape == shape or (rows <= shape[0] and columns <= shape[1]):
        return term
    if shape == NUMBER:
        return call("sum", term, NUMBER)
    if shape[1] == 1 < columns:
        return call("sum", term, (rows, 1), 1)
    if shape[0] == 1 < rows:
        return call("sum", term, (1, columns), 0)
    raise NoFormulaError


class TermArithmetic(ByName[Term]):
    """The arithmetic in which a row of the table says its local partials as terms."""

    def __init__(self, trees: ShapedTrees) -> None:
        self._trees = trees

    def number(self, x: float) -> Term:
        return number(self._trees, x)

    def pi(self) -> Term:
        return Term(self._trees, self._trees.literal(3.141592653589793, NOWHERE, "pi"), NUMBER)

    def where(self, relation: Relation, left: Term, right: Term, then: Term, otherwise: Term) -> Term:
        terms = [left, right, then, otherwise]
        return node(self._trees, WHERE[relation], terms, spread(terms))

    def named(self, name: str, *xs: Term) -> Term:
        own = row_name(name)
        if own not in TABLE:
            raise NoFormulaError
        return xs[0].made(own, *xs)
