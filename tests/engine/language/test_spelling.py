"""Functions are called what the program calls them: in readings, in definitions, in every formula made of it."""

from __future__ import annotations

from typing import Any

import pytest

from gradx.derive.formulas import local_formula
from gradx.language.printer import definition
from gradx.language.program import read
from gradx.lessons.diff import Differentiation
from gradx.symbolic.protocol import packed, unpacked


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("ln(x)", "J = ln(x)"),
        ("u = 2ln(x); u^2", "u = 2*ln(x); J = u^2"),
        ("ln(x) + log(y)", "J = log(x) + log(y)"),
        ("ln(x) + log(y, 3)", "J = log(x) + log(y, 3)"),
        ("ln(x) + log10(x) + log2(x)", "J = ln(x) + log10(x) + log2(x)"),
        ("log(x)", "J = log(x)"),
        ("arctan(x)*ln(x)", "J = arctan(x)*ln(x)"),
        ("arcsinh(x) + arsinh(y)", "J = asinh(x) + asinh(y)"),
        ("a_ln*log(x)", "J = a_ln*log(x)"),
    ],
)
def test_a_function_comes_back_as_it_was_typed(typed: str, reading: str) -> None:
    program = read(typed)
    assert program.reading == reading
    assert read(reading).graph == program.graph


def test_a_formula_calls_a_function_as_the_program_does() -> None:
    graph = read("ln(x)^y").graph
    assert local_formula(graph, graph.output, 1) == "J*ln(v1)"
    assert definition(unpacked(packed(graph)), graph.index["v1"]) == "ln(x)"
    graph = read("2^x + ln(x)").graph
    found = Differentiation(graph).derivative(graph.output, [graph.index["x"]])
    assert found.formula is not None
    assert "ln(2)" in found.formula.text
    assert "log" not in found.formula.text


def test_sympy_calls_a_function_as_the_program_does(gradx_inside: Any) -> None:
    assert "2^x*ln(2)" in gradx_inside("eval", "2^x + ln(y)", "x=1", "y=1").out
    assert "2^x*log(2)" in gradx_inside("eval", "2^x + log(y)", "x=1", "y=1").out
    domain = gradx_inside("diff", "ln(x)^x").out
    assert domain.count("ln(x) needs an argument above 0") == 1
    assert "log" not in domain


def test_an_error_calls_a_function_as_the_program_does(gradx_inside: Any) -> None:
    assert "error: ln needs an argument above 0, and x is -1 here" in gradx_inside("eval", "ln(x)", "x=-1").err
    assert "error: arcsin needs an argument from -1 to 1" in gradx_inside("eval", "x + arcsin(2)", "x=1").err
    assert "error: log needs an argument above 0" in gradx_inside("eval", "log(x)", "x=-1").err
