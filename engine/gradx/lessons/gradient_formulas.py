"""Gradients in symbols: the chain rule multiplied out, one formula a node, in the names of nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder, Node
from gradx.language.formulas import LONGEST, Formula, local_partial, sizes
from gradx.language.terms import Term, Terms
from gradx.table import OPERATORS, TABLE

MOST_NODES: Final = 200
"""Formulas are written for programs of at most this many nodes."""


Use = tuple[int, int]
"""The operation that uses a node, and as which of its arguments."""


def gradient_formulas(graph: Graph, uses: Mapping[int, Sequence[Use]]) -> dict[int, Formula | None]:
    """The gradient of every node of `uses` (the output first, users before what they use).

    None where a formula is too long to tell anything, or a local partial cannot be written. {} for a large program.
    """
    if len(uses) > MOST_NODES:
        return {}
    book = _Book(graph)
    gradients: dict[int, Term | None] = {}
    for i, used in uses.items():
        gradients[i] = book.terms.number(1.0) if i == graph.output else book.total(gradients, used)
    return book.formulas(gradients)


class _Book:
    """The formulas of one program, in one builder, so that what they share stands there once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._builder = GraphBuilder(Source("formula", ""))
        self.terms = Terms(self._builder)

    def total(self, gradients: Mapping[int, Term | None], uses: Sequence[Use]) -> Term | None:
        """The sum of upstream × local over the uses of a node; None where one of them cannot be written."""
        total = self.terms.number(0.0)
        for via, slot in uses:
            upstream, partial = gradients[via], local_partial(self._graph, via, slot)
            if upstream is None or partial is None:
                return None
            term = self._product(upstream, self._copied(partial.graph))
            opposite = None if total.value == 0 else self._opposite(term)
            total = self.terms.difference(total, opposite) if opposite else self.terms.sum(total, term)
        return total

    def formulas(self, gradients: dict[int, Term | None]) -> dict[int, Formula | None]:
        """The terms as formulas, None for those that are too long."""
        finished = self._builder.finish(self.terms.number(1.0).node)
        lengths = sizes(finished)
        return {
            i: Formula(replace(finished, output=term.node)) if term and lengths[term.node] <= LONGEST else None
            for i, term in gradients.items()
        }

    def _product(self, x: Term, y: Term) -> Term:
        """x*y on one fraction line, the numbers in front multiplied."""
        terms = self.terms
        (left, *over), (right, *under) = self._taken_apart(x), self._taken_apart(y)
        factor = terms.product(terms.number(left), terms.number(right))
        if factor.value is None:
            return terms.product(x, y)
        above, below = ([term for term in pair if term is not None] for pair in zip(over, under, strict=True))
        top = factor
        for term in above:
            top = terms.product(top, term)
        bottom = terms.number(1.0)
        for term in below:
            bottom = terms.product(bottom, term)
        return terms.divide(top, bottom)

    def _opposite(self, x: Term) -> Term | None:
        """What x is the negative of, if it is written with a minus in front."""
        product, quotient = self.terms.operands(x, "*"), self.terms.operands(x, "/")
        if not (product or quotient):
            return self._without_minus(x)
        first, second = product or quotient
        opposite = self._without_minus(first)
        if opposite is None:
            return None
        return self.terms.product(opposite, second) if product else self.terms.divide(opposite, second)

    def _without_minus(self, x: Term) -> Term | None:
        """What a negative number, or a negative, is the negative of."""
        if x.value is not None:
            return self.terms.number(-x.value) if x.value < 0 else None
        negated = self.terms.operands(x, "neg")
        return negated[0] if negated else None

    def _taken_apart(self, x: Term) -> tuple[float, Term | None, Term | None]:
        """The number in front (1 where there is none), what else stands above the fraction line, and what below it."""
        over = self.terms.operands(x, "/")
        number, above = self._factors(over[0] if over else x)
        return number, above, over[1] if over else None

    def _factors(self, x: Term) -> tuple[float, Term | None]:
        """The number in front of a product, and what is left without it."""
        if x.value is not None:
            return x.value, None
        factors = self.terms.operands(x, "*")
        if factors and factors[0].value is not None:
            return factors[0].value, factors[1]
        opposite = self.terms.operands(x, "neg")
        return (-1.0, opposite[0]) if opposite else (1.0, x)

    def _copied(self, formula: Graph) -> Term:
        copies: list[Term] = []
        for i, node in enumerate(formula.nodes):
            copies.append(self._copy(node, formula.names[i], [copies[j] for j in node.inputs]))
        return copies[formula.output]

    def _copy(self, node: Node, name: str, xs: list[Term]) -> Term:
        if node.primitive is None:
            return self.terms.copied(node, xs) if node.constant else self.terms.variable(name)
        if node.primitive is TABLE["/"]:
            return self.terms.quotient(*xs)
        # An operator, read over terms, simplifies itself.
        return node.primitive.value(self.terms, *xs) if node.primitive in OPERATORS else self.terms.copied(node, xs)
