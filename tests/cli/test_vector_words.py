"""What is said of programs with vectors whose names collide, whose values lack, or whose words are nearly right."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

LAYER = ("eval", "Z = W x + b; A = relu(Z); J = sum((A - y)^2)")


@pytest.mark.parametrize(("held", "free"), [(("v", "u"), "t"), (("v", "t"), "u"), (("w", "u"), "v")])
def test_operations_without_a_name_are_called_as_no_vector_is(
    gradx_inside: Any, held: tuple[str, str], free: str
) -> None:
    """d(v.v u1)/du1 = v.v = 5."""
    a, b = held
    words = (f"J = dot({a}, {a})*{b}[1] + sum({a})", f"{a}=[1 2]", f"{b}=[3 4]")
    found = json.loads(gradx_inside("eval", *words, "--json").out)
    assert {each["name"] for each in found["bundles"]} >= {a, b}
    assert {node["name"][0] for node in found["nodes"] if node["kind"] == "operation"} == {free, "J"}
    said = gradx_inside("nudge", words[0], f"{b}1", *words[1:]).out
    assert f"so dJ/d{b}[1] = 5" in said


@pytest.mark.parametrize("value", ["np.array([1, 2, 3])", "torch.tensor([1., 2., 3.])"])
def test_an_array_of_python_is_a_value(gradx_inside: Any, value: str) -> None:
    """d sum(x^2)/dx = 2x."""
    assert gradx_inside("eval", "sum(x^2)", f"x={value}", "--quiet").out == "x [2 4 6]\n"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("[1 -2, 3]", "[1, -2] has two entries, [1-2] has one"),
        ("[1/3 pi sqrt(2)]", "commas between all entries: [pi, sqrt(…)]"),
        ("1 2 3", 'write "x=[1 2 3]"'),
    ],
)
def test_what_brackets_may_mean_is_asked(gradx_inside: Any, value: str, said: str) -> None:
    answer = gradx_inside("eval", "sum(x)", f"x={value}")
    assert (answer.code, said in answer.err) == (2, True)


@pytest.mark.parametrize("value", ["(1,2,3)", "{1,2,3}", "1,2,3"])
def test_numbers_in_other_brackets_are_offered_as_a_vector(gradx_inside: Any, value: str) -> None:
    assert 'hint: gradx eval "sum(x^2)" "x=[1,2,3]"' in gradx_inside("eval", "sum(x^2)", f"x={value}").err


@pytest.mark.parametrize(
    ("command", "program", "said"),
    [
        ("eval", "sum(x)", "x has no value"),
        ("eval", "J = mean(x^2)", "x has no value"),
        ("eval", "x: 3; sum(x^2)", "x has no value"),
        ("explain", LAYER[1], "W, x, b and y have no value"),
        ("graph", "sum(W x)", "W and x have no value"),
    ],
)
def test_vectors_without_a_value_are_asked_for_one(gradx_inside: Any, command: str, program: str, said: str) -> None:
    answer = gradx_inside(command, program)
    assert (answer.code, answer.err.splitlines()[0]) == (2, f"error: {said}")
    hint = answer.err.splitlines()[-1]
    words = shlex.split(hint.removeprefix(f"hint: gradx {command} "))
    if not hint.startswith("hint: gradx"):
        words = [program, *shlex.split(hint.removeprefix("hint: give it one: "))]
    assert gradx_inside(command, *words).code in (0, 1)
    assert words[0] == program


@pytest.mark.parametrize("words", [("sum(x)",), ("sum(x)", "x=[1 2]"), (LAYER[1],), ("sum([1 2; 3 4])",)])
def test_a_command_without_bundles_says_so_without_values_too(gradx_inside: Any, words: tuple[str, ...]) -> None:
    answer = gradx_inside("quiz", *words)
    assert (answer.code, answer.out) == (2, "")
    assert "gradx quiz does not take vectors and matrices yet" in answer.err


def test_a_matrix_in_the_program_needs_no_value(gradx_inside: Any) -> None:
    assert json.loads(gradx_inside("eval", "sum([1 2; 3 4])", "--json").out)["value"] == 10


def test_where_a_nudge_is_far_off_no_gradient_is_said_to_tell_it(gradx_inside: Any) -> None:
    said = gradx_inside("eval", "J = norm(x)", "x=[0 0]").out
    assert "not every input moves J as its gradient says; farthest off is x[1]: slope 1, dx[1] = 0" in said
    assert ", every input moves" not in said
    assert ", every input moves J as its gradient says" in gradx_inside("eval", "sum(x^2)", "x=[1 2]").out


def test_wrt_takes_an_entry_of_a_matrix_beside_others(gradx_inside: Any) -> None:
    words = ("eval", "sum(W x) + b", "W=[1 2; 3 4]", "x=[1 5]", "b=1", "--wrt", "W[1,2],b", "--json")
    assert json.loads(gradx_inside(*words).out)["gradients"] == {"W": [[None, 5], [None, None]], "b": 1}


def test_explain_adds_what_is_a_part_of_a_gradient(gradx_inside: Any) -> None:
    said = gradx_inside("explain", "J = sum(i=1..2, x[i]*x[i+1])", "x=[1 2 3]").out
    assert re.findall(r"(dx\S*) +(\+?=)", said) == [("dx[i+1]", "+="), ("dx[i]", "+="), ("dx", "=")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("eval", "sum(x)", "x=1,2,3"), 'hint: gradx eval "sum(x)" "x=[1,2,3]"'),
        (("eval", "sum(x)", "x=[1 2 3"), 'hint: close it: "x=[1 2 3]"'),
        (("nudge", "sum(W)", "W[3,1]", "W=[1 2; 3 4]"), "error: W has 2 rows: W[3,1] is no entry of it"),
        (("nudge", "sum(W)", "W[1,3]", "W=[1 2; 3 4]"), "error: W has 2 columns: W[1,3] is no entry of it"),
    ],
)
def test_a_word_that_is_nearly_right_is_put_right(gradx_inside: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx_inside(*words)
    assert (answer.code, said in answer.err.splitlines()) == (2, True), answer.err


def test_a_cell_in_quotes_is_one_cell(gradx: Any, tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text('"size, m2",rooms\n"1","2"\n3,4\n', "utf-8")
    answer = gradx("eval", "sum(X^2)", f"X=@{tmp_path / 'houses.csv'}:rooms", "--quiet")
    assert answer.out == "X [4 8]\n", answer.err
