"""The local partial of one operation, as a formula that gradx can read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder
from gradx.language.latex import latex_written_out
from gradx.language.printer import written_out
from gradx.language.terms import Term, Terms, UnwritableError
from gradx.primitive import Primitive
from gradx.table import TABLE

LONGEST: Final = 64
"""A local partial with more operations than this tells nobody anything."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A graph of its own: its inputs bear the names of the nodes that they stand for."""

    graph: Graph

    @property
    def text(self) -> str:
        return written_out(self.graph, self.graph.output)

    @property
    def latex(self) -> str:
        return latex_written_out(self.graph, self.graph.output)


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
    node = graph.nodes[i]
    row = node.primitive
    assert row is not None
    if row.arity is None and len(node.inputs) > LONGEST:
        return None
    builder = GraphBuilder(Source("formula", ""))
    copies = _Copies(graph, builder)
    xs = [copies.term(j) for j in node.inputs]
    value = copies.named(i) if i in graph.named else copies.terms.operation(row.name, *xs)
    try:
        output = row.written_partial(copies.terms, value, xs, slot).node
    except UnwritableError:
        return None
    if not builder.is_operation(output) or builder.is_used(output):
        output = builder.operation(TABLE["identity"], (output,), (0, 0))
    finished = builder.finish(output)
    return Formula(finished) if sizes(finished)[output] <= LONGEST else None


@cache
def has_minus(row: Primitive, slot: int) -> bool:
    """Whether the local partial for one argument is written with a minus in front: `-sin(x)`, `-1`."""
    if row.arity is None:
        return False
    builder = GraphBuilder(Source("formula", ""))
    terms = Terms(builder)
    value, *xs = (terms.variable(f"x{k}") for k in range(row.arity + 1))
    try:
        output = row.written_partial(terms, value, xs, slot).node
    except UnwritableError:
        return False
    return written_out(builder.finish(output), output).startswith("-")


class _Copies:
    """The operands of one operation as terms: constants as they are, every other node by its name."""

    def __init__(self, graph: Graph, builder: GraphBuilder) -> None:
        self.terms = Terms(builder)
        self._graph = graph
        self._terms: dict[int, Term] = {}

    def named(self, i: int) -> Term:
        """Node i as a variable."""
        return self.terms.variable(self._graph.names[i])

    def term(self, i: int) -> Term:
        """Node i, as a variable or as the constant that it is."""
        nodes = self._graph.nodes
        if not nodes[i].constant:
            return self.named(i)
        waiting = [i]
        while waiting:
            j = waiting[-1]
            missing = [k for k in nodes[j].inputs if k not in self._terms]
            if missing:
                waiting += missing
            else:
                waiting.pop()
                if j not in self._terms:
                    self._terms[j] = self.terms.copied(nodes[j], [self._terms[k] for k in nodes[j].inputs])
        return self._terms[i]


def sizes(graph: Graph) -> list[int]:
    """How many operations it takes to write each node, capped above `LONGEST`; a shared one counts each time."""
    sizes: list[int] = []
    for node in graph.nodes:
        own = node.primitive not in (None, TABLE["identity"])
        sizes.append(min(LONGEST + 1, own + sum(sizes[j] for j in node.inputs)))
    return sizes
