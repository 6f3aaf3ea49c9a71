"""What is drawn: labelled nodes and the wires between them. No places yet, no text from outside that is not safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["plain", "active", "untaken"]


@dataclass(frozen=True, slots=True)
class Label:
    """One node as it is written: every field is text that may be printed as it is.

    `definition` is None for an input, `value` and `gradient` are None without a point or in a branch that is not taken;
    of a matrix they have a line for each row. `shape` is that of a vector or a matrix.
    While backprop has not `reached` the node, its gradient is not shown, but has its room.
    """

    name: str
    definition: str | None
    value: str | None
    gradient: str | None
    state: State = "plain"
    reached: bool = True
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Wire:
    """One use of node `source` as an argument of node `target` (positions in `Diagram.labels`); `x*x` has two.

    While backprop has not `reached` the target, the local partial is not shown, but has its room.
    """

    source: int
    target: int
    local: str | None = None
    reached: bool = True

    @property
    def pair(self) -> tuple[int, int]:
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Diagram:
    """The nodes in topological order, and a wire for every argument that is a node.

    `gradients` says whether labels have a line for the gradient, filled in or still blank; `carried` what it is that
    stands on wires.
    """

    labels: tuple[Label, ...]
    wires: tuple[Wire, ...]
    gradients: bool
    carried: str = "local partials"

    def spelled(self, spell: Callable[[str], str]) -> Diagram:
        """The diagram with its texts in another spelling."""
        labels = tuple(
            replace(
                label,
                name=spell(label.name),
                definition=label.definition and spell(label.definition),
                value=label.value and spell(label.value),
                gradient=label.gradient and spell(label.gradient),
            )
            for label in self.labels
        )
        return replace(self, labels=labels)
