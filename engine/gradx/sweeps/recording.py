"""A program of elementary operations, recorded while the table is read once, to be run for many points.

`Recorder` is an arithmetic whose numbers are places on a tape: a row of the table read with it leaves behind what it
asked for, a list of `+`, `*`, `exp`, … . What is known when the recording is made is computed then and there (in
binary64, so that it is the number a sweep would have got); what was recorded before is not recorded again; what no
result needs is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, cast

from gradx.graph import below
from gradx.numbers import Arithmetic, ByName, Made, Relation, S, operation
from gradx.numbers.float64 import FLOAT64


class Instruction(NamedTuple):
    """Register `output` becomes `operation` of the registers `inputs`.

    `operation` is "+", "-", "*", "neg", the name of an arithmetic's function, or "where" and its relation ("where<=").
    """

    operation: str
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True, slots=True)
class Tape:
    """`instructions` in an order in which they can run; `inputs` and `outputs` are registers, in the order of the
    recording.

    `literals` are the registers that hold a number from the start. `size` is the number of registers.
    """

    size: int
    inputs: tuple[int, ...]
    literals: dict[int, float]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]


Operation = tuple[str, tuple["Quantity", ...]]
"""The operation of an `Instruction`, and what it is done with."""

NOT_MADE: Operation = ("", ())


class Quantity(Made):
    """A number of the recording: a register, and its value where that is known already."""

    __slots__ = ("known", "recorder", "register")

    def __init__(self, recorder: Recorder, register: int, known: float | None) -> None:
        self.recorder = recorder
        self.register = register
        self.known = known

    def made(self, name: str, *xs: Quantity | float) -> Quantity:
        quantities = [x if isinstance(x, Quantity) else self.recorder.number(x) for x in xs]
        return _OPERATORS[name](self.recorder, *quantities)


class Recorder(ByName[Quantity]):
    """The arithmetic that records. Its functions answer a `Quantity`; `tape` gives the recording."""

    def __init__(self) -> None:
        self._size = 0
        self._inputs: list[int] = []
        self._literals: dict[str, Quantity] = {}
        self._made: dict[Operation, Quantity] = {}
        self._makers: dict[int, Operation] = {}
        self._chosen: set[int] = set()

    def input(self) -> Quantity:
        """A number that each run is given, in the order of these calls."""
        quantity = self._new(None)
        self._inputs.append(quantity.register)
        return quantity

    def number(self, x: float, /) -> Quantity:
        key = float(x).hex()
        known = self._literals.get(key)
        if known is None:
            known = self._literals[key] = self._new(float(x))
        return known

    def pi(self) -> Quantity:
        return self.number(FLOAT64.pi())

    def add(self, x: Quantity, y: Quantity) -> Quantity:
        if x.known == 0.0:
            return y
        total = x if y.known == 0.0 else self._sum(x, y)
        if x.register in self._chosen and y.register in self._chosen:
            self._chosen.add(total.register)
        return total

    def _sum(self, x: Quantity, y: Quantity) -> Quantity:
        """What is written with a minus is subtracted: the same number, to the last bit."""
        for a, b in ((x, y), (y, x)):
            name, operands = self.maker(b.register)
            if name == "neg":
                return self.named("-", a, operands[0])
        return self.named("+", x, y)

    def subtract(self, x: Quantity, y: Quantity) -> Quantity:
        return x if y.known == 0.0 else self.named("-", x, y)

    def multiply(self, x: Quantity, y: Quantity) -> Quantity:
        for a, b in ((x, y), (y, x)):
            if a.known == 1.0:
                return b
            if a.known == -1.0:
                return -b
        return self.named("*", x, y)

    def negate(self, x: Quantity) -> Quantity:
        name, operands = self.maker(x.register)
        return operands[0] if name == "neg" else self.named("neg", x)

    def divide(self, x: Quantity, y: Quantity, /) -> Quantity:
        return x if y.known == 1.0 else self.named("divide", x, y)

    def power(self, x: Quantity, y: Quantity, /) -> Quantity:
        return x if y.known == 1.0 else self.named("power", x, y)

    def maximum(self, *xs: Quantity) -> Quantity:
        return self.named("maximum", *xs) if len(xs) > 1 else xs[0]

    def minimum(self, *xs: Quantity) -> Quantity:
        return self.named("minimum", *xs) if len(xs) > 1 else xs[0]

    def hypot(self, *xs: Quantity) -> Quantity:
        return self.named("hypot", *xs) if len(xs) > 1 else self.absolute(xs[0])

    def where(
        self, relation: Relation, left: Quantity, right: Quantity, then: Quantity, otherwise: Quantity, /
    ) -> Quantity:
        for side in (left, right):
            if side.known is not None and math.isnan(side.known):
                return self.number(math.nan)
        if then.known is not None and then.known == otherwise.known:
            return then
        if left.known is not None and right.known is not None:
            return then if FLOAT64.where(relation, left.known, right.known, 1.0, 0.0) else otherwise
        return self.named(f"where{relation}", left, right, then, otherwise)

    def scaled(self, upstream: Quantity, local: Quantity, *, silent: bool, choice: bool) -> Quantity:
        """upstream × local, for an adjoint and a local partial.

        `silent`: a local partial of 0 gives 0, for an infinite upstream too. What comes through a branch of a `choice`
        is 0 where that is not taken, and gives 0 there for an infinite local partial too.
        """
        zero = self.number(0.0)
        is_chosen = upstream.register in self._chosen
        if self.is_step(local):
            name, (left, right, *sides) = self._makers[local.register]
            relation = cast(Relation, name.removeprefix("where"))
            then, otherwise = (zero if side.known == 0.0 else upstream * side for side in sides)
            product = self.where(relation, left, right, then, otherwise)
            is_chosen = is_chosen or choice
        else:
            product = upstream * local if local.known is None else local * upstream
            if silent and local.known is None:
                product = self.where("==", local, zero, zero, product)
            if is_chosen and (local.known is None or not math.isfinite(local.known)):
                product = self.where("==", upstream, zero, zero, product)
        if is_chosen:
            self._chosen.add(product.register)
        return product

    def maker(self, register: int) -> Operation:
        """The operation that makes `register`; `NOT_MADE` where none does."""
        return self._makers.get(register, NOT_MADE)

    def operands(self, register: int) -> tuple[Quantity, ...]:
        """What the instruction that makes `register` works on; () where no instruction makes it."""
        return self.maker(register)[1]

    def is_step(self, quantity: Quantity) -> bool:
        """Whether a quantity takes only two values, both known: a choice between numbers."""
        maker, operands = self._makers.get(quantity.register, NOT_MADE)
        return maker.startswith("where") and all(branch.known is not None for branch in operands[2:])

    def is_finite(self, x: Quantity, /) -> bool:
        """What a recording cannot know, and a guard watches."""
        return True

    def named(self, name: str, *operands: Quantity) -> Quantity:
        """Record one operation, or compute it now where every operand is known."""
        # Each register has one Quantity, so that Quantities are the same where their registers are.
        wanted = name, operands
        made = self._made.get(wanted)
        if made is None and name in ("+", "*"):
            made = self._made.get((name, operands[::-1]))
        if made is None:
            numbers = [q.known for q in operands]
            if None in numbers:
                made = self._new(None)
                self._makers[made.register] = wanted
            else:
                made = self.number(operation(FLOAT64, name)(*numbers))
            self._made[wanted] = made
        return made

    def tape(self, outputs: Iterable[Quantity]) -> Tape:
        """The recording of what `outputs` need, in the order in which it was made."""
        results = tuple(q.register for q in outputs)
        needed = set(results)
        kept: list[Instruction] = []
        for register, (name, operands) in reversed(self._makers.items()):
            if register in needed:
                inputs = tuple([q.register for q in operands])
                needed.update(inputs)
                kept.append(Instruction(name, inputs, register))
        kept.reverse()
        known = ((q.register, q.known) for q in self._literals.values())
        literals = {register: x for register, x in known if register in needed and x is not None}
        return Tape(self._size, tuple(self._inputs), literals, tuple(kept), results)

    def _new(self, known: float | None) -> Quantity:
        quantity = Quantity(self, self._size, known)
        self._size += 1
        return quantity


_OPERATORS: dict[str, Callable[..., Quantity]] = {
    "+": Recorder.add, "-": Recorder.subtract, "*": Recorder.multiply, "neg": Recorder.negate,
}  # fmt: skip


def always(tape: Tape) -> set[int]:
    """The registers that the outputs need whichever branch a choice takes."""
    asked = {i.output: i.inputs[:2] if i.operation.startswith("where") else i.inputs for i in tape.instructions}
    return set(below(tape.outputs, lambda register: asked.get(register, ())))


class Player(Generic[S]):
    """A tape to be run over the arithmetic `m`, each register let go after its last use."""

    def __init__(self, tape: Tape, m: Arithmetic[S]) -> None:
        named = {name: operation(m, name) for name in {i.operation for i in tape.instructions}}
        wanted = {*tape.outputs, *tape.inputs, *tape.literals}
        plan = []
        for name, inputs, output in reversed(tape.instructions):
            over = [register for register in dict.fromkeys(inputs) if register not in wanted]
            wanted.update(over)
            plan.append((named[name], inputs, output, over))
        self._tape, self._plan = tape, plan[::-1]
        self.length = len(plan)

    def __call__(self, numbers: Sequence[S | float]) -> list[S | float]:
        """The outputs, where the tape's inputs are `numbers`; a number that is known stays a float."""
        registers: dict[int, S | float] = dict(self._tape.literals)
        registers.update(zip(self._tape.inputs, numbers, strict=True))
        for function, inputs, output, over in self._plan:
            registers[output] = function(*[registers[register] for register in inputs])
            for register in over:
                del registers[register]
        return [registers[register] for register in self._tape.outputs]


def played(tape: Tape, numbers: Sequence[float]) -> list[float]:
    """The outputs of `tape` for one point, in the careful arithmetic of float64: nothing raises."""
    return Player(tape, FLOAT64)(numbers)
