"""A claim tried at one point: everything there, exact and claimed, that tells right from wrong and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.dependence import Dependence
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.point.typed import Number
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward
from gradx.sweeps.tangents import Rule, tangent, tangents

if TYPE_CHECKING:
    from flint import arb


@dataclass(frozen=True)
class Trial:
    """One point (input -> number), and over it the derivative `exact` and what the claim says, `claimed`, in balls of
    so many `bits`; what follows from them is to be worked out at as many.

    `claimed` is nan where the claim has no value. `agrees`: whether the two are the same number, proved where they are
    not; None where that is not known.
    """

    dependence: Dependence
    claim: Claim
    point: Mapping[int, Number]
    bits: int
    run: Forward[arb] = field(repr=False)
    back: Backprop[arb] = field(repr=False)
    formula: Forward[arb] = field(repr=False)
    agrees: bool | None = None

    @property
    def exact(self) -> arb:
        return self.back.adjoints[self.dependence.wrt]

    @property
    def claimed(self) -> arb:
        return self.formula.values[self.claim.formula.output]

    @property
    def output(self) -> arb:
        """The value of the node that is differentiated."""
        return self.run.values[self.dependence.graph.output]

    @cached_property
    def tangents(self) -> list[arb]:
        """The derivative of every node with respect to `wrt`."""
        dependence = self.dependence
        return tangents(dependence.graph, M, self.back.partials, dependence.wrt, dependence.between)

    @cached_property
    def slope_of_claim(self) -> arb:
        """The claim, differentiated in its turn with respect to `wrt`."""
        back = backprop(self.claim.formula, M, self.formula)
        total = M.number(0.0)
        for i, j in self.claim.operands.items():
            reached = j == self.dependence.wrt or j in self.dependence.between
            if j in self.dependence.varying and not reached:
                return M.divide(total, M.number(0.0))
            total = total + back.adjoints[i] * self.tangents[j]
        return total

    def local(self, i: int, slot: int) -> arb:
        """The local partial of node i for one argument, 0 where nothing flows."""
        partial = self.back.partials[i][slot] if self.back.partials[i] else None
        return M.number(0.0) if partial is None else partial

    def tangent(self, i: int, before: Sequence[arb]) -> arb:
        """The tangent of node i by the right rule, from the tangents `before` it."""
        return tangent(self.dependence.graph, M, self.back.partials, i, before)

    def with_tangent(self, i: int, wrong: arb) -> arb:
        """The derivative that comes out where the tangent of node i alone is `wrong`."""
        return self.exact + self.back.adjoints[i] * (wrong - self.tangents[i])

    def with_rules(self, rules: Mapping[int, Rule[arb]]) -> arb:
        """The derivative that comes out where the nodes in `rules` follow rules of their own."""
        dependence = self.dependence
        found = tangents(dependence.graph, M, self.back.partials, dependence.wrt, dependence.between, rules)
        return found[dependence.graph.output]
