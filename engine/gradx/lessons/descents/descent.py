"""Gradient descent: w ← w − α·dJ/dw, step by step, until it arrives, stops or goes wrong.

The first steps are done by the careful sweeps. When those have taken about as long as it takes, the graph is prepared
once (`gradx.sweeps.prepared`), the update recorded with it, and a step is one call of the tape, compiled. Where that
cannot answer (an overflow, a branch not taken that has no value), the careful sweeps do that one step.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, overload

from gradx.errors import GradxError
from gradx.export.compiled import compiled
from gradx.graph import Graph
from gradx.language.program import Program
from gradx.numbers.float64 import FLOAT64
from gradx.point.domain_error import domain_error
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.sweeps.prepared import guard, record
from gradx.sweeps.recording import Tape

Reason = Literal["converged", "steps", "diverged", "domain", "interrupted"]

NOISE = 1e-12
"""A relative change of J below this says nothing."""

BACK = 1e-6
"""A descent bounces that is, two steps later, where it was, to this part of the step between."""

PATIENCE = 20
"""Steps by the careful sweeps before the graph is prepared, which takes as long as 35 to 65 of them, from 30 to 100,000
operations; a step after that takes a fourteenth to a fourth of one."""

HUGE = 1e150
"""A node larger than this, where a gradient is not finite, has run away rather than reached the edge of a domain."""


MOST_NUMBERS = 100_000
"""Steps with so many inputs together are taken at once, at most."""


class Whole(NamedTuple):
    """A step in whole arrays; its gradient is worked out when it is looked at. `is_flat`: within the tolerance."""

    point: Sequence[float]
    value: float
    gradient: Sequence[float]
    is_flat: bool


Record = tuple[float, ...] | Whole
"""A step as it is computed: the point, J, the gradient."""


class Stepper(Protocol):
    """What takes many steps at once; see `gradx.lessons.descents.by_arrays`."""

    def steps(
        self, at: Sequence[float], count: int, rate: float, tolerance: float
    ) -> tuple[list[Record], Sequence[float]]:
        """At most `count` steps, and where they led: fewer where one is not finite, or is the last by the tolerance."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is descended: J = `graph` over the inputs `wrt`, from `start` (every input's value), with rate `rate`.

    It stops after `steps` steps, or when no |dJ/dw| is above `tolerance`. `maximise` climbs instead. `arrays` take the
    steps where a large program of bundles has them.
    """

    graph: Graph
    start: dict[str, float]
    wrt: tuple[str, ...]
    rate: float
    steps: int
    tolerance: float
    maximise: bool = False
    arrays: Stepper | None = None

    @property
    def uphill(self) -> float:
        """1 where a larger J is worse, -1 where it is better."""
        return -1.0 if self.maximise else 1.0


class Step(NamedTuple):
    """`number` steps were taken to get to `point` (the values of `wrt`, in their order); J and its gradient there."""

    number: int
    point: Sequence[float]
    value: float
    gradient: Sequence[float]


class Steps(Sequence[Step]):
    """Steps in order, the first of them number `start`; each is made a `Step` when it is looked at."""

    def __init__(self, start: int, size: int, records: list[Record]) -> None:
        self._start = start
        self._size = size
        self._records = records

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, k: int) -> Step: ...
    @overload
    def __getitem__(self, k: slice) -> list[Step]: ...
    def __getitem__(self, k: int | slice) -> Step | list[Step]:
        places = range(len(self._records))[k]
        return self._step(places) if isinstance(places, int) else [self._step(place) for place in places]

    def _step(self, place: int) -> Step:
        record, size = self._records[place], self._size
        if isinstance(record, Whole):
            return Step(self._start + place, *record[:3])
        return Step(self._start + place, record[:size], record[size], record[size + 1 : 2 * size + 1])


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a descent ended, and the last step with a value.

    `left_at` is the point (of `wrt`) at which there was no way on, `fault` the node that has no value there, None
    where it is J or its gradient that is not finite. `bounce` are the last two steps where the descent only goes back
    and forth between them.
    """

    reason: Reason
    last: Step
    left_at: tuple[float, ...] | None = None
    fault: int | None = None
    bounce: tuple[Step, Step] | None = None


class Descent:
    """One descent under way. `advance` takes steps, until `outcome` says why it ended; `stride` of them are no long
    time.

    Raises GradxError("usage") where there is nothing to move.
    """

    stride = 500

    def __init__(self, task: Task) -> None:
        if not task.wrt:
            raise GradxError("usage", "there is nothing to descend: the program has no inputs")
        self.task = task
        self.outcome: Outcome | None = None
        self._free = [task.graph.index[name] for name in task.wrt]
        self._point = {task.graph.index[name]: number for name, number in task.start.items()}
        self._at: Sequence[float] = tuple(self._point[i] for i in self._free)
        self._compiled: Callable[..., tuple[float, ...]] | None = None
        self._taken: int = 0
        self._first: Step | None = None
        self._recent: tuple[Step, ...] = ()

    def advance(self, count: int) -> Steps:
        """At most `count` more steps, in order (the first is step 0, the start); fewer once it has ended.

        Raises GradxError("domain") where J has no value at the start.
        """
        begin = self._taken
        count = min(count, max(1, MOST_NUMBERS // len(self._free)))
        found: list[Record] = []
        while self.outcome is None and len(found) < count:
            room = min(count - len(found), self.task.steps + 1 - self._taken)
            records = self._run(room)
            self._keep(records)
            end = None
            if len(records) < room and not (records and self._is_flat(records[-1])):
                careful, end = self._careful()
                self._keep(careful)
                records += careful
            found += records
            last = self._recent[-1]
            if end is not None:
                self.outcome = Outcome(end.reason, last, end.left_at, end.fault)
            elif records and self._is_flat(records[-1]):
                self.outcome = Outcome("converged", last)
            elif self._taken > self.task.steps:
                self.outcome = Outcome("diverged" if self._is_worse() else "steps", last, bounce=self._bounce())
        return Steps(begin, len(self._free), found)

    def interrupt(self) -> None:
        """End it here, with what it has."""
        if self.outcome is None and self._recent:
            self.outcome = Outcome("interrupted", self._recent[-1])

    def _run(self, count: int) -> list[Record]:
        """Steps by the tape, as records: `count`, or fewer where one is the last by the tolerance, or the tape cannot
        do the next; none as long as it does not pay to prepare one."""
        if self.task.arrays is not None:
            rate = self.task.rate * self.task.uphill
            records, self._at = self.task.arrays.steps(self._at, count, rate, self.task.tolerance)
            return records
        if self._taken < PATIENCE:
            return []
        if self._compiled is None:
            self._compiled = compiled(_tape(self.task, self._free, self._point))
        run, tolerance, slope = self._compiled, self.task.tolerance, len(self._free) + 1
        after = 2 * slope - 1
        at = self._at
        records = []
        try:
            for _ in range(count):
                found = run(*at)
                total = sum(found)
                if total - total != 0.0:
                    break
                record, at = found[:after], found[after:-1]
                records.append(record)
                if -tolerance <= record[slope] <= tolerance and self._is_flat(record):
                    break
        except (ArithmeticError, ValueError):
            # The bare functions of the tape raise at an edge or an overflow: the caller looks at that point with care.
            pass
        self._at = at
        return records

    def _careful(self) -> tuple[list[Record], Ending | None]:
        """One step by the careful sweeps: its record, and the end where there is no next one."""
        graph, free = self.task.graph, self._free
        at = tuple(self._at)
        run = forward(graph, FLOAT64, self._point | dict(zip(free, at, strict=True)))
        fault = run.faults.get(graph.output)
        if fault is not None:
            ran_away = not all(math.isfinite(run.values[j]) for j in graph.nodes[fault].inputs)
            if not self._taken and not ran_away:
                raise domain_error(graph, fault, run.values)
            return [], Ending("diverged" if ran_away else "domain", at, None if ran_away else fault)
        adjoints = backprop(graph, FLOAT64, run).adjoints
        gradient = tuple(adjoints[i] for i in free)
        record = (*at, run.values[graph.output], *gradient)
        if not all(map(math.isfinite, record)):
            ran_away = any(abs(v) > HUGE or v != v for v in (*at, *run.values))
            return [record], Ending("diverged" if ran_away else "domain", at, None)
        rate = self.task.rate * self.task.uphill
        self._at = tuple(w - rate * g for w, g in zip(at, gradient, strict=True))
        return [record], None

    def _keep(self, records: list[Record]) -> None:
        """Count the steps taken, and remember the first one and the last three."""
        steps = Steps(self._taken, len(self._free), records)
        if len(steps) and self._first is None:
            self._first = steps[0]
        self._recent = (*self._recent, *steps[-3:])[-3:]
        self._taken += len(steps)

    def _is_flat(self, record: Record) -> bool:
        if isinstance(record, Whole):
            return record.is_flat
        size = len(self._free)
        tolerance = self.task.tolerance
        return all(-tolerance <= slope <= tolerance for slope in record[size + 1 : 2 * size + 1])

    def _is_worse(self) -> bool:
        """Whether J ended on the wrong side of where it began, and was still going there."""
        if self._first is None or len(self._recent) < 2:
            return False
        before, last = (step.value * self.task.uphill for step in self._recent[-2:])
        first = self._first.value * self.task.uphill
        return last > before and last - first > NOISE * max(abs(first), abs(last))

    def _bounce(self) -> tuple[Step, Step] | None:
        """The last two steps where the one before them was at the point of the last."""
        if len(self._recent) < 3:
            return None
        earlier, before, last = self._recent
        moved = max(abs(a - b) for a, b in zip(before.point, last.point, strict=True))
        left = max(abs(a - b) for a, b in zip(earlier.point, last.point, strict=True))
        return (before, last) if left <= BACK * moved and moved > 0 else None


class Ending(NamedTuple):
    reason: Reason
    left_at: tuple[float, ...]
    fault: int | None


def _tape(task: Task, free: Sequence[int], point: Mapping[int, float]) -> Tape:
    """One step: from a point to the point, value, gradient, next point and guard."""
    recording = record(task.graph, free, point)
    rate = task.rate * task.uphill
    at = [recording.values[i] for i in free]
    results = [recording.value, *recording.gradient]
    following = [w - rate * slope for w, slope in zip(at, recording.gradient, strict=True)]
    return recording.recorder.tape([*at, *results, *following, guard(recording.recorder, results)])


KEPT, KEPT_LARGE = 4096, 64
"""So many steps are kept at most, besides the first and the last; of points of many numbers fewer."""


class Trail:
    """Every step, or every 2nd, 4th, 8th, … of them when there are many; the first and the last always."""

    def __init__(self) -> None:
        self._every = 1
        self._kept: list[Step] = []
        self._last: Step | None = None

    def keep(self, steps: Steps) -> None:
        if not steps:
            return
        first = -steps[0].number % self._every
        self._kept += steps[first :: self._every]
        self._last = steps[-1]
        most = min(KEPT, max(KEPT_LARGE, 50 * MOST_NUMBERS // len(steps[0].point)))
        while len(self._kept) > most:
            self._every *= 2
            self._kept = self._kept[::2]

    @property
    def steps(self) -> Sequence[Step]:
        """The steps kept, in order, the last one among them."""
        if self._last is None or self._kept[-1].number == self._last.number:
            return self._kept
        return [*self._kept, self._last]

    def spread(self, count: int) -> list[Step]:
        """`count` of the steps, evenly spread, with the first and the last (all, where there are no more)."""
        steps = self.steps
        if len(steps) <= count:
            return list(steps)
        last = steps[-1].number
        places = (round(k * last / (count - 1)) for k in range(count - 1))
        chosen = {min(round(place / self._every), len(steps) - 1) for place in places}
        return [steps[k] for k in sorted(chosen | {len(steps) - 1})]

    def rows(self, count: int, bounce: Sequence[Step] | None) -> list[Step]:
        """`spread`, with both steps of a bounce, which every second step would hide."""
        steps = {step.number: step for step in (*self.spread(count), *(bounce or ()))}
        return [steps[number] for number in sorted(steps)]


DATA = re.compile(r"[xy]_?\d*")
"""The names of inputs and labels: x, y, x1, y_2."""


BUNDLE_DATA = re.compile(r"[xyXY]_?\d*")
"""The same of vectors and matrices: X holds examples."""


def parameters(program: Program) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs that move, and those that are held: data by their name (x, y), and what the program itself gives.
    All move where nothing else would be left."""
    names = [program.graph.names[i] for i in program.graph.inputs]
    data = DATA if program.bundles is None else BUNDLE_DATA
    moving = tuple(n for n in names if not data.fullmatch(n.partition("[")[0]) and n not in program.defaults)
    if not moving:
        return tuple(names), ()
    moved = set(moving)
    return moving, tuple(name for name in names if name not in moved)
