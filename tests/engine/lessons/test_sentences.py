"""What is said of a mistake is so: each derivative in a sentence and each formula that an edit makes, judged anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.lessons.checking import solve
from gradx.lessons.claims.page import read_page

CASES = Path(__file__).parents[2] / "cases"
SLOPE = re.compile(r"d/d(\w+) of (.+?) is ([^;,]+?)(?:, -?[0-9./e+-]+ at .*)?(?: \(.* times\))?$")

SIDE_BY_SIDE = [
    ("x^3*y^2", "dx = 3xy^2"), ("x^2*y^3", "dx = 2xy^2"), ("a*x^2*y^3", "dx = 2axy^2"), ("x^2*y", "dy = x y"),
    ("a*x*sin(x)", "dx = a sin x + x cos x"), ("x^2*y*z", "dx = 2yz"), ("x*y/z", "dz = xy/z^2"),
    ("5*x*y^3", "dy = 15xy^2"), ("xyz", "dx = yz^2"), ("sin(xy)", "dx = ycos(xy^2)"), ("e^(xy)", "dy = xe^(xy^2)"),
    ("x^2e^y", "dx = 2xe^x"), ("xsin(y)+ycos(x)", "dx = sin(y)-ysin(y)"), ("x^2y^3+xy", "dx = 3xy^3+y"),
]  # fmt: skip


def single_claims() -> list[tuple[str, str]]:
    rows = json.loads((CASES / "claims.json").read_text("utf-8"))
    claims = [(row["expression"], f"d{row['wrt']} = {row['claim']}") for row in rows]
    lines = [json.loads(line) for line in (CASES / "homework_single.jsonl").read_text("utf-8").splitlines()]
    return [*SIDE_BY_SIDE, *claims, *((line["program"], line["claim"]) for line in lines if not line["point"])]


def status(program: str, claim: str) -> str:
    read_program = read(program)
    return solve(read_program, read_page(read_program, [claim]).claims, (), None, None).results[0].status


@pytest.mark.sampled(12)
@pytest.mark.parametrize(("program", "claim"), single_claims())
def test_a_sentence_is_true(program: str, claim: str) -> None:
    read_program = read(program)
    (result,) = solve(read_program, read_page(read_program, [claim]).claims, (), None, None).results
    if result.mistake is None:
        return
    if result.mistake.repair and not result.mistake.helper:
        assert status(program, f"{claim.partition('=')[0]} = {result.mistake.repair}") == "correct"
    for said in result.mistake.message.split("; "):
        found = SLOPE.search(said)
        if found and "…" not in said:
            wrt, of, right = found.groups()
            head, equals, _ = program.rpartition("; ")
            last = program if re.match(r"\w+\s*=", program.removeprefix(head + equals)) else head
            try:
                assert status(f"{last}{'; ' if last else ''}qqq = {of}", f"dqqq/d{wrt} = {right}") == "correct", said
            except GradxError as error:
                pytest.fail(f"{said}: {error}")
