"""Which columns of a file are which inputs, and what is said of those that are none."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("x=@x", "y=@x"), 9),
        (("y=@x",), 9),
        (("y=@x", "x=@a"), 12),
        (("y=@x", "x=5"), 15),
        (("x=@a", "y=@a"), 16),
    ],
)
def test_a_column_serves_each_input_that_asks_for_it(gradx: Any, words: Any, expected: float) -> None:
    answer = gradx("eval", "x*y", *words, "--data", "-", "--format", "csv", stdin="x,a\n3,4\n")
    assert answer.code == 0
    row = next(csv.DictReader(io.StringIO(answer.out)))
    assert float(row["value"]) == expected


def test_columns_that_are_not_used_are_told_in_one_line(gradx: Any) -> None:
    names = ["x", "q", "q", *(f"c{k}" for k in range(99))]
    answer = gradx("eval", "x^2", "--data", "-", stdin=f"{','.join(names)}\n{','.join('1' * len(names))}\n")
    told = "warning: the columns q, c0, c1 and 97 more are not used: the program has no such inputs\n"
    assert (answer.code, answer.err) == (0, told)
    assert gradx("eval", "h", "h=@x", "--data", "-", stdin="x\n1\n").err == ""


@pytest.mark.parametrize(
    ("stdin", "message", "hint"),
    [
        ("y,my col\n1,2\n", "x has no value", 'the columns are y, my col; x=@"my col" reads one'),
        ("X (cm),y,b\n1,2,3\n", "x has no value", 'the columns are X (cm), y, b; x=@"X (cm)" reads one'),
        ("Y,X\n1,2\n", "no column of standard input is an input of the program", "are Y, X; y=@Y is one under another"),
        ("1,2\n3,4\n", "the first line holds numbers: it names the inputs", "write a line above it: x,y"),
        ("x|y\n3|4\n", "standard input is separated by |", "write sep=| as the first line"),
        ("x,y\nfive,1\n(3),2\n", "no row can be read; the first: line 2, column 1 (x) is not a number: it is text", ""),
        ("x;y\n1;(60)\n", "no row can be read; the first: line 2, column 2 (y) is not a number", "write -60 or 60"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_its_own_words(gradx: Any, stdin: str, message: str, hint: str) -> None:
    answer = gradx("eval", "x*y", "--data", "-", stdin=stdin)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"error: {message}")
    assert hint in answer.err
    assert gradx("eval", "x*y", "x=@my col", "--data", "-", stdin="y,my col\n1,2\n").code == 0


def test_a_column_that_is_an_input_is_not_offered_for_another(gradx: Any) -> None:
    answer = gradx("eval", "w*x", "--data", "-", stdin="x\n2\n")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[-1] == 'hint: gradx eval --data - "w*x" w=1'


def test_rows_are_not_written_over_those_that_are_read(gradx: Any, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x\n1\n")
    (tmp_path / "link.csv").symlink_to("rows.csv")
    for output in ("rows.csv", "./rows.csv", "link.csv"):
        answer = gradx("eval", "x^2", "--data", "rows.csv", "--output", output, "--force")
        assert (answer.code, answer.out) == (2, "")
        assert "rows.csv is the input, and is not written over" in answer.err
    assert (tmp_path / "rows.csv").read_text() == "x\n1\n"


def test_a_text_that_is_cut_off_within_a_letter_is_no_fault(gradx: Any) -> None:
    cut = "x,y\n1,2\n".encode("utf-16")[:-1]
    assert gradx("eval", "x*y", "--data", "-", stdin=b"\xff\xfe\x00").code == 2
    assert gradx("eval", "x*y", "--data", "-", stdin=cut).err.startswith("error: no row can be read; the first: line 2")
