"""A line as it is pasted: what Markdown and LaTeX put around it is taken away."""

from __future__ import annotations

import re
from typing import Final

_AROUND: Final = re.compile(
    r"\s*(?:(?:`{3,}|~{3,})\s*\w*|\${1,2}|\\[()\[\]]|\\(?:begin|end)\s*\{[a-z]+\*?\}(?:\{[^}]*\})?)\s*"
)
"""What stands on a line of its own."""

_BULLET: Final = re.compile(r"\s*(?:>\s+|[-*•–]\s+(?=[d∂\w`$*\\])|\(?[0-9a-z]{1,2}[.)]\s+|[⇒→∴]\s*|=>\s*)")
_OPENING: Final = re.compile(r"\s*(?:`+|\\[(\[]|\${1,2})\s*")
_CLOSING: Final = re.compile(r"\s*(?:`+|\\[)\]]|\${1,2}|\\\\(?:\[[^\]]*\])?|[.;,])\s*\Z")
_BOLD: Final = re.compile(r"(\*\*|__)(?=\S)([^*_=]+)\1(?=\s*=|\s*\Z)")
_PROSE: Final = re.compile(r"[^\W\d_]+(?:['’,-]?\s+[^\W\d_]+)+\s*[:.!]?|[^\W\d_]{4,}:")


def unwrapped(line: str) -> str:
    """The line alone; "" where nothing else stands there, or words alone.

    >>> [unwrapped(line) for line in ("- `dw = x`", "$$", r"dz &= a - y \\\\", "My solution:", "> **db** = 1")]
    ['dw = x', '', 'dz = a - y', '', 'db = 1']
    """
    if _AROUND.fullmatch(line) or _PROSE.fullmatch(line.strip()):
        return ""
    text = re.sub(r"(?<!&)&(?!&)", "", line)
    for pattern in (_BULLET, _OPENING):
        found = pattern.match(text)
        text = text[found.end() if found else 0 :]
    while found := _CLOSING.search(text):
        text = text[: found.start()]
    return _BOLD.sub(r"\2", text).strip()
