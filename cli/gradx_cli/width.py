"""How many columns of a terminal a text takes."""

from __future__ import annotations

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
