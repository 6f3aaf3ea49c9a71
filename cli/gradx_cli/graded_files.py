"""What `grade` writes into its folder: a page in Markdown and HTML for everyone, three tables, a tool's own sheet."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final, Literal

from gradx.errors import GradxError
from gradx.lessons.grading.marking import Marked, Submission, tally
from gradx_cli.escape import safe
from gradx_cli.grading import Grading, People, plain
from gradx_cli.output import make_folder, write_file
from gradx_cli.pages.grade import decimal, labels, looks, shortened, student
from gradx_cli.renderers import csv, renderer
from gradx_cli.sheets import Sheet
from gradx_cli.terminal import Terminal

PAGES: Final = "students"
LONGEST_NAME: Final = 40
_MOST_NAMED: Final = 3

Tool = Literal["moodle", "canvas"]

_MOODLE_GRADE: Final = ("grade", "bewertung", "note", "calificación")
_MOODLE_FEEDBACK: Final = ("feedback comments", "feedback als kommentar", "commentaires de feedback")
_MOODLE_LOCK: Final = "grade can be changed"
_LOCKED: Final = "no"
_CANVAS_ASSIGNMENT: Final = re.compile(r".+ \([0-9]+\)")
_READ_ONLY: Final = "(read only)"


@dataclass(frozen=True, slots=True)
class Filling:
    """A tool's own sheet that is to be filled: the columns by their headings, None for one that it gets."""

    tool: Tool
    own: Sheet
    places: Mapping[str, int | None]

    @classmethod
    def of(cls, tool: Tool, own: Sheet, column: str | None) -> Filling:
        """GradxError("file") where it is not plain which column is to be filled."""
        return cls(tool, own, _filled_columns(own, tool, column))

    @property
    def columns(self) -> list[int]:
        """Where the marks go, and what is said beside them."""
        new = iter(range(len(self.own.heading.cells), len(self.own.heading.cells) + len(self.places)))
        return [next(new) if k is None else k for k in self.places.values()]


class Folder:
    """The folder of one grading. GradxError("file") where it is there and not empty, unless `force`."""

    def __init__(self, path: Path, *, force: bool) -> None:
        self.path, self._force = path, force
        make_folder(path, empty=not force)
        make_folder(path / PAGES, empty=False)

    def page(self, one: Submission, name: str) -> None:
        """What one person gets back, as Markdown and as HTML."""
        answer = student(one)
        for kind, ending in (("markdown", "md"), ("html", "html")):
            stream = io.StringIO()
            renderer(kind)(answer, Terminal(stream, None, False, True))
            self._write(f"{PAGES}/{name}.{ending}", stream.getvalue())

    def tables(self, grading: Grading) -> None:
        """The marks, the mistakes, and what is left to look at."""
        people = grading.people
        names = labels(grading.questions)
        marks: list[list[str]] = [["row", "name", "email", "id", *names, "total", "look", "page"]]
        for one, row in zip(grading.done, grading.rows, strict=True):
            who = people.identity(row)
            own = [decimal(one.marks(found)) for found in one.answers]
            place = f"{PAGES}/{file_name(one, len(grading.sheet.rows))}.html"
            looked = len(one.looks)
            own_id = who.get("id") or who.get("sis") or ""
            marks.append(
                [str(one.row), one.name, who.get("email", ""), own_id, *own, decimal(one.total), str(looked), place]
            )
        self._table("grades.csv", marks)
        head = ["question", "asked", "mistake", "count", "example", "message"]
        found = (
            [each.question, each.asked, each.mistake, str(each.count), shortened(each.example), each.message]
            for each in tally(grading.done)
        )
        self._table("tally.csv", [head, *found])
        head = ["row", "name", "question", "answer", "reason"]
        left = ([str(each[key] or "") for key in head] for each in looks(grading.done))
        self._table("look.csv", [head, *left])

    def sheet(self, grading: Grading, filling: Filling) -> tuple[str, ...]:
        """The tool's own sheet with the marks in it; what is to be said of that."""
        changes, lost = _changes(grading, filling)
        added = tuple(heading for heading, k in filling.places.items() if k is None)
        self._write(f"{filling.tool}.csv", filling.own.filled(changes, added))
        where = filling.own.where
        if len(lost) > _MOST_NAMED:
            return (f"{len(lost)} people are not in {where}: their marks are in grades.csv alone",)
        return tuple(f"nobody in {where} is {safe(name)}: the marks are in grades.csv alone" for name in lost)

    def _table(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        stream = io.StringIO()
        csv.write([list(map(csv.text, row)) for row in rows], Terminal(stream, None, False, True))
        self._write(name, stream.getvalue())

    def _write(self, name: str, content: str | bytes) -> None:
        write_file(self.path / name, content, force=self._force)


def file_name(one: Submission, most: int) -> str:
    """A name for a person's pages that no other has and every system takes: `007-ann-lee`."""
    plain_name = unicodedata.normalize("NFKD", one.name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain_name))[:LONGEST_NAME].strip("-")
    number = str(one.row).zfill(len(str(most)))
    return f"{number}-{words}" if words else number


def _filled_columns(own: Sheet, tool: Tool, column: str | None) -> dict[str, int | None]:
    """The columns to be filled, None for one that the sheet does not have yet. GradxError("file") where it is not
    plain which."""
    headings = list(map(plain, own.heading.cells))
    if column is not None:
        found = next((k for k, heading in enumerate(headings) if heading == plain(column)), None)
        return {column: found}
    if tool == "moodle":
        grade = next((k for k, heading in enumerate(headings) if heading in _MOODLE_GRADE), None)
        feedback = next((k for k, heading in enumerate(headings) if heading in _MOODLE_FEEDBACK), None)
        return {"Grade": grade, "Feedback comments": feedback}
    read_only = {k for row in own.rows[:3] for k, cell in enumerate(row.cells) if plain(cell) == _READ_ONLY}
    mine = [
        k
        for k, cell in enumerate(own.heading.cells)
        if _CANVAS_ASSIGNMENT.fullmatch(cell.strip()) and k not in read_only
    ]
    if len(mine) != 1:
        listed = ", ".join(own.heading.cells[k].strip() for k in mine[:4])
        message = f"{own.where} has {len(mine) or 'no'} columns of assignments"
        hint = f'say which: --column "{own.heading.cells[mine[0]].strip()}"' if mine else "--column NAME makes one"
        raise GradxError("file", message + (f": {safe(listed)}" if mine else ""), hint=safe(hint))
    return {own.heading.cells[mine[0]]: mine[0]}


def _changes(grading: Grading, filling: Filling) -> tuple[Mapping[tuple[int, int], str], list[str]]:
    """What goes into which cell, and who is not in the sheet."""
    own = filling.own
    people, mine = People(own), grading.people
    numbers = {row.number: k for k, row in enumerate(own.rows)}
    headings = list(map(plain, own.heading.cells))
    lock = headings.index(_MOODLE_LOCK) if _MOODLE_LOCK in headings else None
    found: dict[tuple[int, int], str] = {}
    lost: list[str] = []
    for one, row in zip(grading.done, grading.rows, strict=True):
        place = numbers[row.number] if own is grading.sheet else people.place(mine.identity(row))
        if place is None:
            lost.append(one.name)
        elif one.total is not None and (lock is None or plain(own.rows[place].cell(lock)) != _LOCKED):
            told = (decimal(one.total), csv.text(feedback(one)))
            found |= {(place, column): text for column, text in zip(filling.columns, told, strict=False)}
    return found, lost


def feedback(one: Submission) -> str:
    """What a tool shows beside the mark, as HTML text: each question's marks, and the lines that are wrong."""
    names = labels([found.question for found in one.answers])
    return "; ".join(_told(name, one, found) for name, found in zip(names, one.answers, strict=True))


def _told(name: str, one: Submission, found: Marked) -> str:
    wrong = [line for line in found.lines if found.verdict(line) == "wrong" and not line.only_follows]
    said = [f"{line.text}: {line.why}" if line.why else f"{line.text} is wrong" for line in wrong]
    said += [f"{part.asked.text} is missing" for part in found.parts if part.verdict == "missing"]
    marks = f"{name}: {decimal(one.marks(found))} of {decimal(found.question.marks)}"
    return escape(safe(f"{marks} ({'; '.join(map(shortened, said))})" if said else marks), quote=False)
