"""gradx diff at many points: the formulas once, a row of numbers for each."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.out)))


def test_a_range_gives_the_derivative_at_each_of_its_numbers(gradx_inside: Any) -> None:
    answer = gradx_inside("diff", "sin(x)", "x=0..1:0.25", "--order", "2", "--json")
    found = json.loads(answer.out)
    assert [d["formula"] for d in found["derivatives"]] == ["-sin(x)"]
    assert [row["point"]["x"] for row in found["rows"]] == [0.0, 0.25, 0.5, 0.75, 1.0]
    for row in found["rows"]:
        assert row["numbers"]["d^2J/dx^2"] == pytest.approx(-math.sin(row["point"]["x"]), rel=1e-14)
        assert (row["status"], row["proved"]) == ("ok", True)


def test_a_file_gives_a_row_for_every_row(gradx_inside: Any, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("id,y,x\n7,3,2\n8,-1,0.5\n")
    answer = gradx_inside("diff", "x^2*y^3", "--data", str(file), "--order", "2", "--format", "csv")
    assert answer.code == 0
    assert table(answer) == [
        ["x", "y", "value", "∂^2J/∂x^2", "∂^2J/∂y∂x", "∂^2J/∂y^2", "status", "reason"],
        ["2.0", "3.0", "108.0", "54.0", "108.0", "72.0", "ok", ""],
        ["0.5", "-1.0", "-0.25", "-2.0", "3.0", "-1.5", "ok", ""],
    ]
    assert "the column id is not used" in answer.err


def test_what_is_not_there_is_a_row_as_well(gradx_inside: Any) -> None:
    answer = gradx_inside("diff", "x^2*abs(x) + log(x + 1)", "x=-1..1", "--order", "3", "--format", "csv")
    assert [row[3] for row in table(answer)[1:]] == ["no value", "kink", "ok"]
    assert answer.code == 0


def test_an_equation_has_rows(gradx_inside: Any) -> None:
    answer = gradx_inside("diff", "x^2 + y^2 = 25", "--implicit", "y", "x=3", "y=4..5", "--format", "csv")
    assert [row[3:5] for row in table(answer)[1:]] == [["-0.75", "ok"], ["-0.6", "undecided"]]


@pytest.mark.parametrize("format", ["table", "text", "json", "csv", "markdown", "latex", "html"])
def test_rows_in_every_format(gradx_inside: Any, format: str) -> None:
    answer = gradx_inside("diff", "w*x^2", "x=1..3", "w=2", "--wrt", "x", "--format", format)
    assert answer.code == 0
    for number in ("4", "8", "12"):
        assert number in answer.out


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_numbers_are_whole_at_every_width(gradx: Any, width: str) -> None:
    answer = gradx("diff", "x^3*y", "x=0.1", "y=1..2", "--order", "2", env={"COLUMNS": width})
    assert answer.code == 0
    assert "0.6" in answer.out
    assert max(map(len, answer.out.splitlines())) <= int(width)


@pytest.mark.parametrize("option", [("--taylor", "2"), ("--steps",)])
def test_what_has_no_rows(gradx_inside: Any, option: tuple[str, ...]) -> None:
    answer = gradx_inside("diff", "sin(x)", "x=0..1", *option)
    assert answer.code == 2
    assert f"{option[0]} and many points do not go together" in answer.err


def test_quiet_rows_are_the_numbers_alone(gradx_inside: Any) -> None:
    assert gradx_inside("diff", "x^3", "x=1..3", "--quiet").out.split() == ["3", "12", "27"]
