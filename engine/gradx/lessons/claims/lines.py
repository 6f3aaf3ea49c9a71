"""A line as it is pasted, without what Markdown and LaTeX put around it; and the claims in it: a chained line, as in
`dz = da*a*(1 - a) = a - y`, claims two things of dz, each of which is judged."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from gradx.language.tokens import NAME_PATTERN, normal_name
from gradx.table import CALLABLE

_AROUND: Final = re.compile(
    r"\s*(?:(?:`{3,}|~{3,})\s*\w*|\${1,2}|\\[()\[\]]|\\(?:begin|end)\s*\{[a-z]+\*?\}(?:\{[^}]*\})?)\s*"
)
"""What stands on a line of its own."""

_BULLET: Final = re.compile(r"\s*(?:>\s+|[-*•–]\s+(?=[d∂\w`$*\\])|\(?[0-9a-z]{1,2}[.)]\s+|[⇒→∴]\s*|=>\s*)")
_OPENING: Final = re.compile(r"\s*(?:`+|\\[(\[]|\${1,2})\s*")
_CLOSING: Final = re.compile(r"\s*(?:`+|\\[)\]]|\${1,2}|\\\\(?:\[[^\]]*\])?|[.;,])\s*\Z")
_BOLD: Final = re.compile(r"(\*\*|__)(?=\S)([^*_=]+)\1(?=\s*=|\s*\Z)")
_PROSE: Final = re.compile(r"[^\W\d_]+(?:['’,-]?\s+[^\W\d_]+)+\s*[:.!]?|[^\W\d_]{4,}:")

_EQUALS: Final = re.compile(r"(?<![<>=!:≤≥])=(?!=)")
_ARROW: Final = re.compile(r":=|←|<-")
_QUESTION: Final = re.compile(
    rf"\s*[d∂]\s*(?P<of>{NAME_PATTERN})?\s*/\s*[d∂]\s*{NAME_PATTERN}\s*(?P<group>[(\[].*[)\]])?\s*"
)


def unwrapped(line: str) -> str:
    """The line alone; "" where nothing else stands there, or words alone.

    >>> [unwrapped(line) for line in ("- `dw = x`", "$$", r"dz &= a - y \\\\", "My solution:", "> **db** = 1")]
    ['dw = x', '', 'dz = a - y', '', 'db = 1']
    """
    words = line.split()
    is_formula = all(len(word) == 1 or word in CALLABLE for word in words)  # ln x, which nobody means as a remark
    if _AROUND.fullmatch(line) or (_PROSE.fullmatch(line.strip()) and not is_formula):
        return ""
    text = re.sub(r"(?<!&)&(?!&)", "", line)
    for pattern in (_BULLET, _OPENING):
        found = pattern.match(text)
        text = text[found.end() if found else 0 :]
    while found := _CLOSING.search(text):
        text = text[: found.start()]
    return _BOLD.sub(r"\2", text).strip()


def equalities(text: str, names: Container[str]) -> list[str]:
    """The claims in a line, one for each formula behind its first sign, each of which keeps its place in the line.

    What only says again what is differentiated is none: `dy/dx` where y is not in `names`, `d/dx(x^2)`.
    """
    arrow = _ARROW.search(text)
    signs = [sign.span() for sign in _EQUALS.finditer(text)]
    if arrow is not None:
        signs = [arrow.span(), *(sign for sign in signs if sign[0] >= arrow.end())]
    if len(signs) < 2:
        return [text]
    head = text[: signs[0][1]]
    ends = [*(start for start, _ in signs[1:]), len(text)]
    parts = [(start, text[start:end]) for (_, start), end in zip(signs, ends, strict=True)]
    formulas = [(start, part) for start, part in parts if not _asks_again(part, names)]
    return [f"{head}{' ' * (start - len(head))}{part}" for start, part in formulas or parts[-1:]]


def _asks_again(part: str, names: Container[str]) -> bool:
    found = _QUESTION.fullmatch(part)
    return found is not None and (normal_name(found["of"]) not in names if found["of"] else found["group"] is not None)
