"""The examples: listed, run by their names, and the courses' numbers are theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradx.language.program import read
from gradx.lessons.examples import EXAMPLES

CASES = json.loads((Path(__file__).parents[1] / "cases" / "courses.json").read_text("utf-8"))["cases"]
READINGS = {read(example.program).reading: example for example in EXAMPLES if "[" not in example.bindings}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_program_of_the_courses_is_an_example(gradx_inside: Any, case: dict[str, Any]) -> None:
    example = READINGS[read(case["expression"]).reading]
    own = dict(word.split("=") for word in example.bindings.split())
    others = [f"{name}={value!r}" for name, value in case["point"].items() if float(own[name]) != value]
    answer = gradx_inside("eval", f"@{example.name}", *others, "--json", "--no-symbolic")
    assert (answer.code, answer.err) == (0, "")
    result = json.loads(answer.out)
    assert result["expression"] == example.program
    assert result["point"] == case["point"]
    assert result["value"] == pytest.approx(case["value"], rel=1e-12)
    gradients = {node["name"]: node["gradient"] for node in result["nodes"]}
    for name, expected in case["nodes"].items():
        assert gradients[name] == pytest.approx(expected["gradient"], rel=1e-12, abs=1e-15), name


def test_the_list_shows_each_example_as_it_would_be_typed(gradx_inside: Any) -> None:
    answer = gradx_inside("examples")
    assert (answer.code, answer.err) == (0, "")
    for example in EXAMPLES:
        place = answer.out.index(f"@{example.name}  {example.teaches}\n")
        assert answer.out[place:].splitlines()[1:3] == [f"    {example.program}", f"    {example.bindings}"]
    assert gradx_inside("examples", "--ascii").out.isascii()


def test_the_list_as_json_can_be_typed_again(gradx_inside: Any) -> None:
    for example in json.loads(gradx_inside("examples", "--json").out)["examples"]:
        bindings = [f"{name}={value!r}" for name, value in example["point"].items()]
        typed = gradx_inside("eval", example["expression"], *bindings, "--json", "--no-symbolic")
        named = gradx_inside("eval", example["name"], "--json", "--no-symbolic")
        assert typed == named
        assert json.loads(named.out)["reading"] == example["reading"]


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "@three-steps", "--wrt", "b"),
        ("nudge", "@three-steps", "b"),
        ("graph", "@two-layers"),
        ("cost", "@two-layers", "--wrt", "w1,b1,w2,b2"),
        ("check", "@neuron", "dw=d*x"),
        ("plot", "@square", "--over", "w=-3..3"),
        ("descend", "@neuron", "--wrt", "w,b", "--steps", "3"),
        ("graph", "@attention"),
        ("explain", "@planar"),
        ("check", "@batch", "dw=X^T (a - y)/3"),
        ("descend", "@batch", "--steps", "3"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_command_takes_an_example(gradx_inside: Any, words: tuple[str, ...]) -> None:
    assert (gradx_inside(*words).code, gradx_inside(*words, "--json").err) == (0, "")


@pytest.mark.parametrize("name", [example.name for example in EXAMPLES if "[" in example.bindings])
def test_every_entry_of_an_example_is_proved(gradx_inside: Any, name: str) -> None:
    found = json.loads(gradx_inside("eval", f"@{name}", "--json").out)
    assert found["proved"]
    assert gradx_inside("eval", f"@{name}").out.count("not proved") == 0


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("least-squares", "dx=A^T (A x - b)"),
        ("batch", "dw=X^T (a - y)/3"),
        ("softmax", "dz=p - y"),
        ("planar", "dW2=dZ2 A1^T"),
        ("attention", "dV=A^T dO"),
    ],
)
def test_what_an_example_says_of_its_gradients(gradx_inside: Any, name: str, claim: str) -> None:
    """The formulas are those of the courses; backprop judges them."""
    (example,) = (example for example in EXAMPLES if example.name == name)
    left, _, right = claim.partition("=")
    assert f"{left} is {right}" in example.teaches or f"gets {right}" in example.teaches
    answer = gradx_inside("check", f"@{name}", claim)
    assert (answer.code, answer.out.strip()[0]) == (0, "✓")


@pytest.mark.parametrize(
    ("word", "hint"), [("@nuron", "did you mean @neuron?"), ("@", "gradx examples"), ("@NEURON", "@neuron")]
)
def test_an_example_that_does_not_exist(gradx_inside: Any, word: str, hint: str) -> None:
    answer = gradx_inside("eval", word)
    assert (answer.code, answer.out) == (2, "")
    assert hint in answer.err.splitlines()[-1]


def test_an_example_without_a_command_is_evaluated(gradx_inside: Any) -> None:
    assert (
        gradx_inside("@neuron", "--json", "--no-symbolic").out
        == gradx_inside("eval", "@neuron", "--json", "--no-symbolic").out
    )


@pytest.mark.parametrize(
    ("line", "word", "expected"),
    [
        ("gradx eval @sq", 2, ["@square-of-line", "@square"]),
        ("gradx\neval\n@\nlo", 3, ["@logistic", "@lost-digits"]),  # Bash takes @ for the end of a word
        ("gradx check @ ki", 3, ["@kink"]),
        ("gradx eval ne", 2, []),
        ("gradx eval x ne", 3, []),
        ("gradx exam", 1, ["examples"]),
    ],
)
def test_completion_knows_the_examples(gradx: Any, line: str, word: int, expected: list[str]) -> None:
    env = {"_GRADX_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(word)}
    assert gradx(env=env).out.split() == expected


def test_what_an_example_teaches_fills_every_line(gradx: Any) -> None:
    lines = gradx("examples", "square-of-line", env={"COLUMNS": "50"}).out.splitlines()
    assert lines[1:3] == [
        "  @square-of-line  a nudge of w is 3 times as",
        "    large at a, and 22 times that at J",
    ]
