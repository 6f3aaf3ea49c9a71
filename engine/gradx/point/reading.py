"""The program in balls at its exact point, at growing precision; each precision is read when it is first asked for.

Every literal and every binding is its exact binary64 value, or, in the numbers as typed, the decimal that was written.
Where a ball touches a boundary (a floor of what may be 2, a comparison of what may be equal) exact forms decide, as far
as they know the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flint import acb, arb

from gradx.graph import Graph
from gradx.numbers.balls import TYPED_BALLS, Balls, precision
from gradx.point.stretches import Stretches, touched
from gradx.point.typed import Number, Point, ball
from gradx.row_shape import functions_of, operation_of
from gradx.sweeps.backprop import Rules
from gradx.sweeps.forward import Forward, corrected

if TYPE_CHECKING:
    from gradx.point.exact_point import ExactPoint

LADDER = (256, 640, 1_800, 4_000, 10_000, 40_000, 160_000)
"""Bits of precision, tried in this order."""

WEIGHTS = (1, 2, 5, 15, 60, 600, 8_000)
"""What a node costs at each precision, in evaluations of a product at the first."""

DEAR_WEIGHTS = (12, 40, 300, 2_000, 20_000, 1_000_000, 100_000_000)
"""The same for a node whose value asks for a gamma function or one of its derivatives."""

_DEAR = frozenset(("gamma", "lgamma", "digamma", "trigamma"))

MOST_IDENTIFIED = 2_000
"""A graph with more nodes than this is not read in exact forms."""

EVERY = 50
"""In steps of so many nodes it is looked how far a reading tells anything."""

_ZERO = arb(0)


class Reading:
    """One precision: the forward pass, and what it tells. `touched[i]` is true where a boundary quantity of node i
    is 0 exactly, false where its ball contains 0. `corners[i]` are the nodes that move both base and exponent of node
    i, a power of 0: 0^1 is on no boundary along either alone, and has no value beside it where both move."""

    def __init__(
        self, graph: Graph, m: Balls, point: Point, bits: int, exact: Callable[[], ExactPoint] | None = None
    ) -> None:
        self.graph = graph
        self.bits = bits
        self.m = m
        with precision(bits):
            self.stretches = Stretches(graph, m, point(m))
            everything = range(len(graph.primitives))
            self.touched = touched(graph, m, self.run, everything)
            if exact is not None and not all(self.touched.values()) and len(graph.primitives) <= MOST_IDENTIFIED:
                self.stretches.run = corrected(graph, m, self.run, _exactly(graph, exact()))
                self.touched = touched(graph, m, self.run, everything)
        self.corners = dict(_corners(graph, self.run))
        self.touched.update((i, self.values[graph.arguments[i][0]].is_zero()) for i in self.corners)

    @property
    def run(self) -> Forward[arb]:
        return self.stretches.run

    @property
    def values(self) -> list[arb]:
        return self.run.values

    @property
    def output(self) -> arb:
        return self.run.values[self.graph.output]

    @property
    def surely_outside(self) -> bool:
        """Whether the output has no value: a domain is left, for certain."""
        return self.graph.output in self.run.faults

    @property
    def open_boundary(self) -> int | None:
        """The first operation whose boundary the point may stand on; None where there is none."""
        return next((i for i, exactly in self.touched.items() if not exactly), None)

    @property
    def bits_to_the_end(self) -> int:
        """With how many bits the end of a long program would be reached, where these are all lost before it and as many
        are lost as far behind."""
        size = len(self.values)
        seen = range(0, size if size > MOST_IDENTIFIED else 0, EVERY)
        told = [i for i in seen if not self.graph.constant[i] and self.values[i].rel_accuracy_bits() > 0]
        return self.bits * size // (told[-1] + EVERY) if told else 0

    @cached_property
    def complex_values(self) -> list[acb]:
        """The values as complex balls without an imaginary part."""
        return list(map(acb, self.run.values))

    @cached_property
    def rules(self) -> list[arb]:
        """Every node's gradient by backprop's own rules, read in balls."""
        with precision(self.bits):
            return self.stretches.adjoints(Rules(self.graph, self.m))


class Readings:
    """The precisions of `LADDER` at one point."""

    def __init__(self, graph: Graph, m: Balls, point: Mapping[int, Number] | Point) -> None:
        self.graph = graph
        self.point = point
        self.m = m
        self._read: dict[int, Reading] = {}

    def __getitem__(self, level: int) -> Reading:
        if level not in self._read:
            exact = None if callable(self.point) else self.exact
            self._read[level] = Reading(self.graph, self.m, self._at, LADDER[level], exact)
        return self._read[level]

    def _at(self, m: Balls) -> Mapping[int, arb]:
        if callable(self.point):
            return self.point(m)
        return {i: m.number(x) if isinstance(x, float) else ball(x, m) for i, x in self.point.items()}

    def exact(self) -> ExactPoint:
        """What is known exactly of the values at a point of numbers, at FLINT's precision of the moment."""
        from gradx.point.exact_point import exact_point

        assert not callable(self.point)
        return exact_point(self.graph, self.point, self.m is TYPED_BALLS)

    @cached_property
    def dear(self) -> list[bool]:
        """For each node whether its value asks for a function that costs much."""
        dear = {row for row in self.graph.rows if functions_of(row) & _DEAR}
        return [row in dear for row in self.graph.primitives] if dear else [False] * len(self.graph.primitives)

    def cost(self, level: int, nodes: Sequence[int]) -> int:
        """What it costs to evaluate `nodes` at a precision."""
        dear = self.dear
        return WEIGHTS[level] * len(nodes) + (DEAR_WEIGHTS[level] * sum(dear[i] for i in nodes) if True in dear else 0)


def _exactly(graph: Graph, at: ExactPoint) -> dict[int, arb | None]:
    """The operations of which the value is known by its form, None where there is none for certain."""
    known: dict[int, arb | None] = {j: None for j, origin in at.faults.items() if j == origin}
    known.update((j, c.sharp) for j, c in enumerate(at.values) if c is not None and graph.primitives[j] is not None)
    return known


def _corners(graph: Graph, run: Forward[arb]) -> Iterator[tuple[int, set[int]]]:
    """The powers of what is or may be 0 of which some nodes move both base and exponent, and these."""
    powers = {row for row in graph.rows if operation_of(row) == "power"}
    for i, row in enumerate(graph.primitives) if powers else ():
        if row in powers and i not in run.dropped:
            base, exponent = graph.arguments[i]
            if not graph.constant[exponent] and run.values[base].contains(_ZERO):
                both = set(graph.upstream(base)).intersection(graph.upstream(exponent))
                moving = {j for j in both if not graph.constant[j]}
                if moving:
                    yield i, moving
