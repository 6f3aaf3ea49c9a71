"""A derivative of order n without a rule of differentiation: the central difference, with a proved remainder.

f is evaluated on the product of complex balls of radii R around the values of the nodes that move, all else held. A
finite result says that f is analytic there, and bounds |f(z) - f(x)| by M, so that by Cauchy's estimate no Taylor
coefficient is larger than M/ΠR^k. The central difference of order n in one node takes f at x + (n - 2j)h; over (2h)^n
it is f's derivative, and with q = h/R what is left adds up to at most

    M (n/R)^n · (nq)^2 / (1 - (nq)^2)

since the weights of t^k are at most 2^n n^k, and those of odd distance cancel. Over several nodes the differences are
taken one after the other, and the bounds multiply. For n = 1 it is the quotient of `gradx.point.quotient`.
Sources: Ahlfors, Complex Analysis, 3rd ed., section 4.2.3; Hörmander, Complex Analysis in Several Variables, 2.2.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import comb, factorial, prod
from typing import NamedTuple

from flint import acb, arb

from gradx.graph import Graph
from gradx.numbers.balls import precision
from gradx.point.quotient import halvings, output_at, output_on
from gradx.point.reading import Reading
from gradx.row_shape import operation_of


class Difference(NamedTuple):
    """`slope` encloses the derivative. `step` is the smallest h, `remainder` what Cauchy's estimate adds."""

    slope: arb
    step: arb
    remainder: arb


def evaluations(orders: Mapping[int, int]) -> int:
    """How often a difference evaluates the program, a complex ball counted twice."""
    return prod(n + 1 for n in orders.values()) + 2


def node_difference(
    reading: Reading, orders: Mapping[int, int], moving: Sequence[int], radii: Mapping[int, int]
) -> Difference | None:
    """The output's derivative of order `orders[i]` along every node i of those, none of which moves another; None where
    it is not analytic on balls of radius 2^`radii[i]`. `moving` are the operations that they move, in order."""
    with precision(reading.bits):
        wide = {i: acb(reading.values[i] + (ball := arb(0, arb((1, radii[i])))), ball) for i in orders}
        image = output_on(reading, wide, moving)
        if not image.is_finite():
            return None
        bound = (image - reading.output).abs_upper()
        halved = halvings(bound, reading.output, reading.bits, sum(orders.values()))
        steps = {i: arb((1, radius - halved)) for i, radius in radii.items()}
        grid = _grid(reading.values, orders, steps)
        total = sum((weight * output_at(reading, place, moving) for weight, place in grid), arb(0))
        whole = prod(((2 * steps[i]) ** n for i, n in orders.items()), start=arb(1))
        remainder = (bound * _tail(orders, radii, halved)).abs_upper()
        smallest = min(steps.values(), key=float)
        return Difference(total / whole + arb(0, remainder), smallest, remainder)


def _grid(
    values: Sequence[arb], orders: Mapping[int, int], steps: Mapping[int, arb]
) -> Iterator[tuple[int, dict[int, arb]]]:
    """Where a central difference evaluates, and with which weight."""
    along = [
        [(i, (-1) ** j * comb(n, j), values[i] + (n - 2 * j) * steps[i]) for j in range(n + 1)]
        for i, n in orders.items()
    ]
    for places in product(*along):
        yield prod(weight for _, weight, _ in places), {i: x for i, _, x in places}


def _tail(orders: Mapping[int, int], radii: Mapping[int, int], halved: int) -> arb:
    """The remainder over M: what all terms but the wanted one add up to."""
    whole = wanted = arb(1)
    for i, n in orders.items():
        radius = arb((1, radii[i]))
        p = n * arb((1, -halved))
        own = factorial(n) / radius**n
        whole *= own + (n / radius) ** n * p * p / (1 - p * p)
        wanted *= own
    return whole - wanted


Powers = frozenset[tuple[int, ...]]


def vanishes(graph: Graph, orders: Mapping[int, int], moving: Sequence[int]) -> bool:
    """Whether the derivative is 0 by the operations alone, where the output is analytic: no term of its Taylor
    polynomial has these powers, as x*y has no x^2, and sin(x) + y no x*y."""
    wanted = tuple(orders.values())
    none = (0,) * len(wanted)
    terms: dict[int, Powers] = {}
    for k, i in enumerate(orders):
        terms[i] = frozenset((none, tuple(int(k == other) for other in range(len(wanted)))))
    for j in moving:
        row, inputs = graph.primitives[j], graph.operands.of(j)
        assert row is not None
        parts = [terms.get(i, frozenset((none,))) for i in inputs]
        name, together = operation_of(row), frozenset().union(*parts)
        if row.linear or (name == "divide" and inputs[1] not in terms):
            terms[j] = together
        elif name == "*":
            terms[j] = _times(parts[0], parts[1], wanted)
        elif name == "power" and inputs[1] not in terms and (n := _whole(graph, inputs[1])) is not None:
            terms[j] = frozenset((none,))
            for _ in range(min(n, sum(wanted))):
                terms[j] = _times(terms[j], parts[0], wanted)
        else:
            terms[j] = together
            for _ in range(sum(wanted).bit_length()):
                terms[j] = _times(terms[j], terms[j], wanted)
    return wanted not in terms.get(graph.output, frozenset())


def _times(x: Powers, y: Powers, wanted: tuple[int, ...]) -> Powers:
    """The terms of a product, as far as they have a part in the one that is wanted."""
    sums = (tuple(a + b for a, b in zip(one, other, strict=True)) for one in x for other in y)
    return frozenset(term for term in sums if all(k <= n for k, n in zip(term, wanted, strict=True)))


def _whole(graph: Graph, i: int) -> int | None:
    literal = graph.nodes[i].literal
    return int(literal) if literal is not None and literal >= 0 and literal.is_integer() else None
