"""Whole commands that a hint offers: they run, and bear what was given on the command line."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases"
ROWS = [
    pytest.param(row, id=row["id"])
    for file in ("typed.jsonl", "typed_more.jsonl")
    for line in (CASES / file).read_text("utf-8").splitlines()
    if (row := json.loads(line))["kind"] not in ("claims", "commands") and row["policy"] != "read"
]


def offered(hint: str) -> list[list[str]]:
    """The words of every command in a hint that is made of commands."""
    return [shlex.split(line)[1:] for line in re.split(" or (?=gradx )", hint)] if '"' in hint else []


@pytest.mark.sampled(12)
@pytest.mark.parametrize("row", ROWS)
def test_every_answer_to_a_question_runs(gradx_inside: Any, row: dict[str, Any]) -> None:
    words = [f"{name}={value!r}" for name, value in row["point"].items()]
    answer = gradx_inside("eval", "--no-symbolic", "--", row["text"], *words)
    hint = answer.err.partition("hint: ")[2]
    if answer.code != 2 or not hint.startswith("gradx "):
        return
    for line in offered(hint):
        assert gradx_inside(*line).code in (0, 1)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["diff", "abc", "--wrt", "a"], ["diff --wrt=a a*b*c"]),
        (["diff", "cos x/2", "--order", "2"], ["diff --order=2 cos(x)/2", "diff --order=2 cos(x/2)"]),
        (
            ["eval", "e^2x", "x=1", "--json", "--eps", "1e-4"],
            ["eval --eps=1e-4 e^(2*x) x=1", "eval --eps=1e-4 e^2*x x=1"],
        ),
        (["descend", "(w-3)^2", "w=0", "--rate", "0,1", "--steps", "3"], ["descend (w-3)^2 w=0 --rate 0.1 --steps 3"]),
        (["eval", "a^2+b^2", "a", "3", "b", "4"], ["eval a^2+b^2 a=3 b=4"]),
        (["eval", "x*y", "x=0,5", "y=1,5"], ["eval x*y x=0.5 y=1.5"]),
        (["eval", "sum(x^2) + b", "x=[1,2]", "b=0,5"], ["eval sum(x^2) + b x=[1,2] b=0.5"]),
        (["diff", "tan-1 x", "x=1"], ["diff atan(x) x=1", "diff 1/tan(x) x=1"]),
        (["eval", "x!"], ["eval gamma(x + 1) x=1"]),
        (
            ["eval", "Σ (a − y)²", "a=[1 2]", "y=[0 3]"],
            ["eval sum((a - y)²) a=[1 2] y=[0 3]", "eval sum(a - y)² a=[1 2] y=[0 3]"],
        ),
        (["diff", "diff(x^3, x, 2)", "x=2"], ["diff x^3 --wrt x --order 2 x=2"]),
        (["diff", r"\frac{d^2}{dx^2} x^3", "x=2"], ["diff x^3 --order 2 x=2"]),
        (["diff", "f(x,y) = x^2 y; f_xy"], ["diff f = x^2*y --by x,y"]),
        (["eval", "x * (x > 0)", "x=2"], ["eval x*where(x > 0, 1, 0) x=2"]),
        (["eval", "0.5f*x", "x=2"], ["eval 0.5*x x=2", "eval 0.5*f*x x=2 f=1"]),
    ],
)
def test_an_offer_bears_what_was_given(gradx: Any, words: list[str], lines: list[str]) -> None:
    answer = gradx(*words)
    hint = json.loads(answer.err)["error"]["hint"] if "--json" in words else answer.err.partition("hint: ")[2]
    found = offered(hint)
    assert [" ".join(line) for line in found] == lines
    assert all(gradx(*line).code in (0, 1) for line in found)
