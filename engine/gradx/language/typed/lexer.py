"""The tokens of a text that is rewritten, with their places; what its statements name; edits, made at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from gradx.language.tokens import FRACTIONS, GREEK, NAME_PATTERN, NUMBER_PATTERN, SUPERSCRIPTS, normal_name
from gradx.language.typed.mapped import Mapped, Place, joined
from gradx.table import CALLABLE, SHARED_NAMES

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
    |(?P<sign>\*\*|//|&&|%%|<=|>=|==|!=|:=|<-|->|=>|\+=|-=|.))""",
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


_BASE: Final = re.compile(r"(?:log|ln|lg|Log)_(?:[0-9]+|[^\W\d_])")


def is_base(run: str) -> bool:
    """Whether a run is a logarithm with its base, `log_2`."""
    return _BASE.fullmatch(run) is not None


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


def closing(text: str) -> int:
    """Where the bracket at the start is closed; -1 where there is none."""
    depths = accumulate((character in OPENING) - (character in CLOSING) for character in text)
    return next((k for k, depth in enumerate(depths) if not depth), -1) if text[:1] in OPENING else -1


def arguments_of(found: Sequence[Token]) -> list[list[Token]]:
    """What stands between the commas that are in no bracket."""
    commas = at_top([token.text for token in found], ",")
    return [list(found[before + 1 : comma]) for before, comma in pairwise([-1, *commas, len(found)])]


def filled(template: str, arguments: Sequence[Sequence[Token]], place: Token) -> list[Token]:
    """The tokens of a template at a place, with arguments for its marks: `§0` is the first."""
    made: list[Token] = []
    for k, part in enumerate(re.split("§([0-9]+)", template)):
        if k % 2:
            made += arguments[int(part)]
        else:
            made += [place.made(token.text, token.kind, token.blank) for token in tokens(Mapped.whole(part))]
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


class Head(NamedTuple):
    """`u =` or `g(x, y) =`, tokens `start` to `end`; `parameters` is None where there is no parenthesis."""

    start: int
    end: int
    name: str
    parameters: tuple[str, ...] | None


def heads(found: Sequence[Token]) -> list[Head]:
    """The heads of all statements that have one."""
    texts = [token.text for token in found]
    ends = sorted([-1, *at_top(texts, ";"), *at_top(texts, "\n")])
    return [head for end in ends if (head := _head(found, end + 1))]


def _head(found: Sequence[Token], start: int) -> Head | None:
    if start >= len(found) or found[start].kind != NAME:
        return None
    end, parameters = start + 1, None
    if [token.text for token in found[end : end + 1]] == ["("]:
        close = partners(found).get(end, end)
        listed = found[end + 1 : close]
        is_list = all(t.text == "," if k % 2 else t.kind == NAME for k, t in enumerate(listed)) and len(listed) % 2
        if not is_list:
            return None
        end, parameters = close + 1, tuple(normal_name(token.text) for token in listed[::2])
    is_head = end < len(found) and found[end].text == "="
    return Head(start, end, normal_name(found[start].text), parameters) if is_head else None


_NOTHING = Token("", SIGN, (0, 0))


class Edits:
    """The edits of a list of tokens. `partners`: where each bracket is closed."""

    def __init__(self, found: Sequence[Token]) -> None:
        self.found = found
        self.partners = partners(found)
        self._parts = [(list[Token](), [token._replace(blank=False)], list[Token]()) for token in found]

    def token(self, k: int) -> Token:
        """Token k; an empty one outside of the text."""
        return self.found[k] if 0 <= k < len(self.found) else _NOTHING

    def text(self, k: int) -> str:
        return self.token(k).text

    def is_called(self, k: int) -> bool:
        return is_called(self.found, k)

    def calls_builtin(self, k: int, known: Set[str]) -> bool:
        """Whether token k is a function of the language, and no name that is `known`."""
        name = self.text(k)
        is_builtin = is_base(name) or (name in CALLABLE and (name not in SHARED_NAMES or self.text(k + 1) == "("))
        return is_builtin and name not in known

    def before(self, k: int, *texts: str) -> None:
        """Texts before token k, before those that are there already."""
        self._parts[k][0][:0] = [self.found[k].made(text, kind_of(text)) for text in texts]

    def behind(self, k: int, *texts: str) -> None:
        """Texts behind token k and what stands behind it already."""
        self._parts[k][2].extend(self.found[k].made(text, kind_of(text)) for text in texts)

    def enclose(self, start: int, end: int) -> None:
        """Parentheses around tokens `start` to `end`."""
        self.before(start, "(")
        self.behind(end, ")")

    def place(self, start: int, end: int) -> Place:
        """Where token `start` begins and token `end` ends."""
        return self.found[start].place[0], self.found[end].place[1]

    def move_behind(self, k: int, start: int, end: int) -> None:
        """Take tokens `start` to `end` from where they are, and put them behind token k."""
        self._parts[k][2].extend(token._replace(blank=False) for token in self.found[start:end])
        self.drop(start, end)

    def drop(self, start: int, end: int) -> None:
        for _, own, _ in self._parts[start:end]:
            own.clear()

    def rename(self, k: int, text: str) -> None:
        self._parts[k][1][:] = [token.made(text, kind_of(text)) for token in self._parts[k][1]]

    def made(self) -> list[Token]:
        """The tokens with all edits."""
        tokens: list[Token] = []
        for token, (before, own, behind) in zip(self.found, self._parts, strict=True):
            added = [*before, *own]
            added[:1] = [first._replace(blank=token.blank) for first in added[:1]]
            tokens += [*added, *behind]
        return [token for token in tokens if token.text != "" or token.kind != SIGN]
