"""What a derivative of an equation's unknown is at a point, judged without the form: by the implicit function theorem.

Where F = 0 and F's derivative along y is not 0, y is an analytic function of the others, and its Taylor polynomial
solves F's: every coefficient of that is a proved derivative of F, and y's follow one degree after the other.
Source: Hörmander, Complex Analysis in Several Variables, 2.1.2 (the implicit function theorem).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import factorial, prod
from typing import Final

from flint import arb

from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.lessons.diff import Derivative
from gradx.lessons.diff_point import AtPoint
from gradx.lessons.diff_proof import on_the_curve
from gradx.numbers.balls import TYPED_BALLS, Balls, precision
from gradx.numbers.decimals import short
from gradx.numbers.float64 import FLOAT64
from gradx.point.bend import Bend
from gradx.point.enclosure import Budget, Enclosures, OpenError, OverBudgetError
from gradx.point.judge import UNAFFORDABLE, Judge
from gradx.point.reading import Readings
from gradx.point.sentences import open_comparison
from gradx.point.typed import Number, in_balls, typed_point
from gradx.point.verdict import FAINTEST, Proof, Verdict, agrees, contradicted, right, weigh
from gradx.sweeps.forward import forward

NEAR: Final = 1e-3
"""A point is beside the curve where y lies this near to it, for its size; further away nothing is said of a slope."""

_BITS: Final = 256

Powers = tuple[int, ...]
Polynomial = dict[Powers, arb]


class _Unknown(Exception):  # noqa: N818
    """Why there is no derivative, or none is known."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


class CurveJudge:
    """Judges derivatives of input `y` at one point (name to number) of the curve on which the output is 0.

    `off` says by how much the point misses it, None where it lies on it.
    """

    def __init__(
        self, graph: Graph, y: int, point: Mapping[str, float], bindings: Sequence[Binding], digits: int
    ) -> None:
        """GradxError("domain") where the equation has no value at the point."""
        self._graph, self._y, self._digits = graph, y, digits
        self._at = {i: point[graph.names[i]] for i in graph.inputs}
        typed = typed_point(graph, bindings, point)
        run = forward(graph, FLOAT64, self._at)
        judge = Judge(graph, run, self._at, lambda: typed, digits=digits)
        judge.require_value()
        self._judge, self._worth = judge, run.values[graph.output]
        self.off: float | None = None
        self._beside: str | None = None
        self._true: Enclosures | None = None
        for true in (judge.true, self._enclosures(in_balls(typed))):
            if _is_zero(true):
                self._true = true
                return
        self.off = self._worth
        self._true = self._moved(typed)

    def value(self) -> tuple[float, Verdict]:
        """What the equation comes to at the point, 0 on the curve, and the verdict on that."""
        return self._worth, self._judge.value()

    def judged(self, derivative: Derivative) -> AtPoint:
        """What the derivative is worth in float64, and the verdict on that."""
        number = self._number(derivative)
        if self._true is None:
            return AtPoint(number, Verdict("undecided", self._missed()), None)
        try:
            truth = _solved(self._true, self._y, derivative.wrt)
        except _Unknown as found:
            return AtPoint(number, found.verdict, None)
        if number is None:
            number = float(truth.ball)
        return AtPoint(number, self._weighed(derivative, number, truth), truth.ball)

    def _weighed(self, derivative: Derivative, number: float, truth: Proof) -> Verdict:
        if agrees(number, truth):
            return right(number, truth, self._digits)
        if self._beside is not None:
            reason = f"{self._missed()}, and holds at {self._beside}; there it is {short(truth.ball)}"
            return Verdict("inexact", reason, None, None, truth, number, self._digits, "rounding")
        ball = self._form(derivative)
        if ball is not None and ball.is_finite() and not ball.overlaps(truth.ball):
            return contradicted(number, ball, truth, self._digits)
        return weigh(number, truth, what="the derivative", digits=self._digits)

    def _missed(self) -> str:
        return f"the equation is off by {self.off:.10g} at this point"

    def _number(self, derivative: Derivative) -> float | None:
        """What the form is worth, as far as float64 knows."""
        if derivative.formula is None:
            return None
        graph = derivative.formula.graph
        run = forward(graph, FLOAT64, {i: self._at[self._graph.index[graph.names[i]]] for i in graph.inputs})
        return None if graph.output in run.faults else run.values[graph.output]

    def _form(self, derivative: Derivative) -> arb | None:
        """The form in balls."""
        if derivative.formula is None or self._true is None:
            return None
        graph, reading = derivative.formula.graph, self._true.readings[self._true.level]
        with precision(reading.bits):
            at = {i: reading.values[self._graph.index[graph.names[i]]] for i in graph.inputs}
            return forward(graph, reading.m, at).values[graph.output]

    def _enclosures(self, point: Callable[[Balls], Mapping[int, arb]]) -> Enclosures:
        return Enclosures(Readings(self._graph, TYPED_BALLS, point), Budget(), self._digits)

    def _moved(self, typed: Mapping[int, Number]) -> Enclosures | None:
        """The point of the curve beside this one, with y moved; None where there is none so near."""
        place, y = on_the_curve(self._graph, self._y), self._y

        def point(m: Balls) -> Mapping[int, arb]:
            start = dict(in_balls(typed)(m))
            return place(start) or start

        with precision(_BITS):
            root = place(dict(in_balls(typed)(TYPED_BALLS)))
        if root is None or abs(float(root[y]) - self._at[y]) > NEAR * max(1.0, abs(self._at[y])):
            return None
        self._beside = f"{self._graph.names[y]} = {float(root[y]):.10g}"
        return self._enclosures(point)


def _is_zero(true: Enclosures) -> bool:
    try:
        return true.value().is_zero
    except (OverBudgetError, OpenError):
        return False


def _solved(true: Enclosures, y: int, wrt: Sequence[int]) -> Proof:
    """The derivative of y along one after the other of `wrt`, from derivatives of F, with the most bits that one of
    these took. Raises _Unknown."""
    nodes = list(dict.fromkeys(wrt))
    most = tuple(wrt.count(i) for i in nodes)
    proofs = {
        (powers, s): _coefficient(true, [*(i for i, k in zip(nodes, powers, strict=True) for _ in range(k)), *[y] * s])
        for powers in _up_to(most)
        for s in range(len(wrt) + 1 - sum(powers))
        if sum(powers) + s
    }
    equation = {key: proof.ball for key, proof in proofs.items()}
    none = (0,) * len(nodes)
    down = equation[none, 1]
    if down.contains(0):
        name = true.readings.graph.names[y]
        how = "is" if down.abs_upper() < FAINTEST else "may be"
        raise _Unknown(Verdict("undecided", f"the equation's derivative along {name} {how} 0 at this point"))
    with precision(_BITS):
        found: Polynomial = {}
        for degree in range(1, len(wrt) + 1):
            left = _put_in(equation, found, most)
            found |= {powers: -left.get(powers, arb(0)) / down for powers in _up_to(most) if sum(powers) == degree}
        slope = found[most] * prod(map(factorial, most))
    return Proof(slope, "quotient", max(proof.bits for proof in proofs.values()))


def _up_to(most: Powers) -> Iterator[Powers]:
    return product(*(range(n + 1) for n in most))


def _put_in(equation: Mapping[tuple[Powers, int], arb], y: Polynomial, most: Powers) -> Polynomial:
    """The equation with a polynomial for y, up to the powers `most`."""
    total: Polynomial = {}
    power: Polynomial = {(0,) * len(most): arb(1)}
    for s in range(sum(most) + 1):
        _add(total, power, {powers: c for (powers, t), c in equation.items() if t == s}, most)
        taller: Polynomial = {}
        _add(taller, power, y, most)
        power = taller
    return total


def _add(total: Polynomial, one: Polynomial, other: Polynomial, most: Powers) -> None:
    """Add the product of two polynomials, up to the powers `most`."""
    for (a, x), (b, c) in product(one.items(), other.items()):
        powers = tuple(i + j for i, j in zip(a, b, strict=True))
        if all(k <= n for k, n in zip(powers, most, strict=True)):
            total[powers] = total.get(powers, arb(0)) + x * c


def _coefficient(true: Enclosures, along: Sequence[int]) -> Proof:
    """F's derivative along these inputs, over the factorials of a Taylor polynomial. Raises _Unknown."""
    graph = true.readings.graph
    try:
        found = true.gradient(along[0]) if len(along) == 1 else true.derivative(along)
    except OverBudgetError:
        raise _Unknown(Verdict("unchecked", UNAFFORDABLE)) from None
    except OpenError as error:
        if error.truth is None:
            reason = "the equation's derivatives are not known here"
            if error.node is not None:
                reason = open_comparison(graph, error.node, error.bits)
            raise _Unknown(Verdict("undecided", reason)) from None
        found = error.truth._replace(bits=error.bits)
    if isinstance(found, Bend):
        assert found.culprit is not None
        words = f"the equation has a {found.finding} along {graph.names[along[0]]} at this point"
        raise _Unknown(Verdict("undecided", words))
    with precision(_BITS):
        return found._replace(ball=found.ball / prod(factorial(along.count(i)) for i in set(along)))
