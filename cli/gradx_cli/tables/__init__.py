"""Files of rows: one file a format."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from gradx.errors import GradxError, Source, Span
from gradx.language.diagnosis import brief
from gradx.language.tokens import is_name, meant_name
from gradx.lessons.tables import Table
from gradx_cli.escape import quoted
from gradx_cli.tables.delimited import CsvTable

PARQUET = (".parquet", ".pq")

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
        listed = ", ".join(brief(name) for name in table.names[:8] if name)
        other = next((name for name in table.names if name and not is_name(name)), None)
        example = f"; {next(iter(inputs))}={MARK}{quoted(other)} is one under another name" if other and inputs else ""
        hint = f"its columns are {listed}{example}" if inputs else "the program has no inputs"
        raise table.fault(f"no column of {table.where} is an input of the program", 0, hint)
    return [name for _, name in wanted]


def named(table: Table, words: Sequence[str]) -> list[str]:
    """Give columns the names of inputs, as `x=@Height (cm)` says, and answer all other words.

    GradxError("file") for a column that is not there.
    """
    others = []
    for word in words:
        name, equals, heading = word.partition(f"={MARK}")
        if not equals:
            others.append(word)
            continue
        if meant_name(heading) not in table.names:
            hint = f"its columns are {', '.join(map(brief, table.names[:8]))}"
            span = Span(Source("argument", word), len(name) + 2, max(1, len(heading)))
            raise GradxError("file", f"{table.where} has no column {brief(heading)}", hint=hint, span=span)
        k = table.names.index(meant_name(heading))
        table.names = (*table.names[:k], meant_name(name.strip()), *table.names[k + 1 :])
    return others
