"""What is drawn: labelled nodes and the wires between them. No places yet, no text from outside that is not safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["plain", "active", "untaken"]


@dataclass(frozen=True, slots=True)
class Label:
    """One node as it is written: every field is text that may be printed as it is.

    `definition` is None for an input, `value` None without a point or in a branch that is not taken, `gradient` None where
    there is none (yet).
    """

    name: str
    definition: str | None
    value: str | None
    gradient: str | None
    state: State = "plain"


@dataclass(frozen=True, slots=True)
class Wire:
    """One use of node `source` as an argument of node `target` (positions in `Diagram.labels`); `x*x` has two."""

    source: int
    target: int
    local: str | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """The nodes in topological order, and a wire for every argument that is a node.

    `gradients` says whether labels have a line for the gradient, filled in or still blank.
    """

    labels: tuple[Label, ...]
    wires: tuple[Wire, ...]
    output: int
    gradients: bool
