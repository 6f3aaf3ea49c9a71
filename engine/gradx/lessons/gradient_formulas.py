"""Gradients in symbols: the chain rule multiplied out, one formula a node, in the names of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder, Node
from gradx.language.formulas import LONGEST, Formula, local_partial, sizes
from gradx.language.terms import Term, Terms

if TYPE_CHECKING:
    from gradx.lessons.chain_rule import Step

MOST_STEPS: Final = 200
"""Formulas are written for programs of at most this many nodes."""

_SIMPLIFIED: Final[dict[str, Callable[[Terms], Callable[..., Term]]]] = {
    "+": lambda terms: terms.sum,
    "-": lambda terms: terms.difference,
    "*": lambda terms: terms.product,
    "/": lambda terms: terms.divide,
    "^": lambda terms: terms.power,
    "neg": lambda terms: terms.negative,
}


def gradient_formulas(graph: Graph, steps: Sequence[Step]) -> dict[int, Formula | None]:
    """The gradient of every node of `steps` (the output first, users before what they use).

    None where a formula is too long to tell anything, or a local partial cannot be written. {} for a large program.
    """
    if len(steps) > MOST_STEPS:
        return {}
    book = _Book(graph)
    gradients: dict[int, Term | None] = {}
    for step in steps:
        if step.silence == "output":
            gradients[step.node] = book.terms.number(1.0)
        else:
            gradients[step.node] = book.total((gradients[t.via], t.via, t.slot) for t in step.terms)
    return book.formulas(gradients)


class _Book:
    """The formulas of one program, in one builder, so that what they share stands there once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._builder = GraphBuilder(Source("formula", ""))
        self._inputs: dict[str, Term] = {}
        self.terms = Terms(self._builder)

    def total(self, received: Iterable[tuple[Term | None, int, int]]) -> Term | None:
        """The sum of upstream × local over what a node receives: (upstream, operation, argument slot)."""
        total = self.terms.number(0.0)
        for upstream, via, slot in received:
            partial = local_partial(self._graph, via, slot)
            if upstream is None or partial is None:
                return None
            total = self.terms.sum(total, self.terms.product(upstream, self._copied(partial.graph)))
        return total

    def formulas(self, gradients: dict[int, Term | None]) -> dict[int, Formula | None]:
        """The terms as formulas, None for those that are too long."""
        finished = self._builder.finish(self.terms.number(1.0).node)
        lengths = sizes(finished)
        return {
            i: Formula(replace(finished, output=term.node)) if term and lengths[term.node] <= LONGEST else None
            for i, term in gradients.items()
        }

    def _copied(self, formula: Graph) -> Term:
        copies: list[Term] = []
        for i, node in enumerate(formula.nodes):
            copies.append(self._copy(node, formula.names[i], [copies[j] for j in node.inputs]))
        return copies[formula.output]

    def _copy(self, node: Node, name: str, xs: list[Term]) -> Term:
        if node.literal is not None:
            literal = self._builder.literal(node.literal, (0, 0), node.label)
            return Term(self.terms, literal, None if node.label else node.literal)
        if node.primitive is None:
            if name not in self._inputs:
                self._inputs[name] = Term(self.terms, self._builder.input(name, (0, 0)))
            return self._inputs[name]
        if node.primitive.name == "identity":
            return xs[0]
        simplified = _SIMPLIFIED.get(node.primitive.name)
        return simplified(self.terms)(*xs) if simplified else self.terms.operation(node.primitive.name, *xs)
