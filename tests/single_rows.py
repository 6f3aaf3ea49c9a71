"""Every row of the table as a program of its own, with points of its sample, and its slopes there in mpmath."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

from flint import arb
from mpmath import mpf
from multiprecision import Multiprecision

from gradx.graph import Graph
from gradx.language.program import read
from gradx.primitive import Primitive
from gradx.sweeps.forward import forward
from gradx.table import TABLE

M = Multiprecision(160)
mp = M.context

ARGUMENTS = ("x", "y", "z", "u")
SLACK = mpf(10) ** -70
"""The slope in mpmath is right to so much of itself and of 1; no ball of 256 bits is as narrow as that."""

ROWS = [row for row in TABLE.values() if row.name != "identity"]


def program(row: Primitive) -> Graph:
    """The row on x, y, … ."""
    names = ARGUMENTS[: len(row.sample)]
    if row.relation is not None:
        return read(f"where(x {row.relation} y, z, u)").graph
    if row.name == "neg":
        return read("-x").graph
    if row.name.isidentifier():
        return read(f"{row.name}({', '.join(names)})").graph
    return read(f"x {row.name} y").graph


def points(row: Primitive, count: int) -> list[dict[int, float]]:
    """Points of the row's sample, by node of its program."""
    generator = random.Random(row.name)
    return [{i: generator.uniform(*side) for i, side in enumerate(row.sample)} for _ in range(count)]


def slope(row: Primitive, slot: int, point: Mapping[int, float]) -> mpf:
    """The slope of the row's value along one argument: a symmetric difference quotient of 160 digits, h = 10^-40."""
    h = mp.mpf(10) ** -40
    xs = [mp.mpf(point[i]) for i in range(len(row.sample))]
    up, down = ([*xs[:slot], xs[slot] + s * h, *xs[slot + 1 :]] for s in (1, -1))
    return (row.value(M, *up) - row.value(M, *down)) / (2 * h)


def slope_of(graph: Graph, name: str, **point: float) -> mpf:
    """The slope of a whole program along one input, in the same way."""
    h = mp.mpf(10) ** -40
    at = {graph.index[other]: mp.mpf(x) for other, x in point.items()}
    i = graph.index[name]
    up, down = (forward(graph, M, at | {i: at[i] + s * h}).values[graph.output] for s in (1, -1))
    return (up - down) / (2 * h)


def contains(ball: arb, true: mpf) -> bool:
    """Whether the ball, which must be narrow enough for that to say something, holds a number of mpmath's."""
    lower, upper = bounds(ball)
    slack = SLACK * (1 + abs(true))
    return bool(mp.mpf(lower.numerator) / lower.denominator - slack <= true) and bool(
        true <= mp.mpf(upper.numerator) / upper.denominator + slack
    )


def bounds(ball: arb) -> tuple[Fraction, Fraction]:
    """The ends of a ball, as exact fractions."""
    middle, radius = fraction(ball.mid()), fraction(ball.rad())
    return middle - radius, middle + radius


def fraction(exact: arb) -> Fraction:
    """An exact number as a fraction."""
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
