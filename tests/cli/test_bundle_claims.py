"""gradx check of whole gradients: right or wrong as NumPy has it, the slip that leads to it, and what is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FILES = [
    Path(__file__).parents[1] / "cases" / name for name in ("vectors.json", "vectors_fresh.json", "vectors_third.json")
]
CLAIMS = [row for file in FILES for row in json.loads(file.read_text("utf-8"))["claims"]]


@pytest.mark.parametrize("case", CLAIMS, ids=lambda case: case["claim"])
def test_every_claim_of_the_cases(gradx_inside: Any, case: dict[str, Any]) -> None:
    answer = gradx_inside("check", case["program"], case["claim"], *case["bindings"], "--json")
    found = json.loads(answer.out)["claims"][0]
    assert (found["status"] == "correct") == case["correct"]
    assert (found["mistake"] and found["mistake"]["kind"]) == case["kind"]
    assert answer.code == (0 if case["correct"] else 1)


@pytest.mark.parametrize(
    ("program", "claim", "words", "kind", "said"),
    [
        ("‖A x - b‖^2", "dx=2*A (A x - b)", ["A=[2 1; 0 3]", "x=[1 2]", "b=[1 1]"], "missing-transpose", "2*A^T (A x"),
        ("x^T A x", "dx=2*A x", ["A=[2 1; 0 3]", "x=[1 2]"], "assumes-symmetric", "only where A is symmetric"),
        ("sum(W x)", "dW=x^T", ["W=[1 2; 3 4]", "x=[1 2]"], "shape", "2x2"),
        ("trace(A B)", "dA=B^T/2", ["A=[1 2; 3 5]", "B=[0 1; 2 3]"], "constant-factor", "0.5 times"),
        ("trace(A B C)", "dB=C^T A^T", ["A=[1 2; 3 5]", "B=[0 1; 2 3]", "C=[1 1; 0 2]"], "wrong-order", "A^T C^T"),
    ],
)  # fmt: skip
def test_a_slip_is_named(gradx_inside: Any, program: str, claim: str, words: list[str], kind: str, said: str) -> None:
    found = json.loads(gradx_inside("check", program, claim, *words, "--json").out)["claims"][0]
    assert (found["status"], found["mistake"]["kind"]) == ("wrong", kind)
    assert said in found["mistake"]["message"]


@pytest.mark.parametrize(
    ("program", "claim", "words"),
    [
        ("sum(relu(W x))", "dW=ones(2) x^T", ["W=[1 2; 3 1]", "x=[1 1]"]),
        ("norm(x, 1)", "dx=ones(2)", ["x=[2 3]"]),
        ("sum(max(x, 0)^2)", "dx=2*x", ["x=[2 3]"]),
        ("sum(x^2)", "dx=2*abs(x)", ["x=[2 3]"]),
        ("h = W x; a = relu(h); sum((a - y)^2)", "dh=2*(a - y)", ["W=[1 2; 3 1]", "x=[1 1]", "y=[1 0]"]),
        ("p = softmax(relu(z)); -sum(y*log(p))", "dz=p - y", ["z=[1 2]", "y=[0 1]"]),
        ("sum(relu(W x - 100))", "dW=zeros(2,2)", ["W=[1 2; 3 1]", "x=[1 1]"]),
    ],
)
def test_a_claim_that_is_right_on_one_side_of_a_kink_is_wrong(
    gradx_inside: Any, program: str, claim: str, words: list[str]
) -> None:
    answer = gradx_inside("check", program, claim, *words, "--json")
    assert (json.loads(answer.out)["claims"][0]["status"], answer.code) == ("wrong", 1)


@pytest.mark.parametrize(
    ("program", "claim", "words"),
    [
        ("sum(log(x))", "dx=1/abs(x)", ["x=[2 3]"]),
        ("sum(x^2)", "dx=2*exp(log(x))", ["x=[2 3]"]),
        ("sum(relu(W x))", "dW=where(W x > 0, 1, 0) x^T", ["W=[1 2; 3 1]", "x=[1 1]"]),
        ("p = softmax(z); -sum(y*log(p))", "dz=p - y", ["z=[1 2]", "y=[0 1]"]),
        ("a = sigmoid(z); sum(a)", "dz=a*(1 - a)", ["z=[-40 -50]"]),
        ("a = sigmoid(z); sum(a)", "dz=a*(1 - a)", ["z=[20 -18]"]),
        ("a = tanh(z); sum(a)", "dz=1 - a^2", ["z=[8 9]"]),
    ],
)
def test_other_signs_make_no_claim_wrong_that_is_right(
    gradx_inside: Any, program: str, claim: str, words: list[str]
) -> None:
    answer = gradx_inside("check", program, claim, *words, "--json")
    assert (json.loads(answer.out)["claims"][0]["status"], answer.code) == ("correct", 0)


def test_symmetry_is_no_excuse_behind_a_kink(gradx_inside: Any) -> None:
    words = ["W=[1 2; -3 1]", "x=[1 1]"]
    found = json.loads(gradx_inside("check", "sum(relu(W x))", "dW=ones(2) x^T", *words, "--json").out)["claims"][0]
    assert (found["status"], found["mistake"]) == ("wrong", None)


def test_the_page_says_the_right_formula(gradx: Any) -> None:
    answer = gradx("check", "sum(W x)", "dW=x^T", "dx=W^T ones(2)", "W=[1 2; 3 4]", "x=[1 2]")
    assert answer.code == 1
    assert "✗ dW = x^T is wrong" in answer.out
    assert "dW = ones(2) x^T" in answer.out
    assert "✓ dx = W^T ones(2)" in answer.out


def test_a_claim_that_cannot_be_read_is_pointed_at(gradx: Any) -> None:
    answer = gradx("check", "sum(W x)", "dW=Q x^T", "W=[1 2; 3 4]", "x=[1 2]")
    assert answer.code == 2
    assert answer.err.splitlines()[:3] == ["error: `Q` is no name of the program", "  dW=Q x^T", "     ^"]


@pytest.mark.parametrize(
    ("claim", "said"), [("dz=2*Z", "did you mean dZ?"), ("dQ=2*Z", "write dW, dx, dZ, dJ = a formula")]
)
def test_a_claim_of_what_the_program_has_not_is_an_error(gradx_inside: Any, claim: str, said: str) -> None:
    answer = gradx_inside("check", "Z = W x; sum(Z^2)", claim, "W=[1 2; 3 4]", "x=[1 2]")
    assert answer.code == 2
    assert "the program has no" in answer.err
    assert said in answer.err


def test_the_right_answer_for_an_entry_is_that_of_the_whole(gradx_inside: Any) -> None:
    """d sum((W x)^2)/dW = 2 W x x^T."""
    words = ("sum((W x)^2)", "dW[1,2] = 2*x[2]", "W=[1 2; 3 4]", "x=[1 2]")
    found = json.loads(gradx_inside("check", *words, "--json").out)["claims"][0]
    assert (found["status"], found["correct_formula"]) == ("wrong", "(2*W x x^T)[1,2]")
    right = ("sum((W x)^2)", f"dW[1,2] = {found['correct_formula']}", *words[2:])
    assert gradx_inside("check", *right).code == 0


def test_another_entry_of_the_same_gradient_is_no_sum_that_is_missing(gradx_inside: Any) -> None:
    words = ("sum(z^2)", "dz[2] = 2*z[1]", "z=[.5 -1 2]", "--json")
    assert json.loads(gradx_inside("check", *words).out)["claims"][0]["mistake"] is None


LAYERS = "Z1 = W1 x + b1; A1 = sigmoid(Z1); Z2 = W2 A1 + b2; A2 = sigmoid(Z2); J = sum((A2 - y)^2)"
ONE_UNIT = ["W1=[1 2; .3 -.4]", "x=[1 2]", "b1=[0 1]", "W2=[[1 2]]", "b2=1", "y=0"]
ONE_ROW = ["W=[1 2; 3 4]", "b=[1 2]", "X=[1;2]"]


@pytest.mark.parametrize(
    ("program", "words", "claim", "said"),
    [
        (LAYERS, ONE_UNIT, "dA1=W2.T*dZ2", "right only because W2 has one row: with two, W2^T dZ2 is right"),
        (LAYERS, ONE_UNIT, "dA1=W2.T @ dZ2", None),
        (LAYERS, ONE_UNIT, "dW2=dZ2*A1^T", "right only because W2 has one row: with two, dZ2 A1^T is right"),
        (LAYERS, ONE_UNIT, "dW2=dZ2 A1^T", None),
        (LAYERS, ONE_UNIT, "db2=dZ2", None),
        (LAYERS.replace("sum((A2 - y)^2)", "(A2 - y)^2"), ONE_UNIT, "dA1=dZ2*W2^T",
         "right only because W2 has one row"),
        ("X: n x m; Z = W X; sum(Z^2)", ["W=[1 2; 3 4]", "X=[1;2]"], "dX=W^T dZ", None),
        ("X: n x m; Z = W X; sum(Z^2)", ["W=[1 2; 3 4]", "X=[1;2]"], "dW=dZ*X^T", "refused"),
        ("Z = W x; sum(Z^2)", ["W=[1 2; 3 4]", "x=[1 2]"], "dx=W^T dZ", None),
    ],
)  # fmt: skip
def test_what_is_right_for_one_row_alone_is_said(
    gradx_inside: Any, program: str, words: list[str], claim: str, said: str | None
) -> None:
    found = json.loads(gradx_inside("check", program, claim, *words, "--json").out)["claims"][0]
    if said == "refused":
        assert (found["status"], found["mistake"]["kind"]) == ("wrong", "shape")
    else:
        assert found["status"] == "correct"
        assert (said or "") in (found["reason"] or "")
        assert (found["reason"] is None) == (said is None)


@pytest.mark.parametrize(
    ("program", "words", "claim", "said"),
    [
        ("Z = W X + b; sum(tanh(Z))", ["W=[1 2; 3 4]", "b=[1 2]", "X=[1 2 3; 4 5 7]"], "db=dZ[:,1]",
         "column 1 of the gradient of Z"),
        ("sum(tanh(X - r))", ["X=[1 2 3; 4 5 7]", "r=[[1 2 2]]"], "dr=-1 + tanh(X[2,:] - r)^2", "row 2 of"),
        ("a = tanh(X w + b); sum(a^2)", ["X=[1 2; 3 4; 5 6]", "w=[.1 .2]", "b=1"], "db=2*a[3]*(1 - a[3]^2)",
         "entry 3 of"),
        ("sum(i=1..m, (y[i] - a*x[i])^2)", ["y=[1 2 4]", "x=[1 2 3]", "a=1.1"], "da=-2*(y[2] - a*x[2])*x[2]",
         "one of 3 terms"),
        ("sum(i=1..m, (y[i] - a*x[i])^2)", ["y=[1 2 4]", "x=[1 2 3]", "a=1.1"],
         "da=mean(i=1..m, -2*(y[i] - a*x[i])*x[i])", "3 times too small"),
    ],
)  # fmt: skip
def test_a_sum_that_is_missing_is_named(
    gradx_inside: Any, program: str, words: list[str], claim: str, said: str
) -> None:
    found = json.loads(gradx_inside("check", program, claim, *words, "--json").out)["claims"][0]
    assert (found["status"], found["mistake"]["kind"]) == ("wrong", "missing-sum")
    assert said in found["mistake"]["message"]


def test_a_formula_of_another_shape_is_told_which_sum_of_it_is_right(gradx_inside: Any) -> None:
    answer = gradx_inside("check", "Z = W X + b; sum(tanh(Z))", "db=dZ", "W=[1 2; 3 4]", "b=[1 2]", "X=[1 2 3; 4 5 7]")
    assert "dZ is 2x3: sum(dZ, axis=1) would be right" in answer.out


@pytest.mark.parametrize(
    "words",
    [
        ("a = sigmoid(X w + b); mean((a - y)^2)", "X=[[1 2]]", "w=[.1 .2]", "b=0", "y=[1]"),
        ("sum(X w)", "X=[[1 2]]", "w=[3 4]"),
        ("sum(x)", "x=[3]"),
        ("Z = X w; sum(Z, axis=0) + max(Z) + prod(Z)", "X=[[1 2]]", "w=[3 4]"),
    ],
)
def test_a_batch_of_one_row_is_read(gradx_inside: Any, words: tuple[str, ...]) -> None:
    assert gradx_inside("eval", *words).code == 0


def test_a_number_that_was_never_a_bundle_has_no_sum(gradx_inside: Any) -> None:
    assert "u is a number, and mean works on a vector" in gradx_inside("eval", "u = 2*x; mean(u)", "x=3").err
