"""gradx descend: gradient descent, step by step."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.lessons.descents.descent import Descent, Outcome, Step, Task
from gradx.lessons.descents.holding_rate import Holding, holding_rate
from gradx.lessons.descents.trail import Trail
from gradx_cli.answer import Answer, Medium, Record
from gradx_cli.arguments import Request, number, request, whole_number
from gradx_cli.blocks import Block
from gradx_cli.interruption import Interruption
from gradx_cli.options import Ascii, ExitZero, Expression, File, Format, Json, Words, Wrt
from gradx_cli.pages.descend import blocks, end_record, step_record
from gradx_cli.progress import Progress
from gradx_cli.renderers import DEFAULT, show

BLOCK = 500
"""Steps between two looks at the clock and at Ctrl-C."""

MOST_STEPS = 10**12
INTERRUPTED = 130


def _rate(text: object) -> float:
    found = number("--rate", str(text))
    if found <= 0:
        raise GradxError(
            "usage", f"--rate must be above 0, and {text} is not", hint="--maximise goes uphill; a usual rate is 0.1"
        )
    return found


def _steps(text: object) -> int:
    return whole_number("--steps", str(text), 1, MOST_STEPS, expression=True)


def _tolerance(text: object) -> float:
    found = number("--tolerance", str(text))
    if found < 0:
        raise GradxError("usage", f"--tolerance must be 0 or more, and {text} is not")
    return found


def command(
    expression: Expression = None,
    words: Words = None,
    *,
    rate: Annotated[
        list[float] | None,
        typer.Option(
            "--rate",
            parser=_rate,
            metavar="NUMBER",
            show_default=False,
            help="The step's size, 0.1 if not given. Several run side by side.",
        ),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", parser=_steps, metavar="N", help="At most so many steps.")] = 100,
    tolerance: Annotated[
        float,
        typer.Option(
            "--tolerance", parser=_tolerance, metavar="NUMBER", help="Converged where no |dJ/dw| is above this."
        ),
    ] = 1e-9,
    wrt: Wrt = None,
    minimise: Annotated[bool, typer.Option("--minimise", help="Go downhill, which is the default.")] = False,
    maximise: Annotated[bool, typer.Option("--maximise", help="Go uphill.")] = False,
    file: File = None,
    json: Json = False,
    format: Format = DEFAULT,
    ascii: Ascii = False,
    exit_zero: ExitZero = False,
) -> int:
    """Gradient descent, step by step.

    [bold]Examples[/bold]

      gradx descend "(w - 3)^2" w=0 --rate 0.1 --steps 50
      gradx descend "(w*2 + b - 1)^2" w=0 b=0 --wrt w --rate 0.05 --rate 0.2
      gradx descend "x*exp(-x)" x=0 --maximise --json

    Repeats w = w - rate*dJ/dw over the inputs of --wrt, the others fixed, until it has converged, --steps are done, it
    leaves the domain, or it diverges; then it says what rate would have held. The exit code is 1 where it diverged or
    left the domain. Ctrl-C ends it with what it has.
    """
    if minimise and maximise:
        raise GradxError("usage", "--minimise and --maximise are one or the other")
    asked = request(expression, words, file, command="gradx descend")
    point = asked.point()
    tasks = [_task(asked, point.values, wrt, each, steps, tolerance, maximise) for each in rate or [0.1]]
    run = _Run(asked.program, tasks, (*asked.program.remarks, *point.warnings))
    show(Answer(run.page, run.records(), run.rows(), run.warnings), "json" if json else format, ascii=ascii)
    return _exit_code(run.outcomes, exit_zero=exit_zero)


def _task(
    asked: Request,
    start: dict[str, float],
    wrt: Sequence[str] | None,
    rate: float,
    steps: int,
    tolerance: float,
    maximise: bool,
) -> Task:
    graph = asked.program.graph
    chosen = asked.chosen(wrt) or tuple(graph.names[i] for i in graph.inputs)
    return Task(graph, start, chosen, rate, steps, tolerance, maximise)


class _Run:
    """The descents, run as somebody asks for them: one after the other for a script, side by side for a page."""

    def __init__(self, program: Program, tasks: Sequence[Task], warnings: tuple[str, ...]) -> None:
        self.program = program
        self.tasks = tasks
        self.warnings = warnings
        self.outcomes: list[Outcome] = []

    def records(self) -> Iterator[Record]:
        """An object a step, as soon as it is taken, and one for the end of each descent."""
        for task, found in self._streamed():
            if isinstance(found, Outcome):
                yield end_record(self.program, task, found, _holding(task, found), self.warnings)
            else:
                yield step_record(task, found)

    def rows(self) -> Iterator[Record]:
        """A row a step."""
        return (step_record(task, found) for task, found in self._streamed() if not isinstance(found, Outcome))

    def page(self, medium: Medium) -> Iterator[Block]:
        """All of them once they have ended, as a table and a curve."""
        descents = [Descent(task) for task in self.tasks]
        trails = [Trail() for _ in self.tasks]
        with Interruption() as interruption, Progress(sys.stderr, self.tasks[0].steps) as progress:
            while any(descent.outcome is None for descent in descents):
                for descent, trail in zip(descents, trails, strict=True):
                    trail.keep(descent.advance(BLOCK))
                    if interruption.asked:
                        descent.interrupt()
                progress.show([trail.steps[-1] for trail in trails])
        self.outcomes = [descent.outcome for descent in descents if descent.outcome is not None]
        holding = [_holding(task, outcome) for task, outcome in zip(self.tasks, self.outcomes, strict=True)]
        ended = list(zip(self.tasks, trails, self.outcomes, holding, strict=True))
        yield from blocks(self.program, ended, medium)

    def _streamed(self) -> Iterator[tuple[Task, Step | Outcome]]:
        with Interruption() as interruption:
            for task in self.tasks:
                descent = Descent(task)
                while descent.outcome is None:
                    for step in descent.advance(BLOCK):
                        yield task, step
                    if interruption.asked:
                        descent.interrupt()
                self.outcomes.append(descent.outcome)
                yield task, descent.outcome
                if descent.outcome.reason == "interrupted":
                    break


def _holding(task: Task, outcome: Outcome) -> Holding | None:
    return holding_rate(task) if outcome.reason in ("diverged", "domain") else None


def _exit_code(outcomes: Sequence[Outcome], *, exit_zero: bool) -> int:
    reasons = {outcome.reason for outcome in outcomes}
    if "interrupted" in reasons:
        return INTERRUPTED
    return 1 if reasons & {"diverged", "domain"} and not exit_zero else 0
