"""gradx cost: the courses' count of steps, and what was measured."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from told import stripped

STEPS = ("cost", "u = b*c; v = a + u; J = 3v")
AT = ("a=5", "b=3", "c=2")
TABLE = ("cost", "--nodes", "10000", "--parameters", "100000")


def test_the_table_of_the_courses(gradx: Any) -> None:
    answer = gradx(*TABLE)
    assert (answer.code, answer.err) == (0, "")
    lines = stripped(answer.out)
    assert "backprop N + P = 110,000 = 1.1 × 10⁵" in lines
    assert "nudging N × P = 1,000,000,000 = 10⁹" in lines


def test_the_same_in_ascii(gradx: Any) -> None:
    out = gradx(*TABLE, "--ascii").out
    assert out.isascii()
    assert "backprop N + P = 110,000 = 1.1 x 10^5" in stripped(out)


def test_a_power_that_is_rounded_is_marked(gradx: Any) -> None:
    out = gradx("cost", "--nodes", "12345", "--parameters", "100007").out
    assert "≈ 1.235 × 10⁹" in out


def test_json_of_the_table(gradx: Any) -> None:
    result = json.loads(gradx(*TABLE, "--json").out)
    assert result == {
        "schema": "gradx/1",
        "command": "cost",
        "expression": None,
        "reading": None,
        "warnings": [],
        "notes": [],
        "nodes": 10_000,
        "parameters": 100_000,
        "backprop_steps": 110_000,
        "nudging_steps": 10**9,
        "measured": None,
    }


def test_a_program_is_counted_and_measured(gradx: Any) -> None:
    result = json.loads(gradx(*STEPS, *AT, "--json").out)
    assert (result["nodes"], result["parameters"], result["backprop_steps"], result["nudging_steps"]) == (3, 3, 6, 9)
    measured = result["measured"]
    assert (measured["forward_evaluations"], measured["backprop_visits"]) == (3, 3)
    assert (measured["nudging_evaluations"], measured["nudged"]) == (11, 3)
    assert 0 < measured["backprop_seconds"] < 1
    assert 0 < measured["nudging_seconds"] < 1


def test_only_the_inputs_asked_for_count(gradx: Any) -> None:
    result = json.loads(gradx(*STEPS, *AT, "--json", "--wrt", "a").out)
    assert (result["parameters"], result["nudging_steps"], result["measured"]["nudging_evaluations"]) == (1, 3, 5)


def test_without_bindings_it_is_counted_and_not_measured(gradx: Any) -> None:
    answer = gradx(*STEPS)
    assert answer.code == 0
    assert "nudging N × P = 9" in stripped(answer.out)
    assert "give every input a value" in answer.out
    assert json.loads(gradx(*STEPS, "--json").out)["measured"] is None


def test_the_measurement_is_shown(gradx: Any) -> None:
    lines = stripped(gradx(*STEPS, *AT).out)
    start = lines.index("measured on this graph")
    assert re.fullmatch(r"backprop 3 evaluations forward, 3 visits back [\d.]+ (µs|ms|s)", lines[start + 1])
    assert re.fullmatch(r"nudging 11 evaluations for 3 nudges [\d.]+ (µs|ms|s)", lines[start + 2])


@pytest.mark.parametrize("case", [("J = w", "w=2", 1, 1), ("2 + 3", None, 1, 0)])
def test_the_smallest_programs(gradx: Any, case: tuple[str, str | None, int, int]) -> None:
    expression, binding, nodes, parameters = case
    result = json.loads(gradx("cost", expression, *([binding] if binding else []), "--json").out)
    assert (result["nodes"], result["parameters"]) == (nodes, parameters)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--nodes", "10"), "--nodes needs --parameters beside it"),
        (("--parameters", "10"), "--parameters needs --nodes beside it"),
        (("--nodes", "1.5", "--parameters", "3"), "--nodes needs a whole number"),
        (("--nodes", "3", "--parameters", "0"), "--parameters needs a whole number"),
        (("--nodes", "x", "--parameters", "3"), "--nodes needs a number"),
        (("x^2", "--nodes", "3", "--parameters", "3"), "an expression has its own number"),
        (("log(x)", "x=-1"), "log needs an argument above 0"),
        ((), "there is no expression"),
    ],
)
def test_what_cannot_be_counted_is_an_error(gradx: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx("cost", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err.splitlines()[0]
