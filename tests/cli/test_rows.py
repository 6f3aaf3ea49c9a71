"""Rows of answers: the numbers of ranges, and the points of a file."""

from __future__ import annotations

import csv
import io
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

POINTS = [(Fraction(5), Fraction(3), Fraction(2)), (Fraction(1, 3), Fraction(-1, 2), Fraction(7)), (Fraction(0),) * 3]
HEADER = ["a", "b", "c", "value", "da", "db", "dc", "status", "reason"]


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.out)))


def the_card(a: Fraction, b: Fraction, c: Fraction) -> list[str]:
    """3*(a + b*c) and its derivatives, made by hand."""
    numbers = (a, b, c, 3 * (a + b * c), Fraction(3), 3 * c, 3 * b)
    return [*(str(float(number)) for number in numbers), "ok", ""]


@pytest.mark.parametrize("separator", [",", ";", "\t", ", "])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_gives_a_row_for_every_row(
    gradx_inside: Any, tmp_path: Path, separator: str, mark: str, end: str
) -> None:
    lines = [separator.join(cells) for cells in (("a", '"b"', "c"), *(map(str, point) for point in POINTS))]
    file = tmp_path / "points.csv"
    file.write_bytes((mark + end.join([*lines, "", ""])).encode())
    answer = gradx_inside("eval", "3*(a+b*c)", "--data", str(file), "--format", "csv")
    assert (answer.code, answer.err) == (0, "")
    assert table(answer) == [HEADER, *(the_card(*point) for point in POINTS)]


def test_the_columns_may_stand_in_any_order_among_others(gradx: Any) -> None:
    given = "id,c,b,w[1]\nfirst,2,3,4\n\nsecond,7,1,4\n"
    answer = gradx("eval", "3*(a+b*c)*w1", "a=5", "--data", "-", "--wrt", "a,w1", "--format", "csv", stdin=given)
    assert answer.code == 0
    assert [row[:7] for row in table(answer)[1:]] == [
        ["5.0", "3.0", "2.0", "4.0", "132.0", "12.0", "33.0"],
        ["5.0", "1.0", "7.0", "4.0", "144.0", "12.0", "36.0"],
    ]
    assert answer.err == "warning: the column id is not used: the program has no such input\n"


@pytest.mark.parametrize(
    ("given", "message", "pointed_at"),
    [
        ("x,y\n1,2\n3,\n", "line 3, column 2 (y) is empty", (3, 3, 1)),
        ("x,y\n1,2\n3\n", "line 3, column 2 (y) is empty", (3, 2, 1)),
        ("x,y\n\n1,2\n3,abc\n", "line 4, column 2 (y) is not a number", (4, 3, 3)),
        ('"x";"y"\n"1";"2,5"\n', "line 2, column 2 (y) is not a number", (2, 6, 3)),
        ("x,y\n1,nan\n", "line 2, column 2 (y) is not a number", (2, 3, 3)),
        ("x,y\n1,1e999\n", "line 2, column 2 (y) is not a number", (2, 3, 5)),
        ("x,y\n1,2,3\n", "line 2 has 3 cells, and the first line names 2 columns", (2, 5, 1)),
        ("x,y,x\n1,2,3\n", "two columns are named x", (1, 5, 1)),
        ("1,2\n3,4\n", "the first line holds numbers: it names the inputs", (1, 1, 1)),
        ("x,y\n", "standard input has names and no rows", (None, None, None)),
        ("\n", "standard input is empty", (None, None, None)),
        ('x,y\n1,"2\n', "standard input is not CSV from line 2 on", (None, None, None)),
    ],
)
def test_a_cell_that_is_no_number_is_named(gradx: Any, given: str, message: str, pointed_at: Any) -> None:
    answer = gradx("eval", "x*y", "--data", "-", "--json", "--strict", stdin=given)
    assert (answer.code, answer.out) == (2, "")
    error = json.loads(answer.err)["error"]
    assert error["message"].startswith(message)
    assert (error["line"], error["column"], error["length"]) == pointed_at
    assert error["hint"]


def test_a_range_counts_from_the_first_number_to_the_last(gradx: Any) -> None:
    assert gradx("eval", "x^2", "x=1..3", "--quiet").out.split() == ["1", "4", "9"]
    assert gradx("eval", "2x", "x=0..1:0.25", "--quiet").out.split() == ["0", "0.5", "1", "1.5", "2"]
    assert gradx("eval", "x", "x=-0.3..0:0.1", "--digits", "17", "--quiet").out.split()[1] == "-0.20000000000000001"


def test_ranges_and_a_file_are_paired(gradx: Any) -> None:
    answer = gradx("eval", "x+10y+100z", "x=1..2", "--data", "-", "z=0..1", "--quiet", stdin="y\n3\n4\n")
    assert answer.out.split() == ["31", "131", "32", "132", "41", "141", "42", "142"]


def test_a_row_without_a_value_stops_no_other(gradx: Any) -> None:
    words = ("eval", "log(x) + relu(x - 1)", "x=0..2")
    answer = gradx(*words)
    assert answer.code == 1
    marks = [re.split(r" {3,}", line.strip()) for line in answer.out.splitlines()[5:8]]
    assert marks == [["0", "–", "–", "! no value"], ["1", "0", "1", "! kink"], ["2", "1.693147181", "1.5", "✓"]]
    assert "x = 0: log needs an argument above 0, and x is 0 here" in answer.out
    assert gradx(*words, "--exit-zero").code == 0
    assert gradx(*words, "--quiet").out.split() == ["nan", "0", "1.693147181"]
    rows = json.loads(gradx(*words, "--json").out)["rows"]
    assert [(row["status"], row["proved"]) for row in rows] == [("no value", False), ("kink", False), ("ok", True)]
    assert [(row["value"], row["gradients"]["x"]) for row in rows][:2] == [(None, None), (0.0, 1.0)]


def test_a_row_is_judged_as_its_point_is(gradx_inside: Any) -> None:
    program = "sqrt(abs(x)) + (1 + x*1e-20 - 1)*y"
    rows = json.loads(gradx_inside("eval", program, "x=-1..1", "y=1", "--json").out)["rows"]
    for row in rows:
        point = [f"{name}={number!r}" for name, number in row["point"].items()]
        alone = json.loads(gradx_inside("eval", program, *point, "--json", "--no-symbolic").out)
        statuses = {node["verdict"]["status"] for node in alone["nodes"] if node["kind"] == "input"}
        statuses.add(alone["value_verdict"]["status"])
        assert row["value"] == alone["value"]
        assert row["gradients"] == alone["gradients"]
        assert row["status"] == "ok" if statuses == {"agree"} else row["status"] in statuses - {"agree"}


@pytest.mark.parametrize("columns", ["40", "60", "80", "160"])
def test_rows_are_a_table_that_fits(gradx: Any, columns: str) -> None:
    words = ("eval", "sin(w*x + b)/x", "w=1/3", "b=1/7", "x=1/9..1:1/9")
    lines = gradx(*words, env={"COLUMNS": columns}).out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert sum(line.strip().endswith("✓") for line in lines) == 9
    assert len(lines) <= 18 or columns == "40"


@pytest.mark.parametrize("name", ["text", "markdown", "latex", "html"])
def test_every_format_has_every_row(gradx_inside: Any, name: str) -> None:
    out = gradx_inside("eval", "x^3", "x=5..9", "--format", name).out
    assert all(re.search(rf"\b{x**3}\b", out) and re.search(rf"\b{3 * x**2}\b", out) for x in range(5, 10))


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("x^2", "x=3..1"), "a range goes from a smaller number to a larger one", "x=1..3"),
        (("x^2", "x=1.."), "a range has a number on either side of its points", "x=1..3"),
        (("x^2", "x=0..1:0"), "the step of a range is above 0", "x=0..1:0.25"),
        (("x^2", "x=0..0.5"), "the step is longer than the range", "x=0..0.5:0.05"),
        (("x^2", "x=0..1e9"), "1,000,000,001 rows are more than the 100,000", "step"),
        (("x*y", "x=1..1000", "y=1..1000"), "1,000,000 rows are more than the 100,000", "step"),
        (("x^2", "x=1..a"), "a value is a number or a constant expression", "1/3"),
        (("x*y*z", "x=1..3", "z=2"), "y has no value", 'gradx eval "x*y*z" x=1..3 z=2 y=1'),
        (("x^2", "x=1..3", "x=2"), "`x` has two values", "leave one"),
        (("v = x^2; v + 1", "x=1..3", "--only", "v"), "a row has the gradients of inputs", "--wrt"),
        (("x^2", "x=1,2,3"), "a comma only separates", 'hint: gradx eval "x^2" x=1..3 or '),
        (("x^2", "x=0,0.5,1"), "a comma only separates", 'hint: gradx eval "x^2" x=0..1:0.5 or '),
        (("-", "--data", "-"), "standard input holds the program or the data", "--file"),
    ],
)
def test_what_is_no_row_says_what_would_be(gradx_inside: Any, words: tuple[str, ...], message: str, hint: str) -> None:
    answer = gradx_inside("eval", *words)
    assert answer.code == 2
    assert message in answer.err
    assert hint in answer.err.splitlines()[-1]


@pytest.mark.parametrize(("only", "slopes"), [("y", "dy"), ("inputs", "dx,dy"), ("x,y", "dx,dy")])
def test_only_chooses_the_gradients_of_a_row(gradx_inside: Any, only: str, slopes: str) -> None:
    answer = gradx_inside("eval", "abs(x)*y", "x=0..1", "y=2", "--only", only, "--format", "csv")
    assert answer.out.splitlines()[0] == f"x,y,value,{slopes},status,reason"
    assert answer.code == (only != "y")  # the kink is in dx


def test_a_name_of_a_column_is_a_name_of_the_program(gradx: Any) -> None:
    answer = gradx("eval", "2*e", "--data", "-", "--quiet", stdin="e\n4\n5\n")
    assert answer.out.split() == ["8", "10"]


def test_points_may_stand_in_a_list(gradx: Any) -> None:
    answer = gradx("eval", "x*y", "at", "x=1..2,", "y=2", "--quiet")
    assert answer.out.split() == ["2", "4"]


def test_an_input_with_a_heading_of_ours_keeps_it(gradx: Any) -> None:
    answer = gradx("eval", "value*status", "value=2", "status=3..4", "--format", "csv")
    assert table(answer)[0] == ["value", "status", "value_", "dvalue", "dstatus", "status_", "reason"]
    assert [row[2] for row in table(answer)[1:]] == ["6.0", "8.0"]


def test_a_file_says_by_itself_what_is_asked(gradx: Any) -> None:
    assert gradx("x*y", "--data", "-", "--quiet", stdin="x,y\n2,3\n").out == "6\n"
    assert "--data is an option of gradx eval, diff and descend" in gradx("cost", "x*y", "--data", "-").err


def test_other_commands_say_that_a_range_is_for_eval(gradx_inside: Any) -> None:
    answer = gradx_inside("explain", "x^2", "x=1..3")
    assert answer.code == 2
    assert "a range is more than one number" in answer.err
    assert "gradx eval" in answer.err
