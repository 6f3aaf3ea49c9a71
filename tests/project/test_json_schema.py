"""docs/schema describes what `--json` really writes: every key of every command, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import jsonschema
import pytest

from gradx import errors
from gradx.lessons import bundle_mistakes, rows
from gradx.lessons.claims import judging
from gradx.lessons.curves import breaks
from gradx.lessons.descents import descent
from gradx.lessons.mistakes import faults
from gradx.point import exploration, verdict
from gradx.symbolic import witness
from gradx_cli.commands import COMMANDS

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "gradx-1.schema.json").read_text("utf-8"))

ANSWERS = Path(__file__).parents[1] / "cases" / "grade"

BY_NAME = {"point", "path_counts", "gradients", "numbers", "sizes", "statuses"}
"""Objects whose keys are the program's own names."""

RUNS = {
    "eval": [
        ("eval", "@three-steps"),
        ("eval", "@kink"),
        ("eval", "@lost-digits", "--no-symbolic"),
        ("eval", "x*y", "x=1e308", "y=1e308", "--no-symbolic"),
        ("eval", "where(x > 0, x^2, log(x))", "x=2"),
        ("eval", "floor(x) + sqrt(y)", "x=1", "y=0", "--no-symbolic"),
        ("eval", "cbrt(x)", "x=0", "--no-symbolic"),
        ("eval", "sin(exp(exp(x)))", "x=12", "--no-symbolic"),
        ("eval", "2+3"),
        ("eval", "e + x", "e=1", "x=1", "y=2", "--checks", "none"),
    ],
    "eval_bundles": [
        ("eval", "Z = W x + b; A = relu(Z); J = sum((A - y)^2)", "W=[1 2; 3 -4]", "x=[1 2]", "b=[0 5]", "y=[4 0]"),
        ("eval", "y[i=1..m] = w*x[i]; sum(i=1..m, y[i]^2)/m", "w=2", "x=[1 2]"),
        ("eval", "sum(where(x > 0, log(x), 0))", "x=[1 -1]"),
    ],
    "eval_rows": [
        ("eval", "log(x) + relu(x - y)", "x=0..2", "y=1"),
        ("eval", "where(x > 0, y, x)", "x=1..2", "y=1", "--checks", "none"),
        ("eval", "x*y", "x=1e308..1.5e308:5e307", "y=10"),
        ("eval", "x*y", "--data", str(ANSWERS.parent / "points.csv")),
    ],
    "eval_written": [("eval", "abs(x)*y", "--data", str(ANSWERS.parent / "points.csv"), "--output", "out.csv")],
    "diff_rows": [
        ("diff", "x^2*abs(x)", "x=-1..1", "--order", "2"),
        ("diff", "log(x)", "x=0..1"),
        ("diff", "x^2 + y^2 = 25", "--implicit", "y", "x=3", "y=4..5"),
    ],
    "diff": [
        ("diff", "x^2*sin(x)", "x=2", "--steps"),
        ("diff", "z = w*x; a = sigmoid(z)", "--order", "2"),
        ("diff", "x^2 + y^2", "x=0", "y=0", "--order", "2"),
        ("diff", "abs(x)", "x=0"),
        ("diff", "x^2 + y^2 = 25", "--implicit", "y", "x=3", "y=4"),
        ("diff", "y*digamma(x)"),
        ("diff", "sin(x)", "x=0", "--taylor", "3"),
        ("diff", "abs(x)", "x=0", "--taylor", "3"),
    ],
    "explain": [
        ("explain", "@three-steps", "--wrt", "b"),
        ("explain", "x^2 + sin(x)"),
        ("explain", "where(x > 0, x, y)", "x=1", "y=2", "--wrt", "x,y"),
    ],
    "diff_bundles": [("diff", "Z = W x; A = relu(Z); sum(A^2)", "W=[1 2; 3 -4]", "x=[1 2]")],
    "explain_bundles": [("explain", "Z = W x; A = relu(Z); sum(A^2)", "W=[1 2; 3 -4]", "x=[1 2]")],
    "explain_proof": [
        ("explain", "@three-steps", "--proof", "b"),
        ("explain", "abs(x)", "x=0", "--proof", "x"),
        ("explain", "abs(x)*x", "x=0", "--proof", "x"),
    ],
    "nudge": [("nudge", "@neuron", "w", "--eps", "0.1", "--eps", "0.01"), ("nudge", "relu(x)", "x", "x=0")],
    "graph": [("graph", "@two-layers"), ("graph", "x*x"), ("graph", "x*x", "x=2", "--step", "1")],
    "graph_bundles": [("graph", "sum((W x)^2)", "W=[1 2; 3 4]", "x=[1 2]", "--step", "2")],
    "explore": [
        ("explore", "x*x", "x=2", "--output", "page.html"),
        ("explore", "sum(x)", "x=[1 2]", "--output", "page.html"),
    ],
    "export": [("export", "@neuron", "--to", "c"), ("export", "x^2", "x=3", "--to", "python")],
    "cost": [("cost", "@neuron"), ("cost", "x^2"), ("cost", "--nodes", "10000", "--parameters", "100000")],
    "check": [
        ("check", "x^2*y^3", "d2J/dx2=2*y^3", "d2J/dxdy=x"),
        ("check", "sin(3*x + 1)", "dx=cos(3*x + 1)"),
        ("check", "x^2", "dx=2*x", "x=1"),
        ("check", "a = w*x + b; J = (a - y)^2", "da = 2*a - y", "dw = da*x", "w := w + r*dw", "x > 0"),
        ("check", "x^2", "dx=x^3/7", "--no-symbolic"),
        ("check", "sum((W x)^2)", "dx=W^T dv1", "dW=x^T", "W=[1 2; 3 4]", "x=[1 2]"),
    ],
    "plot": [
        ("plot", "@square", "--over", "w=-1..1"),
        ("plot", "1/x + abs(x - 1)", "--over", "x=-2..2", "--points", "9"),
    ],
    "quiz": [
        ("quiz", "--count", "1"),
        ("quiz", "@neuron", "--kind", "number", "--count", "1"),
        ("quiz", "x^2*sin(x)", "--kind", "choice", "--count", "1"),
        ("quiz", "u = 3*x; u^2", "--kind", "page", "--count", "1"),
    ],
    "grade": [
        ("grade", str(ANSWERS / f"{name}.csv"), "--key", str(ANSWERS / "key.csv"))
        for name in ("google_forms", "moodle_responses")
    ],
    "functions": [("functions",), ("functions", "digamma", "where")],
    "examples": [("examples",)],
    "error": [("eval", "3*(a+bq)", "a=5", "b=3", "c=2"), ("eval", "x", "x=1", "--jsn"), ("eval",)],
}


def closed(schema: Any) -> Any:
    """The same schema, with no key allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(part) for key, part in schema.items()}
    if isinstance(found.get("properties"), dict) and "required" in found:
        found.setdefault("additionalProperties", False)
    return found


STRICT = closed(SCHEMA)


def check(name: str, line: str) -> None:
    """Hold one line to one definition, and to the whole schema."""
    instance = json.loads(line)
    kind = {"$schema": SCHEMA["$schema"], "$ref": f"#/$defs/{name}", "$defs": STRICT["$defs"]}
    jsonschema.Draft202012Validator(kind).validate(instance)
    jsonschema.Draft202012Validator(SCHEMA).validate(instance)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    named = {part["$ref"].removeprefix("#/$defs/") for part in SCHEMA["anyOf"]}
    assert named >= set(COMMANDS)
    assert set(RUNS) | {"explore_line", "descend", "descend_step", "check_unreadable", "check_totals"} == named


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("name", "words"), [(name, words) for name, runs in RUNS.items() for words in runs], ids=str)
def test_a_result_is_as_the_schema_says(gradx_inside: Any, name: str, words: tuple[str, ...]) -> None:
    answer = gradx_inside(*words, "--json")
    check(name, answer.err if name == "error" else answer.out)


@pytest.mark.parametrize(
    "words",
    [
        ("(w - 3)^2", "w=0", "--rate", "2"),
        ("log(w)", "w=1", "--rate", "2"),
        ("w^2", "w=1"),
        ("-w", "w=1", "--steps", "2"),
        ("sum((W x)^2)", "W=[1 2; 3 4]", "x=[1 1]", "--steps", "2"),
        ("abs(w - x)", "w=1", "--data", "-", "--steps", "2"),
        ("abs(w - x)", "w=1", "--data", "-", "--batch", "1", "--momentum", "0.5", "--steps", "9"),
    ],
    ids=str,
)
def test_a_descent_is_as_the_schema_says(gradx_inside: Any, words: tuple[str, ...]) -> None:
    rows = 'x\n1\n""\n2\n'
    *steps, last = gradx_inside("descend", *words, "--json", stdin=rows if "-" in words else None).out.splitlines()
    assert steps
    for step in steps[:5]:
        check("descend_step", step)
    check("descend", last)


def test_a_session_is_as_the_schema_says(gradx_inside: Any) -> None:
    lines = "help\nx=2\ny=0\ny=1\nundo\nsave here.txt\nx^\n"
    opening, *told, error = gradx_inside("explore", "x + log(y)", "--json", stdin=lines).out.splitlines()
    check("diff", opening)
    for line in told:
        check("explore_line", line)
    check("error", error)
    assert [json.loads(line)["status"] for line in told] == [None, None, "no value", "ok", "no value", None]


def test_a_batch_is_as_the_schema_says(gradx: Any) -> None:
    text = "x^2 | dx=2*x\nx^2 | dx=3*x | x=1\nx^ | dx=1\n"
    right, wrong, unreadable, totals = gradx("check", "--batch", "-", "--json", stdin=text).out.splitlines()
    check("check", right)
    check("check", wrong)
    check("check_unreadable", unreadable)
    check("check_totals", totals)


def parts(answer: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every object in an answer, with the way to it."""
    if isinstance(answer, dict):
        yield path, answer
        for key, part in answer.items():
            yield from parts(part, (*path, key))
    elif isinstance(answer, list) and answer:
        yield from parts(answer[0], (*path, 0))


def broken(answer: Any) -> Iterator[tuple[str, Any]]:
    """The answer with one key gone, of another type, or new, for every key of every object in it, and what was done."""
    for path, part in parts(answer):
        if path and path[-1] in BY_NAME:
            continue
        for key in part:
            yield f"{key} in {path} is gone", changed(answer, path, {k: v for k, v in part.items() if k != key})
            yield f"{key} in {path} is an object of nothing", changed(answer, path, part | {key: {"": []}})
        yield f"there is more in {path}", changed(answer, path, part | {"more": 1})


def changed(answer: Any, path: tuple[str | int, ...], part: Any) -> Any:
    """A copy of the answer with `part` at the end of the path."""
    if not path:
        return part
    copy = list(answer) if isinstance(answer, list) else dict(answer)
    copy[path[0]] = changed(answer[path[0]], path[1:], part)
    return copy


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", RUNS)
def test_the_schema_notices_every_key_that_is_missing_new_or_of_another_type(gradx_inside: Any, name: str) -> None:
    answer = gradx_inside(*RUNS[name][0], "--json")
    result = json.loads(answer.err if name == "error" else answer.out)
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": STRICT["$defs"]})
    assert validator.is_valid(result)
    cases = list(broken(result))
    assert len(cases) > 10
    assert [done for done, instance in cases if validator.is_valid(instance)] == []


def test_the_runs_come_to_every_verdict(gradx_inside: Any) -> None:
    found = set()
    for words in RUNS["eval"]:
        result = json.loads(gradx_inside(*words, "--json", "--no-symbolic").out)
        found |= {result["value_verdict"]["status"], *(node["verdict"]["status"] for node in result["nodes"])}
    assert found == set(get_args(verdict.Status)) - {"disagree"}  # no expression is known for that one


@pytest.mark.parametrize(
    ("literal", "place"),
    [
        (verdict.Status, ("verdict", "properties", "status")),
        (rows.RowStatus, ("eval_rows_row", "properties", "status")),
        (rows.RowStatus, ("diff_rows_row", "properties", "status")),
        (rows.RowStatus, ("explore_line", "properties", "status", "anyOf", 0)),
        (witness.Status, ("symbolic", "properties", "status")),
        (Literal[faults.Kind, bundle_mistakes.BundleKind], ("mistake",)),
        (errors.Kind, ("problem", "properties", "kind")),
        (judging.Status, ("claim", "properties", "status")),
        (descent.Reason, ("descend", "properties", "reason")),
        (breaks.Kind, ("plot", "properties", "breaks", "items", "properties", "kind")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_the_schema_lists_every_word_that_the_program_can_say(literal: Any, place: tuple[str, ...]) -> None:
    found: Any = SCHEMA["$defs"]
    for key in place:
        found = found[key]
    assert set(found["enum"]) == set(get_args(literal))


def test_every_key_of_a_node_is_described() -> None:
    fields = {"name", "kind", "definition", "inputs", "value", "gradient", "nudge", "symbolic", "verdict"}
    assert set(SCHEMA["$defs"]["eval_node"]["properties"]) == fields
    assert fields <= set(dir(exploration.NodeReport))
