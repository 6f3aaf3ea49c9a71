"""Derivatives as they are set: in LaTeX for documents and Markdown, in MathML for a browser."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.language.latex import latex, latex_name, latex_number
from gradx.language.mathml import MINUS, mathml, mathml_name, mathml_number, mathml_written_out
from gradx_cli.notation import Notation
from gradx_cli.numbers import NONE, shown


class SetNotation(Notation, ABC):
    """One that is set as mathematics: `marks` are its words for what is no number, `negative` finds a negative number
    that meets an operator."""

    marks: ClassVar[Mapping[str, str]]
    negative: ClassVar[re.Pattern[str]]

    def gradient(self, i: int) -> str:
        return self.total(i)

    def factor(self, i: int) -> str | None:
        return None if i == self.graph.output else self.total(i)

    def decimal(self, text: str) -> str:
        return self.marks.get(text) or self.literal(text)

    @abstractmethod
    def literal(self, text: str) -> str:
        """A finite number."""

    @abstractmethod
    def of(self, graph: Graph, i: int) -> str:
        """Operation i of a graph."""

    def operation(self, i: int) -> str:
        return self.of(self.graph, i)

    def put_in(self, i: int, values: Sequence[float]) -> str | None:
        nodes = list(self.graph.nodes)
        for j in {j for j in nodes[i].inputs if not nodes[j].constant}:
            text = shown(values[j], self.digits)
            if text.strip("-") in ("inf", "nan"):
                return None
            nodes[j] = nodes[j]._replace(literal=float(text))
        return self.negative.sub(lambda found: self.bracketed(found[0]), self.of(self.graph.with_nodes(nodes), i))


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


_INFINITY, _UNDEFINED, _NOTHING = "<mi>∞</mi>", "<mtext>undefined</mtext>", "<mtext>none</mtext>"


class MathmlNotation(SetNotation):
    """What stands inside a `math` element."""

    times = "<mo>·</mo>"
    ellipsis = "<mo>⋯</mo>"
    arrow = "<mo>←</mo>"
    equals = "<mo>=</mo>"
    plus = "<mo>+</mo>"
    minus = MINUS
    marks = {"inf": _INFINITY, "-inf": MINUS + _INFINITY, "nan": _UNDEFINED, NONE: _NOTHING}  # noqa: RUF012
    negative = re.compile(
        rf"(?<=[+−·]</mo>){MINUS}<mn>[^<]*</mn>(?:<mo>·</mo><msup><mn>10</mn><mrow>.*?</mrow></msup>)?"
    )

    def name(self, i: int) -> str:
        return mathml_name(self.graph.names[i])

    def quotient(self, above: int, below: int, sign: str) -> str:
        parts = (f"<mrow><mi>{sign}</mi>{self.name(i)}</mrow>" for i in (above, below))
        return f"<mfrac>{''.join(parts)}</mfrac>"

    def literal(self, text: str) -> str:
        return mathml_number(text)[0]

    def high_quotient(self, above: int, order: int, below: Sequence[tuple[int, int]], sign: str) -> str:
        over = f"<mrow><msup><mi>{sign}</mi><mn>{order}</mn></msup>{self.name(above)}</mrow>"
        under = "".join(
            f"<mi>{sign}</mi>" + (f"<msup>{self.name(j)}<mn>{n}</mn></msup>" if n > 1 else self.name(j))
            for j, n in below
        )
        return f"<mfrac>{over}<mrow>{under}</mrow></mfrac>"

    def bracketed(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def written(self, formula: Formula) -> str:
        return mathml_written_out(formula.graph, formula.graph.output)

    def of(self, graph: Graph, i: int) -> str:
        return mathml(graph, i)
