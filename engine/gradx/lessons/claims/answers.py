"""Right answers in the course's words: of a derivative, of one term of it, of a step from what stands above."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from gradx.derive.expression import UNWRITABLE, Sum, multiplied, name
from gradx.derive.forms import Forms, formula_of
from gradx.derive.rules import CANONICAL
from gradx.graph import Graph
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.sweep import Sweep
from gradx.lessons.diff import Differentiation
from gradx.sweeps.forward import Forward

MOST_OPERATIONS: Final = 60
"""In a larger program no formula is looked for."""

MOST_SEARCHED: Final = 600
"""So many of its derivatives are looked at for a shorter form, on all pages about it."""

LONGEST_CHARACTERS: Final = 60
"""A longer formula does not stand in a sentence."""


@dataclass(frozen=True)
class Answers:
    """The formulas of one program, each worked out once."""

    graph: Graph

    @cached_property
    def formulas(self) -> Differentiation:
        """The derivatives that `diff` shows."""
        return Differentiation(self.graph, most_searched=MOST_SEARCHED)

    @cached_property
    def forms(self) -> Forms:
        """The forms in the program's names."""
        return Forms(self.graph, by_name=True)

    @property
    def is_small(self) -> bool:
        """Whether formulas are looked for."""
        return len(self.graph.operations) <= MOST_OPERATIONS

    def course(self, of: int, wrt: int) -> str | None:
        """d(node `of`)/d(node `wrt`) in the program's names, proved; None where there is none."""
        if not self.is_small:
            return None
        found = self.formulas.derivative(of, (wrt,))
        formula = found.by_nodes or found.formula
        return formula.text if formula else None

    def partial(self, of: int, wrt: int) -> str | None:
        """The same with the other nodes that the program names held constant."""
        return self.written(self.sweep(of, wrt).partial, of) if self.is_small else None

    def slope(self, i: int, wrt: int) -> str | None:
        """The same, where it is short enough for a sentence."""
        found = self.course(i, wrt)
        return found if found is not None and len(found) <= LONGEST_CHARACTERS else None

    def term(self, i: int, slot: int, wrt: int) -> str | None:
        """What one argument of node i adds to its derivative, where that is short."""
        if not self.is_small:
            return None
        sweep = self.sweep(i, wrt)
        below = self.graph.arguments[i][slot]
        text = self.written(multiplied((sweep.local(i, slot), sweep.tangents[below])), i)
        return text if text is not None and len(text) <= LONGEST_CHARACTERS else None

    def step(self, of: int, wrt: int, above: Collection[int]) -> str | None:
        """d(node `of`)/d(node `wrt`) in the names of the derivatives with respect to the nodes `above` (`dz`); None
        where none of them is on the way."""
        on_the_way = {i for i in above if i in self.graph.downstream(wrt) and i != wrt}
        if not on_the_way or not self.is_small:
            return None
        names = self.graph.names
        placed = {i: name(f"d{names[i]}") for i in on_the_way}
        return self.written(self.sweep(of, wrt).with_placed(placed).exact, of)

    def sweep(self, of: int, wrt: int) -> Sweep[Sum]:
        """The sweep over sums, in the program's names."""
        graph = replace(self.graph, output=of)
        forms = self.forms
        run = Forward(forms.values, {}, frozenset())
        return Sweep(Dependence(graph, wrt), CANONICAL.arithmetic, run, forms.backprop(of))

    def written(self, x: Sum, of: int | None = None) -> str | None:
        """A sum, which has to do with how node `of` changes, in its shortest form; None where it cannot be written."""
        if x is UNWRITABLE:
            return None
        tree = self.forms.tree(x, of)
        return None if tree is None else formula_of(tree, self.graph).text
