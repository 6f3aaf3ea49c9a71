"""The page of a session's line: what a change of values has changed, each number before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from gradx.language.program import Program
from gradx.lessons.rows import Row
from gradx.point.exploration import Exploration, NodeReport
from gradx_cli.answer import Answer, Medium, Record, ends, head
from gradx_cli.blocks import GAP, Block, Column, Item, Items, Part, Sentence, Table, Title, Tone
from gradx_cli.escape import safe
from gradx_cli.numbers import exactly, shown
from gradx_cli.pages.conclusion import JUDGED, conclusion, listed, title
from gradx_cli.pages.eval import DEFAULT_DIGITS, NOT_TAKEN
from gradx_cli.terminal import LONGEST_TITLE

MOST_ROWS = 40
NARROWER = (8, 6, 4)
"""Significant digits in less and less room."""

Explored = Callable[[], tuple[Exploration, Exploration | None]]
"""What is found after the change, and before it (None: the program had no value)."""


def answer(row: Row, program: Program, warnings: Sequence[str], explored: Explored) -> Answer:
    """What has changed, node by node; the value and the gradients as an object."""
    output = program.graph.names[program.graph.output]
    alone = (f"{safe(name)} {shown(x)}" for name, x in {output: row.value, **row.gradients}.items())
    record = _record(program, row, (), warnings)
    return Answer(partial(_page, explored), [record], _rows(explored), tuple(warnings), alone)


def waiting(program: Program, missing: Sequence[str], warnings: Sequence[str]) -> Answer:
    """A program whose inputs do not all have a value yet."""
    verb = "has" if len(missing) == 1 else "have"
    said = Sentence(f"{listed([safe(name) for name in missing])} {verb} no value yet")
    record = _record(program, None, missing, warnings)
    page = (GAP, Title(safe(program.shortened(LONGEST_TITLE))), said)
    return Answer(lambda medium: page, [record], [{"missing": name} for name in missing], tuple(warnings))


def noted(program: Program | None, note: str) -> Answer:
    """Something that was done, and has no numbers."""
    from gradx.errors import Note

    return Answer(lambda medium: (), [_record(program, None, (), [Note(note)])], [], (Note(note),))


def guide(entries: Mapping[str, str]) -> Answer:
    """What can be typed, and what that does."""
    said = [f"{name}: {words}" for name, words in entries.items()]
    items = Items([Item("", name, beside=words) for name, words in entries.items()])
    record = {**_record(None, None, (), ()), "notes": said}
    return Answer(lambda medium: [items], [record], [{"typed": name, "does": does} for name, does in entries.items()])


def _record(program: Program | None, row: Row | None, missing: Sequence[str], warnings: Sequence[str]) -> Record:
    slopes = row.gradients.items() if row else ()
    return {
        **head("explore", program, (*(program.remarks if program else ()), *warnings)),
        "output": program.graph.names[program.graph.output] if program else None,
        "point": row.point if row else {},
        "value": row.value if row else None,
        "gradients": {name.removeprefix("d"): slope for name, slope in slopes},
        "status": row.status if row else None,
        "reason": row.reason if row else None,
        "proved": row.proved if row else None,
        "missing": list(missing),
    }


Pair = tuple[NodeReport, NodeReport | None]
"""A node now, and as it was (None: it had no numbers)."""


def _changed(now: Exploration, then: Exploration | None) -> list[Pair]:
    """The nodes that have other numbers than before."""
    before = {node.name: node for node in then.nodes} if then else {}
    pairs = [(node, before.get(node.name)) for node in now.nodes]
    return [(node, old) for node, old in pairs if old is None or _numbers(node) != _numbers(old)]


def _numbers(node: NodeReport) -> tuple[object, ...]:
    return node.value, node.gradient, node.verdict.status


def _rows(explored: Explored) -> Iterator[Record]:
    yield from (_flat(node, old) for node, old in _changed(*explored()))


def _flat(node: NodeReport, old: NodeReport | None) -> Record:
    before = {"value_before": old and old.value, "gradient_before": old and old.gradient}
    return {"name": node.name, "value": node.value, "gradient": node.gradient, **before, "verdict": node.verdict.status}


def _page(explored: Explored, medium: Medium) -> Iterator[Block]:
    now, then = explored()
    pairs = _changed(now, then)
    kept = pairs if medium.whole else ends(pairs, MOST_ROWS, MOST_ROWS // 2)
    yield from (GAP, Title(title(now, DEFAULT_DIGITS, LONGEST_TITLE)), GAP)
    if kept:
        yield _table(kept, DEFAULT_DIGITS)
    else:
        yield Sentence("nothing has changed")
    if len(kept) < len(pairs):
        yield Sentence(f"{len(pairs)} nodes changed, {len(kept)} of them are shown", "quiet")
    yield from (GAP, Items(conclusion(now)))


def _table(pairs: Sequence[Pair], digits: int) -> Table:
    names = [safe(node.name) for node, _ in pairs]
    values = [_before_and_after(_value(node, digits), _value(old, digits) if old else None) for node, old in pairs]
    slopes = [_before_and_after(_slope(node, digits), _slope(old, digits) if old else None) for node, old in pairs]
    judged = [JUDGED[node.verdict.status] for node, _ in pairs]
    marks = [NOT_TAKEN if node.value is None else each.mark for (node, _), each in zip(pairs, judged, strict=True)]
    tones: list[Tone] = [each.tone for each in judged]
    columns = [
        Column("node", (Part(names),), code=True),
        Column("value", _parts(values), "forward", code=True),
        Column("gradient", _parts(slopes), "backward", code=True),
        Column("verdict", (Part(marks),), tones, mark=True),
    ]
    said = [
        f"{_told(name, value)}, and {_told(f'd{name}', slope)}. {each.sentence}"
        for name, value, slope, each in zip(names, values, slopes, judged, strict=True)
    ]
    less = NARROWER if digits == DEFAULT_DIGITS else ()
    narrower = [partial(_table, pairs, fewer) for fewer in less]
    return Table(columns, "what has changed: before → after", heads=1, sentences=said, narrower=narrower)


def _value(node: NodeReport, digits: int) -> str:
    return exactly(node.value, node.exact_value, digits)


def _slope(node: NodeReport, digits: int) -> str:
    return exactly(node.gradient, node.verdict.exact, digits)


def _before_and_after(new: str, old: str | None) -> tuple[str, str, str]:
    return ("", "", new) if old in (None, new) else (old or "", " → ", new)


def _parts(cells: Sequence[tuple[str, str, str]]) -> tuple[Part, ...]:
    before, arrows, after = zip(*cells, strict=True)
    return Part(before, "decimal"), Part(arrows), Part(after, "decimal")


def _told(name: str, cell: tuple[str, str, str]) -> str:
    old, _, new = cell
    return f"{name} goes from {old} to {new}" if old else f"{name} is {new}"
