"""Rows that are left out, and why the first of them are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.errors import GradxError
from gradx.lessons.tables import Batch, Table

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
