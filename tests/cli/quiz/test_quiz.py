"""gradx quiz from outside: answers worked out again in mpmath, choices that differ, files that other programs read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from html import unescape
from random import Random
from typing import Any
from xml.etree import ElementTree

import mpmath
import pytest
from conftest import answer_here

from gradx.lessons.quiz.item import KINDS

SEED = "20261128"
COUNT = {"formula": 6, "choice": 4, "number": 6, "page": 3, "find-the-mistake": 4}
WIDE = 20
"""Numbers on the way to an output that are larger, or smaller, than so many digits leave nothing to compare."""

FUNCTIONS: dict[str, Any] = {
    **{name: getattr(mpmath, name) for name in ("sin", "cos", "tan", "sec", "csc", "cot", "exp", "sqrt", "cbrt")},
    **{name: getattr(mpmath, name) for name in ("sinh", "cosh", "tanh")},
    "log": mpmath.log,
    "abs": abs,
    "sign": mpmath.sign,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "sech": mpmath.sech,
}


def worth(formula: str, names: Mapping[str, Any]) -> Any:
    """A formula in mpmath, read by Python's own rules: where it has `^` they are those of `**`."""
    python = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"mpf(\1)", formula).replace("^", "**").replace("lambda", "lambda_")
    values = {name.replace("lambda", "lambda_"): x for name, x in names.items()}
    return eval(python, {"__builtins__": {}}, {**FUNCTIONS, "mpf": mpmath.mpf, **values})


def values(program: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Every name of a program; the output is `output` too."""
    found = dict(inputs)
    for statement in program.split(";"):
        name, _, formula = statement.rpartition(" = ")
        found[name.strip() or "J"] = found["output"] = worth(formula.strip(), found)
    return found


def slope(item: dict[str, Any], wrt: str, inputs: Mapping[str, Any]) -> Any:
    """The derivative along an input or a named node, from what follows it in the program, as mpmath differentiates."""
    statements = [text.strip() for text in item["program"].split(";")]
    heads = [text.rpartition(" = ")[0].strip() for text in statements]
    start = heads.index(wrt) + 1 if wrt in heads else 0
    known = values("; ".join(statements[:start]), inputs) if start else dict(inputs)
    rest = "; ".join(statements[start:])
    return mpmath.diff(lambda x: values(rest, {**known, wrt: x})["output"], known[wrt])


def near(a: Any, b: Any) -> bool:
    """Whether two numbers are one, however small they are."""
    return bool(a == b or abs(a - b) < mpmath.mpf("1e-9") * max(abs(a), abs(b)))


@cache
def drawn(program: str, inputs: tuple[str, ...]) -> list[dict[str, Any]]:
    """Points of the domain, where nothing is complex and nothing out of size."""
    draw, found = Random(program), []
    for k in range(400):
        size = (1, 3, 0.3, -1, -3)[k % 5]
        point = {name: mpmath.mpf(draw.uniform(-1, 1) * size + (size if k % 2 else 0)) for name in inputs}
        try:
            everything = values(program, point).values()
        except ZeroDivisionError:
            continue
        if all(isinstance(x, mpmath.mpf) and (x == 0 or abs(mpmath.log10(abs(x))) < WIDE) for x in everything):
            found.append(point)
        if len(found) == 4:
            break
    return found


def points(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The points for a problem, of which there are some."""
    found = drawn(item["program"], tuple(item["inputs"]))
    assert found, item
    return found


@cache
def answered(kind: str) -> list[dict[str, Any]]:
    words = ("quiz", "--kind", kind, "--seed", SEED, "--count", str(COUNT[kind]), "--json")
    code, out, err = answer_here(list(words), None)
    assert code == 0, err
    items: list[dict[str, Any]] = json.loads(out)["items"]
    assert len(items) == COUNT[kind]
    return items


@pytest.fixture(autouse=True)
def digits() -> Any:
    with mpmath.workdps(70):
        yield


# Answers


def prove(item: dict[str, Any]) -> None:
    """What is said of a problem, worked out again: the answer is right, and each choice what it is said to be."""
    kind, answers = item["kind"], item["answers"]
    if kind == "number":
        (answer,) = answers
        number = float(answer["formula"])
        assert number * 8 == int(number * 8)
        assert 0 < abs(number) <= 1000
        point = {name: mpmath.mpf(x) for name, x in item["point"].items()}
        assert set(point) == set(item["inputs"])
        assert near(mpmath.mpf(number), slope(item, answer["ask"][1:], point)), item
        return
    choices = [(choice["text"], choice["right"], choice["mistake"]) for choice in item["choices"]]
    assert sum(right for _, right, _ in choices) == bool(choices)
    for point in points(item):
        if kind == "find-the-mistake":
            prove_slipped(item, [tuple(text.split(" = ")) for text, *_ in choices], point)
        elif kind == "page":
            assert all(lines_at(item, [(each["ask"], each["formula"]) for each in answers], point)), item
        else:
            (answer,) = answers
            names, true = values(item["program"], point), slope(item, answer["ask"][1:], point)
            assert near(worth(answer["formula"], names), true), item
            worths = [worth(text, names) for text, *_ in choices]
            assert [near(x, true) for x in worths] == [right for _, right, _ in choices], item
            assert not any(near(a, b) for k, a in enumerate(worths) for b in worths[:k]), item


def lines_at(item: dict[str, Any], lines: list[tuple[str, str]], point: Mapping[str, Any]) -> list[bool]:
    """Whether each line of a page is the derivative at a point, with the lines above as they stand."""
    names = values(item["program"], point)
    found = []
    for head, formula in lines:
        names[head] = worth(formula, names)
        found.append(near(names[head], slope(item, head[1:], point)))
    return found


def prove_slipped(item: dict[str, Any], lines: list[Any], point: Mapping[str, Any]) -> None:
    """The line that is marked is the first that is wrong, and with the answer in its place all are right."""
    (wrong,) = [k for k, choice in enumerate(item["choices"]) if choice["right"]]
    assert item["choices"][wrong]["mistake"]
    right = lines_at(item, lines, point)
    assert (right[:wrong], right[wrong]) == ([True] * wrong, False), item
    (answer,) = item["answers"]
    mended = [*lines[:wrong], (answer["ask"], answer["formula"]), *lines[wrong + 1 :]]
    assert all(lines_at(item, mended, point)), item


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", KINDS)
def test_every_item_is_proved_again(kind: str) -> None:
    for item in answered(kind):
        prove(item)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("level", ["1", "2", "3", "4", "5"])
@pytest.mark.parametrize("kind", KINDS)
def test_items_of_every_level_are_proved_again(gradx: Any, kind: str, level: str) -> None:
    """Two hundred of them."""
    words = ("--kind", kind, "--level", level, "--seed", level, "--count", "8", "--json")
    items = json.loads(gradx("quiz", *words, timeout=300).out)["items"]
    assert len({json.dumps([item["reading"], item["ask"], item["point"]]) for item in items}) == 8
    for item in items:
        assert item["level"] == int(level)
        prove(item)


# Choices


@pytest.mark.sampled(4)
@pytest.mark.parametrize("k", range(4))
def test_check_names_a_wrong_choice_as_the_quiz_does(gradx_inside: Any, k: int) -> None:
    item = answered("choice")[k]
    for choice in item["choices"]:
        claim = f"{item['ask'][0]}={choice['text']}"
        said = json.loads(gradx_inside("check", item["program"], claim, "--json", "--no-symbolic").out)["claims"][0]
        if choice["right"]:
            assert said["status"] == "correct"
        else:
            assert (said["status"], said["mistake"]["kind"]) == ("wrong", choice["mistake"])
            assert said["mistake"]["message"] == choice["feedback"]


# Sameness


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_asked_twice(kind: str) -> None:
    asked = [json.dumps([item["reading"], item["ask"], item["point"]]) for item in answered(kind)]
    assert len(set(asked)) == len(asked)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "moodle", "gift", "markdown"])
def test_the_same_seed_gives_the_same_bytes(form: str) -> None:
    words = ("quiz", "--kind", "choice", "--count", "2", "--format", form)
    runs = [
        subprocess.run(
            [sys.executable, "-m", "gradx_cli", *words, "--seed", seed],
            env={"PYTHONHASHSEED": salt},
            capture_output=True,
        ).stdout
        for seed, salt in (("5", "1"), ("5", "2"), ("6", "1"))
    ]
    assert runs[0] == runs[1] != runs[2]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("level", ["1", "2", "3", "4", "5"])
def test_a_level_is_what_was_asked_for(gradx_inside: Any, level: str) -> None:
    items = json.loads(gradx_inside("quiz", "--level", level, "--count", "6", "--json").out)["items"]
    assert [item["level"] for item in items] == [int(level)] * 6


# Files for other programs

TAGS = {
    "quiz", "question", "name", "text", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden",
    "single", "shuffleanswers", "answernumbering", "answer", "feedback", "tolerance", "responseformat",
    "responserequired", "responsefieldlines", "attachments", "attachmentsrequired", "graderinfo", "responsetemplate",
}  # fmt: skip
"""The elements that https://docs.moodle.org/en/Moodle_XML_format knows, of those types of question."""

TYPES = {
    "formula": "essay",
    "page": "essay",
    "number": "numerical",
    "choice": "multichoice",
    "find-the-mistake": "multichoice",
}

NEEDED = {
    "essay": "responseformat responserequired responsefieldlines attachments graderinfo/text responsetemplate/text",
    "numerical": "answer/text answer/tolerance",
    "multichoice": "single shuffleanswers answernumbering answer/text answer/feedback/text",
}
"""And those without which its page has no question of that type; all have a name, a text and a grade."""

HOSTILE = "a < b]]>&{~=#:}"


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", KINDS)
def test_moodle_xml_says_what_json_says(gradx_inside: Any, kind: str) -> None:
    words = ("quiz", "--kind", kind, "--seed", SEED, "--count", "2")
    items = json.loads(gradx_inside(*words, "--json").out)["items"]
    written = gradx_inside(*words, "--format", "moodle").out
    assert written.startswith("<?xml")
    root = ElementTree.fromstring(written)
    assert {element.tag for element in root.iter()} <= TAGS
    assert len(root) == len(items)
    assert len({name.text for name in root.iterfind("question/name/text")}) == len(items)
    for question, item in zip(root, items, strict=True):
        assert question.get("type") == TYPES[kind]
        common = "name/text questiontext/text generalfeedback/text defaultgrade penalty hidden"
        assert all(question.find(path) is not None for path in f"{common} {NEEDED[TYPES[kind]]}".split())
        assert {part.get("format") for part in question.iterfind("questiontext")} == {"html"}
        fractions = [answer.get("fraction") for answer in question.iterfind("answer")]
        if item["choices"]:
            assert fractions == ["100" if choice["right"] else "0" for choice in item["choices"]]
            told = [unescape(text.text or "") for text in question.iterfind("answer/feedback/text")]
            assert all(choice["feedback"] in said for choice, said in zip(item["choices"], told, strict=True))
        elif kind == "number":
            assert question.findtext("answer/text") == item["answers"][0]["formula"]
        else:
            said = unescape(question.findtext("graderinfo/text") or "")
            assert all(f"{each['ask']} = {each['formula']}" in said for each in item["answers"])


def gift(text: str) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """A GIFT file by the rules of https://docs.moodle.org/en/GIFT_format: name, text, and (sign, answer, feedback)."""
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        plain = re.sub(r"\\([\\~=#{}:])", lambda match: chr(0xE000 + ord(match[1])), block)
        assert "\\" not in plain
        match = re.fullmatch(r"::(.*?)::(.*?)\{(.*)\}", plain, re.DOTALL)
        assert match, block
        assert not set("{}") & set(match[1] + match[2] + match[3])
        parts = re.findall(r"(####|^#|[~=])([^~=#]*)(?:#(?!#)([^~=#]*))?", match[3].strip())
        found.append(
            (back(match[1]), back(match[2]), [(sign, back(a).strip(), back(f).strip()) for sign, a, f in parts])
        )
    return found


def back(text: str) -> str:
    plain = "".join(chr(ord(c) - 0xE000) if 0xE000 <= ord(c) < 0xE080 else c for c in text)
    return unescape(plain.replace("[html]", ""))


@pytest.mark.sampled(2)
@pytest.mark.parametrize("kind", KINDS)
def test_gift_says_what_json_says(gradx_inside: Any, kind: str) -> None:
    words = ("quiz", "--kind", kind, "--seed", SEED, "--count", "2")
    items = json.loads(gradx_inside(*words, "--json").out)["items"]
    questions = gift(gradx_inside(*words, "--format", "gift").out)
    assert len(questions) == len(items)
    for (_, _, answers), item in zip(questions, items, strict=True):
        if item["choices"]:
            assert [(sign, text) for sign, text, _ in answers] == [
                ("=" if choice["right"] else "~", choice["text"]) for choice in item["choices"]
            ]
            assert all(
                choice["feedback"] in said for choice, (_, _, said) in zip(item["choices"], answers, strict=True)
            )
        elif kind == "number":
            assert [(sign, text) for sign, text, _ in answers] == [("#", f"{item['answers'][0]['formula']}:0")]
        else:
            assert answers[0][0] == "####"


def test_what_means_something_is_escaped() -> None:
    from gradx_cli.quiz_formats import _data, _escaped
    from gradx_cli.quiz_formats import _gift_text as text

    (parsed,) = gift(f"::n::[html]{text(HOSTILE)}{{={text(HOSTILE)}#{text(HOSTILE)} ~{text(HOSTILE)}}}")
    assert parsed == ("n", HOSTILE, [("=", HOSTILE, HOSTILE), ("~", HOSTILE, "")])
    assert unescape(ElementTree.fromstring(f"<t>{_data(_escaped(HOSTILE))}</t>").text or "") == HOSTILE
    assert ElementTree.fromstring(f"<t>{_data(HOSTILE)}</t>").text == HOSTILE


def test_a_quiz_of_free_answers_is_a_key_for_grading_them(gradx: Any, tmp_path: Any) -> None:
    words = ("quiz", "--kind", "page", "--seed", SEED, "--count", "3")
    (tmp_path / "key.csv").write_text(gradx(*words, "--format", "csv").out, "utf-8")
    items = json.loads(gradx(*words, "--json").out)["items"]
    cells = ['"' + "\n".join(f"{a['ask']} = {a['formula']}" for a in item["answers"]) + '"' for item in items]
    (tmp_path / "answers.csv").write_text(f"Name,Q1,Q2,Q3\nAnn,{','.join(cells)}\n", "utf-8")
    record = json.loads(gradx("grade", "answers.csv", "--key", "key.csv", "--json").out)
    assert record["students"][0]["total"] == sum(len(item["answers"]) for item in items)


def test_a_quiz_of_lines_to_be_found_is_a_key_for_grading_them(gradx: Any, tmp_path: Any) -> None:
    words = ("quiz", "--kind", "find-the-mistake", "--seed", SEED, "--count", "2")
    (tmp_path / "key.csv").write_text(gradx(*words, "--format", "csv").out, "utf-8")
    items = json.loads(gradx(*words, "--json").out)["items"]
    rights = [[choice["right"] for choice in item["choices"]].index(True) for item in items]
    texts = [[choice["text"] for choice in item["choices"]] for item in items]
    letters = [["abcdefghij"[k] for k in range(len(each))] for each in texts]
    right = [
        [letters[n][k] for n, k in enumerate(rights)],
        [f"Line {k + 1}." for k in rights],
        [texts[n][k].replace(" ", "") for n, k in enumerate(rights)],
        [f"({letters[n][k].upper()}) {texts[n][k]}" for n, k in enumerate(rights)],
        [texts[n][k].partition(" = ")[0] for n, k in enumerate(rights)],
    ]
    wrong = [letters[n][k - 1] for n, k in enumerate(rights)]
    left = ["z", "dq = 3"]
    lines = [",".join((f"P{row}", *cells)) for row, cells in enumerate([*right, wrong, left])]
    (tmp_path / "answers.csv").write_text("\n".join(("Name,Q1,Q2", *lines)), "utf-8")
    answer = gradx("grade", "answers.csv", "--key", "key.csv", "--json")
    assert answer.code == 0, answer.err
    totals = [student["total"] for student in json.loads(answer.out)["students"]]
    assert totals == [2.0] * len(right) + [0.0, None]


# Programs, topics, and what cannot be


def test_a_program_is_asked_about(gradx_inside: Any) -> None:
    program = "z = w*x + b; a = sigmoid(z); L = (a - y)^2"
    items = json.loads(gradx_inside("quiz", program, "--count", "50", "--json").out)["items"]
    assert sorted(item["ask"][0] for item in items) == ["da", "db", "dw", "dx", "dy", "dz"]
    (page,) = json.loads(gradx_inside("quiz", program, "--kind", "page", "--count", "1", "--json").out)["items"]
    assert page["ask"] == ["da", "dz", "dw", "dx", "db", "dy"]


def test_a_program_that_begins_with_a_minus_comes_back_as_it_is(gradx: Any, tmp_path: Any) -> None:
    (tmp_path / "key.csv").write_text(gradx("quiz", "-x^2", "--count", "1", "--format", "csv").out, "utf-8")
    (tmp_path / "answers.csv").write_text("Name,Q1\nAnn,'-2*x\n", "utf-8")
    record = json.loads(gradx("grade", "answers.csv", "--key", "key.csv", "--json").out)
    assert record["students"][0]["total"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chian",), "chain"),
        (("--kind", "essay"), "find-the-mistake"),
        (("--level", "6"), "--level"),
        (("x^2", "x=1"), "leave them out"),
        (("x^2", "--kind", "page"), "named steps"),
        (("x^", "--count", "1"), "missing"),
        (("--format", "gifts"), "did you mean"),
    ],
)
def test_what_cannot_be_is_an_error(gradx_inside: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx_inside("quiz", *words)
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.splitlines()) <= 6


@pytest.mark.parametrize("words", [("--json",), ("--format", "csv"), ("--format", "moodle"), ("--quiet",)])
def test_no_answers_leaves_no_answers_in_any_format(gradx: Any, words: tuple[str, ...]) -> None:
    refused = gradx("quiz", "chain", "--count", "1", "--no-answers", *words)
    assert refused.code == 2
    said = refused.out + refused.err
    assert "has the answers in it" in said
    assert "cos(" not in said


@pytest.mark.parametrize(
    ("words", "hint"),
    [(("abs(x)", "--kind", "choice"), "take --kind formula"), (("3",), "--count 3")],
)
def test_the_hint_of_no_problem_says_what_to_take(gradx: Any, words: tuple[str, ...], hint: str) -> None:
    refused = gradx("quiz", *words)
    assert refused.code == 2
    assert hint in refused.err
