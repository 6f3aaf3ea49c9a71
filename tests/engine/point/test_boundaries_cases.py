"""Points on and beside boundaries: every verdict was derived by hand, and a second judge comes to the same."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from proof.independent import as_float, found_by_limits
from proof.python_reading import expression_of

from gradx.language.program import read
from gradx.point.exploration import explore

CASES = Path(__file__).parents[2] / "cases" / "boundaries.jsonl"

Row = dict[str, Any]

DERIVATIVE_EXISTS = ("agree", "inexact")


def rows() -> list[Row]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def name(row: Row) -> str:
    return f"d{row['node']} of {row['program']} at {','.join(f'{k}={v}' for k, v in row['point'].items())}"


def is_number(found: float | None, expected: float | str | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, float(expected), rel_tol=4e-16, abs_tol=0)


def test_every_row_is_another_question() -> None:
    assert len(rows()) > 400
    assert len({name(row) for row in rows()}) == len(rows())


@pytest.mark.parametrize("row", rows(), ids=name)
def test_the_verdict_is_true(row: Row) -> None:
    expected = row["expected"]
    found = explore(read(row["program"]), {key: float(x) for key, x in row["point"].items()})
    verdict = next(node.verdict for node in found.nodes if node.name == row["node"])
    allowed = DERIVATIVE_EXISTS if expected["status"] == "smooth" else (expected["status"],)
    assert verdict.status in allowed
    if expected["exact"] is not None:
        assert verdict.exact is not None
        assert is_number(float(verdict.exact), expected["exact"])
    assert is_number(verdict.left, expected["left"])
    assert is_number(verdict.right, expected["right"])


LARGE = "".join(f"steps{k + 1} = steps{k} + 1\n" for k in range(220))
"""So many nodes that all gradients are proved in one walk."""


@pytest.mark.sampled(8)
@pytest.mark.parametrize("row", rows(), ids=name)
def test_the_verdict_is_the_same_in_a_large_graph(row: Row) -> None:
    point = {key: float(x) for key, x in row["point"].items()}
    alone = explore(read(row["program"]), point)[row["node"]].verdict
    *before, last = row["program"].replace("\n", ";").split(";")
    body = last.partition("=")[2] if re.match(r"\s*\w+\s*=[^=]", last) else last
    text = "\n".join((*before, f"steps0 = w9\n{LARGE}{body} + 0*steps220"))
    found = explore(read(text), point | {"w9": 1.0})[row["node"]].verdict
    assert (found.status, found.left, found.right) == (alone.status, alone.left, alone.right)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("row", rows(), ids=name)
def test_the_second_judge_comes_to_the_same(row: Row) -> None:
    expected = row["expected"]
    found = found_by_limits(expression_of(row["program"]), row["point"], row["node"])
    status = "smooth" if expected["status"] in DERIVATIVE_EXISTS else expected["status"]
    assert found.status == status
    for side in ("exact", "left", "right"):
        assert is_number(as_float(getattr(found, side)), expected[side])
