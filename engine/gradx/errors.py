"""What can go wrong, as data: a kind, a message, a place and a hint. Nothing here draws or prints."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["usage", "syntax", "name", "binding", "domain", "claim", "file", "size"]


class Source(NamedTuple):
    """A text that the user gave. `name` is "program", "binding x" or "claim x"."""

    name: str
    text: str


class Span(NamedTuple):
    """`length` characters of `source`, from character `offset` on (both counted in code points)."""

    source: Source
    offset: int
    length: int

    @property
    def text(self) -> str:
        return self.source.text[self.offset : self.offset + self.length]

    @property
    def line(self) -> int:
        """The line of the first character, counted from 1."""
        return self.source.text.count("\n", 0, self.offset) + 1

    @property
    def column(self) -> int:
        """The column of the first character, counted from 1."""
        return self.offset - self.source.text.rfind("\n", 0, self.offset)


class Problem(NamedTuple):
    """One thing that is wrong with an input: what it is, where it stands, what to do about it."""

    kind: Kind
    message: str
    hint: str | None = None
    span: Span | None = None


class GradxError(Exception):
    """The input cannot be used. The command turns it into exit code 2."""

    def __init__(self, kind: Kind, message: str, *, hint: str | None = None, span: Span | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(kind, message, hint, span)
