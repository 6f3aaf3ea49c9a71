"""One judge of a point: what is proved of value and gradients there, and whether float64's numbers are it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from operator import itemgetter

from flint import arb

from gradx import collection
from gradx.graph import Graph
from gradx.numbers.balls import BALLS, TYPED_BALLS, precision
from gradx.numbers.decimals import decimal, is_writable, significant
from gradx.numbers.float64 import FLOAT64
from gradx.point.bend import Bend
from gradx.point.domain_error import domain_error
from gradx.point.enclosure import MOST_ON_SIDES, Budget, Enclosures, OpenError, OverBudgetError
from gradx.point.reading import Reading, Readings
from gradx.point.sentences import (
    bent,
    bent_beyond,
    branch_taken,
    convention,
    lost,
    not_standing,
    open_comparison,
    open_order,
    rounded_to_edge,
)
from gradx.point.typed import Number, are_binary
from gradx.point.verdict import (
    EXACT_DIGITS,
    LARGEST,
    NOT_TAKEN,
    SHARP_DIGITS,
    SHOWN_DIGITS,
    SMALLEST_NORMAL,
    Cause,
    Judgement,
    Proof,
    Verdict,
    agreeing,
    agrees,
    contradicted,
    right,
    weigh,
    wrong,
)
from gradx.sweeps.backprop import Backprop
from gradx.sweeps.forward import Forward, distances

SPARE_DIGITS = 3

QUOTIENT_BUDGET = 15_000
"""A graph whose nodes have more than this to evaluate behind them, all together, is proved by the chain rule."""

REST_BUDGET = 60_000
"""So much of that, all together, have those of a large graph that the chain rule leaves to be proved one by one."""

EXACT_VALUES = 200
"""Up to this many nodes have their exact values given without being asked for."""

UNAFFORDABLE = "the budget of the checks does not reach this far (--checks all lifts it)"
TOO_FAR_OUT = "a number on the way is too large to be evaluated"
FEWER = "not all of the {:,} digits asked for are proved of every number: what is not proved is not shown"


class Judge:
    """Judges value and gradients of `graph` at one point, against the float64 sweeps `run` and `back`.

    `point` is every input's binary64 number, `typed` gives the numbers as they were typed (left out: a number is the
    shortest decimal that reads back to it).
    """

    def __init__(
        self,
        graph: Graph,
        run: Forward[float],
        point: Mapping[int, float],
        typed: Callable[[], Mapping[int, Number]] | None = None,
        *,
        everything: bool = False,
        digits: int = EXACT_DIGITS,
    ) -> None:
        self.graph, self.digits = graph, digits
        self._run = run
        self._typed = typed or (lambda: point)
        self._everything = everything
        self._in_one_walk = False
        self.readings = Readings(graph, BALLS, point)
        self.true = Enclosures(self.readings, Budget(everything=everything), digits + SPARE_DIGITS)

    @cached_property
    def _as_typed(self) -> Enclosures:
        """The program at the numbers as typed: looked at where float64's number is not that of the binary64 point."""
        typed = self._typed()
        if are_binary(self.graph, typed):
            return self.true
        readings = Readings(self.graph, TYPED_BALLS, typed)
        return Enclosures(readings, Budget(everything=self._everything), SHOWN_DIGITS + SPARE_DIGITS)

    @property
    def _reading(self) -> Reading | None:
        """The program at the precision that its output needs; None where the budget does not reach that far."""
        with suppress(OverBudgetError):
            return self.readings[self.true.level]
        return None

    def require_value(self) -> None:
        """Raises GradxError("domain") where the output has no value at this point.

        float64 alone may not say so: an underflow (`1/x^2` at 1e-200) leaves the domain for it and for nobody else.
        """
        reading, output = self._reading, self.graph.output
        if reading is not None and reading.surely_outside:
            numbers = [0.0 if v.is_finite() and v.contains(0) else float(v) for v in reading.values]
            raise domain_error(self.graph, reading.run.faults[output], numbers)
        if reading is None and output in self._run.faults:
            raise domain_error(self.graph, self._run.faults[output], self._run.values)

    @collection.postponed()
    def judgement(self, back: Backprop[float], nodes: Sequence[int]) -> Judgement:
        """The verdicts on the gradients of `nodes`, and on the value."""
        value, dropped = self.value(), self._run.dropped
        taken = [i for i in nodes if i not in dropped] if dropped else nodes
        found, slopes = self._gradients(back, taken)
        verdicts = found if list(found) == list(nodes) else {i: found.get(i, NOT_TAKEN) for i in nodes}
        more = self.digits > EXACT_DIGITS
        fewer = more and any(significant(ball) < self.digits and not ball.is_zero() for ball in slopes.values())
        remarks = (FEWER.format(self.digits),) if fewer else ()
        return Judgement(verdicts, value, remarks, self._exact_values(taken), slopes)

    def value(self) -> Verdict:
        """The verdict on the output's value."""
        number = self._run.values[self.graph.output]
        try:
            truth = self.true.value()
        except OverBudgetError:
            return Verdict("unchecked", UNAFFORDABLE)
        except OpenError as error:
            return self._open(error, number, "the value")
        inputs = self.graph.operands.of(self.graph.output)
        scale = max((abs(self._run.values[j]) for j in inputs), default=1.0)
        if agrees(number, truth, scale):
            return right(number, truth, self.digits)
        typed, why = _known(self._as_typed.value), self._why(number, truth)
        return weigh(number, truth, typed, what="the value", scale=scale, digits=self.digits, why=why)

    def gradient(self, back: Backprop[float], i: int) -> tuple[Verdict, Proof | None]:
        """The verdict on the output's derivative along node i, and the true one where there is one."""
        try:
            found = self.true.gradient(i)
        except OverBudgetError:
            return Verdict("unchecked", UNAFFORDABLE), None
        except OpenError as error:
            return self._open(error, back.adjoints[i], "the gradient"), error.truth
        if isinstance(found, Bend):
            exact = [float(value) for value in self.readings[self.true.level].values]
            return bent(self.graph, self._run.values, exact, found), None
        return self._weighed(back, i, found), found

    def derivative(
        self, wrt: Sequence[int], number: float | None, rules: Callable[[Reading], arb | None]
    ) -> tuple[Verdict, Proof | None]:
        """The verdict on a derivative of order 2 or more, along one after the other of `wrt`, none moving another.

        `number` is float64's, None where it has none; `rules` are backprop's in balls, None where they do not reach.
        """
        try:
            found = self.true.derivative(wrt)
        except OverBudgetError:
            return Verdict("unchecked", UNAFFORDABLE), None
        except OpenError as error:
            if error.node is not None:
                return Verdict("undecided", open_order(self.graph, error.node, len(wrt))), error.truth
            return self._open(error, math.nan if number is None else number, "the derivative"), error.truth
        if isinstance(found, Bend):
            return self._bent(found, len(wrt)), None
        number = float(found.ball) if number is None else number
        if agrees(number, found):
            return right(number, found, self.digits), found
        if found.method != "series":
            ball = rules(self.readings[self.true.level])
            if ball is not None and ball.is_finite() and not ball.overlaps(found.ball):
                return contradicted(number, ball, found, self.digits), found
        typed = _known(lambda: self._as_typed.derivative(wrt))
        why = self._why(number, found, wrt[0])
        return weigh(number, found, typed, what="the derivative", digits=self.digits, why=why), found

    def _bent(self, bend: Bend, order: int) -> Verdict:
        """The verdict on what bends in a derivative below `order`."""
        if bend.order == 1:
            exact = [float(value) for value in self.readings[self.true.level].values]
            verdict = bent(self.graph, self._run.values, exact, bend)
        else:
            verdict = bent_beyond(self.graph, bend)
        return verdict if bend.order == order else not_standing(verdict, bend.order, order)

    def _gradients(self, back: Backprop[float], nodes: Sequence[int]) -> tuple[dict[int, Verdict], dict[int, arb]]:
        """The verdicts on the gradients of `nodes`, and the balls around the true ones."""
        found: dict[int, Verdict] = {}
        slopes: dict[int, arb] = {}
        size = len(self.graph.primitives)
        if len(nodes) * size - sum(nodes) > QUOTIENT_BUDGET:
            try:
                chained = self.true.all_gradients(nodes)
            except OverBudgetError:
                return dict.fromkeys(nodes, Verdict("unchecked", UNAFFORDABLE)), {}
            self._in_one_walk = True
            found = agreeing(back.adjoints, chained, self.digits) if self.true.digits > SHARP_DIGITS else {}
            found.update((i, self._weighed(back, i, proof)) for i, proof in chained.items() if i not in found)
            slopes = dict(zip(chained, map(itemgetter(0), chained.values()), strict=True))
        rest = [i for i in nodes if i not in found] if len(found) < len(nodes) else []
        order = [i for i in rest if self.graph.primitives[i] is None]
        order += [i for i in reversed(rest) if self.graph.primitives[i] is not None]
        large = self._in_one_walk and size > MOST_ON_SIDES and not self._everything
        left = REST_BUDGET if large else None
        for i in order:
            around_0 = left is not None and self.true.is_left_around_0(i)
            if around_0 or (left is not None and (left := left - (size - i)) < 0):
                truth = self.true.cancelled(i) if around_0 else None
                found[i] = Verdict("unchecked", UNAFFORDABLE) if truth is None else self._weighed(back, i, truth)
            else:
                found[i], truth = self.gradient(back, i)
            if truth is not None:
                slopes[i] = truth.ball
        return found, slopes

    def _weighed(self, back: Backprop[float], i: int, truth: Proof) -> Verdict:
        number = back.adjoints[i]
        if agrees(number, truth):
            return right(number, truth, self.digits)
        scale = self._scale(back, i) if truth.is_zero else 1.0
        if truth.is_zero and agrees(number, truth, scale):
            return right(number, truth, self.digits)
        if truth.method != "series":
            rules = self.readings[self.true.level].rules[i]
            if rules.is_finite() and not rules.overlaps(truth.ball):
                return contradicted(number, rules, truth, self.digits)
        # What is too small for float64 has no nearer neighbour in the decimals as typed.
        vanishes = self._in_one_walk and truth.ball.abs_upper() < SMALLEST_NORMAL
        typed = None if vanishes or self._as_typed is self.true else self.typed_gradient(i)
        scale = scale if typed is None else self._scale(back, i)
        why = self._why(number, truth, i)
        if typed is None and not truth.is_zero:
            return wrong(number, truth, None, "the gradient", self.digits, why)
        return weigh(number, truth, typed, scale=scale, digits=self.digits, why=why)

    def _scale(self, back: Backprop[float], i: int) -> float:
        """The size of what backprop adds up to node i's gradient."""
        return max((abs(c.value) for c in back.contributions(self.graph, i)), default=1.0)

    def typed_gradient(self, i: int) -> Proof | None:
        """The output's derivative along node i at the numbers as typed; None where it is not known."""
        if self._in_one_walk:
            return self._typed_in_one_walk.get(i)
        return _known(lambda: self._as_typed.gradient(i))

    @cached_property
    def _typed_in_one_walk(self) -> dict[int, Proof]:
        with suppress(OverBudgetError):
            return self._as_typed.all_gradients(range(len(self.graph.primitives)))
        return {}

    def _why(self, number: float, truth: Proof, i: int | None = None) -> tuple[Cause, str] | None:
        """What float64's number, which is not the truth, comes from, where that can be named: the branch taken on a
        boundary along node i, or the operation that went wrong first."""
        if i is not None and truth.method == "series":
            for j in self.true.on_boundaries(i):
                takes = convention(self.graph, self._run.values, j) if self.graph.primitives[j] and j != i else ""
                if takes:
                    return branch_taken(self.graph, j, takes, number)
        if math.isinf(number) and truth.ball.abs_lower() > LARGEST:
            return None
        if math.isfinite(number):
            first = None if truth.ball.abs_upper() < SMALLEST_NORMAL else self._first_lost
            return first if first and first[0] == "overflow" else None
        return self._first_lost or (self._first_on_edge if math.isinf(number) else None)

    @cached_property
    def _first_lost(self) -> tuple[Cause, str] | None:
        """The first operation on the way to the output for which float64 has 0 or no number, and which has another."""
        true, run = self.readings[self.true.level].values, self._run
        for j in self.graph.upstream(self.graph.output):
            wrong = math.isinf(run.values[j]) or (run.values[j] == 0 and not true[j].contains(0))
            if wrong and true[j].is_finite() and self.graph.primitives[j] and j not in run.dropped:
                return lost(self.graph, j, run.values[j], true[j], run.faults.get(self.graph.output))
        return None

    @cached_property
    def _first_on_edge(self) -> tuple[Cause, str] | None:
        """The first operation whose argument float64 rounds to a boundary, on which it does not stand."""
        true = self.readings[self.true.level].values
        for j in self.graph.upstream(self.graph.output):
            if j in self._run.dropped or not any(x == 0 for x in distances(self.graph, FLOAT64, self._run.values, j)):
                continue
            if not any(x.contains(0) for x in distances(self.graph, BALLS, true, j)):
                return rounded_to_edge(self.graph, j, self._run.values)
        return None

    def _open(self, error: OpenError, number: float, what: str) -> Verdict:
        """The verdict where the truth was not found: right all the same where all that is left of it agrees."""
        if error.node is not None and error.is_on_it:
            return Verdict("undecided", open_order(self.graph, error.node, 1))
        if error.node is not None:
            return Verdict("undecided", open_comparison(self.graph, error.node, error.bits))
        if error.truth is None:
            return Verdict("undecided", TOO_FAR_OUT)
        return weigh(number, error.truth._replace(bits=error.bits), what=what, digits=self.digits)

    def _exact_values(self, nodes: Sequence[int]) -> dict[int, str]:
        """Every node's value to the digits asked for; for a large graph only where more are asked for than is usual."""
        if self.digits <= EXACT_DIGITS and len(nodes) > EXACT_VALUES:
            return {}
        reading = self._reading
        if reading is None:
            return {}
        balls = {i: reading.values[i] for i in nodes if reading.values[i].is_finite()}
        known = {i: x for i, x in balls.items() if significant(x) >= self.digits and is_writable(x)}
        with precision(reading.bits):
            return {i: decimal(x, self.digits) for i, x in known.items()}


def _known(found: Callable[[], Proof | Bend]) -> Proof | None:
    """What is found, if that is a number."""
    with suppress(OverBudgetError, OpenError):
        proof = found()
        return None if isinstance(proof, Bend) else proof
    return None
