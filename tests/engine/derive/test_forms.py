"""Derivatives as a textbook or a course writes them: right, as short, in time, and read back."""

from __future__ import annotations

import ast
import json
import re
import time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from multiprecision import Multiprecision

from gradx.derive.expression import Sum
from gradx.derive.forms import Forms, formula_of
from gradx.derive.moves import moves
from gradx.derive.rules import derivative
from gradx.derive.spelling import Speller
from gradx.language.program import read_plainly as read
from gradx.lessons.diff import NOWHERE, Derivative, Differentiation, implicit
from gradx.sweeps.forward import forward

CASES = Path(__file__).parents[2] / "cases"
LEAST = {
    "forms.json": (0.97, 0.98), "forms_more.json": (0.97, 0.98),
    "forms_course.json": (0.94, 0.97), "forms_second.json": (0.97, 0.98),
    "forms_third.json": (0.97, 0.99), "forms_fourth.json": (0.92, 0.96), "forms_fifth.json": (0.96, 0.97),
    "forms_sixth.json": (0.93, 0.96), "forms_seventh.json": (0.92, 0.96),
}  # fmt: skip
"""The share of forms as short as the book's, and within 1.25 times. In three rows of `forms_course.json` the book's a
is above 0, and ours holds below too; so in one of `forms_third.json`, four of `forms_fourth.json` and two each
of the fifth and the sixth."""

FILES = tuple(LEAST)


def rows(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((CASES / file).read_text("utf-8"))
    return found


def derived(row: dict[str, Any]) -> Derivative:
    graph = read(row["program"]).graph
    wrt = [graph.index[name] for name in row["wrt"]]
    if row["task"] == "implicit":
        return implicit(graph, graph.index[row["of"]], wrt)
    of = graph.index[row["of"]] if row["of"] else graph.output
    return Differentiation(graph).derivative(of, wrt, row["in"])


def operations(formula: str) -> int:
    """Operators and functions, as Python's own parser counts them; a comparison is none."""
    tree = ast.parse(re.sub(r"\bwhere\(", "W(", formula.replace("^", "**")), mode="eval")
    return sum(isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call) for node in ast.walk(tree))


@cache
def answers(file: str) -> list[tuple[dict[str, Any], Derivative, float]]:
    found = []
    for row in rows(file):
        start = time.process_time()
        answer = derived(row)
        found.append((row, answer, time.process_time() - start))
    return found


@pytest.mark.sampled(8)
@pytest.mark.parametrize("file", FILES)
def test_every_row_has_a_formula_that_is_proved_and_read_back(file: str) -> None:
    for row, answer, _ in answers(file):
        assert answer.formula is not None, row
        assert answer.points >= 3, row
        names = {answer.formula.graph.names[i] for i in answer.formula.graph.inputs}
        again = read(answer.formula.text, frozenset(names))
        assert again.reading.partition(" = ")[2] == answer.formula.text, row


@pytest.mark.sampled(8)
@pytest.mark.parametrize("file", FILES)
def test_formulas_are_as_short_as_the_books(file: str) -> None:
    found = answers(file)
    sizes = [(operations(a.formula.text), row["operations"]) for row, a, _ in found if a.formula]
    as_short, near = LEAST[file]
    assert sum(ours <= book for ours, book in sizes) >= as_short * len(found)
    assert sum(ours <= 1.25 * book for ours, book in sizes) >= near * len(found)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("file", FILES)
def test_a_form_takes_little_time(file: str) -> None:
    times = sorted(seconds for *_, seconds in answers(file))
    assert times[len(times) // 2] < 0.1
    assert times[-1] < 1.5


@pytest.mark.sampled(8)
@pytest.mark.parametrize("file", FILES)
def test_the_books_form_is_the_same_function(file: str) -> None:
    """Held against the book by mpmath, which shares nothing with the proof."""
    m = Multiprecision(40)
    for row, answer, _ in answers(file):
        assert answer.formula is not None
        if row["task"] == "implicit" or row["in"] == "nodes" or row["of"]:
            continue
        point = {name: m.number(low) + (high - low) * 0.3719 for name, (low, high) in _domain(row).items()}
        ours, book = (_value(m, text, point) for text in (answer.formula.text, row["form"]))
        assert abs(ours - book) < 1e-12, row


def _value(m: Multiprecision, formula: str, point: dict[str, Any]) -> Any:
    graph = read(formula, frozenset(point)).graph
    return forward(graph, m, {i: point[graph.names[i]] for i in graph.inputs}).values[graph.output]


def _domain(row: dict[str, Any]) -> dict[str, tuple[float, float]]:
    graph = read(row["program"]).graph
    return {graph.names[i]: tuple(row["domain"].get(graph.names[i], (0.1, 0.9))) for i in graph.inputs}


@pytest.mark.parametrize(
    ("program", "name", "formula"),
    [
        ("0.1*x + 0.2*x", "x", "0.3"),
        ("x/3", "x", "1/3"),
        ("sin(1 - x)", "x", "-cos(1 - x)"),
        ("sqrt(x^2)", "x", "sign(x)"),
        ("x*abs(x)", "x", "2*abs(x)"),
        ("where(x > 0, log(x), 0)", "x", "where(x > 0, 1/x, 0)"),
        ("y*digamma(x)", "x", None),
        ("relu(x)", "x", "where(x > 0, 1, 0)"),
        ("x^n", "n", "x^n*log(x)"),
        ("sqrt((1 + x)/(1 - x))", "x", "1/(sqrt(1 - x^2)*(1 - x))"),
        ("sqrt((x - 1)/(x + 1))", "x", "1/(sqrt(x^2 - 1)*abs(x + 1))"),
        ("x/2 - sin(2*x)/4", "x", "sin(x)^2"),
        ("sqrt(x)^x", "x", "sqrt(x)^x*(log(x) + 1)/2"),
        ("c*x^-n", "x", "-c*n/x^(n + 1)"),
        ("sin(2*x)*cos(x) - cos(2*x)*sin(x)", "x", "cos(x)"),
        ("cos(2*x)*cos(x) - sin(2*x)*sin(x)", "x", "-3*sin(3*x)"),
        ("(k - 1)*s - t/x^k", "x", "k*t/x^(k + 1)"),
        ("log(exp(x) + exp(-x))", "x", "tanh(x)"),
        ("hypot(x)", "x", "x/hypot(x)"),
        ("x*3^1e-20", "x", "3^1e-20"),
        ("(2*x)^1e-12", "x", "2e-12/(2*x)^0.999999999999"),
        ("x/hypot(x, y, z)", "x", "(y^2 + z^2)/hypot(x, y, z)^3"),
        ("max(x, y) + min(x, y)", "x", "1"),
        ("where(x >= 0, where(x <= 0, sin(x), x), x)", "x", "1"),
        ("max(0, x)*sin(x)", "x", "where(x > 0, x*cos(x) + sin(x), 0)"),
        ("where(x < 0, x^2, x^3)", "x", "where(x < 0, 2*x, 3*x^2)"),
        ("x^2*abs(x - 1)", "x", "x*(3*x - 2)*sign(x - 1)"),
        ("abs(1/x)", "x", "-sign(x)/x^2"),
        ("cbrt(8*x^2)", "x", "4/(3*cbrt(x))"),
        ("sin(acos(x))", "x", "-x/sqrt(1 - x^2)"),
        ("exp(2*log(x))", "x", "2*x"),
        ("log(tan(x/2))", "x", "csc(x)"),
        ("1/(1 + e^-x)", "x", "e^x/(e^x + 1)^2"),
        ("log(1 + e^-x)", "x", "-1/(e^x + 1)"),
        ("abs(x)*abs(where(x >= 1, 3, x))", "x", "where(x < 1, 2*x, 3*sign(x))"),
    ],
)
def test_a_form(program: str, name: str, formula: str | None) -> None:
    graph = read(program).graph
    answer = Differentiation(graph).derivative(graph.output, [graph.index[name]])
    assert (answer.formula.text if answer.formula else None) == formula


@pytest.mark.parametrize(
    ("program", "order", "formula"),
    [
        ("x*exp(y) - x + y", 1, "y/(x*(x + 1 - y))"),
        ("abs(x) + abs(y) - 1", 1, "-sign(x)*sign(y)"),
        ("x^2/a^2 + y^2/b^2 - 1", 1, "-b^2*x/(a^2*y)"),
        ("x^2 + x*y + y^2 - 7", 2, "-42/(x + 2*y)^3"),
    ],
)
def test_a_form_on_a_curve(program: str, order: int, formula: str) -> None:
    """The first curve has the line y = 0 on it, where a slope of 0 tells nothing."""
    graph = read(program).graph
    answer = implicit(graph, graph.index["y"], [graph.index["x"]] * order)
    assert answer.formula is not None
    assert answer.formula.text == formula


def test_where_there_is_no_point_that_is_the_reason() -> None:
    graph = read("x^2 + y^2 + 1").graph
    assert implicit(graph, graph.index["y"], [graph.index["x"]]).reason == NOWHERE
    graph = read("log(x) + log(-x)").graph
    assert Differentiation(graph).derivative(graph.output, graph.inputs).reason == NOWHERE


def _nth(forms: Forms, of: int, wrt: list[int]) -> Sum:
    (x,) = forms.first(of, wrt[:1])
    for j in wrt[1:]:
        x = derivative(x, forms.tangents(j))
    return x


@pytest.mark.sampled(8)
@pytest.mark.parametrize("file", FILES)
def test_every_move_keeps_the_value(file: str) -> None:
    """Each form of each row, in balls at one point: what is shown is proved, but a false move would hide others."""
    for row in rows(file)[::4]:
        if row["task"] == "implicit":
            continue
        graph = read(row["program"]).graph
        forms = Forms(graph, by_name=False)
        of = graph.index[row["of"]] if row["of"] else graph.output
        total = _nth(forms, of, [graph.index[name] for name in row["wrt"]])
        tree = Speller(()).tree
        m = Multiprecision(40)
        point = {name: m.number(low) + (high - low) * 0.3719 for name, (low, high) in _domain(row).items()}
        value = _value(m, formula_of(tree(total), graph).text, point)
        for other in moves(total, (), {}):
            assert abs(_value(m, formula_of(tree(other), graph).text, point) - value) < 1e-12 * (1 + abs(value)), row


def test_powers_too_high_to_be_multiplied_out_are_factors() -> None:
    graph = read("(x + 1)^50*(x + 2)^40").graph
    answer = Differentiation(graph).derivative(graph.output, [graph.index["x"]])
    assert answer.formula is not None
    assert answer.formula.text == "(x + 1)^49*(90*x + 140)*(x + 2)^39"


def test_numbers_are_exact() -> None:
    graph = read("0.1*x^2 + x/3").graph
    total = _nth(Forms(graph, by_name=False), graph.output, [graph.index["x"]] * 2)
    assert total.value == Fraction(1, 5)


def test_a_root_is_taken_apart_only_where_that_changes_no_domain() -> None:
    """sqrt(x*y) has a value where both are below 0; sqrt(x)*sqrt(y) has none there."""
    graph = read("sqrt(x*y)").graph
    forms = Forms(graph, by_name=False)
    (total,) = forms.first(graph.output, [graph.index["x"]])
    tree = forms.tree(total)
    assert tree is not None
    assert "sqrt(x)" not in formula_of(tree, graph).text


@pytest.mark.parametrize(("program", "order"), [("sin(digamma(x))", 1), ("lgamma(x)", 2), ("y*gamma(x)", 3)])
def test_where_formulas_end_the_function_is_named(program: str, order: int) -> None:
    graph = read(program).graph
    answer = Differentiation(graph).derivative(graph.output, [graph.index["x"]] * order)
    assert (answer.formula, answer.reason) == (None, "programs have no function that is the derivative of digamma")
