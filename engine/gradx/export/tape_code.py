"""A tape as lines of source text: registers by number, literals by their digits, operations as a language writes them.

Nothing else is written: no name of a variable, no text of a program. Who runs the lines or shows them puts a head
before and an end behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import get_args

from gradx.numbers import Relation
from gradx.sweeps.recording import Tape

PYTHON: Mapping[str, str] = {
    "+": "{} + {}", "-": "{} - {}", "*": "{} * {}", "neg": "-{}", "divide": "{} / {}", "modulo": "{} % {}",
    **{f"where{relation}": f"{{2}} if {{0}} {relation} {{1}} else {{3}}" for relation in get_args(Relation)},
}  # fmt: skip
"""How Python writes operations; what is not here is a call by its name."""

WIDEST = 100
"""Characters of an operation that is still written into the one that needs it: no expression nests deep."""


@dataclass(frozen=True, slots=True)
class TapeCode:
    """`lines` are assignments, in order; `inputs` name what must be there before, `outputs` are expressions behind."""

    inputs: Sequence[str]
    lines: Sequence[str]
    outputs: Sequence[str]


def tape_code(tape: Tape, register: str = "r{}", forms: Mapping[str, str] = PYTHON) -> TapeCode:
    """`tape` with its registers written as `register` and its operations as `forms`.

    What is needed once only stands in the line that needs it.
    """
    uses = Counter(chain(tape.outputs, chain.from_iterable(i.inputs for i in tape.instructions)))
    texts = {place: repr(number) for place, number in tape.literals.items()}
    texts |= {place: register.format(place) for place in tape.inputs}
    lines: list[str] = []
    for name, inputs, output in tape.instructions:
        operands = [texts[place] for place in inputs]
        form = forms.get(name)
        text = form.format(*operands) if form else f"{name}({', '.join(map(_alone, operands))})"
        if uses[output] == 1 and len(text) <= WIDEST:
            texts[output] = f"({text})" if form else text
        else:
            texts[output] = register.format(output)
            lines.append(f"{texts[output]} = {text}")
    return TapeCode([texts[k] for k in tape.inputs], lines, [_alone(texts[k]) for k in tape.outputs])


def _alone(text: str) -> str:
    """An operand where no operation stands around it: only what was put into parentheses above begins with one."""
    return text[1:-1] if text.startswith("(") else text
