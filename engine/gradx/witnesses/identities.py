"""What holds exactly at a point and no number of digits can show: a node on a boundary, or without a value there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from gradx.arithmetic.exact import ExactNumbers
from gradx.arithmetic.exact_number import Exact
from gradx.graph import Graph, Node
from gradx.sweeps.forward import Forward, evaluate

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.arithmetic.multiprecision import Multiprecision


class Identities(NamedTuple):
    """`values` are the nodes whose value is rational for certain, None for those that certainly have none; `zero` says
    of each boundary quantity of a node whether it is 0, None where that is not known; `inside` are the nodes whose
    arguments lie in their domain for certain."""

    values: dict[int, Fraction | None]
    zero: dict[int, tuple[bool | None, ...]]
    inside: set[int]


def identities(graph: Graph, m: Multiprecision, point: Mapping[int, float]) -> Identities:
    """Read `graph` exactly, as far as that goes, with the inputs at `point`; `m` tells what is larger."""
    numbers = ExactNumbers(m)
    found = Identities({}, {}, set())
    values: list[Exact] = [numbers.number(0.0)] * len(graph.nodes)
    faults: dict[int, int] = {}
    for i, node in enumerate(graph.nodes):
        row = node.primitive
        if row is None:
            values[i] = numbers.number(point[i] if node.literal is None else node.literal)
            continue
        evaluate(graph, numbers, [i], values, faults)
        if row.boundaries is not None and faults.get(i, i) == i:
            xs = [values[j] for j in node.inputs]
            gaps = row.boundaries(numbers, *xs)
            zero = found.zero[i] = tuple(_is_zero(gap) for gap in gaps)
            if row.domain is not None and (True in zero or None not in zero):
                if row.domain.holds(numbers, *xs):
                    found.inside.add(i)
                else:
                    faults[i] = i
                    found.values[i] = None
            if i not in faults and any(known is None and _close(m, gap) for known, gap in zip(zero, gaps, strict=True)):
                values[i] = numbers.unknown(values[i].value)
        if i not in faults and values[i].ratio is not None:
            found.values[i] = values[i].ratio
    return found


def moving(
    graph: Graph, m: Multiprecision, point: Mapping[int, float], run: Forward[mpf], order: Sequence[int], hits: Set[int]
) -> list[int]:
    """The nodes of `order` that may move when the first of them does a little; the others stay exactly as they are
    (y/y, x - x + 2). `run` is the forward pass at `point`, `hits` the nodes that may be on a boundary."""
    numbers = ExactNumbers(m)
    downstream = set(order)
    values: list[Exact] = [numbers.number(0.0)] * len(graph.nodes)
    for i, node in enumerate(graph.nodes):
        if i == order[0] or i in run.faults:
            values[i] = numbers.unknown(run.values[i])
        elif node.primitive is None:
            values[i] = numbers.number(point[i] if node.literal is None else node.literal)
        elif i in hits and _leaves(numbers, node, [values[j] for j in node.inputs]):
            values[i] = numbers.unknown(run.values[i])
        else:
            evaluate(graph, numbers, [i], values, {})
        if i not in downstream and numbers.moves(values[i]):
            values[i] = numbers.still(run.values[i])
    return [j for j in order if numbers.moves(values[j])]


def _leaves(numbers: ExactNumbers, node: Node, xs: Sequence[Exact]) -> bool:
    """Whether a node on a boundary may leave it."""
    assert node.primitive is not None
    assert node.primitive.boundaries is not None
    return any(numbers.moves(gap) and _close(numbers.m, gap) for gap in node.primitive.boundaries(numbers, *xs))


def _is_zero(number: Exact) -> bool | None:
    return None if number.value != number.value or number.sign is None else number.sign == 0


def _close(m: Multiprecision, gap: Exact) -> bool:
    """Whether a quantity may be 0 as far as the digits go."""
    return not abs(gap.value) > m.context.ldexp(1, -int(m.context.prec) // 2)
