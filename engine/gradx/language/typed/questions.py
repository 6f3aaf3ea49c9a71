"""The questions that a text raises, and the one answer to all of them that is tried at a time."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """What is not clear, where, and how many answers there are."""

    message: str
    place: tuple[int, int]
    answers: int


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
