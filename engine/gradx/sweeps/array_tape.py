"""A tape run with NumPy: all points at once, each register an array that is let go after its last use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradx.numbers import operation
from gradx.numbers.arrays import ARRAYS, Array
from gradx.sweeps.recording import Tape, last_uses

SLICE = 8192
"""Points that are evaluated together: their registers fit a processor's cache."""


class ArrayTape:
    """A tape to be run over arrays."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        named = {name: operation(ARRAYS, name) for name in {i.operation for i in tape.instructions}}
        self._plan = [
            (named[instruction.operation], instruction.inputs, instruction.output, over)
            for instruction, over in zip(tape.instructions, last_uses(tape), strict=True)
        ]
        self.length = len(self._plan)

    def __call__(self, columns: Sequence[Array]) -> list[Array]:
        """The outputs, where the tape's inputs are `columns`, each of shape (points,) or (). Warns as NumPy does."""
        return [np.asarray(x) for x in self.run(columns)]

    def run(self, columns: Sequence[Array | float]) -> list[Array | float]:
        """The same, numbers as they come."""
        registers: dict[int, Array | float] = dict(self._tape.literals)
        registers.update(zip(self._tape.inputs, columns, strict=True))
        for function, inputs, output, over in self._plan:
            registers[output] = function(*[registers[register] for register in inputs])
            for register in over:
                del registers[register]
        return [registers[register] for register in self._tape.outputs]
