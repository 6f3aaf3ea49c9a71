"""The key to a sheet of answers: what each question asks, of what program, and how many marks there are for it; and an
answer as the lines of a page: without markup, bullets and full stops, a claim a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from typing import Final

from gradx.errors import GradxError
from gradx.language.bindings import Binding, Point, bind, read_binding
from gradx.language.diagnosis import brief
from gradx.language.program import Program, read
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import Claim, is_claim, read_claim
from gradx.lessons.claims.lines import Assumption
from gradx.lessons.claims.page import read_page

COLUMNS: Final = ("question", "program", "ask", "point", "marks", "where")
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
        return not claim.is_update and (claim.of, claim.along or (claim.wrt,)) == (self.of, self.along)


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the key. `marks` are for all that is asked together, in equal parts; `assumptions` say where its
    lines are compared, `answers` is what is known of its program."""

    name: str
    program: Program
    asked: tuple[Asked, ...]
    bindings: tuple[Binding, ...]
    point: Point | None
    marks: Fraction
    assumptions: tuple[Assumption, ...]
    answers: Answers


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
    return Question(name, program, asked, bindings, point, marks, assumed, Answers(program.graph))


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
