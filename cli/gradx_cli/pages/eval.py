"""The page of `eval`: every node with its value, its gradient, what a nudge does, SymPy's formula and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.point.exploration import Exploration, NodeReport
from gradx.point.nudge import Nudge
from gradx.point.verdict import Status, Verdict
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import (
    GAP,
    Block,
    Code,
    Column,
    Equation,
    Equations,
    Items,
    Math,
    Part,
    Sentence,
    Table,
    Title,
    Tone,
    Words,
    constant,
)  # fmt: skip
from gradx_cli.escape import safe
from gradx_cli.notation import Notation, put_in
from gradx_cli.numbers import NONE, Exact, counted, decimal, exactly, shown
from gradx_cli.pages.conclusion import asked_sympy, conclusion, title, verdict_record
from gradx_cli.terminal import LONGEST_TITLE

MOST = 200
"""Nodes that a table shows in full."""

SHOWN_INPUTS = 20

NO_NUDGE = Nudge(None, None)

SAID = {
    "agree": "Proved.",
    "inexact": "Digits are lost.",
    "unchecked": "Not checked.",
    "disagree": "The rule is proved wrong.",
    "undecided": "Undecided.",
}

BESIDE: dict[Status, str] = {
    "inexact": "digits are lost",
    "kink": "kink",
    "edge": "edge",
    "jump": "jump",
    "vertical": "vertical",
    "disagree": "the rule is proved wrong",
    "undecided": "undecided",
}

MARKS: dict[Status, str] = {
    "agree": "✓",
    "inexact": "! digits lost",
    "kink": "! kink",
    "edge": "! edge",
    "jump": "! jump",
    "vertical": "! vertical",
    "disagree": "✗ disagrees",
    "undecided": "? undecided",
    "unchecked": "unchecked",
}

NOT_TAKEN = "not taken"
"""What is said of a node in the branch of a `where` that the condition does not choose."""

NUDGE_DIGITS = 15
"""A nudge is float64's own; past this its digits are rounding."""

LONGEST_SUBSTITUTION = 40
"""Longer than this, numbers put into a formula explain nothing."""

TONES: dict[Status, Tone] = {"agree": "confirmed", "unchecked": "quiet"}


class Row(NamedTuple):
    """One node. `formula` is SymPy's, `put_in` the same with numbers (None: no news), `symbolic` its value."""

    name: str
    definition: str
    value: str
    gradient: str
    output: str
    slope: str
    formula: str
    put_in: str | None
    symbolic: str | None
    mark: str
    status: Status

    def symbolic_cell(self, *, numbers_put_in: bool = True) -> str:
        """`3*c = 3·2 = 6`, each part only where it says something new."""
        parts = [self.formula, self.put_in if numbers_put_in else None, self.symbolic]
        texts = [part for part in parts if part is not None]
        return " = ".join(text for k, text in enumerate(texts) if k == 0 or text != texts[k - 1])


def answer(exploration: Exploration, digits: int) -> Answer:
    """The table and what it comes to, the exploration as an object, a node a row."""

    def page(medium: Medium) -> Iterator[Block]:
        nodes, left_out = (exploration.nodes, None) if medium.whole else sample(exploration)
        longest = None if medium.whole else LONGEST_TITLE
        yield from (GAP, Title(title(exploration, digits, longest)), GAP)
        yield _table(exploration, nodes, medium, digits)
        yield GAP
        if left_out:
            yield Sentence(left_out)
        yield Items(conclusion(exploration))

    return Answer(page, _records(exploration), map(_flat, exploration.nodes), exploration.warnings)


def sample(exploration: Exploration) -> tuple[tuple[NodeReport, ...], str | None]:
    """The nodes to show, and a sentence that says what was left out (None where nothing was).

    Of a large graph: inputs evenly spread from first to last, as many of the nodes that have a problem, and the output.
    """
    nodes = exploration.nodes
    if len(nodes) <= MOST:
        return nodes, None
    inputs = [node for node in nodes if node.kind == "input"]
    step = max(1, -(-len(inputs) // SHOWN_INPUTS))
    problems = [node for node in nodes if node.verdict.status not in ("agree", "unchecked")][:SHOWN_INPUTS]
    wanted = {node.index for node in [*inputs[::step], *problems]} | {exploration.graph.output}
    kept = tuple(node for node in nodes if node.index in wanted)
    operations = len(nodes) - len(inputs)
    return kept, (
        f"{counted(len(inputs), 'input')} and {counted(operations, 'operation')}, "
        f"{len(kept)} of these {len(nodes):,} nodes shown; "
        "--json and --format csv give all"
    )


def _table(exploration: Exploration, nodes: Sequence[NodeReport], medium: Medium, digits: int) -> Table:
    sheet = rows(exploration, nodes, digits)
    notation = medium.notation(exploration.graph, digits)
    names = [Code(row.name, notation.name(node.index)) for node, row in zip(nodes, sheet, strict=True)]
    what = [_definition(row, node, notation, medium) for node, row in zip(nodes, sheet, strict=True)]
    output, count = safe(exploration.graph.names[exploration.graph.output]), len(sheet)
    gradients = (constant("d", count), Part(names), constant(" = ", count), _numbers(row.gradient for row in sheet))
    moved = (constant(f"{output} → ", count), _numbers(row.output for row in sheet))
    by = f"nudged by {shown(exploration.options.epsilon, digits)}"
    columns = [
        Column("node", (Part(names),), code=True),
        Column("is", (Part(what),), "quiet"),
        Column("value", (_numbers(row.value for row in sheet),), "forward"),
        Column("gradient", gradients, "backward", code=True),
        Column(by, moved, code=True, label="nudged"),
        Column("slope", (_numbers(row.slope for row in sheet),), joined=True),
    ]
    tones: list[Tone] = [TONES.get(row.status, "doubtful") for row in sheet]
    verdict = Column("verdict", (Part([row.mark for row in sheet]),), tones, mark=True)
    columns += [*_symbolic_column(exploration, sheet, notation, medium), verdict]
    if medium.document:
        # A formula that is set may be wide: whoever has to scroll should have seen the verdict.
        columns.insert(6, columns.pop())
    epsilon = shown(exploration.options.epsilon, digits)
    symbolic = asked_sympy(exploration)
    return Table(
        columns,
        "every node: its value, its gradient, and what a nudge of it does",
        heads=2,
        sentences=[" ".join(_sentences(row, output, epsilon, symbolic=symbolic)) for row in sheet],
        solution=lambda: _solution(exploration, notation, digits),
    )


def _definition(row: Row, node: NodeReport, notation: Notation, medium: Medium) -> str:
    if node.kind == "input":
        return row.definition
    return Code(row.definition, notation.definition(node.index) if medium.document else None)


def _symbolic_column(
    exploration: Exploration, sheet: Sequence[Row], notation: Notation, medium: Medium
) -> Iterator[Column]:
    """SymPy's formulas, where it was asked for any."""
    if asked_sympy(exploration):
        shorter = Part([row.symbolic_cell(numbers_put_in=False) for row in sheet])
        longer = Part([_set(row, notation) if medium.document else row.symbolic_cell() for row in sheet])
        yield Column("SymPy", (longer,), narrower=((shorter,),), code=True)


def _set(row: Row, notation: Notation) -> Code:
    """SymPy's formula and its value, set as mathematics."""
    from gradx.derive.formulas import Formula

    text = row.symbolic_cell(numbers_put_in=False)
    try:
        formula = notation.written(Formula(read(row.formula).graph))
    except GradxError:
        return Code(text)
    value = notation.decimal(row.symbolic) if row.symbolic not in (None, row.formula) else None
    return Code(text, notation.equals.join(filter(None, [formula, value])))


def _numbers(texts: Iterator[str]) -> Part:
    return Part(list(texts), "decimal")


def _sentences(row: Row, output: str, epsilon: str, *, symbolic: bool) -> list[str]:
    what = "an input" if row.definition == "input" else row.definition
    if row.mark == NOT_TAKEN:
        return [f"{row.name} is {what}, in a branch that is not taken."]
    said = [f"{row.name} is {what}, with value {row.value} and gradient d{row.name} = {row.gradient}."]
    said.append(f"Nudged by {epsilon}, it moves {output} to {row.output}: slope {row.slope}.")
    if symbolic:
        said.append(f"SymPy: {row.symbolic_cell()}.")
    said.append(SAID.get(row.status, f"Not proved right: {row.status}."))
    return said


def _solution(exploration: Exploration, notation: Notation, digits: int) -> Iterator[Equations]:
    """The forward pass, then every gradient. What is not proved right is said at the right of its row."""
    nodes, output = exploration.nodes, exploration.graph.output
    yield Equations([_forward(exploration, node, notation, digits) for node in nodes], "forward", airy=False)
    backward = [
        Equation(
            notation.quotient(output, node.index, "∂"),
            (notation.decimal(exactly(node.gradient, node.verdict.exact, digits)),),
            _beside(node.verdict, notation, digits),
        )
        for node in reversed(nodes)
    ]
    yield Equations(backward, "backward")


def _forward(exploration: Exploration, node: NodeReport, notation: Notation, digits: int) -> Equation:
    value = notation.decimal(exactly(node.value, node.exact_value, digits))
    chain = (value,) if node.kind == "input" else (notation.operation(node.index), value)
    is_output = node.index == exploration.graph.output
    remarks = _beside(exploration.value_verdict, notation, digits) if is_output else ()
    return Equation(notation.name(node.index), chain, remarks)


def _beside(verdict: Verdict, notation: Notation, digits: int) -> tuple[Words, ...]:
    """What stands behind a number that is not proved right."""
    if verdict.status not in BESIDE:
        return ()
    said = [BESIDE[verdict.status]]
    if verdict.status == "inexact" and verdict.exact is not None:
        said += [", exactly ", Math(notation.decimal(decimal(verdict.exact, digits)))]
    for side, slope in (("left", verdict.left), ("right", verdict.right)):
        if slope is not None:
            said += [f", {side} slope ", Math(notation.number(slope))]
    return (tuple(said),)


def rows(exploration: Exploration, nodes: Sequence[NodeReport], digits: int) -> list[Row]:
    """The rows of `nodes`, with numbers of up to `digits` significant digits."""
    graph = exploration.graph
    wanted = range(len(graph.nodes)) if len(nodes) == len(exploration.nodes) else graph.inputs
    values = {graph.names[i]: shown(exploration.forward.values[i], digits) for i in wanted if graph.names[i]}
    return [_row(node, values, digits) for node in nodes]


def _row(node: NodeReport, values: dict[str, str], digits: int) -> Row:
    formula, numbers, value = _symbolic(node, values, digits)
    nudge = node.nudge
    return Row(
        name=safe(node.name),
        definition="input" if node.definition is None else safe(node.definition),
        value=exactly(node.value, node.exact_value, digits),
        gradient=exactly(node.gradient, node.verdict.exact, digits),
        output=shown(nudge.output, min(digits, NUDGE_DIGITS)) if nudge else NONE,
        slope=shown(nudge.slope, min(digits, NUDGE_DIGITS)) if nudge else NONE,
        formula=formula,
        put_in=numbers,
        symbolic=value,
        mark=NOT_TAKEN if node.value is None else MARKS[node.verdict.status],
        status=node.verdict.status,
    )


def _symbolic(node: NodeReport, values: dict[str, str], digits: int) -> tuple[str, str | None, str | None]:
    """SymPy's formula, the formula with numbers, and the value; or what came instead of a formula."""
    symbolic = node.symbolic
    value = None if symbolic.value is None else decimal(symbolic.value, digits)
    if symbolic.formula is None:
        return ("…" if value is not None else {"timeout": "late"}.get(symbolic.status, NONE)), None, value
    formula = safe(symbolic.formula)
    numbers = put_in(formula, values) if len(formula) <= LONGEST_SUBSTITUTION else None
    if numbers is not None and (len(numbers) > LONGEST_SUBSTITUTION or numbers == formula):
        numbers = None
    return formula, numbers, value


def _records(exploration: Exploration) -> Iterator[Record]:
    value = verdict_record(exploration.value_verdict)
    yield {
        **head("eval", exploration.program, exploration.warnings),
        "output": exploration.graph.names[exploration.graph.output],
        "value": exploration.value,
        "epsilon": exploration.options.epsilon,
        "point": exploration.point,
        "value_verdict": {key: part for key, part in value.items() if key not in ("left", "right")},
        "confirmed": exploration.confirmed,
        "proved": exploration.proved,
        "gradients": exploration.gradients,
        "nodes": map(_node, exploration.nodes),
    }


def _node(node: NodeReport) -> Record:
    names = ("name", "kind", "definition", "inputs", "value", "gradient", "nudge", "symbolic")
    return {**selected(node, *names), "verdict": verdict_record(node.verdict)}


def _flat(node: NodeReport) -> Record:
    """The same for a table: `nudge_slope` for the slope in `nudge`, the enclosure as `lower` and `upper`."""
    symbolic = node.symbolic._asdict() | {"value": node.symbolic.value and Exact(node.symbolic.value)}
    verdict, proof = node.verdict, node.verdict.proof
    sides = {"exact": verdict.exact and Exact(verdict.exact), **selected(verdict, "digits", "left", "right")}
    enclosure = {"lower": proof and Exact(proof.lower), "upper": proof and Exact(proof.upper)}
    told = {"verdict": verdict.status, "reason": verdict.reason, **sides, **enclosure}
    return {**_node(node), "nudge": node.nudge or NO_NUDGE, "symbolic": symbolic, "verdict": {}, **told}
