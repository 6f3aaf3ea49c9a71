"""What an exploration says of whole bundles: their values, gradients, nudges, the worst verdict of their entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from gradx.bundle import NUMBER, Group
from gradx.point.exploration import Exploration, NodeReport
from gradx.point.verdict import Status

WORST: tuple[Status, ...] = (
    "disagree", "undecided", "jump", "kink", "edge", "vertical", "inexact", "unchecked", "agree",
)  # fmt: skip
"""The verdicts, the worst first."""


@dataclass(frozen=True, slots=True)
class BundleReport:
    """One group; `values` and `gradients` row by row, None in a branch that is not taken; `entries` are the reports on
    them, None for a constant and for an input that does not count."""

    group: Group
    values: tuple[float | None, ...]
    gradients: tuple[float | None, ...]
    entries: tuple[NodeReport | None, ...]

    @property
    def counted(self) -> Sequence[NodeReport]:
        return [entry for entry in self.entries if entry is not None]

    @property
    def status(self) -> Status:
        """The worst verdict of its entries."""
        found = {entry.verdict.status for entry in self.counted}
        return next((status for status in WORST if status in found), "agree")

    @property
    def count(self) -> int:
        """How many entries have the worst verdict."""
        worst = self.status
        return sum(entry.verdict.status == worst for entry in self.counted)

    @property
    def apart(self) -> Sequence[BundleReport]:
        """A report on each entry alone."""
        definition = None if self.group.is_input else f"an entry of {self.group.name}"
        return [
            BundleReport(Group(name, definition, (), NUMBER, (i,)), (value,), (gradient,), (entry,))
            for name, i, value, gradient, entry in zip(
                self.group.names, self.group.entries, self.values, self.gradients, self.entries, strict=True
            )
        ]

    def nested(self, numbers: Sequence[float | None]) -> object:
        """Numbers as NumPy takes them; see `Group.nested`."""
        return self.group.nested(numbers)


class Farthest(NamedTuple):
    """The input whose nudge is farthest from its gradient: its name, both slopes, and how far these are apart; `tried`
    of the `inputs` that count were nudged."""

    name: str
    slope: float
    gradient: float
    off: float
    tried: int
    inputs: int


def bundle_reports(exploration: Exploration, *, every: bool = False) -> Iterator[BundleReport]:
    """A report on each group, in their order; on `every` one, inputs too that do not count (`Options.wrt`)."""
    bundles = exploration.program.bundles
    assert bundles is not None
    reports = {node.index: node for node in exploration.nodes}
    wanted = exploration.options.wrt
    run = exploration.forward
    for group in bundles.groups:
        entries = tuple(reports.get(i) for i in group.entries)
        is_left_out = group.is_input and wanted is not None and not any(entries)
        if is_left_out and not every:
            continue
        values = tuple(None if i in run.dropped else run.values[i] for i in group.entries)
        gradients = tuple(None if entry is None else entry.gradient for entry in entries)
        if is_left_out:
            gradients = tuple(exploration.backprop.adjoints[i] for i in group.entries)
        yield BundleReport(group, values, gradients, entries)


def farthest(exploration: Exploration) -> Farthest | None:
    """The input whose nudge is farthest from what its gradient says; None where nothing was nudged."""
    inputs = [node for node in exploration.nodes if node.kind == "input"]
    tried = [
        (abs(node.nudge.slope - node.gradient), node.name, node.nudge.slope, node.gradient)
        for node in inputs
        if node.nudge is not None and node.nudge.slope is not None and node.gradient is not None
    ]
    if not tried:
        return None
    off, name, slope, gradient = max(tried, key=itemgetter(0))
    return Farthest(name, slope, gradient, off, len(tried), len(inputs))
