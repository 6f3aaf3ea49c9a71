"""A tape as lines of source text: registers by number or by given names, literals by their digits, operations as a
language writes them.

Without given names nothing else is written: no name of a variable, no text of a program. Who runs the lines or shows
them puts a head before and an end behind.

sigmoid and softplus, of x and of -x, are made of one exponential, exp(-|x|): `shared` makes it an operation of its own.
The slope of sigmoid, sigmoid(x)*sigmoid(-x), asks for it twice, and no compiler sees that the two are the same: exp may
report an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final, NamedTuple, get_args

from gradx.numbers import Relation
from gradx.primitive import ATOM, LOOSE, POWER, PRODUCT, SIGN, SUM, Writing
from gradx.sweeps.recording import Instruction, Tape

WIDEST_CHARACTERS = 100
"""An operation this wide is still written into the one that needs it: no expression nests deep."""

SIGNS: Mapping[str, Writing] = {
    "+": Writing("{} + {}", SUM, (SUM, PRODUCT)),
    "-": Writing("{} - {}", SUM, (SUM, PRODUCT)),
    "*": Writing("{}*{}", PRODUCT, (PRODUCT, SIGN)),
    "divide": Writing("{}/{}", PRODUCT, (PRODUCT, SIGN)),
    "neg": Writing("-{}", SIGN, (POWER,)),
}
"""What all languages write alike."""


def choices(template: str, binds: int, needs: tuple[int, ...]) -> dict[str, Writing]:
    """How a language writes each `where`: `{{}}` in the template is the relation."""
    return {f"where{relation}": Writing(template.format(relation), binds, needs) for relation in get_args(Relation)}


PYTHON: Mapping[str, Writing] = {
    **SIGNS,
    "modulo": Writing("{} % {}", PRODUCT, (PRODUCT, SIGN)),
    **choices("{{2}} if {{0}} {} {{1}} else {{3}}", LOOSE, (SUM,) * 4),
}
"""How Python writes operations; what is not here is a call by its name."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How operations, numbers and registers are written. `power` by a whole number from 2 on may have a `whole` way,
    with the number's digits alone; by one of `multiplied` it is a product, where the language's own is slow."""

    forms: Mapping[str, Writing] = field(default_factory=lambda: PYTHON)
    number: Callable[[float], str] = repr
    register: str = "r{}"
    whole_power: Writing | None = None
    brackets: str = "({})"
    multiplied: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Arrays:
    """How a library of arrays writes what is no operation entry by entry. A vector of n is an array of n rows and one
    column, as in gradx; a number has no axes.

    `functions` take the array and, behind it, `along` with an axis; `filled` takes a shape. `grid` makes an array of
    rows of numbers, `block` of rows of arrays and numbers; `added` and `put` are statements: array, subscripts, what is
    added or put there. `tensor` goes around a number where a function takes none. `definitions` are what the library
    lacks, `start` is the head of a file with `array`, which checks an argument; `flat` makes a list of numbers of what
    has any shape.
    """

    functions: Mapping[str, str]
    along: str
    filled: str
    eye: str
    grid: str
    block: str
    added: str
    put: str
    copied: str
    definitions: Mapping[str, str]
    start: str
    flat: str
    tensor: str = "{}"


class Names(NamedTuple):
    """Names for registers: `fixed` ones have a line of their own in any case, `others` where they have a line."""

    fixed: dict[int, str]
    others: dict[int, str]


NO_NAMES = Names({}, {})


class Line(NamedTuple):
    """`name`, which stands for `register`, becomes `text`."""

    register: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TapeCode:
    """`lines` are assignments, in order; `inputs` name what must be there before, `outputs` are expressions behind."""

    inputs: Sequence[str]
    lines: Sequence[Line]
    outputs: Sequence[str]

    @property
    def assignments(self) -> list[str]:
        return [f"{line.name} = {line.text}" for line in self.lines]


class Text(NamedTuple):
    """A text, and how tight it binds. `minus`: it is a product or a number that begins with a minus, and its opposite
    without it."""

    text: str
    binds: int = ATOM
    minus: bool = False

    def fitting(self, needed: int, brackets: str) -> str:
        return self.text if self.binds >= needed else brackets.format(self.text)


def tape_code(tape: Tape, spelling: Spelling, names: Names = NO_NAMES) -> TapeCode:
    """`tape` as `spelling` writes it. What is needed once only stands in the line that needs it."""
    uses = Counter(chain(tape.outputs, chain.from_iterable(i.inputs for i in tape.instructions)))
    powers = (i for i in tape.instructions if i.operation == "power" and i.inputs[1] in tape.literals)
    exponents = {i.output: tape.literals[i.inputs[1]] for i in powers}
    # What is multiplied by itself is needed more than once.
    uses.update(i.inputs[0] for i in tape.instructions if exponents.get(i.output) in spelling.multiplied)

    def named(register: int) -> str:
        return names.fixed.get(register) or names.others.get(register) or spelling.register.format(register)

    texts = {place: literal_text(number, spelling) for place, number in tape.literals.items()}
    texts |= {place: Text(named(place)) for place in tape.inputs}
    lines: list[Line] = []
    for operation, inputs, output in tape.instructions:
        exponent = exponents.get(output, 0.0)
        if exponent in spelling.multiplied:
            found = Text("*".join([texts[inputs[0]].text] * int(exponent)), PRODUCT)
        elif spelling.whole_power is not None and exponent.is_integer() and exponent >= 2:
            found = written_text(spelling.whole_power, (texts[inputs[0]], Text(f"{exponent:.0f}")), spelling.brackets)
        else:
            found = operation_text(operation, [texts[place] for place in inputs], spelling)
        if uses[output] == 1 and output not in names.fixed and len(found.text) <= WIDEST_CHARACTERS:
            texts[output] = found
        else:
            texts[output] = Text(named(output))
            lines.append(Line(output, named(output), found.text))
    return TapeCode([named(k) for k in tape.inputs], lines, [texts[k].text for k in tape.outputs])


def literal_text(number: float, spelling: Spelling) -> Text:
    text = spelling.number(number)
    return Text(text, SIGN, minus=True) if text.startswith("-") else Text(text)


_OTHER_SIGN = {"+": "-", "-": "+"}


def operation_text(operation: str, operands: Sequence[Text], spelling: Spelling) -> Text:
    """An operation as it is written; a sum with what begins with a minus as a difference, and a difference as a sum,
    which is the same number."""
    if operation in _OTHER_SIGN and operands[1].minus:
        operation, operands = _OTHER_SIGN[operation], (operands[0], operands[1]._replace(text=operands[1].text[1:]))
    found = written_text(spelling.forms.get(operation) or Writing(operation + "({})"), operands, spelling.brackets)
    minus = operation == "neg" or (operation in ("*", "divide") and operands[0].minus)
    return found._replace(minus=minus and found.text.startswith("-"))


def written_text(form: Writing, operands: Sequence[Text], brackets: str) -> Text:
    """A template with one place takes all operands there, or is put around them two at a time."""
    if form.template.count("{}") == 1 and len(operands) > 1:
        return Text(form.template.format(", ".join(operand.text for operand in operands)), form.binds)
    if len(operands) > 2 and form.template.count("{}") == 2:
        first = written_text(form, operands[:2], brackets)
        return written_text(form, [first, *operands[2:]], brackets)
    needs = (*form.needs, *(LOOSE for _ in operands))
    texts = (operand.fitting(need, brackets) for operand, need in zip(operands, needs, strict=False))
    return Text(form.template.format(*texts), form.binds)


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
