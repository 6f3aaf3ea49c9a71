"""Problems made one after the other from a seed: what cannot be proved right is dropped, and nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from gradx.derive.forms import names_given
from gradx.errors import GradxError
from gradx.language.program import Program, read_plainly
from gradx.lessons.claims.sample import POINTS
from gradx.lessons.diff import Differentiation
from gradx.lessons.grading.key import LineFound, judged_lines, read_question
from gradx.lessons.quiz.item import (
    MOST,
    Answered,
    Choice,
    Effort,
    Item,
    Kind,
    Step,
    Term,
    checked,
    distractors,
    effort,
    formula,
    identity,
    stage,
    steps,
    total,
)
from gradx.lessons.quiz.programs import MOST_DEEP, TOPICS
from gradx.numbers.float64 import FLOAT64
from gradx.point.typed import typed_point
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

CHOICES: Final = 4
LONGEST: Final = 90
"""Characters of an answer that somebody still types."""

_TRIES_AN_ITEM, _TRIES, _TRIES_A_NODE = 60, 400, 6
_MOST_LINES: Final = 10
_NUMBERS: Final = (0, 1, 2, 3, -1, -2, 4)
_LARGEST, _FRACTION = 1000, 8
_POINTS_TRIED: Final = 24
_SLIPS: Final = 3

Seen = set[tuple[str, ...]]
"""The keys of the problems that are made."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: `topics`, or one `program`; `level` None is any."""

    kind: Kind
    topics: tuple[str, ...]
    program: Program | None
    level: int | None
    seed: int
    count: int


def items(wanted: Wanted) -> Iterator[Item]:
    """The problems, the same ones for the same seed; fewer than `count` where there are no more."""
    seen: Seen = set()
    made = 0
    for k in range(_tries(wanted)):
        if made == wanted.count:
            return
        draw = Random(f"{wanted.seed} {wanted.kind} {wanted.level} {k}")
        found = _attempt(wanted, draw, k, seen)
        if found is not None:
            seen.add(found.identity)
            made += 1
            yield found


def _tries(wanted: Wanted) -> int:
    """After how many attempts there are no more problems: about one program there are soon none."""
    if wanted.program is None:
        return _TRIES + _TRIES_AN_ITEM * wanted.count
    return _TRIES_A_NODE * len(wanted.program.graph.shown)


def _attempt(wanted: Wanted, draw: Random, k: int, seen: Seen) -> Item | None:
    try:
        program = wanted.program or _drawn(wanted, draw, k)
        return _MAKERS[wanted.kind](program, wanted.level, draw, seen)
    except GradxError:
        return None


def _drawn(wanted: Wanted, draw: Random, k: int) -> Program:
    """A program of one of the topics, which take turns."""
    topic = wanted.topics[k % len(wanted.topics)]
    deep = draw.randint(0, MOST_DEEP) if wanted.level is None else max(0, wanted.level - 1 + draw.choice((-1, 0, 0, 1)))
    if wanted.kind in ("page", "find-the-mistake") and topic != "neurons":
        return read_plainly(_staged(TOPICS[topic], draw, deep))
    return read_plainly(TOPICS[topic](draw, min(deep, MOST_DEEP)))


def _staged(topic: Callable[[Random, int], str], draw: Random, deep: int) -> str:
    """A program in named steps: what a topic gives stands in the first, and is used in the next."""
    first = topic(draw, max(0, deep - 2))
    second = draw.choice(("u^2", "u^3", "exp(u)", "sin(u)", "3*u", "u*x", "1/u", "log(u)"))
    if deep < 2:
        return f"u = {first}; J = {second}"
    third = draw.choice(("v^2", "2*v + 1", "v*u", "cos(v)", "v + u", "exp(-v)"))
    return f"u = {first}; v = {second}; J = {third}"


def _fits(found: Effort, level: int | None) -> bool:
    return found.work <= MOST and (level is None or found.level == level)


def _asked(program: Program, level: int | None, draw: Random) -> tuple[int, Effort] | None:
    """A node to differentiate by, at random among those of that level."""
    graph = program.graph
    named = sorted(names_given(graph) - {graph.output})
    nodes = [i for i in (*graph.inputs, *named) if graph.output in graph.downstream(i)]
    draw.shuffle(nodes)
    for i in nodes:
        found = effort(graph, graph.output, i)
        if _fits(found, level) and found.nodes:
            return i, found
    return None


def _answered(program: Program, wrt: int) -> Answered | None:
    """The derivative, as `check` confirms it."""
    graph = program.graph
    found = Differentiation(graph).short(graph.output, wrt)
    if found is None or len(found.text) > LONGEST or found.text == "0":
        return None
    result = checked(program, graph.output, wrt, found.text)
    if result is None or result.status != "correct":
        return None
    return Answered(f"d{graph.names[wrt]}", found.text, result.points)


def _formula(program: Program, level: int | None, draw: Random, seen: Seen, kind: Kind = "formula") -> Item | None:
    asked = _asked(program, level, draw)
    if asked is None or identity(kind, program, [f"d{program.graph.names[asked[0]]}"]) in seen:
        return None
    answer = _answered(program, asked[0])
    return None if answer is None else Item(kind, program, asked[1], (answer,))


def _choice(program: Program, level: int | None, draw: Random, seen: Seen) -> Item | None:
    item = _formula(program, level, draw, seen, "choice")
    if item is None:
        return None
    graph, (answer,) = program.graph, item.answers
    wrt = graph.index[answer.asked.removeprefix("d")]
    wrong = distractors(program, graph.output, wrt, answer.formula, draw, CHOICES - 1)
    choices = [Choice(answer.formula, True, "", "right"), *wrong]
    draw.shuffle(choices)
    return replace(item, choices=tuple(choices)) if len(choices) == CHOICES else None


def _number(program: Program, level: int | None, draw: Random, seen: Seen) -> Item | None:
    asked = _asked(program, level, draw)
    if asked is None:
        return None
    graph, (wrt, work) = program.graph, asked
    for _ in range(_POINTS_TRIED):
        point = {i: draw.choice(_NUMBERS) for i in graph.inputs}
        run = forward(graph, FLOAT64, {i: float(x) for i, x in point.items()})
        if graph.output in run.faults:
            continue
        slope = backprop(graph, FLOAT64, run).adjoints[wrt]
        if not abs(slope) <= _LARGEST or slope * _FRACTION != int(slope * _FRACTION) or slope == 0:
            continue
        typed = typed_point(graph, (), {graph.names[i]: float(x) for i, x in point.items()})
        result = checked(program, graph.output, wrt, f"{slope:g}", typed)
        if result and result.status == "correct" and result.reason is None:
            answer = Answered(f"d{graph.names[wrt]}", f"{slope:g}", result.points)
            found = Item("number", program, work, (answer,), tuple((graph.names[i], x) for i, x in point.items()))
            return None if found.identity in seen else found
    return None


def _lines(program: Program, level: int | None) -> tuple[list[Step], Effort] | None:
    """The lines of the page of a program, of that level."""
    graph = program.graph
    if not names_given(graph) - {graph.output}:
        return None
    found = steps(program)
    if not 2 <= len(found) <= _MOST_LINES or any(len(formula(graph, step)) > LONGEST for step in found):
        return None
    work = total([effort(graph, graph.output, i) for i in graph.inputs])
    return (found, work) if _fits(work, level) else None


def _page(program: Program, level: int | None, draw: Random, seen: Seen) -> Item | None:
    page = _lines(program, level)
    if page is None:
        return None
    names = program.graph.names
    written = [(f"d{names[step.node]}", formula(program.graph, step)) for step in page[0]]
    if identity("page", program, [asked for asked, _ in written]) in seen:
        return None
    found = _judged(program, written)
    if any(line.status != "correct" for line in found):
        return None
    answers = tuple(Answered(asked, text, POINTS) for asked, text in written)
    return Item("page", program, page[1], answers)


def _find(program: Program, level: int | None, draw: Random, seen: Seen) -> Item | None:
    page = _lines(program, level)
    if page is None:
        return None
    graph, lines = program.graph, page[0]
    step = draw.choice(lines)
    if identity("find-the-mistake", program, [f"d{graph.names[step.node]}"]) in seen:
        return None
    k, term = lines.index(step), draw.choice(step.terms)
    own = stage(graph, term.via)
    wrt = own.graph.index[graph.names[step.node]]
    for wrong in distractors(own, own.graph.output, wrt, term.partial, draw, _SLIPS):
        terms = tuple(Term(each.via, wrong.text if each is term else each.partial) for each in step.terms)
        slipped = [*lines[:k], Step(step.node, terms), *lines[k + 1 :]]
        choices = _one_wrong(program, slipped, k, wrong.mistake)
        if choices is not None:
            answer = Answered(f"d{graph.names[step.node]}", formula(graph, step), POINTS)
            return Item("find-the-mistake", program, page[1], (answer,), choices=choices)
    return None


def _one_wrong(program: Program, lines: Sequence[Step], k: int, kind: str) -> tuple[Choice, ...] | None:
    """The lines as choices, where line k and no other is blamed, for a mistake of that kind."""
    graph = program.graph
    written = [(f"d{graph.names[step.node]}", formula(graph, step)) for step in lines]
    found = _judged(program, written)
    blamed = [i for i, line in enumerate(found) if line.given != "correct"]
    if blamed != [k] or found[k].kind != kind or found[k].status != "wrong" or len(written[k][1]) > LONGEST:
        return None
    choices = []
    for i, ((asked, text), line) in enumerate(zip(written, found, strict=True)):
        told = "this line is right" if line.status == "correct" else "this line follows from the lines above"
        mistake, said = (line.kind or "", line.why or "") if i == k else ("", told)
        choices.append(Choice(f"{asked} = {text}", i == k, mistake, said))
    return tuple(choices)


def _judged(program: Program, lines: Sequence[tuple[str, str]]) -> list[LineFound]:
    """A page as `grade` judges it. GradxError where a line cannot be read."""
    asked = " ".join(head for head, _ in lines)
    question = read_question({"question": "page", "program": program.source.text, "ask": asked}, 1)
    found = judged_lines(question, [f"{head} = {text}" for head, text in lines])
    if len(found) != len(lines) or any(line.unread for line in found):
        raise GradxError("claim", "a line of the page cannot be read")
    return found


_MAKERS: Final[dict[Kind, Callable[[Program, int | None, Random, Seen], Item | None]]] = {
    "formula": _formula,
    "choice": _choice,
    "number": _number,
    "page": _page,
    "find-the-mistake": _find,
}
