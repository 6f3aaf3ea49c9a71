"""gradx check of whole gradients: right or wrong as NumPy has it, the slip that leads to it, and what is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CLAIMS = json.loads((Path(__file__).parents[1] / "cases/vectors.json").read_text("utf-8"))["claims"]


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
        ("trace(A B C)", "dB=C^T A^T", ["A=[1 2; 3 5]", "B=[0 1; 2 3]", "C=[1 1; 0 2]"], "wrong-order", "A^T @ C^T"),
    ],
)  # fmt: skip
def test_a_slip_is_named(gradx_inside: Any, program: str, claim: str, words: list[str], kind: str, said: str) -> None:
    found = json.loads(gradx_inside("check", program, claim, *words, "--json").out)["claims"][0]
    assert (found["status"], found["mistake"]["kind"]) == ("wrong", kind)
    assert said in found["mistake"]["message"]


def test_the_page_says_the_right_formula(gradx: Any) -> None:
    answer = gradx("check", "sum(W x)", "dW=x^T", "dx=W^T ones(2)", "W=[1 2; 3 4]", "x=[1 2]")
    assert answer.code == 1
    assert "✗ dW = x^T is wrong" in answer.out
    assert "dW = ones(2) x^T" in answer.out
    assert "✓ dx = W^T ones(2)" in answer.out


def test_a_claim_that_cannot_be_read_is_pointed_at(gradx: Any) -> None:
    answer = gradx("check", "sum(W x)", "dW=Q x^T", "W=[1 2; 3 4]", "x=[1 2]")
    assert answer.code == 2
    assert answer.err.splitlines()[:3] == ["error: Q has no value", "  dW=Q x^T", "     ^"]
