"""Standard output, standard error, colours, encodings, pipes: readable and quiet in every surrounding."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

WORDS = ("eval", "relu(α*x)", "α=1", "x=0", "--no-symbolic")
CARD = ("eval", "3*(a+b*c)", "a=5", "b=3", "c=2", "--no-symbolic")


def colored(text: str) -> bool:
    return "\x1b[" in text


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "", "NO_COLOR": ""}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_are_there_when_they_are_wanted(gradx: Any, env: dict[str, str], expected: bool) -> None:
    assert colored(gradx(*CARD, env=env).out) is expected


def test_a_table_in_colour_is_the_same_table(gradx: Any) -> None:
    import re

    plain, color = gradx(*CARD).out, gradx(*CARD, env={"FORCE_COLOR": "1"}).out
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", color).splitlines()] == plain.splitlines()


@pytest.mark.parametrize("format", ["csv", "markdown", "latex", "text", "json", "html"])
def test_only_the_table_has_colours(gradx_inside: Any, format: str) -> None:
    assert not colored(gradx_inside(*CARD, "--format", format, env={"FORCE_COLOR": "1"}).out)


@pytest.mark.sampled(12)
@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PYTHONIOENCODING": "ascii"}, ()),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, ()),
        ({}, ("--ascii",)),
    ],
)
@pytest.mark.parametrize("format", ["table", "text", "markdown", "csv", "latex", "json", "html"])
def test_ascii_alone_still_reads(gradx: Any, env: dict[str, str], words: tuple[str, ...], format: str) -> None:
    answer = gradx(*CARD, *words, "--format", format, env=env)
    assert answer.code == 0
    if format != "json" or not words:
        assert answer.out.isascii()
    if format == "table":
        assert "J -> 33.006" in answer.out
        assert "ok all 6 gradients" in answer.out
        assert "-----" in answer.out


def test_a_greek_name_in_ascii_is_written_out(gradx: Any) -> None:
    answer = gradx(*WORDS, "--ascii")
    assert answer.out.isascii()
    assert r"d\u03b1" in answer.out or "dalpha" in answer.out


def test_an_error_in_an_ascii_surrounding(gradx: Any) -> None:
    answer = gradx("eval", "α*ß", "α=1", env={"PYTHONIOENCODING": "ascii"})
    assert answer.code == 2
    assert answer.err.isascii()
    assert answer.err.startswith("error: ")


def test_data_is_on_standard_output_and_everything_else_is_not(gradx: Any) -> None:
    assert gradx(*CARD).err == ""
    for words in (("eval", "x+"), ("eval", "x", "--nope"), ("nope",), ("eval", "log(x)", "x=-1")):
        answer = gradx(*words)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("error: ")


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gradx_cli", *CARD, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(30) == 0
    with process.stderr as errors:
        assert errors.read() == b""


@pytest.mark.sampled(3)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")
@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_a_full_disk_is_one_error(gradx: Any, format: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gradx_cli", *CARD, "--format", format],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=30,
        )
    assert done.returncode == 2
    first, *rest = done.stderr.decode().splitlines()
    assert "No space left" in first
    assert not any("Traceback" in line or "Exception" in line for line in rest)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams(closed: str) -> None:
    command = f'"{sys.executable}" -m gradx_cli eval x^2 x=3 --no-symbolic {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=30)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_reading_that_never_comes(gradx: Any) -> None:
    done = subprocess.run(["sh", "-c", f'"{sys.executable}" -m gradx_cli eval - <&-'], capture_output=True, timeout=30)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
