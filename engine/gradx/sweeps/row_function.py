"""A program as a function from columns to columns: value and gradient of every row, with NumPy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.numbers.arrays import ARRAYS, quiet
from gradx.sweeps.prepared import record
from gradx.sweeps.recording import Player, Tape

SLICE = 8192
"""Points that are evaluated together: their registers fit a processor's cache."""


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
