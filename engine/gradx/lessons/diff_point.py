"""What a derivative of any order is at a point, judged: order n stands only where orders 1 to n-1 do. A mixed second
one on a boundary: the derivative along x, followed on either side as y moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from flint import arb

from gradx.derive.formulas import Gradients
from gradx.graph import Graph
from gradx.lessons.diff import Derivative, Differentiation
from gradx.numbers.balls import precision
from gradx.numbers.float64 import FLOAT64
from gradx.numbers.known import Undecided
from gradx.point.bend import Bend
from gradx.point.exact_point import ExactPoint, exact_point
from gradx.point.judge import Judge
from gradx.point.reading import Reading
from gradx.point.sentences import bent_across, not_standing, nowhere_beside
from gradx.point.sides import leaves_boundaries, sides
from gradx.point.typed import Number
from gradx.point.verdict import Proof, Verdict, agrees, right
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, forward
from gradx.sweeps.second_order import FEW, hessian, moved_gradient

BITS: Final = 256
BROKEN: Final = ("kink", "edge", "jump", "vertical")


def mixed_on_a_boundary(graph: Graph, point: Mapping[int, float], x: int, y: int) -> Proof | Verdict | None:
    """The derivative of the output along input x and then along input y, or why there is none; None where that is open.

    Off the point, on the line along y, backprop's rules give the derivative along x wherever the operations that x
    moves are off their boundaries. At the point it is the slope of the program itself.
    """
    if not {x, y} <= set(graph.inputs):
        return None
    names = graph.names
    with precision(BITS):
        at = exact_point(graph, point)
        if sides(graph, at, y).finding == "edge":
            return Verdict("edge", f"the program has a side without a value here, as {names[y]} moves")
        bend = _followed(graph, point, at, x, y)
        if bend is not None and bend.slope is not None:
            return Proof(bend.slope, "series", BITS)
        if bend is not None:
            return bent_across(bend, names[x], names[y]) if bend.finding in BROKEN else None
        # Where y moves nothing that stands on a boundary, both sides in x are smooth in y. If the derivative along y
        # has a kink as x moves, the one along x differs on both sides of the line, beside the point.
        if not set(at.on_boundaries(graph, range(len(graph.primitives)))).intersection(graph.downstream(y)):
            other = _followed(graph, point, at, y, x)
            if other is not None and other.finding == "kink" and _is_finite(other):
                return nowhere_beside(other, names[x], names[y])
            if other is not None and other.slope is not None and _is_smooth_before(graph, at, x, y):
                return Proof(other.slope, "series", BITS)
    return None


def _followed(graph: Graph, point: Mapping[int, float], at: ExactPoint, x: int, y: int) -> Bend | None:
    """What the derivative along x does as y moves; None where that is open."""
    rules = Gradients(graph, in_inputs=True).formulas([x])[x]
    if rules is None:
        return None
    slope = rules.graph
    places = {i: point[graph.index[slope.names[i]]] for i in slope.inputs}
    moved = next((i for i in slope.inputs if slope.names[i] == graph.names[y]), None)
    between = sorted(set(graph.downstream(x)[1:]).intersection(graph.upstream(graph.output)))
    if moved is None or not leaves_boundaries(graph, at, y, between):
        return None
    first, at_slope = sides(graph, at, x), exact_point(slope, places)
    here, by_rules = first.left.coefficient if first.left else None, at_slope.values[slope.output]
    try:
        if first.finding != "smooth" or here is None or by_rules is None or (here - by_rules).sign() != 0:
            return None
    except Undecided:
        return None
    return sides(slope, at_slope, moved)


def _is_smooth_before(graph: Graph, at: ExactPoint, x: int, y: int) -> bool:
    """Whether what x alone moves has a derivative, wherever it meets what y moves."""
    with_y = set(graph.downstream(y))
    alone = set(graph.downstream(x)).difference(with_y)
    meeting = {j for i in with_y for j in graph.arguments[i]}.intersection(alone)
    return all(sides(replace(graph, output=j), at, x).finding == "smooth" for j in meeting)


def _is_finite(bend: Bend) -> bool:
    return all(side is not None and side.coefficient is not None for side in (bend.left, bend.right))


DEPENDENT = "it is along nodes of which one moves another"


class AtPoint(NamedTuple):
    """float64's number, what is proved of it (None: nobody looked), and the ball that it is proved to lie in."""

    value: float | None
    verdict: Verdict | None
    ball: arb | None


class _Judged(NamedTuple):
    judge: Judge
    run: Forward[float]
    back: Backprop[float]


class PointJudge:
    """Judges derivatives of one program at one point (input to number); `typed` gives the numbers as typed."""

    def __init__(
        self,
        differentiation: Differentiation,
        point: Mapping[int, float],
        typed: Callable[[], Mapping[int, Number]],
        digits: int,
    ) -> None:
        self._of = differentiation
        self._point = point
        self._typed = typed
        self._digits = digits
        self._judges: dict[int, _Judged] = {}
        self._moved: dict[tuple[int, tuple[int, ...]], Mapping[int, float | None]] = {}

    def prepare(self, derivatives: Sequence[Derivative]) -> None:
        """Work out many second derivatives in one sweep, before they are judged."""
        for of in dict.fromkeys(d.of for d in derivatives):
            along = list(dict.fromkeys(j for d in derivatives if d.of == of and d.order == 2 for j in d.wrt))
            if len(along) > FEW and not set(along).difference(self._point):
                rows = hessian(replace(self._of.graph, output=of), self._point, along)
                self._moved.update(((of, (j,)), dict(zip(along, row, strict=True))) for j, row in rows.items())

    def value(self, of: int) -> tuple[float, Verdict]:
        """What a node is worth, and the verdict on that. GradxError("domain") where it has no value."""
        judged = self._judge(of)
        return judged.run.values[of], judged.judge.value()

    def judged(self, derivative: Derivative) -> AtPoint:
        """GradxError("domain") where the function itself has no value."""
        of, wrt = derivative.of, derivative.wrt
        judged = self._judge(of)
        if len(wrt) == 1:
            verdict, proof = judged.judge.gradient(judged.back, wrt[0])
            return AtPoint(judged.back.adjoints[wrt[0]], verdict, proof.ball if proof else None)
        nodes = set(wrt)
        if not all(nodes.isdisjoint(self._of.graph.downstream(i)[1:]) for i in nodes):
            return AtPoint(None, Verdict("unchecked", DEPENDENT), None)
        below = self._of.before(of, wrt[:-1])
        number = None if below is None else self._number(below, of, wrt, judged.run.values)
        verdict, proof = judged.judge.derivative(wrt, number, lambda reading: self._rules(below, wrt, reading))
        if verdict.status == "undecided" and len(set(wrt)) > 1:
            verdict = self._below(derivative) or verdict
        if verdict.status == "undecided" and len(set(wrt)) == len(wrt) == 2:
            found = mixed_on_a_boundary(replace(self._of.graph, output=of), self._point, *wrt)
            if isinstance(found, Verdict):
                verdict = found
            elif found is not None and number is not None and agrees(number, found):
                verdict, proof = right(number, found, self._digits), found
        if verdict.status in BROKEN and verdict.left is None and verdict.right is None:
            return AtPoint(None, verdict, None)
        known = verdict.number if number is None else number
        return AtPoint(known, verdict, proof.ball if proof else None)

    def _below(self, derivative: Derivative) -> Verdict | None:
        """The verdict where a derivative on the way to this one does not stand."""
        order = derivative.order
        for k in range(1, order):
            lower = self.judged(replace(derivative, wrt=derivative.wrt[:k])).verdict
            if lower is not None and lower.status in BROKEN:
                return not_standing(lower, k, order)
        return None

    def _number(self, below: Graph, of: int, wrt: tuple[int, ...], values: Sequence[float]) -> float | None:
        """The derivative in float64: forward over reverse, through the form of order n - 2."""
        key = (of, wrt[:-1])
        if key not in self._moved:
            point = {**self._point, **{i: values[i] for i in wrt}}
            moved = moved_gradient(below, FLOAT64, point, {wrt[-1]: 0.0} | {wrt[-2]: 1.0})
            self._moved[key] = dict(enumerate(moved))
        found = self._moved[key][wrt[-1]]
        return 0.0 if found is None else float(found) if math.isfinite(found) else None

    @staticmethod
    def _rules(below: Graph | None, wrt: Sequence[int], reading: Reading) -> arb | None:
        """The same in balls."""
        if below is None:
            return None
        with precision(reading.bits):
            point = {i: reading.values[i] for i in (*reading.graph.inputs, *wrt)}
            along = {wrt[-1]: arb(0)} | {wrt[-2]: arb(1)}
            found: arb | None = moved_gradient(below, reading.m, point, along)[wrt[-1]]
        return arb(0) if found is None else found

    def _judge(self, of: int) -> _Judged:
        if of not in self._judges:
            graph = replace(self._of.graph, output=of)
            run = forward(graph, FLOAT64, self._point)
            judge = Judge(graph, run, self._point, self._typed, digits=self._digits)
            judge.require_value()
            self._judges[of] = _Judged(judge, run, backprop(graph, FLOAT64, run))
        return self._judges[of]


Kind = Literal["minimum", "maximum", "saddle", "convex", "concave", "indefinite"]


class Curvature(NamedTuple):
    """The signs of a Hessian's eigenvalues, proved, and what the point is by them; None where they are not settled."""

    positive: int
    negative: int
    kind: Kind | None


def curvature(hessian: Sequence[Sequence[arb]], *, is_stationary: bool) -> Curvature | None:
    """By Sylvester's law of inertia: the signs of the pivots of elimination, in balls. None where one may be 0."""
    rows = [list(row) for row in hessian]
    positive = negative = 0
    left = list(range(len(rows)))
    while left:
        k = next((j for j in left if rows[j][j] != 0 and not rows[j][j].contains(0)), None)
        if k is None:
            pair = next(((i, j) for i in left for j in left if i < j and not rows[i][j].contains(0)), None)
            if pair is None or not all(rows[j][j].is_zero() for j in pair):
                return None
            _mixed(rows, left, *pair)
            continue
        pivot = rows[k][k]
        positive, negative = positive + bool(pivot > 0), negative + bool(pivot < 0)
        left.remove(k)
        for i in left:
            factor = rows[i][k] / pivot
            for j in left:
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    return Curvature(positive, negative, _kind(positive, negative, is_stationary=is_stationary))


def _mixed(rows: list[list[arb]], left: Sequence[int], i: int, j: int) -> None:
    """The congruence that adds coordinate j to coordinate i: x*y becomes a difference of squares."""
    for k in left:
        rows[i][k] = rows[i][k] + rows[j][k]
    for k in left:
        rows[k][i] = rows[k][i] + rows[k][j]


def _kind(positive: int, negative: int, *, is_stationary: bool) -> Kind:
    if positive and negative:
        return "saddle" if is_stationary else "indefinite"
    if positive:
        return "minimum" if is_stationary else "convex"
    return "maximum" if is_stationary else "concave"
