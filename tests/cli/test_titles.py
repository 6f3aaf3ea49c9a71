"""What stands above an answer: the program as it was read, whole or, of a long one, its two ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

COMMANDS = {
    "eval": ["--no-symbolic"],
    "explain": [],
    "plot": ["--over", "x=-1..1"],
    "descend": ["--rate", "0.1", "--steps", "2"],
    "cost": [],
    "graph": [],
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_long_program_is_shown_by_its_ends_in_lines_that_fit(gradx: Any, tmp_path: Path, command: str) -> None:
    long = "; ".join(f"t{k} = sin(t{k - 1})" for k in range(1, 500))
    (tmp_path / "long.txt").write_text(f"t0 = x^2; {long}; J = t499 + x")
    answer = gradx(command, "--file", "long.txt", "x=1", *COMMANDS[command], env={"COLUMNS": "80"})
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert len(answer.out) < 20_000
    assert max(map(len, lines)) <= 80
    title = " ".join(line.strip() for line in lines[1 : lines.index("", 1)])
    assert title.startswith("t0 = x^2; t1 = sin(t0); ")
    assert "t499 = sin(t498); J = t499 + x" in title
    assert "t250" not in title
