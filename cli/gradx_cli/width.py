"""How many columns of a terminal a text takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
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


def evened(texts: Sequence[str], *, right: bool = False) -> list[str]:
    """The texts, all as wide as the widest: with blanks behind them, or if `right` before them."""
    widths = list(map(cells, texts))
    widest = max(widths, default=0)
    blanks = [" " * (widest - width) for width in widths]
    pairs = zip(texts, blanks, strict=True)
    return [blank + text if right else text + blank for text, blank in pairs]


_QUOTED, _STATEMENT, _SIGN, _BLANK = map(re.compile, ('(?<=") | (?=")', "(?<=;) ", "(?<![=→]) (?![=→])", " "))


def pieces(text: str, room: int | None) -> list[str]:
    """The text as what a line should hold together: what is quoted, statements and what they come to, else what
    parentheses hold, else what a sign joins, else words."""
    if room is None or cells(text) <= room:
        return [text]
    found = [text]
    for split in _SPLITS:
        found = [part for piece in found for part in ([piece] if cells(piece) <= room else split(piece))]
    return found


def _result(text: str) -> list[str]:
    """A statement and what it comes to: `J = … = 33`."""
    before, _, behind = text.rpartition(" = ")
    is_result = before.partition(" ")[2].startswith("= ") and " " not in behind
    return [before, f"= {behind}"] if is_result else [text]


def _outermost(text: str) -> list[str]:
    """The text broken at the blanks that stand in the fewest parentheses, but for those beside an equals sign."""
    signs = list(_SIGN.finditer(text))
    depths = list(accumulate(((letter in "([") - (letter in ")]") for letter in text), initial=0))
    least = min((depths[blank.start()] for blank in signs), default=0)
    cuts = [blank.start() for blank in signs if depths[blank.start()] == least]
    return [text[first:end] for first, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]


_SPLITS: tuple[Callable[[str], list[str]], ...] = (
    _QUOTED.split, _STATEMENT.split, _result, _outermost, _outermost, _outermost, _SIGN.split, _BLANK.split,
)  # fmt: skip


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
