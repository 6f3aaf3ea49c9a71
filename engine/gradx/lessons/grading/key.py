"""The key to a sheet of answers: what each question asks, of what program, and how many marks there are for it; an
answer as the lines of a page, without markup, bullets and full stops, and each of them judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from html import unescape
from typing import Final

from gradx.errors import GradxError
from gradx.language.bindings import Binding, Point, bind, read_binding
from gradx.language.diagnosis import brief
from gradx.language.program import Program, read
from gradx.lessons.checking import Checked, solve
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import Claim, is_claim, read_claim
from gradx.lessons.claims.judging import Status
from gradx.lessons.claims.lines import Assumption, condition_beside
from gradx.lessons.claims.page import Page, read_page
from gradx.lessons.claims.sample import work
from gradx.lessons.grading.chosen import Lines, read_lines

COLUMNS: Final = ("question", "program", "ask", "point", "marks", "where", "choices", "line")
NEEDED: Final = COLUMNS[:2]

_BLANKS: Final = re.compile(r"[\s,;]+")
_BINDING: Final = re.compile(r"[\s,;]+(?=[^\s,;=]+\s*=)")
_ARRAY: Final = re.compile(r"=\s*\[")
_MARKS: Final = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?|[0-9]{1,6}/[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A derivative that a question asks for, `text` as the key names it."""

    text: str
    of: int
    along: tuple[int, ...]

    def is_answered_by(self, claim: Claim) -> bool:
        """Whether a claim is about it."""
        return (
            not claim.is_update and claim.order > 0 and (claim.of, claim.along or (claim.wrt,)) == (self.of, self.along)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the key. `marks` are for all that is asked together, in equal parts; `assumptions` say where its
    lines are compared, `answers` is what is known of its program, `lines` those of which one is wrong, and asked
    for."""

    name: str
    program: Program
    asked: tuple[Asked, ...]
    bindings: tuple[Binding, ...]
    point: Point | None
    marks: Fraction
    assumptions: tuple[Assumption, ...]
    answers: Answers
    lines: Lines | None = None


def read_question(cells: Mapping[str, str], line: int) -> Question:
    """The question in a row of the key. GradxError, with the line of the key in its message, for what cannot be used.

    >>> question = read_question({"question": "Q1", "program": "w*x + b", "ask": "dw db", "marks": "3"}, 2)
    >>> [asked.text for asked in question.asked], question.marks
    (['dw', 'db'], Fraction(3, 1))
    """
    name = " ".join(cells.get("question", "").split())
    try:
        return _question(name, cells)
    except GradxError as error:
        problem = error.problem
        message = f"line {line} of the key{f' ({brief(name)})' if name else ''}: {problem.message}"
        raise GradxError(problem.kind, message, hint=problem.hint, span=problem.span) from None


def _question(name: str, cells: Mapping[str, str]) -> Question:
    if not name:
        raise GradxError("file", "the question has no name", hint="it is the heading of a column of the answers")
    if not cells.get("program", "").strip():
        raise GradxError("file", "there is no program", hint="write what is to be differentiated: w*x + b")
    given = cells.get("point", "").strip(" ,;")
    if _ARRAY.search(given):
        hint = "gradx check takes claims about whole gradients, one after the other"
        raise GradxError("file", "vectors and matrices are not graded: a value is one number", hint=hint)
    bindings = tuple(map(read_binding, filter(None, _BINDING.split(given))))
    program = read(undefused(cells["program"]), frozenset(binding.name for binding in bindings))
    point = bind(program, bindings) if bindings or not program.is_open else None
    asked = _asked(program, cells.get("ask", ""))
    marks = _marks(cells.get("marks", ""), len(asked))
    assumed = _assumed(program, cells.get("where", ""))
    lines = read_lines(cells.get("choices", ""), cells.get("line", ""))
    return Question(name, program, asked, bindings, point, marks, assumed, Answers(program.graph), lines)


def _assumed(program: Program, text: str) -> tuple[Assumption, ...]:
    page = read_page(program, [text])
    if page.claims or page.bindings or (text.strip() and not page.assumptions):
        raise GradxError("file", f"{brief(text.strip())!r} is no assumption", hint="as in x > 0")
    return page.assumptions


def _asked(program: Program, text: str) -> tuple[Asked, ...]:
    graph = program.graph
    names = list(filter(None, _BLANKS.split(text.strip())))
    if not names:
        if len(graph.inputs) != 1:
            hint = "ask for one or several: dw db"
            raise GradxError("file", f"it asks for nothing, and the program has {len(graph.inputs)} inputs", hint=hint)
        names = [f"d{graph.names[graph.inputs[0]]}"]
    found = []
    for name in names:
        if not is_claim(graph, f"{name}=0"):
            hint = f"a derivative is asked for as d{graph.names[graph.shown[0]]}, or du/db"
            raise GradxError("file", f"`{brief(name)}` is not a derivative of the program", hint=hint)
        claim = read_claim(program, f"{name}=0")
        found.append(Asked(name, claim.of, claim.along or (claim.wrt,)))
    return tuple(dict.fromkeys(found))


def _marks(text: str, asked: int) -> Fraction:
    text = text.strip()
    if not text:
        return Fraction(asked)
    if not _MARKS.fullmatch(text):
        raise GradxError("file", f"{brief(text)!r} is no number of marks", hint="write 3, 0.5 or 1/2")
    return Fraction(text.replace(",", "."))


MOST_CHARACTERS: Final = 5_000
MOST_LINES: Final = 80
MOST_IN_LINE: Final = 400
"""A longer answer, or line, is not read: no page of backprop is that long."""

_MARKUP: Final = re.compile(
    r"</?(?:p|br|div|span|li|ul|ol|b|i|em|strong|code|pre|sup|sub|u|font|h[1-6])(?:\s[^<>]*)?/?>", re.I
)
_RAISED: Final = re.compile(r"<sup[^<>]*>([^<>]*)</sup>", re.I)
_ENDS: Final = re.compile(r"</(?:p|div|li|pre|h[1-6])>|<br\s*/?>|<(?:p|div|li)(?:\s[^<>]*)?>", re.I)
_ENTITY: Final = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[a-z]+);", re.I)
_SEPARATOR: Final = re.compile(r"[\n;\x0b\x0c\u2028\u2029]|,\s*(?=[d∂][^,=]{1,30}=)")
_BULLET: Final = re.compile(r"^\s*(?:[•*]|\(?[0-9a-z]{1,2}[.)])\s+(?=[d∂])")
_MATHEMATICS: Final = re.compile(r"^\s*(?:\\[(\[]|\$+)|(?:\\[)\]]|\$+)\s*$")
"""What LaTeX begins and ends mathematics with."""

_DECIMAL_COMMA: Final = re.compile(r"([-+−]?[0-9]+),([0-9]+)")
_NOTHING: Final = frozenset(("", "-", "–", "—"))
"""What an export writes where nothing was answered."""


def undefused(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def tidied(cell: str) -> str:
    """The text of an answer, the same for all cells that differ in markup and blanks alone.

    >>> tidied("<p>da = a - y</p><p>dw&nbsp;=  da*x.</p>")
    'da = a - y\\ndw = da*x'
    """
    text = undefused(cell).replace("\r\n", "\n").replace("\r", "\n")
    if _MARKUP.search(text):
        text = _ENDS.sub("\n", _RAISED.sub(r"^(\1)", text))
        text = _MARKUP.sub("", text)
    if _ENTITY.search(text):
        text = unescape(text)
    lines = (" ".join(line.split()).rstrip(".,") for line in text.removeprefix("\ufeff").split("\n"))
    text = "\n".join(filter(None, lines)).strip()
    return "" if text in _NOTHING else text


def lines_of(text: str) -> list[str]:
    """The lines of a tidied answer. GradxError("size") where it is too long to be read.

    >>> lines_of("1) da = a - y; dw = da*x = (a - y)*x")
    ['da = a - y', 'dw = da*x = (a - y)*x']
    """
    if len(text) > MOST_CHARACTERS:
        raise GradxError("size", f"the answer has {len(text):,} characters, and is not read")
    parts = [_MATHEMATICS.sub("", _BULLET.sub("", part)).lstrip(" ,").rstrip(" ,.") for part in _SEPARATOR.split(text)]
    plain = (part.removeprefix("=").lstrip() for part in parts)  # `=2*x`, as in a spreadsheet
    found = [_DECIMAL_COMMA.sub(r"\1.\2", line) if _DECIMAL_COMMA.fullmatch(line) else line for line in plain if line]
    if len(found) > MOST_LINES:
        raise GradxError("size", f"the answer has {len(found)} lines, and is not read")
    longest = max(map(len, found), default=0)
    if longest > MOST_IN_LINE:
        raise GradxError("size", f"the answer has a line of {longest:,} characters, and is not read")
    return found


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
    if not all(any(asked.is_answered_by(claim) for claim in page.claims) for asked in question.asked):
        values = {n for n, claim in zip(page.numbers, page.claims, strict=True) if claim.is_value}
        said = {*page.numbers, *unread} - values
        unread |= {k: SILENT for k in range(len(lines)) if k not in said and _is_idle(lines, k)}
    found = [
        (number, _found(question, _text(question, lines[number], result.claim, page.numbers.count(number)), result))
        for number, result in zip(page.numbers, solved.results, strict=True)
        if number not in unread
    ]
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
