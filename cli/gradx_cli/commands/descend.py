"""gradx descend: gradient descent, step by step."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from gradx.errors import GradxError
from gradx.lessons.descents.arrival import Arrival, arrival
from gradx.lessons.descents.descent import Descent, Outcome, Task
from gradx.lessons.descents.holding_rate import Holding, holding_rate
from gradx.lessons.descents.parameters import parameters
from gradx.lessons.descents.trail import Trail
from gradx_cli.arguments import Request, number, request, whole_number
from gradx_cli.interruption import Interruption
from gradx_cli.options import Ascii, ExitZero, Expression, File, Json, Words, Wrt
from gradx_cli.views.descend.progress import Progress
from gradx_cli.views.terminal import terminal, warn

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
    ascii: Ascii = False,
    exit_zero: ExitZero = False,
) -> int:
    """Gradient descent, step by step.

    [bold]Examples[/bold]

      gradx descend "(w - 3)^2" w=0 --rate 0.1 --steps 50
      gradx descend "(w*2 + b - 1)^2" w=0 b=0 --wrt w --rate 0.05 --rate 0.2
      gradx descend "x*exp(-x)" x=0 --maximise --json

    Repeats w = w - rate*dJ/dw over the inputs of --wrt, the others fixed (without it data are: inputs named x or y, and
    what the program gives, as long as others are left), until it has converged, --steps are done, it
    leaves the domain, or it diverges; then it says what rate would have held. The exit code is 1 where it diverged or
    left the domain. Ctrl-C ends it with what it has.
    """
    if minimise and maximise:
        raise GradxError("usage", "--minimise and --maximise are one or the other")
    asked = request(expression, words, file, command="gradx descend")
    point = asked.point()
    tasks = [_task(asked, point.values, wrt, each, steps, tolerance, maximise) for each in rate or [0.1]]
    if json:
        outcomes = _streamed(asked, tasks, point.warnings)
    else:
        warn((*asked.program.remarks, *point.warnings))
        outcomes = _shown(asked, tasks, () if wrt else parameters(asked.program)[1], ascii=ascii)
    return _exit_code(outcomes, exit_zero=exit_zero)


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
    chosen = asked.chosen(wrt) or parameters(asked.program)[0]
    return Task(graph, start, chosen, rate, steps, tolerance, maximise)


def _streamed(asked: Request, tasks: Sequence[Task], warnings: tuple[str, ...]) -> list[Outcome]:
    """One rate after the other as JSON Lines, each line written when its step is taken."""
    from gradx_cli.views.descend import json as descend_json

    outcomes = []
    with Interruption() as interruption:
        for task in tasks:
            descent = Descent(task)
            while descent.outcome is None:
                descend_json.show_steps(task, descent.advance(BLOCK))
                if interruption.asked:
                    descent.interrupt()
            outcome = descent.outcome
            outcomes.append(outcome)
            descend_json.show_end(
                asked.program, task, outcome, _holding(task, outcome), _arrival(task, outcome), warnings
            )
            if outcome.reason == "interrupted":
                break
    return outcomes


def _shown(asked: Request, tasks: Sequence[Task], held: Sequence[str], *, ascii: bool) -> list[Outcome]:
    """All rates side by side, as a table and a curve."""
    from gradx_cli.views.descend import text as descend_text

    descents = [Descent(task) for task in tasks]
    trails = [Trail() for _ in tasks]
    with Interruption() as interruption, Progress(sys.stderr, tasks[0].steps) as progress:
        while any(descent.outcome is None for descent in descents):
            for descent, trail in zip(descents, trails, strict=True):
                trail.keep(descent.advance(BLOCK))
                if interruption.asked:
                    descent.interrupt()
            progress.show([trail.steps[-1] for trail in trails])
    outcomes = [descent.outcome for descent in descents if descent.outcome is not None]
    holding = [_holding(task, outcome) for task, outcome in zip(tasks, outcomes, strict=True)]
    arrivals = [_arrival(task, outcome) for task, outcome in zip(tasks, outcomes, strict=True)]
    descend_text.show(asked.program, tasks, trails, outcomes, holding, arrivals, held, terminal(ascii))
    return outcomes


def _holding(task: Task, outcome: Outcome) -> Holding | None:
    if outcome.bounce is not None:
        return holding_rate(task, settling=True)
    return holding_rate(task) if outcome.reason in ("diverged", "domain") else None


def _arrival(task: Task, outcome: Outcome) -> Arrival | None:
    return arrival(task, outcome.last) if outcome.reason == "converged" else None


def _exit_code(outcomes: Sequence[Outcome], *, exit_zero: bool) -> int:
    reasons = {outcome.reason for outcome in outcomes}
    if "interrupted" in reasons:
        return INTERRUPTED
    return 1 if reasons & {"diverged", "domain"} and not exit_zero else 0
