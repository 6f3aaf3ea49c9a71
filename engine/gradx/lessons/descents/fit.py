"""A descent whose J is the mean, or the sum, of a program's output over rows: all of them in each step, or a drawn few.

With momentum m a step is v ← m·v + dJ/dw, w ← w − α·v, from v = 0 (Polyak's heavy ball, as PyTorch's SGD has it).
Mini-batches of one size come to within a distance of the minimum and no nearer, so an epoch that brings no lower J
doubles them (Smith et al., Don't decay the learning rate, increase the batch size, ICLR 2018), until they are all rows.
The gradient of the first step is held against rows that are proved one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.lessons.descents.descent import NOISE, Descent, Ending, Outcome, Record, Step, Task
from gradx.lessons.descents.holding_rate import DISTANCE, curvature
from gradx.lessons.descents.row_sums import Draws, Part, Row, RowSource, RowSums, joined, total
from gradx.lessons.tables import Batch
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Options, judged
from gradx.sweeps.forward import forward

Reduce = Literal["mean", "sum"]

SAME_BEND = 1e-2
"""As near, relatively, as the curvature at two distances must be to be one."""


class Fit(Descent):
    """`task.start` has the numbers of all inputs that are no columns; `draws` are the mini-batches, None where each
    step sums over all rows, as it does at the start and at the last step anyway. `whole` is what all rows last added
    up to, `grown` the steps from which on mini-batches were larger, and how large (0: all rows). `nothing` is the
    error where no row can be used."""

    stride = 1

    def __init__(
        self,
        task: Task,
        rows: RowSource,
        sums: RowSums,
        *,
        reduce: Reduce,
        momentum: float,
        draws: Draws | None,
        nothing: Callable[[], GradxError],
    ) -> None:
        super().__init__(task)
        self.whole = Part(0, ())
        self.grown: list[tuple[int, int]] = []
        self._rows, self._sums, self._reduce, self._momentum = rows, sums, reduce, momentum
        self._nothing = nothing
        self._draws, self._has_drawn = draws, draws is not None
        self._velocity = [0.0] * len(self._free)
        self._best: Step | None = None
        self._is_whole = True
        self._epoch: list[Part] = []
        self._before = math.inf

    def interrupt(self) -> None:
        """End it here, at the best of the points where all rows were summed: with mini-batches here is one more."""
        if self.outcome is None and self._recent:
            if self._draws is not None:
                at = tuple(self._at)
                self._remember(at, self._reduced(self._over_all(at)))
            self.outcome = Outcome("interrupted", self._best or self._recent[-1])

    def curvature(self) -> float | None:
        """J's curvature along its gradient at the start; None where it is not above 0 or has no value, and where
        kinks make it another at another distance."""
        if self._first is None:
            return None
        near, far = (curvature(self.task, self._first, self._slopes, distance) for distance in (DISTANCE, 4 * DISTANCE))
        return near if near > 0 and abs(near - far) <= SAME_BEND * near else None

    def _slopes(self, at: Sequence[float]) -> Sequence[float]:
        return self._reduced(joined(self._rows.parts(self._sums, at)))[1:]

    def _run(self, count: int) -> list[Record]:
        return []

    def _careful(self) -> tuple[list[Record], Ending | None]:
        at = tuple(self._at)
        draws = self._turned()
        self._is_whole = draws is None or self._taken in (0, self.task.steps)
        part = self._over_all(at) if draws is None or self._is_whole else self._over_few(draws, at)
        if self.whole.gone:
            return [], self._left(at)
        found = self._reduced(part)
        if not all(map(math.isfinite, found)):
            return [(*at, *found)], Ending("diverged", at, None)
        if self._is_whole:
            self._remember(at, found)
        if draws is not None and self._is_whole:
            part = self._over_few(draws, at)
        self._move(at, self._reduced(part)[1:])
        return [(*at, *found)], None

    def _move(self, at: Sequence[float], slopes: Sequence[float]) -> None:
        self._velocity = [self._momentum * v + slope for v, slope in zip(self._velocity, slopes, strict=True)]
        rate = self.task.rate * self.task.uphill
        self._at = tuple(w - rate * v for w, v in zip(at, self._velocity, strict=True))

    def _remember(self, at: Sequence[float], found: Sequence[float]) -> None:
        """Where all rows were summed, if that is the best of such places."""
        uphill = self.task.uphill
        if math.isfinite(sum(found)) and (self._best is None or found[0] * uphill < self._best.value * uphill):
            self._best = Step(self._taken, at, found[0], found[1:])

    def _over_all(self, at: Sequence[float]) -> Part:
        self.whole = joined(self._rows.parts(self._sums, at))
        if not self.whole.rows:
            raise self._nothing()
        return self.whole

    def _over_few(self, draws: Draws, at: Sequence[float]) -> Part:
        """The next mini-batch; where one of its rows has no value, all rows are looked at."""
        part = joined(self._sums(batch, at) for batch in draws.next())
        self._epoch.append(part)
        return self._over_all(at) if part.gone else part

    def _reduced(self, part: Part) -> tuple[float, ...]:
        """J and its gradient: of a mini-batch's sum what it is to all rows."""
        times = 1.0 if self._reduce == "mean" else float(self.whole.rows)
        return tuple(number / part.rows * times if part.rows != times else number for number in part.sums)

    def _turned(self) -> Draws | None:
        """The mini-batches, of twice the size where an epoch has ended that was no better than the one before it; None
        once they are all rows."""
        draws = self._draws
        if draws is None or not (draws.begins and self._epoch):
            return draws
        epoch, self._epoch = joined(self._epoch), []
        mean = epoch.sums[0] / epoch.rows * self.task.uphill
        if not mean < self._before:
            draws.size *= 2
            is_all = draws.size >= draws.rows
            self.grown.append((self._taken, 0 if is_all else draws.size))
            self._draws = None if is_all else draws
        self._before = mean
        return self._draws

    def _left(self, at: Sequence[float]) -> Ending:
        """The end where rows have no value: what the careful sweeps say of the first of them.

        GradxError("domain") at the start.
        """
        row = self.whole.first_gone
        assert row is not None
        index = self.task.graph.index
        self._point |= {index[name]: x for name, x in zip(self._sums.columns, row.numbers, strict=True)}
        try:
            _, end = super()._careful()
        except GradxError as error:
            problem = error.problem
            message, hint = f"{self.gone_said()}: {problem.message}", problem.hint or ""
            hint = f"leave such rows out, or {hint}" if hint.startswith("choose ") else hint
            raise GradxError("domain", message, hint=hint or None, span=problem.span) from None
        if not self._taken:
            raise GradxError("domain", f"{self.gone_said()}: {self._why()}", hint="leave such rows out")
        return end or Ending("domain", tuple(at), None)

    def _why(self) -> str:
        """What a judge says of the first row without a finite gradient."""
        numbers, doubts = judged_row(self.task.graph, self._point, self._free)
        if not math.isfinite(numbers[0]):
            return "the value is too large"
        found = (f"d{name}: {why}" for name, why in doubts.items())
        return next(found, "a gradient is too large")

    def gone_said(self) -> str:
        """How many rows have no value, and which is the first."""
        row, count, rows = self.whole.first_gone, self.whole.gone, self.whole.rows
        if row is None:
            return ""
        many = (
            f"{count:,} of {rows:,} rows have no value or no finite gradient, the first is"
            if count > 1
            else "no value or no finite gradient in"
        )
        return f"{many} row {row.number + 1:,}"

    def _is_flat(self, record: Record) -> bool:
        return self._is_whole and super()._is_flat(record)

    def _is_worse(self) -> bool:
        """With mini-batches J ended where all rows were summed, and the step before it was one batch."""
        if not self._has_drawn or self._first is None:
            return super()._is_worse()
        first, last = (step.value * self.task.uphill for step in (self._first, self._recent[-1]))
        return last - first > NOISE * max(abs(first), abs(last))


SAMPLE = 16
"""Rows that are proved."""

CLOSE = 1e-12
"""How near the sums of the arrays must come to those of the proved numbers, beside the sum of their sizes."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Of `rows` rows there are `gradients`, of which so many are `proved`; `doubt` says of the first other one why not.
    `agrees`: the sums over these rows in NumPy, of J and of each gradient, are those of the proved numbers to
    `CLOSE`."""

    rows: int
    gradients: int
    proved: int
    doubt: str | None
    agrees: bool


def sampled(graph: Graph, sums: RowSums, point: Sequence[float], rows: Sequence[Row]) -> Sampled:
    """Judge every row alone, as one point is judged, and hold their sum against that of the arrays.

    The rows have a value, all of them.
    """
    moving = dict(zip(sums.moving, point, strict=True))
    given = {**sums.held, **moving}
    terms: list[list[float]] = []
    proved, doubt = 0, None
    wrt = [graph.index[name] for name in sums.moving]
    for row in rows:
        at = given | dict(zip(sums.columns, row.numbers, strict=True))
        numbers, doubts = judged_row(graph, {graph.index[name]: x for name, x in at.items()}, wrt)
        terms.append(numbers)
        proved += len(wrt) - len(doubts)
        if doubt is None and doubts:
            name, why = next(iter(doubts.items()))
            doubt = f"d{name} in row {row.number + 1:,}: {why}"
    columns = {name: np.array([row.numbers[k] for row in rows]) for k, name in enumerate(sums.columns)}
    found = sums(Batch(0, columns, None), point).sums
    sizes = zip(found, zip(*terms, strict=True), strict=True)
    agrees = all(abs(number - total(of)) <= CLOSE * total(map(abs, of)) for number, of in sizes)
    return Sampled(len(rows), len(rows) * len(wrt), proved, doubt, agrees)


def judged_row(graph: Graph, at: Mapping[int, float], wrt: Sequence[int]) -> tuple[list[float], dict[str, str]]:
    """J and its gradient at a point, as they are proved where they are; the names of those that are not, and why."""
    run = forward(graph, FLOAT64, at)
    back, judgement = judged(graph, run, at, wrt, Options(), ())
    slopes = [float(judgement.slopes[i]) if i in judgement.slopes else back.adjoints[i] for i in wrt]
    verdicts = {graph.names[i]: judgement.gradients[i] for i in wrt}
    doubts = {name: verdict.reason or verdict.status for name, verdict in verdicts.items() if verdict.status != "agree"}
    return [run.values[graph.output], *slopes], doubts
