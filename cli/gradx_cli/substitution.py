"""A formula with the numbers put in: `3*c` becomes `3·2`."""

from __future__ import annotations

from collections.abc import Mapping

from gradx.language.tokens import NAME, scan, sort

_END = ""


def put_in(formula: str, values: Mapping[str, str]) -> str:
    """The formula with each name that has a value replaced by it, and `·` for `*`.

    A negative value gets parentheses where it would otherwise meet an operator.
    """
    tokens = scan(formula)
    pieces: list[str] = []
    before, end = _END, 0
    for k, (text, after) in enumerate(zip(tokens.texts, (*tokens.texts[1:], _END), strict=True)):
        pieces.append(formula[end : tokens.start(k)])
        if sort(text) == NAME and after != "(" and text in values:
            value = values[text]
            bare = not value.startswith("-") or (before in (_END, "(", ",") and after != "^")
            pieces.append(value if bare else f"({value})")
        else:
            pieces.append("·" if text == "*" else text)
        before, end = text, tokens.ends[k]
    return "".join(pieces)
