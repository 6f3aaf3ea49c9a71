"""A text that is being rewritten, and for each of its characters the place it comes from; and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

Place = tuple[int, int]
"""Where it begins in the original, and where it ends."""

_REFERENCE = re.compile(r"\\([0-9])")

Template = str | Callable[[re.Match[str]], str | None]
Rules = tuple[tuple[re.Pattern[str], Template], ...]
"""Patterns, and what is written in the place of their matches (see `Mapped.sub`)."""


def rules(*pairs: tuple[str, Template], flags: int = 0) -> Rules:
    """Rules, compiled."""
    return tuple((re.compile(pattern, flags), template) for pattern, template in pairs)


class Mapped(NamedTuple):
    """A text, and a place for every character."""

    text: str
    places: tuple[Place, ...]

    @staticmethod
    def whole(text: str) -> Mapped:
        """A text that is its own original."""
        return Mapped(text, tuple((i, i + 1) for i in range(len(text))))

    def cut(self, start: int, end: int | None = None) -> Mapped:
        """The characters from `start` to `end`."""
        return Mapped(self.text[start:end], self.places[start:end])

    def group(self, match: re.Match[str], group: int | str = 0) -> Mapped:
        """The characters of a group of a match in the text."""
        return self.cut(*match.span(group))

    def stripped(self) -> Mapped:
        """Without the white space around it."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def inserted(self, text: str, place: Place) -> Mapped:
        """`text`, every character of which stands for `place`."""
        return Mapped(text, (place,) * len(text))

    def place(self, start: int, length: int) -> tuple[int, int]:
        """Where `length` characters from `start` on come from: offset and length in the original."""
        if not self.places:
            return 0, 1
        found = self.places[start : max(start + length, start + 1)]
        if not found:
            return self.places[-1][1], 1
        low = min(place[0] for place in found)
        return low, max(1, max(place[1] for place in found) - low)

    def extent(self, start: int = 0, end: int | None = None) -> Place:
        """Where the characters from `start` to `end` begin and end in the original."""
        offset, length = self.place(start, (len(self.text) if end is None else end) - start)
        return offset, offset + length

    def at(self, match: re.Match[str], group: int = 0) -> Place:
        """Where a group of a match in the text begins and ends in the original."""
        return self.extent(*match.span(group))

    def rewritten(self, rules: Rules) -> Mapped:
        """The text after one rule and another, in their order."""
        typed = self
        for pattern, template in rules:
            typed = typed.sub(pattern, template)
        return typed

    def sub(self, pattern: re.Pattern[str], template: Template) -> Mapped:
        r"""Every match replaced: `\1` in the template is a group with its own places, the rest stands for the match.

        A function answers the template of one match, None to leave it as it is.
        """
        pieces: list[Mapped] = []
        done = 0
        for match in pattern.finditer(self.text):
            chosen = template if isinstance(template, str) else template(match)
            if chosen is None:
                continue
            pieces.append(self.cut(done, match.start()))
            pieces.extend(self._filled(match, chosen))
            done = match.end()
        if not pieces:
            return self
        return joined([*pieces, self.cut(done, len(self.text))])

    def _filled(self, match: re.Match[str], template: str) -> Iterable[Mapped]:
        place = self.at(match)
        behind = 0
        for reference in _REFERENCE.finditer(template):
            yield self.inserted(template[behind : reference.start()], place)
            group = int(reference[1])
            if match[group] is not None:
                yield self.group(match, group)
            behind = reference.end()
        yield self.inserted(template[behind:], place)


def joined(pieces: Iterable[Mapped]) -> Mapped:
    """The pieces, one behind the other."""
    pieces = list(pieces)
    return Mapped("".join(piece.text for piece in pieces), tuple(place for piece in pieces for place in piece.places))


class Question(NamedTuple):
    """What is not clear, where, and how many answers there are."""

    message: str
    place: tuple[int, int]
    answers: int


class Rewritten(NamedTuple):
    """A text of the language, each character with its place in what was typed; `wrt`: by what a derivative is asked.

    `asked` are the questions that it leaves: the text is one of its meanings then. `whole`: runs of letters that are
    one name in it, and would ask again. `other`: what it says where a divisor goes as far as it can.
    """

    text: Mapped
    wrt: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()
    whole: tuple[str, ...] = ()
    leant: bool = False
    other: str | None = None


class Questions:
    """Every question is answered with its answer number `pick`, or its last one; `asked` are all that came up.

    `whole`: the runs that were taken for one name, which is to be said where the answer is written down.
    """

    def __init__(self, pick: int = 0) -> None:
        self.pick = pick
        self.asked: list[Question] = []
        self.whole: dict[str, None] = {}
        self.leant = False

    def lean(self) -> int:
        """The answer to what is no question by itself: it has an answer, and another one where something is asked."""
        self.leant = True
        return min(self.pick, 1)

    def ask(self, message: str, place: tuple[int, int], answers: int = 2) -> int:
        """The number of the answer to be taken."""
        self.asked.append(Question(message, place, answers))
        return min(self.pick, answers - 1)

    def answered(self, text: Mapped, wrt: tuple[str, ...] = ()) -> Rewritten:
        """The text that these answers make, with what was asked."""
        return Rewritten(text, wrt, tuple(self.asked), tuple(self.whole), self.leant)


@dataclass(eq=False)
class AskedError(Exception):
    """A text that is not read as it stands: why, where in the original, and what it may mean, as texts to be read.

    With meanings it is a question: `command` is what each of them is offered with, `rest` what stands behind it.
    Without one it is a refusal, and `hint` says what to do.
    """

    message: str
    place: Place
    meanings: tuple[str, ...] = ()
    hint: str | None = None
    command: str | None = None
    rest: str = ""


def refused(message: str, place: Place, hint: str) -> AskedError:
    """What is not of this language."""
    return AskedError(message, place, (), hint)
