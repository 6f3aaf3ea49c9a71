"""The one way text from outside reaches a terminal, a file or a pipe; and a word as a shell wants it typed."""

from __future__ import annotations

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=+-./,:%@")


def safe(text: str) -> str:
    r"""The text with every character that is not plainly visible written out: ESC as `\x1b`, a bidi mark as `\u202e`.

    Control characters (C0, C1), format characters (bidi, zero-width), line and paragraph separators, unassigned code
    points and lone surrogates come out as escapes, so that the result is one line that shows what it holds. What a sink
    gives a meaning of its own (HTML, LaTeX, CSV) is quoted by that sink, after this.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _written_out(character) for character in text)


def _written_out(character: str) -> str:
    short = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character)
    if short:
        return short
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted(word: str) -> str:
    """The word as it can be typed in a shell: bare, in double quotes where that is safe, else in single quotes."""
    if word and _BARE.issuperset(word):
        return word
    if not set('"$`\\!').intersection(word):
        return f'"{word}"'
    return "'" + word.replace("'", "'\\''") + "'"
