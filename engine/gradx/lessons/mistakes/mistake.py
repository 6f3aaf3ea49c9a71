"""Where a wrong derivative went wrong: the one broken rule that reproduces it exactly, at every point.

When several do, `PREFERENCE` picks the one to name, after the faults that are natural have been put before the
far-fetched ones (several places at once, two things left out together). A number fits many things by chance, and its
likeliest story is that it is somebody else's: there the wrong variable comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from gradx.errors import Span
from gradx.graph import Graph
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.judging import Judged
from gradx.lessons.claims.trial import Trial, gives
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenRule, Fault, Kind, repeated_faults, single_faults
from gradx.lessons.mistakes.questions import mistaken_questions
from gradx.lessons.mistakes.rules import broken_rules
from gradx.lessons.mistakes.wording import Wording
from gradx.numbers.balls import precision

PREFERENCE: tuple[Kind, ...] = get_args(Kind)

MOST_WORK = 20_000
"""How much is tried: a node of n arguments has about n broken rules of each sort, and each of them costs n."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What went wrong: `message` is one sentence, `place` its sub-expression, `also` the other kinds that fit."""

    kind: Kind
    message: str
    place: Span
    also: tuple[Kind, ...]


def find_mistake(dependence: Dependence, judged: Judged) -> Mistake | None:
    """The mistake behind a claim that was judged wrong; None where no single one reproduces it."""
    if judged.refuting is None:
        return None
    with precision(max(trial.bits for trial in (judged.refuting, *judged.trials))):
        return _found(dependence, judged, judged.refuting)


def _found(dependence: Dependence, judged: Judged, first: Trial) -> Mistake | None:
    likely = [fault for fault in _faults(dependence, judged.trials) if gives(fault.derivative(first), first)]
    trials = judged.trials if likely else ()
    fitting = [fault for fault in likely if all(gives(fault.derivative(t), t) for t in trials)]
    if not fitting:
        return None
    fitting.sort(key=_rank(number=judged.claim.is_number and len(trials) == 1))
    best = fitting[0]
    also = tuple(dict.fromkeys(fault.kind for fault in fitting if fault.kind != best.kind))
    return Mistake(best.kind, best.sentence(Wording(dependence, first, trials)), _place(dependence.graph, best), also)


def _place(graph: Graph, fault: Fault) -> Span:
    """Where a fault stands. A leaf stands where it appears first, and is meant where it is an argument."""
    place = graph.output if fault.place is None else fault.place
    own = graph.span(place)
    if fault.node is None or graph.primitives[place] is not None:
        return own
    whole, arguments = graph.span(fault.node), graph.arguments[fault.node]
    leaf, text = own.text, whole.text
    if arguments.count(place) > 1:
        return whole
    if arguments[-1] == place and text.endswith(leaf):
        return Span(whole.source, whole.offset + whole.length - own.length, own.length)
    if arguments[0] == place and text.startswith(leaf):
        return Span(whole.source, whole.offset, own.length)
    return own if graph.consumers[place] == (fault.node,) else whole


def _faults(dependence: Dependence, trials: Sequence[Trial]) -> Iterator[Fault]:
    broken: list[BrokenRule] = []
    left = MOST_WORK
    for i in dependence.between:
        work = len(dependence.node(i).inputs) ** 2
        if work > left:
            continue
        left -= work
        broken += broken_rules(dependence, i)
    yield from single_faults(broken)
    yield from repeated_faults(broken)
    yield from mistaken_questions(dependence, trials)


def _rank(*, number: bool) -> Callable[[Fault], tuple[bool, bool, int, int]]:
    def rank(fault: Fault) -> tuple[bool, bool, int, int]:
        foreign = number and fault.kind == "wrong-variable" and fault.doubt < FAR_FETCHED
        return (not foreign, fault.doubt >= FAR_FETCHED, PREFERENCE.index(fault.kind), fault.doubt)

    return rank
