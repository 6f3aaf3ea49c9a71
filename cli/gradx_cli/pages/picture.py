"""From a program and, where it has a point, its exploration to what the diagram says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.printer import definition
from gradx.language.program import Program
from gradx.lessons.chain_rule import completed
from gradx.point.exploration import Exploration
from gradx_cli.answer import Record
from gradx_cli.drawing.boxes import Diagram, Label, State, Wire
from gradx_cli.escape import safe
from gradx_cli.numbers import shown

DIGITS = 6
"""Significant digits in a box; `eval` and --json show more."""

LONGEST_NAME_CHARACTERS, LONGEST_TITLE_CHARACTERS = 24, 200

Texts = tuple[str | None, str | None]
"""A value and a gradient."""


@dataclass(frozen=True)
class Picture:
    """What is to be drawn: a program, its exploration if there is a point, and after how many steps backprop stops.

    Step 0 is the forward pass alone; None is backprop to its end. GradxError("usage") for more steps than there are.
    """

    program: Program
    exploration: Exploration | None = None
    step: int | None = None

    ON_WIRES: ClassVar[str] = "local partials"

    def __post_init__(self) -> None:
        if self.step is not None:
            check_step(self.step, len(self.visits))

    @property
    def graph(self) -> Graph:
        return self.program.graph

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.exploration.warnings if self.exploration else self.program.remarks

    @cached_property
    def boxes(self) -> Sequence[int]:
        """What is drawn: the nodes, inputs first."""
        return self.graph.shown

    @cached_property
    def sources(self) -> Sequence[int]:
        """The boxes of inputs."""
        return self.graph.inputs

    @property
    def output(self) -> int:
        return self.graph.output

    @cached_property
    def visits(self) -> tuple[int, ...]:
        """The boxes as backprop comes to them, in the order in which `explain` tells it."""
        return tuple(completed(self.graph))

    @property
    def active(self) -> int | None:
        """The box where backprop has stopped."""
        return self.visits[self.step - 1] if self.step else None

    @cached_property
    def _visited(self) -> frozenset[int]:
        """The boxes that backprop has come to."""
        return frozenset(self.boxes if self.step is None else self.visits[: self.step])

    def reached(self, box: int) -> bool:
        """Whether backprop has come to the box."""
        return box in self._visited

    @cached_property
    def _numbers(self) -> dict[int, tuple[float | None, float | None]]:
        if self.exploration is None:
            return {}
        return {i: self.exploration.numbers(i) for i in self.exploration.counted}

    def numbers(self, box: int) -> tuple[object, object]:
        """The value and the gradient of a box, None where there is none."""
        return self._numbers.get(box, (None, None))

    def texts(self, box: int) -> Texts:
        """The same as the box shows them."""
        value, gradient = self._numbers.get(box, (None, None))
        return _shown(value), _shown(gradient)

    def in_line(self, box: int) -> Texts:
        """The same as a sentence says them."""
        return self.texts(box)

    def is_untaken(self, box: int) -> bool:
        """Whether it stands in a branch that is not taken."""
        return bool(self._numbers) and self.numbers(box)[0] is None

    def shape(self, box: int) -> str:
        """That of a vector or a matrix."""
        return ""

    def local(self, node: int, slot: int) -> float | None:
        """The local partial of `node` for its argument `slot`; None where no gradient flows."""
        if self.exploration is None:
            return None
        partials = self.exploration.backprop.partials[node]
        return partials[slot] if partials else None

    def called(self, box: int) -> str:
        """The name of a box."""
        return self.graph.names[box]

    def definition(self, box: int) -> str | None:
        """The operation on its inputs' names; None for an input."""
        return None if self.graph.nodes[box].primitive is None else definition(self.graph, box)

    def arguments(self, box: int) -> Sequence[int]:
        """What it is made of: boxes, and constants."""
        return self.graph.nodes[box].inputs

    def carried(self, box: int, slot: int) -> str | None:
        """What stands on the wire of an argument: its local partial."""
        return _shown(self.local(box, slot))

    def label(self, box: int) -> Label:
        """A box as it is written."""
        operation = self.definition(box)
        state: State = "active" if box == self.active else "untaken" if self.is_untaken(box) else "plain"
        said = operation if operation is None else safe(operation)
        return Label(safe(self.called(box)), said, *self.texts(box), state, self.reached(box), self.shape(box))

    def described(self, box: int) -> Record:
        """What an object says of a box before its numbers."""
        definition = self.definition(box)
        kind = "input" if definition is None else "operation"
        return {"name": self.called(box), "kind": kind, "definition": definition}

    def records(self) -> Iterator[Record]:
        """A box an object; without a point its numbers are None, and so is a gradient that `--step` leaves out."""
        for box in self.boxes:
            value, gradient = self.numbers(box)
            yield {**self.described(box), "value": value, "gradient": gradient if self.reached(box) else None}

    def rows(self) -> Iterator[Record]:
        """The same as rows of a table."""
        return self.records()

    def edges(self) -> Iterator[Record]:
        """One for each argument that is a box: `x*x` has two."""
        known = frozenset(self.boxes)
        for i in self.boxes:
            for slot, j in enumerate(self.arguments(i)):
                if j in known:
                    local = self.local(i, slot) if self.reached(i) else None
                    yield {"from": self.called(j), "to": self.called(i), "slot": slot, "local": local}

    def undrawn(self) -> Iterator[str]:
        """What is no wire of the drawing, in words: nothing, of a graph."""
        return iter(())

    @property
    def point(self) -> object:
        """The values of the inputs, by name."""
        return self.exploration and self.exploration.point

    def sentence(self, box: int) -> str:
        """A box in words."""
        definition, name = self.definition(box), safe(self.called(box))
        head = ", ".join(filter(None, ["an input" if definition is None else safe(definition), self.shape(box)]))
        value, gradient = self.in_line(box)
        numbers = {"value": value, f"gradient d{name} =": gradient if self.reached(box) else None}
        said = " and ".join(f"{what} {text}" for what, text in numbers.items() if text is not None)
        return ", with ".join(filter(None, [f"{name} is {head}", said])) + "."

    def name(self, box: int) -> str:
        """The box's name, in a sentence."""
        text = safe(self.called(box))
        return text if len(text) <= LONGEST_NAME_CHARACTERS else text[: LONGEST_NAME_CHARACTERS - 1] + "…"


def check_step(step: int, count: int) -> None:
    """GradxError("usage") for more steps than there are."""
    if step > count:
        message = f"backprop is done after {count} steps here, and --step is {step}"
        raise GradxError("usage", message, hint=f"the last step is --step {count}")


def _shown(number: float | None) -> str | None:
    return None if number is None else shown(number, DIGITS)


def diagram(picture: Picture) -> Diagram:
    """All boxes, and a wire for each of their arguments that is one."""
    boxes = sorted(picture.boxes)
    at = {box: position for position, box in enumerate(boxes)}
    wires = tuple(
        Wire(at[j], at[i], picture.carried(i, slot), picture.reached(i))
        for i in boxes
        for slot, j in enumerate(picture.arguments(i))
        if at.get(j, len(boxes)) < at[i]
    )
    labels = tuple(map(picture.label, boxes))
    return Diagram(labels, wires, gradients=picture.exploration is not None, carried=picture.ON_WIRES)


def title(picture: Picture) -> str:
    """`J = 3*(a + b*c)`."""
    return safe(picture.program.shortened(LONGEST_TITLE_CHARACTERS))


def legend(picture: Picture) -> str:
    """What the signs mean; "" where there are no numbers."""
    if picture.exploration is None:
        return ""
    signs = "→ values forward   ← gradients backward"
    if not picture.sources:
        return signs
    first, output = picture.name(picture.sources[0]), picture.name(picture.output)
    return "; ".join([f"{signs}: d{first} is d{output}/d{first}", *picture.undrawn()])


def progress(picture: Picture) -> str:
    """Where backprop stands, for a lecture that goes through it; "" where it has not been stopped."""
    return "" if picture.step is None else _standing(picture, picture.step)


def every_progress(picture: Picture) -> list[str]:
    """The same of every step, where it has been stopped: pictures of all steps are equally large."""
    steps = range(0 if picture.step is None else len(picture.visits) + 1)
    return [_standing(picture, step) for step in steps]


def _standing(picture: Picture, step: int) -> str:
    visits = picture.visits
    head = f"step {step} of {len(visits)}: "
    if step == 0:
        return f"{head}the values are there, backprop begins at {picture.name(visits[0])}"
    active = visits[step - 1]
    gradient = picture.in_line(active)[1]
    reached = f", d{picture.name(active)} = {gradient}" if gradient is not None else ""
    after = f"next is {picture.name(visits[step])}" if step < len(visits) else "that was the last"
    return f"{head}backprop is at {picture.name(active)}{reached}; {after}"
