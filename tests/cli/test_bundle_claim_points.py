"""gradx check of claims of whole gradients, as somebody at a terminal or a script sees it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

SOFTMAX = ("J = -sum(y*log(softmax(z)))", "y=[0 1 0]", "z=[1 2 3]")


@pytest.mark.parametrize(
    "words",
    [
        ("sum(x^3)", "dx=3*x", "x=[0 1 1]"),
        ("J = mean((p - y)^2)", "dp=2*(p^2 - y)/3", "p=[1 0 1]", "y=[1 2 0]"),
        ("Z = W x; J = sum(Z^2)", "dx=W dZ", "W=eye(2)", "x=[2 3]"),
        ("J = sum(W x)", "dx=ones(2)", "W=eye(2)", "x=[2 3]"),
        ("J = sum(g*x^2)", "dx=2*g^2*x", "g=[1 0 1]", "x=[1 2 3]"),
        ("J = sum(g*x^2)", "dx=2*g^2*x", "g=[1 0 0]", "x=[1 2 3]"),
        (SOFTMAX[0], "dz=softmax(z) - y^2", *SOFTMAX[1:]),
    ],
)
def test_a_formula_that_is_right_for_zeros_and_ones_alone_is_wrong(gradx_inside: Any, words: tuple[str, ...]) -> None:
    answer = gradx_inside("check", *words)
    assert (answer.code, answer.out.split()[0]) == (1, "✗")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sum(x^3)", "dx=3*x^2", "x=[0 1 1]"), ""),
        (
            ("J = -mean(y*log(p) + (1 - y)*log(1 - p))", "dp=(p - y)/(p*(1 - p))/2", "y=[0 1]", "p=[.1 .2]"),
            "",
        ),
        ((SOFTMAX[0], "dz=softmax(z) - y", *SOFTMAX[1:]), "y held to sums of 1"),
        (
            ("J = sum(x^2)*(k + (-(k - 1)^4)^1.5)", "dx=2*k*x", "k=1", "x=[1 2]"),
            "k held",
        ),
    ],
)
def test_what_was_held_is_said_beside_a_claim_that_is_right(
    gradx_inside: Any, words: tuple[str, ...], said: str
) -> None:
    answer = gradx_inside("check", *words)
    shown = re.fullmatch(r"every entry equal at ([0-9]+) points(?:; (.+))?", answer.out.split("   ")[-1].strip())
    assert shown is not None
    assert (answer.code, int(shown[1]) >= 12, shown[2] or "") == (0, True, said)
    assert (json.loads(gradx_inside("check", *words, "--json").out)["claims"][0]["reason"] or "") == said


@pytest.mark.parametrize("claim", ["dx=where(x > 0, 1, 0)", "dx=where(x >= 0, 1, 0)", "dx=relu(x)/x"])
def test_a_point_without_a_derivative_decides_nothing(gradx_inside: Any, claim: str) -> None:
    """relu'(0) does not exist; away from 0 each of these is it."""
    answer = gradx_inside("check", "J = sum(relu(x))", claim, "x=[0 1.5 -2]")
    assert (answer.code, "no derivative at the point given" in answer.out) == (0, True)
    found = json.loads(gradx_inside("check", "J = sum(relu(x))", claim, "x=[0 1.5 -2]", "--json").out)["claims"][0]
    assert (found["points"] >= 12, found["skipped"], found["mistake"]) == (True, 1, None)


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        (("sum(x^2)", "dx=2*x + max(0, x - 1e6)"), "x"),
        (("sum(x^2)", "dx=2*x + max(0, 1 - abs(x - 50))"), "x"),
        (("sum(x^2)", "dx=where(norm(x) > 9000, x, 2*x)"), "x"),
        (("sum(x^2) + max(0, x[2] - 777)", "dx=2*x"), "x[2]"),
        (("sum(relu(x - 3000))", "dx=zeros(3)"), "x"),
        (("J = -sum(y*log(softmax(x)))", "dx=(softmax(x) - y)*where(x > 40, 0, 1)", "y=[0 1 0]"), "x"),
        (("sum(x^2)", "dx=2*x + where(sum(x) == 7, 1, 0)"), "x"),
        (("sum(x^2)", "dx=2*x + 1 - sign(mean(x) - 10)^2"), "x"),
        (("sum(abs(x))", "dx=sign(x) + where(x == 3, 1, 0)"), "x"),
    ],
)
def test_a_claim_that_is_wrong_beyond_or_on_a_far_boundary_alone_is_wrong(
    gradx_inside: Any, words: tuple[str, ...], entry: str
) -> None:
    found = json.loads(gradx_inside("check", *words, "x=[.5 -1.2 2]", "--json").out)["claims"][0]
    assert (found["status"], found["mistake"]) == ("wrong", None)
    assert found["counterexample"]["entry"].startswith(entry)


def test_a_claim_that_is_wrong_near_zero_alone_is_wrong(gradx_inside: Any) -> None:
    assert gradx_inside("check", "sum(tanh(1000*x))", "dx=zeros(3)", "x=[1 2 3]").code == 1
    assert gradx_inside("check", "sum(tanh(1000*x))", "dx=1000*(1 - tanh(1000*x)^2)", "x=[1 2 3]").code == 0


@pytest.mark.parametrize(
    ("program", "claim"),
    [
        ("sum(max(0, x - 50))", "dx=where(x > 50, 1, 0)"),
        ("sum(where(x < 20, x^2, 40*x - 400))", "dx=2*min(x, 20)"),
        ("sum(x) + sum(floor(x/300))", "dx=ones(3)"),
        ("sum(exp(-max(0, x - 3000)))", "dx=where(x > 3000, -exp(3000 - x), 0)"),
        ("norm(x) + sum(abs(x - 8))", "dx=x/norm(x) + sign(x - 8)"),
    ],
)
def test_a_claim_that_is_right_on_both_sides_of_far_boundaries_is_right(
    gradx_inside: Any, program: str, claim: str
) -> None:
    assert gradx_inside("check", program, claim, "x=[.5 -1.2 2]").code == 0


def test_a_claim_without_a_value_where_there_is_a_derivative_is_no_factor_of_it(gradx_inside: Any) -> None:
    words = ("check", "J = sum(x^2)", "dx=2*x^3/x^2", "x=[0 1.5 -2]")
    assert "dx[1] has no value, the derivative is 0" in gradx_inside(*words).out
    found = json.loads(gradx_inside(*words, "--json").out)["claims"][0]
    assert (found["status"], found["mistake"]) == ("wrong", None)
    assert (found["counterexample"]["claimed"], found["counterexample"]["actual"]) == (None, 0)


def test_a_counterexample_names_its_entry_and_its_point(gradx_inside: Any) -> None:
    """d sum(w x^2)/dx = 2wx, held against the claim at the point that is told."""
    words = ("check", "J = sum(w*x^2)", "dx=2*w^2*x", "w=[1 0 1]", "x=[1 2 3]")
    found = json.loads(gradx_inside(*words, "--json").out)["claims"][0]["counterexample"]
    w, x = found["point"]["w"], found["point"]["x"]
    k = int(found["entry"][2]) - 1
    assert found["actual"] == pytest.approx(2 * w[k] * x[k])
    assert found["claimed"] == pytest.approx(2 * w[k] ** 2 * x[k])
    assert re.search(r"is wrong at w = \[.*\], x = \[.*\]: dx\[", " ".join(gradx_inside(*words).out.split()))


def test_a_claim_that_is_wrong_at_the_point_given_is_refuted_there(gradx_inside: Any) -> None:
    words = ("check", "J = sum(x^2) + k", "dx=3*x", "k=2", "x=[1 2]")
    found = json.loads(gradx_inside(*words, "--json").out)["claims"][0]["counterexample"]
    assert found == {"point": {"x": [1, 2], "k": 2}, "entry": "x[2]", "claimed": 6, "actual": 4}
    assert "is wrong: dx[2] is 6, the derivative is 4" in gradx_inside(*words).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("sum(w^2)", "dw[2]=2*w[2]", "w=[1 2]"), 0),
        (("sum(w^2)", "dw2=2*w2", "w=[1 2]"), 0),
        (("sum(w^2)", "dw[2]=2*w[1]", "w=[1 2]"), 1),
        (("Z = W x; J = sum(Z^2)", "dW[1,2]=dZ[1]*x[2]", "W=[1 2; 3 4]", "x=[1 3]"), 0),
        (("Z = W x; J = sum(Z^2)", "dW[1,2]=dZ[2]*x[2]", "W=[1 2; 3 4]", "x=[1 3]"), 1),
    ],
)
def test_a_claim_of_one_entry(gradx_inside: Any, words: tuple[str, ...], code: int) -> None:
    answer = gradx_inside("check", *words)
    assert (answer.code, answer.out.split()[0]) == (code, "✗" if code else "✓"), answer.err
