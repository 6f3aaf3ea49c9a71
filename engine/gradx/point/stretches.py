"""A long program read stretch by stretch, where its balls would grow from one end to the other.

Balls forget that two of them move together: each step of t + c*cos(t) makes a radius larger by 1 + |c sin t|, and not
by |1 - c sin t|. So a program is cut where one operation carries on all that a stretch did. A stretch is read twice,
around its entries and at their middles, and by the mean value theorem its exit lies in

    f(middles) + the sum of df/d(entry) * (entry - its middle)

with derivatives that hold all over the balls of the entries: those of backprop within the stretch, over difference
quotients. On the way back an exit's gradient times the same derivatives is what the stretch hands on.
Source: Neumaier, Interval Methods for Systems of Equations, section 2.3 (the mean value form).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from itertools import chain, compress
from typing import NamedTuple

from flint import arb, ctx

from gradx.columns import MANY
from gradx.graph import Graph
from gradx.numbers.balls import Balls
from gradx.point.local_quotients import quotients
from gradx.sweeps.backprop import Rules, hand_on
from gradx.sweeps.forward import Forward, dropped, evaluate, started

LENGTH, MOST_ENTRIES = 1_200, 100
"""How many nodes a stretch has, about, and how many earlier ones may be read in it and behind it."""

LOOKED_AT = 64
"""How many places there are for a cut."""

LOST, LAST = 16, 8
"""The reading goes on in stretches where of the last few nodes one has lost one in so many bits."""

_ZERO, _ONE = arb(0), arb(1)


class Stretch(NamedTuple):
    """The nodes from `start` up to `end`, of which `exit` is the one operation that is read behind it; `entries` are
    the earlier nodes that are read in it or behind it."""

    start: int
    end: int
    entries: tuple[int, ...]
    exit: int


class Handed(NamedTuple):
    """An exit's derivatives along every node of its stretch, and along its entries."""

    within: list[arb]
    before: dict[int, arb]


class Stretches:
    """The forward pass `run` of a graph at a point, at FLINT's precision of the moment, and its stretches, from the
    first one on: none where balls do not grow, or nothing is narrow enough to be cut at."""

    def __init__(self, graph: Graph, m: Balls, point: Mapping[int, arb]) -> None:
        self._graph, self._m = graph, m
        self._all: list[Stretch] = []
        self._handed: list[Handed] = []
        self._adjoints, self._reached = [_ZERO] * 0, [False] * 0
        self.run: Forward[arb] = Forward(started(graph, m, point), {}, frozenset())
        self._read()
        self.run = self.run._replace(dropped=dropped(graph, m, self.run.values))

    def _read(self) -> None:
        graph, size, (values, faults, _) = self._graph, len(self._graph.primitives), self.run
        cuts: _Cuts | None = None
        end, long = 0, size > 2 * LENGTH
        while end < size:
            begun, end = end, min(end + LENGTH, size) if long else size
            evaluate(graph, self._m, _operations(graph, begun, end), values, faults)
            long = long and not faults and end < size - LENGTH // 2
            if not long or (cuts is None and not self._is_blunt(end)):
                continue
            cuts = cuts or _Cuts(graph)
            stretch = cuts.next(end)
            long = stretch is not None
            if stretch is not None:
                end = stretch.end
                if stretch.start:
                    self._add(stretch)
        if cuts is not None and 0 < cuts.start <= graph.output:
            self._all.append(Stretch(cuts.start, size, cuts.entries, graph.output))

    @cached_property
    def _quotients(self) -> Rules[arb]:
        return quotients(self._graph, self._m)

    @property
    def are_cut(self) -> bool:
        """Whether there are any."""
        return bool(self._all)

    def _is_blunt(self, end: int) -> bool:
        bits = ctx.prec
        last = self.run.values[max(0, end - LAST) : end]
        return any(x.is_finite() and bits - x.rel_accuracy_bits() > bits // LOST for x in last)

    def _add(self, stretch: Stretch) -> None:
        """One more stretch, its exit made sharper by the mean value theorem where every step on the way is smooth."""
        handed, values = self._within(self._quotients, stretch), self.run.values
        self._all.append(stretch)
        self._handed.append(handed)
        start, end, _, out = stretch
        wide = {j: values[j] for j in handed.before if not values[j].is_exact()}
        nodes = range(start, end)
        if touched(self._graph, self._m, self.run, nodes) or not all(ball.is_finite() for ball in wide.values()):
            return
        around = values[start:end]
        middles = {j: ball.mid() for j, ball in wide.items()}
        _put(middles, values)
        evaluate(self._graph, self._m, _operations(self._graph, start, end), values, {})
        sharper = sum((handed.before[j] * (wide[j] - middles[j]) for j in wide), values[out])
        values[start:end] = around
        _put(wide, values)
        if sharper.is_finite() and sharper.rad() < values[out].rad():
            values[out] = sharper

    def _within(self, rules: Rules[arb], stretch: Stretch) -> Handed:
        """Backprop from the exit of a stretch to its entries."""
        start, end, entries, out = stretch
        if not self._adjoints:
            self._adjoints, self._reached = [_ZERO] * len(self.run.values), [False] * len(self.run.values)
        adjoints, reached = self._adjoints, self._reached
        adjoints[start:end], reached[start:end] = [_ZERO] * (end - start), [False] * (end - start)
        for j in entries:
            adjoints[j], reached[j] = _ZERO, False
        adjoints[out], reached[out] = _ONE, True
        hand_on(rules, self.run.values, range(start, end), adjoints, reached, zero=_ZERO)
        return Handed(adjoints[start:end], {j: adjoints[j] for j in entries if reached[j]})

    def adjoints(self, rules: Rules[arb] | None = None) -> list[arb]:
        """Every node's gradient, by the quotients or by other rules."""
        graph = self._graph
        found, reached = [_ZERO] * len(graph.primitives), [False] * len(graph.primitives)
        found[graph.output], reached[graph.output] = _ONE, True
        head = graph.output + 1
        for k in range(len(self._all) - 1, -1, -1):
            stretch = self._all[k]
            head, end, _, out = stretch
            known = rules is None and k < len(self._handed)
            handed = self._handed[k] if known else self._within(rules or self._quotients, stretch)
            upstream, later = found[out], [j for j in self._later(k) if j != out]
            gathered = [(j, found[j]) for j in later]
            found[head:end] = [row if row is _ZERO else row * upstream for row in handed.within]
            for j, more in gathered:
                found[j] += more
            for j, row in handed.before.items():
                found[j], reached[j] = found[j] + row * upstream, True
        hand_on(rules or self._quotients, self.run.values, range(head), found, reached, zero=_ZERO)
        return found

    def _later(self, k: int) -> Iterator[int]:
        """The nodes of a stretch, its exit and inputs, that are read behind it."""
        behind = self._all[k + 1].entries if k + 1 < len(self._all) else ()
        return (j for j in behind if j >= self._all[k].start)


class _Cuts:
    """Where a graph may be cut: behind `start`, with the `entries` there, comes the next stretch."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.start, self.entries = 0, tuple[int, ...]()
        first, second, many = graph.operands.first, graph.operands.second, graph.operands.all
        # Two more for what stands in place of an operand.
        self._last = last = [-1] * (len(first) - MANY)
        for i, (a, b) in enumerate(zip(first, second, strict=True)):
            last[a] = last[b] = i
        for i, inputs in many.items():
            for j in inputs:
                last[j] = max(last[j], i)
        last[graph.output] = len(first)
        for i in compress(range(len(first)), graph.constant):
            last[i] = -1

    def next(self, end: int) -> Stretch | None:
        """The stretch up to the best cut not far before `end`, None where there is no good one. What is before the
        first cut is the first stretch: it may have any exits, and none is named."""
        primitives, last, start, entries = self._graph.primitives, self._last, self.start, self.entries
        cut = end - LOOKED_AT
        before = [j for j in range(start, cut) if last[j] >= cut]
        live, fewest, best = set(before), len(before), cut
        for i in range(cut, end):
            live.difference_update(j for j in self._graph.operands.of(i) if last[j] == i)
            if last[i] > i:
                live.add(i)
            if len(live) <= fewest:
                fewest, best = len(live), i + 1
        behind = tuple(j for j in chain(entries, before, range(cut, best)) if last[j] >= best)
        exits = [j for j in behind if j >= start and primitives[j] is not None]
        if len(behind) > MOST_ENTRIES or (start and len(exits) != 1):
            return None
        self.start, self.entries = best, behind
        return Stretch(start, best, entries, exits[0] if start else -1)


def touched(graph: Graph, m: Balls, run: Forward[arb], nodes: range) -> dict[int, bool]:
    """The operations among `nodes` of which a boundary quantity is 0, or may be."""
    found = {}
    bounded = {row: partial(row.boundaries, m) for row in graph.rows if row.boundaries is not None}
    values, first, second, dropped = run.values, graph.operands.first, graph.operands.second, run.dropped
    for i, row in zip(nodes, graph.primitives[nodes.start : nodes.stop] if bounded else (), strict=False):
        if row in bounded and i not in dropped:
            boundaries, a, b = bounded[row], first[i], second[i]
            if b >= 0:
                quantities = boundaries(values[a], values[b])
            else:
                quantities = boundaries(*(values[j] for j in graph.operands.of(i)))
            for q in quantities:
                if q.contains(_ZERO):
                    found[i] = any(q.is_zero() for q in quantities)
                    break
    return found


def _put(some: Mapping[int, arb], values: list[arb]) -> None:
    for j, x in some.items():
        values[j] = x


def _operations(graph: Graph, start: int, end: int) -> Iterator[int]:
    return compress(range(start, end), graph.primitives[start:end])
