"""Balls around the true gradients of one program at one point, as far as a budget goes.

One node: difference quotients on smaller and smaller complex balls at growing precision, until enough digits are
proved; where a boundary is in the way, one-sided series. All nodes of a large graph: the chain rule over quotients.
The budget counts evaluations and not seconds, so that the same input always gets the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Literal

from flint import arb

from gradx.numbers.balls import BALLS, precision
from gradx.numbers.decimals import DIGITS_PER_BIT, bits_of, significant
from gradx.point.bend import Bend
from gradx.point.chain import chain, walk_cost
from gradx.point.differences import evaluations, node_difference, vanishes
from gradx.point.quotient import node_quotient, scales
from gradx.point.reading import LADDER, WEIGHTS, Reading, Readings
from gradx.point.verdict import SHOWN_DIGITS, Proof

if TYPE_CHECKING:
    from gradx.point.exact_point import ExactPoint

AUTO_BUDGET, AUTO_LEVELS = 600_000, 5
"""Without being asked to, so many evaluations of a product are spent, and so many precisions tried."""

FURTHER, FURTHER_BUDGET = AUTO_LEVELS, 600_000
"""The precision beyond these at which one more reading, and one more walk, are tried, and what is spent on them."""

WALKS_BUDGET = 2_500_000
"""The same for walks by the chain rule."""

SHRINKS = (20, 64, 200, 520, 1_150, 3_000, 12_000, 50_000)
"""R is 2 to the minus this of the node's scale; the next where the function is not analytic so far out."""

SCANNED_PER_UNIT = 10
"""Finding what depends on a node costs this much less, a node looked at, than evaluating it."""

SIDES_COSTS, DEAR_SIDES_COSTS = {640: 200, 10_000: 2_000}, {640: 2_000, 10_000: 400_000}
"""Bits at which the sides of a point are read, first and in the end, and what a node that moves costs then, in
evaluations of a product, and one that asks for a gamma function."""

MOST_ON_SIDES = 1_000
"""Beside a boundary of a graph with more nodes than this nothing is looked at."""

_ZERO, _ONE = arb(0), arb(1)


class OverBudgetError(Exception):
    """The budget is spent."""


class OpenError(Exception):
    """The truth is not found: `node` is the one whose boundary is touched, None where none is (`is_on_it`: the point
    stands on that, for certain); `truth` what is known of the slope all the same."""

    def __init__(self, node: int | None, truth: Proof | None, bits: int, is_on_it: bool = False) -> None:
        super().__init__(node)
        self.node, self.truth, self.bits, self.is_on_it = node, truth, bits, is_on_it


Purse = Literal["nodes", "walks", "further"]


class Budget:
    """What is left to spend, in evaluations of a product at the lowest precision; `everything`: no end."""

    def __init__(self, *, everything: bool = False) -> None:
        self._left = {"nodes": AUTO_BUDGET, "walks": WALKS_BUDGET, "further": FURTHER_BUDGET}
        self._everything = everything
        self.levels = len(LADDER) if everything else AUTO_LEVELS

    def spend(self, cost: int, purse: Purse = "nodes", share: int = 1) -> None:
        """A walk over all nodes is paid for from a purse of its own. Raises OverBudgetError where more is
        asked for than one in `share` of what is left."""
        if not self.affords(cost * share, purse):
            raise OverBudgetError
        self._left[purse] -= cost

    def affords(self, cost: int, purse: Purse) -> bool:
        return self._everything or cost <= self._left[purse]


class Enclosures:
    """The true value and gradients of `readings`' program, to `digits` digits where that can be had."""

    def __init__(self, readings: Readings, budget: Budget, digits: int) -> None:
        self.readings, self.digits = readings, digits
        self._graph = readings.graph
        self._budget = budget
        self._size = len(self._graph.primitives)
        self._walks: dict[int, list[arb]] = {}
        self._exact_points: dict[int, ExactPoint] = {}

    @cached_property
    def level(self) -> int:
        """The first precision at which the output has enough digits; the last that was tried where none has.

        Raises OverBudgetError.
        """
        least = 0
        for level in range(self._budget.levels):
            if LADDER[level] >= least or level == self._budget.levels - 1:  # the last is what all is read at
                self._budget.spend(self.readings.cost(level, range(self._size)))
                if self._tells_the_value(level):
                    return level
                least = self.readings[level].bits_to_the_end
        last = self._last
        return last if self._tells_the_value(last) else self._budget.levels - 1

    def _tells_the_value(self, level: int) -> bool:
        return self.readings[level].surely_outside or self.value_at(level).is_settled(self.digits)

    @cached_property
    def _last(self) -> int:
        """The last precision, where something is open at all of them: one more than those, if it can be paid for."""
        last = self._budget.levels - 1
        if last < FURTHER:
            with suppress(OverBudgetError):
                self._budget.spend(self.readings.cost(FURTHER, range(self._size)), "further")
                return FURTHER
        return last

    @property
    def _levels(self) -> range:
        """The precisions at which a derivative is looked for."""
        return range(min(self.level, self._budget.levels - 1), self._budget.levels)

    def value_at(self, level: int) -> Proof:
        """The output's value at a precision."""
        reading = self.readings[level]
        return Proof(reading.output, "exact", reading.bits)

    def value(self) -> Proof:
        """The output's value. Raises OverBudgetError, and OpenError where it has too few digits."""
        truth = self.value_at(self.level)
        if truth.is_settled(self.digits):
            return truth
        truth = self.value_at(self._last)
        open_at = self.readings[self._last].open_boundary
        raise OpenError(open_at, truth if truth.ball.is_finite() else None, truth.bits)

    def gradient(self, i: int) -> Proof | Bend:
        """The output's derivative along node i, or what bends there. Raises OverBudgetError and OpenError."""
        self._budget.spend((self._size - i) // SCANNED_PER_UNIT)
        order = self.between(i)
        if not order:
            return Proof(_ZERO, "exact", LADDER[0])
        if i == self._graph.output:
            return Proof(_ONE, "exact", LADDER[0])
        best: Proof | None = None
        open_at: int | None = None
        first = 0
        for level in self._levels:
            reading = self.readings[level]
            sharper, first = self._by_quotients(i, order, reading, level, first)
            best = best if sharper is None else _sharper(best, sharper)
            if best is not None and significant(best.ball) >= self.digits:
                return best
            touched = next((j for j in order if j in reading.touched), None)
            if best is None and touched is not None:
                last = level == self._budget.levels - 1
                if open_at is None or last:
                    told = self._sides(i, order, max(SIDES_COSTS) if last else min(SIDES_COSTS))
                    if isinstance(told, Bend) or (isinstance(told, Proof) and (last or told.is_settled(self.digits))):
                        return told
                    open_at = told if isinstance(told, int) and told in reading.touched else touched
                continue
            chained = Proof(self._chained(level)[i], "chain", reading.bits)
            best = _sharper(best, chained)
            # Where a quotient may be 0, the chain rule has to have nothing against it: it sees what a sum drowns.
            if best is not None and (significant(best.ball) >= self.digits or (best.is_zero and chained.is_zero)):
                return best
            if best is not None and level == self.level and not chained.ball.is_finite():
                drowned = self._drowned(i, order)
                if drowned is not None:
                    return drowned
        proof = (best and self._drowned(i, order)) or self._further(i)
        if proof is None:
            is_on_it = open_at is not None and self.readings[level].touched[open_at]
            raise OpenError(open_at, best, LADDER[self._last], is_on_it)
        return proof

    def _by_quotients(
        self, i: int, order: list[int], reading: Reading, level: int, first: int
    ) -> tuple[Proof | None, int]:
        """The sharpest quotient in the reading of a level, from the radius `first` on until one is sharp enough; and
        the place of the last radius on which there was one."""
        best: Proof | None = None
        for k, radius in self._radii(reading.values[i], level, first):
            self._budget.spend(3 * self.readings.cost(level, order))
            found = node_quotient(reading, i, order, radius)
            if found is not None:
                first = k
                best = _sharper(best, Proof(found.slope, "quotient", reading.bits, found))
                if best is not None and significant(best.ball) >= self.digits:
                    break
        return best, first

    def _drowned(self, i: int, order: list[int]) -> Proof | None:
        """What drowns beside a huge number, a quotient does not see; the coefficients of a series are sharp."""
        with suppress(OverBudgetError):
            told = self._sides(i, order, min(SIDES_COSTS), share=64)
            return told if isinstance(told, Proof) and told.is_settled(self.digits) else None
        return None

    def _further(self, i: int) -> Proof | None:
        """What a walk at one more precision tells."""
        if self._budget.levels <= self._last:
            with suppress(OverBudgetError):
                found = Proof(self._chained(FURTHER)[i], "chain", LADDER[FURTHER])
                return found if significant(found.ball) >= min(self.digits, SHOWN_DIGITS) else None
        return None

    def derivative(self, wrt: Sequence[int]) -> Proof | Bend:
        """The output's derivative along one after the other of `wrt`, two or more nodes of which none moves another, or
        what bends there at which order. Raises OverBudgetError and OpenError."""
        orders = Counter(wrt)
        between = [self.between(i) for i in orders]
        self._budget.spend(sum(self._size - i for i in orders) // SCANNED_PER_UNIT)
        moving = sorted({j for order in between for j in order}.difference(orders))
        if not all(between) or self._graph.output in orders:
            return Proof(_ZERO, "exact", LADDER[0])
        best: Proof | None = None
        first = 0
        for level in self._levels:
            reading = self.readings[level]
            for k, radii in self._all_radii(orders, level, first):
                self._budget.spend(evaluations(orders) * self.readings.cost(level, moving))
                found = node_difference(reading, orders, moving, radii)
                if found is not None:
                    first = k
                    best = _sharper(best, Proof(found.slope, "quotient", reading.bits, found))
                    break  # what is left grows like 1/R^n: more bits help, and a smaller R does not
            if best is not None and significant(best.ball) >= self.digits:
                return best
            if best is None and any(j in reading.touched for j in moving):
                return self._on_a_boundary(wrt, moving, reading)
            if best is not None and (
                best.is_zero or (level == self._levels[0] and vanishes(self._graph, orders, moving))
            ):
                return best if best.is_zero else Proof(_ZERO, "exact", reading.bits)
        raise OpenError(None, best, LADDER[self._budget.levels - 1])

    def _on_a_boundary(self, wrt: Sequence[int], moving: Sequence[int], reading: Reading) -> Proof | Bend:
        """Of one node by the two sides; of several it is left open."""
        told: Proof | Bend | int | None = None
        for bits in SIDES_COSTS if len(set(wrt)) == 1 else ():
            told = self._sides(wrt[0], [wrt[0], *moving], bits, len(wrt))
            if isinstance(told, Bend) or (isinstance(told, Proof) and told.is_settled(self.digits)):
                return told
        node = told if isinstance(told, int) else next(j for j in moving if j in reading.touched)
        raise OpenError(node, told if isinstance(told, Proof) else None, reading.bits)

    def _all_radii(self, nodes: Mapping[int, int], level: int, first: int) -> Iterator[tuple[int, dict[int, int]]]:
        """The same for several nodes together, each by its own scale."""
        each = {i: [radius for _, radius in self._radii(self.readings[level].values[i], level, 0)] for i in nodes}
        for k in range(first, max(map(len, each.values()))):
            yield k, {i: radii[min(k, len(radii) - 1)] for i, radii in each.items()}

    def _chained(self, level: int) -> list[arb]:
        """Every node's gradient by the chain rule over quotients, at a precision. Raises OverBudgetError."""
        if level not in self._walks:
            purse: Purse = "walks" if level < self._budget.levels else "further"
            self._budget.spend(WEIGHTS[level] * self._walk_cost, purse)
            self._walks[level] = chain(self.readings[level])
        return self._walks[level]

    def _sides(self, i: int, moving: list[int], bits: int, order: int = 1, share: int = 1) -> Proof | Bend | int:
        """What one-sided series tell, with these nodes moving; the node at which they leave it open. They cost at most
        one in `share` of what is left."""
        if self._size > MOST_ON_SIDES or self.readings.m is not BALLS:
            raise OverBudgetError
        from gradx.point.sides import sides

        dear = sum(self.readings.dear[j] for j in moving)
        self._budget.spend(SIDES_COSTS[bits] * len(moving) + DEAR_SIDES_COSTS[bits] * dear, share=share)
        with precision(bits):
            bend = sides(self._graph, self._exact(bits), i, order)
        if bend.culprit is not None:
            return bend
        if bend.slope is None:
            return i if bend.opened is None else bend.opened
        return Proof(bend.slope, "series", bits)

    def cancelled(self, i: int) -> Proof | None:
        """That the gradient of node i is 0 whatever the numbers are that it meets on its way to the output, as that of
        what is added to all the logits of a softmax; None where that is not seen."""
        from gradx.point.exact_point import named_point
        from gradx.point.sides import sides

        bits = min(SIDES_COSTS)
        with suppress(OverBudgetError):
            self._budget.spend(self._size - i)
            order = self.between(i)
            self._budget.spend(SIDES_COSTS[bits] * len(order))
            with precision(bits):
                bend = sides(self._graph, named_point(self._graph, self.readings[self.level].values, order), i)
            if bend.slope is not None and bend.slope.is_zero():
                return Proof(bend.slope, "series", bits)
        return None

    def _exact(self, bits: int) -> ExactPoint:
        if bits not in self._exact_points:
            self._exact_points[bits] = self.readings.exact()
        return self._exact_points[bits]

    def _radii(self, x: arb, level: int, first: int) -> Iterator[tuple[int, int]]:
        """The exponents of the radii to be tried at a precision, each with its place among all, from `first` on."""
        k = 0
        for shrink in SHRINKS:
            if shrink > max(SHRINKS[1], LADDER[level] // 3):
                return
            for scale in scales(x):
                if k >= first:
                    yield k, scale - shrink
                k += 1

    @cached_property
    def _needed(self) -> frozenset[int]:
        return frozenset(self._graph.upstream(self._graph.output))

    def between(self, i: int) -> list[int]:
        """Node i and what carries a change of it to the output, in topological order; [] where nothing does."""
        if i not in self._needed:
            return []
        return [j for j in self._graph.downstream(i) if j in self._needed]

    def on_boundaries(self, i: int) -> list[int]:
        """Of the nodes between i and the output those on a boundary of which the point stands, for certain."""
        if self._size > MOST_ON_SIDES:
            return []
        bits = max(SIDES_COSTS)
        with precision(bits):
            return self._exact(bits).on_boundaries(self._graph, self.between(i))

    def all_gradients(self, nodes: Sequence[int]) -> dict[int, Proof]:
        """The gradients of nodes by the chain rule over quotients, those that get enough digits.

        Raises OverBudgetError where not even one walk is paid for.
        """
        found: dict[int, Proof] = {}
        least = bits_of(self.digits)
        first = self.level + self._is_too_blunt(self.level)
        for level in range(first, max(self._budget.levels, first + 1)):
            try:
                balls = self._chained(level)
            except OverBudgetError:
                if not found:
                    raise
                break
            sought = nodes if not found else [i for i in nodes if i not in found]
            bits = LADDER[level]
            sharp = [
                i for i in sought if balls[i].rel_accuracy_bits() >= least or Proof(balls[i], "chain", bits).is_zero
            ]
            parts = zip(map(balls.__getitem__, sharp), repeat("chain"), repeat(bits), repeat(None), strict=False)
            found.update(zip(sharp, map(tuple.__new__, repeat(Proof), parts), strict=False))
            if len(found) == len(nodes):
                break
        return found

    @cached_property
    def _walk_cost(self) -> int:
        return walk_cost(self._graph)

    def is_left_around_0(self, i: int) -> bool:
        """Whether the last walk leaves a ball around 0: what is spent on that node alone seldom tells more."""
        ball = self._walks[max(self._walks)][i]
        return bool(ball.is_finite() and ball.contains(_ZERO))

    def _is_too_blunt(self, level: int) -> bool:
        """Whether a walk at this precision is not worth its cost: a quotient keeps the bits that a value has, and the
        walk back loses as many as the walk there did."""
        reading = self.readings[level]
        if (
            reading.stretches.are_cut
            or level + 1 >= self._budget.levels
            or not self._budget.affords(WEIGHTS[level + 1] * self._walk_cost, "walks")
        ):
            return False
        bits = reading.output.rel_accuracy_bits()
        return (bits - (reading.bits - bits)) * DIGITS_PER_BIT < self.digits


def _sharper(known: Proof | None, fresh: Proof) -> Proof | None:
    """The sharper of two proofs of one number; None where neither says anything."""
    if not fresh.ball.is_finite():
        return known
    return fresh if known is None or fresh.ball.rad() < known.ball.rad() else known
