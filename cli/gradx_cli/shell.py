"""Words as a shell wants them typed."""

from __future__ import annotations

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=+-./,:%@")


def quoted(word: str) -> str:
    """The word as it can be typed in a shell: bare, in double quotes where that is safe, else in single quotes."""
    if word and _PLAIN.issuperset(word):
        return word
    if not set('"$`\\!').intersection(word):
        return f'"{word}"'
    return "'" + word.replace("'", "'\\''") + "'"
