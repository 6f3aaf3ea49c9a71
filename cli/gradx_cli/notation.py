"""How derivatives are written, `dJ/du · ∂u/∂b` in a terminal, as fractions in LaTeX and in MathML.

The derivative of the output with respect to a node is written with d, a local partial with ∂; in a program with one
input there is nothing partial, and a local partial is written with d too, unless its operation joins several nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from gradx.graph import Graph
from gradx.language.printer import definition, differentials
from gradx.language.tokens import NAME, scan, sort
from gradx_cli.escape import safe
from gradx_cli.numbers import shown

if TYPE_CHECKING:
    from gradx.derive.formulas import Formula

_END = ""

LONGEST_SUBSTITUTION = 60
"""Longer than this, numbers put into a definition explain nothing."""

LONGEST_DEFINITION = 200
"""A longer definition is not written out."""


@dataclass(frozen=True, eq=False, repr=False)
class Notation:
    """The derivatives of `graph` as a terminal shows them, with numbers of up to `digits` significant digits.

    Another notation says what it writes otherwise.
    """

    graph: Graph
    digits: int

    times: ClassVar[str] = " · "
    ellipsis: ClassVar[str] = "…"
    arrow: ClassVar[str] = " ← "
    equals: ClassVar[str] = " = "
    plus: ClassVar[str] = " + "
    minus: ClassVar[str] = "-"

    def name(self, i: int) -> str:
        """Node i."""
        return safe(self.graph.names[i])

    def gradient(self, i: int) -> str:
        """The gradient of node i, as it stands on the left of an equation."""
        return f"d{self.name(i)}"

    def factor(self, i: int) -> str | None:
        """The gradient of node i, as the first factor of a term. None for one that is better left out."""
        return self.gradient(i) if i == self.graph.output else self.total(i)

    def quotient(self, above: int, below: int, sign: str) -> str:
        """A derivative; `sign` is d or ∂."""
        return f"{sign}{self.name(above)}/{sign}{self.name(below)}"

    def decimal(self, text: str) -> str:
        """A number as `gradx_cli.numbers` writes it."""
        return text

    def bracketed(self, text: str) -> str:
        return f"({text})"

    def written(self, formula: Formula) -> str:
        return safe(formula.text)

    def operation(self, i: int) -> str:
        """Operation i in the names of its inputs."""
        return safe(definition(self.graph, i))

    def put_in(self, i: int, values: Sequence[float]) -> str | None:
        """The same with the numbers put in; None where they cannot be."""
        names = {self.graph.names[j]: shown(values[j], self.digits) for j in self.graph.nodes[i].inputs}
        return put_in(self.operation(i), {name: number for name, number in names.items() if name})

    def number(self, x: float | None) -> str:
        return self.decimal(shown(x, self.digits))

    def definition(self, i: int) -> str | None:
        """Operation i in the names of its inputs; None where that is too long."""
        return self.operation(i) if len(definition(self.graph, i)) <= LONGEST_DEFINITION else None

    def with_numbers(self, i: int, values: Sequence[float]) -> str | None:
        """The same with the numbers put in; None where that explains nothing."""
        return self.put_in(i, values) if len(definition(self.graph, i)) <= LONGEST_SUBSTITUTION else None

    def total(self, i: int) -> str:
        """The derivative of the output with respect to node i."""
        return self.quotient(self.graph.output, i, "d")

    def higher(self, of: int, wrt: Sequence[int]) -> str:
        """The derivative of node `of` along one after the other of `wrt`."""
        sign, below = differentials(self.graph, of, wrt)
        return self.quotient(of, wrt[0], sign) if len(wrt) == 1 else self.high_quotient(of, len(wrt), below, sign)

    def high_quotient(self, above: int, order: int, below: Sequence[tuple[int, int]], sign: str) -> str:
        """The same of order 2 or more: along each node so many times."""
        under = "".join(f"{sign}{self.name(j)}" + (f"^{n}" if n > 1 else "") for j, n in below)
        return f"{sign}^{order}{self.name(above)}/{under}"

    def local(self, via: int, i: int, *, one_use: bool = False) -> str:
        """The local partial of operation `via` with respect to its input i; `one_use`: to one argument alone."""
        nodes = self.graph.nodes
        varying = [j for j in nodes[via].inputs if not nodes[j].constant]
        alone = len(varying) == 1 if one_use else len(set(varying)) == 1
        return self.quotient(via, i, "d" if alone and len(self.graph.inputs) == 1 else "∂")

    def local_formula(self, via: int, slot: int) -> str | None:
        """The local partial in symbols, in brackets where it stands in a product; None where it cannot be written."""
        from gradx.derive.formulas import local_partial

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
        return self.plus.join([*terms[:1], *map(self.behind, terms[1:])])

    def behind(self, text: str) -> str:
        """The text as it stands after another factor or term."""
        return self.bracketed(text) if text.startswith(self.minus) else text


TextNotation = Notation


def is_sum(formula: str) -> bool:
    """Whether a formula needs brackets in a product: a sum, a difference, a negative, a remainder."""
    depth = 0
    for k, character in enumerate(formula):
        depth += (character == "(") - (character == ")")
        if depth == 0 and ((k == 0 and character == "-") or formula[k : k + 3] in (" + ", " - ", " % ")):
            return True
    return False


def put_in(formula: str, values: Mapping[str, str]) -> str:
    """The formula with each name that has a value replaced by it, and `·` for `*`.

    A negative value gets parentheses where it would otherwise meet an operator.
    """
    tokens = scan(formula)
    pieces: list[str] = []
    before, end = _END, 0
    for k, (text, after) in enumerate(zip(tokens.texts, (*tokens.texts[1:], _END), strict=True)):
        pieces.append(formula[end : tokens.start(k)])
        if sort(text) == NAME and after != "(" and text in values:
            value = values[text]
            bare = not value.startswith("-") or (before in (_END, "(", ",") and after != "^")
            pieces.append(value if bare else f"({value})")
        else:
            pieces.append("·" if text == "*" else text)
        before, end = text, tokens.ends[k]
    return "".join(pieces)
