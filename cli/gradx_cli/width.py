"""How many columns of a terminal a text takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from unicodedata import combining, east_asian_width


def cells(text: str) -> int:
    """The columns that `text` takes: two for a wide character, none for a combining one. Escape it first (`safe`)."""
    if text.isascii():
        return len(text)
    return sum(map(_cell, text))


def _cell(character: str) -> int:
    if combining(character) or "\ufe00" <= character <= "\ufe0f":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with blanks behind it, `width` columns wide."""
    return text + " " * (width - cells(text))


def folded(words: Sequence[str], room: int | None, measured: Callable[[str], int] = cells) -> Iterator[str]:
    """The words, a blank between them, in lines of at most `room` columns (None: one line). None of them is cut."""
    line = ""
    for word in words:
        if line and room is not None and measured(line) + 1 + measured(word) > room:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
