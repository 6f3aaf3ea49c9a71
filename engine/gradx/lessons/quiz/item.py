"""A problem with its answer, as data; how much work it is (the rules that it takes, how deep functions stand in each
other, the nodes passed); a program as a page of backprop; and wrong answers that somebody would give: what a broken
rule leads to, told back by `check` under its own name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final, Literal, NamedTuple, cast, get_args

from gradx.derive.expression import UNWRITABLE, Sum
from gradx.derive.forms import formula_of, names_given
from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.language.program import Program, read_plainly
from gradx.lessons.checking import Checked, check
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import read_claim
from gradx.lessons.claims.sweep import Dependence
from gradx.lessons.diff import Differentiation
from gradx.lessons.mistakes.faults import FAR_FETCHED, Fault, Numbers
from gradx.lessons.mistakes.faults import KINDS as MISTAKES
from gradx.lessons.mistakes.faults import Kind as MistakeKind
from gradx.lessons.mistakes.mistake import all_faults
from gradx.numbers.float64 import FLOAT64
from gradx.point.typed import Number
from gradx.sweeps.forward import Forward, forward

Kind = Literal["formula", "choice", "number", "page", "find-the-mistake"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: a formula, or a line `dw = dz*x`. `mistake` is what it would come of, "" for none, and
    `feedback` what is said to who chooses it."""

    text: str
    is_right: bool
    mistake: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A derivative that is asked for, `dw` or `du/db`, and what it is; `points` is at how many `check` compared it."""

    asked: str
    formula: str
    points: int


@dataclass(frozen=True, slots=True)
class Item:
    """One problem. `lines` is the page in which one is wrong, `point` the values where a number is asked for."""

    kind: Kind
    program: Program
    effort: Effort
    answers: tuple[Answered, ...]
    point: tuple[tuple[str, int], ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def level(self) -> int:
        return self.effort.level

    @property
    def asked(self) -> tuple[str, ...]:
        """What is asked for."""
        return tuple(answer.asked for answer in self.answers)

    @property
    def right(self) -> Choice | None:
        """The choice that is right, where there are choices."""
        return next((choice for choice in self.choices if choice.is_right), None)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it another problem than others."""
        return identity(self.kind, self.program, self.asked, self.point)


def identity(
    kind: Kind, program: Program, asked: Sequence[str], point: Sequence[tuple[str, int]] = ()
) -> tuple[str, ...]:
    """What makes a problem another one than others: what is asked of which program, and where."""
    return (kind, program.reading, *asked, *(f"{name}={x}" for name, x in point))


LEVELS: Final = (5, 9, 14, 20)
"""The most work that levels 1 to 4 hold; what is more is of level 5."""

MOST: Final = 40
"""More work than this is asked of nobody."""

_RULE, _NESTING, _NODE = 2, 2, 1


class Effort(NamedTuple):
    """Counts; more of any of them never makes the level smaller."""

    rules: int
    nesting: int
    nodes: int

    @property
    def work(self) -> int:
        return _RULE * self.rules + _NESTING * self.nesting + _NODE * self.nodes

    @property
    def level(self) -> int:
        """1 to 5.

        >>> Effort(1, 0, 2).level, Effort(3, 1, 6).level, Effort(7, 3, 12).level
        (1, 3, 5)
        """
        return 1 + sum(self.work > most for most in LEVELS)


def effort(graph: Graph, of: int, wrt: int) -> Effort:
    """The work of d(node `of`)/d(node `wrt`)."""
    dependence = Dependence.of(graph, of, wrt)
    deep = dict.fromkeys((wrt, *dependence.between), 0)
    rules = 0
    for i in dependence.between:
        moving = dependence.moving_slots(i)
        functions = [dependence.is_function_of(i, slot) for slot in moving]
        below = [dependence.node(i).inputs[slot] for slot in moving]
        nested = (f and j != wrt for f, j in zip(functions, below, strict=True))
        deep[i] = max((deep[j] + n for j, n in zip(below, nested, strict=True)), default=0)
        rules += any(functions) or (len(moving) > 1 and not dependence.is_sum(i))
    return Effort(rules, deep[of], len(dependence.between))


def total(parts: list[Effort]) -> Effort:
    """The work of several derivatives of one page: each rule and each node once more, the deepest nesting."""
    return Effort(sum(p.rules for p in parts), max(p.nesting for p in parts), sum(p.nodes for p in parts))


_NUMBER: Final = re.compile(r"[0-9]+(?:[./][0-9]+)?")
_RECIPROCAL: Final = re.compile(r"1/(?:\w+(?:\^[0-9]+)?|\([^()]*\))")


class Term(NamedTuple):
    """A share of a derivative: what comes back through node `via`, whose local partial is `partial`."""

    via: int
    partial: str


class Step(NamedTuple):
    """The line of a page for one node: `dw = dz*x`."""

    node: int
    terms: tuple[Term, ...]


def steps(program: Program) -> list[Step]:
    """The lines of a page, from the output to the inputs. GradxError("size") where a line cannot be written."""
    graph = program.graph
    named = stages(graph)
    parts = {i: _partials(graph, i) for i in named}
    found = []
    for j in [*reversed(named[:-1]), *graph.inputs]:
        terms = [Term(i, parts[i][j]) for i in reversed(named) if j in parts[i]]
        terms = [term for term in terms if term.partial != "0"]
        if terms:
            found.append(Step(j, tuple(terms)))
    return found


def stages(graph: Graph) -> list[int]:
    """The named nodes in order, the output last."""
    return [*sorted(names_given(graph) - {graph.output}), graph.output]


def formula(graph: Graph, step: Step) -> str:
    """What stands on the right of a line, in the derivatives above it."""
    return " + ".join(_term(graph, *term) for term in step.terms).replace("+ -", "- ")


def stage(graph: Graph, i: int) -> Program:
    """A named node as a program of its own, whose inputs are the names in its definition."""
    return read_plainly(f"{graph.names[i]} = {expression(graph, i)}")


def _partials(graph: Graph, i: int) -> dict[int, str]:
    """The partial of a named node along each name in its own definition."""
    own = stage(graph, i).graph
    differentiation = Differentiation(own)
    found = {}
    for k in own.inputs:
        partial = differentiation.derivative(own.output, (k,)).by_nodes
        if partial is None:
            raise GradxError("size", f"the derivative along {own.names[k]} is too long to be written")
        found[graph.index[own.names[k]]] = partial.text
    return found


def _term(graph: Graph, i: int, partial: str) -> str:
    """The share of a derivative that comes through node i: `dz*x`."""
    if i == graph.output:
        return partial
    upstream = f"d{graph.names[i]}"
    negative = partial.startswith("-") and not _is_sum(partial[1:])
    body, sign = (partial[1:], "-") if negative else (partial, "")
    if body == "1":
        return sign + upstream
    if _NUMBER.fullmatch(body):
        return f"{sign}{body}*{upstream}"
    if _RECIPROCAL.fullmatch(body):
        return f"{sign}{upstream}{body[1:]}"
    return f"{sign}{upstream}*{f'({body})' if _is_sum(body) or '/' in body else body}"


def _is_sum(text: str) -> bool:
    """Whether a formula is a sum outside of its parentheses."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character in "+-" and k and text[k - 1] == " ":
            return True
    return False


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
) -> Iterator[tuple[MistakeKind, Sum, Worth]]:
    """What mistakes lead to instead of d(node `of`)/d(node `wrt`), the natural ones first, and what it is worth: the
    same rules as in `check`, broken over sums instead of numbers. None is the derivative itself, none comes twice."""
    dependence = Dependence.of(answers.graph, of, wrt)
    if not answers.is_small or wrt not in dependence.graph.upstream(of):
        return
    sweep, found = answers.sweep(of, wrt), [right]
    for fault in sorted(all_faults(dependence), key=lambda fault: (fault.doubt, MISTAKES.index(fault.kind))):
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


def _told(
    program: Program, of: int, wrt: int, kind: MistakeKind, formula: str | None, answers: Answers
) -> Choice | None:
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
