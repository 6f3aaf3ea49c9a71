"""No page shows a name that nobody typed and no node bears: what a formula is made of inside has none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gradx.language.program import read

CASES = Path(__file__).parents[1] / "cases"
FILES = (
    "forms.json",
    "forms_more.json",
    "forms_course.json",
    "forms_second.json",
    "forms_third.json",
    "forms_fourth.json",
)
ROWS = [row for file in FILES for row in json.loads((CASES / file).read_text("utf-8")) if row["task"] == "derivative"]
PROGRAMS = [
    "P*(J/(1-(1+J/100)^(-n)))",
    "where(x < 0, 0, 1)*y",
    "x*abs(x) + y",
    "max(x, y)*x",
    "x^3*sin(1/x)",
    "relu(x)^2*y",
    *dict.fromkeys(row["program"] for row in ROWS[::40] if len(row["program"]) < 40),
]
INSIDE = re.compile(r"(?<![\w{}^\\])_\d+\b")


@pytest.mark.sampled(9)
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_name_from_inside_is_shown(gradx_inside: Any, program: str) -> None:
    graph = read(program).graph
    names = [graph.names[i] for i in graph.inputs]
    first, output = names[0], graph.names[graph.output]
    asked = [
        ["diff", program, "--order", "2", "--wrt", first],
        ["check", program, f"d{output}/d{first} = 3*{first}", f"d2{output}/d{first}2 = {first}", "--no-symbolic"],
        ["explain", program, "--no-symbolic"],
        *(["export", program, "--to", target] for target in ("python", "latex", "c")),
    ]
    for number in ("0", "0.3"):
        point = [f"{name}={number}" for name in names]
        asked += [
            ["diff", program, *point, "--steps"],
            ["diff", program, *point, "--order", "2", "--wrt", first],
            ["eval", program, *point, "--no-symbolic"],
            ["check", program, f"d2{output}/d{first}2 = 3*{first}", *point, "--no-symbolic"],
        ]
    for words in asked:
        answer = gradx_inside(*words)
        assert not INSIDE.search(answer.out + answer.err), words
