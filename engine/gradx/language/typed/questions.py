"""What a text leaves open: questions, of which one answer to all is tried at a time, and what it ends in: a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gradx.language.typed.mapped import Mapped, Place


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
