"""A sheet of answers against its key: which column answers which question, whose row it is; then row after row, until
Ctrl-C.

Google Forms has `Timestamp, Email Address` (once `Username`), Moodle `Last name, First name, Email address` or
`Identifier, Full name, Email address`, Canvas `name, id, sis_id` or `Student, ID, SIS User ID, SIS Login ID`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gradx.errors import GradxError
from gradx.language.diagnosis import brief
from gradx.lessons.grading.key import COLUMNS, NEEDED, Question, read_question
from gradx.lessons.grading.marking import Marker, Submission, submission
from gradx_cli.sheets import Row, Sheet, read_sheet
from gradx_cli.waiting import Interruption, Progress

_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "identifier"),
    "sis": ("sis user id", "sis_id", "id number"),
    "email": ("email address", "email", "e-mail", "e-mail address", "e-mail-adresse", "username", "sis login id"),
    "name": ("full name", "name", "student", "student name", "your name", "vollständiger name", "nom complet"),
    "first": ("first name", "firstname", "vorname", "prénom"),
    "last": ("last name", "lastname", "surname", "nachname"),
}

_NOT_PEOPLE: Final = ("points possible", "overall average", "student, test", "test student")
"""What stands in place of a name in the rows that the tools add."""

LONGEST_NAME: Final = 80


def plain(text: str) -> str:
    """A heading or a name as it is compared: small letters, single blanks."""
    return " ".join(text.casefold().split())


class People:
    """The rows of a sheet as people."""

    def __init__(self, sheet: Sheet) -> None:
        headings = list(map(plain, sheet.heading.cells))
        self._columns = {
            kind: next((headings.index(name) for name in names if name in headings), None)
            for kind, names in _HEADINGS.items()
        }
        self._known = [self.identity(row) for row in sheet.rows]
        pairs = Counter((kind, text) for one in self._known for kind, text in one.items())
        self._places = {pair: k for k, one in enumerate(self._known) for pair in one.items() if pairs[pair] == 1}

    def shown(self, row: Row) -> str:
        """The name as it is told; where there is none the address, or which row it is."""
        first, last = self._cell(row, "first"), self._cell(row, "last")
        name = " ".join(filter(None, (first, last))) or self._cell(row, "name")
        name = name or self._cell(row, "email") or self._cell(row, "id") or f"row {row.number}"
        return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"

    def is_person(self, row: Row) -> bool:
        """Whether a row is somebody's, and no total or average."""
        return plain(self.shown(row)) not in _NOT_PEOPLE and any(map(str.strip, row.cells))

    def identity(self, row: Row) -> dict[str, str]:
        """What the row says of who it is, each part as it is compared."""
        found = {kind: plain(self._cell(row, kind)) for kind in ("id", "sis", "email")}
        first, last = self._cell(row, "first"), self._cell(row, "last")
        name = f"{first} {last}" if first or last else self._cell(row, "name")
        last_first, comma, rest = name.partition(",")
        found["name"] = plain(f"{rest} {last_first}" if comma else name)
        return {kind: text for kind, text in found.items() if text}

    def place(self, identity: Mapping[str, str]) -> int | None:
        """Which row is this person's; None where none is, or two may be: one by its id, another by its name."""
        found = {self._places[pair] for pair in identity.items() if pair in self._places}
        return found.pop() if len(found) == 1 else None

    def repeated(self, rows: Sequence[Row]) -> set[int]:
        """The numbers of the rows of people who have more than one."""
        own = [(row.number, self.identity(row)) for row in rows]
        keys = [(number, one.get("email") or one.get("id") or one.get("name")) for number, one in own]
        counts = Counter(key for _, key in keys if key)
        return {number for number, key in keys if key and counts[key] > 1}

    def _cell(self, row: Row, kind: str) -> str:
        column = self._columns[kind]
        return "" if column is None else " ".join(row.cell(column).split())


ON_A_TERMINAL_S, IN_A_LOG_S = 0.2, 10.0

_NUMBERED: Final = re.compile(r"(?:response|answer|antwort|réponse|respuesta)\s*([0-9]+)")
"""How Moodle heads the answers to its questions."""

_NUMBER: Final = re.compile(r"(?:\D*[^\w]|q|question|aufgabe)?\s*([0-9]+)")
_CANVAS_ID: Final = re.compile(r"[0-9]+:\s*")
_MOST_LISTED: Final = 8


@dataclass
class Grading:
    """A class while it is graded. `done` are the submissions so far, `stopped` whether somebody pressed Ctrl-C."""

    sheet: Sheet
    questions: tuple[Question, ...]
    columns: tuple[int, ...]
    marker: Marker
    done: list[Submission] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    stopped: bool = False

    @classmethod
    def of(cls, answers: Path, key: Path, *, follow: bool) -> Grading:
        """GradxError("file") for sheets that do not fit each other."""
        questions = read_key(key)
        sheet = read_sheet(answers)
        if not sheet.rows:
            raise GradxError(
                "file", f"{sheet.where} has a heading and no answers", hint="every other row is somebody's"
            )
        columns = tuple(_column(sheet, question.name) for question in questions)
        return cls(sheet, questions, columns, Marker(follow))

    @property
    def people(self) -> People:
        """Whose rows they are."""
        return People(self.sheet)

    def graded(self) -> Iterator[Submission]:
        """Each submission as soon as it is marked, until all are or Ctrl-C is pressed."""
        people = self.people
        rows = [
            row
            for row in self.sheet.rows
            if people.is_person(row)
            and (people.identity(row) or any(row.cell(column).strip() for column in self.columns))
        ]
        repeated = people.repeated(rows)
        tty = sys.stderr.isatty()
        pause_s = ON_A_TERMINAL_S if tty else IN_A_LOG_S
        with Interruption() as interruption, Progress(sys.stderr, pause_s, pause_s, rewritten=tty) as progress:
            for k, row in enumerate(rows):
                progress.tell(f"graded {k} of {len(rows)} (Ctrl-C keeps what is done)")
                spoilt = self._spoilt(row, row.number in repeated)
                cells = [row.cell(column) for column in self.columns]
                one = submission(self.marker, self.questions, people.shown(row), row.number, cells, spoilt)
                self.done.append(one)
                self.rows.append(row)
                yield one
                if interruption.asked:
                    self.stopped = k + 1 < len(rows)
                    break

    def _spoilt(self, row: Row, repeated: bool) -> str | None:
        """Why nothing in a row can be trusted."""
        width = len(self.sheet.heading.cells)
        if any(map(str.strip, row.cells[width:])):
            return f"the row has {len(row.cells)} cells, and there are {width} columns"
        return "handed in more than once" if repeated else None


def read_key(path: Path) -> tuple[Question, ...]:
    """The questions of a key. GradxError("file") where it is none."""
    sheet = read_sheet(path)
    names = list(map(plain, sheet.heading.cells))
    missing = [name for name in NEEDED if name not in names]
    if missing:
        message = f"the key {sheet.where} has no column {' and no column '.join(missing)}"
        raise GradxError("file", message, hint=f"its columns are {','.join(COLUMNS)}")
    places: dict[str, int] = {name: names.index(name) for name in COLUMNS if name in names}
    rows = [row for row in sheet.rows if any(map(str.strip, row.cells))]
    read = [(row.number, {name: row.cell(k) for name, k in places.items()}) for row in rows]
    questions = tuple(read_question(cells, number) for number, cells in read)
    first: dict[str, int] = {}
    for (number, _), question in zip(read, questions, strict=True):
        if first.setdefault(plain(question.name), number) != number:
            message = f"line {number} of the key asks {question.name} again, as line {first[plain(question.name)]} does"
            raise GradxError("file", message, hint="give one of them another name")
    if not questions:
        raise GradxError("file", f"the key {sheet.where} has no question", hint="every line below the first is one")
    return questions


def _column(sheet: Sheet, name: str) -> int:
    """The column of the answers to a question. GradxError("file") where none is, or several may be."""
    headings = list(map(plain, sheet.heading.cells))
    wanted = plain(name)
    titles = [_CANVAS_ID.sub("", heading, count=1) for heading in headings]
    numbers = [match[1] if (match := _NUMBERED.fullmatch(heading)) else "" for heading in headings]
    number = _NUMBER.fullmatch(wanted)
    for found in (
        [k for k, heading in enumerate(headings) if heading == wanted],
        [k for k, title in enumerate(titles) if title == wanted],
        [k for k, n in enumerate(numbers) if number and n == number[1]],
        [
            k
            for k, title in enumerate(titles)
            if re.match(rf"{re.escape(wanted)}(?!\w)(?!.*\[(?:score|feedback)\]$)", title)
        ],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            message = f"{len(found)} columns of {sheet.where} may answer the question {brief(name)}"
            raise GradxError("file", message, hint="the key names a question as its column is headed")
    listed = ", ".join(brief(cell) for cell in sheet.heading.cells[:_MOST_LISTED] if cell.strip())
    raise GradxError("file", f"no column of {sheet.where} is headed {brief(name)}", hint=f"its columns are {listed}")
