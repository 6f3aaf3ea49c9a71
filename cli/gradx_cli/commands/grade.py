"""gradx grade: a sheet of answers against its key, with feedback for everyone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, cast

from gradx.errors import GradxError
from gradx_cli import INTERRUPTED
from gradx_cli.graded_files import Filling, Folder, Tool, file_name
from gradx_cli.grading import Grading
from gradx_cli.inputs import shown
from gradx_cli.options import EVERY, Force, Shown, argument, file_option, format_option, option, path
from gradx_cli.pages.grade import answer
from gradx_cli.renderers import DEFAULT
from gradx_cli.sheets import read_sheet

TOOLS = ("moodle", "canvas")

SHEET = "The answers: CSV, TSV or .xlsx, a row a person, as Google Forms, Moodle and Canvas export them ('-': stdin)."
Answers = Annotated[Path, argument("ANSWERS", SHEET, reads=path)]
Key = Annotated[
    Path, file_option("--key", "The questions: CSV with the columns question,program,ask,point,marks,where.", "KEY")
]
FolderOption = Annotated[
    Path | None, file_option("--output", "Write the pages and tables into this folder.", "DIR", "Output")
]
OwnFormat = Annotated[
    str, format_option(f"{EVERY}; moodle or canvas: that tool's own sheet too, with the marks in it.", TOOLS)
]
OwnSheet = Annotated[
    Path | None, file_option("--sheet", "The tool's own sheet, where that is another file than ANSWERS.")
]
ColumnName = Annotated[str | None, option("--column", "The column of that sheet for the marks.", "NAME")]
NoFollow = Annotated[bool, option("--no-follow", "A line that follows from a wrong line above earns nothing.")]


@dataclass(frozen=True, slots=True)
class Graded(Shown):
    """A format may be the name of a tool."""

    format: OwnFormat = DEFAULT


def command(
    shown_as: Graded,
    answers: Answers,
    *,
    key: Key,
    output: FolderOption = None,
    sheet: OwnSheet = None,
    column: ColumnName = None,
    no_follow: NoFollow = False,
    force: Force = False,
) -> int:
    """A sheet of answers, graded with feedback.

    [bold]Examples[/bold]

      gradx grade answers.csv --key key.csv
      gradx grade answers.xlsx --key key.csv --output graded
      gradx grade worksheet.csv --key key.csv --output graded --format moodle
      gradx grade answers.csv --key key.csv --output graded --format canvas --sheet gradebook.csv

    Each row of ANSWERS is somebody's, each row of KEY a question: the heading of its column, a program, the derivatives
    that are asked for (dw db), a point where numbers are asked for (w=1 x=2), the marks, and an assumption (x > 0).
    The marks are shared out over what is asked for. A line that follows from a wrong line above earns its marks.

    What cannot be read or decided gets no mark, and stands among what is to be looked at. In DIR are a page for
    everyone in Markdown and HTML (students/), grades.csv, tally.csv and look.csv. Ctrl-C keeps what is done.
    """
    tool = cast(Tool, shown_as.format) if shown_as.format in TOOLS else None
    grading = Grading.of(answers, key, follow=not no_follow)
    filled = None
    if tool is not None:
        if output is None:
            hint = "name a folder: --output graded"
            raise GradxError("usage", f"the sheet for {tool} is a file, and needs a place", hint=hint)
        filled = Filling.of(tool, read_sheet(sheet) if sheet else grading.sheet, column)
    warnings = _graded(grading, Folder(output, force=force) if output is not None else None, filled)
    place = None if output is None else shown(output)
    plainly = replace(shown_as, format=DEFAULT if tool else shown_as.format)
    plainly.show(answer(grading.questions, grading.done, tuple(warnings), place))
    return INTERRUPTED if grading.stopped else 0


def _graded(grading: Grading, folder: Folder | None, filled: Filling | None) -> list[str]:
    """Grade every row and write into `folder` what belongs there; the warnings."""
    warnings = list(grading.sheet.remarks)
    for one in grading.graded():
        if folder is not None:
            folder.page(one, file_name(one, len(grading.sheet.rows)))
    if folder is not None:
        folder.tables(grading)
        if filled is not None:
            warnings += folder.sheet(grading, filled)
    if grading.stopped:
        warnings.append(f"stopped after {len(grading.done)} of {len(grading.sheet.rows)} rows")
    return warnings
