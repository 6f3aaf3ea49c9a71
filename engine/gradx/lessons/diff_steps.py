"""A derivative step by step: the rule of each operation, and what it gives for its part of the formula."""

from __future__ import annotations

from typing import Literal, NamedTuple

from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.lessons.diff import Differentiation

Rule = Literal["sum", "product", "quotient", "chain", "power", "table", "constant factor"]

MOST_STEPS = 40


class Step(NamedTuple):
    """`part` of the program, the rules that its derivative takes, the derivative, and the row of the table."""

    node: int
    part: str
    rules: tuple[Rule, ...]
    formula: Formula
    function: str


def steps(differentiation: Differentiation, of: int, wrt: int) -> list[Step]:
    """The operations between node `wrt` and node `of`, inner ones first; those too long to write are left out."""
    graph = differentiation.graph
    moving = set(graph.downstream(wrt))
    found: list[Step] = []
    for i in graph.upstream(of):
        row = graph.primitives[i]
        if i not in moving or i == wrt or row is None or row.name == "identity" or len(found) == MOST_STEPS:
            continue
        formula = differentiation.derivative(i, (wrt,), "nodes").formula
        if formula is not None:
            found.append(Step(i, expression(graph, i), _rules(graph, i, wrt, moving), formula, row.name))
    return found


def _rules(graph: Graph, i: int, wrt: int, moving: set[int]) -> tuple[Rule, ...]:
    row, inputs = graph.primitives[i], graph.arguments[i]
    assert row is not None
    varying = [j for j in inputs if j in moving]
    inner: tuple[Rule, ...] = () if set(varying) == {wrt} else ("chain",)
    if row.name in ("+", "-"):
        return ("sum",)
    if row.name in ("*", "neg"):
        return ("product",) if len(varying) > 1 else ("constant factor",)
    if row.name == "/":
        return ("constant factor",) if inputs[1] not in moving else ("quotient",)
    if row.name == "^" and inputs[0] in moving:
        return ("power", *inner) if inputs[1] not in moving else ("power", "table", *inner)
    return ("table", *inner)
