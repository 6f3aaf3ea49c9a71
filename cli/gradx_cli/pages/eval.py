"""The page of `eval`: every node with its value, its gradient, what a nudge does, SymPy's formula and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.exploration import Exploration, NodeReport
from gradx.nudge_column import Nudge
from gradx.verdict import Status, Verdict
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
from gradx_cli.notation import Notation
from gradx_cli.numbers import Exact, counted, decimal, exactly, shown
from gradx_cli.pages.conclusion import asked_sympy, conclusion
from gradx_cli.pages.sheet import NOT_TAKEN, Row, rows, title
from gradx_cli.terminal import LONGEST_TITLE

MOST = 200
"""Nodes that a table shows in full."""

SHOWN_INPUTS = 20

NO_NUDGE = Nudge(None, None)

SAID = {
    "agree": "Confirmed.",
    "inexact": "Digits are lost.",
    "unchecked": "Not checked.",
    "disagree": "The witnesses disagree.",
    "undecided": "Undecided.",
}

BESIDE: dict[Status, str] = {
    "inexact": "digits are lost",
    "kink": "kink",
    "edge": "edge",
    "jump": "jump",
    "vertical": "vertical",
    "disagree": "the witnesses disagree",
    "undecided": "undecided",
}

TONES: dict[Status, Tone] = {"agree": "confirmed", "unchecked": "quiet"}


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

    return Answer(page, _records(exploration), map(_row, exploration.nodes), exploration.warnings)


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
    if asked_sympy(exploration):
        shorter = Part([row.symbolic_cell(numbers_put_in=False) for row in sheet])
        longer = Part([row.symbolic_cell() for row in sheet])
        columns.append(Column("SymPy", (longer,), narrower=((shorter,),), code=True))
    tones: list[Tone] = [TONES.get(row.status, "doubtful") for row in sheet]
    columns.append(Column("verdict", (Part([row.mark for row in sheet]),), tones, mark=True))
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
    said.append(SAID.get(row.status, f"Not confirmed: {row.status}."))
    return said


def _solution(exploration: Exploration, notation: Notation, digits: int) -> Iterator[Equations]:
    """The forward pass, then every gradient. What is not confirmed is said at the right of its row."""
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
    """What stands behind a number that is not confirmed."""
    if verdict.status not in BESIDE:
        return ()
    said = [BESIDE[verdict.status]]
    if verdict.status == "inexact" and verdict.exact is not None:
        said += [", exactly ", Math(notation.decimal(decimal(verdict.exact, digits)))]
    for side, slope in (("left", verdict.left), ("right", verdict.right)):
        if slope is not None:
            said += [f", {side} slope ", Math(notation.number(slope))]
    return (tuple(said),)


def _records(exploration: Exploration) -> Iterator[Record]:
    verdict = exploration.value_verdict._asdict()
    yield {
        **head("eval", exploration.program, exploration.warnings),
        "output": exploration.graph.names[exploration.graph.output],
        "value": exploration.value,
        "epsilon": exploration.options.epsilon,
        "point": exploration.point,
        "value_verdict": {key: part for key, part in verdict.items() if key not in ("left", "right")},
        "confirmed": exploration.confirmed,
        "nodes": map(_node, exploration.nodes),
    }


def _node(node: NodeReport) -> Record:
    names = ("name", "kind", "definition", "inputs", "value", "gradient", "nudge", "symbolic", "verdict")
    return selected(node, *names)


def _row(node: NodeReport) -> Record:
    """The same for a table: `nudge_slope` for the slope in `nudge`."""
    symbolic = node.symbolic._asdict() | {"value": node.symbolic.value and Exact(node.symbolic.value)}
    verdict = node.verdict._asdict()
    verdict = {"verdict": verdict.pop("status")} | verdict | {"exact": verdict["exact"] and Exact(verdict["exact"])}
    return {**_node(node), "nudge": node.nudge or NO_NUDGE, "symbolic": symbolic, "verdict": {}, **verdict}
