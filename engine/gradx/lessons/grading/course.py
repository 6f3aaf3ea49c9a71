"""A class graded: each submission with its answers, which mistakes were made and how often, what is left to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradx.lessons.grading.key import Question
from gradx.lessons.grading.marking import Marked, Marker

NOT_ANSWERED = "missing"
UNEXPLAINED = "unexplained"
NOTHING = "nothing was handed in"


@dataclass(frozen=True, slots=True)
class Submission:
    """What one person handed in, in `row` of the sheet; `spoilt` says why the whole row cannot be trusted."""

    name: str
    row: int
    answers: tuple[Marked, ...]
    spoilt: str | None = None

    @property
    def total(self) -> Fraction | None:
        """The marks of all answers; None where somebody has to look."""
        if self.looks:
            return None
        return self.so_far

    @property
    def so_far(self) -> Fraction:
        """The marks of the answers that nobody has to look at."""
        return sum((marks for answer in self.answers if (marks := self.marks(answer)) is not None), Fraction(0))

    def marks(self, answer: Marked) -> Fraction | None:
        """The marks of one of its answers."""
        return None if self.spoilt else answer.marks

    @property
    def looks(self) -> list[tuple[Marked | None, str]]:
        """What somebody has to look at, and why; None stands for all of it."""
        if self.spoilt:
            return [(None, self.spoilt)]
        return [(answer, answer.look) for answer in self.answers if answer.look]


@dataclass(frozen=True, slots=True)
class Tallied:
    """How often a mistake was made where a derivative was asked for, and the first line that has it."""

    question: str
    asked: str
    mistake: str
    count: int
    example: str
    message: str


def submission(
    marker: Marker, questions: Sequence[Question], name: str, row: int, cells: Sequence[str], spoilt: str | None
) -> Submission:
    """A row of the sheet, marked: `cells` are the answers to the questions."""
    answers = tuple(marker.marked(q, k, cell) for k, (q, cell) in enumerate(zip(questions, cells, strict=True)))
    empty = not any(answer.text for answer in answers)
    return Submission(name, row, answers, spoilt or (NOTHING if empty else None))


def tally(submissions: Iterable[Submission]) -> list[Tallied]:
    """The mistakes, the most frequent first; each counts once an answer."""
    found: dict[tuple[int, str, str], Tallied] = {}
    for handed_in in submissions:
        for k, answer in enumerate(() if handed_in.spoilt else handed_in.answers):
            for asked, mistake, example, message in dict.fromkeys(_mistakes(answer)):
                key = k, asked, mistake
                known = found.get(key)
                count = 1 if known is None else known.count + 1
                first = known or Tallied(answer.question.name, asked, mistake, 1, example, message)
                found[key] = replace(first, count=count)
    return sorted(found.values(), key=lambda each: -each.count)


def _mistakes(answer: Marked) -> Iterable[tuple[str, str, str, str]]:
    for part in answer.parts:
        if part.verdict == "missing" and answer.text:
            yield part.asked.text, NOT_ANSWERED, "", ""
    names = answer.question.program.graph.names
    told: set[tuple[str, str]] = set()
    for line in answer.lines:
        if line.claim is None or answer.verdict(line) != "wrong" or line.only_follows:
            continue
        asked = next((p.asked.text for p in answer.parts if p.asked.is_answered_by(line.claim)), "")
        asked = asked or f"d{names[line.claim.wrt]}"
        key = asked, line.kind or UNEXPLAINED
        if key not in told:
            told.add(key)
            yield asked, key[1], line.text, line.why or ""
