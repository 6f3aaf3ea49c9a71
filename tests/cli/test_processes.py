"""Most tests run the command in their own process; here that is held to the command as a user starts it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Run, new_process
from forks import WARM

SEEN = (
    ("eval", "sin(x)*exp(x)", "x=1"),
    *(words for words in WARM if words[0] != "cost"),  # it shows how long it took
    ("eval", "-", "x=1", "--checks", "none", "--no-symbolic", "--format", "csv"),
    ("eval", "(1 - cos(x))/x^2", "x=1e-8", "--no-symbolic"),
    ("eval", "α*ß", "α=1"),
    ("plot", "1/x", "--over", "x=-1..1", "--json"),
    ("--version",),
    ("nonsense",),
    (),
)


@pytest.mark.sampled(9)
@pytest.mark.parametrize("words", SEEN, ids=" ".join)
def test_a_command_line_is_answered_as_in_a_process_of_its_own(
    words: tuple[str, ...], gradx: Run, tmp_path: Path
) -> None:
    stdin = "3*x # é"
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "COLUMNS": "80"}
    as_started = new_process(words, stdin.encode(), environment, tmp_path, 50)
    assert gradx(*words, stdin=stdin, env={"COLUMNS": "80"}) == as_started


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "words", [("eval", "α*ß", "α=1", "ß=2"), ("eval", "λ*√x + @"), ("eval", "--help")], ids=" ".join
)
def test_so_it_is_where_the_streams_are_in_ascii(words: tuple[str, ...], gradx: Run, tmp_path: Path) -> None:
    ascii_streams = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "COLUMNS": "80"}
    as_started = new_process(words, None, {"PATH": os.environ["PATH"], **ascii_streams}, tmp_path, 50)
    assert gradx(*words, env=ascii_streams) == as_started
