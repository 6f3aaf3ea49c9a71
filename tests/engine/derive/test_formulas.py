"""Local partials as formulas: in the words of a course, and worth what the rule says."""

from __future__ import annotations

import math
import random

import pytest

from gradx.derive.formulas import has_minus, local_formula, local_partial
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive
from gradx.sweeps.forward import forward
from gradx.table import TABLE


@pytest.mark.parametrize(
    ("program", "slot", "formula"),
    [
        ("b*c", 0, "c"),
        ("b*c", 1, "b"),
        ("x*x", 1, "x"),
        ("x*((2 + 3)*(2 + 3))", 0, "(2 + 3)*(2 + 3)"),
        ("3*v", 1, "3"),
        ("v/2", 0, "1/2"),
        ("x/y", 0, "1/y"),
        ("x/y", 1, "-x/y^2"),
        ("a + u", 1, "1"),
        ("a - u", 1, "-1"),
        ("-x", 0, "-1"),
        ("J = w", 0, "1"),
        ("d^2", 0, "2*d"),
        ("x^3", 0, "3*x^2"),
        ("x^-2", 0, "-2*x^-3"),
        ("x^1", 0, "1"),
        ("x^0.1", 0, "0.1*x^(0.1 - 1)"),
        ("x^(1/3)", 0, "1/3*x^(1/3 - 1)"),
        ("x^n", 0, "n*x^(n - 1)"),
        ("u = 2^x; u + 1", 1, "u*log(2)"),
        ("2^x + 1", 1, "2^x*log(2)"),
        ("e^x + 1", 1, "e^x"),
        ("π^x + 1", 1, "pi^x*log(pi)"),
        ("0*x", 1, "0"),
        ("x % y", 1, "-floor(x/y)"),
        ("tanh(z) + 1", 0, "1 - tanh(z)^2"),
        ("a = tanh(z); a + 1", 0, "1 - a^2"),
        ("a = sigmoid(z); a + 1", 0, "a*(1 - a)"),
        ("sigmoid(w*x + b) + 1", 0, "sigmoid(v2)*(1 - sigmoid(v2))"),
        ("exp(z) + 1", 0, "exp(z)"),
        ("relu(z)", 0, "where(z > 0, 1, 0)"),
        ("cos(z)", 0, "-sin(z)"),
        ("acos(z)", 0, "-1/sqrt(1 - z^2)"),
        ("max(a, b)", 1, "where(b > a, 1, 0)"),
        ("where(x > 0, a, b)", 2, "where(x > 0, 1, 0)"),
        ("where(x > 0, a, b)", 0, "0"),
        ("digamma(x)", 0, None),
        ("max(a, b, c, d, f, g, h, i, j)", 8, None),
        (f"max({', '.join(f'x{k}' for k in range(100))})", 0, None),
    ],
)
def test_a_formula(program: str, slot: int, formula: str | None) -> None:
    graph = read(program).graph
    named = [i for i in graph.operations if len(graph.nodes[i].inputs) > slot]
    texts = [local_formula(graph, i, slot) for i in named if not graph.nodes[graph.nodes[i].inputs[slot]].constant]
    assert formula in texts


def test_a_formula_as_latex() -> None:
    graph = read("a = tanh(z); a + 1").graph
    formula = local_partial(graph, graph.index["a"], 0)
    assert formula is not None
    assert formula.latex == "1 - a^{2}"


ROWS = [row for row in TABLE.values() if row.name != "digamma"]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
@pytest.mark.parametrize("named", [False, True])
def test_a_formula_is_worth_what_the_rule_says(row: Primitive, named: bool) -> None:
    """At random points of the row's own sample; the formula is read back from its text."""
    names = ["p", "q", "r", "s"][: row.arity or 3]
    left = names[0]
    if row.relation:
        call = f"where(p {row.relation} q, r, s)"
    elif row.name == "neg":
        call = "-p"
    elif row.name == "identity":
        call, named = "p", True
    else:
        call = f"p {row.name} q" if len(row.name) == 1 else f"{row.name}({', '.join(names)})"
    graph = read(f"u = {call}; u*{left}" if named else f"({call})*{left}").graph
    node = next(i for i in graph.operations if graph.nodes[i].primitive is row)
    chance = random.Random(row.name)
    ranges = [*row.sample, *[(-3.0, 3.0)] * 4][: len(names)]
    for _ in range(10):
        point = {name: chance.uniform(*r) for name, r in zip(names, ranges, strict=True)}
        run = forward(graph, FLOAT64, {graph.index[name]: x for name, x in point.items()})
        value = run.values[node]
        xs = [run.values[i] for i in graph.nodes[node].inputs]
        for slot in range(len(xs)):
            expected = row.local_partials(FLOAT64, value, xs, [k == slot for k in range(len(xs))])[slot]
            text = local_formula(graph, node, slot)
            assert text is not None
            formula = read(text, frozenset(names)).graph
            given = {i: (point | {"u": value})[formula.names[i]] for i in formula.inputs}
            found = forward(formula, FLOAT64, given).values[formula.output]
            assert expected is not None
            assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12), (text, point)


@pytest.mark.parametrize(
    ("name", "slot", "minus"),
    [("sin", 0, False), ("cos", 0, True), ("-", 0, False), ("-", 1, True), ("max", 0, False), ("digamma", 0, False)],
)
def test_whether_a_local_partial_begins_with_a_minus(name: str, slot: int, minus: bool) -> None:
    assert has_minus(TABLE[name], slot) is minus
