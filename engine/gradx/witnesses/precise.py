"""The program read in mpmath at its exact point, at four precisions, each read once when it is first asked for.

Every literal and every binding is its exact binary64 value. A level holds the forward pass, backprop over the same
table (how the rules come out when nothing is lost to rounding), and where the point lies on a kink, a jump or an
edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradx.graph import Graph
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, forward

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.arithmetic.multiprecision import Multiprecision

DIGITS = (100, 220, 560, 1100)
"""Decimal digits of the levels. At 560, the noise of a quotient of O(1) numbers lies below 1e-330, past float64's
range.
"""

WEIGHTS = (1, 2, 6, 20)
"""What a node costs at each level, in evaluations of a product at the first."""

_POWER, _ERROR_FUNCTION = (3, 5, 20, 80), (10, 25, 125, 700)
_GAMMA, _DIGAMMA = (25, 120, 2_000, 400_000), (130, 500, 3_500, 400_000)
_DEAR = {
    "^": _POWER, "erf": _ERROR_FUNCTION, "gelu": _ERROR_FUNCTION,
    "gamma": _GAMMA, "lgamma": _GAMMA, "digamma": _DIGAMMA,
}  # fmt: skip
"""The same for functions that cost more, with their local partials. At the last level mpmath's constants alone take
seconds."""

AFFORDABLE = 100_000
"""The most that is spent on reading a level without being asked to."""

NOWHERE = -(1 << 62)
"""The binary magnitude of zero."""


class Level(NamedTuple):
    """One reading. `magnitudes[i]` is the binary exponent of node i's value, `hits` the nodes whose arguments lie on a
    boundary of their primitive (True where exactly, False where within the noise), `output` the output's value,
    `noise` and `adjoint_noise` the binary exponents of the rounding error in it and in the adjoints."""

    digits: int
    m: Multiprecision
    run: Forward[mpf]
    back: Backprop[mpf]
    magnitudes: list[int]
    hits: dict[int, bool]
    output: mpf
    noise: int
    adjoint_noise: int

    @property
    def has_value(self) -> bool:
        """Whether the output has a finite value here (no domain error, no number too large to work with)."""
        return bool(self.output == self.output)


class Readings:
    """The levels of one program at one point (node index of every input -> its binding)."""

    def __init__(self, graph: Graph, point: Mapping[int, float]) -> None:
        self.graph = graph
        self.point = point
        self._levels: dict[int, Level] = {}

    @cached_property
    def deepest(self) -> int:
        """The last level that can be read at a cost worth paying without being asked; -1 where none can."""
        return sum(2 * cost <= AFFORDABLE for cost in costs(self.graph, range(len(self.graph.nodes)))) - 1

    def level(self, k: int) -> Level:
        """Level k of `DIGITS`, read on first use."""
        if k not in self._levels:
            self._levels[k] = self._read(DIGITS[k])
        return self._levels[k]

    def _read(self, digits: int) -> Level:
        from gradx.arithmetic.multiprecision import Multiprecision

        m = Multiprecision(digits)
        run = forward(self.graph, m, {i: m.number(x) for i, x in self.point.items()})
        back = backprop(self.graph, m, run)
        magnitudes = [_magnitude(v) for v in run.values]
        noise = max(
            (a + b for a, b in zip(magnitudes, map(_magnitude, back.adjoints), strict=True)),
            default=NOWHERE,
        )
        bits = int(m.context.prec)
        hits = _hits(self.graph, m, run, magnitudes, 64 - bits)
        handed = max(
            (
                _magnitude(adjoint) + _magnitude(w)
                for adjoint, local in zip(back.adjoints, back.partials, strict=True)
                for w in local
                if w is not None
            ),
            default=0,
        )
        output = run.values[self.graph.output]
        return Level(digits, m, run, back, magnitudes, hits, output, noise - bits + 8, handed - bits + 8)


def costs(graph: Graph, nodes: Iterable[int]) -> list[int]:
    """What one pass over `nodes` costs at each level. A node of many arguments counts as that many of two."""
    total = [0] * len(DIGITS)
    plain = 0
    for i in nodes:
        node = graph.nodes[i]
        weights = _DEAR.get(node.primitive.name) if node.primitive is not None else None
        if weights is None:
            plain += max(1, len(node.inputs) - 1)
        else:
            total = [sum(pair) for pair in zip(total, weights, strict=True)]
    return [cost + plain * weight for cost, weight in zip(total, WEIGHTS, strict=True)]


def _magnitude(x: mpf) -> int:
    """The e of 2^(e-1) <= |x| < 2^e; `NOWHERE` for zero and not-a-number."""
    _, man, exp, bits = x._mpf_
    return exp + bits if man else NOWHERE


def _hits(graph: Graph, m: Multiprecision, run: Forward[mpf], magnitudes: list[int], shift: int) -> dict[int, bool]:
    hits: dict[int, bool] = {}
    for i, node in enumerate(graph.nodes):
        row = node.primitive
        if row is None or row.boundaries is None or node.constant or i in run.faults:
            continue
        scale = max(magnitudes[j] for j in node.inputs)
        for b in row.boundaries(m, *(run.values[j] for j in node.inputs)):
            if not b:
                hits[i] = True
            elif _magnitude(b) < scale + shift and b == b:
                hits.setdefault(i, False)
    return hits
