"""A tape compiled to a function over binary64.

The functions called are the bare ones of `math`: they raise where the careful arithmetic answers a not-a-number or an
infinity. So the caller catches ArithmeticError and ValueError, looks at the results for what is not finite (`guard` of
`gradx.sweeps.prepared` is not finite where an operation could have hidden it: 1/inf is 0), and in either case asks the
sweeps of `forward` and `backprop` instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from gradx.export.tape_code import Spelling, tape_code
from gradx.numbers import Arithmetic
from gradx.numbers.float64 import Float64
from gradx.sweeps.recording import Tape

Function = Callable[..., tuple[float, ...]]

SHORT = 2_000
"""Of a tape of so many instructions the registers are variables of one function; of a longer one they are places of a
list, and the functions many: that is compiled in less time and memory, and runs faster."""

PART = 100
"""Lines of one of these functions: it knows so few registers that their numbers fit into a byte of Python's code."""

_RAISING = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos"),
    *("sinh", "cosh", "acosh", "atanh", "gamma"),
)

NAMES: Mapping[str, object] = {
    **{name: getattr(Float64, name) for name in vars(Arithmetic) if not name.startswith("_")},
    **{name: getattr(math, name) for name in _RAISING},
    "power": math.pow, "maximum": max, "minimum": min, "inf": math.inf, "nan": math.nan,
}  # fmt: skip
"""All that the text of a tape can call by a name."""


def compiled(tape: Tape) -> Function:
    """A function of the inputs of `tape` that returns its outputs, or raises ArithmeticError or ValueError."""
    if len(tape.instructions) + len(tape.inputs) <= SHORT:
        code = tape_code(tape, Spelling())
        return function_of(code.inputs, code.assignments, code.outputs)
    code = tape_code(tape, Spelling(register="r[{}]"))
    lines = code.assignments
    parts = [function_of(["r"], lines[k : k + PART], ()) for k in range(0, len(lines), PART)]
    last = function_of(["r"], (), code.outputs)

    def run(*point: float) -> tuple[float, ...]:
        registers = [0.0] * tape.size
        for place, number in zip(tape.inputs, point, strict=True):
            registers[place] = number
        for part in parts:
            part(registers)
        return last(registers)

    return run


def function_of(
    parameters: Sequence[str],
    lines: Sequence[str],
    results: Sequence[str],
    known: Mapping[str, object] = NAMES,
    definitions: Sequence[str] = (),
) -> Function:
    """A function of these lines, which call what is `known` and the `definitions` by their names, and nothing else."""
    head, end = f"def run({', '.join(parameters)}):", f"return ({''.join(f'{text}, ' for text in results)})"
    names = {"__builtins__": {}, **known}
    text = "\n".join((*definitions, "\n ".join((head, *lines, end))))
    exec(compile(text, "<tape>", "exec", dont_inherit=True), names)
    return cast(Function, names["run"])
