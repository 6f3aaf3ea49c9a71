"""From a program and, where it has a point, its exploration to what the diagram says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.printer import definition
from gradx.language.program import Program
from gradx.lessons.chain_rule import completed
from gradx.point.exploration import Exploration
from gradx_cli.drawing.model import Diagram, Label, State, Wire
from gradx_cli.escape import safe
from gradx_cli.numbers import shown

DIGITS = 6
"""Significant digits in a box; `eval` and --json show more."""

LONGEST_NAME_CHARACTERS, LONGEST_TITLE_CHARACTERS = 24, 200


@dataclass(frozen=True)
class Picture:
    """What is to be drawn: a program, its exploration if there is a point, and after how many steps backprop stops.

    Step 0 is the forward pass alone; None is backprop to its end. GradxError("usage") for more steps than there are.
    """

    program: Program
    exploration: Exploration | None = None
    step: int | None = None

    def __post_init__(self) -> None:
        if self.step is not None and self.step > len(self.visits):
            raise GradxError(
                "usage",
                f"backprop is done after {len(self.visits)} steps here, and --step is {self.step}",
                hint=f"the last step is --step {len(self.visits)}",
            )

    @property
    def graph(self) -> Graph:
        return self.program.graph

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.exploration.warnings if self.exploration else self.program.remarks

    @cached_property
    def visits(self) -> tuple[int, ...]:
        """The nodes as backprop comes to them, in the order in which `explain` tells it."""
        return tuple(completed(self.graph))

    @property
    def active(self) -> int | None:
        """The node where backprop has stopped."""
        return self.visits[self.step - 1] if self.step else None

    @cached_property
    def _visited(self) -> frozenset[int]:
        """The nodes that backprop has come to."""
        return frozenset(self.graph.shown if self.step is None else self.visits[: self.step])

    @cached_property
    def numbers(self) -> dict[int, tuple[float | None, float | None]]:
        """Every node's value and gradient, None where there is none."""
        if self.exploration is None:
            return {}
        return {node.index: (node.value, node.gradient) for node in self.exploration.nodes}

    def reached(self, node: int) -> bool:
        """Whether backprop has come to the node."""
        return node in self._visited

    def local(self, node: int, slot: int) -> float | None:
        """The local partial of `node` for its argument `slot`; None where no gradient flows, or has not flowed yet."""
        return self.partial(node, slot) if self.reached(node) else None

    def partial(self, node: int, slot: int) -> float | None:
        """The same, also where it has not flowed yet."""
        if self.exploration is None:
            return None
        partials = self.exploration.backprop.partials[node]
        return partials[slot] if partials else None

    def definition(self, node: int) -> str | None:
        """The operation on its inputs' names; None for an input."""
        return None if self.graph.nodes[node].primitive is None else definition(self.graph, node)

    def name(self, node: int) -> str:
        """The node's name, in a sentence."""
        text = safe(self.graph.names[node])
        return text if len(text) <= LONGEST_NAME_CHARACTERS else text[: LONGEST_NAME_CHARACTERS - 1] + "…"


def diagram(picture: Picture) -> Diagram:
    """The diagram of the whole graph."""
    graph = picture.graph
    nodes = sorted(graph.shown)
    at = {node: position for position, node in enumerate(nodes)}
    wires = tuple(
        Wire(at[j], at[i], _shown(picture.partial(i, slot)), picture.reached(i))
        for i in nodes
        for slot, j in enumerate(graph.nodes[i].inputs)
        if j in at
    )
    return Diagram(tuple(_label(picture, i) for i in nodes), wires, gradients=picture.exploration is not None)


def _label(picture: Picture, i: int) -> Label:
    value, gradient = picture.numbers.get(i, (None, None))
    operation = picture.definition(i)
    state: State = "active" if i == picture.active else "untaken" if picture.numbers and value is None else "plain"
    said = operation if operation is None else safe(operation)
    return Label(safe(picture.graph.names[i]), said, _shown(value), _shown(gradient), state, picture.reached(i))


def _shown(number: float | None) -> str | None:
    return None if number is None else shown(number, DIGITS)


def title(picture: Picture) -> str:
    """`J = 3*(a + b*c)`."""
    return safe(picture.program.shortened(LONGEST_TITLE_CHARACTERS))


def legend(picture: Picture) -> str:
    """What the signs mean; "" where there are no numbers."""
    if picture.exploration is None:
        return ""
    signs = "→ values forward   ← gradients backward"
    if not picture.graph.inputs:
        return signs
    first, output = picture.name(picture.graph.inputs[0]), picture.name(picture.graph.output)
    return f"{signs}: d{first} is d{output}/d{first}"


def progress(picture: Picture) -> str:
    """Where backprop stands, for a lecture that goes through it; "" where it has not been stopped."""
    if picture.step is None:
        return ""
    visits, active = picture.visits, picture.active
    head = f"step {picture.step} of {len(visits)}: "
    if active is None:
        return f"{head}the values are there, backprop begins at {picture.name(visits[0])}"
    gradient = _shown(picture.numbers[active][1])
    reached = f", d{picture.name(active)} = {gradient}" if gradient is not None else ""
    after = f"next is {picture.name(visits[picture.step])}" if picture.step < len(visits) else "that was the last"
    return f"{head}backprop is at {picture.name(active)}{reached}; {after}"
