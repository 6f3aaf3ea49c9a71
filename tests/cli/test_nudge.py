"""gradx nudge: one small change carried through the graph, and what follows for the derivative."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from told import stripped

CASES = json.loads((Path(__file__).parents[1] / "cases" / "courses.json").read_text("utf-8"))["cases"]
NUDGES = [
    pytest.param(case, name, id=f"{case['id']}-{name}")
    for case in CASES
    for name, node in case["nodes"].items()
    if "nudge" in node
]

STEPS = ("nudge", "u = b*c; v = a + u; J = 3v")
AT = ("a=5", "b=3", "c=2")


def test_the_courses_nudge_node_by_node(gradx: Any) -> None:
    answer = gradx(*STEPS, "b", *AT)
    assert (answer.code, answer.err) == (0, "")
    assert stripped(answer.out) == [
        "b 3 → 3.001 ↑ 0.001 1 × the nudge",
        "u 6 → 6.002 ↑ 0.002 2 × the nudge du/db = 2",
        "v 11 → 11.002 ↑ 0.002 2 × the nudge dv/db = 2",
        "J 33 → 33.006 ↑ 0.006 6 × the nudge dJ/db = 6",
        "b ↑ 0.001 ⇒ J ↑ 6 × 0.001, so dJ/db = 6",
    ]


def test_a_negative_slope_goes_down_and_says_where_it_is_not_exact(gradx: Any) -> None:
    out = gradx("nudge", "c = w*x; a = c + b; d = a - y; J = 1/2*d^2", "w", "w=2", "x=-2", "b=8", "y=2").out
    lines = stripped(out)
    assert "J 2 → 1.996002 ↓ 0.003998 -3.998 × the nudge dJ/dw = -4" in lines
    assert "w ↑ 0.001 ⇒ J ↓ 3.998 × 0.001 ≈ 4 × 0.001, so dJ/dw ≈ -3.998" in lines
    assert any("backprop gives -4" in line for line in lines)


def test_an_exact_negative_slope(gradx: Any) -> None:
    assert "x ↑ 0.001 ⇒ J ↓ 3 × 0.001, so dJ/dx = -3" in stripped(gradx("nudge", "1 - 3*x", "x", "x=2").out)


def test_an_intermediate_can_be_nudged(gradx: Any) -> None:
    lines = stripped(gradx(*STEPS, "u", *AT).out)
    assert [line.split()[0] for line in lines[:3]] == ["u", "v", "J"]
    assert lines[-1] == "u ↑ 0.001 ⇒ J ↑ 3 × 0.001, so dJ/du = 3"


def test_what_does_not_move_the_output_has_derivative_zero(gradx: Any) -> None:
    lines = stripped(gradx("nudge", "relu(w*x)", "w", "w=-1", "x=2").out)
    assert lines[-1] == "w ↑ 0.001 ⇒ J does not move, so dJ/dw = 0"


def test_several_sizes_show_how_the_slope_settles(gradx: Any) -> None:
    out = gradx("nudge", "w^3", "w", "w=2", "--eps", "0.001", "--eps", "0.1", "--eps", "0.01").out
    assert stripped(out)[-5:] == [
        "ε J after change ÷ ε off by",
        "0.1 9.261 12.61 0.61",
        "0.01 8.120601 12.0601 0.0601",
        "0.001 8.012006001 12.006001 0.006",
        "backprop 12",
    ]
    assert "w ↑ 0.001 ⇒ J ↑ 12.006001 × 0.001 ≈ 12 × 0.001, so dJ/dw ≈ 12.006001" in stripped(out)


def test_digits_that_are_rounding_are_not_shown(gradx: Any) -> None:
    out = gradx("nudge", "1000000 + 2*x", "x", "x=3").out
    assert "J 1000006 → 1000006.002 ↑ 0.002 2 × the nudge dJ/dx = 2" in stripped(out)


def test_ascii_says_up_and_down(gradx: Any) -> None:
    out = gradx("nudge", "1 - 3*x", "x", "x=2", "--ascii").out
    assert out.isascii()
    assert stripped(out)[-1] == "x up 0.001 => J down 3 x 0.001, so dJ/dx = -3"


def test_a_narrow_terminal_gets_two_lines_a_node(gradx: Any) -> None:
    out = gradx(*STEPS, "b", *AT, env={"COLUMNS": "46"}).out
    assert max(map(len, out.splitlines())) <= 46
    assert "J 33 → 33.006 ↑ 0.006 6 × the nudge dJ/db = 6" in " ".join(stripped(out))


@pytest.mark.parametrize(("case", "name"), NUDGES)
def test_json_holds_every_nudge_of_the_courses(gradx_inside: Any, case: dict[str, Any], name: str) -> None:
    bindings = [f"{key}={value!r}" for key, value in case["point"].items()]
    answer = gradx_inside("nudge", case["expression"], name, *bindings, "--json")
    assert (answer.code, answer.err) == (0, "")
    result, node = json.loads(answer.out), case["nodes"][name]
    assert (result["command"], result["variable"], result["epsilon"]) == ("nudge", name, 0.001)
    assert result["slope"] == pytest.approx(node["nudge"]["slope"], rel=1e-8, abs=1e-9)
    assert result["gradient"] == pytest.approx(node["gradient"], rel=1e-12)
    moved = {entry["name"]: entry for entry in result["moved"]}
    for key, value in node["nudge"]["moved"].items():
        before = case["nodes"][key]["value"]
        after = moved[key]["after"] if key in moved else before
        assert after == pytest.approx(value, rel=1e-13)
        if key in moved:
            assert moved[key]["before"] == pytest.approx(before, rel=1e-13)
            assert moved[key]["change"] == pytest.approx(value - before, rel=1e-8)
            assert moved[key]["slope"] == pytest.approx((value - before) / 0.001, rel=1e-8)


def test_json_agrees_with_eval(gradx: Any) -> None:
    program = ("z = w*x + b; L = log(1 + exp(-z)) + w^2", "w=0.7", "x=-1.3", "b=0.2")
    report = json.loads(gradx("eval", *program, "--json", "--no-symbolic").out)
    (node,) = [node for node in report["nodes"] if node["name"] == "w"]
    result = json.loads(gradx("nudge", program[0], "w", *program[1:], "--json").out)
    assert (result["slope"], result["gradient"]) == (node["nudge"]["slope"], node["gradient"])
    assert result["moved"][-1]["after"] == node["nudge"]["output"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x*y", "x=3", "y=2"), "there is no node to nudge"),
        (("x^2", "q", "x=3"), "there is no node 'q'"),
        (("x*y", "x", "y", "x=3", "y=1"), "one node is nudged at a time"),
        (("x^2", "x", "x=3", "--eps", "0"), "--eps must be above 0"),
        (("x^2", "x", "x=3", "--eps", "abc"), "--eps needs a number"),
        (("x^2", "x"), "x"),
        (("log(x)", "x", "x=-1"), "log needs an argument above 0"),
        (("where(x > 0, x, b*2)", "b", "x=3", "b=1"), "branch that is not taken"),
    ],
)
def test_what_cannot_be_nudged_is_an_error(gradx: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx("nudge", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err.splitlines()[0]


def test_an_overflow_is_not_a_slope(gradx: Any) -> None:
    lines = stripped(gradx("nudge", "exp(x)*1e300", "x", "x=700").out)
    assert "x ↑ 0.001 ⇒ J is inf, so large that float64 has no slope for it" in lines


def test_a_name_with_a_subscript_is_the_same_name(gradx: Any) -> None:
    assert "w1 ↑ 0.001 ⇒ J ↑ 2 × 0.001, so dJ/dw1 = 2" in gradx("nudge", "2w₁", "w₁", "w₁=1").out


def test_a_nudge_out_of_the_domain_says_so_and_answers(gradx: Any) -> None:
    answer = gradx("nudge", "asin(x)*2", "x", "x=0.9995")
    assert answer.code == 0
    assert "leaves the domain" in answer.out
    result = json.loads(gradx("nudge", "asin(x)*2", "x", "x=0.9995", "--json").out)
    assert result["slope"] is None
    assert [node["name"] for node in result["moved"]] == ["x"]


@pytest.mark.parametrize(
    ("program", "note"),
    [
        ("where(x != 0, sin(x)/x, 1)", "truncation error"),
        ("x*abs(x)", "truncation error"),
        ("max(x, 0)^2", "truncation error"),
        ("relu(x - 0.0005)", "crosses a kink, a jump or a pole of relu"),
        ("1/(x - 0.0005)", "crosses a kink, a jump or a pole of /"),
    ],
)
def test_a_nudge_that_begins_where_nothing_bends_crosses_nothing(gradx_inside: Any, program: str, note: str) -> None:
    answer = gradx_inside("eval", program, "x=0", "--no-symbolic")
    assert note in re.sub(r"\s+", " ", answer.out.partition("nudging x")[2])
