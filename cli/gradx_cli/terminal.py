"""What the terminal at the other end can show, and the one way drawn lines get there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from gradx_cli.escape import safe
from gradx_cli.surroundings import columns
from gradx_cli.width import folded, pieces

_ASCII = str.maketrans(
    {
        "→": "->", "←": "<-", "↑": "up", "↓": "down", "⇒": "=>", "✓": "ok", "✗": "x", "●": "@", "⋯": "~",
        "×": "x", "·": "*", "⊙": ".*",
        "−": "-", "≈": "~", "≠": "!=", "≤": "<=", "≥": ">=", "…": "...", "∂": "d", "ε": "eps", "α": "alpha", "π": "pi",
        "µ": "u", "½": "1/2", "∞": "inf",
        "─": "-", "━": "=", "│": "|", "┃": "|", "▶": ">", "◀": "<",
        "╭": "+", "╮": "+", "╯": "+", "╰": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
        **dict.fromkeys("⎡⎢⎣", "["), **dict.fromkeys("⎤⎥⎦", "]"),
        "┌": "+", "┐": "+", "└": "+", "┘": "+", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-",
    }
)  # fmt: skip


_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_POWERS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")

UNLIMITED = 1_000_000

LONGEST_TITLE = 400
"""A longer reading of the program is cut above an answer: what it says is what was typed."""

Segment = tuple[str, str]
"""A text and its style."""

COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_CODES = {
    "bold": "1",
    "dim": "2",
    **{name: f"3{k}" for k, name in enumerate(COLOURS)},
    **{f"bright_{name}": f"9{k}" for k, name in enumerate(COLOURS)},
}
"""What a terminal is told of each word of a style: ECMA-48, 8.3.117 (select graphic rendition)."""


class Coloured(str):
    """A line as it goes to a terminal that shows colours: nothing else in it does anything there."""

    __slots__ = ()


class Terminal(NamedTuple):
    """What a stream can show. `width` is None where nothing limits it (a pipe without COLUMNS)."""

    stream: TextIO
    width: int | None
    color: bool
    unicode: bool

    def drawn(self, text: str) -> str:
        """The text with gradx's own signs (arrows, ✓, box lines) as this terminal can show them.

        To be applied before anything is aligned: `→` is `->` in ASCII. Letters that ASCII lacks are written `\\u03b1`.
        """
        return text if self.unicode or text.isascii() else in_ascii(text)

    def all_drawn(self, texts: Sequence[str]) -> Sequence[str]:
        """Each of the texts as `drawn`."""
        return texts if self.unicode else list(map(self.drawn, texts))

    def folded(self, text: str | Sequence[str], indent: int = 0, width: int | None = None) -> Iterator[str]:
        """The text in lines that fit beside `indent` columns, broken as `pieces` says; or words, broken between them.

        A word that does not fit is not cut. `width` is in place of the terminal's own.
        """
        width = width or self.width
        room = None if width is None else width - indent
        return folded(pieces(text, room) if isinstance(text, str) else text, room)

    def folded_lines(self, text: str | Sequence[str], indent: str, style: str) -> Iterator[list[Segment]]:
        """The text or words in lines of one style that fit behind `indent`."""
        return ([(indent + line, style)] for line in self.folded(text, len(indent)))

    def labelled(self, label: str, style: str, text: str | Sequence[str], before: int = 0) -> list[list[Segment]]:
        """The label in its style, the text behind it and `before` further columns, its other lines under the first."""
        hanging = len(label) + 1
        drawn = self.drawn(text) if isinstance(text, str) else self.all_drawn(text)
        first, *rest = self.folded(drawn, before + hanging)
        return [[(label, style), (f" {first}", "")], *([(" " * hanging + line, "")] for line in rest)]

    def flush(self) -> None:
        """Let everything be seen that was written."""
        self.stream.flush()

    def write(self, lines: Iterable[str]) -> None:
        """Write lines, made `safe`: what they hold does nothing to the terminal. Colours are those of what is
        `Coloured`."""
        self.stream.writelines(f"{line if isinstance(line, Coloured) else safe(line)}\n" for line in lines)

    def write_styled(self, lines: Iterable[Sequence[Segment]]) -> None:
        """Write lines made of texts, each with its style."""
        self.write(self.styled(*line) for line in lines)

    def styled(self, *segments: Segment) -> str:
        """One line made of texts, each with its style ("" for none); plain where there are no colours, or something
        invisible is in it, which is then told from them."""
        plain = "".join(text for text, _ in segments).rstrip()
        if not self.color or not plain.isprintable():
            return plain
        line, left = [], len(plain)
        for text, style in segments:
            text, left = text[:left], left - len(text[:left])
            line.append(f"\x1b[{_code(style)}m{text}\x1b[0m" if style and text else text)
        return Coloured("".join(line))


GREY_CODE = "38;5;244"
"""#808080: at least 3.6 : 1 on the usual backgrounds, dark and light. "Bright black" is 1 : 1 on some."""


def _code(style: str) -> str:
    """What a terminal is told to show a style: some words, or `quiet`, a grey that is the same everywhere, or, of 16
    colours, the terminal's own dim."""
    if style == "quiet":
        return GREY_CODE if _shows_greys() else _CODES["dim"]
    return ";".join(_CODES[word] for word in style.split())


def _shows_greys() -> bool:
    """Whether the terminal says that it has 256 colours."""
    environment = os.environ
    return bool(environment.get("COLORTERM") or environment.get("WT_SESSION") or "256" in environment.get("TERM", ""))


def in_ascii(text: str) -> str:
    """The text in ASCII: gradx's signs by their ASCII spellings, any other character as an escape."""
    text = _POWERS.sub(lambda found: "^" + found[0].translate(_DIGITS), text)
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def terminal(ascii: bool = False, stream: TextIO | None = None) -> Terminal:
    """What standard output (or `stream`) can show, from the stream and the environment.

    COLUMNS limits the width, else the terminal does; NO_COLOR and TERM=dumb take colours away, FORCE_COLOR gives them
    to a pipe; an encoding without Unicode, or `ascii`, asks for ASCII.
    """
    stream = stream or sys.stdout
    tty = stream.isatty()
    return Terminal(stream, _width(stream, tty), _color(tty), not ascii and _shows_unicode(stream))


def _width(stream: TextIO, tty: bool) -> int | None:
    asked = columns("COLUMNS")
    if asked is not None:
        return asked
    if not tty:
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _color(tty: bool) -> bool:
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return tty and environment.get("TERM") not in ("dumb", "unknown")


def _shows_unicode(stream: TextIO) -> bool:
    try:
        "→✓─".encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def tell(text: str) -> None:
    """Say on standard error what was done."""
    screen = terminal(stream=sys.stderr)
    screen.write([screen.drawn(text)])


def warn(warnings: Iterable[str]) -> None:
    """Say on standard error what is worth knowing and stops nothing: how a text was read, and what to beware of."""
    from gradx.errors import Note

    screen = terminal(stream=sys.stderr)
    for warning in warnings:
        word, style = ("note:", "cyan") if isinstance(warning, Note) else ("warning:", "yellow")
        screen.write_styled(screen.labelled(word, style, safe(warning)))
