"""Marks for an answer: a share for each derivative that is right or follows from the lines above, and a look where
something cannot be read or decided. And a class graded: which mistakes were made and how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from gradx.errors import GradxError
from gradx.lessons.claims.judging import Status
from gradx.lessons.grading.chosen import Lines
from gradx.lessons.grading.key import Asked, LineFound, Question, judged_lines, lines_of, tidied

Verdict = Literal["right", "follows", "wrong", "missing", "open"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one derivative that was asked for earned: `marks` is None where somebody has to look, for `look`."""

    asked: Asked
    verdict: Verdict
    marks: Fraction | None
    look: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with its lines and parts; `marks` is None where one of the parts is open."""

    question: Question
    text: str
    lines: tuple[LineFound, ...]
    parts: tuple[Part, ...]
    look: str | None
    follow: bool = True

    @property
    def marks(self) -> Fraction | None:
        """The marks that it earned, as far as they are certain; None where somebody has to look."""
        if self.look is not None:
            return None
        return sum((part.marks for part in self.parts if part.marks is not None), Fraction(0))

    def verdict(self, line: LineFound) -> Verdict:
        """What is said of a line."""
        return _of(line, follow=self.follow)


@dataclass(slots=True)
class Marker:
    """Marks answers; the same answer to a question is judged once. `follow`: what follows from a wrong line counts."""

    follow: bool = True
    _known: dict[tuple[int, str], Marked] = field(default_factory=dict)

    def marked(self, question: Question, number: int, cell: str) -> Marked:
        """The answer in a cell to the question of that number."""
        text = tidied(cell)
        key = number, text
        if key not in self._known:
            self._known[key] = self._marked(question, text)
        return self._known[key]

    def _marked(self, question: Question, text: str) -> Marked:
        if not text:
            parts = tuple(Part(asked, "missing", Fraction(0)) for asked in question.asked)
            return Marked(question, text, (), parts, None)
        if question.lines is not None:
            return self._named(question, question.lines, text)
        try:
            lines = judged_lines(question, lines_of(text))
        except GradxError as error:
            parts = tuple(Part(asked, "open", None) for asked in question.asked)
            return Marked(question, text, (), parts, error.problem.message)
        unread = [line for line in lines if line.unread]
        parts = tuple(self._part(question, asked, lines, bool(unread)) for asked in question.asked)
        look = next((part.look for part in parts if part.look), None)
        if look and unread:
            look = f"`{unread[0].text}` cannot be read: {unread[0].unread}"
        return Marked(question, text, tuple(lines), parts, look, self.follow)

    def _named(self, question: Question, lines: Lines, text: str) -> Marked:
        """An answer that says which line is wrong."""
        k = lines.named(text)
        is_right = k == lines.wanted
        marks = None if k is None else question.marks * is_right / len(question.asked)
        verdict: Verdict = "open" if k is None else "right" if is_right else "wrong"
        status: Status = "correct" if is_right else "wrong"
        told = None if is_right else f"the line that is wrong is {lines.texts[lines.wanted]}"
        found = () if k is None else (LineFound(lines.texts[k], None, status, status, why=told),)
        parts = tuple(Part(asked, verdict, marks) for asked in question.asked)
        return Marked(question, text, found, parts, NO_LINE if k is None else None, self.follow)

    def _part(self, question: Question, asked: Asked, lines: Sequence[LineFound], unread: bool) -> Part:
        share = question.marks / len(question.asked)
        own = [line for line in lines if line.claim is not None and asked.is_answered_by(line.claim)]
        verdicts = {_of(line, follow=self.follow) for line in own if not line.only_goes_on}
        if not verdicts:
            look = f"{asked.text} is not among the lines that can be read"
            return Part(asked, "open", None, look) if unread else Part(asked, "missing", Fraction(0))
        if "open" in verdicts:
            line = next(line for line in own if _of(line, follow=self.follow) == "open")
            if line.where:
                return Part(
                    asked, "open", None, f"{asked.text} is right where {line.where}, and the key assumes nothing"
                )
            reason = line.reason
            return Part(asked, "open", None, f"{asked.text} is not decided{f': {reason}' if reason else ''}")
        if "wrong" in verdicts and len(verdicts) > 1:
            return Part(asked, "open", None, f"{asked.text} is given more than once, and not all of it is right")
        verdict: Verdict = "wrong" if "wrong" in verdicts else "follows" if "follows" in verdicts else "right"
        return Part(asked, verdict, Fraction(0) if verdict == "wrong" else share)


def _of(line: LineFound, *, follow: bool) -> Verdict:
    if line.unread or line.status is None:
        return "open"
    if line.status == "correct":
        return "right"
    if follow and line.given == "correct":
        return "follows"
    if line.where and line.status == "wrong":
        return "open"
    if line.status == "undecided" or (follow and line.given == "undecided"):
        return "open"
    return "wrong"


NOT_ANSWERED = "missing"
UNEXPLAINED = "unexplained"
NOTHING = "nothing was handed in"
NO_LINE = "it names none of the lines"


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
        asked = asked or f"{'d' * (line.claim.order > 0)}{names[line.claim.wrt]}"
        key = asked, line.kind or UNEXPLAINED
        if key not in told:
            told.add(key)
            yield asked, key[1], line.text, line.why or ""
