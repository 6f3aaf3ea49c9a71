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

LONGEST_NAME = 24
LONGEST_TITLE = 200


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
        if self.exploration is None or node not in self._visited:
            return None
        partials = self.exploration.backprop.partials[node]
        return partials[slot] if partials else None


def diagram(picture: Picture) -> Diagram:
    """The diagram of the whole graph."""
    graph = picture.graph
    nodes = sorted(graph.shown)
    at = {node: position for position, node in enumerate(nodes)}
    wires = tuple(
        Wire(at[j], at[i], _local(picture, i, slot))
        for i in nodes
        for slot, j in enumerate(graph.nodes[i].inputs)
        if j in at
    )
    operations = frozenset(graph.operations)
    labels = tuple(_label(picture, i, is_operation=i in operations) for i in nodes)
    return Diagram(labels, wires, gradients=picture.exploration is not None)


def _label(picture: Picture, i: int, *, is_operation: bool) -> Label:
    graph = picture.graph
    value, gradient = picture.numbers.get(i, (None, None))
    state: State = "active" if i == picture.active else "untaken" if picture.numbers and value is None else "plain"
    return Label(
        safe(graph.names[i]),
        safe(definition(graph, i)) if is_operation else None,
        None if value is None else shown(value, DIGITS),
        None if gradient is None else shown(gradient, DIGITS),
        state,
        picture.reached(i),
    )


def _local(picture: Picture, node: int, slot: int) -> str | None:
    partial = picture.local(node, slot)
    return None if partial is None else shown(partial, DIGITS)


def title(picture: Picture) -> str:
    """`J = 3*(a + b*c)`."""
    return safe(picture.program.shortened(LONGEST_TITLE))


def legend(picture: Picture) -> str:
    """What the signs mean; "" where there are no numbers."""
    if picture.exploration is None:
        return ""
    signs = "→ values forward   ← gradients backward"
    if not picture.graph.inputs:
        return signs
    first, output = _name(picture, picture.graph.inputs[0]), _name(picture, picture.graph.output)
    return f"{signs}: d{first} is d{output}/d{first}"


def progress(picture: Picture) -> str:
    """Where backprop stands, for a lecture that goes through it; "" where it has not been stopped."""
    if picture.step is None:
        return ""
    visits = picture.visits
    head = f"step {picture.step} of {len(visits)}: "
    following = visits[picture.step] if picture.step < len(visits) else None
    if picture.active is None:
        return f"{head}the values are there, backprop begins at {_name(picture, visits[0])}"
    gradient = picture.numbers[picture.active][1]
    reached = f"backprop is at {_name(picture, picture.active)}"
    if gradient is not None:
        reached += f", d{_name(picture, picture.active)} = {shown(gradient, DIGITS)}"
    return f"{head}{reached}; " + ("that was the last" if following is None else f"next is {_name(picture, following)}")


def _name(picture: Picture, node: int) -> str:
    return _cut(safe(picture.graph.names[node]), LONGEST_NAME)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
