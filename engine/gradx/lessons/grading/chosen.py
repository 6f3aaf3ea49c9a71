"""A question that asks which line is wrong: its lines, and which of them an answer names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Final

from gradx.errors import GradxError
from gradx.language.diagnosis import brief

SEPARATOR: Final = " | "
"""What stands between the lines in a cell of the key."""

_LABELLED: Final = re.compile(r"(?:(?:line|the)\s+)*\(?([a-z]|[0-9]{1,2})(?:[.):]+(?:\s*(.+))?|\s*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page, and the place of the one that is to be found, from 0."""

    texts: tuple[str, ...]
    wanted: int

    def named(self, answer: str) -> int | None:
        """Which line an answer names: by its letter, its number, what it is about, or as it stands; None where that is
        not plain.

        >>> lines = Lines(("da = a - y", "dz = da*a", "dw = dz*x"), 1)
        >>> [lines.named(each) for each in ("b", "Line 2", "(b)", "b) dz = da*a", "dz", "dz=da*a", "a) dz = da*a", "q")]
        [1, 1, 1, 1, 1, 1, None, None]
        """
        label = _LABELLED.fullmatch(answer.casefold().strip())
        if label is None:
            return self._as_it_stands(answer)
        k = int(label[1]) - 1 if label[1].isdigit() else ascii_lowercase.index(label[1])
        is_meant = 0 <= k < len(self.texts) and (not label[2] or self._as_it_stands(label[2]) == k)
        return k if is_meant else None

    def _as_it_stands(self, answer: str) -> int | None:
        said = _plain(answer)
        found = [k for k, text in enumerate(self.texts) if said in (_plain(text), _plain(text.partition("=")[0]))]
        return found[0] if len(found) == 1 else None


def read_lines(choices: str, wanted: str) -> Lines | None:
    """The lines in the key's `choices`, of which its `line` is wanted; None where none is. GradxError("file") where the
    key does not say which."""
    if not wanted.strip() or not choices.strip():
        return None
    lines = Lines(tuple(text.strip() for text in choices.split(SEPARATOR.strip()) if text.strip()), 0)
    k = lines.named(wanted)
    if k is None:
        hint = "its letter, as b; the lines stand in `choices`, as da = a - y | dw = da*x"
        raise GradxError("file", f"{brief(wanted.strip())!r} is none of the lines", hint=hint)
    return Lines(lines.texts, k)


def _plain(text: str) -> str:
    return "".join(text.casefold().split()).rstrip(".,;")
