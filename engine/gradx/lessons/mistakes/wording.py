"""The words in which a fault is told: sub-expressions as they read, derivatives as formulas and as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from gradx.derive.slopes import slope_formula
from gradx.language.printer import expression
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial, same

if TYPE_CHECKING:
    from flint import arb

LONGEST = 48
MOST_INPUTS = 3
_LARGEST_DENOMINATOR = 1000
_ALIKE = 1e-14


@dataclass(frozen=True)
class Wording:
    """Words about one wrong claim. `trial` is where its numbers are taken from, `trials` are all there are."""

    dependence: Dependence
    trial: Trial
    trials: Sequence[Trial]

    @property
    def wrt(self) -> str:
        return self.dependence.graph.names[self.dependence.wrt]

    @property
    def claim(self) -> str:
        return _short(" ".join(self.trial.claim.text.split()))

    def text(self, i: int) -> str:
        """Node i as it reads: a name that the program same it, or its expression."""
        graph = self.dependence.graph
        return graph.names[i] if i in graph.named and i != graph.output else _short(expression(graph, i))

    def gradient(self, j: int) -> str:
        """The name of the derivative with respect to node j: dJ/dw."""
        names = self.dependence.graph.names
        return f"d{names[self.dependence.graph.output]}/d{names[j]}"

    def slope_of(self, i: int) -> str:
        """`d/dx of x^2 is 2*x, 4 at x = 2`."""
        formula = slope_formula(self.dependence.graph, i, self.dependence.wrt)
        number = self.number(self.trial.tangents[i])
        here = self._here()
        if formula is None:
            result = f"{number}{' at ' + here if here else ' at the point shown'}"
        elif formula == number or not here or _is_decimal(formula):
            result = formula
        else:
            result = f"{formula}, {number} at {here}"
        return f"d/d{self.wrt} of {self.text(i)} is {result}"

    @property
    def answer(self) -> str:
        """`dJ/dw2 is 4`."""
        output = self.dependence.graph.output
        formula = slope_formula(self.dependence.graph, output, self.dependence.wrt)
        number = self.number(self.trial.exact)
        right = number if formula is None or self.trial.claim.is_number else formula
        return f"{self.gradient(self.dependence.wrt)} is {right}"

    def term(self, i: int, slot: int) -> str:
        """What one argument of node i adds to its derivative."""
        formula = slope_formula(self.dependence.graph, i, self.dependence.wrt, [slot])
        below = self.dependence.node(i).inputs[slot]
        return formula or self.number(self.trial.local(i, slot) * self.trial.tangents[below])

    def twins(self, j: int) -> list[int]:
        """The other inputs whose derivative is the same as node j's."""
        return [
            k
            for k in self.dependence.graph.inputs
            if k not in (j, self.dependence.wrt)
            and all(same(t.back.adjoints[j], t.back.adjoints[k]) for t in self.trials)
        ]

    def number(self, x: arb) -> str:
        """A number as a person writes it: 3, 1/3, 0.5403023059."""
        value = float(x)
        if value != value or abs(value) > 1e15:
            return f"{value:.10g}"
        exact = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        simple = abs(value * exact.denominator - exact.numerator) <= _ALIKE * abs(exact.numerator)
        return str(exact) if simple and (len(str(exact)) <= 5 or exact.denominator == 1) else f"{value + 0.0:.10g}"

    def _here(self) -> str:
        """The point of the trial, `x = 2`, "" where it is long."""
        graph = self.dependence.graph
        if not graph.inputs or len(graph.inputs) > MOST_INPUTS:
            return ""
        return ", ".join(f"{graph.names[i]} = {self.number(self.trial.run.values[i])}" for i in graph.inputs)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _is_decimal(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
