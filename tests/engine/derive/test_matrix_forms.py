"""Matrix forms: derived by rule, read back, and worth the gradients that backprop gives entry by entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradx.derive.matrix_forms import matrix_forms
from gradx.language.bindings import bind, read_binding
from gradx.language.bundles.reading import Read, read_bundles
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.values import is_bundle, of_binding, read_value
from gradx.point.exploration import Options, explore
from gradx.point.held_forms import Forms, held_forms

FILES = [
    Path(__file__).parents[2] / "cases" / name for name in ("vectors.json", "vectors_fresh.json", "vectors_third.json")
]
CASES = [case for file in FILES for case in json.loads(file.read_text("utf-8"))["cases"]]

PLANAR = (
    "X: 2 x m; Z1 = W1 X + b1; A1 = tanh(Z1); Z2 = W2 A1 + b2; A2 = sigmoid(Z2); "
    "J = -1/m*sum(Y*log(A2) + (1 - Y)*log(1 - A2))",
    *("W1=[.1 .2; -.3 .4; .5 -.6; .7 .8]", "b1=zeros(4)", "W2=[[.1,-.2,.3,-.4]]", "b2=0"),
    *("X=[1 2 3 4 5; -1 0 1 2 -2]", "Y=[[0 1 1 0 1]]"),
)


def read(program: str, *words: str) -> Read:
    return read_bundles(program, [read_value(w) if is_bundle(w) else of_binding(read_binding(w)) for w in words])


def held(found: Read) -> Forms:
    point = bind(found.program, found.bindings).values
    exploration = explore(found.program, point, Options(checks="none"), None, (), found.bindings)
    return held_forms(exploration)


def formulas(found: Read) -> dict[str, list[str]]:
    """The forms in the program's own names."""
    return {
        name: [f"{form.target} {'+=' if form.adds else '='} {form.named}" for form in forms]
        for name, forms in held(found).items()
    }


@pytest.mark.parametrize("case", [c for c in CASES if not any("@" in w for w in c["bindings"])], ids=lambda c: c["id"])
def test_every_form_that_is_derived_is_worth_the_gradient(case: dict[str, Any]) -> None:
    found = read(case["program"], *case["bindings"])
    bundles = found.program.bundles
    assert isinstance(bundles, ReadBundles)
    derived = {
        n for n, forms in matrix_forms(bundles, found.program.graph.names[found.program.graph.output]).items() if forms
    }
    assert derived == set(held(found))
    assert derived


def test_the_forms_of_a_network_are_those_of_a_course() -> None:
    found = formulas(read(*PLANAR))
    assert found["W1"] == ["dW1 = dZ1 X^T"]
    assert found["b1"] == ["db1 = sum(dZ1, axis=1)"]
    assert found["X"] == ["dX = W1^T dZ1"]
    assert found["Z1"] == ["dZ1 = dA1 ⊙ (1 - A1^2)"]
    assert found["A1"] == ["dA1 = W2^T dZ2"]
    assert found["b2"] == ["db2 = sum(dZ2)"]


NUMBERS = "h[t=1..3] = tanh(u*h[t-1] + w*x[t]); J = h[3]^2"
VECTORS = "h[t=1..3] = tanh(U h[t-1] + w*x[t]); J = sum(h[3]^2)"
AT = ["x=[.1 -.2 .3]"]


@pytest.mark.parametrize(
    ("program", "words", "name", "expected"),
    [
        ("x^T A x", ["x=[1 2]", "A=[2 1; 0 3]"], "A", ["dA = x x^T"]),
        ("a' X b", ["a=[1 2]", "X=[1 2 3; 4 5 -6]", "b=[1 0 -1]"], "X", ["dX = a b^T"]),
        ("trace(A^T A)", ["A=[1 2; 3 4]"], "A", ["dA = 2*A"]),
        ("‖A x - b‖^2", ["A=[2 1; 0 3; 1 1]", "x=[1 2]", "b=[1 1 1]"], "x", ["dx = 2*A^T (A x - b)"]),
        ("0.5*norm(A x - b)^2", ["A=[2 1; 0 3; 1 1]", "x=[1 2]", "b=[1 1 1]"], "x", ["dx = A^T (A x - b)"]),
        ("norm(x)^4/4", ["x=[1 2]"], "x", ["dx = norm(x)^2*x"]),
        ("1/2*‖x‖^2 + λ*‖x‖^3", ["x=[1 2]", "λ=2"], "x", ["dx = 3*λ*norm(x)*x + x"]),
        ("sum(A^(T))", ["A=[1 2; 3 4]", "T=3"], "A", ["dA = T*A^(T - 1)"]),
        ("logsumexp(z)", ["z=[1 2 3]"], "z", ["dz = softmax(z)"]),
        ("sum(i=1..n, w[i]*x[i])", ["w=[1 2]", "x=[3 4]"], "w", ["dw[i] = x[i]"]),
        ("y[i=1..3] = sum(k=1..2, w[k]*x[i+k-1]); sum(y^2)", ["w=[1 -1]", "x=[1 2 4 8]"], "x",
         ["dx[i+k-1] += dy[i]*w[k]"]),
        ("Z = W x + b; A = relu(Z); sum((A - y)^2)", ["W=[1 2; 3 -4]", "x=[1 2]", "b=[0 1]", "y=[4 0]"], "Z",
         ["dZ = where(Z > 0, dA, 0)"]),
        ("logsumexp(z) - z[k]", ["z=[1 2 3]", "k=2"], "z", ["dz += softmax(z)", "dz[k] += -1"]),
        ("sum(l=1..2, sum(W[l]^2))", ["W1=[1 2; 3 4]", "W2=[[5 6]]"], "W2", ["dW2 = 2*W2"]),
        (NUMBERS, [*AT, "u=2", "w=3", "h0=1"], "u", ["du = sum(t=1..3, dh[t]*(1 - h[t]^2)*h[t-1])"]),
        (NUMBERS, [*AT, "u=2", "w=3", "h0=1"], "h", ["dh[3] += 2*h3", "dh[t-1] += dh[t]*(1 - h[t]^2)*u"]),
        (NUMBERS, [*AT, "u=2", "w=3", "h0=1"], "h0", ["dh0 = dh[1]*(1 - h[1]^2)*u"]),
        (VECTORS, [*AT, "U=[1 2; 3 4]", "w=[1 2]", "h0=[0 1]"], "h2", ["dh2 = U^T (dh3 ⊙ (1 - h3^2))"]),
        (VECTORS, [*AT, "U=[1 2; 3 4]", "w=[1 2]", "h0=[0 1]"], "h0", ["dh0 = U^T (dh1 ⊙ (1 - h1^2))"]),
        ("sum(i=1..2, j=1..i, L[i,j]^2)", ["L=[1 2; 3 4]"], "L", ["dL[i,j] += 2*L[i,j]"]),
        ("prod(i=1..2, prod(j=i+1..3, x[j] - x[i]))", ["x=[1 3 -2]"], "v1",
         ["dv1[i,j] = dv2[i]*v2[i]/(x[j] - x[i])"]),
        ("mean(i=1..3, max(j=1..2, A[i,j]))", ["A=[1 2; 5 3; -1 -4]"], "A",
         ["dA[i,j] = where(A[i,j] == v1[i], dv1[i], 0)"]),
        ("sum(i=1..2, (U[i+1] - U[i])^2) + sum(i=1..3, U[i])", ["U=[1 2 4]"], "U",
         ["dU[i] += 1", "dU[i] += -2*(U[i+1] - U[i])", "dU[i+1] += 2*(U[i+1] - U[i])"]),
        ("1/(2m)*sum(i=1..m, (w*x[i] - 1)^2)", ["x=[1 2]", "w=3"], "w", ["dw = sum(i=1..m, (w*x[i] - 1)/m*x[i])"]),
        ("sum(t=1..2, sum((H[:,t] - Y[:,t])^2))", ["H=[1 2; 3 4]", "Y=[0 1; 1 1]"], "Y",
         ["dY[:,t] = -2*(H[:,t] - Y[:,t])"]),
        (VECTORS, [*AT, "U=[1 2; 3 4]", "w=[1 2]", "h0=[0 1]"], "v2",
         ["dv2[3] = dh3 ⊙ (1 - h3^2)", "dv2[2] = dh2 ⊙ (1 - h2^2)", "dv2[1] = dh1 ⊙ (1 - h1^2)"]),
        ("z1[2]^2*z1[1]", ["z1=[1 2 3]"], "z1", ["dz1[1] += z1[2]^2", "dz1[2] += 2*z1[1]*z1[2]"]),
    ],
)  # fmt: skip
def test_forms(program: str, words: list[str], name: str, expected: list[str]) -> None:
    assert formulas(read(program, *words))[name] == expected


def test_a_form_that_would_be_wrong_is_not_shown() -> None:
    assert "x" not in formulas(read("max(x)", "x=[2 2 1]"))
    assert formulas(read("max(x)", "x=[2 3 1]"))["x"]
