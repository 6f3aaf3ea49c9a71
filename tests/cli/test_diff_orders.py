"""Numbers of derivatives of order 2 and more, judged from the program itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "orders.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_number_of_any_order_is_judged_by_the_program(gradx_inside: Any, case: dict[str, Any]) -> None:
    """The exact values by mpmath, the one-sided ones by hand."""
    answer = gradx_inside("diff", case["program"], *case["at"], "--by", case["by"], "--json")
    (found,) = json.loads(answer.out)["derivatives"]
    verdict = found["verdict"]
    assert verdict["status"] == case.get("status", verdict["status"])
    assert case.get("said", "") in (verdict["reason"] or "")
    if "exact" in case:
        proof = verdict["proof"]
        low, high = float(proof["lower"]), float(proof["upper"])
        room = 1e-12 * abs(case["exact"]) + 1e-300
        assert low - room <= case["exact"] <= high + room
        assert proof["method"] == case.get("method", proof["method"])
    for side in ("left", "right"):
        if side in case:
            assert verdict[side] == pytest.approx(case[side])


POINTS = (Path(__file__).parents[1] / "cases" / "implicit_points.jsonl").read_text().splitlines()


@pytest.mark.parametrize("case", list(map(json.loads, POINTS)), ids=lambda case: case["id"])
def test_a_number_of_an_equation_is_judged(gradx_inside: Any, case: dict[str, Any]) -> None:
    """The exact values by mpmath, or by the equation solved for y."""
    along = ["--by", case["by"]] if "by" in case else ["--wrt", case["wrt"], "--order", str(case["order"])]
    words = [case["program"], "--implicit", case.get("unknown", "y"), *along, *case["at"], "--json"]
    (found,) = json.loads(gradx_inside("diff", *words).out)["derivatives"]
    verdict = found["verdict"]
    assert verdict["status"] == case["status"], verdict
    assert case.get("said", "") in (verdict["reason"] or "")
    if "exact" in case:
        low, high = (float(verdict["proof"][end]) for end in ("lower", "upper"))
        assert low <= high
        assert (low, high) == pytest.approx((case["exact"], case["exact"]), rel=1e-14)


def test_the_value_beside_the_program_is_judged(gradx_inside: Any) -> None:
    words = ("1e16 + x - 1e16", "x=0.1")
    found = json.loads(gradx_inside("diff", *words, "--json").out)
    assert (found["value"], found["value_verdict"]["status"], found["value_verdict"]["exact"]) == (
        0.0,
        "inexact",
        "0.1",
    )
    assert "lost to rounding" in gradx_inside("diff", *words).out
    assert "lost to rounding" in gradx_inside("diff", *words, "--taylor", "1").out


def test_a_value_that_is_not_there_is_not_shown(gradx_inside: Any) -> None:
    words = ("u = log(x); v = x^2; J = u + v", "--of", "v", "--wrt", "x", "x=-1")
    assert "nan" not in gradx_inside("diff", *words).out
    assert json.loads(gradx_inside("diff", *words, "--json").out)["value"] is None


def test_the_second_derivatives_of_an_implicit_function_are_the_whole_hessian(gradx: Any) -> None:
    found = json.loads(gradx("diff", "x^2 + y^2 + z^2 = 14", "--implicit", "z", "--order", "2", "--json").out)
    assert [d["wrt"] for d in found["derivatives"]] == [["x", "x"], ["x", "y"], ["y", "y"]]


def test_an_equation_reads_as_it_is_written(gradx: Any) -> None:
    assert "x^2 + y^2 + 1 = 0" in gradx("diff", "x^2 + y^2 = -1", "--implicit", "y").out
    assert "x^2 - y^2 = 0" in gradx("diff", "x^2 - y^2 = 0", "--implicit", "y").out
