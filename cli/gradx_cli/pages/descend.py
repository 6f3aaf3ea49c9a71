"""The page of `descend`: a table of steps, J over the steps as a curve, and how each descent ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from gradx.bundle import Bundles
from gradx.language.program import Program
from gradx.lessons.descents.arrival import Arrival
from gradx.lessons.descents.descent import Outcome, Step, Task, Trail
from gradx.lessons.descents.holding_rate import Holding
from gradx_cli.answer import Record, head, selected
from gradx_cli.blocks import GAP, Block, Chart, Column, Item, Items, Part, Sentence, Table, Title, Tone
from gradx_cli.drawing.curves import PENS, Line, Plot, around
from gradx_cli.escape import safe
from gradx_cli.numbers import counted, shown
from gradx_cli.pages.bundle_numbers import in_line
from gradx_cli.terminal import LONGEST_TITLE

if TYPE_CHECKING:
    from gradx_cli.pages.fitted import Fitted

MOST_ROWS = 11
DIGITS = (10, 8, 6, 5, 4)
"""Significant digits, the fewer the narrower the screen."""

HEIGHT_ROWS, WIDEST_COLUMNS = 14, 100

BUNDLE_DIGITS = 6

LEAP_FACTOR = 1e3
"""Where J spans more than this, its logarithm is drawn."""

Written = Callable[[dict[str, float]], Mapping[str, object]]
"""How numbers by the names of inputs stand in an object."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A descent that has ended: why, the rate that would have held, what it came to rest at, the steps kept; over rows
    what they were."""

    program: Program
    task: Task
    outcome: Outcome
    holding: Holding | None
    arrival: Arrival | None
    trail: Trail
    fitted: Fitted | None = None

    @property
    def output(self) -> str:
        return safe(self.program.graph.names[self.program.graph.output])

    def names(self, inputs: Sequence[str]) -> list[str]:
        """The names of inputs; of vectors and matrices those of the whole."""
        bundles = self.program.bundles
        return list(map(safe, inputs if bundles is None else bundles.owners(inputs)))

    @property
    def rate(self) -> str:
        return f"rate {shown(self.task.rate)}"

    @property
    def goal(self) -> str:
        return "maximum" if self.task.maximise else "minimum"

    @property
    def has_arrived(self) -> bool:
        """Whether the descent found what it looked for, as far as that is known."""
        return self.outcome.reason == "converged" and (self.arrival is None or self.arrival.shape == self.goal)

    @property
    def mark(self) -> tuple[str, Tone]:
        if self.has_arrived:
            return "✓", "confirmed"
        return ("–", "") if self.outcome.reason == "steps" and not self.outcome.bounce else ("!", "doubtful")

    def sentence(self) -> str:
        """The end, and where a smaller rate would have helped, which and why."""
        outcome, task, output = self.outcome, self.task, self.output
        last = outcome.last
        count = counted(last.number, "step")
        if outcome.reason == "converged":
            what = "" if self.arrival is None else f"; it is {safe(self.arrival.described(output))}"
            rested = "converged" if self.has_arrived else "came to rest"
            missed = "" if self.has_arrived else f", and not at a {self.goal}"
            return f"{rested} after {count}{missed}: no |d{output}| is above {shown(task.tolerance, 3)}{what}"
        if outcome.bounce is not None:
            places = " and ".join(f"{shown(step.value, 6)} at {self.place(step.point)}" for step in outcome.bounce)
            advice = "" if self.holding is None else f"; a rate of {shown(self.holding.rate)} would have held"
            return f"bounces: after {count} {output} goes back and forth between {places}{advice}"
        if outcome.reason == "interrupted" and self.fitted is not None:
            best = f"{output} over all rows was best after {count}, {shown(last.value)}"
            return f"interrupted: {best}; the largest |d{output}| is {shown(max(map(abs, last.gradient)), 4)} there"
        if outcome.reason in ("steps", "interrupted"):
            how = f"stopped after {count}, as asked" if outcome.reason == "steps" else f"interrupted after {count}"
            return f"{how}; the largest |d{output}| is {shown(max(map(abs, last.gradient)), 4)}"
        if outcome.reason == "domain":
            return f"left the domain after {count}: {self._left()}; {self._advice()}"
        if last.number == 0:
            return f"diverged: {output} or its gradient overflows at the start"
        if last.value * task.uphill == -math.inf:
            return f"diverged: {output} {self._away()} without end; no rate changes that"
        lost = [name for name, x in zip(task.wrt, last.point, strict=True) if not math.isfinite(x)]
        if math.isfinite(last.value) and (lost or not all(map(math.isfinite, last.gradient))):
            return f"diverged: after {count} {safe(lost[0]) if lost else f'd{output}'} overflows; {self._advice()}"
        return f"diverged: after {count} {output} is {shown(last.value, 4)}, worse than at the start; {self._advice()}"

    def place(self, point: Sequence[float]) -> str:
        """The numbers of the inputs that move."""
        return ", ".join(f"{safe(name)} = {shown(x, 6)}" for name, x in zip(self.task.wrt, point, strict=True))

    def _left(self) -> str:
        at = self.place(self.outcome.left_at or self.outcome.last.point)
        gone = "" if self.fitted is None else f": {self.fitted.fit.gone_said()}"
        if self.outcome.fault is None:
            return f"there is no finite gradient at {at}{gone}"
        return f"{safe(self.program.graph.span(self.outcome.fault).text)} has no value at {at}{gone}"

    def _away(self) -> str:
        return "rises" if self.task.maximise else "falls"

    def _advice(self) -> str:
        if self.fitted is not None:
            return self.fitted.advice(self.output)
        holding = self.holding
        if holding is None:
            return f"no smaller rate was found that holds (it may be that {self.output} {self._away()} without end)"
        held = f"a rate of {shown(holding.rate)} would have held"
        if holding.curvature is None or holding.limit is None:
            return held
        curvature = shown(holding.curvature, 4)
        return (
            f"{held}: {self.output}'s curvature along the gradient is {curvature}, "
            f"and a step overshoots above 2/{curvature} = {shown(holding.limit, 4)}"
        )


def blocks(ended: Sequence[Ended], held: Sequence[str]) -> Iterator[Block]:
    """The page of descents of one program side by side; `held` are the inputs taken for data."""
    first = ended[0]
    verb = "maximise" if first.task.maximise else "minimise"
    rates = ", ".join(shown(each.task.rate) for each in ended)
    yield from (GAP, Title(safe(first.program.shortened(LONGEST_TITLE))))
    moving = first.names(first.task.wrt)
    settings = "" if first.fitted is None else first.fitted.how.settings()
    yield Sentence(f"{verb} over {', '.join(moving)}, rate {rates}{settings}")
    if first.fitted is not None:
        yield first.fitted.sentence(first.output)
    if held:
        names = ", ".join(first.names(held))
        yield Sentence(f"held as data: {names} (--wrt names the inputs that move)")
    yield from (GAP, _table(first) if len(ended) == 1 else _side_by_side(ended), GAP)
    yield from _curve(ended)
    named = [("" if len(ended) == 1 else f"{each.rate}: ") + each.sentence() for each in ended]
    marks = [each.mark for each in ended]
    items = [Item(mark, said, tone) for (mark, tone), said in zip(marks, named, strict=True)]
    items += [item for each in ended if len(ended) == 1 for item in _parameters(each)]
    items += [] if first.fitted is None else first.fitted.items()
    yield from (GAP, Items(items, WIDEST_COLUMNS))


def in_objects(program: Program) -> Written:
    """How objects hold numbers: those of vectors and matrices as nested lists."""
    return dict[str, object] if program.bundles is None else program.bundles.nested


def step_record(task: Task, step: Step, written: Written = dict[str, object]) -> Record:
    """A step, as an object of its own."""
    return {"step": step.number, **_numbers(task, step, written), "rate": task.rate}


def end_record(ended: Ended, warnings: tuple[str, ...]) -> Record:
    """The last object of a descent."""
    task, outcome, holding, bounce = ended.task, ended.outcome, ended.holding, ended.outcome.bounce
    fitted, bundles, written = ended.fitted, ended.program.bundles, in_objects(ended.program)
    moving = set(task.wrt)
    held = [name for name in task.start if name not in moving]
    bend = fitted and fitted.curvature
    return {
        "done": True,
        "reason": outcome.reason,
        "message": ended.sentence(),
        **head("descend", ended.program, (*warnings, *(fitted.notes if fitted else ()))),
        **selected(task, "rate", "maximise", "tolerance"),
        "steps": outcome.last.number,
        "at": "bounce" if bounce else ended.arrival and ended.arrival.shape,
        "bounce": [{"point": written(_point(task, step.point)), "value": step.value} for step in bounce or ()],
        "held": held if bundles is None else list(bundles.owners(held)),
        **_numbers(task, outcome.last, written),
        "left_at": None if outcome.left_at is None else written(_point(task, outcome.left_at)),
        "holding_rate": holding and holding.rate,
        "rate_limit": 2 / bend if fitted and bend else holding and holding.limit,
        "curvature": bend if fitted else holding and holding.curvature,
        "data": fitted and fitted.record(),
    }


def _numbers(task: Task, step: Step, written: Written) -> Record:
    gradient = dict(zip(task.wrt, step.gradient, strict=True))
    return {"point": written(_point(task, step.point)), "value": step.value, "gradient": written(gradient)}


def _point(task: Task, numbers: Sequence[float]) -> dict[str, float]:
    """Every input's value, the fixed ones too."""
    return task.start | dict(zip(task.wrt, numbers, strict=True))


def _table(ended: Ended) -> Table:
    """A row a step."""
    output, inputs = ended.output, list(map(safe, ended.task.wrt))
    steps = ended.trail.rows(MOST_ROWS, ended.outcome.bounce)
    if ended.program.bundles is not None:
        return _of_bundles(ended, ended.program.bundles, steps)
    columns = [(name, [step.point[k] for step in steps]) for k, name in enumerate(inputs)]
    columns.append((output, [step.value for step in steps]))
    columns += [(f"d{output}/d{name}", [step.gradient[k] for step in steps]) for k, name in enumerate(inputs)]
    return _steps_table([step.number for step in steps], columns)


def _of_bundles(ended: Ended, bundles: Bundles, steps: Sequence[Step]) -> Table:
    """J, and of each vector and matrix how large the largest entry of its gradient is."""
    owners = [bundles.owners((name,))[0] for name in ended.task.wrt]
    columns = [(ended.output, [step.value for step in steps])]
    for name in dict.fromkeys(owners):
        places = [k for k, owner in enumerate(owners) if owner == name]
        numbers = [max(abs(step.gradient[k]) for k in places) for step in steps]
        columns.append((f"largest |d{safe(name)}|", numbers))
    return _steps_table([step.number for step in steps], columns)


def _parameters(ended: Ended) -> Iterator[Item]:
    """Where vectors and matrices have come to."""
    bundles = ended.program.bundles
    if ended.fitted is not None and ended.outcome.reason == "interrupted":
        yield Item("", ended.place(ended.outcome.last.point))
    if bundles is None:
        return
    last = dict(zip(ended.task.wrt, ended.outcome.last.point, strict=True))
    for group in bundles.groups:
        if all(name in last for name in group.names):
            numbers = [last[name] for name in group.names]
            yield Item("", f"{safe(group.name)} = {in_line(group, numbers, BUNDLE_DIGITS)}")


def _side_by_side(ended: Sequence[Ended]) -> Table:
    """J for every rate, at the same steps; empty where a descent had ended."""
    trails = [each.trail for each in ended]
    longest = max(trails, key=lambda trail: trail.steps[-1].number)
    chosen = {step.number for step in longest.spread(MOST_ROWS)} | {trail.steps[-1].number for trail in trails}
    numbers = sorted(chosen | {step.number for each in ended for step in each.outcome.bounce or ()})
    columns = []
    for each in ended:
        values = {step.number: step.value for step in (*each.trail.steps, *(each.outcome.bounce or ()))}
        columns.append((f"{each.output}, {each.rate}", [values.get(number) for number in numbers]))
    return _steps_table(numbers, columns)


Numbers = tuple[str, Sequence[float | None]]
"""The heading and the numbers of a column."""


def _steps_table(numbers: Sequence[int], columns: Sequence[Numbers], tried: int = 0) -> Table:
    """With as many digits as DIGITS[tried] says, and fewer where the room asks for it."""
    steps = [f"{number:,}" for number in numbers]
    texts = [(name, ["" if x is None else shown(x, DIGITS[tried]) for x in column]) for name, column in columns]
    all_shown = [Column(name, (Part(column, "decimal"),), right=True) for name, column in texts]
    said = []
    for row, step in enumerate(steps):
        values = [(column.heading, column.cell(row)) for column in all_shown]
        said.append(f"Step {step}: " + ", ".join(f"{name} = {value}" for name, value in values if value) + ".")
    first = Column("step", (Part(steps, "right"),), right=True, label="step ")
    fewer = [partial(_steps_table, numbers, columns, k) for k in range(tried + 1, len(DIGITS))] if not tried else []
    return Table([first, *all_shown], "steps of the descent", "plain", heads=1, sentences=said, narrower=fewer)


def _course(ended: Ended, *, is_named: bool) -> str:
    """From where to where J goes, as far as it is finite."""
    steps = [step for step in ended.trail.steps if math.isfinite(step.value)]
    if not steps:
        return ""
    at = f" at {ended.rate}" if is_named else ""
    first, last = shown(steps[0].value, 6), shown(steps[-1].value, 6)
    return f"{ended.output} goes from {first} to {last} in {counted(steps[-1].number, 'step')}{at}"


def _curve(ended: Sequence[Ended]) -> Iterator[Chart]:
    """J over the steps, a line a rate; its logarithm where that shows more."""
    lines = [[(float(step.number), step.value) for step in each.trail.steps] for each in ended]
    finite = [value for line in lines for _, value in line if math.isfinite(value)]
    if not finite:
        return
    name = ended[0].output
    if min(finite) > 0 and max(finite) > LEAP_FACTOR * min(finite):
        name = f"log10({name})"
        lines = [[(at, math.log10(value)) for at, value in line if math.isfinite(value)] for line in lines]
    steps = (0.0, max(1.0, *(line[-1][0] for line in lines if line)))
    heights = around(value for line in lines for _, value in line)
    # A line ends where it overflows.
    drawn = [list(takewhile(lambda point: math.isfinite(point[1]), line)) for line in lines]
    inked = [
        Line(line, PENS[k % len(PENS)], each.rate)
        for k, (line, each) in enumerate(zip(drawn, ended, strict=True))
        if line
    ]
    said = "; ".join(filter(None, (_course(each, is_named=len(ended) > 1) for each in ended)))
    yield Chart(name, "", Plot(inked, [], steps, heights, "step", said), HEIGHT_ROWS)
