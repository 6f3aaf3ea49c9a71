"""Chained lines: `dz = da*a*(1 - a) = a - y` claims two things of dz, each of which is judged."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from gradx.language.tokens import NAME_PATTERN, normal_name

_EQUALS: Final = re.compile(r"(?<![<>=!:≤≥])=(?!=)")
_ARROW: Final = re.compile(r":=|←|<-")


_QUESTION: Final = re.compile(
    rf"\s*[d∂]\s*(?P<of>{NAME_PATTERN})?\s*/\s*[d∂]\s*{NAME_PATTERN}\s*(?P<group>[(\[].*[)\]])?\s*"
)


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
