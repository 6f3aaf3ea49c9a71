"""The cells into which the bends, jumps and edges of a program and of a claim cut the space of its inputs.

Every boundary quantity of every operation is followed along lines through known points, one input moving over all
magnitudes; where it changes its sign a boundary is crossed. On either side of it begins another cell, and from there
lines go on: so conditions inside conditions are reached too. Always the same points.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from gradx.export.compiled import Function, compiled
from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.jumps import jumps_alone
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward
from gradx.sweeps.prepared import boundaries
from gradx.sweeps.recording import Player, Quantity, Recorder

Point = dict[int, float]
"""Input node -> number."""

SEED = 1_729

_ORDINARY = (0.11, 0.37, 0.83, 1.3, 2.1, 3.7, 6.1, 11.0, 23.0, 61.0, 130.0, 370.0, 1100.0)
_DECADES = (1e-9, 1e-6, 1e-4, 1e-3, 0.011, 0.033, *_ORDINARY, 4e3, 1.3e4, 5e4, 2e5, 1e6, 1e7, 1e9, 1e12)
_SIZES = (30.0, -1.0, 2e3, 1e5, -1e3, 0.01)
_GRID = (*(-x for x in reversed(_DECADES)), *_DECADES)

_BISECTIONS, _SHRINKINGS, _ROUNDS = 60, 24, 3
_GOLDEN = (3 - math.sqrt(5)) / 2
_FAR, _SHARES = (30.0, 3e3, 1e5), (0.3, 0.03, 3e-3, 3e-4, 3e-5)
_ASIDE, _FINEST = 2.0**-20, 1e-12
_ASTRIDE, _TOUCHING = 2.0**-6, 1e-4
"""Beside a touch, as far as it is not found itself; how small what touches zero is beside its neighbours."""
_MOST_OF_ONE, _MOST_VALLEYS = 4, 4
_MOST_LINES, _MOST_CELLS, _MOST_BESIDE, _MOST_BESIDE_ONE = 36, 32, 24, 12
LARGEST = 2_000  # operations and their arguments
_MOST_EVALUATED = 150_000
"""Operations that may be evaluated, all lines together."""

_WHOLE = frozenset(
    (
        *("+", "-", "*", "/", "^", "neg", "identity", "exp", "expm1", "sin", "cos", "tan", "sec", "csc", "cot"),
        *("sinh", "cosh", "tanh", "sech", "csch", "coth", "sigmoid", "silu", "erf", "erfc", "gelu"),
    )
)
"""Functions with no cut in the complex plane, only poles."""

Side = tuple[float, ...]
Along = Callable[[float], list[float]]
"""The boundary quantities where the input that moves is at x; nan where one has no value."""


Watched = Callable[[Graph, Recorder, Sequence[Quantity]], tuple[Quantity, ...]]
"""The quantities of a graph, with its nodes at these values, whose zeros are looked for."""


class Boundaries:
    """The boundary quantities of a program and of a claim about it, as far as they move with an input: each once, and
    recorded, since they are asked for at thousands of points.

    `inputs` are those of the program that move one; `evaluated` counts what was worked out.
    """

    def __init__(self, graph: Graph, claim: Claim, watched: Watched = boundaries) -> None:
        self.graph = graph
        self.evaluated = 0
        recorder = Recorder()
        m = recorder.arithmetic
        registers = {i: recorder.input() for i in graph.inputs}
        values = forward(graph, m, registers).values
        own = forward(claim.formula, m, {i: values[j] for i, j in claim.operands.items()}).values
        both = ((graph, values), (claim.formula, own))
        quantities = tuple(dict.fromkeys(q for g, found in both for q in watched(g, recorder, found)))
        stairs = dict.fromkeys(q for g, found in both for q in _stairs(g, found) if q.known is None)
        self._count = len(quantities)
        self._tape = recorder.tape([*quantities, *stairs])
        self._places = {register.register: i for i, register in registers.items()}
        self.size = len(self._tape.instructions)

    @cached_property
    def _function(self) -> Function:
        return compiled(self._tape)

    @cached_property
    def _behind(self) -> list[frozenset[int]]:
        """The inputs behind each boundary quantity."""
        found = {register: frozenset((i,)) for register, i in self._places.items()}
        for _, operands, output in self._tape.instructions:
            found[output] = frozenset[int]().union(*(found.get(k, ()) for k in operands))
        return [found[register] for register in self._tape.outputs[: self._count]]

    @cached_property
    def inputs(self) -> list[int]:
        """The inputs that move a boundary quantity."""
        found = frozenset[int]().union(*self._behind)
        return [i for i in self.graph.inputs if i in found]

    def is_alone(self, i: int) -> bool:
        """Whether no other input moves what input i moves: its boundaries stand still."""
        return all(behind == {i} for behind in self._behind if i in behind)

    @property
    def has_stairs(self) -> bool:
        return len(self._tape.outputs) > self._count

    def side(self, point: Point) -> Side:
        """On which side of each boundary a point is, and on which step of each stair: one number for each."""
        found = self._at(tuple(point.values()))
        steps = (step if math.isfinite(step) else 0.5 for step in found[self._count :])
        return (*(float(b < 0) if b == b else 2.0 for b in found[: self._count]), *steps)

    def are_all(self, sides: Collection[Side]) -> bool:
        """Whether `sides` are all that there can be: each combination of signs, and no stairs."""
        return not self.has_stairs and sum(2.0 not in side for side in sides) == 2**self._count

    def along(self, base: Point, moved: int) -> Along:
        """The boundary quantities that input `moved` moves, on the line through `base`."""
        numbers = list(base.values())
        place = list(base).index(moved)
        watched = [k for k, behind in enumerate(self._behind) if moved in behind]

        def at(x: float) -> list[float]:
            numbers[place] = x
            found = self._at(numbers)
            return [found[k] for k in watched]

        return at

    @cached_property
    def _player(self) -> Player[float]:
        return Player(self._tape, FLOAT64)

    def _at(self, numbers: Sequence[float]) -> Sequence[float]:
        self.evaluated += self.size
        try:
            return self._function(*numbers)
        except (ArithmeticError, ValueError):
            return self._player(numbers)


def beside_boundaries(graph: Graph, claim: Claim, bases: Sequence[Point]) -> list[Point]:
    """A point in every cell that is found, and points just beside the boundaries that are crossed on the way there."""
    if not _is_cut(graph, claim.formula):
        return []
    boundaries = Boundaries(graph, claim)
    known: dict[Side, Point] = {boundaries.side(base): base for base in bases}
    if boundaries.size > LARGEST:
        return _on_other_sides(boundaries, known)
    lines: dict[tuple[int, Side | None], _Line] = {}
    alone = jumps_alone(graph, claim)
    on: list[Point] = []
    beside: list[Point] = []
    waiting, later = deque(bases), deque[Point]()
    while (waiting or later) and len(lines) < _MOST_LINES and boundaries.evaluated < _MOST_EVALUATED:
        if lines and boundaries.are_all(known):
            break
        base = (waiting or later).popleft()
        for i in boundaries.inputs:
            key = (i, None if boundaries.is_alone(i) else tuple(base.values()))
            if key not in lines:
                lines[key] = line_of(boundaries.along(base, i))
                zeros = lines[key].on[:_MOST_BESIDE_ONE] if alone else ()
                on += [{**base, i: x} for zero in zeros for x in (zero, float(f"{zero:.7g}"))]
                beside += [{**base, i: x} for x in lines[key].beside[:_MOST_BESIDE_ONE]]
                later.extend({**base, i: x} for x in lines[key].later if key[1])
            for x in itertools.chain(*lines[key][:3], _GRID if boundaries.has_stairs else ()):
                point = {**base, i: x}
                side = boundaries.side(point)
                if side not in known and len(known) < _MOST_CELLS:
                    known[side] = point
                    waiting.append(point)
    draw = random.Random(SEED)
    cells = [_inside(boundaries, side, point, draw) for side, point in known.items() if point not in bases]
    return cells + [point for point in (*on, *beside) if point not in cells][:_MOST_BESIDE]


def _inside(boundaries: Boundaries, side: Side, point: Point, draw: random.Random) -> Point:
    """A point of the same cell, with no coordinate at a number that is special."""
    for share in _SHARES:
        moved = {i: x + share * (abs(x) + 1) * draw.uniform(-1, 1) for i, x in point.items()}
        if boundaries.side(moved) == side:
            return moved
    return point


def _on_other_sides(boundaries: Boundaries, known: Mapping[Side, Point]) -> list[Point]:
    """A few points of other cells than those `known`, where there is no time to look for all of them."""
    draw = random.Random(SEED)
    found: dict[Side, Point] = {}
    for size in _SIZES:
        if boundaries.evaluated > _MOST_EVALUATED:
            break
        point = {i: size * draw.uniform(0.5, 1.5) for i in boundaries.graph.inputs}
        found.setdefault(boundaries.side(point), point)
    return [point for side, point in found.items() if side not in known]


class _Line(NamedTuple):
    """Where to look on a line: `between` its boundaries, near and far, just `beside` each, and `on` them; `seen` are
    points for each combination of signs on the way. Other lines may start `later` from far out, and where a boundary
    comes close.
    """

    between: list[float]
    beside: list[float]
    seen: list[float]
    on: list[float]
    later: list[float]


def line_of(at: Along) -> _Line:
    zeros, seen, later = _zeros(at)
    touched = [side for x in later if abs(x) > 1 for side in _astride(at, x)]
    ends = [-math.inf, *zeros, math.inf]
    between: list[float] = []
    beside: list[float] = []
    for low, here, high in zip(ends, zeros, ends[2:], strict=False):
        aside = min(_ASIDE * max(1.0, abs(here)), (here - low) / 3, (high - here) / 3)
        beside += (here - aside, here + aside)
    for low, high in itertools.pairwise(ends) if zeros else ():
        if math.isfinite(low) and math.isfinite(high):
            between.append(low + _GOLDEN * (high - low))
        else:
            end, way = (low, 1) if math.isfinite(low) else (high, -1)
            between.append(end + way * (_GOLDEN * abs(end) + 1 + _GOLDEN))
            later += (end + way * size * (abs(end) + 1) for size in _FAR)
    return _Line(between, sorted([*beside, *touched], key=abs), seen, zeros, later)


def _zeros(at: Along) -> tuple[list[float], list[float], list[float]]:
    """Where a boundary quantity is zero on a line, a point for each combination of signs that was seen, and valleys."""
    known = {x: at(x) for x in _GRID}
    valleys = _valleys(at, known)
    for x in (*valleys, *_beyond(known)):
        known[x] = at(x)
    found: list[float] = []
    for _ in range(_ROUNDS):
        before = len(found)
        for x in _crossings(at, known):
            if all(abs(x - y) > _ASIDE * max(abs(x), _FINEST) / 4 for y in found):
                found.append(x)
        for x in found[before:]:
            for aside in (x - _ASIDE * abs(x), x + _ASIDE * abs(x)):
                known[aside] = at(aside)
        if len(found) == before:
            break
    sides = {tuple(b < 0 for b in row): x for x, row in sorted(known.items(), key=lambda pair: -abs(pair[0]))}
    return sorted(found), list(sides.values())[:_MOST_CELLS], valleys


def _astride(at: Along, x: float) -> tuple[float, ...]:
    """Points on both sides of x where a quantity touches zero there, and keeps its sign: as in a root of a square."""
    sides = (x - _ASTRIDE * abs(x), x + _ASTRIDE * abs(x))
    here, there = at(x), [map(abs, row) for row in zip(*map(at, sides), strict=True)]
    return sides if any(abs(b) <= _TOUCHING * min(row) for b, row in zip(here, there, strict=True)) else ()


def _crossings(at: Along, known: Mapping[float, Sequence[float]]) -> Iterator[float]:
    """A zero of each quantity between neighbours at which it has not the same sign, or at one of them; few of each."""
    xs = sorted(known)
    counts = [0] * len(known[xs[0]])
    for low, high, after in sorted(zip(xs, xs[1:], [*xs[2:], math.nan], strict=False), key=lambda t: abs(t[0] + t[1])):
        if high - low <= 3 * _ASIDE * max(abs(low), abs(high)) and low * high > 0:
            continue
        for k, (a, b) in enumerate(zip(known[low], known[high], strict=True)):
            if counts[k] == _MOST_OF_ONE:
                continue
            if a * b < 0:
                counts[k] += 1
                yield _root(_one(at, k), low, high, a, b)
            elif b == 0 and a and after in known and known[after][k]:
                counts[k] += 1
                yield high


def _one(at: Along, k: int, sign: float = 1.0) -> Callable[[float], float]:
    """One boundary quantity alone, with a sign."""
    return lambda x: sign * at(x)[k]


def _root(f: Callable[[float], float], low: float, high: float, below: float, above: float) -> float:
    """A zero of f, or a place where its sign jumps: at once where f is affine, by bisection elsewhere."""
    guess = low - below * ((high - low) / (above - below))
    if low < guess < high and (value := f(guess)) == value:
        if value == 0:
            return guess
        aside = _ASIDE * abs(guess) / 4
        if f(guess - aside) * f(guess + aside) < 0:
            return guess
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if f(middle) * below > 0:
            low = middle
        else:
            high = middle
        if high - low <= _ASIDE / 16 * abs(middle):
            break
    return (low + high) / 2


def _valleys(at: Along, known: Mapping[float, Sequence[float]]) -> list[float]:
    """Where a quantity comes closest to zero among three neighbours on one side of it, or gets to the other."""
    xs = sorted(known)
    found: list[float] = []
    for low, middle, high in zip(xs, xs[1:], xs[2:], strict=False):
        for k, (a, b, c) in enumerate(zip(known[low], known[middle], known[high], strict=True)):
            if len(found) < _MOST_VALLEYS and a * b > 0 and b * c > 0 and abs(a) > abs(b) <= abs(c):
                found.append(_lowest(_one(at, k, math.copysign(1.0, b)), low, high))
    return found


def _lowest(f: Callable[[float], float], low: float, high: float) -> float:
    """Where f, which has one valley between `low` and `high`, is lowest or already below 0."""
    x, y = low + _GOLDEN * (high - low), high - _GOLDEN * (high - low)
    at_x, at_y = f(x), f(y)
    for _ in range(_SHRINKINGS):
        if at_x < 0 or at_y < 0:
            break
        if at_x < at_y:
            high, y, at_y = y, x, at_x
            x = low + _GOLDEN * (high - low)
            at_x = f(x)
        else:
            low, x, at_x = x, y, at_y
            y = high - _GOLDEN * (high - low)
            at_y = f(y)
    return x if at_x < at_y else y


def _beyond(known: dict[float, list[float]]) -> Iterator[float]:
    """Past the zeros that affine quantities have outside the grid."""
    for near, end in ((_GRID[1], _GRID[0]), (_GRID[-2], _GRID[-1])):
        for a, b in zip(known[near], known[end], strict=True):
            x = end - b * ((end - near) / (b - a)) if a != b else math.nan
            if abs(end) < abs(x) < math.inf and x * end > 0:
                yield 2 * x


def _is_cut(graph: Graph, formula: Graph) -> bool:
    """Whether program or claim may be two different functions on two sides of a boundary.

    What is made of rational and of periodic functions, and of exponentials, is one analytic function around its poles:
    it is known everywhere when it is known anywhere.
    """
    rows = {row for row in (*graph.primitives, *formula.primitives) if row is not None}
    return any(row.name not in _WHOLE for row in rows) or not (_has_whole_powers(graph) and _has_whole_powers(formula))


def _has_whole_powers(graph: Graph) -> bool:
    exponents = (
        graph.nodes[inputs[1]].literal
        for row, inputs in zip(graph.primitives, graph.arguments, strict=True)
        if row is not None and row.name == "^"
    )
    return all(n is not None and n.is_integer() for n in exponents)


def _stairs(graph: Graph, values: Sequence[Quantity]) -> list[Quantity]:
    rows = enumerate(graph.primitives)
    return [values[i] for i, row in rows if row is not None and row.exact and row.jumps and row.relation is None]
