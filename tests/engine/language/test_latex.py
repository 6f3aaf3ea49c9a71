"""Formulas as LaTeX."""

from __future__ import annotations

import pytest

from gradx.language.latex import latex, latex_name, latex_number, latex_written_out
from gradx.language.program import read
from gradx.language.writing import number


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w", "w"),
        ("w1", "w_{1}"),
        ("w_1", "w_{1}"),
        ("v12", "v_{12}"),
        ("_", r"\_"),
        ("_1", r"\__{1}"),
        ("rate", r"\mathrm{rate}"),
        ("rate1", r"\mathrm{rate}_{1}"),
        ("learning_rate", r"\mathrm{learning\_rate}"),
        ("x_y", "x_{y}"),
        ("x_max", r"x_{\mathrm{max}}"),
        ("w1_old", r"w_{1,\mathrm{old}}"),
        ("y_hat", r"\hat{y}"),
        ("lambda", r"\lambda "),
        ("theta_0", r"\theta _{0}"),
        ("x_theta", r"x_{\theta }"),
        ("alphabet", r"\mathrm{alphabet}"),
        ("λ", r"\lambda "),
        ("λ2", r"\lambda _{2}"),
        ("Ω", r"\Omega "),
        ("Α", r"\mathrm{A}"),
        ("ο", "o"),
        ("ς", r"\varsigma "),
        ("Δx", r"{\Delta x}"),
        ("ά", r"\text{ά}"),
    ],
)
def test_a_name(name: str, text: str) -> None:
    assert latex_name(name) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0, "2"), (-0.5, "-0.5"), (1e22, "10^{22}"), (-1e22, "-10^{22}"), (1.5e-7, r"1.5 \cdot 10^{-7}")],
)
def test_a_number(value: float, text: str) -> None:
    assert latex_number(number(value))[0] == text


def test_a_constant_without_a_value() -> None:
    assert latex_number("0/0")[0] == r"\frac{0}{0}"


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("a + b", "a + b"),
        ("a - (1 - 2)", r"a - \left(1 - 2\right)"),
        ("3a", "3a"),
        ("a/(1 + 2)", r"\frac{a}{1 + 2}"),
        ("a % 3", r"a \bmod 3"),
        ("a^2", "a^{2}"),
        ("(1/3)^a", r"{\left(\frac{1}{3}\right)}^{a}"),
        ("1e-8^a", r"{\left(10^{-8}\right)}^{a}"),
        ("(-2)^a", r"{\left(-2\right)}^{a}"),
        ("1.5e-7^a", r"{\left(1.5 \cdot 10^{-7}\right)}^{a}"),
        ("a^(1 + 2)", "a^{1 + 2}"),
        ("-a", "-a"),
        ("J = w", "w"),
        ("π a", r"\pi  \cdot a"),
        ("e^a", "e^{a}"),
        ("exp(a)", "e^{a}"),
        ("sqrt(a)", r"\sqrt{a}"),
        ("abs(a)", r"\left|a\right|"),
        ("log10(a)", r"\log_{10} a"),
        ("leaky_relu(a)", r"\operatorname{leaky\_relu}\left(a\right)"),
        ("max(a, b, 1)", r"\max\left(a, b, 1\right)"),
        ("where(a <= b, a, 0)", r"\begin{cases} a & \text{if } a \le b \\ 0 & \text{otherwise} \end{cases}"),
    ],
)
def test_an_operation(program: str, text: str) -> None:
    graph = read(program).graph
    assert latex(graph, graph.output) == text


def test_a_definition_stops_at_names_and_writing_out_does_not() -> None:
    graph = read("3*(a + b)^2").graph
    assert latex(graph, graph.output) == "3v_{2}"
    assert latex(graph, graph.index["a"]) == "a"
    assert latex_written_out(graph, graph.output) == r"3{\left(a + b\right)}^{2}"


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("exp(a)^2", r"{\left(e^{a}\right)}^{2}"),
        ("(a^2)^3", r"{\left(a^{2}\right)}^{3}"),
        ("2*(1/3)*exp(a)", r"2 \cdot \frac{1}{3} \cdot e^{a}"),
        ("sqrt(a)^2", r"{\sqrt{a}}^{2}"),
        (
            "2*where(a > 0, 1, a)",
            r"2\left(\begin{cases} 1 & \text{if } a > 0 \\ a & \text{otherwise} \end{cases}\right)",
        ),
    ],
)
def test_what_an_exponent_or_a_factor_belongs_to_is_plain(program: str, text: str) -> None:
    graph = read(program).graph
    assert latex_written_out(graph, graph.output) == text


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("sin(x)", r"\sin x"),
        ("ln(λ)", r"\ln \lambda "),
        ("arctan(w1)/2", r"\frac{\arctan w_{1}}{2}"),
        ("x*log(2)", r"x \cdot \ln 2"),
        ("2*sin(x)", r"2\sin x"),
        ("2*pi*r^2", r"2\pi  \cdot r^{2}"),
        ("-3*x^2", "-3x^{2}"),
        ("x1^2", "x_{1}^{2}"),
        ("1/(2*x)", r"\frac{1}{2x}"),
    ],
)
def test_a_formula_is_set_as_in_a_textbook(program: str, text: str) -> None:
    graph = read(program).graph
    assert latex_written_out(graph, graph.output) == text


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("2*3*x", r"2 \cdot 3x"),
        ("2*3^x", r"2 \cdot 3^{x}"),
        ("2*(1/3)", r"2 \cdot \frac{1}{3}"),
        ("2*(x/3)", r"2 \cdot \frac{x}{3}"),
        ("1.5e-7*x", r"1.5 \cdot 10^{-7} \cdot x"),
        ("a % 3*b", r"a \bmod 3 \cdot b"),
        ("sin(x)*y", r"\sin\left(x\right) \cdot y"),
        ("log(2)*x", r"\ln\left(2\right) \cdot x"),
        ("sin(x)^2", r"{\sin\left(x\right)}^{2}"),
        ("sin(x) % 2", r"\sin\left(x\right) \bmod 2"),
        ("sin(-2)*x", r"\sin\left(-2\right) \cdot x"),
        ("sin(2*x)", r"\sin\left(2x\right)"),
        ("y_hat^2", r"{\hat{y}}^{2}"),
        ("gamma(x)", r"\Gamma\left(x\right)"),
    ],
)
def test_a_sign_or_a_parenthesis_stays_where_more_could_be_read(program: str, text: str) -> None:
    graph = read(program).graph
    assert latex_written_out(graph, graph.output) == text


def test_depth_does_not_matter() -> None:
    graph = read("exp(" * 20_000 + "x" + ")" * 20_000).graph
    assert latex_written_out(graph, graph.output).count("e^{") == 20_000
