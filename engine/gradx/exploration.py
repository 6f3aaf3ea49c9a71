"""The one result that every view reads: a program explored at a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradx.graph import Graph
from gradx.language.program import Program
from gradx.sweeps.backprop import Backprop
from gradx.sweeps.forward import Forward
from gradx.verdict import Verdict
from gradx.witnesses.symbolic import Symbolic

Checks = Literal["auto", "all", "none"]


@dataclass(frozen=True, slots=True)
class Options:
    """What an exploration does: the nudge's size, the inputs that count, which witnesses are heard."""

    epsilon: float = 0.001
    wrt: tuple[str, ...] | None = None
    symbolic: bool = True
    checks: Checks = "auto"
    digits: int = 10


@dataclass(frozen=True, slots=True)
class Nudge:
    """The output after one node moved by ε, the slope that this gives, and a note where the slope misleads."""

    output: float
    slope: float
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NodeReport:
    """Everything that is known of one node. `value` and `gradient` are None in a branch that is not taken."""

    index: int
    name: str
    kind: Literal["input", "operation"]
    definition: str | None
    inputs: tuple[str, ...]
    value: float | None
    gradient: float | None
    nudge: Nudge | None
    symbolic: Symbolic
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Exploration:
    """A program, its values, gradients and witnesses at one point. `nodes` stand inputs first, then in topological order."""

    program: Program
    graph: Graph
    point: dict[str, float]
    options: Options
    forward: Forward[float]
    backprop: Backprop[float]
    nodes: tuple[NodeReport, ...]
    value: float
    value_verdict: Verdict
    warnings: tuple[str, ...]
    confirmed: bool | None
