"""Gradients in symbols: backprop over formulas, one gradient a node, in the names of nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gradx.derive.formulas import LONGEST, Formula, Written, new_builder, sizes
from gradx.derive.terms import Term, Terms
from gradx.graph import Graph, Node
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward
from gradx.table import OPERATORS


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
