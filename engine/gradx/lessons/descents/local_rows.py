"""The rows of a table on the threads of this machine, and mini-batches drawn from them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gradx.errors import GradxError
from gradx.lessons.descents.row_sums import Part, Row, RowSums, spread
from gradx.lessons.tables import BLOCK_ROWS, Batch, Table
from gradx.numbers.arrays import Array

WHOLE_BYTES, KEPT_BYTES, SOME_BYTES = (2**20 * mib for mib in (512, 256, 64))
"""A table known to be no larger than the first is kept in memory, of one of unknown size as much as the second, of a
larger one the third: the rows beyond are read anew for every step."""

DRAWN_BYTES = 2 * 2**30
"""Mini-batches are drawn from all rows: a table that is larger has none."""

NUMBER_BYTES = 8

AHEAD = 2
"""Blocks that wait for each thread."""


class LocalRows:
    """The columns `names` of a table. NumPy lets other threads run while it computes: each has a block of its own."""

    def __init__(self, table: Table, names: Sequence[str], kept_bytes: int = KEPT_BYTES) -> None:
        self._table, self._names, self._kept_bytes = table, tuple(names), kept_bytes
        self._kept: list[Batch] = []
        self._is_whole = self._was_read = False
        self._threads = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads)

    def batches(self) -> Iterator[Batch]:
        """The blocks in order: those that are kept, and behind them those that are read."""
        yield from self._kept
        if self._is_whole:
            return
        room = 0 if self._was_read else self._room()
        for batch in self._table.batches(self._names, first=len(self._kept) * BLOCK_ROWS):
            room -= sum(column.nbytes for column in batch.columns.values())
            if room >= 0:
                self._kept.append(batch)
            yield batch
        self._was_read, self._is_whole = True, self._is_whole or room >= 0

    def _room(self) -> int:
        if self._table.count is None:
            return self._kept_bytes
        size = self._table.count * len(self._names) * NUMBER_BYTES
        return size if size <= max(WHOLE_BYTES, self._kept_bytes) else SOME_BYTES

    def parts(self, sums: RowSums, point: Sequence[float]) -> Iterator[Part]:
        """See `RowSource`."""
        waiting: deque[Future[Part]] = deque()
        for batch in self.batches():
            waiting.append(self._pool.submit(sums, batch, point))
            if len(waiting) > AHEAD * self._threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def sample(self, columns: Sequence[str], count: int) -> Sequence[Row]:
        """See `RowSource`: of those that are kept."""
        if not self._was_read:
            deque(self.batches(), maxlen=0)
        return spread(self._kept, columns, count)

    def drawn(self, size: int, seed: int) -> Draws:
        """Mini-batches of `size` rows. GradxError("size") where not all rows can be kept."""
        deque(self.batches(), maxlen=0)
        if not self._is_whole:
            most = f"{self._kept_bytes / 2**30:g} GiB"
            message = (
                f"mini-batches are drawn from rows in memory, and those of {self._table.where} are more than {most}"
            )
            raise GradxError("size", message, hint="without --batch every step sums over all rows")
        columns = {name: self._joined(name) for name in self._names}
        usable = np.concatenate([batch.first + batch.usable() for batch in self._kept])
        return Draws(columns, usable, size, seed)

    def _joined(self, name: str) -> Array:
        """A column as one array, in which the blocks are from now on."""
        whole = np.concatenate([batch.columns[name] for batch in self._kept])
        self._kept = [
            replace(batch, columns={**batch.columns, name: whole[batch.first : batch.first + len(batch)]})
            for batch in self._kept
        ]
        return whole


class Draws:
    """Mini-batches of `size` rows in a drawn order: all rows once before any comes again (an epoch), each epoch anew.

    The order is that of `numpy.random.Generator(PCG64(seed))`, which is the same everywhere.
    """

    def __init__(self, columns: Mapping[str, Array], usable: NDArray[np.intp], size: int, seed: int) -> None:
        self.size = size
        self._columns, self._usable = columns, usable
        self._generator = np.random.Generator(np.random.PCG64(seed))
        self._order, self._at = usable[:0], 0

    @property
    def rows(self) -> int:
        """How many rows are drawn from."""
        return len(self._usable)

    @property
    def begins(self) -> bool:
        """Whether the next batch begins an epoch."""
        return self._at >= len(self._order)

    def next(self) -> Iterator[Batch]:
        """The next mini-batch, in blocks."""
        if self.begins:
            self._order, self._at = self._generator.permutation(self._usable), 0
        end = self._at + self.size
        for start in range(self._at, min(end, len(self._order)), BLOCK_ROWS):
            places = self._order[start : min(end, start + BLOCK_ROWS)]
            yield Batch(0, {name: column[places] for name, column in self._columns.items()}, None)
        self._at = end
