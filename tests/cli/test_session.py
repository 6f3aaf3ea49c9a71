"""gradx explore, line by line: what a script that talks to it is told."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

CARD = "3*(a+b*c)"
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases" / "sessions.jsonl").read_text("utf-8").splitlines()
]


def holds(expected: Any, found: Any, line: str) -> None:
    """Whether an answer has what a case says of it; numbers to 12 digits. None: whatever there is."""
    if "error" in expected:
        assert found.get("error", {}).get("kind") == expected["error"], (line, found)
        return
    assert "error" not in found, (line, found)
    for key, value in expected.items():
        assert key in found, (line, key)
        if value is not None or key == "value":
            assert near(found[key], value), (line, key, found[key])


def near(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(near(found[key], value) for key, value in expected.items())
    if isinstance(expected, float | int) and not isinstance(expected, bool):
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)
    return bool(found == expected)


def answers(gradx: Any, *words: str, lines: list[str]) -> list[Any]:
    answer = gradx("explore", *words, "--json", "--no-symbolic", stdin="".join(f"{line}\n" for line in lines))
    return [json.loads(line) for line in answer.out.splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_line_has_its_answer(gradx_inside: Any, case: Any) -> None:
    asked = [(line, expected) for line, expected in case["lines"] if line is not None]
    told = answers(gradx_inside, *case["words"], lines=[line for line, _ in asked])
    expected = [pair for pair in case["lines"] if pair[1] is not None]
    assert len(told) == len(expected)
    for (line, wanted), found in zip(expected, told, strict=True):
        holds(wanted, found, line or case["words"][0])


def test_a_check_of_another_program_is_about_that(gradx_inside: Any) -> None:
    lines = ['check x^3 "dx=3x^2"', "check x^3 dx=3x^2", "check x > 0, da=3", "check 3*c"]
    other, same, own, bare = answers(gradx_inside, CARD, "a=5", "b=3", "c=2", lines=lines)[1:]
    assert bare["error"]["hint"] == 'a claim is written da="3*c": check "da=3*c"'
    assert other["expression"] == same["expression"] == "x^3"
    assert other["correct"] is same["correct"] is True
    assert own.get("expression", CARD) == CARD


def test_a_hint_has_no_values_of_another_program(gradx_inside: Any) -> None:
    _, found = answers(gradx_inside, CARD, "a=5", "b=3", "c=2", lines=["foo"])
    assert "f*o*o" in found["error"]["hint"]
    assert "a=5" not in found["error"]["hint"]


def test_the_largest_exit_code_is_that_of_all(gradx_inside: Any) -> None:
    def code(*lines: str) -> int:
        answer = gradx_inside("explore", "abs(x)", "x=1", "--no-symbolic", stdin="\n".join(lines))
        return int(answer.code)

    assert [code("x=2"), code("x=0", "x=2"), code("x=0", "x=b", "x=2")] == [0, 1, 2]


def test_without_anything_to_answer_it_says_so(gradx_inside: Any) -> None:
    answer = gradx_inside("explore", stdin="")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: there is no expression\n")


def test_quit_ends_it(gradx_inside: Any) -> None:
    assert len(answers(gradx_inside, lines=["x^2 x=1", "quit", "x=2"])) == 1


def test_an_error_in_text_is_told_with_a_caret(gradx_inside: Any) -> None:
    answer = gradx_inside("explore", CARD, "a=5", "b=3", "c=2", "--no-symbolic", stdin="b=3*(\nb=4\n")
    assert answer.code == 2
    first, source, caret, *rest = answer.err.splitlines()
    assert first.startswith("error: ")
    assert source == "  b=3*("
    assert caret.strip() == "^"
    assert len(rest) <= 3
    assert "J = 3*(a + b*c) = 39" in answer.out


def test_what_has_changed_stands_before_and_after(gradx_inside: Any) -> None:
    words = ("explore", CARD, "a=5", "b=3", "c=2", "--no-symbolic")
    told = gradx_inside(*words, stdin="b=3.5\n").out.partition("SymPy")[0].split("\n\n")[-3:]
    rows = [line.split() for line in told[1].splitlines()[2:]]
    assert rows == [
        ["b", "3", "→", "3.5", "6", "✓"],
        ["c", "2", "9", "→", "10.5", "✓"],
        ["v1", "6", "→", "7", "3", "✓"],
        ["v2", "11", "→", "12", "3", "✓"],
        ["J", "33", "→", "36", "1", "✓"],
    ]
    said = gradx_inside(*words, "--format", "text", stdin="b=3.5\n").out
    assert "b goes from 3 to 3.5, and db is 6. Proved." in said
    assert "c is 2, and dc goes from 9 to 10.5. Proved." in said


@pytest.mark.parametrize("format", ["table", "text", "csv", "markdown", "latex", "html"])
@pytest.mark.parametrize("columns", ["", "60", "40"])
def test_a_change_has_every_format_and_width(gradx_inside: Any, format: str, columns: str) -> None:
    lines = "b=3.5\nhelp\nq=1\nundo\nc*d\n"
    answer = gradx_inside(
        "explore", CARD, "a=5", "b=3", "c=2", "--format", format, "--no-symbolic", stdin=lines, env={"COLUMNS": columns}
    )
    assert answer.code == 0
    assert "10.5" in answer.out
    if format == "table" and columns:
        assert max(map(len, answer.out.splitlines())) <= int(columns)


def test_a_hint_is_typed_in_the_session_and_runs_there(gradx_inside: Any) -> None:
    lines = ["eval b=3", "nudge b", "nudge", "gradx foo", "a,b"]
    hints = [told["error"]["hint"] for told in answers(gradx_inside, CARD, lines=lines)[1:]]
    assert hints[:4] == [
        "eval b=3 a=1 c=1",
        "nudge b a=1 b=1 c=1",
        "name one after the expression: nudge a …",
        "help lists the commands",
    ]
    assert "gradx" not in hints[4]
    _, *told = answers(gradx_inside, CARD, lines=hints[:2])
    assert ["error" in one for one in told] == [False, False]


def test_a_node_s_name_tells_that_node_alone(gradx_inside: Any) -> None:
    said = gradx_inside("explore", CARD, "a=5", "b=3", "c=2", "--no-symbolic", stdin="dJ/db\n").out
    rows = [line.split()[0] for line in said.rpartition("J = 3*(a + b*c) = 33")[2].splitlines() if "→" in line]
    assert rows == ["b"]


def test_help_for_a_command_is_its_own(gradx_inside: Any) -> None:
    assert "Usage: gradx nudge" in gradx_inside("explore", "x^2", "--no-symbolic", stdin="help nudge\n").out


def test_all_that_is_said_in_json_is_json(gradx_inside: Any) -> None:
    first, *told = answers(gradx_inside, "x^2", lines=["help", "help nudge", "x=1 q=2"])
    assert first["command"] == "diff"
    assert told[0]["notes"] == told[1]["notes"]
    assert any(note.startswith("nudge b") for note in told[0]["notes"])
    assert told[2]["warnings"] == ["q is not used: the program has no such input"]


def test_a_hundred_lines_can_be_undone(gradx_inside: Any) -> None:
    lines = [f"x={k}" for k in range(150)] + ["undo"] * 101
    *told, last, refused = answers(gradx_inside, "x^2", lines=lines)
    assert told[149]["value"] == 148**2
    assert last["value"] == 49**2
    assert "error" in refused


def test_what_is_saved_goes_on(gradx_inside: Any, tmp_path: Path) -> None:
    lines = ["w=1/3 x=2", "save neuron.txt", "save neuron.txt", "x=3", "save neuron.txt --force"]
    *_, first, again, _, forced = answers(gradx_inside, "z = w*x\nz^2", lines=lines)
    assert first["notes"] == [
        "neuron.txt has the program and the values of w, x; gradx explore < neuron.txt goes on from there"
    ]
    assert again["error"]["kind"] == "file"
    assert forced["notes"] == first["notes"]
    saved = (tmp_path / "neuron.txt").read_text("utf-8")
    assert saved == "z = w*x; J = z^2\nw=1/3 x=3\n"
    assert answers(gradx_inside, lines=saved.splitlines())[-1]["value"] == 1


@pytest.mark.parametrize(
    ("program", "values", "moved", "value"),
    [
        ("sum(x^2)", ["x=[1 2 3]"], "x=[1 2 4]", 21),
        ("J = 1/2*norm(A x - b)^2", ["A=[1 0; 0 1]", "x=[1 0.5]", "b=[1 2]"], "x=[3 2]", 2),
        ("-x^2", ["x=3"], "x=-2", -4),
    ],
)
def test_what_is_saved_means_the_same(
    gradx_inside: Any, tmp_path: Path, program: str, values: list[str], moved: str, value: float
) -> None:
    words = ["--", program, *values] if program.startswith("-") else [program, *values]
    answer = gradx_inside("explore", "--json", "--no-symbolic", *words, stdin=f"{moved}\nsave it.txt\n")
    assert answer.code == 0, answer.out
    saved = (tmp_path / "it.txt").read_text("utf-8").splitlines()
    told = answers(gradx_inside, lines=saved)
    assert told[-1]["value"] == pytest.approx(value, rel=1e-12)


def test_a_program_from_a_file(gradx_inside: Any, tmp_path: Path) -> None:
    (tmp_path / "program.txt").write_text("u = b*c\n3*(a + u)\n")
    told = answers(gradx_inside, "--file", "program.txt", "a=5", "b=3", "c=2", lines=["b=4"])
    assert [answer["value"] for answer in told] == [33, 39]


def test_no_command_reads_the_lines(gradx_inside: Any) -> None:
    lines = ["eval --data -", "check --claims -", "grade --key - key.csv", "x=3"]
    _, *refused, last = answers(gradx_inside, "x^2", "x=2", lines=lines)
    assert {answer["error"]["message"] for answer in refused} == {"there is no standard input to read from"}
    assert last["value"] == 9


@pytest.mark.parametrize(
    "line", [b"x=\xff", b"\x00", b"\x1b[31m", "\u202ex=1".encode(), b"(" * 100_000, b"x=" + b"9" * 100_000]
)
def test_whatever_a_line_holds_it_is_one_answer(gradx_inside: Any, line: bytes) -> None:
    answer = gradx_inside("explore", "x^2", "x=2", "--json", "--no-symbolic", stdin=line + b"\nx=3\n")
    _, first, last = map(json.loads, answer.out.splitlines())
    assert "error" in first
    assert last["value"] == 9


def test_a_fault_ends_no_session(gradx_inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def scarce(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("gradx_cli.commands.nudge.carry", scarce)
    _, first, last = answers(gradx_inside, "x^2", "x=2", lines=["nudge x", "x=3"])
    assert first["error"]["kind"] == "size"
    assert last["value"] == 9


def test_an_answer_comes_before_the_next_line_is_sent() -> None:
    words = [sys.executable, "-m", "gradx_cli", "explore", CARD, "a=5", "b=3", "c=2", "--json", "--no-symbolic"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert json.loads(process.stdout.readline())["value"] == 33
        for b, value in ((4, 39), (-1, 9)):
            process.stdin.write(b"b=%d\n" % b)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["value"] == value
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_thousand_lines_are_a_thousand_proved_answers() -> None:
    """Each in less than 5 ms of processor time on a machine that does other things too; docs/prompt.md has the pace."""
    numbers = random.Random(7).choices(range(-999, 1000), k=1000)
    lines = "".join(f"a={number} b={number + 1} c=2\n" for number in numbers)
    words = [sys.executable, "-m", "gradx_cli", "explore", CARD, "a=5", "b=3", "c=2", "--json", "--no-symbolic"]
    before = children_s()
    done = subprocess.run(words, input=lines, capture_output=True, encoding="utf-8", timeout=50)
    assert children_s() - before < 6
    assert (done.returncode, done.stderr) == (0, "")
    _, *told = map(json.loads, done.stdout.splitlines())
    assert [answer["value"] for answer in told] == [3 * (a + (a + 1) * 2) for a in numbers]
    assert all(
        answer["gradients"] == {"a": 3, "b": 6, "c": 3 * (a + 1)} for a, answer in zip(numbers, told, strict=True)
    )
    assert all(answer["proved"] for answer in told)


def children_s() -> float:
    """The processor time of the processes that were started here and have ended."""
    return sum(os.times()[2:4])


def test_sympy_is_started_once(gradx_inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradx.symbolic import witness

    started: list[object] = []
    plain = witness.Process

    def start(*words: Any) -> Any:
        started.append(words)
        return plain(*words)

    monkeypatch.setattr(witness, "Process", start)
    answer = gradx_inside("explore", stdin="sin(x) x=1\ncos(x)\ndx=sin(x)\n", timeout=60)
    assert answer.out.count("SymPy") > 1
    assert len(started) == 1


def test_an_answer_takes_at_most_50_ms_after_the_first(gradx_inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of processor time, as other tests run beside this one; SymPy, in its own process, is not counted."""
    from gradx_cli.session.session import Session

    took: dict[str, list[float]] = {}
    plain = Session.answer

    def answer(session: Session, line: str) -> int:
        before = time.process_time()
        try:
            return plain(session, line)
        finally:
            took.setdefault(line.strip(), []).append(time.process_time() - before)

    monkeypatch.setattr(Session, "answer", answer)
    lines = ["b=4", "db=3*c", "nudge b", "diff", "explain", "eval", "graph", "cost", "descend 0.01 5", "plot b"]
    lines = [line for line in lines if line != "plot b"] * 4
    gradx_inside("explore", CARD, "a=5", "b=3", "c=2", stdin="\n".join(lines))
    assert {line: min(times[1:]) for line, times in took.items() if min(times[1:]) > 0.05} == {}
