"""The words in which a fault is told: sub-expressions, derivatives in the course's words and as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gradx.language.printer import expression
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.sweep import Sweep
from gradx.lessons.claims.trial import same
from gradx.lessons.mistakes.case import Case

if TYPE_CHECKING:
    from flint import arb

LONGEST = 48
MOST_INPUTS = 3
_LARGEST_DENOMINATOR = 1000
_ALIKE = 1e-14


@dataclass(frozen=True)
class Wording:
    """Words about one wrong claim. `case` is where its numbers are taken from, `cases` are all there are."""

    dependence: Dependence
    case: Case
    cases: Sequence[Case]
    answers: Answers

    @property
    def wrt(self) -> str:
        return self.name(self.dependence.wrt)

    @property
    def output(self) -> str:
        return self.name(self.dependence.graph.output)

    @property
    def claim(self) -> str:
        return _short(" ".join(self.case.claim.text.split()))

    def name(self, i: int) -> str:
        """Node i's name, that of the graph where the program gives it none."""
        return self.dependence.graph.names[i]

    def text(self, i: int) -> str:
        """Node i as it reads: a name that the program gave it, or its expression."""
        graph = self.dependence.graph
        return graph.names[i] if i in graph.named and i != graph.output else _short(expression(graph, i))

    def gradient(self, j: int) -> str:
        """The name of the derivative with respect to node j: dJ/dw."""
        return f"d{self.output}/d{self.name(j)}"

    def slope_of(self, i: int) -> str:
        """`d/dx of x^2 is 2*x, 4 at x = 2`."""
        formula = self.answers.slope(i, self.dependence.wrt)
        number = self.number(self._true.own(i))
        here = self._here()
        if formula is None:
            result = f"{number}{' at ' + here if here else ' at the point shown'}"
        elif formula == number or not here or formula.lstrip("-").replace(".", "", 1).isdigit():
            result = formula
        else:
            result = f"{formula}, {number} at {here}"
        return f"d/d{self.wrt} of {self.text(i)} is {result}"

    @property
    def answer(self) -> str:
        """`dJ/dw2 is 4`."""
        output, wrt = self.dependence.graph.output, self.dependence.wrt
        step = self.answers.step(output, wrt, self.case.sweep.placed) if self.case.claim.uses else None
        formula = step or self.answers.slope(output, wrt)
        right = self.number(self.case.exact) if formula is None or self.case.claim.is_number else formula
        return f"{self.given}{self.gradient(wrt)} is {right}"

    @property
    def given(self) -> str:
        """What is said before what follows from the lines above."""
        counts = self.case.claim.uses or self.case.claim.is_number
        return "with what stands above, " if self.case.sweep.placed and counts else ""

    @property
    def is_of_another(self) -> bool:
        """Whether the claim is about another node than the program's output, and takes nothing from lines above it."""
        return self.dependence.graph.output != self.answers.graph.output and not self.case.claim.uses

    @property
    def derivative(self) -> str:
        """What a number is compared with."""
        given = self.case.sweep.placed and self.case.claim.is_number
        return "what follows from the lines above" if given else "the derivative"

    def term(self, i: int, slot: int) -> str:
        """What one argument of node i adds to its derivative."""
        formula = self.answers.term(i, slot, self.dependence.wrt)
        below = self.dependence.node(i).inputs[slot]
        return formula or self.number(self._true.local(i, slot) * self._true.tangents[below])

    def twins(self, j: int) -> list[int]:
        """The other inputs whose derivative is the same as node j's."""
        return [
            k
            for k in self.dependence.graph.inputs
            if k not in (j, self.dependence.wrt)
            and all(same(case.sweep.adjoint(j), case.sweep.adjoint(k)) for case in self.cases)
        ]

    def number(self, x: arb) -> str:
        """A number as a person writes it: 3, 1/3, 0.5403023059."""
        value = float(x)
        if value != value or abs(value) > 1e15:
            return f"{value:.10g}"
        exact = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        simple = abs(value * exact.denominator - exact.numerator) <= _ALIKE * abs(exact.numerator)
        return str(exact) if simple and (len(str(exact)) <= 5 or exact.denominator == 1) else f"{value + 0.0:.10g}"

    @property
    def _true(self) -> Sweep[arb]:
        """The sweep with nothing in place of its adjoints."""
        return replace(self.case.sweep, placed={}) if self.case.sweep.placed else self.case.sweep

    def _here(self) -> str:
        """The point of the trial, `x = 2`, "" where it is long."""
        graph = self.dependence.graph
        if not graph.inputs or len(graph.inputs) > MOST_INPUTS:
            return ""
        return ", ".join(f"{graph.names[i]} = {self.number(self.case.sweep.value(i))}" for i in graph.inputs)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
