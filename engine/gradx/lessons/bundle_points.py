"""The points at which claims of whole gradients are tried, the one that is given and others around it, and what a
formula and a gradient are there.

Every input is moved, labels of zeros and ones too: a formula that is right for 0 and 1 alone (y^2 for y) is not the
gradient. Some points have other signs: behind a kink the gradient is another one, and so others stand beside every
boundary that program and claim have. Where the program has no value around an input of zeros and ones it is moved
between 0 and 1, and where it has none there either it is held, and named.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from flint import arb

from gradx.bundle import NUMBER, Bundles, Group, Shape
from gradx.errors import Source, Span
from gradx.graph import Graph, Node
from gradx.language.bundles.names import entry_names
from gradx.language.bundles.reading import Formula, read_formula
from gradx.language.bundles.values import Value
from gradx.language.program import Program
from gradx.lessons.claims.cells import beside_boundaries
from gradx.lessons.claims.claim import Claim
from gradx.numbers import Ordered, S
from gradx.numbers.balls import BALLS, precision
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import distances, forward

POINTS, TRIES = 12, 40

TURNED = 6
_SIZES = (1e-3, 1.0, 30.0, 1000.0)
"""So many of them have other signs and sizes, if the program has finite values and gradients there."""

SPREAD = 0.5
"""How far around the values that are given a claim is tried."""

BASES, MOST_MOVED, MOST_OF_BOUNDARIES = 2, 24, 5_000
"""From so many points boundaries are looked for along so many inputs, in a program of at most so many nodes."""

ASIDE = 2.0**-24
"""How far a point is moved to see whether it stands on a boundary."""

MOST_IN_BALLS, _BITS = 20_000, 256
"""Of a program of so many nodes, what float64 finds different is looked at again in balls of so many bits."""

CLOSE = 1e-8
"""As near as two numbers must be, relatively to the largest of their bundle."""

Numbers = Mapping[str, Sequence[float]]
"""Values and gradients of groups, `dNAME` the gradients."""


class Point(NamedTuple):
    """`shares`: the labels that keep their sums of 1."""

    numbers: Numbers
    graph: Graph
    is_given: bool = False
    is_far: bool = False
    shares: tuple[str, ...] = ()

    def inputs(self, bundles: Bundles) -> dict[int, float]:
        """The number of every input of the graph."""
        given = (group for group in bundles.groups if group.is_input)
        return {i: x for g in given for i, x in zip(g.entries, self.numbers[g.name], strict=True)}


class Points(NamedTuple):
    """Points, and the inputs that have the values given at all of them."""

    points: tuple[Point, ...]
    held: tuple[str, ...]


Move = Callable[[float, random.Random], float]

Keep = Callable[[dict[str, float]], Mapping[str, float]]
"""What makes a point one of those at which a claim is tried."""


def points_around(
    program: Program, point: Mapping[str, float], *, keep: Keep = dict, shares: tuple[str, ...] = ()
) -> Points:
    """The point that is given, and `POINTS` others at which the program has finite values and gradients. `keep` makes
    square inputs symmetric at all of them, or sums of labels 1: those of the inputs `shares`."""
    graph, bundles = program.graph, program.bundles
    assert bundles is not None
    inputs = [group for group in bundles.groups if group.is_input]
    generator = random.Random(len(point))
    first = _at(graph, bundles, keep(dict(point))) if not shares else None
    given = () if first is None else (Point(first, graph, is_given=True),)

    def moved(groups: Sequence[Group], move: Move, most: int = POINTS) -> tuple[Point, ...]:
        found: list[Point] = []
        for _ in range(TRIES):
            if len(found) >= most:
                break
            at = {**point, **{name: move(point[name], generator) for g in groups for name in g.names}}
            numbers = _at(graph, bundles, keep(at))
            if numbers is not None:
                found.append(Point(numbers, graph, is_far=move is _turned, shares=shares))
        return tuple(found)

    for move in (_near, _between):
        others = moved(inputs, move)
        if len(others) >= POINTS:
            turned = moved(inputs, _turned, TURNED)
            return Points((*given, *others[: POINTS - len(turned)], *turned), ())
    free: list[Group] = []
    for group in inputs:
        if moved([*free, group], _between, 1):
            free.append(group)
    held = tuple(group.name for group in inputs if group not in free)
    return Points((*given, *(moved(free, _between) if free else ())), held)


def points_of_shares(program: Program, point: Mapping[str, float], group: str) -> Iterator[tuple[Points, str]]:
    """Points at which an input of labels (y or t; one 1 among zeros) keeps its sums of 1, and what keeps them.

    `group`: the input that a claim is of, which moves freely. Nothing where there are no such labels.
    """
    assert program.bundles is not None
    labels = [g for g in program.bundles.groups if g.is_input and g.name != group and _is_labels(g.name)]
    for by_rows in (True, False):
        lines = {g.name: lines for g in labels if (lines := _lines(g, point, by_rows))}
        keep = partial(_with_shares, list(chain(*lines.values())), random.Random(len(point)))
        found = points_around(program, point, keep=keep, shares=tuple(lines)) if lines else Points((), ())
        if len(found.points) >= POINTS and not found.held:
            yield found, f"{' and '.join(lines)} held to sums of 1"


def _with_shares(lines: Sequence[Sequence[str]], generator: random.Random, point: dict[str, float]) -> dict[str, float]:
    for line in lines:
        shares = [generator.uniform(0.1, 1) for _ in line]
        point.update(zip(line, (share / sum(shares) for share in shares), strict=True))
    return point


def _is_labels(name: str) -> bool:
    return name.rstrip("0123456789").lower() in ("y", "t")


def _lines(group: Group, point: Mapping[str, float], by_rows: bool) -> list[list[str]]:
    """The rows or columns of labels, each of them one 1 among zeros; none where that is not so."""
    rows, columns = group.shape
    if group.is_number or not group.is_whole:
        return []
    if 1 in group.shape:
        lines = [list(range(len(group.entries)))] if by_rows else []
    elif by_rows:
        lines = [[i * columns + j for j in range(columns)] for i in range(rows)]
    else:
        lines = [[i * columns + j for i in range(rows)] for j in range(columns)]
    named = [[group.names[k] for k in line] for line in lines]
    one_hot = all(sorted(point[name] for name in line) == [0.0] * (len(line) - 1) + [1.0] for line in named)
    return named if one_hot else []


def _near(x: float, generator: random.Random) -> float:
    if x in (0.0, 1.0):
        return x + generator.uniform(-SPREAD, SPREAD)
    return x * (1 + generator.uniform(-SPREAD, SPREAD))


def _turned(x: float, generator: random.Random) -> float:
    """With either sign, and of several sizes."""
    return generator.choice((-1, 1)) * generator.choice(_SIZES) * _near(x, generator)


def _between(x: float, generator: random.Random) -> float:
    """As `_near`, and what is 0 or 1 between them."""
    return abs(x - generator.uniform(0, SPREAD)) if x in (0.0, 1.0) else _near(x, generator)


def symmetric(bundles: Bundles, names: Collection[str], point: dict[str, float]) -> dict[str, float]:
    """The point with these square inputs made symmetric."""
    for group in (bundles.by_name[name] for name in names):
        size = group.shape[0]
        for i in range(size):
            for j in range(i):
                point[group.names[i * size + j]] = point[group.names[j * size + i]]
    return point


def _at(graph: Graph, bundles: Bundles, point: Mapping[str, float]) -> Numbers | None:
    found = _worth(graph, bundles, FLOAT64, {i: point[graph.names[i]] for i in graph.inputs})
    return found if found and all(math.isfinite(x) for numbers in found.values() for x in numbers) else None


def _worth(graph: Graph, bundles: Bundles, m: Ordered[S], point: Mapping[int, S]) -> dict[str, Sequence[S]] | None:
    """The values and the gradients of all groups; None where the program has no value."""
    run = forward(graph, m, point)
    if graph.output in run.faults:
        return None
    adjoints = backprop(graph, m, run).adjoints
    found: dict[str, Sequence[S]] = {}
    for group in bundles.groups:
        found[group.name] = [run.values[i] for i in group.entries]
        found[f"d{group.name}"] = [adjoints[i] for i in group.entries]
    return found


def _short(x: float) -> float:
    """x to eight bits: sums of such numbers are exact, so that a line meets `sum(x) == 7` where it does."""
    share, exponent = math.frexp(x)
    return math.ldexp(round(math.ldexp(share, 8)), exponent - 8)


def _holding(graph: Graph, numbers: Mapping[int, float]) -> Graph:
    """The graph with numbers in the place of inputs."""
    nodes = list(graph.nodes)
    for i, x in numbers.items():
        nodes[i] = Node(None, literal=x, constant=True)
    return graph.with_nodes(nodes)


def _is_on_one(graph: Graph, point: Mapping[int, float]) -> bool:
    """Whether a point is on a boundary, which it leaves as all inputs move."""
    moved = {i: x + ASIDE * (1 + abs(x)) for i, x in point.items()}
    here, there = (forward(graph, FLOAT64, at).values for at in (point, moved))
    pairs = (
        zip(distances(graph, FLOAT64, here, i), distances(graph, FLOAT64, there, i), strict=True)
        for i in range(len(graph.primitives))
    )
    return any(x == 0 != y for pair in pairs for x, y in pair)


class BundleFormula:
    """A formula of values and gradients, to be evaluated at many points."""

    def __init__(self, bundles: Bundles, text: str, numbers: Numbers, source: str = "formula") -> None:
        values = list(_values(bundles, numbers))
        self._read: Formula = read_formula(text, values, source)
        self._places = {
            entry: (value.name, k) for value in values for k, entry in enumerate(entry_names(value.name, value.shape))
        }
        self.shape: Shape = self._read.shape

    def at(self, numbers: Numbers) -> list[float]:
        return self._forward(FLOAT64, numbers, float)

    def _forward(self, m: Ordered[S], numbers: Mapping[str, Sequence[S]], made: Callable[[float], S]) -> list[S]:
        run = forward(self._read.graph, m, self._numbers(numbers, made))
        return [run.values[i] for i in self._read.nodes]

    def _numbers(self, numbers: Mapping[str, Sequence[S]], made: Callable[[float], S]) -> dict[int, S]:
        """What each input of the formula's graph is."""
        at: dict[int, S] = {}
        for i in self._read.graph.inputs:
            name, k = self._places[self._read.graph.names[i]]
            at[i] = numbers[name][k] if name in numbers else made(self._read.point[i])
        return at

    def agrees(self, bundles: Bundles, group: Group, point: Point, numbers: Sequence[float]) -> bool:
        """Whether `numbers`, the formula's at a point, are the group's gradient there: where float64 has other ones, as
        of 1 - a where a is nearly 1, whether they may be the same in balls."""
        if same(numbers, gradient_of(bundles, point.numbers, group)):
            return True
        graph = point.graph
        if not all(map(math.isfinite, numbers)) or len(graph.primitives) > MOST_IN_BALLS:
            return False
        with precision(_BITS):
            balls = _worth(graph, bundles, BALLS, {i: arb(x) for i, x in point.inputs(bundles).items()})
            if balls is None:
                return point.is_far
            wanted = gradient_of(bundles, balls, group)
            got = self._forward(BALLS, balls, arb)
            if not all(x.is_finite() for x in (*got, *wanted)):
                return point.is_far
            largest = max((abs(x).abs_lower() for x in wanted), default=arb(0))
            pairs = zip(got, wanted, strict=True)
            return all(x.overlaps(y) or (x - y).abs_upper() <= CLOSE * largest for x, y in pairs)

    def along(self, points: Sequence[Point]) -> list[tuple[Point, list[float]]]:
        """The numbers at every point, but at those far out at which there is none."""
        found = [(point, self.at(point.numbers)) for point in points]
        return [(point, at) for point, at in found if not point.is_far or all(map(math.isfinite, at))]

    def beside(self, bundles: Bundles, points: Sequence[Point]) -> list[tuple[Point, list[float]]]:
        """The numbers beside the boundaries of program and formula, and between them, as some of the inputs move."""
        graph = points[0].graph
        bases = [point for point in points if not point.is_given][:BASES]
        if not bases or len(graph.primitives) > MOST_OF_BOUNDARIES:
            return []
        around = bases[0].inputs(bundles)
        groups = [group.entries for group in bundles.groups if group.is_input and group.name not in bases[0].shares]
        in_turn = (i for i in chain(*zip_longest(*groups)) if i is not None)
        moved = frozenset(islice(in_turn, MOST_MOVED))
        held = {i: x for i, x in around.items() if i not in moved}
        claim = Claim(graph.output, graph.output, "", *self._inside(graph, moved, bases[0].numbers))
        starts = [{i: _short(x) for i, x in base.inputs(bundles).items() if i in moved} for base in bases]
        found: list[Point] = []
        for beside in beside_boundaries(_holding(graph, held), claim, starts):
            at = {**around, **beside}
            numbers = None if _is_on_one(graph, at) else _at(graph, bundles, {graph.names[i]: x for i, x in at.items()})
            if numbers is not None:
                found.append(Point(numbers, graph, is_far=True))
        return self.along(found)

    def _inside(self, graph: Graph, moved: Container[int], numbers: Numbers) -> tuple[Graph, dict[int, int]]:
        """The formula's graph, and the program's node for each of its inputs that moves; of all else the numbers."""
        read = self._read.graph
        operands = {i: graph.index.get(read.names[i], -1) for i in read.inputs}
        operands = {i: j for i, j in operands.items() if j in moved}
        held = {i: x for i, x in self._numbers(numbers, float).items() if i not in operands}
        return _holding(read, held), operands


def _values(bundles: Bundles, numbers: Numbers) -> Iterator[Value]:
    nowhere = Span(Source("formula", ""), 0, 0)
    for group in bundles.groups:
        if group.is_whole:
            for name in (group.name, f"d{group.name}"):
                own = tuple(numbers[name])
                yield Value(name, group.shape, own, tuple(map(repr, own)), nowhere)
    for name, size in bundles.sizes.items():
        yield Value(name, NUMBER, (float(size),), (str(size),), nowhere)


def gradient_of(bundles: Bundles, numbers: Mapping[str, Sequence[S]], group: Group) -> Sequence[S]:
    """The gradient of a group, or of an entry of one, at a point."""
    found = numbers.get(f"d{group.name}")
    if found is not None:
        return found
    owner = next(each for each in bundles.groups if group.entries[0] in each.entries)
    return [numbers[f"d{owner.name}"][owner.entries.index(group.entries[0])]]


def same(numbers: Sequence[float], others: Sequence[float]) -> bool:
    largest = max((abs(x) for x in others), default=0.0)
    return all(abs(x - y) <= CLOSE * max(largest, 1e-300) for x, y in zip(numbers, others, strict=True))
