"""Text inside Markdown, so that it stays text."""

from __future__ import annotations

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|~&"})


def code(text: str) -> str:
    """The text as it is, in a code span that a table cell can hold."""
    fence = "``" if "`" in text else "`"
    return fence + text.replace("|", "\\|") + fence


def plain(text: str) -> str:
    """The text with every character that means something to Markdown escaped."""
    return text.translate(_SPECIAL)
