"""Rows of answers written block by block, as CSV or as Parquet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from gradx_cli.pages.rows import Headings
from gradx_cli.renderers.csv import text
from gradx_cli.tables import PARQUET

if TYPE_CHECKING:
    from gradx.lessons.mapped import Answers

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
