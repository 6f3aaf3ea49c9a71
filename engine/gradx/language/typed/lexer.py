"""The tokens of a text that is rewritten, with their places, the blanks before them, and the texts made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from gradx.language.tokens import FRACTIONS, GREEK, NAME_PATTERN, NUMBER_PATTERN, SUPERSCRIPTS
from gradx.language.typed.mapped import Mapped, joined

NAME, NUMBER, RAISED, SIGN = "name", "number", "raised", "sign"

OPENING: Final = {"(": ")", "[": "]", "{": "}"}
CLOSING: Final = {close: opening for opening, close in OPENING.items()}

POWERS: Final = ("^", "**")

ANY_NAME: Final = r"[^\W\d]\w*+(?:\^?\[[0-9]++\])?+"
"""A name in a pattern that finds its place and does not judge its letters: it is made in a tenth of the time."""

_TOKEN: Final = re.compile(
    rf"""([ \t]*+)(?:
    (?P<name>{NAME_PATTERN}|π)
    |(?P<number>{NUMBER_PATTERN}|[{"".join(FRACTIONS)}])
    |(?P<raised>⁻?[{SUPERSCRIPTS}]++)
    |(?P<sign>\*\*|//|&&|\|\||<=|>=|==|!=|:=|<-|->|=>|\+=|-=|.))""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """`blank`: white space stands before it. `run`: tokens with the same number are parts of one run of letters."""

    text: str
    kind: str
    place: tuple[int, int]
    blank: bool = False
    run: int = -1

    def made(self, text: str, kind: str = SIGN, blank: bool = False) -> Token:
        """A token that was not typed, at the place of this one."""
        return Token(text, kind, self.place, blank, self.run)


def tokens(typed: Mapped) -> list[Token]:
    """The tokens of a text; a line's end is one of them."""
    found: list[Token] = []
    for match in _TOKEN.finditer(typed.text):
        kind = match.lastgroup
        assert kind is not None
        start, end = match.span(kind)
        place = (typed.places[start][0], typed.places[end - 1][1])
        found.append(Token(match[kind], kind, place, bool(match[1])))
    return found


def kind_of(text: str) -> str:
    """The kind of a token that is made."""
    first = text[0]
    if first.isdigit() or (first == "." and len(text) > 1):
        return NUMBER
    return NAME if first.isalpha() or first in GREEK or first == "_" else SIGN


def is_operand_start(token: Token | None) -> bool:
    """Whether an operand may begin with this token, without a sign."""
    return token is not None and (token.kind in (NAME, NUMBER) or token.text in ("(", "√"))


def is_called(found: Sequence[Token], k: int) -> bool:
    """Whether a parenthesis follows token k directly."""
    return k + 1 < len(found) and found[k + 1].text == "(" and not found[k + 1].blank


def text_of(found: Iterable[Token]) -> Mapped:
    """The text of tokens: blanks where there were some, and between words."""
    pieces: list[Mapped] = []
    before: Token | None = None
    for token in found:
        words = before is not None and before.kind in (NAME, NUMBER) and token.kind in (NAME, NUMBER)
        if before is not None and before.text != "\n" and (token.blank or words):
            pieces.append(Mapped(" ", ((token.place[0], token.place[0]),)))
        pieces.append(Mapped(token.text, (token.place,) * len(token.text)))
        before = token
    return joined(pieces)


def at_top(texts: Sequence[str], wanted: str) -> list[int]:
    """Where `wanted` stands outside of all brackets, among characters or the texts of tokens."""
    found: list[int] = []
    depth = 0
    for k, text in enumerate(texts):
        depth += (text in OPENING) - (text in CLOSING)
        if text == wanted and depth == 0:
            found.append(k)
    return found


def arguments_of(found: Sequence[Token]) -> list[list[Token]]:
    """What stands between the commas that are in no bracket."""
    commas = at_top([token.text for token in found], ",")
    return [list(found[before + 1 : comma]) for before, comma in pairwise([-1, *commas, len(found)])]


def filled(template: str, arguments: Iterable[Sequence[Token]], place: Token) -> list[Token]:
    """The tokens of a template at a place, with arguments for its marks `§`."""
    made: list[Token] = []
    waiting = iter(arguments)
    for token in tokens(Mapped.whole(template)):
        made += next(waiting) if token.text == "§" else [place.made(token.text, token.kind, token.blank)]
    return made


def partners(found: Sequence[Token]) -> dict[int, int]:
    """Where each bracket that opens is closed, for those that are."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for k, token in enumerate(found):
        if token.text in OPENING:
            waiting.append(k)
        elif waiting and token.text == OPENING[found[waiting[-1]].text]:
            pairs[waiting.pop()] = k
    return pairs
