"""What holds exactly at a point and no number of digits can show: a node on a boundary, or without a value there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from gradx.graph import Graph
from gradx.numbers.exact import ExactNumbers
from gradx.numbers.exact_number import Exact
from gradx.sweeps.forward import evaluate

if TYPE_CHECKING:
    from gradx.numbers.multiprecision import Multiprecision


class Identities(NamedTuple):
    """`values` are the nodes whose value is rational for certain, None for those that certainly have none; `zero` says
    of each boundary quantity of a node whether it is 0, None where that is not known; `inside` are the nodes whose
    arguments lie in their domain for certain."""

    values: dict[int, Fraction | None]
    zero: dict[int, tuple[bool | None, ...]]
    inside: set[int]


class ExactReading:
    """`graph` read exactly, as far as that goes, with the inputs at `point`; `m` tells what is larger.

    `known` is what came out. A node that may be on a boundary, or beside it, has a value of which nothing is known.
    """

    def __init__(self, graph: Graph, m: Multiprecision, point: Mapping[int, float]) -> None:
        self.known = Identities({}, {}, set())
        self._graph, self._numbers = graph, ExactNumbers(m)
        self._values: list[Exact] = [
            self._numbers.number(point.get(i, 0.0) if node.literal is None else node.literal)
            for i, node in enumerate(graph.nodes)
        ]
        self._faults: dict[int, int] = {}
        operations = [i for i, node in enumerate(graph.nodes) if node.primitive is not None]
        _read(graph, self._numbers, operations, self._values, self._faults, self.known)

    def moving(self, order: Sequence[int]) -> list[int]:
        """The nodes of `order` that may move when the first of them does a little; the others stay exactly as they are
        (y/y, x - x + 2, the floor of what is no whole number for certain)."""
        values, downstream = list(self._values), set(order)
        values[order[0]] = self._numbers.free(values[order[0]].value)
        faults = {j: origin for j, origin in self._faults.items() if j not in downstream}
        read = [j for j in order[1:] if not self._is_flat(j, order[0])]
        _read(self._graph, self._numbers, read, values, faults, Identities({}, {}, set()))
        return [j for j in order if j in faults or self._numbers.moves(values[j])]

    def _is_flat(self, j: int, i: int) -> bool:
        """Whether node j is a step of node i, and node i certainly on none of its edges."""
        node = self._graph.nodes[j]
        row = node.primitive
        steps = row is not None and row.piecewise and row.jumps and node.inputs == (i,)
        return (
            steps and j not in self._faults and not any(zero is not False for zero in self.known.zero.get(j, (None,)))
        )


def _read(
    graph: Graph,
    numbers: ExactNumbers,
    order: Iterable[int],
    values: list[Exact],
    faults: dict[int, int],
    known: Identities,
) -> None:
    """Read the operations in `order` (topological) into `values`, `faults` and `known`."""
    for i in order:
        node = graph.nodes[i]
        row = node.primitive
        assert row is not None
        evaluate(graph, numbers, [i], values, faults)
        if row.boundaries is not None and faults.get(i, i) == i:
            xs = [values[j] for j in node.inputs]
            gaps = row.boundaries(numbers, *xs)
            zero = known.zero[i] = tuple(_is_zero(gap) for gap in gaps)
            if row.domain is not None and None not in zero:
                if row.domain.holds(numbers, *xs):
                    known.inside.add(i)
                else:
                    faults[i] = i
                    known.values[i] = None
            doubted = (gap for gap, is_zero in zip(gaps, zero, strict=True) if is_zero is None)
            if i not in faults and any(_close(numbers.m, gap) for gap in doubted):
                values[i] = numbers.unknown(values[i].value, *xs)
        if i not in faults and values[i].ratio is not None:
            known.values[i] = values[i].ratio


def _is_zero(number: Exact) -> bool | None:
    return None if number.value != number.value or number.sign is None else number.sign == 0


def _close(m: Multiprecision, gap: Exact) -> bool:
    """Whether a quantity may be 0 as far as the digits go."""
    return not abs(gap.value) > m.context.ldexp(1, -int(m.context.prec) // 2)
