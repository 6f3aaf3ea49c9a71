"""What the table promises beside its rules: names, words, and how each function is set in LaTeX."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from gradx.language.latex import latex_written_out
from gradx.language.program import read
from gradx.numbers import Relation
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive
from gradx.table import CALLABLE, FUNCTIONS, OPERATORS, TABLE, WHERE

ALIASES = {
    "log": ("ln",), **{f"a{name}": (f"arc{name}",) for name in ("sin", "cos", "tan", "sec", "csc", "cot", "tan2")},
    **{f"a{name}": (f"arc{name}", f"ar{name}") for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
    "root": ("nthroot",), "clip": ("clamp",),
}  # fmt: skip

LATEX = {
    # Commands that LaTeX has for a function of that name (The Not So Short Introduction to LaTeX, 3.2), …
    **{name: rf"\{name} x" for name in (
        "sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth",
    )},
    **{f"a{name}": rf"\arc{name} x" for name in ("sin", "cos", "tan")},
    # … signs that mathematics has for one, …
    "exp": "e^{x}", "log": r"\ln x", "log2": r"\log_2 x", "log10": r"\log_{10} x",
    "sqrt": r"\sqrt{x}", "cbrt": r"\sqrt[3]{x}", "abs": r"\left|x\right|",
    "floor": r"\left\lfloor x \right\rfloor", "ceil": r"\left\lceil x \right\rceil",
    "sigmoid": r"\sigma\left(x\right)", "gamma": r"\Gamma\left(x\right)", "digamma": r"\psi\left(x\right)",
    "max": r"\max\left(x, y\right)", "min": r"\min\left(x, y\right)",
    "exp2": "2^{x}", "exp10": "10^{x}", "root": r"\sqrt[y]{x}", "logb": r"\log_{y}\left(x\right)",
    "normcdf": r"\Phi\left(x\right)",
    # … and the name itself for the rest.
    **{name: rf"\operatorname{{{name}}}\left(x\right)" for name in (
        "expm1", "log1p", "sign", "asec", "acsc", "acot", "asinh", "acosh", "atanh", "relu", "softplus", "silu",
        "gelu", "erf", "lgamma", "sech", "csch", "asech", "acsch", "acoth", "elu", "selu", "mish", "softsign",
        "logsigmoid", "hardtanh", "relu6", "sinc", "erfc",
    )},
    "leaky_relu": r"\operatorname{leaky\_relu}\left(x\right)",
    "clip": r"\operatorname{clip}\left(x, y, z\right)",
    **{name: rf"\operatorname{{{name}}}\left(x, y\right)" for name in ("xlogy", "logaddexp", "fmod")},
    "atan2": r"\operatorname{atan2}\left(x, y\right)", "hypot": r"\operatorname{hypot}\left(x, y\right)",
}  # fmt: skip

OPERATIONS = {
    "x + y": "x + y", "x - y": "x - y", "x*y": r"x \cdot y", "x/y": r"\frac{x}{y}", "x % y": r"x \bmod y",
    "x^y": "x^{y}", "-x": "-x", "(x - y)*(x + y)": r"\left(x - y\right) \cdot \left(x + y\right)",
    "x - (y - x)": r"x - \left(y - x\right)", "x - y*x": r"x - y \cdot x", "(x/y)^y": r"{\left(\frac{x}{y}\right)}^{y}",
    "(x + y)/(x*y)": r"\frac{x + y}{x \cdot y}", "x*(-y)": r"x \cdot \left(-y\right)", "x % (y % x)":
    r"x \bmod \left(y \bmod x\right)", "(x^y)^x": r"{\left(x^{y}\right)}^{x}", "-(x/y)": r"-\frac{x}{y}",
    "-(x*y)": r"-\left(x \cdot y\right)", "x^(y + x)": "x^{y + x}", "exp(x)^y": r"{\left(e^{x}\right)}^{y}",
    "x*exp(y)": r"x \cdot e^{y}",
}  # fmt: skip

SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}

WORDS = {
    **dict.fromkeys(("/", "%", "fmod"), "a divisor other than zero"),
    "^": "a base above 0, or a whole exponent",
    **dict.fromkeys(("log", "log2", "log10"), "an argument above 0"),
    "log1p": "an argument above -1",
    "sqrt": "an argument of at least 0",
    **dict.fromkeys(("tan", "sec"), "an argument whose cosine is not zero"),
    **dict.fromkeys(("csc", "cot"), "an argument whose sine is not zero"),
    **dict.fromkeys(("asin", "acos"), "an argument from -1 to 1"),
    **dict.fromkeys(("asec", "acsc"), "an argument of at most -1 or at least 1"),
    "acosh": "an argument of at least 1",
    **dict.fromkeys(("csch", "coth", "acsch"), "an argument other than zero"),
    "asech": "an argument above 0 and of at most 1",
    "acoth": "an argument below -1 or above 1",
    "root": "a root other than 0, odd and whole for what is below 0",
    "logb": "a first argument above 0, and a base above 0 that is not 1",
    "xlogy": "a second argument above 0, or two that are 0",
    "atanh": "an argument between -1 and 1",
    "atan2": "arguments that are not both zero",
    **dict.fromkeys(("gamma", "lgamma", "digamma"), "an argument other than 0, -1, -2, …"),
}

CONVENTIONS = {
    "%": "the slope on the right of the jump",
    "abs": "abs'(0) = 0",
    **dict.fromkeys(("sign", "floor", "ceil"), "slope 0"),
    "acot": "acot'(0) = -1",
    "atan2": "the slope along the cut",
    "hypot": "slope 0 at the tip of the cone",
    "relu": "relu'(0) = 0",
    "leaky_relu": "leaky_relu'(0) = 0.01",
    "selu": "selu'(0) = 1.7580993",
    **dict.fromkeys(("hardtanh", "relu6"), "slope 0 at either end"),
    "clip": "the slope of the first argument",
    "fmod": "the slope on the side without the jump",
    **dict.fromkeys(("max", "min"), "the first of the arguments that tie"),
    **dict.fromkeys((f"where{relation}" for relation in get_args(Relation)), "the slope of the branch taken"),
}


def set_in_latex(program: str) -> str:
    graph = read(program).graph
    return latex_written_out(graph, graph.output)


def test_a_function_has_the_names_that_the_documents_give_it() -> None:
    assert {row.name: row.names[1:] for row in FUNCTIONS if len(row.names) > 1} == ALIASES
    assert all(row.names[0] == row.name for row in TABLE.values())
    assert len(CALLABLE) == len(FUNCTIONS) + sum(map(len, ALIASES.values()))
    assert {row.name for row in FUNCTIONS if row.shared_name} == {"gamma", "root", "logb", "clip"}


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row.name)
def test_a_function_in_latex(row: Primitive) -> None:
    arguments = ", ".join("xyz"[: len(row.sample)])
    assert set_in_latex(f"{row.name}({arguments})") == LATEX[row.name]


@pytest.mark.parametrize(("program", "latex"), OPERATIONS.items())
def test_an_operation_in_latex(program: str, latex: str) -> None:
    assert set_in_latex(program) == latex


@pytest.mark.parametrize("relation", get_args(Relation))
def test_a_choice_in_latex(relation: str) -> None:
    cases = rf"\begin{{cases}} x & \text{{if }} y {SIGNS[relation]} 0 \\ 2 & \text{{otherwise}} \end{{cases}}"
    assert set_in_latex(f"where(y {relation} 0, x, 2)") == cases


def test_a_domain_and_a_convention_are_in_these_words() -> None:
    assert {name: row.domain.words for name, row in TABLE.items() if row.domain is not None} == WORDS
    assert {name: row.convention for name, row in TABLE.items() if row.convention is not None} == CONVENTIONS


def test_every_row_is_an_operator_a_function_or_a_choice() -> None:
    assert list(TABLE.values()) == [*OPERATORS, *FUNCTIONS, *WHERE.values()]
    assert tuple(WHERE) == get_args(Relation)
    for relation, row in WHERE.items():
        assert (row.linear, row.exact, row.piecewise, row.jumps, row.relation) == (True, True, True, True, relation)
        assert row.conditions == 2
    assert {row.conditions for row in (*OPERATORS, *FUNCTIONS)} == {0}


@pytest.mark.parametrize(
    ("x", "value"),
    [(0.0, math.pi / 2), (1.0, math.pi / 4), (-1.0, -math.pi / 4), (1e300, 1e-300), (math.sqrt(3.0), math.pi / 6)],
)
def test_the_arccotangent_is_half_of_pi_at_zero_and_fades_on_both_sides(x: float, value: float) -> None:
    # MathWorld, Inverse Cotangent: the branch that is odd but for its jump at 0
    assert math.isclose(TABLE["acot"].value(FLOAT64, x), value, rel_tol=1e-15)


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_rule_that_is_shown_takes_the_first_of_two_that_tie(name: str) -> None:
    row = TABLE[name]
    assert [row.written_partial(FLOAT64, 2.0, [2.0, 2.0], slot) for slot in (0, 1)] == [1.0, 0.0]
