"""The nodes of a graph, and the local partials of its operations, as formulas that gradx can read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Final

from gradx.derive.terms import Term, Terms
from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder, below
from gradx.language.latex import latex_written_out
from gradx.language.printer import written_out
from gradx.primitive import Primitive
from gradx.table import TABLE

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
