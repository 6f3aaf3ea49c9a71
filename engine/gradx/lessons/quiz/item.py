"""A problem with its answer, as data: what is asked of what, what is right, and what each wrong choice would mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from gradx.language.program import Program
from gradx.lessons.quiz.effort import Effort

Kind = Literal["formula", "choice", "number", "page", "find-the-mistake"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: a formula, or a line `dw = dz*x`. `mistake` is what it would come of, "" for none, and
    `feedback` what is said to who chooses it."""

    text: str
    is_right: bool
    mistake: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A derivative that is asked for, `dw` or `du/db`, and what it is; `points` is at how many `check` compared it."""

    asked: str
    formula: str
    points: int


@dataclass(frozen=True, slots=True)
class Item:
    """One problem. `lines` is the page in which one is wrong, `point` the values where a number is asked for."""

    kind: Kind
    program: Program
    effort: Effort
    answers: tuple[Answered, ...]
    point: tuple[tuple[str, int], ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def level(self) -> int:
        return self.effort.level

    @property
    def asked(self) -> tuple[str, ...]:
        """What is asked for."""
        return tuple(answer.asked for answer in self.answers)

    @property
    def right(self) -> Choice | None:
        """The choice that is right, where there are choices."""
        return next((choice for choice in self.choices if choice.is_right), None)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it another problem than others."""
        return identity(self.kind, self.program, self.asked, self.point)


def identity(
    kind: Kind, program: Program, asked: Sequence[str], point: Sequence[tuple[str, int]] = ()
) -> tuple[str, ...]:
    """What makes a problem another one than others: what is asked of which program, and where."""
    return (kind, program.reading, *asked, *(f"{name}={x}" for name, x in point))
