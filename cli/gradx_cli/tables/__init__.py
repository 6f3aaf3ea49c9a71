"""Files of rows: one file a format. Here, which of their columns and rows are used, and answers written as rows."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from gradx.errors import GradxError, Source, Span
from gradx.language.diagnosis import brief
from gradx.language.tokens import is_name, meant_name
from gradx.lessons.tables import Batch, Table
from gradx_cli.csv_text import PLAIN
from gradx_cli.escape import quoted
from gradx_cli.pages.rows import Headings
from gradx_cli.renderers.csv import text
from gradx_cli.tables.delimited import CsvTable

if TYPE_CHECKING:
    from gradx.lessons.mapped import Answers


PARQUET = (".parquet", ".pq")

MOST_NAMED = 3
"""Columns that are not used, by name."""

MARK = "@"
"""What stands before the name of a column."""


def open_table(path: Path, *, again: bool = False) -> Table:
    """The rows of a file (`-`: of standard input). `again`: they are read more than once, from standard input too.

    GradxError("file") where there are none.
    """
    if path.suffix.lower() in PARQUET:
        from gradx_cli.tables.parquet import ParquetTable

        return ParquetTable(path)
    return CsvTable(path, again=again)


def chosen(table: Table, inputs: Collection[str]) -> list[str]:
    """The columns that are inputs. GradxError("file") where none is, or two bear the name of one."""
    wanted = [(k, name) for k, name in enumerate(table.names) if name in inputs]
    for k, name in wanted:
        if name in table.names[:k]:
            raise table.fault(f"two columns are named {name}", k, "leave one of them out")
    if not wanted:
        if inputs and all(map(PLAIN.fullmatch, table.names)):
            hint = f"write a line above it: {','.join(list(inputs)[: len(table.names)])}"
            raise table.fault("the first line holds numbers: it names the inputs", 0, hint)
        if len(table.names) == 1 and "|" in table.names[0]:
            raise table.fault(f"{table.where} is separated by |", 0, "write sep=| as the first line")
        listed = ", ".join(map(brief, list(dict.fromkeys(filter(None, table.names)))[:8]))
        alike = {name.lower(): name for name in inputs}
        other = next((name for name in table.names if name and (not is_name(name) or name.lower() in alike)), None)
        meant = alike.get((other or "").lower(), next(iter(inputs), ""))
        example = f"; {meant}={MARK}{quoted(other)} is one under another name" if other and inputs else ""
        hint = f"its columns are {listed}{example}" if inputs else "the program has no inputs"
        raise table.fault(f"no column of {table.where} is an input of the program", 0, hint)
    return [name for _, name in wanted]


def named(table: Table, words: Sequence[str]) -> list[str]:
    """Give columns the names of inputs, as `x=@Height (cm)` says, and answer all other words.

    GradxError("file") for a column that is not there.
    """
    others, table_names = [], table.names
    typed = {meant_name(word.partition("=")[0].strip()) for word in words}
    moved: dict[int, list[str]] = {}
    for word in words:
        name, equals, heading = word.partition(f"={MARK}")
        if not equals:
            others.append(word)
            continue
        if meant_name(heading) not in table_names:
            hint = f"its columns are {', '.join(map(brief, table_names[:8]))}"
            span = Span(Source("argument", word), len(name) + 2, max(1, len(heading)))
            raise GradxError("file", f"{table.where} has no column {brief(heading)}", hint=hint, span=span)
        moved.setdefault(table_names.index(meant_name(heading)), []).append(meant_name(name.strip()))
    # A column keeps the name it has where nothing else bears it.
    given = {name for names in moved.values() for name in names}
    gone = [own in given or (k in moved and own in typed) for k, own in enumerate(table_names)]
    kept = [[*moved.get(k, ()), *([] if gone[k] else [own])] for k, own in enumerate(table_names)]
    table.names = tuple(name for names in kept for name in names)
    table.places = tuple(k for k, names in enumerate(kept) for _ in names)
    return others


def unused(table: Table, inputs: Collection[str]) -> Iterator[str]:
    """What is said of columns that no input reads."""
    used = {k for name, k in zip(table.names, table.places, strict=True) if name in inputs or not name}
    left = list(dict.fromkeys(name for name, k in zip(table.names, table.places, strict=True) if k not in used))
    rest = len(left) - MOST_NAMED
    names = [*map(brief, left[:MOST_NAMED]), *([f"{rest} more"] if rest > 1 else map(brief, left[MOST_NAMED:]))]
    if len(left) == 1:
        yield f"the column {names[0]} is not used: the program has no such input"
    elif left:
        yield f"the columns {', '.join(names[:-1])} and {names[-1]} are not used: the program has no such inputs"


MOST_TOLD = 3


class Refusing:
    """A table as it is read: `refused` are the reasons of the first rows that are skipped; where it is `strict` the
    first of them is an error."""

    def __init__(self, table: Table, *, strict: bool) -> None:
        self.path, self.where, self.names, self.count = table.path, table.where, table.names, table.count
        self.places = table.places
        self.point, self.fault, self.remarks = table.point, table.fault, table.remarks
        self.refused: dict[str, None] = {}
        self._table, self._strict = table, strict

    def batches(self, names: Sequence[str], first: int = 0, end: int | None = None) -> Iterator[Batch]:
        """The table's own."""
        for batch in self._table.batches(names, first, end):
            if batch.skipped is not None:
                self._tell(batch, names, batch.skipped.nonzero()[0].tolist())
            yield batch

    def _tell(self, batch: Batch, names: Sequence[str], rows: Sequence[int]) -> None:
        for row in rows[: MOST_TOLD - len(self.refused)]:
            try:
                self._table.point(batch, row, names)
            except GradxError as error:
                if self._strict:
                    raise
                self.refused[error.problem.message] = None


ENDINGS = (".csv", *PARQUET)


def write_rows(file: BinaryIO, path: Path, ending: str, headings: Headings, blocks: Iterable[Answers]) -> None:
    """Write them all to the file at `path`; the `ending` that it will have is one of ENDINGS."""
    if ending == ".csv":
        stream = io.TextIOWrapper(file, "utf-8", newline="")
        write_csv(stream, headings, blocks)
        stream.flush()
        stream.detach()
        return
    from gradx_cli.tables.parquet import write_parquet

    write_parquet(path, headings, blocks)


def write_csv(stream: TextIO, headings: Headings, blocks: Iterable[Answers]) -> None:
    """A line for the headings, and one for each row."""
    writer = csv.writer(stream, lineterminator="\n")
    names = [*headings.inputs, headings.value, *headings.derivatives.values(), headings.status, headings.reason]
    writer.writerow(map(text, names))
    for block in blocks:
        status, reason = ["computed"] * block.count, [""] * block.count
        for k, row in block.apart.items():
            status[k], reason[k] = row.status, text(row.reason or "")
        inputs = [block.inputs[name] for name in headings.inputs]
        slopes = [block.gradients[name] for name in headings.derivatives]
        numbers = (_cells(column.tolist()) for column in (*inputs, block.value, *slopes))
        writer.writerows(zip(*numbers, status, reason, strict=True))


def _cells(numbers: list[float]) -> Sequence[float | str]:
    """What is not a number is an empty cell."""
    return ["" if x != x else x for x in numbers] if math.isnan(sum(numbers)) else numbers
