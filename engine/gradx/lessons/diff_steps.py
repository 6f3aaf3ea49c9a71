"""A derivative step by step: the rule of each operation, and what it gives for its part of the formula."""

from __future__ import annotations

from typing import Literal, NamedTuple

from gradx.derive.forms import Forms, formula_of
from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.language.printer import expression

Rule = Literal["sum", "product", "quotient", "chain", "power", "table", "constant factor"]

MOST_STEPS = 40


class Step(NamedTuple):
    """`part` of the program, the rules that its derivative takes, the derivative, and the row of the table."""

    node: int
    part: str
    rules: tuple[Rule, ...]
    formula: Formula
    function: str


def steps(graph: Graph, of: int, wrt: int) -> list[Step]:
    """The operations between node `wrt` and node `of`, inner ones first; those too long to write are left out."""
    forms = Forms(graph, by_name=True)
    moving = set(graph.downstream(wrt))
    found: list[Step] = []
    for i in graph.upstream(of):
        if i not in moving or i == wrt or len(found) == MOST_STEPS:
            continue
        (total,) = forms.first(i, [wrt])
        tree = forms.tree(total)
        if tree is not None:
            row = graph.primitives[i]
            assert row is not None
            rules = _rules(graph, i, wrt, moving)
            found.append(Step(i, expression(graph, i), rules, formula_of(tree, graph), row.name))
    return found


def _rules(graph: Graph, i: int, wrt: int, moving: set[int]) -> tuple[Rule, ...]:
    row, inputs = graph.primitives[i], graph.arguments[i]
    assert row is not None
    varying = [j for j in inputs if j in moving]
    inner: tuple[Rule, ...] = () if varying == [wrt] else ("chain",)
    if row.name in ("+", "-", "neg", "identity"):
        return ("sum",)
    if row.name == "*":
        return ("product",) if len(varying) > 1 else ("constant factor",)
    if row.name == "/":
        return ("constant factor",) if inputs[1] not in moving else ("quotient",)
    if row.name == "^" and inputs[1] not in moving:
        return ("power", *inner)
    return ("table", *inner)
