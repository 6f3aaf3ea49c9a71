"""Derivatives in LaTeX, for a document and for Markdown that holds mathematics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from gradx.derive.formulas import Formula
from gradx.language.latex import latex, latex_name, latex_number
from gradx_cli.notation import Notation, differentials
from gradx_cli.numbers import NONE

_WORDS = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{undefined}", NONE: r"\text{not taken}"}

_NEGATIVE = re.compile(r"(?<=[-+t] )-[0-9.]+(?: \\cdot 10\^\{-?[0-9]+\})?")
"""A negative number behind `+`, `-` or `\\cdot`."""


class LatexNotation(Notation):
    """For amsmath."""

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

    def higher(self, of: int, wrt: Sequence[int]) -> str:
        sign, below = differentials(self.graph, of, wrt)
        if len(wrt) == 1:
            return self.quotient(of, wrt[0], sign)
        mark = "d" if sign == "d" else r"\partial"
        under = r" \, ".join(f"{mark} {self.name(j)}" + (f"^{{{n}}}" if n > 1 else "") for j, n in below)
        return rf"\frac{{{mark}^{{{len(wrt)}}} {self.name(of)}}}{{{under}}}"

    def decimal(self, text: str) -> str:
        return _WORDS.get(text) or latex_number(text)[0]

    def number(self, x: float | None) -> str:
        return r"\text{none}" if x is None else super().number(x)

    def bracketed(self, text: str) -> str:
        return rf"\left({text}\right)"

    def written(self, formula: Formula) -> str:
        return formula.latex

    def operation(self, i: int) -> str:
        return latex(self.graph, i)

    def put_in(self, i: int, values: Sequence[float]) -> str | None:
        graph = self._with_literals(i, values)
        return None if graph is None else _NEGATIVE.sub(lambda found: self.bracketed(found[0]), latex(graph, i))
