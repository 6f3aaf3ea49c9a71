"""One edit of the claim's own text that makes it right: what is said then is that fact.

Only the edit that is told is written out and read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.language.program import read, read_plainly
from gradx.language.tokens import scan, spelled
from gradx.lessons.claims.claim import Own
from gradx.lessons.claims.trial import agree
from gradx.lessons.mistakes.case import Case
from gradx.lessons.mistakes.changes import Change, Changes, Values
from gradx.lessons.mistakes.contrived import loses_a_name
from gradx.lessons.mistakes.faults import Mistake, span_within
from gradx.lessons.mistakes.regrouping import regrouped
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.numbers.balls import precision
from gradx.sweeps.forward import Forward, forward, nudged

if TYPE_CHECKING:
    from flint import arb

MOST_LEAVES: Final = 24
MOST_NODES: Final = 60


class Edits:
    """The edits of one claim, held against what comes out at `cases`."""

    def __init__(self, program: Graph, own: Own, names: Mapping[int, str], cases: Sequence[Case]) -> None:
        """`names` are the claims above that an edit may use, by their place on the page."""
        self._program, self._own, self._graph = program, own, own.graph
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
            if all(self._is_right(change, case, *run) for case, run in zip(self._cases, runs, strict=True)):
                return self._told(change)
        return None

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
        if not self._is_whole(fixed):
            return None
        if span.offset < own.before:
            return self._told_of_helper(change, fixed)
        shown = span_within(graph, change.node, change.place)
        place = Span(Source("claim", own.line), shown.offset - own.before + own.start, shown.length)
        repair = expression(fixed, fixed.output)
        return Mistake(change.kind, f"{change.said} it would be right: {repair}", place, repair=repair)

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
        prefix, line = own.graph.source.text[: own.before], own.line[own.start :]
        try:
            words = [text for text in scan(spelled(Source("claim", line))).texts if text]
        except GradxError:
            return None
        for text in regrouped(words, fewer=fewer):
            graph = self._read(prefix + text)
            if graph is not None and all(self._gives(graph, case) for case in self._cases) and self._is_whole(graph):
                repair = expression(graph, graph.output)
                place = Span(Source("claim", own.line), own.start + len(line) - len(line.lstrip()), len(line.strip()))
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
