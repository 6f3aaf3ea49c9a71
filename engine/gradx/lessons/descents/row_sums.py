"""J and its gradient as sums over rows, a block after the other: the same digits however many threads or machines
there are.

A block's rows are summed in NumPy, pairwise, in slices whose boundaries are fixed, and the slices put together by
`math.fsum`, which rounds the exact sum once; so are the blocks, in any order.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from gradx.errors import GradxError
from gradx.language.program import Program, read
from gradx.lessons.tables import BLOCK_ROWS, Batch, Table
from gradx.numbers.arrays import ARRAYS, Array, quiet
from gradx.sweeps.prepared import boundaries, record
from gradx.sweeps.recording import Player, Quantity, Recorder
from gradx.sweeps.sampling import SLICE, outside, watched


class Row(NamedTuple):
    """A row by its number in the file, from 0, and its numbers, in the order of the columns."""

    number: int
    numbers: tuple[float, ...]


class Part(NamedTuple):
    """What rows add up to: J and its gradient, over `rows`; `skipped` have a bad cell. In `bent` rows a function of the
    program is at a boundary (see the table). `gone` are without a value or a finite gradient, the first of them is
    `first_gone`."""

    rows: int
    sums: tuple[float, ...]
    skipped: int = 0
    bent: int = 0
    gone: int = 0
    first_gone: Row | None = None


class RowSource(Protocol):
    """Where rows are summed: the threads of this machine, or others."""

    def parts(self, sums: RowSums, point: Sequence[float]) -> Iterable[Part]:
        """A part for every block, in any order."""

    def sample(self, columns: Sequence[str], count: int) -> Sequence[Row]:
        """Some rows without a bad cell, spread over all that there are."""


class RowSums:
    """A program as a function from a block of rows and the numbers of the inputs `moving` to a `Part`; the inputs
    `held` keep their numbers. It can be pickled: the program goes as its reading."""

    def __init__(
        self, program: Program, columns: Sequence[str], moving: Sequence[str], held: Mapping[str, float]
    ) -> None:
        graph = program.graph
        self.program, self.columns, self.moving, self.held = program, tuple(columns), tuple(moving), dict(held)
        self._given = {graph.index[name]: number for name, number in held.items()}
        self._free = [graph.index[name] for name in (*columns, *moving)]
        recording = record(graph, self._free, self._given)
        # Where an operation with a domain is not finite, its infinity may be gone from what is made of it.
        watching, self._suspect = watched(graph, recording.values)
        self._told = 1 + len(self.moving)
        slopes = recording.gradient[len(self.columns) :]
        bent = _bent(recording.recorder, boundaries(graph, recording.recorder, recording.values))
        self._tape = Player(recording.recorder.tape([recording.value, *slopes, bent, *watching]), ARRAYS)

    @classmethod
    def of(cls, reading: str, columns: Sequence[str], moving: Sequence[str], held: Mapping[str, float]) -> RowSums:
        """The same of a program's reading."""
        return cls(read(reading, frozenset((*columns, *moving, *held))), columns, moving, held)

    @property
    def made_of(self) -> tuple[str, Sequence[str], Sequence[str], Mapping[str, float]]:
        """What `of` makes it of."""
        return self.program.reading, self.columns, self.moving, self.held

    def __reduce__(self) -> tuple[object, ...]:
        return RowSums.of, self.made_of

    def __call__(self, batch: Batch, point: Sequence[float]) -> Part:
        """The sums over a block. Nothing is raised where there is no value: `gone` says so."""
        columns = [batch.columns[name] for name in self.columns]
        if batch.skipped is not None:
            columns = [column[~batch.skipped] for column in columns]
        rows, read = len(columns[0]), len(batch)
        with quiet():
            slices = [
                [_summed(x, len(part[0])) for x in self._tape([*part, *point])] for part in _slices(columns, rows)
            ]
            totals = list(map(total, zip(*slices, strict=True))) or [0.0] * (self._told + 1)
            sums, bent = tuple(totals[: self._told]), int(totals[self._told])
            if not all(map(math.isfinite, totals)) or self._suspect:
                gone = self._gone(columns, rows, point)
                if gone.size:
                    first = _row(batch, self.columns, int(batch.usable()[gone[0]]))
                    return Part(rows, sums, read - rows, 0, gone.size, first)
        return Part(rows, sums, read - rows, bent)

    def _gone(
        self, columns: Sequence[Array], rows: int, point: Sequence[float]
    ) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The places of the rows that have no value, or no finite gradient."""
        graph = self.program.graph
        found = []
        for part in _slices(columns, rows):
            count = len(part[0])
            given: dict[int, Array | float] = {**self._given, **dict(zip(self._free, (*part, *point), strict=True))}
            gone = outside(graph, given, count)
            for x in self._tape([*part, *point])[: self._told]:
                gone |= ~np.isfinite(x)
            found.append(gone)
        return np.flatnonzero(np.concatenate(found)) if found else np.empty(0, np.intp)


def _bent(recorder: Recorder, borders: Sequence[Quantity]) -> Quantity:
    """1 where one of these is 0, else 0."""
    no, yes = recorder.number(0.0), recorder.number(1.0)
    at_border = [recorder.where("==", border, no, yes, no) for border in borders]
    return recorder.maximum(*at_border) if at_border else no


def _slices(columns: Sequence[Array], rows: int) -> Iterator[list[Array]]:
    for start in range(0, rows, SLICE):
        yield [column[start : start + SLICE] for column in columns]


def _summed(x: Array | float, rows: int) -> float:
    return float(np.add.reduce(x)) if np.ndim(x) else rows * float(x)


def _row(batch: Batch, columns: Sequence[str], k: int) -> Row:
    """Row k of a block."""
    return Row(batch.first + k, tuple(float(batch.columns[name][k]) for name in columns))


def total(numbers: Iterable[float]) -> float:
    """The exact sum, rounded once; where it is not finite what float64 makes of it."""
    found = list(numbers)
    try:
        return math.fsum(found)
    except (OverflowError, ValueError):
        return sum(found)


def joined(parts: Iterable[Part]) -> Part:
    """The parts of all blocks as one."""
    found = list(parts)
    gone = [part.first_gone for part in found if part.first_gone is not None]
    return Part(
        sum(part.rows for part in found),
        tuple(map(total, zip(*(part.sums for part in found), strict=True))),
        sum(part.skipped for part in found),
        sum(part.bent for part in found),
        sum(part.gone for part in found),
        min(gone, default=None),
    )


def spread(batches: Sequence[Batch], columns: Sequence[str], count: int) -> list[Row]:
    """`count` rows of these blocks without a bad cell, evenly spread (all, where there are no more)."""
    places = [(batch, batch.usable()) for batch in batches]
    rows = sum(len(usable) for _, usable in places)
    wanted = sorted({k * max(0, rows - 1) // max(1, count - 1) for k in range(count)}) if rows else []
    found: list[Row] = []
    before = 0
    for batch, usable in places:
        here = (k - before for k in wanted if before <= k < before + len(usable))
        found += [_row(batch, columns, int(usable[k])) for k in here]
        before += len(usable)
    return found


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
