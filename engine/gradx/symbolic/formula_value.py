"""What SymPy's formulas are worth at a point: each is swept in balls, as a program is.

A formula says nothing of the points where the program itself has a kink, a jump or an edge: along a node on which one
of those depends there is no value. Precision grows until the digits are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flint import arb

from gradx.graph import Graph
from gradx.numbers.balls import BALLS, Balls, precision
from gradx.numbers.decimals import decimal, significant
from gradx.row_shape import boundary_operands
from gradx.sweeps.forward import Forward, distances, forward

PRECISIONS_BITS = (256, 640, 1600, 4000)
"""Tried in this order."""

DIGITS = 25
"""How many digits of a value are handed on."""

_PROVED_DIGITS = 30
_PLAIN_ABOVE = -5
_ZERO_BELOW = arb(2) ** -1100
"""What may be zero, and is smaller than this if it is not, is called zero: binary64 ends at 2^-1074."""

ON_CORNER = "the point lies on a kink, a jump or an edge"
NO_NUMBER = "SymPy's formula has no real number here"
CANCELLED = "too many digits cancel in SymPy's formula"


class FormulaValue(NamedTuple):
    """A decimal of up to 25 digits; None where `reason` says why there is none."""

    decimal: str | None
    reason: str | None = None


def formula_values(graph: Graph, point: Mapping[int, float], formulas: Mapping[int, Graph]) -> dict[int, FormulaValue]:
    """The values of formulas over nodes of `graph`, each for the derivative along one; the inputs are at `point`."""
    found: dict[int, FormulaValue] = {}
    for bits in PRECISIONS_BITS:
        with precision(bits):
            place = _Place(graph, forward(graph, BALLS, {i: arb(x) for i, x in point.items()}))
            for i in formulas.keys() - found.keys():
                value = place.value(i, formulas[i], last=bits == PRECISIONS_BITS[-1])
                if value is not None:
                    found[i] = value
        if len(found) == len(formulas):
            break
    return found


class _Place:
    """A point, and a program swept there at FLINT's precision of the moment."""

    def __init__(self, graph: Graph, run: Forward[arb]) -> None:
        self._graph = graph
        self._lost = graph.output in run.faults
        self._values = {name: run.values[i] for name, i in graph.index.items()}
        self._jumps = corners(graph, BALLS, run, jumps=True)

    def value(self, i: int, formula: Graph, *, last: bool) -> FormulaValue | None:
        """What the formula for node i is worth; None where more may be known at a higher precision."""
        run = forward(formula, BALLS, {k: self._values[formula.names[k]] for k in formula.inputs})
        value = run.values[formula.output]
        if self._lost or formula.output in run.faults or (last and not value.is_finite()):
            return FormulaValue(None, NO_NUMBER)
        sure = self._on_corner(i, formula, run)
        if sure or (last and sure is not None):
            return FormulaValue(None, ON_CORNER)
        if sure is None and value.is_finite() and significant(value) >= _PROVED_DIGITS:
            return FormulaValue(decimal(value, DIGITS, _PLAIN_ABOVE))
        if not last:
            return None
        return FormulaValue("0.0") if abs(value) < _ZERO_BELOW else FormulaValue(None, CANCELLED)

    def _on_corner(self, i: int, formula: Graph, run: Forward[arb]) -> bool | None:
        """Whether a corner that node i moves is surely met (True) or may be (False); None where none is near.

        A kink leaves its mark in the formula, as abs does in sign; a jump need not.
        """
        found = corners(formula, BALLS, run)
        met = [(self._graph.index[formula.names[k]], found[k]) for k in formula.inputs if k in found]
        met += self._jumps.items()
        moved = set(self._graph.downstream(i)) if met else set()
        return max((sure for j, sure in met if j in moved), default=None)


def corners(graph: Graph, m: Balls, run: Forward[arb], *, jumps: bool = False) -> dict[int, bool]:
    """The nodes on which a kink, a jump or an edge at the values of a pass depends (with `jumps`: a jump), and whether
    it is surely met: else it is so near that it may be."""
    near: set[int] = set()
    on: set[int] = set()
    needed = set(graph.upstream(graph.output)) - run.dropped
    for i, row in enumerate(graph.primitives):
        if row is None or row.boundaries is None or i not in needed or (jumps and not row.jumps):
            continue
        operands, movers = graph.arguments[i], boundary_operands(row)
        for k, distance in enumerate(distances(graph, m, run.values, i)):
            if distance.is_finite() and distance.contains(0):
                moving = operands if movers is None else [operands[slot] for slot in movers[k]]
                (on if distance.is_zero() else near).update(moving)
    return dict.fromkeys(graph.upstream(*near), False) | dict.fromkeys(graph.upstream(*on), True)
