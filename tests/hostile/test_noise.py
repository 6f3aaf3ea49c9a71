"""Random command lines and random bytes end in the documented way. 100,000 of them: `make proof`."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hostile.command_lines import command_line, run, standard_input
from hostile.rows import Row, faults
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

BATCH = 100

words = st.text(st.characters(exclude_characters="\0/"), max_size=20)


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def faults_of(line: list[str], stdin: bytes = b"") -> list[str]:
    row = Row("", "random", tuple(line), None, {}, "either")
    return list(faults(row, run(line, stdin)._replace(files=())))


@pytest.mark.sampled(6)
@pytest.mark.parametrize("seed", range(6))
def test_random_command_lines(seed: int) -> None:
    generator = random.Random(seed)
    for _ in range(BATCH):
        line, stdin = command_line(generator), standard_input(generator)
        assert faults_of(line, stdin) == [], line


@settings(
    max_examples=2 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(words, max_size=5))
@example(["eval"])
@example(["eval", "x", "x=1", "--"])
def test_any_words(line: list[str]) -> None:
    assert faults_of(line) == []


@settings(
    max_examples=2 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["eval", "explain", "graph", "cost"]), words, st.lists(words, max_size=3))
def test_any_expression_and_bindings(command: str, text: str, bindings: list[str]) -> None:
    assert faults_of([command, text, *bindings]) == []


@pytest.mark.slow
@settings(
    max_examples=2 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00x")
@example("x+1".encode("utf-16"))
def test_any_bytes_on_standard_input(content: bytes) -> None:
    assert faults_of(["eval", "-", "x=1"], content) == []


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=20).map(lambda word: word.replace(b"\0", b"")), max_size=4), st.binary(max_size=50))
def test_any_bytes_on_the_real_command_line(line: list[bytes], stdin: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gradx_cli", *line],
        input=stdin,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True,
        timeout=50,
    )
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert all(text.decode().replace("\n", "").isprintable() for text in (done.stdout, done.stderr))
