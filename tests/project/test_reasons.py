"""docs/verdicts.md tells what each reason and each note means: what the engine says is one of the patterns there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gradx.language.program import read
from gradx.point.exploration import Options, explore

DOCUMENT = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text("utf-8")
SECTION = DOCUMENT.partition("## Every reason")[2].partition("\n## ")[0]
PATTERNS = re.findall(r"^\| `(.+?)` \|", SECTION, re.MULTILINE)

PROGRAMS: list[tuple[str, float, str]] = [
    ("abs(x)", 0, "kink"), ("hypot(x, 2*x)", 0, "kink"), ("sqrt(x)", 0, "edge"), ("acos(x)", 1, "edge"),
    ("sqrt(-abs(x))", 0, "edge"), ("floor(x)", 2, "jump"), ("cbrt(x)", 0, "vertical"),
    ("1e16 + x - 1e16", 0.1, "inexact"), ("exp(x)", 800, "inexact"), ("exp(x)", -800, "inexact"),
    ("exp(x)/exp(x)", 800, "inexact"), ("relu(x) - relu(-x)", 0, "inexact"), ("sin(exp(exp(x)))", 15, "undecided"),
    ("ceil(erf(200*x))", 1, "undecided"), ("where(x > 0, x, log(x + 9))", 1, "unchecked"),
    ("exp(exp(exp(exp(x))))", 10, "undecided"),
]  # fmt: skip


def is_told(text: str) -> bool:
    """Whether a reason is one of the patterns, or begins with one."""
    return any(re.match(".+?".join(map(re.escape, pattern.split("…"))), text) for pattern in PATTERNS)


@pytest.mark.parametrize(("text", "x", "status"), PROGRAMS)
def test_what_a_verdict_and_a_nudge_say_is_in_the_document(text: str, x: float, status: str) -> None:
    found = explore(read(text), {"x": float(x)})
    verdicts = [found.value_verdict, *(node.verdict for node in found.nodes)]
    assert status in {verdict.status for verdict in verdicts}
    said = [verdict.reason for verdict in verdicts] + [node.nudge.note for node in found.nodes if node.nudge]
    assert [reason for reason in said if reason is not None and not is_told(reason)] == []


@pytest.mark.parametrize(
    ("text", "x", "epsilon"),
    [("x^3", 1e-4, 0.1), ("1e9 + x", 1, 1e-9), ("x^2", 1e17, 1e-3), ("sqrt(-x)", 0, 0.1), ("exp(x)", 709.7, 0.5)],
)
def test_what_a_nudge_says_is_in_the_document(text: str, x: float, epsilon: float) -> None:
    found = explore(read(text), {"x": float(x)}, options=Options(epsilon=epsilon))
    notes = [node.nudge.note for node in found.nodes if node.nudge and node.nudge.note]
    assert notes
    assert [note for note in notes if not is_told(note)] == []


@pytest.mark.parametrize(
    "words",
    [
        ("x*abs(x)", "x=0", "--order", "2"), ("x^2.5", "x=0", "--order", "2"), ("cbrt(x)^4", "x=0", "--order", "2"),
        ("abs(x)*y", "x=0", "y=1", "--by", "x,y"), ("where(x == 0, 2*x, x*(1 + y))", "x=0", "y=1", "--by", "x,y"),
        ("z = x^2; z*x", "x=1", "--by", "z,x"), ("x^2 + y^2 = 25", "--implicit", "y", "x=3", "y=5"),
        ("x^2 + y^2 = 25", "--implicit", "y", "x=3", "y=3.9999"), ("x^2 + y^2 = 25", "--implicit", "y", "x=5", "y=0"),
        ("x + abs(y) = 1", "--implicit", "y", "x=1", "y=0"),
    ],
    ids=str,
)  # fmt: skip
def test_what_diff_says_of_a_number_is_in_the_document(gradx_inside: Any, words: tuple[str, ...]) -> None:
    found = json.loads(gradx_inside("diff", *words, "--json").out)["derivatives"]
    said = [derivative["verdict"]["reason"] for derivative in found]
    assert [reason for reason in said if reason is not None] != []
    assert [reason for reason in said if reason is not None and not is_told(reason)] == []
