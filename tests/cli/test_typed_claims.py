"""Claims as they are written by hand: read as what they say, and judged as they are; what is none is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases"
ROWS = [
    pytest.param(row, id=row["id"])
    for file in ("typed.jsonl", "typed_more.jsonl")
    for line in (CASES / file).read_text("utf-8").splitlines()
    if (row := json.loads(line))["kind"] == "claims" and "''" not in row["text"]
]
"""All but those of second derivatives, which were refused when they were collected."""

ASKED = ("cl043",)
"""x2^(x-1), which is x^2^(x-1), x*2^(x-1), or about x2: all are offered."""


@pytest.mark.sampled(8)
@pytest.mark.parametrize("row", ROWS)
def test_a_claim_is_judged_as_it_is_meant(gradx_inside: Any, row: dict[str, Any]) -> None:
    is_number = (
        any(re.fullmatch(r"[-\d.]+", claim["formula"]) for claim in row.get("claims", [])) and " at " not in row["text"]
    )
    bindings = [f"{name}={value!r}" for name, value in row["point"].items()] if is_number else []
    answer = gradx_inside("check", "--json", "--", row["program"], *row["text"].split("\n"), *bindings)
    if row["policy"] == "refuse":
        assert answer.code == 2
    elif answer.code == 2:
        assert row["policy"] == "ask" or row.get("or") == "ask" or row["id"] in ASKED
        assert json.loads(answer.err)["error"]["hint"]
    else:
        found = sorted((claim["wrt"], claim["status"]) for claim in json.loads(answer.out)["claims"])
        assert [status for _, status in found] == [
            status for _, status in sorted(zip([c["wrt"] for c in row["claims"]], row["truth"], strict=True))
        ]


@pytest.mark.parametrize(
    ("program", "claim", "by"),
    [
        (r"(\hat{y}_i - y_i)^2", r"d\hat{y}_i = 2(\hat{y}_i - y_i)", "y_hat_i"),
        (r"(\hat{y}_i - y_i)^2", r"\frac{\partial L}{\partial \hat{y}_i} = 2(\hat{y}_i - y_i)", "y_hat_i"),
        (r"(\hat{y} - y)^2", r"dy_hat = 2(\hat{y} - y)", "y_hat"),
        ("x^{2}_{1}", "dx_1 = 2x_1", "x_1"),
        ("x*x*x/6.0f", "dx = x*x/2.0f", "x"),
        ("=MOD(A1,3)*B1", "dB1 = A1 % 3", "B1"),
    ],
)
def test_a_claim_is_about_the_name_that_was_typed(gradx: Any, program: str, claim: str, by: str) -> None:
    answer = gradx("check", "--json", program, claim)
    assert [(found["wrt"], found["status"]) for found in json.loads(answer.out)["claims"]] == [(by, "correct")]
