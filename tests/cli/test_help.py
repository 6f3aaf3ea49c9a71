"""What a stranger reads first: it fits 80 columns, is the same in ASCII, and every example in it works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from answer_sheets import as_xlsx

from gradx.lessons.examples import EXAMPLES
from gradx_cli.commands import COMMANDS
from gradx_cli.menu import START, load

ASCII = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
PAGES = [(), ("--help",), *((name, "--help") for name in COMMANDS)]


def text(name: str) -> str:
    return str(load(name).help)


def examples(page: str) -> list[str]:
    """The commands that are indented in a help text, without what is said beside them."""
    lines = [line for line in page.splitlines() if line.startswith("  gradx ")]
    return [re.split(r"\s{2,}", line.strip())[0] for line in lines]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_a_page_is_readable_in_80_columns_and_in_ascii(gradx: Any, words: tuple[str, ...]) -> None:
    answer = gradx(*words, env=ASCII)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.isascii()
    assert "\\x" not in answer.out
    assert "\\u" not in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_begins_with_one_line_and_then_examples(name: str) -> None:
    lines = text(name).splitlines()
    assert len(lines[0]) <= 78
    assert lines[0][-1] in ".?"
    assert lines[1:4] == ["", "[bold]Examples[/bold]", ""]
    assert lines[4].startswith(f"  gradx {name}")


@pytest.mark.sampled(8)
@pytest.mark.parametrize("command", sorted({c for name in COMMANDS for c in examples(text(name))} | {*examples(START)}))
def test_an_example_in_a_help_works(gradx: Any, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework.txt").write_text("x^2 | dx=2*x\n", "utf-8")
    (tmp_path / "page.txt").write_text("dz = a*(1 - a)\n", "utf-8")
    (tmp_path / "points.csv").write_text("w,x\n1,2\n", "utf-8")
    (tmp_path / "rows.csv").write_text("x,y\n1,2.1\n2,3.9\n", "utf-8")
    (tmp_path / "key.csv").write_text("question,program\nQ1,x^2\n", "utf-8")
    (tmp_path / "answers.csv").write_text("id,name,Q1\n1,Ann,2*x\n", "utf-8")
    (tmp_path / "answers.xlsx").write_bytes(as_xlsx([["Name", "Q1"], ["Ann", "2*x"]]))
    (tmp_path / "worksheet.csv").write_text("Identifier,Q1,Grade,Feedback comments\n1,2*x,,\n", "utf-8")
    (tmp_path / "gradebook.csv").write_text("Student,ID,Homework (7)\nAnn,1,\n", "utf-8")
    words, _, piped = command.partition(" < ")
    answer = gradx(*shlex.split(words)[1:], stdin="x=2\nb=3.5\n" if piped else None)
    assert answer.code in (0, 1), answer.err
    assert answer.out or [path for path in tmp_path.iterdir() if path.name in command and path.name != "homework.txt"]


def test_options_are_in_groups(gradx: Any) -> None:
    page = gradx("eval", "--help", env=ASCII).out
    groups = re.findall(r"^\+- (\w+) -+\+$", page, re.MULTILINE)
    assert groups == ["Arguments", "Options", "Checks", "Output"]
    checks, _, output = page.partition("+- Checks")[2].partition("+- Output")
    assert "--no-symbolic" in checks
    assert "--format" in output


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_told_in_80_columns(gradx: Any, example: Any) -> None:
    line = next(line for line in gradx("examples").out.splitlines() if line.startswith(f"  @{example.name} "))
    assert len(line) <= 80


@pytest.mark.sampled(4)
@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("words", PAGES[1:], ids=" ".join)
def test_what_is_said_stands_in_one_column(gradx: Any, words: tuple[str, ...], columns: int) -> None:
    page = gradx(*words, env={**ASCII, "COLUMNS": str(columns)}).out
    rows = re.findall(r"^\| (\S(?:\S| (?=\S))* {2,}| {3,})\S.*\|$", page, re.MULTILINE)
    assert len(rows) > 4
    assert len(set(map(len, rows))) == 1
    assert {len(line) for line in page.splitlines() if line.startswith(("|", "+"))} == {columns}
