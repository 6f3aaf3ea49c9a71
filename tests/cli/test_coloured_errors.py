"""Errors in colour: where the terminal has colours, and nowhere else; the words are the same."""

from __future__ import annotations

import re
from typing import Any

import pytest

WRONG = ("eval", "x^2 + sin(", "x=3")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def said(gradx: Any, words: tuple[str, ...], **environment: str) -> str:
    return str(gradx(*words, env=environment).err)


def test_an_error_has_colours_where_they_are_wanted(gradx: Any) -> None:
    plain = said(gradx, WRONG)
    coloured = said(gradx, WRONG, FORCE_COLOR="1")
    assert "\x1b" not in plain
    assert ESCAPES.sub("", coloured) == plain
    error, source, caret, hint = coloured.splitlines()
    assert error.startswith("\x1b[1;31merror:\x1b[0m ")
    assert source == "  x^2 + sin("
    assert re.fullmatch(r"\x1b\[1;31m +\^\x1b\[0m", caret)
    assert hint.startswith("\x1b[36mhint:\x1b[0m ")


def test_a_warning_too(gradx: Any) -> None:
    words = ("graph", "x^2", "x=3", "y=1")
    coloured = said(gradx, words, FORCE_COLOR="1")
    assert coloured.startswith("\x1b[33mwarning:\x1b[0m ")
    assert ESCAPES.sub("", coloured) == said(gradx, words)


def test_no_color_is_obeyed(gradx: Any) -> None:
    assert "\x1b" not in said(gradx, WRONG, NO_COLOR="1", FORCE_COLOR="1")


@pytest.mark.parametrize("typed", ["x\x1b[31m + ", "x + [red]y[/red](", "x \x07 + @"])
def test_what_was_typed_colours_nothing(gradx: Any, typed: str) -> None:
    coloured = said(gradx, ("eval", typed), FORCE_COLOR="1")
    ours = {"\x1b[1;31m", "\x1b[36m", "\x1b[0m"}
    assert set(ESCAPES.findall(coloured)) <= ours
    assert ESCAPES.sub("", coloured) == said(gradx, ("eval", typed))


@pytest.mark.parametrize(
    ("terminal", "grey"),
    [({"TERM": "xterm-256color"}, "\x1b[38;5;244m"), ({"COLORTERM": "truecolor"}, "\x1b[38;5;244m"),
     ({"TERM": "xterm"}, "\x1b[2m")],
)  # fmt: skip
def test_what_is_quiet_can_be_read(gradx: Any, terminal: dict[str, str], grey: str) -> None:
    table = gradx("eval", "x^2", "x=3", "--no-symbolic", env={"FORCE_COLOR": "1", **terminal}).out
    assert grey in table
    assert "\x1b[90m" not in table
