"""Tokens to be put before, behind and in place of others, noted while all are looked at and made at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gradx.language.typed.lexer import SIGN, Token, kind_of


class Edits:
    """The edits of a list of tokens."""

    def __init__(self, found: Sequence[Token]) -> None:
        self.found = found
        self._before: dict[int, list[Token]] = defaultdict(list)
        self._behind: dict[int, list[Token]] = defaultdict(list)
        self._dropped: set[int] = set()
        self._renamed: dict[int, str] = {}

    def before(self, k: int, *texts: str) -> None:
        """Texts before token k, before those that are there already."""
        self._before[k][:0] = [self.found[k].made(text, kind_of(text)) for text in texts]

    def behind(self, k: int, *texts: str) -> None:
        """Texts behind token k and what stands behind it already."""
        self._behind[k] += [self.found[k].made(text, kind_of(text)) for text in texts]

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
            blank = token.blank
            added = self._before.get(k, [])
            if added:
                tokens += [added[0]._replace(blank=blank), *added[1:]]
                blank = False
            if k not in self._dropped:
                text = self._renamed.get(k, token.text)
                tokens.append(
                    token._replace(text=text, blank=blank, kind=kind_of(text) if k in self._renamed else token.kind)
                )
            tokens += self._behind.get(k, [])
        return [token for token in tokens if token.text != "" or token.kind != SIGN]
