"""The program read in mpmath at its exact point, at several precisions, each read once when it is first asked for.

Every literal and every binding is its exact binary64 value. A level holds the forward pass, backprop over the same
table (how the rules come out when nothing is lost to rounding), and where the point lies on a kink, a jump or an
edge. What a large argument costs (of sin(1e300) the first 300 digits, of exp(1e300) too) is added to the digits of
every level, on both ends: twice to the precision, once to how close the limit looks. Where that is too dear it is added
once, and the limit looks closer only at what the large argument comes from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradx.graph import Graph, Node
from gradx.numbers.beside_one import BesideOne, extent
from gradx.numbers.multiprecision import MAX_ARGUMENT, MAX_REDUCTION, is_known
from gradx.primitive import Primitive
from gradx.row_shape import functions_of
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, corrected, forward
from gradx.witnesses.rounding import NOWHERE, SPARE, distances, magnitude, roundings

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.multiprecision import Multiprecision
    from gradx.witnesses.identities import ExactReading, Identities

DIGITS = (100, 220, 560, 1100, 2200, 4400)
"""Decimal digits of the levels. At 560, the noise of a quotient of O(1) numbers lies below 1e-330, past float64's
range.
"""

LEVELS = 4
"""The levels that are read in turn; one past them is read only where it is known to have enough digits."""

WEIGHTS = (1, 2, 6, 20)
"""What a node costs at each level, in evaluations of a product at the first."""

_POWER, _ERROR_FUNCTION = (3, 5, 20, 80), (10, 25, 125, 700)
_GAMMA, _DIGAMMA = (60, 250, 1_000, 8_000), (120, 500, 2_500, 25_000)
_DEAR = {
    "power": _POWER, "erf": _ERROR_FUNCTION, "erfc": _ERROR_FUNCTION,
    "gamma": _GAMMA, "lgamma": _GAMMA, "digamma": _DIGAMMA, "trigamma": _DIGAMMA,
}  # fmt: skip
"""The same for a node whose value asks for one of these functions, with its local partials."""

DEPTH = 4
"""How often digits are added because an argument turns out to be large (each time another node's can)."""

FEW_TERMS = 40
"""From this binary exponent on, an asymptotic series is as cheap as a power."""

AFFORDABLE = 100_000
"""The most that is spent on reading a level without being asked to."""

DEAREST = 50 * AFFORDABLE
"""The same when asked to."""

# fmt: off
_LENIENT = frozenset((
    "+", "-", "*", "/", "neg", "identity", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "abs", "sign", "max", "min",
    "relu", "leaky_relu", "atan", "acot", "atan2", "asinh", "acosh", "asec", "acsc", "hypot", "lgamma", "digamma",
))
# fmt: on
"""Rows that hand on a relative error as it is, however large their arguments are."""

_TURNING = frozenset(("sin", "cos", "tan", "floor", "ceil", "modulo"))
"""Functions whose arguments may have more digits than those of the others: they lose them, and do not grow by them."""

CLOSE = 512
"""A boundary is nearer than the levels look where its distance is below 2 to the minus this."""

IDENTIFIED = 4_000
"""The most arguments, of all nodes together, that are read exactly."""


class Level(NamedTuple):
    """One reading, with `extra` bits at either end, or at one of them.

    `closer[i]` is how many bits closer than usual the limit has to look at node i, `magnitudes[i]` the binary
    exponent of its value, `errors[i]` that of the error in it; `hits` the nodes that are on a boundary of their
    primitive (True where exactly, False where rounding may have put them there), `doubtful` one of the latter where
    that leaves the value open (a jump, an edge of the domain) or that is not there for certain, None where there is
    none. `output` is the output's value, `rounding` the binary exponent of the error in it, followed forward, `noise`
    the same from the adjoints, `adjoint_noise` that of the error in the adjoints. `lost`: a value is nothing but
    rounding, or may be on a boundary or beside it.
    """

    digits: int
    extra: int
    m: Multiprecision
    run: Forward[mpf]
    back: Backprop[mpf]
    closer: Sequence[int]
    magnitudes: list[int]
    errors: list[int]
    hits: dict[int, bool]
    doubtful: int | None
    output: mpf
    rounding: int
    noise: int
    adjoint_noise: int
    lost: bool

    @property
    def has_value(self) -> bool:
        """Whether the output has a value here (no domain error, no number too large to work with)."""
        return is_known(self.output)


class _Pass(NamedTuple):
    """A forward pass of a level, the gaps between its nodes and their boundaries, and the bits that these (`near`) and
    the largest arguments turn out to `need` at either end."""

    m: Multiprecision
    run: Forward[mpf]
    magnitudes: list[int]
    gaps: dict[int, tuple[mpf, ...]]
    near: int
    need: int


class Readings:
    """The levels of one program at one point (node index of every input -> its binding).

    `lacking` is how many digits large arguments would take where that is more than is paid for, else 0; `payable`
    whether `whatever_it_costs` would do.
    """

    def __init__(self, graph: Graph, point: Mapping[int, float], *, whatever_it_costs: bool = False) -> None:
        self.graph = graph
        self.point = point
        self._most = DEAREST if whatever_it_costs else AFFORDABLE
        self._ends = 2
        self._lacking = 0
        self.payable = False
        self._levels: dict[int, Level] = {}
        self._exact: Identities | None = None
        self._exact_reading: ExactReading | None = None

    @cached_property
    def _first(self) -> Level:
        """The first level, with the bits that every level gets beside its digits."""
        extra, found = 0, self._forward(DIGITS[0], 0)
        for _ in range(DEPTH):
            if found.need <= extra:
                break
            ends = 2 if found.need <= MAX_ARGUMENT and self._affords(found, 2 * found.need) else 1
            if not self._affords(found, ends * found.need):
                self._lacking = DIGITS[0] + math.ceil(found.need * math.log10(2))
                self.payable = self._affords(found, found.need, DEAREST)
                break
            extra, self._ends = found.need, ends
            found = self._forward(DIGITS[0], extra)
        level = self._read(DIGITS[0], extra, found)
        if level.lost and self._is_identified:
            self._exact = self._exactly(found.m).known
            level = self._read(DIGITS[0], extra, self._forward(DIGITS[0], extra))
        flat = _flattest(self.graph, level) if level.lost else 0
        if flat > extra and self._affords(found, self._ends * flat):
            level = self._read(DIGITS[0], flat, self._forward(DIGITS[0], flat))
        return level

    @property
    def lacking(self) -> int:
        return self._lacking if self._first else 0

    @cached_property
    def _is_identified(self) -> bool:
        return sum(max(1, len(node.inputs)) for node in self.graph.nodes) <= IDENTIFIED

    def _exactly(self, m: Multiprecision) -> ExactReading:
        if self._exact_reading is None:
            from gradx.witnesses.identities import ExactReading

            self._exact_reading = ExactReading(self.graph, m, self.point)
        return self._exact_reading

    def moving(self, level: Level, order: Sequence[int]) -> Sequence[int]:
        """`order` without what is known to stay as it is when the first of it moves."""
        if not self._is_identified:
            return order
        return self._exactly(level.m).moving(order)

    def certainly_inside(self, i: int) -> bool:
        """Whether node i's arguments lie in its domain, although no number of digits shows it: log(1 - tanh(20000))."""
        return self._first.lost and self._exact is not None and i in self._exact.inside

    def _affords(self, found: _Pass, bits: int, most: int | None = None) -> bool:
        nodes = range(len(self.graph.nodes))
        cost = 2 * costs(self.graph, nodes, found.magnitudes, more=bits * 3 // 10)[0]
        return cost <= (self._most if most is None else most)

    @cached_property
    def deepest(self) -> int:
        """The last level that can be read at a cost worth paying without being asked; -1 where none can."""
        nodes = range(len(self.graph.nodes))
        if 2 * costs(self.graph, nodes)[0] > AFFORDABLE:
            return -1
        return sum(2 * cost <= AFFORDABLE for cost in self.costs(nodes)[:LEVELS]) - 1

    def level_of(self, digits: int, *, whatever_it_costs: bool) -> int | None:
        """The first level past those in turn that has `digits`, where there is one and it can be paid."""
        k = next((k for k, known in enumerate(DIGITS) if k >= LEVELS and known >= digits), None)
        if k is None or whatever_it_costs:
            return k
        return k if 2 * self.costs(range(len(self.graph.nodes)))[k] <= AFFORDABLE else None

    def costs(self, nodes: Iterable[int]) -> list[int]:
        """What one pass over `nodes` costs at each level, in evaluations of a product at the first."""
        first = self._first
        return costs(self.graph, nodes, first.magnitudes, more=self._ends * first.extra * 3 // 10)

    def level(self, k: int) -> Level:
        """Level k of `DIGITS`, read on first use."""
        if k not in self._levels:
            extra = self._first.extra
            self._levels[k] = self._first if k == 0 else self._read(DIGITS[k], extra, self._forward(DIGITS[k], extra))
        return self._levels[k]

    def _forward(self, digits: int, extra: int) -> _Pass:
        from gradx.numbers.multiprecision import Multiprecision

        m = Multiprecision(digits)
        m.context.prec += self._ends * extra
        run = forward(self.graph, m, {i: m.number(x) for i, x in self.point.items()})
        if self._exact is not None:
            known = {i: None if x is None else m.ratio(x) for i, x in self._exact.values.items()}
            run = corrected(self.graph, m, run, known)
        magnitudes = [magnitude(v) for v in run.values]
        gaps = distances(self.graph, m, run)
        near = _nearest(self.graph, run.values, gaps, SPARE - int(m.context.prec))
        return _Pass(m, run, magnitudes, gaps, near, max(near, _largest(self.graph, magnitudes)))

    def _read(self, digits: int, extra: int, read: _Pass) -> Level:
        m, run, magnitudes, gaps = read[:4]
        back = backprop(self.graph, m, run)
        bits = int(m.context.prec)
        noise = max(
            (magnitude(extent(a)) + magnitude(b) for a, b in zip(run.values, back.adjoints, strict=True)),
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
        rounding = roundings(self.graph, m, run.values, back, gaps, self._exact)
        errors, hits = rounding
        apart = self._exact.zero if self._exact is not None else {}
        doubtful = next(
            (
                j
                for j, on in hits.items()
                if not on and (False in apart.get(j, ()) or _open(self.graph, run, errors, j))
            ),
            None,
        )
        known = (output, errors[self.graph.output] + 8, noise - bits + 8, handed - bits + 8)
        closer = [extra] * len(magnitudes) if self._ends == 2 else _closeness(self.graph, read, back.partials)
        seen = (digits, extra, m, run, back, closer, magnitudes, errors, hits, doubtful)
        return Level(*seen, *known, rounding.is_lost(run.values))


def costs(graph: Graph, nodes: Iterable[int], magnitudes: Sequence[int] | None = None, more: int = 0) -> list[int]:
    """What one pass over `nodes` costs at each level with `more` digits. A node of many arguments counts as that many
    of two, a function of an argument so large (by the nodes' `magnitudes`) that few terms do as a cheap one."""
    plain = 0
    counted: Counter[str] = Counter()
    for i in nodes:
        node = graph.nodes[i]
        dear = _dearest(node.primitive) if node.primitive is not None and not _is_whole_power(graph, node) else None
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


def _is_whole_power(graph: Graph, node: Node) -> bool:
    """Whether a node is a power that a few products make: x^3."""
    if node.primitive is None or node.primitive.name != "^":
        return False
    exponent = graph.nodes[node.inputs[1]].literal
    return exponent is not None and exponent.is_integer()


@cache
def _dearest(row: Primitive) -> str | None:
    """The function that a row's value asks for and that costs most; None where none costs more than a product."""
    return max((name for name in functions_of(row) if name in _DEAR), key=_DEAR.__getitem__, default=None)


def _weight(weights: Sequence[int], digits: int) -> int:
    """The weight of the first level that has so many digits. Past those read in turn it grows with their square, that
    of a gamma function past the last with their cube."""
    known = next((w for w, level in zip(weights, DIGITS, strict=False) if digits <= level), None)
    if known is not None:
        return known
    steep = max(digits, DIGITS[-1]) if weights in (_GAMMA, _DIGAMMA) else DIGITS[-1]
    return weights[-1] * digits**2 // DIGITS[LEVELS - 1] ** 2 * steep // DIGITS[-1] + 1


def _largest(graph: Graph, magnitudes: Sequence[int]) -> int:
    """The binary exponent of the largest argument that costs digits; 0 where none does, or none that can be paid."""
    return max((_size(node, magnitudes) for node in graph.nodes), default=0)


def _closeness(graph: Graph, read: _Pass, partials: Sequence[tuple[mpf | None, ...]]) -> list[int]:
    """How many bits closer each node has to be looked at: by as many as it moves what costs digits, or an argument by
    more than all of that, to first order."""
    magnitudes = read.magnitudes
    reach = [NOWHERE] * len(graph.nodes)
    for i in range(len(graph.nodes) - 1, -1, -1):
        node = graph.nodes[i]
        for slot, (j, w) in enumerate(zip(node.inputs, partials[i], strict=False)):
            if w is not None and reach[i] > NOWHERE:
                # Without a local partial: as if the relative change were handed on.
                factor = magnitude(w) if w == w else magnitudes[i] - magnitudes[j]
                reach[j] = max(reach[j], reach[i] + factor)
            reach[j] = max(reach[j], _bent(node, slot, magnitudes))
    return [max(read.near, min(read.need, r + size)) for r, size in zip(reach, magnitudes, strict=True)]


def _bent(node: Node, slot: int, magnitudes: Sequence[int]) -> int:
    """By how many bits more than 1 an argument may not change, lest the node be another one: by itself, or what costs
    digits in the node (see `_size`) by 1."""
    size = magnitudes[node.inputs[slot]]
    assert node.primitive is not None
    if size == NOWHERE or (node.primitive.linear and node.primitive.boundaries is None):
        return NOWHERE
    if not _size(node, magnitudes):
        return -size
    if node.primitive.name == "%":
        first, second = (magnitudes[j] for j in node.inputs)
        return first - 2 * second if slot else -second
    return max(-size, 0)


def _flattest(graph: Graph, level: Level) -> int:
    """The most bits of an argument that a value keeps nothing of: tanh(100) is 1 up to 288 bits further on."""
    magnitudes = level.magnitudes
    flat = (
        magnitudes[i] - magnitudes[j] - magnitude(w)
        for i, (node, local) in enumerate(zip(graph.nodes, level.back.partials, strict=True))
        for j, w in zip(node.inputs, local, strict=False)
        if w and w == w and level.run.values[i] and level.run.values[j]
    )
    return max((bits for bits in flat if SPARE < bits <= MAX_ARGUMENT), default=0)


def _size(node: Node, magnitudes: Sequence[int]) -> int:
    """The binary exponent of what costs digits in one node: of a power its exponent, of a remainder the quotient."""
    row = node.primitive
    if row is None or row.name in _LENIENT:
        return 0
    sizes = [magnitudes[j] for j in node.inputs]
    if row.name in ("%", "^"):
        sizes = [sizes[0] - sizes[1]] if row.name == "%" else sizes[1:]
    most = MAX_REDUCTION if functions_of(row) & _TURNING else MAX_ARGUMENT
    return max((size for size in sizes if SPARE < size <= most), default=0)


def _nearest(graph: Graph, values: Sequence[mpf], gaps: Mapping[int, tuple[mpf, ...]], shift: int) -> int:
    """How many bits closer than usual some node lies to a boundary that it is not on, where rounding leaves that to be
    seen (of a number that knows what it lacks to 1 it leaves all)."""
    nearest = 0
    for i, found in gaps.items():
        xs = [values[j] for j in graph.nodes[i].inputs]
        seen = NOWHERE if any(isinstance(x, BesideOne) for x in xs) else max(map(magnitude, xs)) + shift
        for b in found:
            if b and b == b and max(seen, -MAX_ARGUMENT) <= magnitude(b) < -CLOSE:
                nearest = max(nearest, -magnitude(b))
    return nearest


def _open(graph: Graph, run: Forward[mpf], errors: Sequence[int], j: int) -> bool:
    """Whether node j, on one side of a boundary or the other, leaves its value open: a jump, a pole, no value."""
    row = graph.nodes[j].primitive
    assert row is not None
    lost = errors[j] > magnitude(run.values[j]) - SPARE
    return j in run.faults or row.jumps or (row.domain is not None and lost)
