"""gradx descend: gradient descent, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.lessons.descents.arrival import arrival
from gradx.lessons.descents.descent import Descent, Outcome, Step, Stepper, Task, Trail, parameters
from gradx.lessons.descents.holding_rate import holding_rate
from gradx_cli import INTERRUPTED, parameter_files
from gradx_cli.answer import Answer, Medium, Record
from gradx_cli.arguments import names_of
from gradx_cli.blocks import Block
from gradx_cli.escape import safe
from gradx_cli.inputs import shown as called
from gradx_cli.numbers import counted, shown
from gradx_cli.options import ExitZero, Force, Strict, Typed, Wrt, file_option, option, real, whole
from gradx_cli.output import check_free
from gradx_cli.pages.descend import Ended, blocks, end_record, in_objects, step_record
from gradx_cli.terminal import tell
from gradx_cli.waiting import Interruption, on_standard_error

if TYPE_CHECKING:
    from gradx_cli.fitting import Fitting

MOST_STEPS = 10**12

PATIENCE_S = 1.0
"""Before anything is said of how far it is."""


def _where(_option: str, where: str) -> str:
    if where != "dask" and "://" not in where:
        raise GradxError(
            "usage", f"--on cannot be {where!r}", hint="it can be dask, or a scheduler as in tcp://host:8786"
        )
    return where


UPHILL = "--maximise goes uphill; a usual rate is 0.1"
SIDE_BY_SIDE = "The step's size, 0.1 if not given. Several run side by side."
Rates = Annotated[list[float] | None, option("--rate", SIDE_BY_SIDE, "NUMBER", reads=real("above 0", UPHILL))]
SO_MANY = whole(1, MOST_STEPS, expression=True)
Steps = Annotated[int, option("--steps", "At most so many steps.", "N", reads=SO_MANY, default=True)]
AT_REST = "Converged where no |dJ/dw| is above this."
Tolerance = Annotated[float, option("--tolerance", AT_REST, "NUMBER", reads=real("0 or more"), default=True)]

OF_ROWS = "J is the mean over the rows of a CSV or Parquet file, whose columns are the other inputs."
DRAWN = "Sum over N rows in a step, drawn anew in each epoch; over twice as many once an epoch brings no lower J."
THE_SAME = "The same seed, the same mini-batches."
MOMENTUM = real("from 0 to below 1", "0 is none, a usual one is 0.9")
HEAVY_BALL = "A step over rows is v = NUMBER*v + dJ/dw, w = w - rate*v."
ON_DASK = "Sum on Dask: dask for workers on this machine, or a scheduler, tcp://host:8786."


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, how J and its gradient are summed over them, and the parameters that come and go in files."""

    data: Annotated[Path | None, file_option("--data", OF_ROWS)] = None
    reduce: Annotated[
        Literal["mean", "sum"], option("--reduce", "J is the mean over the rows, or their sum.", default=True)
    ] = "mean"
    batch: Annotated[int | None, option("--batch", DRAWN, "N", reads=whole(1))] = None
    seed: Annotated[int, option("--seed", THE_SAME, "N", reads=whole(0, 2**53), default=True)] = 0
    momentum: Annotated[float, option("--momentum", HEAVY_BALL, "NUMBER", reads=MOMENTUM, default=True)] = 0.0
    strict: Strict = False
    on: Annotated[str | None, option("--on", ON_DASK, "WHERE", reads=_where)] = None
    save: Annotated[Path | None, file_option("--save", "Write the inputs that moved to a JSON file.")] = None
    from_: Annotated[Path | None, file_option("--from", "Start from the numbers that --save wrote.")] = None
    force: Force = False

    def fitting(self, typed: Typed, wrt: Sequence[str] | None) -> Fitting | None:
        """What sums over rows, None where there are none. GradxError where an option needs others."""
        if self.data is None:
            for name in ("batch", "seed", "momentum", "on"):
                if getattr(self, name):
                    raise GradxError("usage", f"--{name} is for sums over rows", hint="--data FILE names the rows")
            return None
        from gradx_cli.fitting import Fitting
        from gradx_cli.pages.fitted import How
        from gradx_cli.rows import table_of

        if self.seed and not self.batch:
            raise GradxError("usage", "--seed is for mini-batches", hint="--batch N draws them")
        if self.on and str(self.data) == "-":
            hint = "--data FILE, at a path that every worker sees"
            raise GradxError("usage", "standard input cannot go to Dask's workers", hint=hint)
        if self.batch and self.on:
            hint = "leave --batch out: every step then sums over all rows"
            raise GradxError(
                "usage", "--batch draws from rows in the memory of this machine, and --on has them elsewhere", hint=hint
            )
        words = typed.words or ()
        typed, table = table_of(typed, self.data, again=True)
        assert table is not None
        how = How(table.where, (), self.reduce, self.momentum, self.batch, self.seed, self.on)
        asked = typed.read("gradx descend", known=(*names_of(wrt), *table.names))
        renamed = tuple(word for word in words if word not in (typed.words or ()))
        return Fitting(asked, table, how, wrt, renamed, self.strict)

    def check_save(self, rates: int) -> None:
        """GradxError where so many descents cannot be saved, or the file cannot be written."""
        if self.save is not None and rates > 1:
            raise GradxError("usage", "--save keeps one descent, and there are several rates", hint="leave one --rate")
        if self.save is not None:
            check_free(self.save, force=self.force)

    def from_saved(self, typed: Typed) -> Typed:
        """The words that are typed, and behind them what was saved."""
        saved = [] if self.from_ is None else parameter_files.words(self.from_)
        return replace(typed, words=[*(typed.words or ()), *saved]) if saved else typed

    def said(self, warning: str) -> str:
        """A warning about a name that is not used; where it stands in the file of --from, with that."""
        name = warning.partition(" is not used")[0]
        if self.from_ is None or name not in {word.partition("=")[0] for word in parameter_files.words(self.from_)}:
            return warning
        return f"{called(self.from_)}: {warning}"


@dataclass(frozen=True, slots=True)
class Pace:
    """How large the steps are, how many there are at the most, along which inputs, and which way."""

    rate: Rates = None
    steps: Steps = 100
    tolerance: Tolerance = 1e-9
    wrt: Wrt = None
    minimise: Annotated[bool, option("--minimise", "Go downhill, which is the default.")] = False
    maximise: Annotated[bool, option("--maximise", "Go uphill.")] = False

    @property
    def rates(self) -> Sequence[float]:
        return self.rate or [0.1]

    def tasks(self, at: _Start) -> Sequence[Task]:
        """A descent for each rate."""
        graph, ends = at.program.graph, (self.steps, self.tolerance, self.maximise)
        return [Task(graph, at.start, at.moving, rate, *ends, at.arrays) for rate in self.rates]


def command(typed: Typed, rows: Rows, pace: Pace, *, exit_zero: ExitZero = False) -> int:
    """Gradient descent, step by step.

    [bold]Examples[/bold]

      gradx descend "(w - 3)^2" w=0 --rate 0.1 --steps 50
      gradx descend "(w*2 + b - 1)^2" w=0 b=0 --wrt w --rate 0.05 --rate 0.2
      gradx descend "x*exp(-x)" x=0 --maximise --json
      gradx descend "(w*x + b - y)^2" --data rows.csv w=0 b=0 --momentum 0.9 --save fit.json

    Repeats w = w - rate*dJ/dw over the inputs of --wrt, the others fixed (without it data are: inputs named x or y, and
    what the program gives, as long as others are left), until it has converged, --steps are done, it leaves the domain,
    or it diverges; then it says what rate would have held. The exit code is 1 where it diverged or left the domain.
    Ctrl-C ends it with what it has.

    With --data J is the mean over the rows of a file: its columns are data, and the inputs that have a value on the
    command line move. Rows with a bad cell are skipped, counted and told. Once an epoch brings no lower J, mini-batches
    (--batch) grow, until they are all rows. The digits are the same for any number of processors and Dask's workers.
    """
    if pace.minimise and pace.maximise:
        raise GradxError("usage", "--minimise and --maximise are one or the other")
    rows.check_save(len(pace.rates))
    typed = rows.from_saved(typed)
    fitting = rows.fitting(typed, pace.wrt)
    at = _start(typed, pace.wrt) if fitting is None else _fitted_start(fitting)
    run = _Run(at._replace(warnings=tuple(map(rows.said, at.warnings))), pace.tasks(at), fitting)
    try:
        typed.show(Answer(run.page, run.records(), run.rows(), run.warnings, run.alone()))
    finally:
        if fitting is not None:
            fitting.close()
    if rows.save is not None:
        _save(rows.save, run, force=rows.force)
    return _exit_code(run.outcomes, exit_zero=exit_zero)


def _save(path: Path, run: _Run, *, force: bool) -> None:
    """Write where the descent came to, and say so on standard error; nothing where it went wrong."""
    (outcome,), wrt = run.outcomes, run.tasks[0].wrt
    if outcome.reason in ("diverged", "domain"):
        tell("nothing is saved: the descent ended at no place to go on from")
        return
    parameter_files.save(path, run.program, dict(zip(wrt, outcome.last.point, strict=True)), force=force)
    tell(f"wrote {called(path)}, the inputs that moved, after {counted(outcome.last.number, 'step')}")


class _Start(NamedTuple):
    """What is descended from where: every number, the inputs that move, those that were taken for data, and what steps
    whole arrays, where the program is large."""

    program: Program
    start: dict[str, float]
    moving: tuple[str, ...]
    held: tuple[str, ...]
    warnings: tuple[str, ...]
    arrays: Stepper | None = None


def _start(typed: Typed, wrt: Sequence[str] | None) -> _Start:
    """The program at one point."""
    asked = typed.read("gradx descend", known=names_of(wrt))
    program, point, chosen = asked.program, asked.point(), asked.chosen(wrt)
    moving, data = parameters(program)
    start = _Start(program, point.values, chosen or moving, () if wrt else data, (*program.remarks, *point.warnings))
    if program.bundles is None:
        return start
    from gradx.lessons.descents.by_arrays import array_gradient

    return start._replace(arrays=array_gradient(program, point.values, start.moving))


def _fitted_start(fitting: Fitting) -> _Start:
    """The program over the rows of a file."""
    return _Start(fitting.program, fitting.start, fitting.moving, (), fitting.warnings)


class _Run:
    """The descents, run as somebody asks for them: one after the other for a script, side by side for a page."""

    def __init__(self, at: _Start, tasks: Sequence[Task], fitting: Fitting | None) -> None:
        self.program, self.held, self.warnings = at.program, at.held, at.warnings
        self.tasks = tasks
        self._fitting = fitting
        self.outcomes: list[Outcome] = []

    def records(self) -> Iterator[Record]:
        """An object a step, as soon as it is taken, and one for the end of each descent."""
        for descent, found in self._streamed():
            if isinstance(found, Outcome):
                yield end_record(self._ended(descent, found), self.warnings)
            else:
                yield step_record(descent.task, found, in_objects(self.program))

    def rows(self) -> Iterator[Record]:
        """A row a step."""
        return (step_record(of.task, found) for of, found in self._streamed() if not isinstance(found, Outcome))

    def alone(self) -> Iterator[str]:
        """Where each descent ended: a line an input."""
        for of, found in self._streamed():
            if isinstance(found, Outcome):
                yield from (f"{safe(name)} {shown(x)}" for name, x in zip(of.task.wrt, found.last.point, strict=True))

    def page(self, medium: Medium) -> Iterator[Block]:
        """All of them once they have ended, as a table and a curve."""
        descents = [self._begin(task) for task in self.tasks]
        trails = [Trail() for _ in self.tasks]
        with Interruption() as interruption, on_standard_error(PATIENCE_S) as progress:
            while any(descent.outcome is None for descent in descents):
                for descent, trail in zip(descents, trails, strict=True):
                    trail.keep(descent.advance(descent.stride))
                    if interruption.asked:
                        descent.interrupt()
                progress.tell(_standing([trail.steps[-1] for trail in trails], self.tasks[0].steps))
        self.outcomes = [descent.outcome for descent in descents if descent.outcome is not None]
        yield from blocks(list(map(self._ended, descents, self.outcomes, trails)), self.held)

    def _begin(self, task: Task) -> Descent:
        return Descent(task) if self._fitting is None else self._fitting.begin(task)

    def _ended(self, descent: Descent, outcome: Outcome, trail: Trail | None = None) -> Ended:
        """The descent with the rate that would have held, what it came to rest at, or what its rows were."""
        task, trail = descent.task, trail or Trail()
        if self._fitting is not None:
            return Ended(self.program, task, outcome, None, None, trail, self._fitting.ended(descent))
        failed = outcome.bounce is not None or outcome.reason in ("diverged", "domain")
        holding = holding_rate(task, settling=outcome.bounce is not None) if failed else None
        rest = arrival(task, outcome.last) if outcome.reason == "converged" else None
        return Ended(self.program, task, outcome, holding, rest, trail)

    def _streamed(self) -> Iterator[tuple[Descent, Step | Outcome]]:
        with Interruption() as interruption:
            for task in self.tasks:
                descent = self._begin(task)
                while descent.outcome is None:
                    for step in descent.advance(descent.stride):
                        yield descent, step
                    if interruption.asked:
                        descent.interrupt()
                self.outcomes.append(descent.outcome)
                yield descent, descent.outcome
                if descent.outcome.reason == "interrupted":
                    break


def _standing(last: Sequence[Step], steps: int) -> str:
    values = ", ".join(shown(step.value, 6) for step in last)
    return f"step {max(step.number for step in last):,} of {steps:,}: {values} (Ctrl-C shows what there is)"


def _exit_code(outcomes: Sequence[Outcome], *, exit_zero: bool) -> int:
    reasons = {outcome.reason for outcome in outcomes}
    if "interrupted" in reasons:
        return INTERRUPTED
    return 1 if reasons & {"diverged", "domain"} and not exit_zero else 0
