"""Many points at once, with NumPy: one input moved over them, with value, slope, boundaries and the domain; and a
program as a function from columns to columns.

The tape of `prepared` is run in slices that fit a processor's cache, so that a million points cost what NumPy's own
arithmetic costs. Where a row with a domain gives something that is not finite, that slice is looked at again, node by
node.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.numbers.arrays import ARRAYS, Array, quiet
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive
from gradx.sweeps.prepared import boundaries, record
from gradx.sweeps.recording import Player, Quantity, Tape

SLICE = 8192
"""Points that are evaluated together: their registers fit a processor's cache."""

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """At every point the output's value and its derivative with respect to the input that moves; nan where it has
    none."""

    value: Array
    derivative: Array


MOST_LOOKED_AT = 2_000_000
"""So many values (nodes times points) are asked whether they are infinite or not there; of more, what is infinite is
not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """Where boundaries (see the table) come to zero among samples.

    `crossed`: pairs (boundary, k), shape (pairs, 2), whose sign is not the same at samples k and k+1. `low`: pairs
    whose size at sample k is half of a neighbour's or less, so that it may touch zero near k.
    """

    crossed: Places
    low: Places


class Sampler:
    """`graph` as a function of the one input `free`, the others held at `point`, prepared for any number of points."""

    def __init__(self, graph: Graph, free: int, point: Mapping[int, float]) -> None:
        self._graph = graph
        self._free = free
        self._point = dict(point)
        recording = record(graph, [free], point)
        watching, self._suspect = watched(graph, recording.values)
        sampled = [recording.value, *recording.gradient, *watching]
        self._sampled = len(sampled)
        self._recorder = recording.recorder
        self._bordering = boundaries(graph, self._recorder, recording.values)
        self._all = Player(self._recorder.tape([*sampled, *self._bordering]), ARRAYS)

    @cached_property
    def _borders(self) -> Player[Array]:
        return Player(self._recorder.tape(self._bordering), ARRAYS)

    def sweep(self, x: Array) -> tuple[Samples, Suspects]:
        """Samples at the points `x`, shape (points,), and where among them a boundary may be zero."""
        samples = Samples(np.empty_like(x), np.empty_like(x))
        crossed, low = [_NOWHERE], [_NOWHERE]
        with quiet():
            for start in range(0, len(x), SLICE):
                # Two points more than a slice: the neighbours of its last one.
                part = slice(start, start + SLICE + 2)
                found = self._all([x[part]])
                self._fill(samples, x, part, found)
                for k, border in enumerate(map(np.asarray, found[self._sampled :])):
                    crossed += _pairs(k, start, _crossed(border))
                    low += _pairs(k, start + 1, _low(border))
        return samples, Suspects(np.unique(np.concatenate(crossed), axis=0), np.unique(np.concatenate(low), axis=0))

    @property
    def length(self) -> int:
        """How many steps it takes to evaluate the boundaries."""
        return self._borders.length

    def borders(self, x: Array) -> Array:
        """The boundaries alone, shape (boundaries, points)."""
        with quiet():
            return np.stack([np.broadcast_to(row, x.shape) for row in self._borders([x])])

    def _fill(self, samples: Samples, x: Array, part: slice, found: Sequence[Array | float]) -> None:
        value, derivative = samples.value[part], samples.derivative[part]
        value[:], derivative[:] = found[:2]
        if self._suspect or not all(np.isfinite(watching).all() for watching in found[2 : self._sampled]):
            small = len(self._graph.nodes) * len(value) <= MOST_LOOKED_AT
            gone = self._outside(x[part]) if small else ~np.isfinite(value)
            value[gone] = np.nan
            derivative[gone] = np.nan

    def _outside(self, x: Array) -> Mask:
        return outside(self._graph, {**self._point, self._free: x}, len(x))


def outside(graph: Graph, point: Mapping[int, Array | float], count: int) -> Mask:
    """Where the output has no value, because a node on the way to it leaves its domain: `count` points, at which
    `point` has every input."""
    values: list[Array] = []
    faults: list[Mask] = []
    nowhere = np.zeros(count, dtype=np.bool_)
    for i, node in enumerate(graph.nodes):
        row = node.primitive
        if row is None:
            values.append(np.broadcast_to(point[i] if node.literal is None else node.literal, count))
            faults.append(nowhere)
            continue
        xs = [values[j] for j in node.inputs]
        values.append(np.broadcast_to(row.value(ARRAYS, *xs), count))
        inherited = _inherited(row, xs, [faults[j] for j in node.inputs])
        faults.append(inherited | _own(row, values[i], xs, inherited))
    return faults[graph.output]


_NOWHERE: Places = np.empty((0, 2), dtype=np.intp)


def _pairs(border: int, start: int, mask: Mask) -> list[Places]:
    """The places in `mask`, as pairs with the boundary they belong to."""
    if not mask.any():
        return []
    places = np.nonzero(mask)[0]
    return [np.stack([np.full_like(places, border), places + start], axis=1)]


def _crossed(border: Array) -> Mask:
    """Between which neighbours a boundary changes its sign."""
    above, below = border > 0, border < 0
    return (above[1:] ^ above[:-1]) | (below[1:] ^ below[:-1])


def _low(border: Array) -> Mask:
    """Where, but for the first and the last point, a boundary is small beside its neighbours, and not zero."""
    size = np.abs(border)
    middle = size[1:-1]
    doubled = middle + middle
    before, after = size[:-2], size[2:]
    small = (doubled < before) | (doubled < after)
    return small & (middle <= before) & (middle <= after) & (middle > 0) if small.any() else small


def watched(graph: Graph, values: Sequence[Quantity]) -> tuple[list[Quantity], bool]:
    """The values of rows with a domain that move, and whether one that does not move is not finite."""
    moving = []
    suspect = False
    for node, value in zip(graph.nodes, values, strict=True):
        if node.primitive is not None and node.primitive.domain is not None:
            if value.known is None:
                moving.append(value)
            else:
                suspect |= not bool(np.isfinite(value.known))
    return moving, suspect


def _inherited(row: Primitive, xs: Sequence[Array], faults: Sequence[Mask]) -> Mask:
    """Where an input that counts has no value."""
    if row.relation is None:
        return np.asarray(np.any(np.stack(faults), axis=0))
    taken = ARRAYS.where(row.relation, xs[0], xs[1], np.ones(()), np.zeros(())) == 1.0
    return faults[0] | faults[1] | np.where(taken, faults[2], faults[3])


def _own(row: Primitive, value: Array, xs: Sequence[Array], inherited: Mask) -> Mask:
    """Where the row itself has no value."""
    mask = np.zeros(len(value), dtype=np.bool_)
    if row.domain is not None:
        doubtful = np.nonzero(~np.isfinite(value) & ~inherited)[0]
        arguments = zip(*[x[doubtful].tolist() for x in xs], strict=True)
        mask[doubtful] = [not row.domain.holds(FLOAT64, *numbers) for numbers in arguments]
    return mask


@dataclass(frozen=True, slots=True)
class RowFunction:
    """What `gradx.rows` makes. `inputs` are the columns that it needs, `columns` those that it answers: the output
    under its own name, then a gradient `dx` for each input x asked for. It can be pickled."""

    inputs: tuple[str, ...]
    columns: tuple[str, ...]
    tape: Tape = field(repr=False)

    @classmethod
    def of(cls, graph: Graph, wrt: Sequence[int]) -> RowFunction:
        """The output of `graph` and its gradient for the inputs `wrt` (node numbers)."""
        recording = record(graph, graph.inputs, {})
        tape = recording.recorder.tape([recording.value, *(recording.adjoints[i] for i in wrt)])
        names = [graph.names[i] for i in graph.inputs]
        return cls(tuple(names), (graph.names[graph.output], *(f"d{graph.names[i]}" for i in wrt)), tape)

    def __call__(
        self, columns: Mapping[str, ArrayLike] | None = None, /, **more: ArrayLike
    ) -> dict[str, NDArray[np.float64]]:
        """The answers for all rows, each of the shape that the columns have together.

        A column is anything that NumPy takes for an array of numbers; a number stands for the same in every row.
        Columns that the program does not have are left alone, so that a whole data frame can be given. Where the
        program has no value the answer is what float64 makes of it: not a number or an infinity, mostly.
        What is masked is not a number. Raises GradxError("binding") for an input without a column or with two, for a
        keyword that is no input, for a column that holds no real numbers, where lengths do not fit together.
        """
        for name in more:
            if name not in self.inputs or (columns is not None and name in columns):
                message = f"{name} has two columns" if name in self.inputs else f"the program has no input {name}"
                raise GradxError("binding", message, hint=_hint(self))
        arrays = [_numbers(name, _column(self, name, columns, more)) for name in self.inputs]
        try:
            shape = np.broadcast_shapes(*(array.shape for array in arrays))
        except ValueError:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in zip(self.inputs, arrays, strict=True))
            message = f"the columns do not fit together: {shapes}"
            raise GradxError("binding", message, hint="columns are of one length") from None
        flat = [array if array.ndim == 0 else np.broadcast_to(array, shape).reshape(-1) for array in arrays]
        count = int(np.prod(shape))
        found = {name: np.empty(count) for name in self.columns}
        run = Player(self.tape, ARRAYS)
        with quiet():
            for start in range(0, count, SLICE):
                part = slice(start, start + SLICE)
                answers = run([array if array.ndim == 0 else array[part] for array in flat])
                for column, answer in zip(found.values(), answers, strict=True):
                    column[part] = answer
        return {name: column.reshape(shape) for name, column in found.items()}


def _column(
    function: RowFunction, name: str, columns: Mapping[str, ArrayLike] | None, more: Mapping[str, ArrayLike]
) -> ArrayLike:
    for given in (more, columns):
        if given is not None and name in given:
            return given[name]
    raise GradxError("binding", f"{name} has no column", hint=_hint(function))


def _hint(function: RowFunction) -> str:
    return f"the columns it needs are {', '.join(function.inputs[:12])}"


def _numbers(name: str, column: ArrayLike) -> NDArray[np.float64]:
    """The column, not-a-number where it is masked. GradxError("binding") where it holds no real numbers."""
    hint = "a column holds numbers, or true and false"
    try:
        found = np.ma.asarray(column) if isinstance(column, np.ma.MaskedArray) else np.asarray(column)
        if found.dtype.kind not in "biufO":
            raise GradxError(
                "binding", f"the column {name} holds no real numbers: it is of the type {found.dtype}", hint=hint
            )
        numbers = found.astype(np.float64)
    except (TypeError, ValueError):
        raise GradxError("binding", f"the column {name} holds what is no real number", hint=hint) from None
    return np.ma.filled(numbers, math.nan)
