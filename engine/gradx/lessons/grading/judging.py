"""Each line of an answer judged: on its own, and given what stands above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from gradx.errors import GradxError
from gradx.lessons.checking import Checked, solve
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.judging import Status
from gradx.lessons.claims.lines import condition_beside
from gradx.lessons.claims.page import Page, read_page
from gradx.lessons.claims.sample import work
from gradx.lessons.grading.key import Question

MOST_WORK: Final = 1_500
"""What a line may cost at one point, in products: so many are judged that none may take long."""

_WORK: Final = re.compile(r"(?=.*[-+*/^·×].*)(?!.*[d∂])[^='_{}\\\\]+")
"""Something worked out, and no derivative's name."""

_INSIDE: Final = re.compile(r"\([^()]*\)|\bif\b.*\belse\b")
"""Where a comparison chooses between branches: `where(x > 0, 1, 0)`, `1 if x > 0 else 0`."""

NAMELESS: Final = "it does not say which derivative it is"
SILENT: Final = "it claims nothing of what is asked for"


@dataclass(frozen=True, slots=True)
class LineFound:
    """A line and what is known of it. `status` is the truth, `given` whether it follows from the lines above.

    `claim` is None for a line that is none, with the reason in `unread`. `kind` and `why` name the mistake, `right` is
    what should stand there, and `where` says on what part of the domain it is right.
    """

    text: str
    claim: Claim | None
    status: Status | None = None
    given: Status | None = None
    kind: str | None = None
    why: str | None = None
    right: str | None = None
    reason: str | None = None
    unread: str | None = None
    where: str | None = None

    @property
    def only_follows(self) -> bool:
        """Whether it is wrong for no other reason than a wrong line above."""
        return self.status == "wrong" and self.given == "correct"

    @property
    def only_goes_on(self) -> bool:
        """Whether it is wrong for no other reason than what it is set equal to."""
        return self.only_follows and self.claim is not None and self.claim.equals is not None


def judged_lines(question: Question, lines: Sequence[str]) -> list[LineFound]:
    """The lines of one answer that claim something, and those that cannot be read."""
    page, unread = _read(question, lines)
    solved = solve(
        question.program, page.claims, question.bindings, question.point, None, question.assumptions, question.answers
    )
    found = [
        (number, _found(question, _text(question, lines[number], result.claim, page.numbers.count(number)), result))
        for number, result in zip(page.numbers, solved.results, strict=True)
    ]
    if not all(any(asked.is_answered_by(claim) for claim in page.claims) for asked in question.asked):
        said = {*page.numbers, *unread}
        unread |= {k: SILENT for k in range(len(lines)) if k not in said and _is_idle(lines, k)}
    found += [(number, LineFound(lines[number], None, unread=reason)) for number, reason in unread.items()]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _is_idle(lines: Sequence[str], k: int) -> bool:
    """Whether a line makes no condition and defines no helper that another line uses: what it means is not known."""
    name = re.escape(lines[k].partition("=")[0].strip())
    used = any(re.search(rf"(?<!\w){name}(?!\w)", line) for j, line in enumerate(lines) if j != k)
    return not used and not set("<>") & set(lines[k])


def _read(question: Question, lines: Sequence[str]) -> tuple[Page, dict[int, str]]:
    """The page of the lines that can be read, and why the others cannot."""
    program, unread = question.program, dict[int, str]()
    written = [_named(question, line) for line in lines]
    unread |= {k: NAMELESS for k, line in enumerate(lines) if not written[k] and line.strip()}
    with suppress(GradxError):
        return _usable(question, read_page(program, written)), unread
    page = Page((), ())
    for k in range(len(written)):
        try:
            page = _usable(question, read_page(program, written[: k + 1]))
        except GradxError as error:
            unread[k] = error.problem.message
            written[k] = ""
    return page, unread


def _usable(question: Question, page: Page) -> Page:
    """The page without the conditions that the question makes itself. GradxError where others stand on it, and where it
    is too large."""
    known = {"".join(assumed.text.split()) for assumed in question.assumptions}
    if any("".join(assumed.text.split()) not in known for claim in page.claims for assumed in claim.where):
        raise GradxError("claim", "it says where it holds, which is not asked")
    page = replace(page, claims=tuple(replace(claim, where=()) for claim in page.claims))
    if any(work(claim.formula) > MOST_WORK for claim in page.claims):
        raise GradxError("size", "it is too large to be judged")
    return page


def _named(question: Question, line: str) -> str:
    """A line as a claim: a formula alone is one about what is asked for; "" where that is several derivatives."""
    if not _is_formula(question, line):
        return line
    return f"{question.asked[0].text} = {line}" if len(question.asked) == 1 else ""


def _is_formula(question: Question, line: str) -> bool:
    """Whether a line says what something is and not what it is about: `2*x`, `2*3 = 6`, `1 for x > 0`."""
    plain, condition = condition_beside(line)
    if not set("=:<>←") & set(_outside(plain)):
        return bool(plain.strip()) and (bool(condition) or plain == line)
    first, equals, rest = plain.partition("=")
    return bool(equals and rest.strip() and _WORK.fullmatch(first)) and not set(":<>←'") & set(plain)


def _outside(text: str) -> str:
    """A text without what stands in parentheses or chooses a branch."""
    before = ""
    while before != text:
        before, text = text, _INSIDE.sub("", text)
    return text


def _text(question: Question, line: str, claim: Claim, claims: int) -> str:
    """A line; of one that makes several claims, this one."""
    if claims == 1:
        return line
    head = question.asked[0].text if _is_formula(question, line) else line.partition("=")[0].strip()
    return f"{head} = {claim.text}"


def _found(question: Question, text: str, result: Checked) -> LineFound:
    mistake, shown = result.mistake, result.counterexample
    right = result.correct_formula
    if result.blamed:
        right = (result.step_formula if result.uses else result.course_formula) or right
    if result.claim.is_number and shown is not None and question.point is not None:
        right = f"{shown.actual:.10g}"
    return LineFound(
        text,
        result.claim,
        result.status,
        result.given,
        mistake.kind if mistake else None,
        mistake.message if mistake else None,
        right,
        result.reason,
        where=result.right_where,
    )
