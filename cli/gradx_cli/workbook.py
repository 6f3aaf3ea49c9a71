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
from collections.abc import Iterator, Sequence
from typing import Literal
from xml.parsers import expat

from gradx.errors import GradxError

LARGEST_PART = 256 * 2**20
"""Bytes of XML in one part, unpacked."""

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 2_000, 5_000_000

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHEETS = "xl/_rels/workbook.xml.rels"

AT_ONCE = 2**20
"""Bytes that are looked at together."""

Attributes = dict[str, str]
Event = tuple[Literal["start", "end", "text"], str, Attributes]
"""The start of an element, by its name, with its attributes; its end; or a text."""


class _RefusedError(Exception):
    """Something that no sheet of answers has; the text says what."""


def first_sheet(content: bytes, where: str) -> list[tuple[str, ...]]:
    """The texts of the rows of the first sheet. GradxError("file") for what is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            is_shared = "xl/sharedStrings.xml" in archive.namelist()
            shared = _shared(_part(archive, "xl/sharedStrings.xml")) if is_shared else []
            return _rows(_part(archive, _first_path(archive)), shared)
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
    sheets = _attributes(_part(archive, "xl/workbook.xml"), "sheet")
    targets = _attributes(_part(archive, _SHEETS), "Relationship")
    by_id = {found.get("Id", ""): found.get("Target", "") for found in targets}
    (first, *_) = [found for found in sheets if found.get("state", "visible") == "visible"] or sheets
    name = next((value for key, value in first.items() if key.rpartition(":")[2] == "id"), "")
    return posixpath.normpath(posixpath.join("/xl", by_id[name])).lstrip("/")


def _events(content: bytes) -> Iterator[Event]:
    """What XML says, from front to back. What declares a document type is refused."""
    found: list[Event] = []

    def declared(*_: object) -> None:
        raise _RefusedError("declares entities, which no spreadsheet does")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, own: found.append(("start", name.rpartition(":")[2], own))
    parser.EndElementHandler = lambda name: found.append(("end", name.rpartition(":")[2], {}))
    parser.CharacterDataHandler = lambda text: found.append(("text", text, {}))
    parser.StartDoctypeDeclHandler = declared
    for at in range(0, len(content) + 1, AT_ONCE):
        parser.Parse(content[at : at + AT_ONCE], at + AT_ONCE > len(content))
        yield from found
        found.clear()


def _attributes(content: bytes, wanted: str) -> list[Attributes]:
    """The attributes of all elements of one name."""
    return [own for kind, name, own in _events(content) if kind == "start" and name == wanted]


def _shared(content: bytes) -> list[str]:
    """The texts that cells refer to by number. What is written above them as a reading aid (`rPh`) is none of them."""
    texts: list[str] = []
    parts: list[str] = []
    is_open = is_aid = False
    for kind, name, _ in _events(content):
        if kind == "text":
            parts += [name] * is_open
            continue
        is_open = kind == "start" and name == "t" and not is_aid
        if name == "rPh":
            is_aid = kind == "start"
        elif name == "si":
            texts += [_plain("".join(parts))] * (kind == "end")
            parts = []
    return texts


def _rows(content: bytes, shared: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows of a sheet, one after the other, with what has no text as ""."""
    rows: dict[int, dict[int, str]] = {}
    row = column = count = 0
    sort, is_open = "", False
    parts: list[str] = []
    for kind, name, own in _events(content):
        if kind == "text":
            parts += [name] * is_open
            continue
        is_open = kind == "start" and name in ("v", "t")
        if kind == "start" and name == "row":
            row, column = int(own["r"]) if "r" in own else row + 1, 0
        elif kind == "start" and name == "c":
            place = _PLACE.fullmatch(own.get("r", ""))
            column = _number(place[1]) if place else column + 1
            sort, parts = own.get("t", "n"), []
        elif name == "c":
            count += 1
            if row > MOST_ROWS or column > MOST_COLUMNS or count > MOST_CELLS:
                raise _RefusedError(f"has more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns")
            if text := _text(sort, "".join(parts), shared):
                rows.setdefault(row, {})[column] = text
    found = (rows.get(k, {}) for k in range(1, max(rows, default=0) + 1))
    return [tuple(cells.get(k, "") for k in range(1, max(cells, default=0) + 1)) for cells in found]


def _text(sort: str, text: str, shared: Sequence[str]) -> str:
    """How the value of a cell of this sort reads."""
    match sort:
        case "n":
            return _decimal(text)
        case "s":
            return shared[int(text)] if text else ""
        case "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        case "e":
            return text
    return _plain(text)


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
