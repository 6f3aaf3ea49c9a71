"""Derivatives in LaTeX, for a document and for Markdown that holds mathematics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.language.latex import latex, latex_name, latex_number
from gradx_cli.notation import SetNotation
from gradx_cli.numbers import NONE


class LatexNotation(SetNotation):
    """For amsmath."""

    times = r" \cdot "
    ellipsis = r"\cdots"
    arrow = r" \leftarrow "
    marks = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{undefined}", NONE: r"\text{not taken}"}  # noqa: RUF012
    negative = re.compile(r"(?<=[-+t] )-[0-9.]+(?: \\cdot 10\^\{-?[0-9]+\})?")

    def name(self, i: int) -> str:
        return latex_name(self.graph.names[i])

    def quotient(self, above: int, below: int, sign: str) -> str:
        mark = "d " if sign == "d" else r"\partial "
        return rf"\frac{{{mark}{self.name(above)}}}{{{mark}{self.name(below)}}}"

    def literal(self, text: str) -> str:
        return latex_number(text)[0]

    def high_quotient(self, above: int, order: int, below: Sequence[tuple[int, int]], sign: str) -> str:
        mark = "d" if sign == "d" else r"\partial"
        under = r" \, ".join(f"{mark} {self.name(j)}" + (f"^{{{n}}}" if n > 1 else "") for j, n in below)
        return rf"\frac{{{mark}^{{{order}}} {self.name(above)}}}{{{under}}}"

    def number(self, x: float | None) -> str:
        return r"\text{none}" if x is None else super().number(x)

    def bracketed(self, text: str) -> str:
        return rf"\left({text}\right)"

    def written(self, formula: Formula) -> str:
        return formula.latex

    def of(self, graph: Graph, i: int) -> str:
        return latex(graph, i)
