"""One edit of the claim's own text that makes it right, which is said then; and what no slip leads to, and no edit: a
formula that holds a function from nowhere, or a name that drops out of it again.

Only the edit that is told is written out and read again. What no slip leads to may fit a broken rule by chance: where
x^2 is the outer function kept, so is `sqrt(x^3*x)`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.language.program import read, read_plainly
from gradx.language.tokens import scan, spelled
from gradx.lessons.claims.claim import Own
from gradx.lessons.claims.trial import agree
from gradx.lessons.mistakes.changes import Change, Changes, Values
from gradx.lessons.mistakes.faults import Case, Mistake, span_within
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.numbers.balls import precision
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import Forward, forward, nudged
from gradx.table import TABLE

if TYPE_CHECKING:
    from flint import arb

MOST_LEAVES: Final = 24
MOST_NODES: Final = 60


class Edits:
    """The edits of one claim, held against what comes out at `cases`."""

    def __init__(self, program: Graph, own: Own, names: Mapping[int, str], cases: Sequence[Case]) -> None:
        """`names` are the claims above that an edit may use, by their place on the page."""
        self._program, self._own = program, own.in_plain_words()
        self._graph = self._own.graph
        self._lines = {name: k for k, name in names.items()}
        self._cases = cases
        shown = [i for i in program.shown if program.primitives[i] is None or i in program.named]
        # The output's own name is put in where the claim says it too: p*(1 - p).
        used = own.operands.values()
        self._nodes = {program.names[i]: i for i in shown[:MOST_LEAVES] if i != program.output or i in used}
        self._all_names = frozenset(program.index) | self._lines.keys()

    def found(self) -> Mistake | None:
        """The first edit after which the claim is right at every point; None where there is none."""
        if len(self._graph.primitives) > MOST_NODES:
            return None
        before, end = self._own.before, len(self._graph.source.text)
        return (
            self._parenthesised(fewer=False)
            or self._changed(range(before, end))
            or self._parenthesised(fewer=True)
            or self._changed(range(before))
        )

    def _changed(self, places: range) -> Mistake | None:
        if not places:
            return None
        runs = [self._run(case) for case in self._cases]
        known = {expression(self._program, i) for i in self._program.operations}
        changes = Changes(self._graph, list(runs[0][1].leaf), known, places)
        for change in changes.all():
            if self._is_of_helper(change.place) and not self._is_of_helper(change.node):
                continue  # what a helper lacks is told as its own
            if all(self._is_right(change, case, *run) for case, run in zip(self._cases, runs, strict=True)):
                return self._told(change)
        return None

    def _is_of_helper(self, i: int) -> bool:
        """Whether an operation stands in a helper's statement."""
        return self._graph.primitives[i] is not None and self._graph.places.starts[i] < self._own.before

    def _run(self, case: Case) -> tuple[Forward[arb], Values]:
        leaf = {name: case.sweep.value(j) for name, j in self._nodes.items()}
        leaf |= {name: case.above[k] for name, k in self._lines.items() if k in case.above}
        run = forward(self._graph, M, case.point(self._own))
        return run, Values(run.values, leaf)

    def _is_right(self, change: Change, case: Case, run: Forward[arb], values: Values) -> bool:
        with precision(case.bits):
            changed = nudged(self._graph, M, run, change.node, change.part.made(values))
            found = changed.values[self._graph.output]
            return found.is_finite() and agree(found, case.exact) is not False

    def _told(self, change: Change) -> Mistake | None:
        graph, own = self._graph, self._own
        span = graph.span(change.node)
        try:
            fixed = read(self._with(change), self._all_names).graph
        except GradxError:
            return None
        if not self._is_whole(fixed) or not all(self._gives(fixed, case) for case in self._cases):
            return None
        if span.offset < own.before:
            return self._told_of_helper(change, fixed)
        shown = span_within(graph, change.node, change.place)
        place = self._formula
        if own.is_plain:
            place = Span(place.source, shown.offset - own.before + own.start, shown.length)
        repair = expression(fixed, fixed.output)
        return Mistake(change.kind, f"{change.said} it would be right: {repair}", place, repair=repair)

    @property
    def _formula(self) -> Span:
        """Where the formula stands."""
        own = self._own
        text = own.line[own.start :]
        return Span(Source("claim", own.line), own.start + len(text) - len(text.lstrip()), len(text.strip()))

    def _with(self, change: Change) -> str:
        """The formula's text after a change; of a name, wherever that stands."""
        span, text = self._graph.span(change.node), self._graph.source.text
        if self._graph.primitives[change.node] is None:
            return re.sub(rf"\b{re.escape(span.text)}\b", change.part.text, text)
        return f"{text[: span.offset]}({change.part.text}){text[span.offset + span.length :]}"

    def _told_of_helper(self, change: Change, fixed: Graph) -> Mistake | None:
        """What is wrong with the helper in whose statement a node stands."""
        own, graph = self._own, self._graph
        name = graph.source.text[: graph.span(change.node).offset].rpartition(";")[2].partition("=")[0].strip()
        used = re.compile(rf"\b{re.escape(name)}\b").search(own.line, own.start)
        if name not in fixed.index or used is None:
            return None  # it stands in another helper, or for a derivative
        place = Span(Source("claim", own.line), used.start(), len(name))
        said = f"the helper {name} is wrong: {change.said} it would be right: {name} = "
        return Mistake(change.kind, said + expression(fixed, fixed.index[name]), place, helper=name)

    def _parenthesised(self, *, fewer: bool) -> Mistake | None:
        """Parentheses put in; taken away or moved."""
        own = self._own
        prefix = own.graph.source.text[: own.before]
        line = own.line[own.start :] if own.is_plain else own.graph.source.text
        try:
            words = [text for text in scan(spelled(Source("claim", line))).texts if text]
        except GradxError:
            return None
        for text in regrouped(words, fewer=fewer):
            graph = self._read(prefix + text)
            if graph is not None and all(self._gives(graph, case) for case in self._cases) and self._is_whole(graph):
                repair = expression(graph, graph.output)
                place = self._formula
                return Mistake(
                    "parentheses", f"with parentheses as in {repair} it would be right", place, repair=repair
                )
        return None

    def _read(self, text: str) -> Graph | None:
        try:
            graph = read_plainly(text, self._all_names).graph
        except GradxError:
            return None
        return graph if all(graph.names[i] in self._all_names for i in graph.inputs) else None

    def _is_whole(self, graph: Graph) -> bool:
        """Whether no name drops out of what an edit makes."""
        points = (point for case in self._cases if (point := self._point(graph, case)))
        return not loses_a_name(graph, points)

    def _gives(self, graph: Graph, case: Case) -> bool:
        with precision(case.bits):
            point = self._point(graph, case)
            if point is None:
                return False
            run = forward(graph, M, point)
            found = run.values[graph.output]
            return graph.output not in run.faults and found.is_finite() and agree(found, case.exact) is not False

    def _point(self, graph: Graph, case: Case) -> dict[int, arb] | None:
        """What the inputs of a formula that an edit makes are; None where one of them is nothing known."""
        program, point = self._program.index, {}
        for i in graph.inputs:
            name = graph.names[i]
            line = self._lines.get(name, -1)
            if name not in program and line not in case.above:
                return None
            point[i] = case.sweep.value(program[name]) if name in program else case.above[line]
        return point


MOST_TOKENS: Final = 60

_OPERATORS: Final = "+-*/^(,"


def regrouped(words: Sequence[str], *, fewer: bool) -> Iterator[str]:
    """The texts that come of the tokens `words`, each once: with a pair more or a call that ends elsewhere, or with a
    pair `fewer`, which may stand elsewhere."""
    if len(words) > MOST_TOKENS:
        return
    found: set[str] = set()
    for text in _with_fewer(words) if fewer else _with_more(words):
        if text not in found:
            found.add(text)
            yield text


def _with_fewer(words: Sequence[str]) -> Iterator[str]:
    plain = [(k, end) for k, end in _pairs(words).items() if not _is_call(words, k)]
    without = [[*words[:k], *words[k + 1 : end], *words[end + 1 :]] for k, end in plain]
    yield from (" ".join(words) for words in without)
    for base in without:
        yield from _with_a_pair(base)


def _with_more(words: Sequence[str]) -> Iterator[str]:
    yield from _with_a_pair(words)
    yield from _as_fractions(words)
    for k, end in _pairs(words).items():
        if not _is_call(words, k):
            continue
        rest = [*words[:end], *words[end + 1 :]]
        for at in range(k + 2, len(rest) + 1):
            if at != end and _is_whole(rest[k + 1 : at]):
                yield " ".join([*rest[:at], ")", *rest[at:]])


def _as_fractions(words: Sequence[str]) -> Iterator[str]:
    """Sums above and below a line that is typed as a slash: `1 - y/1 - a` as `(1 - y)/(1 - a)`."""
    for k in (k for k, word in enumerate(words) if word == "/"):
        above = [n for n in range(k - 2) if (not n or words[n - 1] in _OPERATORS) and _is_sum(words[n:k])]
        below = [n for n in range(k + 4, len(words) + 1) if _is_sum(words[k + 1 : n])]
        for start, end in itertools.product(above, below):
            yield " ".join(
                [*words[:start], "(", *words[start:k], ")", "/", "(", *words[k + 1 : end], ")", *words[end:]]
            )


def _is_sum(words: Sequence[str]) -> bool:
    return _is_whole(words) and words[0] not in "*/^),+" and not {"+", "-"}.isdisjoint(words[1:])


def _with_a_pair(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words)):
        if start and words[start - 1] not in _OPERATORS:
            continue
        for end in range(start + 2, len(words) + 1):
            if words[start] not in "*/^),+" and _is_whole(words[start:end]):
                yield " ".join([*words[:start], "(", *words[start:end], ")", *words[end:]])


def _is_call(words: Sequence[str], k: int) -> bool:
    return k > 0 and words[k - 1].isidentifier() and words[k - 1] in TABLE


def _pairs(words: Sequence[str]) -> dict[int, int]:
    """Where each opening parenthesis is closed."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for k, word in enumerate(words):
        if word == "(":
            waiting.append(k)
        elif word == ")" and waiting:
            found[waiting.pop()] = k
    return found


def _is_whole(words: Sequence[str]) -> bool:
    """Whether the parentheses in a part close each other, and it does not end in an operator."""
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return False
    return depth == 0 and words[-1] not in _OPERATORS


FEWEST_POINTS: Final = 3

_OPERATIONS: Final = frozenset(("+", "-", "*", "/", "%", "^", "neg", "identity"))
_FAMILIES: Final = tuple(
    (frozenset(own.split()), frozenset(others.split()))
    for own, others in (
        ("sin cos tan sec csc cot sinc sinh cosh tanh sech csch coth", "asin acos atan asinh acosh atanh exp sigmoid"),
        ("asin acos atan asec acsc acot atan2 asinh acosh atanh asech acsch acoth", "sqrt hypot sin cos tan log"),
        ("exp expm1 exp2 exp10 log log2 log10 log1p logb xlogy logaddexp ^", "sigmoid tanh softplus sinh cosh"),
        ("sigmoid tanh softplus silu gelu mish softsign logsigmoid elu selu relu leaky_relu", "exp log erf cosh sinh"),
        ("abs sign max min relu leaky_relu relu6 hardtanh clip floor ceil elu selu where", "sqrt"),
        ("sqrt cbrt root hypot abs ^", "sign"),
        ("erf erfc gelu normcdf", "exp sqrt"),
        ("gamma lgamma digamma", "log exp"),
    )
)
"""Functions that are taken for one another, and others that stand in their derivatives; `^`: a power that is no whole
one."""


def holds_a_stranger(program: Graph, formula: Graph) -> bool:
    """Whether a function stands in the formula that has nothing to do with those of the program."""
    known = set(_functions(program, range(len(program.primitives))))
    related = known.union(*(own | others for own, others in _FAMILIES if own & known))
    return any(name not in related for name in _functions(formula, formula.operations) if name != "^")


def cancels_a_name(formula: Graph, points: Iterable[Mapping[int, arb]]) -> bool:
    """Whether terms stand in it, no function, and a name that drops out: because it is taken from itself, and not
    because a slip leads to `2*x/x` or to `sin(x)^2 + cos(x)^2`."""
    rows = {row.name for row in formula.primitives if row is not None}
    return rows <= _OPERATIONS and not rows.isdisjoint(("+", "-")) and loses_a_name(formula, points)


def _functions(graph: Graph, nodes: Iterable[int]) -> Iterable[str]:
    for i in nodes:
        row = graph.primitives[i]
        if row is None:
            continue
        if row.name == "^":
            exponent = graph.nodes[graph.arguments[i][1]].literal
            if exponent is None or exponent != int(exponent):
                yield "^"
        elif row.name not in _OPERATIONS:
            yield "where" if row.relation else row.name


def loses_a_name(formula: Graph, points: Iterable[Mapping[int, arb]]) -> bool:
    """Whether a name stands in the formula and what it says does not change with it at any of the points."""
    if any(row is not None and (row.piecewise or row.relation) for row in formula.primitives):
        return False
    if any(node.literal == 0 for node in formula.nodes):
        return False
    left, tried = set(formula.inputs), 0
    for point in points:
        tried += 1
        adjoints = backprop(formula, M, forward(formula, M, point)).adjoints
        left = {i for i in left if adjoints[i].contains(0) or not adjoints[i].is_finite()}
        if not left:
            return False
    return tried >= FEWEST_POINTS and bool(left)
