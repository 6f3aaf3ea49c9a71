"""The numbers that were typed: 0.1 is a tenth, and 1/3 a third, whatever float64 makes of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from flint import arb

from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.language.program import read
from gradx.numbers.balls import TYPED_BALLS, Balls
from gradx.sweeps.forward import forward

Number = float | Graph
"""A number as it is typed: a float64 stands for the decimal it is written as, constants for what they come to."""

Point = Callable[[Balls], Mapping[int, arb]]
"""Every input's number, read in balls at FLINT's precision of the moment."""


def ball(x: Number, m: Balls = TYPED_BALLS) -> arb:
    """A ball around what was typed, at FLINT's precision of the moment."""
    return forward(x, m, {}).values[x.output] if isinstance(x, Graph) else m.number(x)


def are_binary(graph: Graph, point: Mapping[int, Number]) -> bool:
    """Whether every number of a program and its point is, as it is typed, the binary64 number that it is read as."""
    literals = (leaf.literal for leaf in graph.leaves.values() if leaf.literal is not None)
    return all(isinstance(x, float) and _is_its_decimal(x) for x in (*point.values(), *literals))


def _is_its_decimal(x: float) -> bool:
    return x.is_integer() or (math.isfinite(x) and Fraction(repr(x)) == Fraction(x))


def typed_point(graph: Graph, bindings: Sequence[Binding], values: Mapping[str, float]) -> dict[int, Number]:
    """Every input's number as its binding writes it; that of `values` (name to number) where it has none."""
    given = {binding.name: binding for binding in bindings}
    point: dict[int, Number] = {}
    for i in graph.inputs:
        binding = given.get(graph.names[i])
        if binding is None:
            point[i] = values[graph.names[i]]
            continue
        written = read(binding.source.text.partition("=")[2]).graph
        point[i] = written if ball(written).is_finite() else binding.value
    return point


def in_balls(point: Mapping[int, Number]) -> Point:
    """The point, to be read in balls at any precision."""
    return lambda m: {i: ball(x, m) for i, x in point.items()}
