"""Derivatives in MathML, for a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.language.mathml import MINUS, mathml, mathml_name, mathml_number, mathml_written_out
from gradx_cli.notation import SetNotation
from gradx_cli.numbers import NONE

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
