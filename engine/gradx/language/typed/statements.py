"""What the statements of a text name: the names before `=`, and the parameters of definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gradx.language.tokens import normal_name
from gradx.language.typed.lexer import NAME, Token


class Head(NamedTuple):
    """`u =` or `g(x, y) =`, tokens `start` to `end`; `parameters` is None where there is no parenthesis."""

    start: int
    end: int
    name: str
    parameters: tuple[str, ...] | None


def heads(found: Sequence[Token]) -> list[Head]:
    """The heads of all statements that have one."""
    return [head for start in _starts(found) if (head := _head(found, start))]


def _starts(found: Sequence[Token]) -> Iterator[int]:
    depth = 0
    fresh = True
    for k, token in enumerate(found):
        if fresh and token.text not in (";", "\n"):
            yield k
            fresh = False
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.text in (";", "\n") and depth <= 0:
            fresh = True


def _head(found: Sequence[Token], start: int) -> Head | None:
    if found[start].kind != NAME:
        return None
    name = normal_name(found[start].text)
    k = start + 1
    parameters: list[str] | None = None
    if k < len(found) and found[k].text == "(":
        parameters = []
        k += 1
        while k + 1 < len(found) and found[k].kind == NAME and found[k + 1].text in (",", ")"):
            parameters.append(normal_name(found[k].text))
            k += 2
            if found[k - 1].text == ")":
                break
        else:
            return None
    if k < len(found) and found[k].text == "=":
        return Head(start, k, name, None if parameters is None else tuple(parameters))
    return None
