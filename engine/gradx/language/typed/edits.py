"""Tokens to be put before, behind and in place of others, noted while all are looked at and made at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set

from gradx.language.typed.lexer import SIGN, Token, is_called, kind_of, partners
from gradx.language.typed.mapped import Place
from gradx.language.typed.runs import is_base
from gradx.table import CALLABLE, SHARED_NAMES

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
