"""The texts in the first sheet of an .xlsx file, with what Python brings: an archive of XML (ECMA-376, parts 1 and 2).

Of a sheet of answers the texts are wanted and nothing else: no styles, no formulas, no drawings. That is a page of
code; a library for all the rest would be a dependency of every user. Nothing is taken from the archive that is larger
than a sheet of answers can be, no entity is expanded, and no formula is worked out: what Excel saved is its value.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from gradx.errors import GradxError

LARGEST_PART = 256 * 2**20
"""Bytes of XML in one part, unpacked."""

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 2_000, 5_000_000

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHEETS = "xl/_rels/workbook.xml.rels"

Attributes = dict[str, str]


class _RefusedError(Exception):
    """Something that no sheet of answers has; the text says what."""


def first_sheet(content: bytes, where: str) -> list[tuple[str, ...]]:
    """The texts of the rows of the first sheet. GradxError("file") for what is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            shared = _Strings()
            if "xl/sharedStrings.xml" in archive.namelist():
                shared.read(_part(archive, "xl/sharedStrings.xml"))
            sheet = _Cells(shared.texts)
            sheet.read(_part(archive, _first_path(archive)))
            return sheet.table()
    except _RefusedError as error:
        raise GradxError("size", f"{where} {error}", hint="save the sheet of answers alone, as CSV") from None
    except (zipfile.BadZipFile, LookupError, expat.ExpatError, ValueError, NotImplementedError, RuntimeError, EOFError):
        message = f"{where} is an archive, and no workbook that can be read"
        raise GradxError("file", message, hint="save it as .xlsx or CSV") from None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise _RefusedError("unpacks to more than a sheet of answers can be")
    with archive.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise _RefusedError("unpacks to more than a sheet of answers can be")
    return content


def _first_path(archive: zipfile.ZipFile) -> str:
    """Where in the archive the first sheet is."""
    sheets, targets = _Elements("sheet"), _Elements("Relationship")
    sheets.read(_part(archive, "xl/workbook.xml"))
    targets.read(_part(archive, _SHEETS))
    by_id = {found.get("Id", ""): found.get("Target", "") for found in targets.found}
    (first, *_) = [found for found in sheets.found if found.get("state", "visible") == "visible"] or sheets.found
    name = next((value for key, value in first.items() if key.rpartition(":")[2] == "id"), "")
    return posixpath.normpath(posixpath.join("/xl", by_id[name])).lstrip("/")


class _Reader:
    """XML read from front to back; a subclass says what an element means. What declares a document type is refused."""

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._declared
        parser.buffer_text = True
        parser.Parse(content, True)

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text between elements."""

    def _start(self, name: str, attributes: Attributes) -> None:
        self.start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self.end(name.rpartition(":")[2])

    @staticmethod
    def _declared(*_: object) -> None:
        raise _RefusedError("declares entities, which no spreadsheet does")


@dataclass
class _Elements(_Reader):
    """The attributes of all elements of one name."""

    wanted: str
    found: list[Attributes] = field(default_factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == self.wanted:
            self.found.append(attributes)


@dataclass
class _Strings(_Reader):
    """The texts that cells refer to by number. What is written above them as a reading aid (`rPh`) is none of them."""

    texts: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _open: bool = False
    _aid: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._parts = []
        self._aid = self._aid or name == "rPh"
        self._open = name == "t" and not self._aid

    def end(self, name: str) -> None:
        self._open = False
        if name == "rPh":
            self._aid = False
        if name == "si":
            self.texts.append(_plain("".join(self._parts)))

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)


@dataclass
class _Cells(_Reader):
    """The texts of a sheet's cells, by row and column."""

    shared: list[str]
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    _row: int = 0
    _column: int = 0
    _type: str = ""
    _parts: list[str] = field(default_factory=list)
    _open: bool = False
    _count: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _number(place[1]) if place else self._column + 1
            self._type = attributes.get("t", "n")
            self._parts = []
        self._open = name in ("v", "t")

    def end(self, name: str) -> None:
        self._open = False
        if name != "c":
            return
        self._count += 1
        if self._row > MOST_ROWS or self._column > MOST_COLUMNS or self._count > MOST_CELLS:
            raise _RefusedError(f"has more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns")
        text = _TEXT.get(self._type, _plain)("".join(self._parts))
        if self._type == "s" and text:
            text = self.shared[int(text)]
        if text:
            self.rows.setdefault(self._row, {})[self._column] = text

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)

    def table(self) -> list[tuple[str, ...]]:
        """The rows, one after the other, with what has no text as ""."""
        last = max(self.rows, default=0)
        found = (self.rows.get(k, {}) for k in range(1, last + 1))
        return [tuple(row.get(k, "") for k in range(1, max(row, default=0) + 1)) for row in found]


def _number(letters: str) -> int:
    """1 for A, 27 for AA."""
    found = 0
    for letter in letters:
        found = 26 * found + ord(letter) - ord("A") + 1
    return found


def _plain(text: str) -> str:
    """The text with what XML cannot hold, `_x000D_`, as the character that it stands for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _decimal(text: str) -> str:
    """A number as it was typed: 0.1 for the 0.10000000000000001 that Excel saves."""
    try:
        return repr(float(text)).removesuffix(".0")
    except ValueError:
        return text


def _truth(text: str) -> str:
    return {"1": "TRUE", "0": "FALSE"}.get(text, text)


_TEXT: dict[str, Callable[[str], str]] = {"n": _decimal, "s": str, "b": _truth, "e": str}
"""How the value of a cell of this type reads."""
