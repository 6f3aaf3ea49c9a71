"""gradx descend: gradient descent, step by step."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Annotated

from gradx.errors import GradxError
from gradx.language.bindings import Point
from gradx.language.program import Program
from gradx.lessons.descents.arrival import arrival
from gradx.lessons.descents.descent import Descent, Outcome, Step, Stepper, Task
from gradx.lessons.descents.holding_rate import holding_rate
from gradx.lessons.descents.parameters import parameters
from gradx.lessons.descents.trail import Trail
from gradx_cli import INTERRUPTED
from gradx_cli.answer import Answer, Medium, Record
from gradx_cli.arguments import names_of, number
from gradx_cli.blocks import Block
from gradx_cli.escape import safe
from gradx_cli.interruption import Interruption
from gradx_cli.numbers import shown
from gradx_cli.options import ExitZero, Typed, Wrt, option, whole
from gradx_cli.pages.descend import Ended, blocks, end_record, nested, step_record
from gradx_cli.progress import Progress

BLOCK_STEPS = 500
"""Steps between two looks at the clock and at Ctrl-C."""

MOST_STEPS = 10**12

PATIENCE_S = 1.0
"""Before anything is said of how far it is."""

ON_A_TERMINAL_S, IN_A_LOG_S = 0.2, 5.0
"""Between two messages."""

UPHILL = "--maximise goes uphill; a usual rate is 0.1"


def _at_least_0(option: str, bound: str, hint: str | None = None) -> Callable[[object], float]:
    """What reads a number that is not negative: `bound` says in words whether it can be 0."""

    def read(text: object) -> float:
        found = number(option, str(text))
        if found < 0 or (found == 0 and bound == "above 0"):
            raise GradxError("usage", f"{option} must be {bound}, and {text} is not", hint=hint)
        return found

    return read


Rates = Annotated[
    list[float] | None,
    option(
        "--rate",
        "The step's size, 0.1 if not given. Several run side by side.",
        "NUMBER",
        reads=_at_least_0("--rate", "above 0", UPHILL),
    ),
]
READ_STEPS = whole("--steps", 1, MOST_STEPS, expression=True)
Steps = Annotated[int, option("--steps", "At most so many steps.", "N", reads=READ_STEPS, default=True)]
Tolerance = Annotated[
    float,
    option(
        "--tolerance",
        "Converged where no |dJ/dw| is above this.",
        "NUMBER",
        reads=_at_least_0("--tolerance", "0 or more"),
        default=True,
    ),
]


def command(
    typed: Typed,
    *,
    rate: Rates = None,
    steps: Steps = 100,
    tolerance: Tolerance = 1e-9,
    wrt: Wrt = None,
    minimise: Annotated[bool, option("--minimise", "Go downhill, which is the default.")] = False,
    maximise: Annotated[bool, option("--maximise", "Go uphill.")] = False,
    exit_zero: ExitZero = False,
) -> int:
    """Gradient descent, step by step.

    [bold]Examples[/bold]

      gradx descend "(w - 3)^2" w=0 --rate 0.1 --steps 50
      gradx descend "(w*2 + b - 1)^2" w=0 b=0 --wrt w --rate 0.05 --rate 0.2
      gradx descend "x*exp(-x)" x=0 --maximise --json

    Repeats w = w - rate*dJ/dw over the inputs of --wrt, the others fixed (without it data are: inputs named x or y, and
    what the program gives, as long as others are left), until it has converged, --steps are done, it leaves the domain,
    or it diverges; then it says what rate would have held. The exit code is 1 where it diverged or left the domain.
    Ctrl-C ends it with what it has.
    """
    if minimise and maximise:
        raise GradxError("usage", "--minimise and --maximise are one or the other")
    asked = typed.read("gradx descend", known=names_of(wrt))
    program, point, chosen = asked.program, asked.point(), asked.chosen(wrt)
    moving, data = parameters(program)
    wanted = chosen or moving
    arrays = None if program.bundles is None else _arrays(program, point, wanted)
    tasks = [
        Task(program.graph, point.values, wanted, each, steps, tolerance, maximise, arrays) for each in rate or [0.1]
    ]
    run = _Run(program, tasks, () if wrt else data, (*program.remarks, *point.warnings))
    typed.show(Answer(run.page, run.records(), run.rows(), run.warnings, run.alone()))
    return _exit_code(run.outcomes, exit_zero=exit_zero)


def _arrays(program: Program, point: Point, wrt: Sequence[str]) -> Stepper | None:
    """What steps whole arrays, where the program is large."""
    from gradx.lessons.descents.by_arrays import array_gradient

    return array_gradient(program, point.values, wrt)


class _Run:
    """The descents, run as somebody asks for them: one after the other for a script, side by side for a page."""

    def __init__(self, program: Program, tasks: Sequence[Task], held: Sequence[str], warnings: tuple[str, ...]) -> None:
        self.program = program
        self.tasks = tasks
        self.held = held
        self.warnings = warnings
        self.outcomes: list[Outcome] = []

    def records(self) -> Iterator[Record]:
        """An object a step, as soon as it is taken, and one for the end of each descent."""
        for task, found in self._streamed():
            if isinstance(found, Outcome):
                yield nested(self.program, end_record(_ended(self.program, task, found), self.warnings))
            else:
                yield nested(self.program, step_record(task, found))

    def rows(self) -> Iterator[Record]:
        """A row a step."""
        return (step_record(task, found) for task, found in self._streamed() if not isinstance(found, Outcome))

    def alone(self) -> Iterator[str]:
        """Where each descent ended: a line an input."""
        for task, found in self._streamed():
            if isinstance(found, Outcome):
                yield from (f"{safe(name)} {shown(x)}" for name, x in zip(task.wrt, found.last.point, strict=True))

    def page(self, medium: Medium) -> Iterator[Block]:
        """All of them once they have ended, as a table and a curve."""
        descents = [Descent(task) for task in self.tasks]
        trails = [Trail() for _ in self.tasks]
        tty = sys.stderr.isatty()
        pause_s = ON_A_TERMINAL_S if tty else IN_A_LOG_S
        with Interruption() as interruption, Progress(sys.stderr, PATIENCE_S, pause_s, rewritten=tty) as progress:
            while any(descent.outcome is None for descent in descents):
                for descent, trail in zip(descents, trails, strict=True):
                    trail.keep(descent.advance(BLOCK_STEPS))
                    if interruption.asked:
                        descent.interrupt()
                progress.tell(_standing([trail.steps[-1] for trail in trails], self.tasks[0].steps))
        self.outcomes = [descent.outcome for descent in descents if descent.outcome is not None]
        ended = map(_ended, repeat(self.program), self.tasks, self.outcomes, trails)
        yield from blocks(list(ended), self.held)

    def _streamed(self) -> Iterator[tuple[Task, Step | Outcome]]:
        with Interruption() as interruption:
            for task in self.tasks:
                descent = Descent(task)
                while descent.outcome is None:
                    for step in descent.advance(BLOCK_STEPS):
                        yield task, step
                    if interruption.asked:
                        descent.interrupt()
                self.outcomes.append(descent.outcome)
                yield task, descent.outcome
                if descent.outcome.reason == "interrupted":
                    break


def _standing(last: Sequence[Step], steps: int) -> str:
    values = ", ".join(shown(step.value, 6) for step in last)
    return f"step {max(step.number for step in last):,} of {steps:,}: {values} (Ctrl-C shows what there is)"


def _ended(program: Program, task: Task, outcome: Outcome, trail: Trail | None = None) -> Ended:
    """The descent with the rate that would have held, or what it came to rest at."""
    failed = outcome.bounce is not None or outcome.reason in ("diverged", "domain")
    holding = holding_rate(task, settling=outcome.bounce is not None) if failed else None
    rest = arrival(task, outcome.last) if outcome.reason == "converged" else None
    return Ended(program, task, outcome, holding, rest, trail or Trail())


def _exit_code(outcomes: Sequence[Outcome], *, exit_zero: bool) -> int:
    reasons = {outcome.reason for outcome in outcomes}
    if "interrupted" in reasons:
        return INTERRUPTED
    return 1 if reasons & {"diverged", "domain"} and not exit_zero else 0
