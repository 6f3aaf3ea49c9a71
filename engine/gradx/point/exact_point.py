"""The values at the point itself, as constants that know their exact form: what stands on a boundary there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from gradx.graph import Graph
from gradx.numbers.expansion import Expansion, constant
from gradx.numbers.known import Known, Undecided, recognised
from gradx.numbers.one_sided_series import OneSidedSeries
from gradx.primitive import Primitive
from gradx.sweeps.forward import evaluate


class ExactPoint(NamedTuple):
    """`values[j]` is node j's value, None where it has none or where that is open; `faults` as in a forward pass,
    `opened` the nodes at which a comparison is not known, and why, `twins` those that equal an earlier one."""

    values: list[Known | None]
    faults: dict[int, int]
    opened: dict[int, Undecided]
    twins: dict[int, int]

    def over(self, m: OneSidedSeries) -> list[Expansion]:
        """The values as numbers of `m`."""
        return [
            constant(c, m.order) if c is not None else m.nowhere if j in self.faults else m.unknown
            for j, c in enumerate(self.values)
        ]


def exact_point(graph: Graph, point: Mapping[int, float], needed: Iterable[int] | None = None) -> ExactPoint:
    """Every node's value with the inputs at `point`, or that of the nodes `needed` (in order, with what they need).
    Raises nothing."""
    m = OneSidedSeries(1)
    numbers = [m.unknown] * len(graph.primitives)
    for j, leaf in graph.leaves.items():
        if leaf.primitive is None:
            numbers[j] = m.number(leaf.literal if leaf.literal is not None else point[j])
    known: list[Known | None] = [x.fixed for x in numbers]
    faults: dict[int, int] = {}
    opened: dict[int, Undecided] = {}
    order = [j for j in (range(len(numbers)) if needed is None else needed) if graph.primitives[j] is not None]
    twins = twins_in(graph, order, {})
    for j in order:
        if j in twins:
            copied(j, twins[j], numbers, faults, opened)
            known[j] = known[twins[j]]
            continue
        step(graph, m, (j,), numbers, faults, opened)
        value = numbers[j].fixed
        if value is not None:
            # What is too long to be written exactly is still itself wherever it comes again.
            value = recognised(f"node {j}", value)
            numbers[j] = constant(value, m.order)
        known[j] = value
    return ExactPoint(known, faults, opened, twins)


def exact_values(graph: Graph, point: Mapping[int, float]) -> list[Known | None]:
    """Every node's value at `point`, exact where its form is known; None where it has none, or where that is open."""
    return exact_point(graph, point).values


def twins_in(graph: Graph, order: Iterable[int], others: Mapping[int, int]) -> dict[int, int]:
    """The operations in `order` that do the same as an earlier one there; `others` are those outside it that do."""
    twins = dict(others)
    first: dict[tuple[Primitive | None, tuple[int, ...]], int] = {}
    found: dict[int, int] = {}
    for j in order:
        twin = first.setdefault((graph.primitives[j], tuple(twins.get(k, k) for k in graph.arguments[j])), j)
        if twin != j:
            twins[j] = found[j] = twin
    return found


def copied(j: int, twin: int, values: list[Expansion], faults: dict[int, int], opened: dict[int, Undecided]) -> None:
    """Let operation j be what its twin is."""
    values[j] = values[twin]
    if twin in faults:
        faults[j] = j if faults[twin] == twin else faults[twin]
    if twin in opened:
        opened[j] = opened[twin]


def step(
    graph: Graph,
    m: OneSidedSeries,
    order: Iterable[int],
    values: list[Expansion],
    faults: dict[int, int],
    opened: dict[int, Undecided],
) -> None:
    """Evaluate the operations in `order`; where a comparison is open, the value is unknown."""
    for j in order:
        try:
            evaluate(graph, m, (j,), values, faults)
        except Undecided as reason:
            values[j] = m.unknown
            opened[j] = reason


def is_regular(graph: Graph, m: OneSidedSeries, j: int, values: Sequence[Expansion], moving: Container[int]) -> bool:
    """Whether operation j is off all its boundaries at the point: analytic in the operands that are `moving`."""
    row, inputs = graph.primitives[j], graph.arguments[j]
    assert row is not None
    if values[j].missing:
        return False
    if row.boundaries is None:
        return True
    try:
        if row.name == "^":
            return _is_regular_power(values[inputs[0]], values[inputs[1]], inputs[1] in moving)
        return all(gap.sign() for gap in row.boundaries(m, *(values[k] for k in inputs)))
    except Undecided:
        return False


def is_steady(graph: Graph, j: int, values: Sequence[Expansion]) -> bool:
    """Whether operation j, on a boundary of its own, is continuous wherever it has a value beside the point."""
    row = graph.primitives[j]
    assert row is not None
    if row.name != "^":
        return not row.jumps
    base, exponent = (values[k] for k in graph.arguments[j])
    try:
        return exponent.sign() > 0 or base.sign() != 0  # 0^y jumps at y = 0
    except Undecided:
        return False


def _is_regular_power(base: Expansion, exponent: Expansion, moves: bool) -> bool:
    """Whether a power is analytic: below zero, and at zero, only while the exponent stays whole."""
    if not moves and exponent.limit().is_whole():
        return bool(base.sign() or exponent.sign() >= 0)
    return base.sign() > 0
