"""The program read in mpmath at its exact point, at four precisions, each read once when it is first asked for.

Every literal and every binding is its exact binary64 value. A level holds the forward pass, backprop over the same
table (how the rules come out when nothing is lost to rounding), and where the point lies on a kink, a jump or an
edge. What a large argument costs (of sin(1e300) the first 300 digits, of exp(1e300) too) is added to the digits of
every level, on both ends: twice to the precision, once to how close the limit looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradx.arithmetic.multiprecision import MAX_ARGUMENT, MAX_EXPONENT
from gradx.graph import Graph, Node
from gradx.primitive import Primitive, functions_of
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
    "power": _POWER, "erf": _ERROR_FUNCTION, "erfc": _ERROR_FUNCTION,
    "gamma": _GAMMA, "lgamma": _GAMMA, "digamma": _DIGAMMA, "trigamma": _DIGAMMA,
}  # fmt: skip
"""The same for a node whose value asks for one of these functions, with its local partials. At the last level mpmath's
constants alone take seconds."""

DEPTH = 4
"""How often digits are added because an argument turns out to be large (each time another node's can)."""

FEW_TERMS = 40
"""From this binary exponent on, an asymptotic series is as cheap as a power."""

AFFORDABLE = 100_000
"""The most that is spent on reading a level without being asked to."""

# fmt: off
_LENIENT = frozenset((
    "+", "-", "*", "/", "neg", "identity", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "abs", "sign", "max", "min",
    "relu", "leaky_relu", "atan", "acot", "atan2", "asinh", "acosh", "asec", "acsc", "hypot", "lgamma", "digamma",
))
# fmt: on
"""Rows that hand on a relative error as it is, however large their arguments are."""

SPARE = 64
"""An argument up to this binary exponent is within what every level has to spare."""

ROUNDINGS = 24
"""An error is taken to be larger than it is estimated by this many bits."""

MODERATE = (-60, 3)
"""The binary exponents of arguments at which no function rounds to a short number by itself, at 100 digits and more."""

CLOSE = 512
"""A boundary is nearer than the levels look where its distance is below 2 to the minus this."""

NOWHERE = -MAX_EXPONENT
"""The binary magnitude of zero."""


class Level(NamedTuple):
    """One reading, with `extra` bits at either end. `magnitudes[i]` is the binary exponent of node i's value, `hits`
    the nodes whose arguments lie on a boundary of their primitive (True where exactly, False where rounding may have
    put them there), `doubtful` one of the latter where that leaves the value open (a jump, an edge of the domain),
    None where there is none, `output` the output's value, `rounding` the binary exponent of the error in it, followed
    forward, `noise` the same from the adjoints, `adjoint_noise` that of the error in the adjoints."""

    digits: int
    extra: int
    m: Multiprecision
    run: Forward[mpf]
    back: Backprop[mpf]
    magnitudes: list[int]
    hits: dict[int, bool]
    doubtful: int | None
    output: mpf
    rounding: int
    noise: int
    adjoint_noise: int

    @property
    def has_value(self) -> bool:
        """Whether the output has a finite value here (no domain error, no number too large to work with)."""
        return bool(self.output == self.output)


class _Pass(NamedTuple):
    """A forward pass of a level, the distances of its nodes from their boundaries, and the bits that it turns out to
    `need` at either end."""

    m: Multiprecision
    run: Forward[mpf]
    magnitudes: list[int]
    distances: dict[int, tuple[mpf, ...]]
    need: int


class Readings:
    """The levels of one program at one point (node index of every input -> its binding)."""

    def __init__(self, graph: Graph, point: Mapping[int, float]) -> None:
        self.graph = graph
        self.point = point
        self._levels: dict[int, Level] = {}

    @cached_property
    def _first(self) -> tuple[int, _Pass]:
        """The bits that every level gets beside its digits, and the first level's forward pass with them."""
        extra, found = 0, self._forward(DIGITS[0], 0)
        nodes = range(len(self.graph.nodes))
        for _ in range(DEPTH):
            cost = costs(self.graph, nodes, found.magnitudes, more=2 * found.need * 3 // 10)[1]
            if found.need <= extra or 2 * cost > AFFORDABLE:
                break
            extra = found.need
            found = self._forward(DIGITS[0], extra)
        return extra, found

    @cached_property
    def deepest(self) -> int:
        """The last level that can be read at a cost worth paying without being asked; -1 where none can."""
        nodes = range(len(self.graph.nodes))
        if 2 * costs(self.graph, nodes)[0] > AFFORDABLE:
            return -1
        return sum(2 * cost <= AFFORDABLE for cost in self.costs(nodes)) - 1

    def costs(self, nodes: Iterable[int]) -> list[int]:
        """What one pass over `nodes` costs at each level, in evaluations of a product at the first."""
        extra, first = self._first
        return costs(self.graph, nodes, first.magnitudes, more=2 * extra * 3 // 10)

    def level(self, k: int) -> Level:
        """Level k of `DIGITS`, read on first use."""
        if k not in self._levels:
            extra, first = self._first
            self._levels[k] = self._read(DIGITS[k], extra, first if k == 0 else self._forward(DIGITS[k], extra))
        return self._levels[k]

    def _forward(self, digits: int, extra: int) -> _Pass:
        from gradx.arithmetic.multiprecision import Multiprecision

        m = Multiprecision(digits)
        m.context.prec += 2 * extra
        run = forward(self.graph, m, {i: m.number(x) for i, x in self.point.items()})
        magnitudes = [magnitude(v) for v in run.values]
        distances = _distances(self.graph, m, run)
        near = _nearest(self.graph, magnitudes, distances, SPARE - int(m.context.prec))
        return _Pass(m, run, magnitudes, distances, max(near, _largest(self.graph, magnitudes)))

    def _read(self, digits: int, extra: int, read: _Pass) -> Level:
        m, run, magnitudes, distances, _ = read
        back = backprop(self.graph, m, run)
        bits = int(m.context.prec)
        noise = max(
            (a + b for a, b in zip(magnitudes, map(magnitude, back.adjoints), strict=True)),
            default=NOWHERE,
        )
        handed = max(
            (
                magnitude(adjoint) + magnitude(w)
                for adjoint, local in zip(back.adjoints, back.partials, strict=True)
                for w in local
                if w is not None
            ),
            default=0,
        )
        output = run.values[self.graph.output]
        errors, hits = _roundings(self.graph, m, run.values, back, distances)
        doubtful = next((j for j, on in hits.items() if not on and _open(self.graph, run, errors, j)), None)
        known = (output, errors[self.graph.output] + 8, noise - bits + 8, handed - bits + 8)
        return Level(digits, extra, m, run, back, magnitudes, hits, doubtful, *known)


def costs(graph: Graph, nodes: Iterable[int], magnitudes: Sequence[int] | None = None, more: int = 0) -> list[int]:
    """What one pass over `nodes` costs at each level with `more` digits. A node of many arguments counts as that many
    of two, a function of an argument so large (by the nodes' `magnitudes`) that few terms do as a cheap one."""
    plain = 0
    counted: Counter[str] = Counter()
    for i in nodes:
        node = graph.nodes[i]
        dear = _dearest(node.primitive) if node.primitive is not None else None
        if dear is not None:
            far = magnitudes is not None and magnitudes[node.inputs[0]] > FEW_TERMS
            counted["power" if far else dear] += 1
        else:
            plain += max(1, len(node.inputs) - 1)
    return [
        plain * _weight(WEIGHTS, digits + more)
        + sum(count * _weight(_DEAR[name], digits + more) for name, count in counted.items())
        for digits in DIGITS
    ]


@cache
def _dearest(row: Primitive) -> str | None:
    """The function that a row's value asks for and that costs most; None where none costs more than a product."""
    return max((name for name in functions_of(row) if name in _DEAR), key=_DEAR.__getitem__, default=None)


def _weight(weights: Sequence[int], digits: int) -> int:
    """The weight of the first level that has so many digits; past the last it grows with their square."""
    known = next((w for w, level in zip(weights, DIGITS, strict=True) if digits <= level), None)
    return weights[-1] * digits**2 // DIGITS[-1] ** 2 + 1 if known is None else known


def _largest(graph: Graph, magnitudes: Sequence[int]) -> int:
    """The binary exponent of the largest argument that costs digits; 0 where none does, or none that can be paid."""
    rows = (node for node in graph.nodes if node.primitive is not None and node.primitive.name not in _LENIENT)
    sizes = (size for node in rows for size in _sizes(node, magnitudes))
    return max((size for size in sizes if SPARE < size <= MAX_ARGUMENT), default=0)


def _sizes(node: Node, magnitudes: Sequence[int]) -> list[int]:
    """The binary exponents of what costs digits in one node: of a power its exponent, of a remainder the quotient."""
    sizes = [magnitudes[j] for j in node.inputs]
    assert node.primitive is not None
    if node.primitive.name == "%":
        return [sizes[0] - sizes[1]]
    return sizes[1:] if node.primitive.name == "^" else sizes


def magnitude(x: mpf) -> int:
    """The e of 2^(e-1) <= |x| < 2^e; `NOWHERE` for zero and not-a-number."""
    _, man, exp, bits = x._mpf_
    return exp + bits if man else NOWHERE


def _distances(graph: Graph, m: Multiprecision, run: Forward[mpf]) -> dict[int, tuple[mpf, ...]]:
    """How far each node that has boundaries is from them (signed)."""
    return {
        i: node.primitive.boundaries(m, *(run.values[j] for j in node.inputs))
        for i, node in enumerate(graph.nodes)
        if node.primitive is not None and node.primitive.boundaries is not None
        if not node.constant and run.faults.get(i, i) == i
    }


def _nearest(graph: Graph, magnitudes: Sequence[int], distances: Mapping[int, tuple[mpf, ...]], shift: int) -> int:
    """How many bits closer than usual some node lies to a boundary that it is not on."""
    nearest = 0
    for i, found in distances.items():
        scale = max(magnitudes[j] for j in graph.nodes[i].inputs)
        for b in found:
            if b and b == b and max(scale + shift, -MAX_ARGUMENT) <= magnitude(b) < -CLOSE:
                nearest = max(nearest, -magnitude(b))
    return nearest


def _roundings(
    graph: Graph,
    m: Multiprecision,
    values: Sequence[mpf],
    back: Backprop[mpf],
    distances: Mapping[int, tuple[mpf, ...]],
) -> tuple[list[int], dict[int, bool]]:
    """The binary exponents of the rounding errors in the nodes' values, of first order, `NOWHERE` for none; and the
    nodes on a boundary, or nearer to one than their arguments' errors."""
    bits = int(m.context.prec)
    errors: list[int] = []
    hits: dict[int, bool] = {}
    for i, node in enumerate(graph.nodes):
        row = node.primitive
        if row is None:
            errors.append(NOWHERE)
            continue
        if i in distances:
            _hit(m, i, node, values, errors, distances[i], hits)
        xs = [values[j] for j in node.inputs]
        inherited = NOWHERE
        taken = (True,) * len(xs) if row.relation is None else (False, False, *(row.branches(xs) or (True, True)))
        for j, x, w, counts in zip(node.inputs, xs, back.partials[i] or (None,) * len(xs), taken, strict=True):
            if counts and errors[j] > NOWHERE:
                # Without a local partial: as if the relative error were handed on.
                factor = magnitude(values[i]) - magnitude(x) if w is None or w != w else magnitude(w)
                # On one side of a kink or the other: the partial of this one may be 0 by convention.
                inherited = max(inherited, errors[j] + (factor if hits.get(i, True) else max(factor, 0)))
        own = NOWHERE if row.exact or _unrounded(row, values[i], xs, bits) else magnitude(values[i]) - bits
        errors.append(max(inherited, own))
    return errors, hits


def _hit(
    m: Multiprecision,
    i: int,
    node: Node,
    values: Sequence[mpf],
    errors: Sequence[int],
    distances: Sequence[mpf],
    hits: dict[int, bool],
) -> None:
    error = max(errors[j] for j in node.inputs)
    for k, b in enumerate(distances):
        if b == b and (not b or magnitude(b) < error + ROUNDINGS):
            sure = not b and (error == NOWHERE or _stays(m, node, values, errors, k))
            hits[i] = sure and hits.get(i, True)


def _unrounded(row: Primitive, value: mpf, xs: Sequence[mpf], bits: int) -> bool:
    """Whether a value was not rounded. Of a function that is no sum, product or quotient a short value says so
    (sqrt(4), log(1)), unless the argument is one at which functions saturate (tanh(1000))."""
    if row.name == "*":
        return bool(sum(x._mpf_[3] for x in xs) <= bits)
    if row.name == "/":
        return bool(value._mpf_[3] + xs[1]._mpf_[3] <= bits and value * xs[1] == xs[0])
    if row.linear and row.boundaries is None:
        present = [x for x in (*xs, value) if x]
        return not present or max(map(magnitude, present)) - min(x._mpf_[2] for x in present) < bits
    return bool(value._mpf_[3] <= SPARE) and all(not x or MODERATE[0] <= magnitude(x) <= MODERATE[1] for x in xs)


def _stays(m: Multiprecision, node: Node, values: Sequence[mpf], errors: Sequence[int], k: int) -> bool:
    """Whether boundary quantity k is zero however the arguments' errors turn out (a base below 0, a whole exponent)."""
    assert node.primitive is not None
    assert node.primitive.boundaries is not None
    shifted = [
        values[j] if errors[j] == NOWHERE else values[j] + n * m.context.ldexp(3, errors[j])
        for n, j in enumerate(node.inputs, 1)
    ]
    return not node.primitive.boundaries(m, *shifted)[k]


def _open(graph: Graph, run: Forward[mpf], errors: Sequence[int], j: int) -> bool:
    """Whether node j, on one side of a boundary or the other, leaves its value open: a jump, a pole, no value."""
    row = graph.nodes[j].primitive
    assert row is not None
    lost = errors[j] > magnitude(run.values[j]) - SPARE
    return j in run.faults or row.jumps or (row.domain is not None and lost)
