"""The page of `eval`: every node with its value, its gradient, what a nudge does, SymPy's formula and the verdict."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from typing import Literal, NamedTuple

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Exploration, NodeReport
from gradx.point.nudge import Nudge
from gradx.point.verdict import Verdict
from gradx.sweeps.forward import forward
from gradx_cli import blocks
from gradx_cli.answer import Answer, Medium, Record, selected
from gradx_cli.blocks import GAP, Block, Code, Column, Equation, Part, Table, Tone, constant
from gradx_cli.escape import safe
from gradx_cli.notation import Notation, put_in
from gradx_cli.numbers import NONE, Exact, counted, decimal, exactly, shown
from gradx_cli.pages.conclusion import (
    Judged,
    asked_sympy,
    conclusion,
    judgement,
    opening,
    title,
    value_record,
    verdict_record,
)
from gradx_cli.terminal import LONGEST_TITLE

MOST_NODES, MOST_INPUTS = 200, 20
"""A table of more nodes shows some of the inputs."""

NO_NUDGE = Nudge(None, None)


NOT_TAKEN = "not taken"
"""What is said of a node in the branch of a `where` that the condition does not choose."""

NUDGE_DIGITS = 15
"""A nudge is float64's own; past this its digits are rounding."""

SILENT = {"timeout": "late", "awaited": "…"}
"""What stands in SymPy's column where there is no formula, but for a dash."""

LONGEST_CHARACTERS = 40
"""Longer than this, numbers put into a formula explain nothing."""

DEFAULT_DIGITS, FEWEST_DIGITS = 10, 6
LONGEST_DEFINITION = 20
"""Characters of a definition where there is little room."""


class Row(NamedTuple):
    """One node. `formula` is SymPy's, `put_in` the same with numbers (None: no news), `symbolic` its value."""

    name: str
    definition: str
    is_input: bool
    value: str
    gradient: str
    output: str
    slope: str
    formula: str
    put_in: str | None
    symbolic: str | None
    mark: str
    judged: Judged

    def symbolic_cell(self, *, numbers_put_in: bool = True) -> str:
        """`3*c = 3·2 = 6`, each part only where it says something new."""
        parts = [self.formula, self.put_in if numbers_put_in else None, self.symbolic]
        texts = [part for part in parts if part is not None]
        return " = ".join(text for k, text in enumerate(texts) if k == 0 or text != texts[k - 1])

    @property
    def sign(self) -> str:
        """The verdict without its word, which is said below the table."""
        return self.mark[0] if self.mark[0] in "✓✗!?" else NONE

    @property
    def news(self) -> str:
        """SymPy's formula, and its number where that is not the gradient that stands beside it."""
        return self.formula if self.symbolic == self.gradient else self.symbolic_cell(numbers_put_in=False)


class Room(NamedTuple):
    """What a table has room for: digits of its numbers, characters of a node's definition (0: none), a nudge's output
    beside its slope, and of SymPy's column how much. `tight`: decimal points are not under each other, and a verdict is
    a sign alone."""

    digits: int
    definition: int | None = None
    output: bool = True
    tight: bool = False
    symbolic: Literal["all", "without numbers", "news"] = "all"


def narrower_rooms(digits: int) -> Iterator[Room]:
    """Less and less room. Digits that were asked for stay."""
    yield Room(digits, symbolic="without numbers")
    fewest = min(digits, FEWEST_DIGITS) if digits == DEFAULT_DIGITS else digits
    for fewer in sorted({digits, min(digits, 8), fewest} if digits == DEFAULT_DIGITS else {digits}, reverse=True):
        yield Room(fewer, symbolic="news")
    yield Room(fewest, LONGEST_DEFINITION, symbolic="news")
    for definition in (LONGEST_DEFINITION, 0):
        yield Room(fewest, definition, output=False, symbolic="news")
        yield Room(fewest, definition, output=False, tight=True, symbolic="news")


def answer(exploration: Exploration, digits: int, only: Collection[int] | None = None) -> Answer:
    """The table and what it comes to, the exploration as an object, a node a row; of the nodes `only` these."""
    kept = exploration.counted if only is None else [i for i in exploration.counted if i in only]

    def page(medium: Medium) -> Iterator[Block]:
        nodes, left_out = (kept, None) if medium.whole or only is not None else sample(exploration)
        longest = None if medium.whole else LONGEST_TITLE
        yield from (GAP, blocks.Title(title(exploration, digits, longest)), GAP)
        yield from (_Sheet(exploration, exploration.reports(nodes), medium, digits).table(), GAP)
        yield from [blocks.Sentence(left_out)] if left_out else ()
        yield blocks.Items(conclusion(exploration))

    alone = _alone(exploration, kept if only is not None else None, digits)
    rows = map(_flat, map(exploration.report, kept))
    return Answer(page, _records(exploration, kept), rows, exploration.warnings, alone)


def _alone(exploration: Exploration, nodes: Sequence[int] | None, digits: int) -> Iterator[str]:
    """The gradients of the nodes asked for (None: of the inputs); where there is none, the value is the answer."""
    found = exploration.reports(exploration.inputs if nodes is None else nodes)
    for node in found:
        yield f"{safe(node.name)} {exactly(node.gradient, node.verdict.exact, digits)}"
    if not found:
        yield exactly(exploration.value, exploration.value_verdict.exact, digits)


def sample(exploration: Exploration) -> tuple[Sequence[int], str | None]:
    """The nodes to show, and a sentence that says what was left out (None where nothing was).

    Of a large graph: inputs evenly spread from first to last, as many of the nodes that have a problem, and the output.
    """
    nodes, verdicts = exploration.counted, exploration.judgement.gradients
    if len(nodes) <= MOST_NODES:
        return nodes, None
    inputs = exploration.inputs
    step = max(1, -(-len(inputs) // MOST_INPUTS))
    failing = verdicts.items() if exploration.confirmed is False else ()
    problems = (i for i, verdict in failing if verdict.status not in ("agree", "unchecked"))
    wanted = {*inputs[::step], *islice(problems, MOST_INPUTS), exploration.graph.output}
    kept = [*(i for i in inputs if i in wanted), *sorted(wanted.difference(inputs))]
    operations = len(nodes) - len(inputs)
    parts = f"{counted(len(inputs), 'input')} and {counted(operations, 'operation')}"
    return kept, f"{parts}, {len(kept)} of these {len(nodes):,} nodes shown; --json and --format csv give all"


class _Sheet:
    """The rows of `nodes`, for one medium."""

    def __init__(self, exploration: Exploration, nodes: Sequence[NodeReport], medium: Medium, digits: int) -> None:
        self._graph = exploration.graph
        self._exploration, self._nodes, self._medium, self._digits = exploration, nodes, medium, digits
        self._notation = medium.notation(self._graph, digits)
        self._rows = cache(self._rows_in)

    def table(self) -> Table:
        """Of all widths."""
        table = self._in(Room(self._digits))
        *narrower, loose, tight = [partial(self._in, room) for room in narrower_rooms(self._digits)]
        return table._replace(narrower=narrower, narrowest=[loose, tight])

    def _rows_in(self, digits: int) -> list[Row]:
        names, values = self._graph.names, self._exploration.forward.values
        wanted = range(len(names)) if len(self._nodes) == len(self._exploration.counted) else self._graph.inputs
        asked = asked_sympy(self._exploration)
        put_in = {names[i]: shown(values[i], digits) for i in wanted if asked and names[i]}
        return [_row(node, put_in, digits) for node in self._nodes]

    def _in(self, room: Room) -> Table:
        rows, count = self._rows(room.digits), len(self._nodes)
        names = [Code(row.name, self._name(node)) for node, row in zip(self._nodes, rows, strict=True)]
        what = [self._definition(row, node, room) for node, row in zip(self._nodes, rows, strict=True)]
        output = safe(self._graph.names[self._graph.output])
        align: blocks.Align = "right" if room.tight else "decimal"
        numbers = partial(Part, align=align)
        epsilon = shown(self._exploration.options.epsilon, self._digits)
        gradients = (constant("d", count), Part(names), constant(" = ", count), numbers([row.gradient for row in rows]))
        moved = (constant(f"{output} → ", count), numbers([row.output for row in rows]))
        slopes = (numbers([row.slope for row in rows]),)
        tones: list[Tone] = [row.judged.tone for row in rows]
        verdict = Column("verdict", (Part([row.sign if room.tight else row.mark for row in rows]),), tones, mark=True)
        columns = [
            Column("node", (Part(names),), code=True),
            *([] if room.definition == 0 else [Column("is", (Part(what),), "quiet")]),
            Column("value", (numbers([row.value for row in rows]),), "forward"),
            Column("gradient", gradients, "backward", code=True),
            *([Column(f"nudged by {epsilon}", moved, code=True, label="nudged")] if room.output else []),
            Column("slope" if room.output else "nudged", slopes, joined=room.output),
            # A formula may be wide, and comes last: nothing moves for it.
            verdict,
        ]
        symbolic = asked_sympy(self._exploration)
        if symbolic:
            columns.append(
                Column("SymPy", (Part([self._symbolic(row, room) for row in rows]),), spills="d{}", code=True)
            )
        said = [" ".join(_sentences(row, output, epsilon, symbolic=symbolic)) for row in rows]
        caption = "every node: its value, its gradient, and what a nudge of it does"
        return Table(columns, caption, heads=2, sentences=said, solution=self._solution)

    def _name(self, node: NodeReport) -> str | None:
        return self._notation.name(node.index) if self._medium.document else None

    def _definition(self, row: Row, node: NodeReport, room: Room) -> str:
        if row.is_input:
            return row.definition
        if room.definition and len(row.definition) > room.definition:
            return row.definition[: room.definition - 1] + "…"
        return Code(row.definition, self._notation.definition(node.index) if self._medium.document else None)

    def _symbolic(self, row: Row, room: Room) -> str:
        if room.symbolic == "all":
            return self._set(row) if self._medium.document else row.symbolic_cell()
        return row.news if room.symbolic == "news" else row.symbolic_cell(numbers_put_in=False)

    def _set(self, row: Row) -> Code:
        """SymPy's formula and its value, set as mathematics."""
        from gradx.derive.formulas import Formula

        text = row.symbolic_cell(numbers_put_in=False)
        try:
            formula = self._notation.written(Formula(read(row.formula).graph))
        except GradxError:
            return Code(text)
        value = self._notation.decimal(row.symbolic) if row.symbolic not in (None, row.formula) else None
        return Code(text, self._notation.equals.join(filter(None, [formula, value])))

    def _solution(self) -> Iterator[blocks.Equations]:
        """The forward pass, then every gradient. What is not proved right is said at the right of its row."""
        notation = self._notation
        yield blocks.Equations(list(map(self._forward, self._nodes)), "forward", airy=False)
        backward = []
        for node in reversed(self._nodes):
            gradient = notation.decimal(exactly(node.gradient, node.verdict.exact, self._digits))
            left = notation.quotient(self._graph.output, node.index, "∂")
            backward.append(Equation(left, (gradient,), _beside(node.verdict, notation)))
        yield blocks.Equations(backward, "backward")

    def _forward(self, node: NodeReport) -> Equation:
        notation, i = self._notation, node.index
        value = notation.decimal(exactly(node.value, node.exact_value, self._digits))
        chain = (value,) if node.kind == "input" else (notation.operation(i), value)
        remarks = _beside(self._exploration.value_verdict, notation) if i == self._graph.output else ()
        return Equation(notation.name(i), chain, remarks)


def _sentences(row: Row, output: str, epsilon: str, *, symbolic: bool) -> Iterator[str]:
    what = "an input" if row.is_input else row.definition
    if row.mark == NOT_TAKEN:
        yield f"{row.name} is {what}, in a branch that is not taken."
        return
    yield f"{row.name} is {what}, with value {row.value} and gradient d{row.name} = {row.gradient}."
    yield f"Nudged by {epsilon}, it moves {output} to {row.output}: slope {row.slope}."
    if symbolic:
        yield f"SymPy: {row.symbolic_cell()}."
    yield row.judged.sentence


def _beside(verdict: Verdict, notation: Notation) -> tuple[blocks.Words, ...]:
    """What stands behind a number that is not proved right."""
    said = [judgement(verdict).beside]
    if not said[0]:
        return ()
    if verdict.status == "inexact" and verdict.exact is not None:
        said += [", exactly ", blocks.Math(notation.decimal(decimal(verdict.exact, notation.digits)))]
    for side, slope in (("left", verdict.left), ("right", verdict.right)):
        if slope is not None:
            said += [f", {side} slope ", blocks.Math(notation.number(slope))]
    return (tuple(said),)


def _row(node: NodeReport, values: dict[str, str], digits: int) -> Row:
    formula, numbers, value = _symbolic(node, values, digits)
    nudge, judged, definition = node.nudge, judgement(node.verdict), node.definition
    return Row(
        name=safe(node.name),
        definition="input" if definition is None else safe(definition),
        is_input=definition is None,
        value=exactly(node.value, node.exact_value, digits),
        gradient=exactly(node.gradient, node.verdict.exact, digits),
        output=shown(nudge.output, min(digits, NUDGE_DIGITS)) if nudge else NONE,
        slope=shown(nudge.slope, min(digits, NUDGE_DIGITS)) if nudge else NONE,
        formula=formula,
        put_in=numbers,
        symbolic=value,
        mark=NOT_TAKEN if node.value is None else judged.mark,
        judged=judged,
    )


def _symbolic(node: NodeReport, values: dict[str, str], digits: int) -> tuple[str, str | None, str | None]:
    """SymPy's formula, the formula with numbers, and the value; or what came instead of a formula."""
    symbolic = node.symbolic
    value = None if symbolic.value is None else decimal(symbolic.value, digits)
    if symbolic.formula is None:
        return ("…" if value is not None else SILENT.get(symbolic.status, NONE)), None, value
    formula = safe(symbolic.formula)
    numbers = put_in(formula, values) if len(formula) <= LONGEST_CHARACTERS else None
    if numbers is not None and (len(numbers) > LONGEST_CHARACTERS or numbers == formula):
        numbers = None
    if numbers is not None and value is not None and _CANCELS.search(formula) and not _gives(numbers, float(value)):
        numbers = None
    return formula, numbers, value


_CANCELS = re.compile(r"[-%]|(?:sign|floor|ceil|where)\(")
"""Where the digits that are not shown may decide: as they are shown, sign(0.3 - 0.3) is not -1."""


def _gives(numbers: str, value: float) -> bool:
    """Whether a formula with the numbers in it, as they are shown, is about `value`."""
    try:
        graph = read(numbers.replace("·", "*")).graph
    except GradxError:
        return True
    if graph.inputs:
        return True
    run = forward(graph, FLOAT64, {})
    found = run.values[graph.output]
    return not run.faults and math.isclose(found, value, rel_tol=ROUGHLY, abs_tol=ROUGHLY)


ROUGHLY = 1e-6
"""The relative difference that shown digits may make."""


def _records(exploration: Exploration, nodes: Sequence[int]) -> Iterator[Record]:
    yield {
        **opening("eval", exploration),
        "epsilon": exploration.options.epsilon,
        "point": exploration.point,
        "value_verdict": value_record(exploration.value_verdict),
        "confirmed": exploration.confirmed,
        "proved": exploration.proved,
        "gradients": exploration.gradients,
        "nodes": _nodes(map(exploration.report, nodes)),
    }


def _nodes(reports: Iterable[NodeReport]) -> Iterator[Record]:
    """Node by node. Of a large graph all verdicts are one, which is told once."""
    names = ("name", "kind", "definition", "inputs", "value", "gradient", "nudge", "symbolic")
    verdict, told = None, dict[str, object]()
    for node in reports:
        if node.verdict is not verdict:
            verdict, told = node.verdict, verdict_record(node.verdict)
        yield {**selected(node, *names), "verdict": told}


def _flat(node: NodeReport) -> Record:
    """The same for a table: `nudge_slope` for the slope in `nudge`, the enclosure as `lower` and `upper`."""
    symbolic = node.symbolic._asdict() | {"value": node.symbolic.value and Exact(node.symbolic.value)}
    verdict, proof = node.verdict, node.verdict.proof
    sides = {"exact": verdict.exact and Exact(verdict.exact), **selected(verdict, "digits", "left", "right")}
    enclosure = {"lower": proof and Exact(proof.lower), "upper": proof and Exact(proof.upper)}
    told = {"verdict": verdict.status, "reason": verdict.reason, "cause": verdict.cause, **sides, **enclosure}
    return {**next(_nodes([node])), "nudge": node.nudge or NO_NUDGE, "symbolic": symbolic, "verdict": {}, **told}
