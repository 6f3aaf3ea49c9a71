"""Wrong answers that somebody would give: what a broken rule leads to, told back by `check` under its own name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Final, cast

from gradx.derive.expression import UNWRITABLE, Sum
from gradx.derive.forms import formula_of
from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.program import Program, read_plainly
from gradx.lessons.checking import Checked, check
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import read_claim
from gradx.lessons.claims.sweep import Dependence
from gradx.lessons.mistakes.faults import FAR_FETCHED, KINDS, Fault, Kind, Numbers
from gradx.lessons.mistakes.mistake import all_faults
from gradx.lessons.quiz.item import Choice
from gradx.numbers.float64 import FLOAT64
from gradx.point.typed import Number
from gradx.sweeps.forward import Forward, forward

MOST_TRIED: Final = 24
"""So many broken rules are tried for one question."""

_AT_ONCE: Final = 4
_MORE: Final = 1
"""So many more than are wanted are looked for, to choose from."""

POINTS: Final = 16
_LEAST: Final = 6
_SEED: Final = 4_711
_VISIBLE: Final = 1e-6

Worth = list[float | None]
"""What a formula is at each of the points; None where it has no value."""


def distractors(program: Program, of: int, wrt: int, answer: str, draw: Random, most: int) -> list[Choice]:
    """Up to `most` wrong formulas for d(node `of`)/d(node `wrt`), which is `answer`: each differs from it and from all
    others at every point tried, and each is another mistake as long as there are such."""
    graph, answers = program.graph, Answers(program.graph)
    points = _points(graph)
    known = [_worth(graph, read_plainly(answer, frozenset(graph.index)).graph, points)]
    found: list[Choice] = []
    spare: list[Choice] = []
    candidates = islice(_wrong(answers, of, wrt, points, known[0]), MOST_TRIED)
    while len(found) < most + _MORE and (batch := list(islice(candidates, _AT_ONCE))):
        for kind, wrong, worth in batch:
            # Its shortest form, which takes long, is looked for only where it is none of the others.
            if not all(_differ(worth, other) for other in known):
                continue
            told = _told(program, of, wrt, kind, answers.written(wrong), answers)
            if told is not None:
                known.append(worth)
                (spare if told.mistake in {each.mistake for each in found} else found).append(told)
    chosen = found if len(found) <= most else draw.sample(found, most)
    return chosen + spare[: most - len(chosen)]


def _wrong(
    answers: Answers, of: int, wrt: int, points: Sequence[Forward[float]], right: Worth
) -> Iterator[tuple[Kind, Sum, Worth]]:
    """What mistakes lead to instead of d(node `of`)/d(node `wrt`), the natural ones first, and what it is worth: the
    same rules as in `check`, broken over sums instead of numbers. None is the derivative itself, none comes twice."""
    dependence = Dependence.of(answers.graph, of, wrt)
    if not answers.is_small or wrt not in dependence.graph.upstream(of):
        return
    sweep, found = answers.sweep(of, wrt), [right]
    for fault in sorted(all_faults(dependence), key=lambda fault: (fault.doubt, KINDS.index(fault.kind))):
        if fault.doubt >= FAR_FETCHED:
            return
        wrong = _broken(fault, cast("Numbers", sweep))
        plain = answers.forms.plain(wrong)
        if plain is None or not wrong.terms:
            continue
        worth = _worth(answers.graph, formula_of(plain, answers.graph).graph, points)
        if all(any(_apart(worth, other)) for other in found):
            found.append(worth)
            yield fault.kind, wrong, worth


def _broken(fault: Fault, sweep: Numbers) -> Sum:
    try:
        return cast("Sum", fault.derivative(sweep))
    except (ArithmeticError, ValueError, AttributeError, TypeError):
        return UNWRITABLE


def _told(program: Program, of: int, wrt: int, kind: Kind, formula: str | None, answers: Answers) -> Choice | None:
    """What `check` says of a formula, where it tells it back as the mistake it was made by."""
    result = None if formula is None else checked(program, of, wrt, formula, answers=answers)
    mistake = result.mistake if result and result.status == "wrong" else None
    if formula is None or mistake is None or mistake.kind != kind:
        return None
    return Choice(formula, False, kind, mistake.message)


def checked(
    program: Program, of: int, wrt: int, formula: str,
    point: Mapping[int, Number] | None = None, answers: Answers | None = None,
) -> Checked | None:  # fmt: skip
    """What `check` says of the claim that the derivative is `formula`; None where that cannot be read."""
    names, graph = program.graph.names, program.graph
    head = f"d{names[wrt]}" if of == graph.output else f"d{names[of]}/d{names[wrt]}"
    try:
        claim = read_claim(program, f"{head}={formula}")
    except GradxError:
        return None
    return check(program, [claim], point, answers=answers)[0]


def _points(graph: Graph) -> list[Forward[float]]:
    """The program at points, always the same, of its domain, at which formulas are compared."""
    draw = Random(_SEED)
    ranges = ((0.2, 0.9), (-2.0, 2.0), (0.5, 3.0), (-0.9, 0.9))
    points = ({i: draw.uniform(*ranges[k % len(ranges)]) for i in graph.inputs} for k in range(POINTS))
    runs = (forward(graph, FLOAT64, point) for point in points)
    return [run for run in runs if graph.output not in run.faults]


def _worth(graph: Graph, formula: Graph, points: Sequence[Forward[float]]) -> Worth:
    """What a formula in the program's names is worth at the points; None where it has no value."""
    found: Worth = []
    for run in points:
        claimed = forward(formula, FLOAT64, {i: run.values[graph.index[formula.names[i]]] for i in formula.inputs})
        found.append(None if formula.output in claimed.faults else claimed.values[formula.output])
    return found


def _apart(one: Worth, other: Worth) -> list[bool]:
    """Whether two formulas differ, at each point at which both have a value."""
    pairs = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
    return [abs(x - y) > _VISIBLE * max(abs(x), abs(y), 1e-3) for x, y in pairs]


def _differ(one: Worth, other: Worth) -> bool:
    """Whether they do so at all of these points, and these are several."""
    apart = _apart(one, other)
    return len(apart) >= _LEAST and all(apart)
