"""A tape run over binary64, as fast as Python allows without writing code at run time.

Every register is a closure cell, every stretch of equal operations one small function over its cells, taken from the
patterns below: `o1 = a1 + b1; o2 = a2 + b2; …` costs what it would cost in a loop written by hand.

The functions are the bare ones of `math`: they raise where the careful arithmetic answers a not-a-number or an
infinity. So the caller catches ArithmeticError and ValueError, looks at the results for what is not finite (`guard`
is not finite where an operation could have hidden it: 1/inf is 0), and in either case asks the sweeps of `forward`
and `backprop` instead.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from types import CellType, CodeType, FunctionType
from typing import cast

from gradx.numbers import operation
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.patterns import PATTERNS, end
from gradx.sweeps.recording import Instruction, Quantity, Recorder, Tape

Step = Callable[[], None]

_BARE: dict[str, Callable[..., float]] = {
    "divide": operator.truediv,
    "modulo": operator.mod,
    "power": math.pow,
    "maximum": max,
    "minimum": min,
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos"),
            *("atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "hypot", "erf", "erfc", "gamma"),
        )
    },
}

_PLAIN: frozenset[str] = frozenset({"+", "-", "*"})

Rank = Callable[[str, int, int], tuple[float, ...]]
"""From an operation, how many of it are ready and how many are to come, to how soon it should be done."""

_RANKS: tuple[Rank, ...] = (
    lambda name, ready, remaining: (ready,),
    lambda name, ready, remaining: (ready / remaining,),
    lambda name, ready, remaining: (ready == remaining, name in _PLAIN, ready),
)

LONG = 20_000
"""Of a tape of more instructions the first order is taken: looking for a better one takes longer than it saves."""

CHAIN = 50
"""So many functions call each other in a row: as deep as Python's stack gets."""

_contents = attrgetter("cell_contents")

_OPEN = frozenset({"+", "-", "*", "neg", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "absolute", "sinh", "cosh"})
"""Operations that hand on what is not finite, or raise for it."""


class Machine:
    """A tape with its registers. `steps`, called one after the other, evaluate it; `take()` reads the first `read`
    outputs.

    `back` are pairs of an output's place and an input's: `feed_back`, called after `steps`, moves the one into the
    other.
    """

    def __init__(self, tape: Tape, read: int | None = None, back: Sequence[tuple[int, int]] = ()) -> None:
        tape = _without_signs(tape)
        cells = [CellType(0.0) for _ in range(tape.size)]
        for register, number in tape.literals.items():
            cells[register].cell_contents = number
        self._inputs = [cells[register] for register in tape.inputs]
        self.steps = _linked(_steps(tape, cells))
        self.take = _take([cells[register] for register in tape.outputs[:read]])
        self.feed_back = _linked(_moves(tape, back, cells))

    def give(self, numbers: Iterable[float]) -> None:
        """Set the inputs, in their order."""
        for cell, number in zip(self._inputs, numbers, strict=True):
            cell.cell_contents = number

    def given(self) -> tuple[float, ...]:
        """The inputs as they are."""
        return tuple(map(_contents, self._inputs))


def guard(recorder: Recorder, outputs: Sequence[Quantity]) -> Quantity:
    """A quantity that is finite only if no infinity and no not-a-number goes into an operation that could hide it."""
    tape = recorder.tape(outputs)
    watched: dict[int, Quantity] = {}
    for instruction in tape.instructions:
        for quantity in _hideable(instruction, recorder.operands(instruction.output)):
            if quantity.known is None and quantity.register not in tape.inputs:
                watched[quantity.register] = quantity
    total = recorder.number(0.0)
    for quantity in watched.values():
        total = total + quantity
    return total


def _hideable(instruction: Instruction, operands: Sequence[Quantity]) -> Sequence[Quantity]:
    if instruction.operation in _OPEN:
        return ()
    if instruction.operation == "divide":
        return operands[1:]
    return operands[:2] if instruction.operation.startswith("where") else operands


def _without_signs(tape: Tape) -> Tape:
    """The tape with -x as -1*x, the same number: one operation fewer to be told apart."""
    minus = tape.size
    instructions = tuple(
        Instruction("*", (minus, *i.inputs), i.output) if i.operation == "neg" else i for i in tape.instructions
    )
    return replace(tape, size=minus + 1, literals=tape.literals | {minus: -1.0}, instructions=instructions)


def _steps(tape: Tape, cells: Sequence[CellType]) -> Iterable[Step]:
    for stretch in _stretches(tape):
        yield from _bound(stretch, cells)


def _moves(tape: Tape, back: Sequence[tuple[int, int]], cells: Sequence[CellType]) -> Iterable[Step]:
    """All of `back` at once: an output that is itself an input is put aside before anything is overwritten."""
    aside = [CellType(0.0) for k, _ in back if tape.outputs[k] in tape.inputs]
    cells = [*cells, *aside]
    first: list[Instruction] = []
    then: list[Instruction] = []
    for k, j in back:
        register = tape.outputs[k]
        if register in tape.inputs:
            spare = tape.size + len(first)
            first.append(Instruction("move", (register,), spare))
            register = spare
        then.append(Instruction("move", (register,), tape.inputs[j]))
    yield from _bound(first, cells)
    yield from _bound(then, cells)


def _stretches(tape: Tape) -> Sequence[list[Instruction]]:
    """The instructions in stretches of one operation; of the orders tried, the one with fewest stretches."""
    ranks = _RANKS if len(tape.instructions) <= LONG else _RANKS[:1]
    return min((_order(tape, rank) for rank in ranks), key=len)


def _order(tape: Tape, rank: Rank) -> list[list[Instruction]]:
    """One order: next comes the operation that `rank` puts first of those that have instructions ready. What becomes
    ready in a stretch of its own kind joins it."""
    missing: list[int] = []
    users: dict[int, list[int]] = {}
    made = {instruction.output for instruction in tape.instructions}
    ready: dict[str, list[int]] = {}
    remaining = Counter(instruction.operation for instruction in tape.instructions)
    for k, instruction in enumerate(tape.instructions):
        waits = made.intersection(instruction.inputs)
        missing.append(len(waits))
        for register in waits:
            users.setdefault(register, []).append(k)
        if not waits:
            ready.setdefault(instruction.operation, []).append(k)
    stretches = []
    while ready:
        name = max(ready, key=lambda name: rank(name, len(ready[name]), remaining[name]))
        queue = ready[name]
        for k in queue:
            for user in users.get(tape.instructions[k].output, ()):
                missing[user] -= 1
                if not missing[user]:
                    ready.setdefault(tape.instructions[user].operation, []).append(user)
        remaining[name] -= len(queue)
        del ready[name]
        stretches.append([tape.instructions[k] for k in queue])
    return stretches


def _bound(stretch: Sequence[Instruction], cells: Sequence[CellType]) -> Iterable[Step]:
    """Functions that carry out a stretch of equal operations, each the longest pattern that fits."""
    start = 0
    while start < len(stretch):
        first = stretch[start]
        patterns = _patterns_for(first)
        if patterns is None:
            yield _call(first, cells)
            start += 1
            continue
        length = _fitting(patterns, len(stretch) - start, padded=first.operation in PATTERNS)
        group = list(stretch[start : start + length])
        group += [group[-1]] * (length - len(group))
        yield cast(Step, _closed(patterns[length], group, cells))
        start += length


def _patterns_for(instruction: Instruction) -> dict[int, CodeType] | None:
    named = PATTERNS.get(instruction.operation)
    return named or {1: PATTERNS["call"], 2: PATTERNS["call with two"]}.get(len(instruction.inputs))


def _fitting(patterns: dict[int, CodeType], left: int, *, padded: bool) -> int:
    """The length of the pattern for `left` operations.

    `padded`: it may be longer by up to two, the last operation done again: that changes nothing, and is cheaper than
    another function.
    """
    best = max(n for n in patterns if n <= left)
    longer = min((n for n in patterns if n > left), default=best)
    return longer if padded and best < left and longer - left <= 2 else best


def _closed(pattern: CodeType, group: Sequence[Instruction], cells: Sequence[CellType]) -> Callable[[], object]:
    names: dict[str, CellType] = {}
    if "f" in pattern.co_freevars:
        names["f"] = CellType(_function(group[0].operation))
    names["then"] = CellType(end)
    for k, instruction in enumerate(group, 1):
        names[f"o{k}"] = cells[instruction.output]
        names.update(
            (f"{letter}{k}", cells[register]) for letter, register in zip("abcd", instruction.inputs, strict=False)
        )
    # A code object of its own: Python specialises the call of `then` where it always finds the same function.
    code = pattern.replace()
    return FunctionType(code, {}, code.co_name, None, tuple(names[name] for name in code.co_freevars))


def _call(instruction: Instruction, cells: Sequence[CellType]) -> Step:
    """One operation with any number of operands."""
    function = _function(instruction.operation)
    operands = [cells[register] for register in instruction.inputs]
    output = cells[instruction.output]
    then: Step = end

    def step() -> None:
        output.cell_contents = function(*map(_contents, operands))
        then()

    return step


def _linked(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The functions in chains in which each calls the next; the first of every chain."""
    chain = tuple(steps)
    for k, (step, following) in enumerate(pairwise(chain), 1):
        if k % CHAIN:
            _then(step).cell_contents = following
    return chain[::CHAIN]


def _then(step: Step) -> CellType:
    function = cast(FunctionType, step)
    closure = function.__closure__
    assert closure is not None
    return closure[function.__code__.co_freevars.index("then")]


def _function(name: str) -> Callable[..., float]:
    return _BARE.get(name) or operation(FLOAT64, name)


def _take(cells: Sequence[CellType]) -> Callable[[], tuple[float, ...]]:
    """A function that reads `cells`."""
    pattern = PATTERNS["take"].get(len(cells))
    if pattern is None:
        return lambda: tuple(map(_contents, cells))
    names = {f"a{k}": cell for k, cell in enumerate(cells, 1)}
    closure = tuple(names[name] for name in pattern.co_freevars)
    return cast("Callable[[], tuple[float, ...]]", FunctionType(pattern, {}, "take", None, closure))
