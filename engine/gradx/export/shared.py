"""One exponential for all that need it: sigmoid and softplus, of x and of -x, are made of exp(-|x|).

The slope of sigmoid, sigmoid(x)*sigmoid(-x), asks for it twice, and no compiler sees that the two are the same: exp
may report an error. It is an operation of its own here, which asks for nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from gradx.sweeps.recording import Instruction, Tape

FADED: Final = "faded"
"""exp(-|x|), as an operation."""

BEHIND: Final = "_of"
"""`sigmoid_of` is sigmoid of a number and of what that number faded is."""

SLOPE: Final = "sigmoid_slope"
"""sigmoid(x)*sigmoid(-x), of exp(-|x|)."""

_MADE_OF_IT: Final = frozenset(("sigmoid", "softplus"))


class Shared(NamedTuple):
    """`tape` with the operations that were put in; `first` says which register each of those was put before, `faded`
    of what."""

    tape: Tape
    first: Mapping[int, int]
    faded: Mapping[int, int]


def shared(tape: Tape) -> Shared:
    """The same tape, with exp(-|x|) on it once where two operations or more are made of it."""
    opposite = {i.output: i.inputs[0] for i in tape.instructions if i.operation == "neg"}

    def core(instruction: Instruction) -> int | None:
        """The number whose size an instruction looks at; None for one that is not made of exp(-|x|)."""
        x = instruction.inputs[0]
        return opposite.get(x, x) if instruction.operation in _MADE_OF_IT else None

    uses = Counter(map(core, tape.instructions))
    found: dict[int, int] = {}
    first: dict[int, int] = {}
    written: list[Instruction] = []
    for instruction in tape.instructions:
        x = core(instruction)
        if x is None or uses[x] < 2:
            written.append(instruction)
            continue
        if x not in found:
            found[x] = register = ~x
            first[register] = instruction.output
            written.append(Instruction(FADED, (x,), register))
        name, inputs, output = instruction
        written.append(Instruction(name + BEHIND, (*inputs, found[x]), output))
    changed = replace(tape, instructions=_with_slopes(written, tape.outputs))
    return Shared(changed, first, {register: x for x, register in found.items()})


def _with_slopes(written: Sequence[Instruction], outputs: Sequence[int]) -> tuple[Instruction, ...]:
    """The slope of sigmoid as one operation; what nothing needs then is left out."""
    made = {i.output: i.inputs for i in written if i.operation == "sigmoid" + BEHIND}
    needed = set(outputs)
    kept: list[Instruction] = []
    for instruction in reversed(written):
        if instruction.output not in needed:
            continue
        one, other = (made.get(k) for k in (instruction.inputs * 2)[:2])
        if instruction.operation == "*" and one and other and one[1] == other[1] and one[0] != other[0]:
            instruction = Instruction(SLOPE, (one[1],), instruction.output)
        needed.update(instruction.inputs)
        kept.append(instruction)
    return tuple(reversed(kept))
