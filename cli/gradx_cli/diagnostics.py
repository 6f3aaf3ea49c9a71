"""A problem, as data, to the text that a person reads or the object that a script reads."""

from __future__ import annotations

import re

from gradx.errors import Problem, Span
from gradx_cli.escape import safe
from gradx_cli.terminal import Segment, Terminal
from gradx_cli.width import cells

_INDENT = "  "

ERROR, CARET, HINT = "bold red", "bold red", "cyan"
"""The styles of a problem's words, and of the carets below its place."""

MOST_LINES, USUAL_COLUMNS = 6, 80

_COMMAND = re.compile(r"(?<! or) (?=(?:or )?gradx )")
"""Where a command begins in a hint."""


def caret_lines(problem: Problem, screen: Terminal, indent: int = 0) -> list[list[Segment]]:
    """The problem in at most six lines, made of texts with their styles: what is wrong, the source line, a caret under
    the place, what to do.

    A long source line is cut to a window around the caret. Words stay within the screen, the first of them behind
    `indent` columns; a command in a hint is not broken, since it is to be copied. Where that makes too many lines, none
    is broken here.
    """
    place: list[list[Segment]] = []
    if problem.span is not None and problem.span.source.text.strip():
        source, carets = pointed_at(problem.span, screen)
        place = [[(source, "")], [(carets, CARET)]]
    message, hint = safe(problem.message), safe(problem.hint or "")
    told = screen.labelled("error:", ERROR, message, indent)
    advice = screen.labelled("hint:", HINT, _unbroken(hint)) if hint else []
    if len(told) + len(place) + len(advice) <= MOST_LINES:
        return [*told, *place, *advice]
    whole = screen._replace(width=None)
    advice = whole.labelled("hint:", HINT, hint) if hint else []
    return [*whole.labelled("error:", ERROR, message), *place, *advice]


def _unbroken(hint: str) -> list[str]:
    """A hint as what a line holds together: words, and whole commands."""
    parts = _COMMAND.split(hint)
    return [word for part in parts for word in ([part] if part.startswith(("gradx ", "or gradx ")) else part.split())]


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


def pointed_at(span: Span, screen: Terminal, indent: int = 0) -> list[str]:
    """The line of the place, and a line with carets under it, as they fit behind `indent` columns."""
    before, place, after = line_around(span)
    line = (before + place + after).rstrip("\r")
    offset = min(len(before), len(line))
    length = max(1, min(span.length, len(line) - offset))
    margin = f"{span.line} | " if "\n" in span.source.text.rstrip() else ""
    room = max(20, (screen.width or USUAL_COLUMNS) - indent - len(_INDENT) - 1)
    shown, columns, under = _window(line, offset, length, room - len(margin), screen)
    return [f"{_INDENT}{margin}{shown}", _INDENT + " " * (len(margin) + columns) + "^" * under]


def line_around(span: Span) -> tuple[str, str, str]:
    """The line of the place: what stands before it, the place, what stands behind it."""
    text = span.source.text
    end = text.find("\n", span.offset)
    before = text[text.rfind("\n", 0, span.offset) + 1 : span.offset]
    rest = text[span.offset : end if end >= 0 else len(text)]
    return before, rest[: max(1, span.length)], rest[max(1, span.length) :]


def _window(line: str, offset: int, length: int, room: int, screen: Terminal) -> tuple[str, int, int]:
    """The part of `line` to show, the columns before the caret in it, and the caret's width in columns.

    A line that is too long is cut on both sides of the place; `…` stands for what is cut away.
    """
    indented = min(offset, len(line) - len(line.lstrip()))
    # Whatever is farther than `room` characters away cannot be shown, however narrow the characters are.
    left = [screen.drawn(safe(character)) for character in line[max(indented, offset - room) : offset]]
    right = [screen.drawn(safe(character)) for character in line[offset : offset + room]]
    behind = _columns(right) + len(line[offset + room :])
    for_left = max(room // 3, room - behind)
    more = screen.drawn("…")
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
