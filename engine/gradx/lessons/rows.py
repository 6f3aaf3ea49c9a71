"""A program at many points: at each its value and its gradients, judged as at one point, and one word for all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Options, judged
from gradx.point.verdict import NOT_TAKEN, Verdict, confirmed
from gradx.sweeps.forward import forward

Trouble = Literal["disagree", "undecided", "jump", "edge", "kink", "vertical", "inexact", "unchecked"]
RowStatus = Literal["ok", "no value", "computed", "skipped", Trouble]

WORST_FIRST: tuple[Trouble, ...] = get_args(Trouble)
"""Of the verdicts of a row, the one that its status tells."""


class Row(NamedTuple):
    """One point: every input's number, the value and the verdict on it, the derivatives that are asked for and those on
    them.

    `value` and `verdict` are None where the output has no value, and `outside` says why. A gradient is None there, and
    in a branch that is not taken. `left` says of a row that is not judged whether it is computed all the same, is
    skipped (a number is missing, as `outside` says), or is one too many to be judged.
    """

    point: Mapping[str, float]
    value: float | None
    verdict: Verdict | None
    gradients: Mapping[str, float | None]
    verdicts: Mapping[str, Verdict]
    outside: str | None = None
    left: Literal["computed", "skipped", "unchecked"] | None = None

    @property
    def worst(self) -> tuple[str | None, Verdict] | None:
        """The verdict that is worst, and the derivative's name (None: of the value); None where all is proved."""
        if self.verdict is None:
            return None
        told = [(None, self.verdict), *self.verdicts.items()]
        found = [(name, verdict) for name, verdict in told if verdict is not NOT_TAKEN and verdict.status != "agree"]
        return min(found, key=lambda pair: WORST_FIRST.index(pair[1].status), default=None)

    @property
    def status(self) -> RowStatus:
        """`ok` where value and gradients are proved, `no value` outside of the domain, else the worst verdict; what
        `left` says where that is all there is."""
        if self.left is not None:
            return self.left
        if self.verdict is None:
            return "no value"
        worst = self.worst
        return "ok" if worst is None else next(status for status in WORST_FIRST if status == worst[1].status)

    @property
    def reason(self) -> str | None:
        """Why the row is not proved right."""
        if self.worst is None:
            return self.outside
        name, verdict = self.worst
        return verdict.reason if name is None or verdict.reason is None else f"{name}: {verdict.reason}"

    @property
    def proved(self) -> bool | None:
        """Whether every number of the row is proved to be right: False where one is not or there is no value, None
        where one was not judged."""
        if self.left is not None:
            return False if self.left == "skipped" else None
        return False if self.verdict is None else confirmed((*self.verdicts.values(), self.verdict))


class Found(NamedTuple):
    """What a point gives: the value and the verdict on it, and under their names the derivatives and those on them."""

    value: float
    verdict: Verdict
    gradients: Mapping[str, float | None]
    verdicts: Mapping[str, Verdict]


AtPoint = Callable[[Mapping[int, float], Sequence[Binding]], Found]
"""What is found at a point, which gives every input its number, under bindings. GradxError("domain") where the output
has no value."""


def answered(
    graph: Graph,
    held: Mapping[str, float],
    bindings: Sequence[Binding],
    rows: Iterable[Sequence[Binding]],
    at_point: AtPoint,
) -> Iterator[Row]:
    """A row for each of `rows`, whose bindings stand over the numbers `held` (name to number) and their `bindings`.

    The numbers have to be there for every input. A point outside of the domain is a row as well.
    """
    for row in rows:
        point = {**held, **{binding.name: binding.value for binding in row}}
        shown = {graph.names[i]: point[graph.names[i]] for i in graph.inputs}
        try:
            found = at_point({i: point[graph.names[i]] for i in graph.inputs}, (*bindings, *row))
        except GradxError as error:
            if error.problem.kind != "domain":
                raise
            yield Row(shown, None, None, {}, {}, error.problem.message)
            continue
        yield Row(shown, *found)


def gradients(graph: Graph, options: Options) -> AtPoint:
    """The gradients of the inputs that count."""
    counted = [i for i in graph.inputs if options.wrt is None or graph.names[i] in options.wrt]

    def at_point(at: Mapping[int, float], bindings: Sequence[Binding]) -> Found:
        run = forward(graph, FLOAT64, at)
        back, judgement = judged(graph, run, at, counted, options, bindings)
        found = {f"d{graph.names[i]}": None if i in run.dropped else back.adjoints[i] for i in counted}
        verdicts = {f"d{graph.names[i]}": judgement.gradients[i] for i in counted}
        return Found(run.values[graph.output], judgement.value, found, verdicts)

    return at_point
