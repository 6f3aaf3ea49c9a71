"""Claims about derivatives of order 2 and more."""

from __future__ import annotations

import json
from typing import Any

import pytest


def claims(gradx_inside: Any, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gradx_inside("check", *words, "--json").out)["claims"]
    return found


SPELLINGS = [
    "d2J/dx2", "d^2J/dx^2", "d²J/dx²", "∂²J/∂x²", "∂^2J/∂x^2", "d2y/dx2", "d^2/dx^2", "y''", "f''(x)", "y″", "y’’",
    "d2J/dxdx", "d^2J/dx dx",
]  # fmt: skip


@pytest.mark.parametrize("head", SPELLINGS)
@pytest.mark.parametrize(("formula", "status"), [("6*x", "correct"), ("3*x", "wrong"), ("3*x^2", "wrong")])
def test_a_second_derivative_however_it_is_written(gradx_inside: Any, head: str, formula: str, status: str) -> None:
    (found,) = claims(gradx_inside, "x^3", f"{head}={formula}")
    assert (found["status"], found["order"], found["along"]) == (status, 2, "x,x")
    assert found["correct_formula"] == ("6*x" if status == "wrong" else None)
    assert found["mistake"] is None


@pytest.mark.parametrize(
    ("program", "claim", "status", "right"),
    [
        ("x^2*y^3", "∂²J/∂x∂y=6*x*y^2", "correct", None),
        ("x^2*y^3", "∂²J/∂y∂x=6*x*y^2", "correct", None),
        ("x^2*y^3", "∂^3J/∂x^2∂y=6*y^2", "correct", None),
        ("x^2*y^3", "d2J/dxdy=6*x*y", "wrong", "6*x*y^2"),
        ("sin(x)", "d^4J/dx^4=sin(x)", "correct", None),
        ("sin(x)", "y'''=cos(x)", "wrong", "-cos(x)"),
        ("x2 = x^2; J = x2^2", "d2J/dx2=12*x^2", "correct", None),
        ("z = w*x + b; a = sigmoid(z)", "d2a/dz2=a*(1 - a)*(1 - 2*a)", "correct", None),
        ("z = w*x + b; a = sigmoid(z)", "d2a/dw2=a*(1 - a)*(1 - 2*a)", "wrong", "a*x^2*(1 - a)*(1 - 2*a)"),
        ("x*abs(x)", "y''=2*sign(x)", "correct", None),
        ("relu(x)^2", "y''=2", "wrong", "where(x > 0, 2, 0)"),
        ("z = x*y; J = z*x*y", "d2J/dz2=1", "undecided", None),
    ],
)
def test_claims_of_any_order(gradx_inside: Any, program: str, claim: str, status: str, right: str | None) -> None:
    (found,) = claims(gradx_inside, program, claim)
    assert (found["status"], found["correct_formula"]) == (status, right)
    if status == "wrong":
        assert found["counterexample"]["claimed"] != found["counterexample"]["actual"]


@pytest.mark.parametrize(
    ("program", "claim", "point", "status"),
    [
        ("x^3", "y''=12", "x=2", "correct"),
        ("x^3", "y''=11", "x=2", "wrong"),
        ("sin(x)", "y''=-0.841", "x=1", "correct"),
        ("where(x < 0, 0, 1)", "y''=0", "x=0", "undecided"),
        ("x*abs(x)", "y''=0", "x=0", "undecided"),
        ("abs(x)", "y'''=0", "x=0", "undecided"),
        ("x*sqrt(x)", "y''=0", "x=0", "undecided"),
        ("x^2*abs(x)", "y''=0", "x=0", "correct"),
    ],
)
def test_at_a_point_an_order_needs_those_below_it(
    gradx_inside: Any, program: str, claim: str, point: str, status: str
) -> None:
    (found,) = claims(gradx_inside, program, claim, point)
    assert found["status"] == status


@pytest.mark.parametrize(
    ("program", "claim", "said"),
    [
        ("x^2", "d^2y/dz^2=2", "does not say 2 nodes"),
        ("x^2", "d^2J/dx=2", "does not say 2 nodes"),
        ("x^2", "d^20J/dx^20=0", "order 20"),
        ("x*y", "f''=2", "by what"),
        ("q = x^2; J = q + x", "d2y/dx2=2", "no node y"),
        ("x^2", "y''=", "no formula"),
    ],
)
def test_what_is_no_claim_of_higher_order(gradx_inside: Any, program: str, claim: str, said: str) -> None:
    answer = gradx_inside("check", program, claim)
    assert answer.code == 2
    assert said in answer.err


def test_the_page_says_no_more_than_was_looked_for(gradx_inside: Any) -> None:
    out = gradx_inside("check", "x^2*y^3", "d2J/dxdy=6*x*y").out
    assert "∂^2J/∂x∂y = 6*x*y^2" in out
    assert "mistake" not in out


@pytest.mark.parametrize(
    ("claim", "status"), [("d2J/dx2=2", "correct"), ("d2J/dx2=0", "wrong"), ("d2J/dx2=1", "wrong")]
)
def test_a_number_is_held_against_the_program_and_not_its_form(gradx_inside: Any, claim: str, status: str) -> None:
    """The form, where(x != 0, 2, 0), is 0 at 0; the program is x + x^2 there as everywhere."""
    (found,) = claims(gradx_inside, "where(x == 0, 0, x + x^2)", claim, "x=0")
    assert found["status"] == status


def test_quiet_names_the_order(gradx_inside: Any) -> None:
    out = gradx_inside("check", "x^3", "y''=6*x", "dx=3*x^2", "--quiet").out
    assert out.split("\n")[:2] == ["d^2J/dx^2 correct", "dx correct"]
