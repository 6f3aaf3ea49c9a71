"""What can go wrong, as data: a kind, a message, a place and a hint. Nothing here draws or prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["usage", "syntax", "name", "binding", "domain", "claim", "file", "size", "shape", "index"]


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
        """The characters themselves."""
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


class Note(str):
    """A remark on how a text was read, apart from the warnings beside it."""

    __slots__ = ()


class GradxError(Exception):
    """The input cannot be used. The command turns it into exit code 2."""

    def __init__(self, kind: Kind, message: str, *, hint: str | None = None, span: Span | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(kind, message, hint, span)


class UnclearError(GradxError):
    """A text that may mean several things. `meanings` are texts that can be read; the hint offers each in a command.

    `command` is what they are offered with, where it is not the one that was given, `rest` what stands behind each.
    """

    def __init__(
        self, message: str, meanings: tuple[str, ...], span: Span, command: str | None = None, rest: str = ""
    ) -> None:
        self.meanings = meanings
        self.command = command
        self.rest = rest
        super().__init__("syntax", message, hint=self.offered("gradx explain"), span=span)

    def offered(self, command: str, words: str = "", lacking: Callable[[str], str] = lambda _: "") -> str:
        """A whole command for each meaning: `command` with `words` behind the text, unless it says otherwise, and with
        the values that it is `lacking`. Where no meaning can be written in a line, how to write the text plainly."""
        behind = f"{self.rest}{words}"
        commands = (f'{self.command or command} "{meaning}"{behind}{lacking(meaning)}' for meaning in self.meanings)
        return " or ".join(commands) or "write every product with *, every power with ^, every call with ( )"
