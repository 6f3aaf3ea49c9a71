"""A program at every row of a table: computed block by block, and judged where that may not be the whole truth.

All rows are computed with NumPy, which proves nothing. One by one are judged those that may not be smooth or have no
value, and some that are spread over the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.lessons.rows import AtPoint, Row, answered
from gradx.lessons.tables import Batch, Table
from gradx.sweeps.prepared import clearance, record
from gradx.sweeps.sampling import RowFunction

MOST_JUDGED = 10_000
"""Further rows that may not be smooth are computed all the same, and not judged."""

SPREAD = 1.5
"""From one row that is judged wherever it is to the next: so many times as far into the table."""

UNCHECKED = f"it may have no value or not be smooth here, and {MOST_JUDGED:,} such rows were judged before it"


class Asked(NamedTuple):
    """A program, the inputs that have the same number in every row, those whose gradients are wanted (as nodes), how a
    row is judged."""

    graph: Graph
    held: Mapping[str, float]
    bindings: Sequence[Binding]
    wrt: Sequence[int]
    at_point: AtPoint


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers for a block of rows: `inputs`, the value and the `gradients` under the names that a `Row` has for
    them (not-a-number where there is none), and the rows `apart`, by their number in the block, which are not just
    computed."""

    count: int
    inputs: Mapping[str, NDArray[np.float64]]
    value: NDArray[np.float64]
    gradients: Mapping[str, NDArray[np.float64]]
    apart: Mapping[int, Row]

    def row(self, k: int) -> Row:
        """Row k of the block."""
        found = self.apart.get(k)
        if found is not None:
            return found
        point = {name: float(column[k]) for name, column in self.inputs.items()}
        slopes = {name: float(column[k]) for name, column in self.gradients.items()}
        return Row(point, float(self.value[k]), None, slopes, {}, None, "computed")


def answers(asked: Asked, table: Table, batches: Iterable[Batch], *, all_judged: bool) -> Iterator[Answers]:
    """The answers for blocks of `table`, while each of them is the one that it read last. `all_judged`: no row is just
    computed."""
    graph = asked.graph
    recording = record(graph, graph.inputs, {})
    margin = clearance(graph, recording)
    wanted = [recording.value, *(recording.adjoints[i] for i in asked.wrt), *([] if margin is None else [margin])]
    inputs = tuple(graph.names[i] for i in graph.inputs)
    function = RowFunction(inputs, tuple(map(str, range(len(wanted)))), recording.recorder.tape(wanted))
    names = [f"d{graph.names[i]}" for i in asked.wrt]
    spread, room = 0.0, MOST_JUDGED
    for batch in batches:
        count = len(batch)
        columns = {name: _column(name, batch, asked.held) for name in inputs}
        found = list(function(columns).values())
        is_plain = np.logical_and.reduce([np.isfinite(column) for column in found[: len(names) + 1]])
        if margin is not None:
            is_plain &= found[-1] > 0.0
        if all_judged:
            is_plain[:], room = False, count
        skipped = [] if batch.skipped is None else np.flatnonzero(batch.skipped).tolist()
        doubtful = sorted(set(np.flatnonzero(~is_plain).tolist()).difference(skipped))
        which, further = {*skipped, *doubtful[:room]}, doubtful[room:]
        room -= len(doubtful) - len(further)
        while spread < batch.first + count:
            which.add(int(spread) - batch.first)
            spread = max(spread + 1.0, spread * SPREAD)
        plain = Answers(count, columns, found[0], dict(zip(names, found[1:], strict=False)), {})
        apart = {k: plain.row(k)._replace(outside=UNCHECKED, left="unchecked") for k in further}
        apart |= rows_apart(asked, table, batch, sorted(which))
        for k, row in apart.items():
            plain.value[k] = math.nan if row.value is None else row.value
            for name, column in plain.gradients.items():
                slope = row.gradients.get(name)
                column[k] = math.nan if slope is None else slope
        yield replace(plain, apart=apart)


def rows_apart(
    asked: Asked, table: Table, batch: Batch, which: Iterable[int], beside: Sequence[Sequence[Binding]] = ((),)
) -> Iterator[tuple[int, Row]]:
    """Rows of the block that was read last, by their number in it: judged, once with each of the numbers `beside`, or
    skipped where a cell cannot be used."""
    names = list(batch.columns)
    for k in which:
        try:
            row = table.point(batch, k, names)
        except GradxError as error:
            numbers = {name: float(column[k]) for name, column in batch.columns.items()} | dict(asked.held)
            point = {
                name: numbers.get(name, math.nan) for name in map(asked.graph.names.__getitem__, asked.graph.inputs)
            }
            yield k, Row(point, None, None, {}, {}, error.problem.message, "skipped")
        else:
            points = ([*row, *more] for more in beside)
            for found in answered(asked.graph, asked.held, asked.bindings, points, asked.at_point):
                yield k, found


def _column(name: str, batch: Batch, held: Mapping[str, float]) -> NDArray[np.float64]:
    """An input's numbers; one number in every row is a view of one."""
    found = batch.columns.get(name)
    return np.broadcast_to(np.float64(held[name]), len(batch)) if found is None else found
