"""Derivatives in MathML, for a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from gradx.derive.formulas import Formula
from gradx.language.mathml import MINUS, mathml, mathml_name, mathml_number, mathml_written_out
from gradx_cli.notation import Notation, differentials
from gradx_cli.numbers import NONE

_WORDS = {
    "inf": "<mi>∞</mi>",
    "-inf": f"{MINUS}<mi>∞</mi>",
    "nan": "<mtext>undefined</mtext>",
    NONE: "<mtext>none</mtext>",
}

_NEGATIVE = re.compile(rf"(?<=[+−·]</mo>){MINUS}<mn>[^<]*</mn>(?:<mo>·</mo><msup><mn>10</mn><mrow>.*?</mrow></msup>)?")
"""A negative number behind an operator."""


class MathmlNotation(Notation):
    """What stands inside a `math` element."""

    times: ClassVar[str] = "<mo>·</mo>"
    ellipsis: ClassVar[str] = "<mo>⋯</mo>"
    arrow: ClassVar[str] = "<mo>←</mo>"
    equals: ClassVar[str] = "<mo>=</mo>"
    plus: ClassVar[str] = "<mo>+</mo>"
    minus: ClassVar[str] = MINUS

    def name(self, i: int) -> str:
        return mathml_name(self.graph.names[i])

    def gradient(self, i: int) -> str:
        return self.total(i)

    def factor(self, i: int) -> str | None:
        return None if i == self.graph.output else self.total(i)

    def quotient(self, above: int, below: int, sign: str) -> str:
        return f"<mfrac>{self._differential(sign, above)}{self._differential(sign, below)}</mfrac>"

    def higher(self, of: int, wrt: Sequence[int]) -> str:
        sign, below = differentials(self.graph, of, wrt)
        if len(wrt) == 1:
            return self.quotient(of, wrt[0], sign)
        above = f"<mrow><msup><mi>{sign}</mi><mn>{len(wrt)}</mn></msup>{self.name(of)}</mrow>"
        under = "".join(
            f"<mi>{sign}</mi>" + (f"<msup>{self.name(j)}<mn>{n}</mn></msup>" if n > 1 else self.name(j))
            for j, n in below
        )
        return f"<mfrac>{above}<mrow>{under}</mrow></mfrac>"

    def _differential(self, sign: str, i: int) -> str:
        return f"<mrow><mi>{sign}</mi>{self.name(i)}</mrow>"

    def decimal(self, text: str) -> str:
        return _WORDS.get(text) or mathml_number(text)[0]

    def bracketed(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def written(self, formula: Formula) -> str:
        return mathml_written_out(formula.graph, formula.graph.output)

    def operation(self, i: int) -> str:
        return mathml(self.graph, i)

    def put_in(self, i: int, values: Sequence[float]) -> str | None:
        graph = self._with_literals(i, values)
        return None if graph is None else _NEGATIVE.sub(lambda found: self.bracketed(found[0]), mathml(graph, i))
