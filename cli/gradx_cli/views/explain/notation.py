"""How derivatives are written, `dJ/du · ∂u/∂b` in a terminal and as fractions in LaTeX.

The derivative of the output with respect to a node is written with d, a local partial with ∂; in a program with one
input there is nothing partial, and a local partial is written with d too, unless its operation joins several nodes.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gradx.derive.formulas import Formula, local_partial
from gradx.graph import Graph
from gradx.language.latex import latex, latex_name
from gradx.language.printer import definition
from gradx_cli.escape import safe
from gradx_cli.views.latex import number
from gradx_cli.views.numbers import shown
from gradx_cli.views.substitution import put_in

LONGEST_SUBSTITUTION = 60
"""Longer than this, numbers put into a definition explain nothing."""

_NEGATIVE = re.compile(r"(?<=[-+t] )-[0-9.]+(?: \\cdot 10\^\{-?[0-9]+\})?")
"""A negative number behind `+`, `-` or `\\cdot`."""

LONGEST_DEFINITION = 200
"""A longer definition is not written out."""


@dataclass(frozen=True)
class Notation(ABC):
    """One way to write the derivatives of `graph`, with numbers of up to `digits` significant digits."""

    graph: Graph
    digits: int

    times: ClassVar[str] = " · "
    ellipsis: ClassVar[str] = "…"
    arrow: ClassVar[str] = " ← "

    @abstractmethod
    def name(self, i: int) -> str:
        """Node i."""

    @abstractmethod
    def gradient(self, i: int) -> str:
        """The gradient of node i, as it stands on the left of an equation."""

    @abstractmethod
    def factor(self, i: int) -> str | None:
        """The gradient of node i, as the first factor of a term. None for one that is better left out."""

    @abstractmethod
    def quotient(self, above: int, below: int, sign: str) -> str:
        """A derivative; `sign` is d or ∂."""

    @abstractmethod
    def number(self, x: float | None) -> str: ...

    @abstractmethod
    def bracketed(self, text: str) -> str: ...

    @abstractmethod
    def written(self, formula: Formula) -> str: ...

    @abstractmethod
    def definition(self, i: int) -> str | None:
        """Operation i in the names of its inputs; None where that is too long."""

    @abstractmethod
    def with_numbers(self, i: int, values: Sequence[float]) -> str | None:
        """The same with the numbers put in; None where that explains nothing."""

    @abstractmethod
    def in_a_sentence(self, text: str) -> str:
        """Mathematics inside a line of words."""

    def total(self, i: int) -> str:
        """The derivative of the output with respect to node i."""
        return self.quotient(self.graph.output, i, "d")

    def local(self, via: int, i: int, *, one_use: bool = False) -> str:
        """The local partial of operation `via` with respect to its input i; `one_use`: to one argument alone."""
        nodes = self.graph.nodes
        varying = [j for j in nodes[via].inputs if not nodes[j].constant]
        alone = len(varying) == 1 if one_use else len(set(varying)) == 1
        return self.quotient(via, i, "d" if alone and len(self.graph.inputs) == 1 else "∂")

    def local_formula(self, via: int, slot: int) -> str | None:
        """The local partial in symbols, in brackets where it stands in a product; None where it cannot be written."""
        formula = local_partial(self.graph, via, slot)
        if formula is None:
            return None
        return self.bracketed(self.written(formula)) if is_sum(formula.text) else self.written(formula)

    def product(self, factors: Sequence[str | None]) -> str:
        """The factors that are there, negative numbers behind the first in brackets."""
        there = [factor for factor in factors if factor is not None]
        return self.times.join([*there[:1], *map(self.behind, there[1:])])

    def sum(self, terms: Sequence[str]) -> str:
        """The terms, negative ones behind the first in brackets."""
        return " + ".join([*terms[:1], *map(self.behind, terms[1:])])

    def behind(self, text: str) -> str:
        """The text as it stands after another factor or term."""
        return self.bracketed(text) if text.startswith("-") else text


def is_sum(formula: str) -> bool:
    """Whether a formula needs brackets in a product: a sum, a difference, a negative, a remainder."""
    depth = 0
    for k, character in enumerate(formula):
        depth += (character == "(") - (character == ")")
        if depth == 0 and ((k == 0 and character == "-") or formula[k : k + 3] in (" + ", " - ", " % ")):
            return True
    return False


class TextNotation(Notation):
    """For a terminal."""

    def name(self, i: int) -> str:
        return safe(self.graph.names[i])

    def gradient(self, i: int) -> str:
        return f"d{self.name(i)}"

    def factor(self, i: int) -> str | None:
        return self.gradient(i) if i == self.graph.output else self.total(i)

    def quotient(self, above: int, below: int, sign: str) -> str:
        return f"{sign}{self.name(above)}/{sign}{self.name(below)}"

    def number(self, x: float | None) -> str:
        return shown(x, self.digits)

    def bracketed(self, text: str) -> str:
        return f"({text})"

    def written(self, formula: Formula) -> str:
        return safe(formula.text)

    def definition(self, i: int) -> str | None:
        text = safe(definition(self.graph, i))
        return text if len(text) <= LONGEST_DEFINITION else None

    def with_numbers(self, i: int, values: Sequence[float]) -> str | None:
        text = definition(self.graph, i)
        if len(text) > LONGEST_SUBSTITUTION:
            return None
        names = {self.graph.names[j]: shown(values[j], self.digits) for j in self.graph.nodes[i].inputs}
        return put_in(safe(text), {name: number for name, number in names.items() if name})

    def in_a_sentence(self, text: str) -> str:
        return text


class LatexNotation(Notation):
    """For a document, and for Markdown that holds mathematics."""

    times: ClassVar[str] = r" \cdot "
    ellipsis: ClassVar[str] = r"\cdots"
    arrow: ClassVar[str] = r" \leftarrow "

    def name(self, i: int) -> str:
        return latex_name(self.graph.names[i])

    def gradient(self, i: int) -> str:
        return self.total(i)

    def factor(self, i: int) -> str | None:
        return None if i == self.graph.output else self.total(i)

    def quotient(self, above: int, below: int, sign: str) -> str:
        mark = "d " if sign == "d" else r"\partial "
        return rf"\frac{{{mark}{self.name(above)}}}{{{mark}{self.name(below)}}}"

    def number(self, x: float | None) -> str:
        return r"\text{none}" if x is None else number(x, self.digits)

    def bracketed(self, text: str) -> str:
        return rf"\left({text}\right)"

    def written(self, formula: Formula) -> str:
        return formula.latex

    def definition(self, i: int) -> str | None:
        return latex(self.graph, i) if len(definition(self.graph, i)) <= LONGEST_DEFINITION else None

    def with_numbers(self, i: int, values: Sequence[float]) -> str | None:
        nodes = list(self.graph.nodes)
        varying = {j for j in nodes[i].inputs if not nodes[j].constant}
        finite = all(shown(values[j], self.digits).strip("-") not in ("inf", "nan") for j in varying)
        if len(definition(self.graph, i)) > LONGEST_SUBSTITUTION or not finite:
            return None
        for j in varying:
            nodes[j] = nodes[j]._replace(literal=float(shown(values[j], self.digits)))
        written = latex(self.graph.with_nodes(nodes), i)
        return _NEGATIVE.sub(lambda found: self.bracketed(found[0]), written)

    def in_a_sentence(self, text: str) -> str:
        return f"${text}$"
