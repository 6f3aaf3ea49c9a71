"""The tokens of a text that is rewritten, with their places; what its statements name; edits, made at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise
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


_NOTHING = Token("", SIGN, (0, 0))


class Edits:
    """The edits of a list of tokens. `partners`: where each bracket is closed."""

    def __init__(self, found: Sequence[Token]) -> None:
        self.found = found
        self.partners = partners(found)
        self._before: dict[int, list[Token]] = defaultdict(list)
        self._behind: dict[int, list[Token]] = defaultdict(list)
        self._dropped: set[int] = set()
        self._renamed: dict[int, str] = {}

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
        self._before[k][:0] = [self.found[k].made(text, kind_of(text)) for text in texts]

    def behind(self, k: int, *texts: str) -> None:
        """Texts behind token k and what stands behind it already."""
        self._behind[k] += [self.found[k].made(text, kind_of(text)) for text in texts]

    def enclose(self, start: int, end: int) -> None:
        """Parentheses around tokens `start` to `end`."""
        self.before(start, "(")
        self.behind(end, ")")

    def place(self, start: int, end: int) -> Place:
        """Where token `start` begins and token `end` ends."""
        return self.found[start].place[0], self.found[end].place[1]

    def move_behind(self, k: int, start: int, end: int) -> None:
        """Take tokens `start` to `end` from where they are, and put them behind token k."""
        self._behind[k] += [token._replace(blank=False) for token in self.found[start:end]]
        self._dropped.update(range(start, end))

    def drop(self, start: int, end: int) -> None:
        self._dropped.update(range(start, end))

    def rename(self, k: int, text: str) -> None:
        self._renamed[k] = text

    def made(self) -> list[Token]:
        """The tokens with all edits."""
        tokens: list[Token] = []
        for k, token in enumerate(self.found):
            added = list(self._before.get(k, []))
            if k not in self._dropped:
                text = self._renamed.get(k, token.text)
                added.append(
                    token._replace(text=text, blank=False, kind=kind_of(text) if k in self._renamed else token.kind)
                )
            added[:1] = [first._replace(blank=token.blank) for first in added[:1]]
            tokens += [*added, *self._behind.get(k, [])]
        return [token for token in tokens if token.text != "" or token.kind != SIGN]
