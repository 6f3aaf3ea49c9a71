"""Files of rows: one file a format."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from gradx.lessons.tables import Table
from gradx_cli.tables.delimited import CsvTable

PARQUET = (".parquet", ".pq")


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
        hint = f"the first line names inputs: {','.join(list(inputs)[:8])}" if inputs else "the program has no inputs"
        raise table.fault(f"no column of {table.where} is an input of the program", 0, hint)
    return [name for _, name in wanted]
