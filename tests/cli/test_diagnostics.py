"""An error as data, drawn: the caret stands under the place, whatever the line is like."""

from __future__ import annotations

import io
from typing import Any

import pytest

from gradx.errors import Problem, Source, Span
from gradx_cli.diagnostics import as_json, caret_lines
from gradx_cli.terminal import Terminal
from gradx_cli.width import cells


def problem(text: str, offset: int, length: int = 1, source: str = "program") -> Problem:
    return Problem("syntax", "it is wrong", "put it right", Span(Source(source, text), offset, length))


def marked(lines: list[str]) -> str:
    """The part of the source line that stands over the carets."""
    line, carets = lines[1], lines[2]
    first = len(carets) - len(carets.lstrip())
    columns = [character for character in line for _ in range(cells(character))]
    return "".join(columns[first : len(carets)])


def caret_text(problem: Problem, width: int | None = None, *, unicode: bool = True) -> list[str]:
    """The lines of a problem without their styles."""
    screen = Terminal(io.StringIO(), width, color=False, unicode=unicode)
    return ["".join(text for text, _ in line) for line in caret_lines(problem, screen)]


def test_message_line_caret_hint() -> None:
    assert caret_text(problem("3*(a+bc)", 5, 2)) == [
        "error: it is wrong",
        "  3*(a+bc)",
        "       ^^",
        "hint: put it right",
    ]


def test_without_a_place_there_is_only_the_message() -> None:
    assert caret_text(Problem("usage", "no")) == ["error: no"]


def test_a_place_behind_the_text_gets_a_caret_behind_it() -> None:
    assert caret_text(problem("x+", 2))[1:3] == ["  x+", "    ^"]


def test_a_long_line_is_cut_to_a_window_around_the_place() -> None:
    for offset in (0, 10, 50_000, 99_998):
        text = "a+" * 50_000
        text = f"{text[:offset]}@{text[offset + 1 :]}"
        lines = caret_text(problem(text, offset), 60)
        assert max(map(len, lines)) <= 60
        assert marked(lines) == "@"
        assert ("…" in lines[1][:4]) == (offset > 20)


def test_a_place_longer_than_the_window_is_marked_as_far_as_it_is_shown() -> None:
    lines = caret_text(problem("(" * 1000, 0, 1000), 40)
    assert max(map(len, lines)) <= 40
    assert marked(lines).rstrip("…") == "(" * (len(marked(lines)) - 1)


def test_only_the_line_of_the_place_is_shown_with_its_number() -> None:
    lines = caret_text(problem("u = 1\n\tv = @\nw = 2", 11))
    assert lines[1:3] == ["  2 | v = @", "          ^"]


@pytest.mark.parametrize("before", ["日本語", "e\u0301e\u0301", "\x1b[31m", "\u202e", "😀"])
def test_the_caret_is_aligned_after_wide_combining_and_escaped_characters(before: str) -> None:
    lines = caret_text(problem(f"{before}@", len(before)))
    assert lines[1].endswith("@")
    assert cells(lines[1]) == len(lines[2])
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("before", ["λ*", "x² + ½", "日本語", "→"])
def test_the_caret_is_aligned_in_ascii_too(before: str) -> None:
    lines = caret_text(problem(f"{before}@ + {before}", len(before)), unicode=False)
    assert all(map(str.isascii, lines))
    assert marked(lines) == "@"


def test_a_long_line_is_cut_in_ascii_too() -> None:
    lines = caret_text(problem("λ + " * 100 + "@" + " + λ" * 100, 400), 50, unicode=False)
    assert max(map(len, lines)) <= 50
    assert marked(lines) == "@"


def test_the_command_draws_the_caret_for_its_own_terminal(gradx: Any) -> None:
    lines = gradx(
        "eval", "λ*√x + @", env={"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    ).err.splitlines()
    assert lines[1].index("@") == lines[2].index("^")


def test_json_has_every_key_and_counts_from_the_start_of_the_text() -> None:
    assert as_json(problem("u = 1\nv = @", 10, source="binding x")) == {
        "kind": "syntax",
        "message": "it is wrong",
        "hint": "put it right",
        "source": "binding x",
        "offset": 10,
        "length": 1,
        "line": 2,
        "column": 5,
    }
    assert as_json(Problem("usage", "no"))["offset"] is None
