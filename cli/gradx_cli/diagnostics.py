"""A problem, as data, to the text that a person reads or the object that a script reads."""

from __future__ import annotations

import os
from collections.abc import Callable

from gradx.errors import Problem, Span
from gradx_cli.escape import safe
from gradx_cli.terminal import Segment
from gradx_cli.width import cells

_INDENT = "  "

ERROR, CARET, HINT = "bold red", "bold red", "cyan"
"""The styles of a problem's words, and of the carets below its place."""

Drawn = Callable[[str], str]
"""How a text looks where it is written: in ASCII, or as it is."""


def caret_lines(problem: Problem, drawn: Drawn = str) -> list[list[Segment]]:
    """The problem in at most five lines, made of texts with their styles: what is wrong, the source line, a caret under
    the place, what to do.

    A long source line is cut to a window around the caret. `drawn` is applied to every piece before carets are aligned.
    """
    lines: list[list[Segment]] = [[("error:", ERROR), (drawn(f" {safe(problem.message)}"), "")]]
    if problem.span is not None:
        source, carets = pointed_at(problem.span, drawn)
        lines += [[(source, "")], [(carets, CARET)]]
    if problem.hint:
        lines.append([("hint:", HINT), (drawn(f" {safe(problem.hint)}"), "")])
    return lines


def as_json(problem: Problem) -> dict[str, str | int | None]:
    """What stands under "error" in a JSON answer. Places are null where there is none."""
    span = problem.span
    return {
        "kind": problem.kind,
        "message": problem.message,
        "hint": problem.hint,
        "source": span.source.name if span else None,
        "offset": span.offset if span else None,
        "length": span.length if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
    }


def pointed_at(span: Span, drawn: Drawn) -> list[str]:
    """The line of the place, and a line with carets under it."""
    before, place, after = line_around(span)
    line = (before + place + after).rstrip("\r")
    offset = min(len(before), len(line))
    length = max(1, min(span.length, len(line) - offset))
    margin = f"{span.line} | " if "\n" in span.source.text.rstrip() else ""
    shown, columns, under = _window(line, offset, length, _room() - len(margin), drawn)
    return [f"{_INDENT}{margin}{shown}", _INDENT + " " * (len(margin) + columns) + "^" * under]


def line_around(span: Span) -> tuple[str, str, str]:
    """The line of the place: what stands before it, the place, what stands behind it."""
    text = span.source.text
    end = text.find("\n", span.offset)
    before = text[text.rfind("\n", 0, span.offset) + 1 : span.offset]
    rest = text[span.offset : end if end >= 0 else len(text)]
    return before, rest[: max(1, span.length)], rest[max(1, span.length) :]


def _room() -> int:
    """Columns for a source line."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns[:6]) if columns.isascii() and columns.isdigit() else 80
    return max(20, width - len(_INDENT) - 1)


def _window(line: str, offset: int, length: int, room: int, drawn: Drawn) -> tuple[str, int, int]:
    """The part of `line` to show, the columns before the caret in it, and the caret's width in columns.

    A line that is too long is cut on both sides of the place; `…` stands for what is cut away.
    """
    indented = min(offset, len(line) - len(line.lstrip()))
    # Whatever is farther than `room` characters away cannot be shown, however narrow the characters are.
    left = [drawn(safe(character)) for character in line[max(indented, offset - room) : offset]]
    right = [drawn(safe(character)) for character in line[offset : offset + room]]
    behind = _columns(right) + len(line[offset + room :])
    for_left = max(room // 3, room - behind)
    more = drawn("…")
    before = "".join(_fitting(left[::-1], for_left, more, complete=offset - len(left) == indented)[::-1])
    after = _fitting(right, room - cells(before), more, complete=offset + room >= len(line))
    return before + "".join(after), cells(before), max(1, _columns(after[:length]))


def _fitting(pieces: list[str], room: int, more: str, *, complete: bool) -> list[str]:
    """The first pieces that fit; `more` behind them where something is missing (`complete`: nothing is beyond them)."""
    if complete and _columns(pieces) <= room:
        return pieces
    kept: list[str] = []
    used = cells(more)
    for piece in pieces:
        used += cells(piece)
        if used > room:
            break
        kept.append(piece)
    return [*kept, more]


def _columns(pieces: list[str]) -> int:
    return sum(map(cells, pieces))
