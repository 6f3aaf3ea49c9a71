"""Programs of vectors and matrices: values and gradients of NumPy and JAX, errors (cases/vectors.json)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradx.errors import GradxError, UnclearError
from gradx.language.bindings import bind, read_binding
from gradx.language.bundles.reading import Read, read_bundles
from gradx.language.bundles.values import is_bundle, of_binding, read_value
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import Forward, forward

CASES = json.loads((Path(__file__).parents[2] / "cases/vectors.json").read_text("utf-8"))


def without_files(cases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [case for case in cases if not any("@" in word for word in case["bindings"])]


def read(program: str, *words: str) -> Read:
    return read_bundles(
        program, [read_value(word) if is_bundle(word) else of_binding(read_binding(word)) for word in words]
    )


def swept(found: Read) -> tuple[Forward[float], list[float]]:
    graph, point = found.program.graph, bind(found.program, found.bindings).values
    run = forward(graph, FLOAT64, {i: point[graph.names[i]] for i in graph.inputs})
    return run, backprop(graph, FLOAT64, run).adjoints


def flat(numbers: object) -> list[float]:
    return [x for part in numbers for x in flat(part)] if isinstance(numbers, list) else [float(str(numbers))]


def value(program: str, *words: str) -> float:
    found = read(program, *words)
    return swept(found)[0].values[found.program.graph.output]


def gradient(program: str, name: str, *words: str) -> list[float]:
    found = read(program, *words)
    assert found.program.bundles is not None
    return [swept(found)[1][i] for i in found.program.bundles.by_name[name].entries]


@pytest.mark.parametrize("case", without_files(CASES["cases"]), ids=lambda case: case["id"])
def test_value_and_every_gradient_are_those_of_numpy_and_jax(case: dict[str, Any]) -> None:
    found = read(case["program"], *case["bindings"])
    run, adjoints = swept(found)
    bundles = found.program.bundles
    assert bundles is not None
    assert math.isclose(run.values[found.program.graph.output], case["output_value"], rel_tol=1e-10, abs_tol=1e-12)
    for name, expected in case["gradients"].items():
        got = [adjoints[i] for i in bundles.by_name[name].entries]
        assert got == pytest.approx(flat(expected), rel=1e-9, abs=1e-11)
    for name, shape in case["shapes"].items():
        assert bundles.by_name[name].shape == tuple(shape)


@pytest.mark.parametrize("case", without_files(CASES["errors"]), ids=lambda case: case["id"])
def test_what_does_not_fit_is_refused_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(GradxError) as caught:
        bind((found := read(case["program"], *case["bindings"])).program, found.bindings)
    problem = caught.value.problem
    said = f"{problem.message} {problem.hint}"
    assert all(text in said for text in case["error"])
    assert problem.span is not None
    assert (problem.span.text, problem.span.source.name) == (case["caret"], case["source"])


@pytest.mark.parametrize("case", without_files(CASES["cases"]), ids=lambda case: case["id"])
def test_the_reading_is_read_as_the_same_program(case: dict[str, Any]) -> None:
    found = read(case["program"], *case["bindings"])
    assert found.program.bundles is not None
    again = read(found.program.reading, *case["bindings"])
    assert again.program.bundles is not None
    assert swept(again)[0].values[again.program.graph.output] == pytest.approx(
        case["output_value"], rel=1e-12, abs=1e-14
    )
    same = [replace(group, entries=()) for group in again.program.bundles.groups]
    assert same == [replace(group, entries=()) for group in found.program.bundles.groups]
    assert again.program.reading == found.program.reading


@pytest.mark.parametrize(
    ("program", "words", "expected"),
    [
        ("Σ_{i=1}^{n} w[i] x[i] + 1", ["w=[1 2 3]", "x=[4 5 6]"], 33),
        (r"\sum_{i=1}^{n} w[i] x[i]^2", ["w=[1 2 3]", "x=[4 5 6]"], 16 + 50 + 108),
        ("Σ_i x[i]", ["x=[4 5 6]"], 15),
        ("∑(x)", ["x=[4 5 6]"], 15),
        ("x: 3; sum(x^2)", ["x1=1", "x[2]=3", "x₃=2"], 14),
        ("θ[0] + sum(j=1..n, θ[j]*x[j])", ["θ=[1 2]", "θ0=4", "x=[3 4]"], 15),
        ("sum(i=1..3, sum(j=1..i, x[j]))", ["x=[1 2 3]"], 1 + 3 + 6),
        ("max(Z) + sum(max(Z, axis=0)) + sum(max(0, Z))", ["Z=[1 -2; 3 4]"], 4 + 7 + 8),
        ("[1; x]^T [1; x] + ||[x; 2*x]||_1", ["x=[1 2]"], 6 + 9),
        ("sum([[1, 2], [3, a]] @ x)", ["x=[1 2]", "a=3"], 5 + 9),
        ("W^[1] x + W[2]*3", ["W1=[[1 2]]", "x=[3;4]", "W2=3"], 20),
        ("sum(X[:,1]) + sum(X[2,:]) + sum(X')", ["X=[1 2; 3 4]"], 4 + 7 + 10),
        ("sum(x[2..3]) + x[1]", ["x=[1 2 3]"], 6),
        ("sum(zeros(2,3) + ones(2,3)) + trace(eye(3))", [], 9),
        ("sum = 3; sum*x", ["x=2"], 6),
        ("a^T Q a", ["a=[1 2]", "Q=[1, 2;\n3, 4]"], 1 + 4 + 6 + 16),
        ("‖W‖_F^2", ["W=[1 2; 3 4]"], 30),
        ("sum(x)", ["x=[-2 1/3 pi/2]"], -2 + 1 / 3 + math.pi / 2),
        ("sum(x)", ["x=[1-2 3]"], 2),
        ("sum(x)", ["x=[1 -2]"], -1),
        ("T=2; x^T", ["x=3"], 9),
        (r"\theta^T x", ["θ=[1 2]", "x=[3 4]"], 11),
        (r"\theta^{T} x + \|x\|^2", ["θ=[1 2]", "x=[3 4]"], 36),
        (r"x^\top A x", ["x=[1 2]", "A=[2 1; 0 3]"], 16),
        ("np.dot(w, x) + np.sum(np.maximum(0, x))", ["w=[1 2]", "x=[3 -4]"], -2),
        ("torch.sum(Z, dim=0) @ np.sum(Z, axis=1, keepdims=True)", ["Z=[1 2; 3 4]"], 4 * 3 + 6 * 7),
        ("np.linalg.norm(x)**2 + (W.T @ x).T @ x", ["W=[1 2; 3 4]", "x=[1 1]"], 12),
    ],
)
def test_forms_of_the_language(program: str, words: Sequence[str], expected: float) -> None:
    assert value(program, *words) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (r"\mathbf{w}^\top \mathbf{x}", 11),
        (r"\frac{\mathbf{w}^{\mathsf T} x}{\|w\|_{2}^{2}}", 11 / 5),
        (r"\sqrt{\sum_{i=1}^{n} x_{i}^{2}}", 5),
        (r"\sum_{i=1}^{1} w_{i+1} x_{i}", 6),
        (r"\log\sum_{i=1}^{2} e^{w_i}", math.log(math.e + math.e**2)),
        (r"-\sum_k x_k \log w_k", -4 * math.log(2)),
        (r"\frac1n \sum^{n}_{i=1} (x_i - w_i)^2", 4),
        (r"\frac1{2} \|x\|^2_2 + \frac{w_1}2", 25 / 2 + 1 / 2),
        (r"\frac{e^{w_1}}{\sum_{j=1}^{2} e^{w_j}}", 1 / (1 + math.e)),
        (r"\sum_{i=1}^{n}\left[ x_i (w_i + 1) \right]", 3 * 2 + 4 * 3),
        (r"\operatorname{tr}(w x^\top) + \mathrm{tr}(A)", 11 + 5),
        ("tr(A' A)", 30),
        (r"\langle w, x \rangle + \left\lVert x \right\rVert_2", 16),
        (r"\sum_{i,j} A_{ij} w_i x_j", 3 + 8 + 18 + 32),
        ("∑ᵢ∑ⱼ Aᵢⱼ wᵢxⱼ", 3 + 8 + 18 + 32),
        ("Σ wᵢ xᵢ", 11),
        (r"z = A w \\ z^\top z", 25 + 121),
        ("np.sum(np.outer(w, x) * A)", 3 + 8 + 18 + 32),
        ("sum(outer(w, x) * A)", 3 + 8 + 18 + 32),
        ("sum(sqrt.(w.^2))", 3),
        (r"\frac{1}{2}\ w^\top x", 11 / 2),
        ("torch.norm(w - x, p=1) + w.dot(x)", 4 + 11),
        ("x.transpose() @ A @ np.transpose(w.T)", 3 * 5 + 4 * 11),
        ("torch.matmul(A, x).relu().sum()", 11 + 25),
        ("jnp.sum(jax.nn.softmax(w)) + np.power(x, 2).sum()", 26),
    ],
)
def test_spellings_of_textbooks_and_of_code_are_read(program: str, expected: float) -> None:
    assert value(program, "w=[1 2]", "x=[3 4]", "A=[1 2; 3 4]") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("program", "words", "said", "caret"),
    [
        ("w x", ["w=[1 2 3]", "x=[1 2 3]"], ["w^T x", "dot(w, x)", "w*x"], "w x"),
        ("sum(Y - X)", ["Y=[1 2 3]", "X=[[1 2 3]]"], ["3x1", "1x3", "Y X"], "Y - X"),
        ("A*W x", ["A=[1 2; 3 4]", "W=[1 2; 3 4]", "x=[1 2]"], ["A*(W x)", "(A*W) x"], "A*W x"),
        ("x^2", ["x=[1 2 3]"], ["3x1", "sum(x^2)"], "x^2"),
        ("X[1]", ["X=[1 2; 3 4]"], ["X[1,:]", "X[:,1]"], "X[1]"),
        ("sum(i=1..2, x^(i))", ["x=[1 2]"], ["x[i]"], "x^(i)"),
        ("sum(x[0])", ["x=[1 2 3]"], ["start at 1"], "0"),
        ("sum(Z, axis=2)", ["Z=[1 2; 3 4]"], ["axis=0", "axis=1"], "2"),
        ("x' + 1", ["x=3"], ["number"], "x'"),
        ("w1 = 2; w1*sum(w)", ["w=[1 2]"], ["entry", "w"], "w1"),
        ("sum(i=1..m, x^(i))", ["x=[1 2]"], ["x[i]"], "x^(i)"),
        ("‖Ax‖^2", ["A=[1 2; 3 4]", "x=[1 2]"], ["did you mean A x?"], "Ax"),
        ("sum([1, 2 3]*x)", ["x=[1 2 3]"], ["[1, 2, 3]", "[1 2 3]"], "3"),
        ("sum([u, v])", ["u=[1 2]", "v=[3 4]"], ["[u; v]"], "[u, v]"),
        ("sum(foo(x))", ["x=[1 2]"], ["not a function"], "foo"),
        ("sum(a .* ./ b)", ["a=[1 2]", "b=[1 2]"], ["./"], "./"),
        ("log(x, axis=1)", ["x=[1 2]"], ["no axis"], "log(x, axis=1)"),
        ("sum(mean(axis=1))", ["x=[1 2]"], ["one bundle"], "mean(axis=1)"),
        ("sum(i=1..2, axis=1, x[i])", ["x=[1 2]"], ["one body"], "sum(i=1..2, axis=1, x[i])"),
    ],
)
def test_conflicts_are_refused_with_every_reading(
    program: str, words: Sequence[str], said: Sequence[str], caret: str
) -> None:
    with pytest.raises(GradxError) as caught:
        bind((found := read(program, *words)).program, found.bindings)
    problem = caught.value.problem
    assert all(text in f"{problem.message} {problem.hint}" for text in said)
    assert problem.span is not None
    assert problem.span.text == caret


@pytest.mark.parametrize(
    ("program", "meanings"),
    [
        ("np.exp(x[1])", ("exp(x[2])", "exp(x[1])")),
        ("np.exp(x[0])", ("exp(x[1])",)),
        ("torch.relu(W[1, 1])", ("relu(W[2, 2])", "relu(W[1, 1])")),
        ("np.sum(W[1,:])", ("sum(W[2,:])", "sum(W[1,:])")),
    ],
)
def test_subscripts_of_python_are_asked_about(program: str, meanings: tuple[str, ...]) -> None:
    words = ("x=[1 2 3]", "W=[1 2; 3 4]")
    with pytest.raises(UnclearError) as caught:
        read(program, *words)
    assert caught.value.meanings == meanings
    for meaning in meanings:
        read(meaning, *words)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("sum(np.sinc(x))", "pi*x"),
        ("np.linalg.norm(W, 2)", "largest singular value"),
        ("sum(x.^2.^y)", "from the left"),
        ("sum(2.^-x.^2)", "from the left"),
        ("np.exp(x[i])", "counts from 0"),
        ("x'*x", "is x^T x;"),
        ("torch.sum(F.leaky_relu(x, 0.2))", "write out the formula"),
        ("torch.sum(F.softplus(x, beta=2))", "write out the formula"),
        ("torch.sum(torch.clamp(x, min=0))", "write out the formula"),
        ("np.sum(np.exp(1j*x))", "complex numbers"),
        ("integrate(x^2, x)", "integrals"),
    ],
)
def test_what_another_language_means_otherwise_is_refused(program: str, said: str) -> None:
    with pytest.raises(GradxError) as caught:
        read(program, "x=[1 2 3]", "W=[1 2; 3 4]", "y=2", "i=2")
    assert said in f"{caught.value.problem.message} {caught.value.problem.hint}"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("1/2 Σ_{i=1}^{n} w_i x_i", 5.5),
        (r"\sum_{i=1}^{m} w_i \sum_{j=1}^{n} W_{ij} x_j", 61),
        ("a = 2*x; sum(a_i, i=1..2)", 14),
        ("sum(i, w_i*x[i])", 11),
    ],
)
def test_an_index_below_a_name_is_that_of_the_sum(program: str, expected: float) -> None:
    assert value(program, *(each for each in ("w=[1 2]", "x=[3 4]", "W=[1 2; 3 4]") if each[0] in program)) == expected


def test_a_letter_below_a_name_that_has_a_value_is_a_part_of_it() -> None:
    assert value("sum(i=1..2, x[i]*x_i)", "x=[3 4]", "x_i=10") == 70


def test_the_entry_of_a_vector_whose_name_ends_in_a_digit_is_read() -> None:
    assert value("z1[2]^2", "z1=[1 3]") == 9
    assert value("z1[2]*sum(x)", "z12=3", "x=[1 2]") == 9


def test_a_norm_by_its_name_and_powers_beside_each_other_are_read() -> None:
    assert value("np.linalg.norm(W, 'fro')", "W=[1 2; 3 4]") == pytest.approx(30**0.5)
    assert value("torch.sum(torch.clamp(x, 0, 1))", "x=[-1 0.5 2]") == pytest.approx(1.5)
    assert value("sum(x.^-1 + x.^2)", "x=[1 2 4]") == pytest.approx(1.75 + 21)


def test_softmax_and_logsumexp_do_not_overflow() -> None:
    assert value("logsumexp(z)", "z=[1000 1000]") == pytest.approx(1000 + math.log(2))
    assert gradient("logsumexp(z)", "z", "z=[1000 1000 -1000]") == pytest.approx([0.5, 0.5, 0])


def test_what_a_sum_does_not_reach_is_computed_once() -> None:
    found = read("sum(i=1..4, x[i]*exp(a))", "x=[1 2 3 4]", "a=1")
    assert [row.name for row in found.program.graph.primitives if row].count("exp") == 1


def test_sizes_have_no_gradient_and_say_so() -> None:
    found = read("sum(i=1..n, x[i])/n", "x=[1 2 3]", "n=3")
    assert found.program.bundles is not None
    assert found.program.bundles.sizes == {"n": 3}
    assert [found.program.graph.names[i] for i in found.program.graph.inputs] == ["x[1]", "x[2]", "x[3]"]
    assert any("n = 3 is a size" in remark for remark in found.program.remarks)


def test_a_program_of_more_than_two_hundred_thousand_operations_is_refused() -> None:
    with pytest.raises(GradxError) as caught:
        read("sum(A A)", "A=ones(100,100)")
    assert caught.value.problem.kind == "size"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("sum(x*(x > 0))", [1, 0, 1]),
        ("‖x‖₁ + ‖x‖₂²", [3, -5, 7]),
        ("‖x‖^2/2 + ‖y‖", [1, -2, 3]),
        ("x[1] + ‖y‖", [1, 0, 0]),
        ("dot((x >= y), x^2)", [2, 0, 6]),
        ("sum((x == x[1])*x*y)", [0, 0, 0]),
    ],
)
def test_masks_and_norms_with_subscripts_are_read(program: str, expected: list[float]) -> None:
    assert gradient(program, "x", "x=[1 -2 3]", "y=[0 0 2]") == expected


@pytest.mark.parametrize(
    ("program", "message", "hint"),
    [
        (r"sum(A \ w)", "it solves a system, which is not done here", "is read"),
        (r"sum(A\b)", "it solves a system, which is not done here", "is read"),
        ("trace(inv(A))", "`inv` is not a function", "the inverse of a matrix is not known"),
        ("Tr[A]", "A is 2x2, and an index", "a function takes parentheses"),
        ("w A", "the 1 column of w meets the 2 rows of A", ""),
        ("det(A)", "`det` is not a function", "A[1,1]*A[2,2] - A[1,2]*A[2,1]"),
        ("sum(diag(x) b)", "`diag` is not a function", "diag(a) x is a*x"),
        ("std(x)", "`std` is not a function", "write sqrt(mean((x - mean(x))^2))"),
        ("norm(x, 3)", "there is no norm 3", "that of 3 is sum(abs(x)^3)^(1/3)"),
        ("norm(x, inf)", "there is no norm inf", "max(abs(x))"),
        ("‖x‖_∞", "there is no norm inf", "max(abs(x))"),
        ("H = [A; A]; sum(H^T w)", "the 4 columns of H^T meet the 2 rows of w", "H w would be 4x1"),
        ("sum(w*w^T)", "a column and a row", "w is a column"),
        ("x[-1]", "there is no -1", "the last one is 2"),
    ],
)
def test_what_is_not_known_of_matrices_is_said(program: str, message: str, hint: str) -> None:
    words = [program, "A=[1 2; 3 4]", "w=[1 2]", "x=[3 4]", "b=[1 2]"]
    with pytest.raises(GradxError) as caught:
        value(*words)
    assert message in caught.value.problem.message
    assert hint in (caught.value.problem.hint or "")
