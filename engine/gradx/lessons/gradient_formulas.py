"""Gradients in symbols: the chain rule multiplied out, one formula a node, in the names of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder, Node
from gradx.language.formulas import LONGEST, Formula, local_partial, sizes
from gradx.language.terms import Term, Terms
from gradx.primitives import TABLE

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
        if x.value is not None:
            return self.terms.number(-x.value) if x.value < 0 else None
        for name in ("*", "/"):
            operands = self._operands(x, name)
            first = self._opposite_of_first(operands)
            if first is not None:
                return self.terms.product(first, operands[1]) if name == "*" else self.terms.divide(first, operands[1])
        inner = self._operands(x, "neg")
        return inner[0] if inner else None

    def _opposite_of_first(self, operands: Sequence[Term]) -> Term | None:
        if not operands:
            return None
        first = operands[0]
        if first.value is not None:
            return self.terms.number(-first.value) if first.value < 0 else None
        inner = self._operands(first, "neg")
        return inner[0] if inner else None

    def _taken_apart(self, x: Term) -> tuple[float, Term | None, Term | None]:
        """The number in front (1 where there is none), what else stands above the fraction line, and what below it."""
        over = self._operands(x, "/")
        number, above = self._factors(over[0] if over else x)
        return number, above, over[1] if over else None

    def _factors(self, x: Term) -> tuple[float, Term | None]:
        """The number in front of a product, and what is left without it."""
        if x.value is not None:
            return x.value, None
        factors = self._operands(x, "*")
        if factors and factors[0].value is not None:
            return factors[0].value, factors[1]
        opposite = self._operands(x, "neg")
        return (-1.0, opposite[0]) if opposite else (1.0, x)

    def _operands(self, x: Term, name: str) -> list[Term]:
        """The operands of `x` if it is the operation `name`, else none."""
        nodes = self._builder.nodes
        if nodes[x.node].primitive is not TABLE[name]:
            return []
        return [Term(self.terms, j, None if nodes[j].label else nodes[j].literal) for j in nodes[x.node].inputs]

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
        half = _quotient(xs) if node.primitive.name == "/" else None
        if half is not None:
            return self.terms.number(half)
        simplified = _SIMPLIFIED.get(node.primitive.name)
        return simplified(self.terms)(*xs) if simplified else self.terms.operation(node.primitive.name, *xs)


def _quotient(xs: Sequence[Term]) -> float | None:
    """A fraction of numbers that is a short decimal, exactly: 1/2, and not 1/3."""
    x, y = xs[0].value, xs[1].value
    if x is None or not y:
        return None
    quotient = x / y
    return quotient if Fraction(quotient) * Fraction(y) == Fraction(x) and len(repr(quotient)) <= 8 else None
