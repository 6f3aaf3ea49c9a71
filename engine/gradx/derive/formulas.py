"""The table read as graph terms: nodes, local partials and gradients of a graph as formulas that gradx can read.

Only simplifications that hold wherever both sides have a value, and that a reader expects: 0*x, 1*x, x + 0, x^1, -(-x),
x + (-y), and arithmetic of numbers where it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Final

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder, Node, below
from gradx.language.latex import latex_written_out
from gradx.language.printer import written_out
from gradx.numbers import ByName, Made, Relation, holds
from gradx.primitive import Primitive
from gradx.row_shape import row_name
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward
from gradx.table import OPERATORS, TABLE, WHERE

_NOWHERE = (0, 0)
_UNWRITABLE = -1
_OPERATORS: Final = {"+": "sum", "-": "difference", "*": "product", "neg": "negative"}


class Term(Made):
    """A node of the builder behind `terms`. `value` is the number that it is, if it is one."""

    __slots__ = ("node", "terms", "value")

    def __init__(self, terms: Terms, node: int, value: float | None = None) -> None:
        self.terms = terms
        self.node = node
        self.value = value

    @property
    def is_writable(self) -> bool:
        """Whether programs can say it: no function that they do not have, no number that float64 does not hold."""
        return self.node != _UNWRITABLE

    def made(self, name: str, *xs: Term | float) -> Term:
        operands = [x if isinstance(x, Term) else self.terms.number(x) for x in xs]
        result = getattr(self.terms, _OPERATORS[name])(*operands)
        return Term(self.terms, result.node, result.value)


class Terms(ByName[Term]):
    """Arithmetic over `Term`, into one builder. What programs cannot say, a function or a number, is a term that is not
    writable, and so is all that is made of it.
    """

    def __init__(self, builder: GraphBuilder) -> None:
        self.builder = builder
        self._variables: dict[str, Term] = {}

    def named(self, name: str, *xs: Term) -> Term:
        return self.operation(row_name(name), *xs)

    @property
    def unwritable(self) -> Term:
        return Term(self, _UNWRITABLE)

    def operation(self, name: str, *xs: Term) -> Term:
        """The row `name` of the table on `xs`, as it is."""
        if name not in TABLE or not all(x.is_writable for x in xs):
            return self.unwritable
        return Term(self, self.builder.operation(TABLE[name], [x.node for x in xs], _NOWHERE))

    def variable(self, name: str) -> Term:
        """The input called `name`, the same one each time."""
        if name not in self._variables:
            self._variables[name] = Term(self, self.builder.input(name, _NOWHERE))
        return self._variables[name]

    def copied(self, node: Node, xs: Sequence[Term]) -> Term:
        """A literal of another graph, or an operation on `xs` as it stands there, but for a minus before a number."""
        row = node.primitive
        if row is None:
            assert node.literal is not None
            literal = self.builder.literal(node.literal, _NOWHERE, node.label)
            return Term(self, literal, node.literal if node.label is None else None)
        return self.negative(*xs) if row is TABLE["neg"] else self.operation(row.name, *xs)

    def number(self, x: float) -> Term:
        return Term(self, self.builder.literal(x, _NOWHERE), x) if math.isfinite(x) else self.unwritable

    def pi(self) -> Term:
        return Term(self, self.builder.literal(math.pi, _NOWHERE, "pi"))

    def log(self, x: Term) -> Term:
        """The logarithm; that of Euler's number is written 1, although its float64 is not quite that number."""
        is_euler = x.is_writable and self.builder.node(x.node).label == "e"
        return self.number(1.0) if is_euler else self.operation("log", x)

    def sum(self, x: Term, y: Term) -> Term:
        if x.value == 0:
            return y
        if y.value == 0:
            return x
        exact = _exact(x, y, Fraction.__add__)
        if exact is not None:
            return self.number(exact)
        if y.value is not None and y.value < 0:
            return self.operation("-", x, self.number(-y.value))
        opposite = self.operands(y, "neg")
        return self.operation("-", x, opposite[0]) if opposite else self.operation("+", x, y)

    def difference(self, x: Term, y: Term) -> Term:
        if y.value == 0:
            return x
        if x.value == 0:
            return self.negative(y)
        exact = _exact(x, y, Fraction.__sub__)
        if exact is not None:
            return self.number(exact)
        opposite = self.operands(y, "neg")
        return self.operation("+", x, opposite[0]) if opposite else self.operation("-", x, y)

    def product(self, x: Term, y: Term) -> Term:
        for factor, other in ((x, y), (y, x)):
            if factor.value == 0:
                return self.number(0.0)
            if factor.value == 1:
                return other
            if factor.value == -1:
                return self.negative(other)
        exact = _exact(x, y, Fraction.__mul__)
        return self.operation("*", x, y) if exact is None else self.number(exact)

    def negative(self, x: Term) -> Term:
        if x.value is not None:
            return self.number(0.0 if x.value == 0 else -x.value)
        opposite = self.operands(x, "neg")
        if opposite:
            return opposite[0]
        for name in ("*", "/"):
            operands = self.operands(x, name)
            if operands:
                return self.operation(name, self.negative(operands[0]), operands[1])
        return self.operation("neg", x)

    def divide(self, x: Term, y: Term) -> Term:
        if x.value == 0 and y.value != 0:
            return x
        return x if y.value == 1 else self.operation("/", x, y)

    def quotient(self, x: Term, y: Term) -> Term:
        """As `divide`, but a fraction of numbers that is a short decimal is that: 0.5 for 1/2, and 1/3 as it is."""
        exact = _exact(x, y, Fraction.__truediv__) if y.value else None
        return Terms.divide(self, x, y) if exact is None else self.number(exact)

    def power(self, x: Term, y: Term) -> Term:
        if y.value == 1:
            return x
        return self.number(1.0) if y.value == 0 else self.operation("^", x, y)

    def where(self, relation: Relation, left: Term, right: Term, then: Term, otherwise: Term) -> Term:
        if left.value is not None and right.value is not None:
            return then if holds(relation, left.value, right.value) else otherwise
        return self.operation(WHERE[relation].name, left, right, then, otherwise)

    def operands(self, x: Term, name: str) -> tuple[Term, ...]:
        """The operands of `x` if it is the operation `name`, else ()."""
        node = self.builder.node(x.node) if x.is_writable else Node(None)
        if node.primitive is not TABLE[name]:
            return ()
        operands = ((i, self.builder.node(i)) for i in node.inputs)
        return tuple(Term(self, i, found.literal if found.label is None else None) for i, found in operands)


def _exact(x: Term, y: Term, operation: Callable[[Fraction, Fraction], Fraction]) -> float | None:
    """The value of an operation on two numbers, if float64 has it exactly and it is no longer to write."""
    if x.value is None or y.value is None:
        return None
    exact = operation(Fraction(x.value), Fraction(y.value))
    try:
        rounded = float(exact)
    except OverflowError:
        return None
    return rounded if Fraction(rounded) == exact and len(repr(rounded)) <= 8 else None


LONGEST: Final = 64
"""A local partial with more operations than this tells nobody anything."""


@dataclass(frozen=True, slots=True, repr=False)
class Formula:
    """A graph of its own: its inputs bear the names of the nodes that they stand for."""

    graph: Graph

    @property
    def text(self) -> str:
        return written_out(self.graph, self.graph.output)

    @property
    def latex(self) -> str:
        return latex_written_out(self.graph, self.graph.output)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self.text}>"

    def _repr_latex_(self) -> str:
        """What a notebook shows."""
        return f"$\\displaystyle {self.latex}$"


def new_builder(graph: Graph) -> GraphBuilder:
    """For formulas about a graph: nothing in them stands in its text, but functions are called as they are there."""
    return GraphBuilder(graph.source)


def local_formula(graph: Graph, i: int, slot: int) -> str | None:
    """The local partial of operation i in its input `slot`, in the names of nodes; None where it cannot be written.

    >>> from gradx.language.program import read
    >>> local_formula(read("a = tanh(z); J = a*3").graph, 1, 0)
    '1 - a^2'
    """
    formula = local_partial(graph, i, slot)
    return formula.text if formula else None


def local_partial(graph: Graph, i: int, slot: int) -> Formula | None:
    """As `local_formula`, as a graph."""
    terms = Terms(new_builder(graph))
    partial = Written(graph, terms, graph.named, lambda j: not graph.nodes[j].constant).partial(i, slot)
    if not partial.is_writable:
        return None
    finished = terms.builder.finish(partial.node)
    return Formula(finished) if sizes(finished)[partial.node] <= LONGEST else None


@cache
def has_minus(row: Primitive, slot: int) -> bool:
    """Whether the local partial for one argument is written with a minus in front: `-sin(x)`, `-1`."""
    builder = GraphBuilder(Source("formula", ""))
    xs = [builder.input(f"x{k}", (0, 0)) for k in range(row.arity or 0)]
    if not xs:
        return False
    value = builder.operation(row, xs, (0, 0), "v")
    return (local_formula(builder.finish(value), value, slot) or "").startswith("-")


class Written:
    """A graph's nodes as terms: those that `by_name` accepts by their names, others written out down to them.

    Where an operation's own value stands in a rule, it is its name for those that are `named`.
    """

    def __init__(self, graph: Graph, terms: Terms, named: Collection[int], by_name: Callable[[int], bool]) -> None:
        self._graph = graph
        self._terms = terms
        self._named = named
        self._by_name = by_name
        self._known: dict[int, Term] = {}

    def node(self, i: int) -> Term:
        graph, known = self._graph, self._known
        for j in below((i,), lambda j: () if j in known or self._by_name(j) else graph.arguments[j]):
            if j not in known and self._by_name(j):
                known[j] = self._terms.variable(graph.names[j])
            elif j not in known:
                known[j] = self._terms.copied(graph.nodes[j], [known[k] for k in graph.arguments[j]])
        return known[i]

    def partial(self, i: int, slot: int) -> Term:
        """The local partial of operation i for one argument, as a course writes it."""
        node = self._graph.nodes[i]
        row = node.primitive
        assert row is not None
        if row.arity is None and len(node.inputs) > LONGEST:
            return self._terms.unwritable
        xs = [self.node(j) for j in node.inputs]
        value = self._terms.variable(self._graph.names[i]) if i in self._named else self._terms.copied(node, xs)
        return row.written_partial(self._terms.arithmetic, value, xs, slot)


def sizes(graph: Graph) -> list[int]:
    """How many operations it takes to write each node, capped above `LONGEST`; a shared one counts each time."""
    sizes: list[int] = []
    for node in graph.nodes:
        own = node.primitive not in (None, TABLE["identity"])
        sizes.append(min(LONGEST + 1, own + sum(sizes[j] for j in node.inputs)))
    return sizes


class Gradients:
    """The gradients of one graph, in one builder, so that what they share stands there once.

    `backprop` holds them and the local partials as terms. Both branches of a `where` may be taken. `in_inputs`: in the
    names of inputs alone.
    """

    def __init__(self, graph: Graph, *, in_inputs: bool = False) -> None:
        terms = _Folding(new_builder(graph))
        names = frozenset(graph.inputs if in_inputs else graph.shown)
        written = Written(graph, terms, frozenset() if in_inputs else graph.named, names.__contains__)

        def partials(i: int, wanted: Sequence[bool]) -> list[Term | None]:
            return [written.partial(i, slot) if want else None for slot, want in enumerate(wanted)]

        values = [written.node(i) for i in range(len(graph.nodes))]
        run = Forward(values, {}, frozenset())
        self._builder = terms.builder
        self.backprop: Backprop[Term] = backprop(graph, _Chain(terms.builder).arithmetic, run, partials)

    def formulas(self, nodes: Iterable[int]) -> dict[int, Formula | None]:
        """The gradients of `nodes`; None where one is too long to tell anything, or cannot be written."""
        finished = self._builder.finish(0)
        lengths = sizes(finished)
        gradients = {i: self.backprop.adjoints[i] for i in nodes}
        return {
            i: Formula(replace(finished, output=x.node)) if x.is_writable and lengths[x.node] <= LONGEST else None
            for i, x in gradients.items()
        }


class _Folding(Terms):
    """Terms in which numbers are worked out wherever that is exact, those that the program wrote too."""

    def copied(self, node: Node, xs: Sequence[Term]) -> Term:
        row = node.primitive
        return row.value(self.arithmetic, *xs) if row in OPERATORS else super().copied(node, xs)

    def divide(self, x: Term, y: Term) -> Term:
        return self.quotient(x, y)


class _Chain(Terms):
    """Sums and products of the chain rule: what is written with a minus is subtracted, and a product stands on one
    fraction line, the numbers in front multiplied."""

    def sum(self, x: Term, y: Term) -> Term:
        opposite = None if x.value == 0 else self._opposite(y)
        return self.difference(x, opposite) if opposite else super().sum(x, y)

    def product(self, x: Term, y: Term) -> Term:
        (left, *over), (right, *under) = self._taken_apart(x), self._taken_apart(y)
        factor = super().product(self.number(left), self.number(right))
        if factor.value is None:
            return super().product(x, y)
        above, below = ([term for term in pair if term is not None] for pair in zip(over, under, strict=True))
        top = factor
        for term in above:
            top = super().product(top, term)
        bottom = self.number(1.0)
        for term in below:
            bottom = super().product(bottom, term)
        return self.divide(top, bottom)

    def _opposite(self, x: Term) -> Term | None:
        """What x is the negative of, if it is written with a minus in front."""
        (first, *_) = self.operands(x, "*") or self.operands(x, "/") or (x,)
        has_minus = self.operands(first, "neg") if first.value is None else first.value < 0
        return self.negative(x) if has_minus else None

    def _taken_apart(self, x: Term) -> tuple[float, Term | None, Term | None]:
        """The number in front (1 where there is none), what else stands above the fraction line, and what below it."""
        over = self.operands(x, "/")
        number, above = self._factors(over[0] if over else x)
        return number, above, over[1] if over else None

    def _factors(self, x: Term) -> tuple[float, Term | None]:
        """The number in front of a product, and what is left without it."""
        if x.value is not None:
            return x.value, None
        factors = self.operands(x, "*")
        if factors and factors[0].value is not None:
            return factors[0].value, factors[1]
        opposite = self.operands(x, "neg")
        return (-1.0, opposite[0]) if opposite else (1.0, x)
