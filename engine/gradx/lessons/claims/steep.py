"""Where a program or a claim is steep: functions that are flat but around one place, as tanh(1e6*(x - 40)) is.

Far from the zero of its argument such a function differs from a constant by less than can be told apart; near it and on
its other side it does not. Points there are sought only where no point that is known is near.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gradx.graph import Graph
from gradx.lessons.claims.cells import LARGEST, Boundaries, Point, line_of
from gradx.lessons.claims.claim import Claim
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward
from gradx.sweeps.recording import Quantity, Recorder

_STEEP: Final = {
    *("exp", "expm1", "sinh", "cosh", "tanh", "sech", "csch", "coth", "^", "atan", "softplus"),
    *("sigmoid", "silu", "erf", "erfc", "gelu"),
}
"""Functions that come close to a constant or to 0; of a power what counts is the exponent."""

_NEAR: Final = 20.0
"""Where its argument is no larger, none of them is a constant to the digits that are compared."""

_MOST_PLACES: Final = 4


def near_steep(graph: Graph, claim: Claim, known: Sequence[Point]) -> Iterator[Point]:
    """Points on and beside the zeros of the arguments, and far from them, where one is large at all points `known`."""
    if not _never_near(graph, claim, known):
        return
    arguments = Boundaries(graph, claim, _moving)
    for i in arguments.inputs if arguments.size <= LARGEST else ():
        line = line_of(arguments.along(known[0], i))
        for places in (line.on, line.beside, line.between, line.later):
            yield from ({**known[0], i: x} for x in places[:_MOST_PLACES])


def _arguments(graph: Graph) -> list[int]:
    rows = zip(graph.primitives, graph.arguments, strict=True)
    return [inputs[-1] for row, inputs in rows if row is not None and row.name in _STEEP]


def _moving(graph: Graph, _recorder: Recorder, values: Sequence[Quantity]) -> tuple[Quantity, ...]:
    return tuple(values[i] for i in _arguments(graph) if values[i].known is None)


def _never_near(graph: Graph, claim: Claim, known: Sequence[Point]) -> bool:
    """Whether an argument is large wherever it was evaluated."""
    far = {(g is graph, i) for g in (graph, claim.formula) for i in _arguments(g)}
    for point in known if far else ():
        values = forward(graph, FLOAT64, point).values
        own = forward(claim.formula, FLOAT64, {i: values[j] for i, j in claim.operands.items()}).values
        far = {(mine, i) for mine, i in far if not abs((values if mine else own)[i]) <= _NEAR}
        if not far:
            break
    return bool(far)
