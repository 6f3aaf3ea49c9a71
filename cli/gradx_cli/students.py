"""Whose row it is: the columns by which the tools of courses tell people apart, and who is who in two sheets.

Google Forms has `Timestamp, Email Address` (once `Username`), Moodle `Last name, First name, Email address` or
`Identifier, Full name, Email address`, Canvas `name, id, sis_id` or `Student, ID, SIS User ID, SIS Login ID`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from gradx_cli.sheets import Row, Sheet

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
