"""Subscripts: each belongs to the name before it, as LaTeX means it, and is a factor nowhere."""

from __future__ import annotations

import pytest

from gradx.errors import GradxError
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import read_value
from gradx.language.program import read, read_plainly
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"(\hat{y}_i - y_i)^2", "(y_hat_i - y_i)^2"),
        (r"\hat y_i", "y_hat_i"),
        (r"\hat{y_i} + \hat{y}_{j}", "y_hat_i + y_hat_j"),
        (r"\hat\theta_1 x", "θ_hat_1*x"),
        (r"\hat{\beta}_0 + \hat\beta_1 x", "β_hat_0 + β_hat_1*x"),
        (r"\hat{\mathbf{y}}_i^2", "y_hat_i^2"),
        (r"\widehat{y}_1^2", "y_hat_1^2"),
        (r"\hat{y}^2_1", "y_hat_1^2"),
        (r"\bar{x}_1 + \bar{x}_2", "x_bar_1 + x_bar_2"),
        (r"\overline{x}_{1} \tilde{x}_{i,j}", "x_bar_1*x_tilde_ij"),
        (r"\vec{x}_1 y", "x_1*y"),
        (r"\mathbf{w}_{1} \boldsymbol{\theta}_2", "w_1*θ_2"),
        (r"\text{loss}_i + \mathrm{MSE}_1", "loss_i + MSE_1"),
        (r"e^{-\bar{x}_1}", "e^-x_bar_1"),
        (r"\lambda _{2} x", "λ_2*x"),
        ("x^{2}_{1}", "x_1^2"),
        ("x^2_1 + x^2_2", "x_1^2 + x_2^2"),
        ("x^{n}_1", "x_1^n"),
        (r"x^{\frac{1}{2}}_1", "x_1^(1/2)"),
        (r"\sigma^2_x + \theta^{2}_1", "σ_x^2 + θ_1^2"),
        (r"\log^2_3(x)", "log(x)^2/log(3)"),
        ("a^{[1]}_2 w", "a1_2*w"),
        ("a_2^{[1]} w", "a1_2*w"),
        (r"w^{[1]}_{ij} x", "w1_ij*x"),
        (r"\mathbf{W}^{[1]} x + \theta^{[2]}", "W1*x + θ2"),
        (r"\hat{y}^{[2]} + \hat{y}^{[2]}_1", "y_hat2 + y_hat2_1"),
        (r"\text{net}^{[1]} + \text{net}^{[1]}_2", "net1 + net1_2"),
        ("W^{[l]} x + a^{[1](i)}", "W_l*x + a1_i"),
        (r"\frac{1}{2}(y_pred - y_true)^2", "1/2*(y_pred - y_true)^2"),
        (r"\frac{w_ix_i}{2}", "w_i*x_i/2"),
    ],
)
def test_a_subscript_is_part_of_the_name_before_it(text: str, reading: str) -> None:
    program, meant = read(text), read_plainly(reading)
    assert program.reading.partition(" = ")[2] == reading
    assert program.graph.index.keys() == meant.graph.index.keys()


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{x}{y}_1",
        r"(\mathbf{x})_1",
        "(x + 1)_2",
        "(x)_i y",
        "3 + (x)_1 sin y",
        "x²_1",
        "2_x",
        r"\mathbf{1}_{A}",
        "2^{n}_1",
        r"\sqrt{x}_1",
    ],
)
def test_a_subscript_behind_no_name_is_no_factor(text: str) -> None:
    with pytest.raises(GradxError, match="a subscript only stands directly behind a name"):
        read(text)


@pytest.mark.parametrize(
    ("text", "reading"), [("x_1 y_1", "x_1*y_1"), ("(x) _1", "x*_1"), ("_x + 2 _y", "_x + 2*_y"), ("w_{12}", "w_12")]
)
def test_plain_subscripts_are_what_they_were(text: str, reading: str) -> None:
    assert read(text).reading == f"J = {reading}"


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        (r"\mathbb{1}_{x>0} x^2", 3, 9),
        (r"\mathbb{1}_{x>0} x^2", -3, 0),
        (r"\mathbf{1}_{x \geq 0}", 0, 1),
        (r"\mathbb{1}[x \le 2]", 3, 0),
        (r"\mathbb{1}\{x > 0\}", 3, 1),
        (r"\mathbb{I}(x = 3)", 3, 1),
        (r"\mathds{1}_{\{0 < x < 1\}}", 0.5, 1),
        (r"\mathds{1}_{\{0 < x < 1\}}", 2, 0),
        ("1_{x>0} x", 4, 4),
        ("𝟙_{x ≠ 4}", 4, 0),
    ],
)
def test_an_indicator_is_a_where(text: str, at: float, value: float) -> None:
    graph = read(text).graph
    assert [graph.names[i] for i in graph.inputs] == ["x"]
    assert forward(graph, FLOAT64, dict.fromkeys(graph.inputs, float(at))).values[graph.output] == value


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("e^{[x]}", "J = e^x"),
        ("2^{[n]}", "J = 2^n"),
        ("(1+x)^{[n]}", "J = (1 + x)^n"),
        ("(1+x)^{[n-1]}", "J = (1 + x)^(n - 1)"),
        (r"\frac12 y_ilog(p_i)", "J = 1/2*y_i*log(p_i)"),
        (r"\alpha x_nmax(0,y)", "J = α*x_n*max(0, y)"),
    ],
)
def test_brackets_in_an_exponent_name_a_layer_of_names_alone_and_functions_stay_functions(
    text: str, reading: str
) -> None:
    assert read(text).reading == reading


@pytest.mark.parametrize("text", ["a^{[l-1]} w", "x_{n+1}"])
def test_an_index_that_is_counted_is_no_power(text: str) -> None:
    with pytest.raises(GradxError, match="an index is a number or a letter"):
        read(text)


def test_sets_are_no_indicators() -> None:
    with pytest.raises(GradxError, match="sets are not known here"):
        read(r"x \in \mathbb{R}")


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        (r"\sum_{i=1}^{n} (\hat y_i - y_i)^2", ["y_hat=[1 2]", "y=[3 5]"], 13),
        (r"\sum_i (\hat{y_i} - y_{i})^2", ["y_hat=[1 2]", "y=[3 5]"], 13),
        (r"\sum_i \hat\theta_i \widehat{x}_i", ["θ_hat=[1 2]", "x_hat=[3 5]"], 13),
        (r"\sum_i \overline{x}_{i}", ["x_bar=[3 5]"], 8),
        (r"\sum_i x^2_i", ["x=[1 3]"], 10),
        (r"\sum_i x^{2}_{i}", ["x=[1 3]"], 10),
        (r"\|x\|^2_2", ["x=[1 3]"], 10),
        (r"sum(a^{[1]}_2 x)", ["a1=[5 6]", "x=[1 2]"], 18),
        (r"sum(a_2^{[1]} x)", ["a1=[5 6]", "x=[1 2]"], 18),
        (r"\sum_i \mathbb{1}_{x_i>0} x_i", ["x=[4 -2]"], 4),
    ],
)
def test_subscripts_of_vectors_are_their_entries(text: str, words: list[str], value: float) -> None:
    found = read_bundles(text, [read_value(word) for word in words])
    graph = found.program.graph
    at = {binding.name: binding.value for binding in found.bindings}
    run = forward(graph, FLOAT64, {i: at[graph.names[i]] for i in graph.inputs})
    assert run.values[graph.output] == pytest.approx(value)


@pytest.mark.parametrize("text", ["sum((x)_1)", r"\sum_i (x + x)_i", r"(x + x)_{1}^2"])
def test_a_subscript_behind_no_vectors_name_is_refused(text: str) -> None:
    with pytest.raises(GradxError, match="directly behind a name"):
        read_bundles(text, [read_value("x=[1 2]")])
