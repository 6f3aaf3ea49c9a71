"""A formula with the numbers put in: `3*c` becomes `3·2`."""

from __future__ import annotations

from collections.abc import Mapping
from re import Match

from gradx.language.tokens import NAME, OPERATOR, TOKEN

_END = ""


def put_in(formula: str, values: Mapping[str, str]) -> str:
    """The formula with each name that has a value replaced by it, and `·` for `*`.

    A negative value gets parentheses where it would otherwise meet an operator.
    """
    tokens = [_token(match) for match in TOKEN.finditer(formula)]
    pieces: list[str] = []
    before = _END
    for (blank, text, sort), (_, after, _) in zip(tokens, [*tokens[1:], ("", _END, 0)], strict=True):
        pieces.append(blank)
        if sort == NAME and after != "(" and text in values:
            value = values[text]
            bare = not value.startswith("-") or (before in (_END, "(", ",") and after != "^")
            pieces.append(value if bare else f"({value})")
        else:
            pieces.append("·" if sort == OPERATOR and text == "*" else text)
        before = text
    return "".join(pieces)


def _token(match: Match[str]) -> tuple[str, str, int]:
    """The blanks before a token, the token, and its sort."""
    sort = match.lastindex or 0
    text = match[sort] if sort else ""
    return match[0][: len(match[0]) - len(text)], text, sort
