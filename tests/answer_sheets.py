"""Sheets of answers as files: an .xlsx as Excel and Google write it, and a class of sixty."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

CASES = Path(__file__).parent / "cases" / "grade"
KEY = CASES / "key.csv"

ANSWERS = [json.loads(line) for line in (CASES / "answers.jsonl").read_text("utf-8").splitlines()]
QUESTIONS = ("Q1", "Q2", "Q3")


class Handed(NamedTuple):
    """Somebody's answers, with the marks that a teacher gave each (None: to be looked at)."""

    name: str
    answers: tuple[str, ...]
    marks: tuple[float | None, ...]


def a_class(size: int, marks: str = "mark") -> list[Handed]:
    """So many submissions, put together from the answers that were marked by hand."""
    pools = [[row for row in ANSWERS if row["question"] == question] for question in QUESTIONS]
    found = []
    for k in range(size):
        rows = [pool[(k * step + k // len(pool)) % len(pool)] for pool, step in zip(pools, (1, 3, 5), strict=True)]
        found.append(Handed(f"Student {k:03d}", tuple(row["text"] for row in rows), tuple(row[marks] for row in rows)))
    return found


def as_csv(handed: Sequence[Handed], separator: str = ",") -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["Name", *QUESTIONS])
    writer.writerows([one.name, *one.answers] for one in handed)
    return stream.getvalue()


WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Answers" sheetId="1" r:id="rId3"/></sheets></workbook>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId3" Type="t" Target="worksheets/sheet1.xml"/></Relationships>'
)


def as_xlsx(rows: Sequence[Sequence[str | float]], *, inline: bool = False) -> bytes:
    """A workbook: texts in the table of shared strings, as Excel has them, or in the cells themselves."""
    shared: list[str] = []
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for k, value in enumerate(row):
            place = f"{chr(65 + k)}{number}"
            if isinstance(value, float):
                cells.append(f'<c r="{place}"><v>{value:.17g}</v></c>')
            elif inline:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
            elif value:
                shared.append(value)
                cells.append(f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    sheet = f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>"
    # The first half of a text in a run of its own, with a reading aid above it, which is no part of the text.
    strings = "".join(
        f"<si><r><t>{escape(text[:2])}</t></r><rPh><t>aid</t></rPh><r><t>{escape(text[2:])}</t></r></si>"
        for text in shared
    )
    return packed(sheet, f"<sst>{strings}</sst>")


def packed(sheet: str, strings: str = "<sst/>") -> bytes:
    """The archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/sharedStrings.xml", strings)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return stream.getvalue()
