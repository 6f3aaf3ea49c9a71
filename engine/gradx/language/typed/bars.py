"""Bars around an expression: `|x|` is abs(x)."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.language.typed.lexer import NAME, NUMBER, RAISED, SIGN, Token
from gradx.language.typed.questions import refused
from gradx.table import CALLABLE


def with_calls(found: Sequence[Token]) -> list[Token]:
    """The tokens with `abs(` and `)` for bars. Raises `AskedError` where a bar has no partner, or may have two."""
    if not any(token.text in ("|", "||") for token in found):
        return list(found)
    made: list[Token] = []
    open_bars: list[list[int]] = [[]]
    bars = _single(found)
    for k, token in enumerate(bars):
        if token.text == "|":
            operand = bool(made) and (made[-1].kind in (NAME, NUMBER, RAISED) or made[-1].text == ")")
            function = bool(made) and len(made[-1].text) > 1 and made[-1].text in CALLABLE
            if open_bars[-1] and operand and not function:
                _check(bars, k, open_bars[-1])
                open_bars[-1].pop()
                made.append(token.made(")"))
            else:
                open_bars[-1].append(k)
                made += [token.made("abs", NAME, blank=True), token.made("(")]
        else:
            made.append(token)
            if token.text in ("(", "[", "{"):
                open_bars.append([])
            elif token.text in (")", "]", "}") and len(open_bars) > 1:
                _closed(bars, open_bars.pop())
    for left in open_bars:
        _closed(bars, left)
    return made


def _single(found: Sequence[Token]) -> list[Token]:
    """The tokens with two bars for `||`."""
    single: list[Token] = []
    for token in found:
        if token.text == "||":
            start, end = token.place
            single += [Token("|", SIGN, (start, start + 1), token.blank), Token("|", SIGN, (end - 1, end))]
        else:
            single.append(token)
    return single


def _check(bars: Sequence[Token], k: int, waiting: Sequence[int]) -> None:
    """`|a|b|c|` may be two products."""
    goes_on = any(token.kind in (NAME, NUMBER) or token.text == "(" for token in bars[k + 1 : k + 2])
    if goes_on and sum(token.text == "|" for token in bars[k + 1 :]) > len(waiting) - 1:
        raise refused("these bars can be paired in two ways", bars[k].place, "write abs(x) for |x|")


def _closed(bars: Sequence[Token], left: Sequence[int]) -> None:
    if left:
        raise refused("this bar is never closed", bars[left[-1]].place, "write abs(x) for |x|")
