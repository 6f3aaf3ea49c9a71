"""What a derivative of any order is at a point, judged: order n stands only where orders 1 to n-1 do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.lessons.diff import Derivative, Differentiation
from gradx.numbers.float64 import FLOAT64
from gradx.point.judge import Judge
from gradx.point.typed import typed_point
from gradx.point.verdict import Verdict
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import forward

if TYPE_CHECKING:
    from flint import arb

BROKEN = ("kink", "edge", "jump", "vertical")
NOT_JUDGED = "no order was asked for"
NO_VALUE = "the derivative one order below has no formula with a value here"


class AtPoint(NamedTuple):
    """float64's number, what is proved of it (None: nobody looked), and the ball that it is proved to lie in."""

    value: float | None
    verdict: Verdict | None
    ball: arb | None


class _Judged(NamedTuple):
    judge: Judge
    back: Backprop[float]


class PointJudge:
    """Judges derivatives of one program at one point (name to number)."""

    def __init__(
        self,
        differentiation: Differentiation,
        point: Mapping[str, float],
        bindings: Sequence[Binding],
        digits: int,
    ) -> None:
        self._of = differentiation
        self._point = point
        self._bindings = bindings
        self._digits = digits
        self._judges: dict[tuple[int, tuple[int, ...]], _Judged | None] = {}

    def judged(self, derivative: Derivative) -> AtPoint:
        """GradxError("domain") where the function itself has no value."""
        of, wrt = derivative.of, derivative.wrt
        found = AtPoint(None, Verdict("undecided", NOT_JUDGED), None)
        for k in range(1, len(wrt) + 1):
            judged = self._judge(of, wrt[: k - 1])
            if judged is None:
                return found._replace(value=None, verdict=Verdict("undecided", NO_VALUE), ball=None)
            verdict, proof = judged.judge.gradient(judged.back, wrt[k - 1])
            if k < len(wrt) and verdict.status in BROKEN:
                reason = f"order {k} does not stand here, and so order {len(wrt)} does not: {verdict.reason}"
                return AtPoint(None, Verdict(verdict.status, reason), None)
            found = AtPoint(judged.back.adjoints[wrt[k - 1]], verdict, proof.ball if proof else None)
        return found

    def _judge(self, of: int, before: tuple[int, ...]) -> _Judged | None:
        key = (of, before)
        if key not in self._judges:
            graph = self._of.before(of, (*before, -1))
            try:
                self._judges[key] = self._judge_of(graph) if graph else None
            except GradxError as error:
                if error.problem.kind != "domain" or not before:
                    raise
                self._judges[key] = None
        return self._judges[key]

    def _judge_of(self, graph: Graph) -> _Judged:
        at = {i: self._point[graph.names[i]] for i in graph.inputs}
        run = forward(graph, FLOAT64, at)
        judge = Judge(graph, run, at, lambda: typed_point(graph, self._bindings, self._point), digits=self._digits)
        judge.require_value()
        return _Judged(judge, backprop(graph, FLOAT64, run))


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
