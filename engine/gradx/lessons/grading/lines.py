"""An answer as it was handed in, as the lines of a page: without markup, bullets and full stops, a claim a line."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from gradx.errors import GradxError

MOST_CHARACTERS: Final = 5_000
MOST_LINES: Final = 80
MOST_IN_LINE: Final = 400
"""A longer answer, or line, is not read: no page of backprop is that long."""

_MARKUP: Final = re.compile(
    r"</?(?:p|br|div|span|li|ul|ol|b|i|em|strong|code|pre|sup|sub|u|font|h[1-6])(?:\s[^<>]*)?/?>", re.I
)
_RAISED: Final = re.compile(r"<sup[^<>]*>([^<>]*)</sup>", re.I)
_ENDS: Final = re.compile(r"</(?:p|div|li|pre|h[1-6])>|<br\s*/?>|<(?:p|div|li)(?:\s[^<>]*)?>", re.I)
_ENTITY: Final = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z]+);", re.I)
_SEPARATOR: Final = re.compile(r"[\n;\x0b\x0c\u2028\u2029]|,\s*(?=[d∂][^,=]{1,30}=)")
_BULLET: Final = re.compile(r"^\s*(?:[•*]|\(?[0-9a-z]{1,2}[.)])\s+(?=[d∂])")
_MATHEMATICS: Final = re.compile(r"^\s*(?:\\[(\[]|\$+)|(?:\\[)\]]|\$+)\s*$")
"""What LaTeX begins and ends mathematics with."""

_DECIMAL_COMMA: Final = re.compile(r"([-+−]?[0-9]+),([0-9]+)")
_NOTHING: Final = frozenset(("", "-", "–", "—"))
"""What an export writes where nothing was answered."""


def undefused(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def tidied(cell: str) -> str:
    """The text of an answer, the same for all cells that differ in markup and blanks alone.

    >>> tidied("<p>da = a - y</p><p>dw&nbsp;=  da*x.</p>")
    'da = a - y\\ndw = da*x'
    """
    text = undefused(cell).replace("\r\n", "\n").replace("\r", "\n")
    if _MARKUP.search(text):
        text = _ENDS.sub("\n", _RAISED.sub(r"^(\1)", text))
        text = _MARKUP.sub("", text)
    if _ENTITY.search(text):
        text = unescape(text)
    lines = (" ".join(line.split()).rstrip(".,") for line in text.removeprefix("\ufeff").split("\n"))
    text = "\n".join(filter(None, lines)).strip()
    return "" if text in _NOTHING else text


def lines_of(text: str) -> list[str]:
    """The lines of a tidied answer. GradxError("size") where it is too long to be read.

    >>> lines_of("1) da = a - y; dw = da*x = (a - y)*x")
    ['da = a - y', 'dw = da*x = (a - y)*x']
    """
    if len(text) > MOST_CHARACTERS:
        raise GradxError("size", f"the answer has {len(text):,} characters, and is not read")
    parts = [_MATHEMATICS.sub("", _BULLET.sub("", part)).lstrip(" ,").rstrip(" ,.") for part in _SEPARATOR.split(text)]
    plain = (part.removeprefix("=").lstrip() for part in parts)  # `=2*x`, as in a spreadsheet
    found = [_DECIMAL_COMMA.sub(r"\1.\2", line) if _DECIMAL_COMMA.fullmatch(line) else line for line in plain if line]
    if len(found) > MOST_LINES:
        raise GradxError("size", f"the answer has {len(found)} lines, and is not read")
    longest = max(map(len, found), default=0)
    if longest > MOST_IN_LINE:
        raise GradxError("size", f"the answer has a line of {longest:,} characters, and is not read")
    return found
