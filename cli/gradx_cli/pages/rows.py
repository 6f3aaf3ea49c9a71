"""The page of `eval` and `diff` for many points: a row each, the value, the derivatives, what is proved of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gradx.language.program import Program
from gradx.lessons.rows import AtPoint, Row, RowStatus
from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Align, Block, Column, Item, Items, Part, Sentence, Table, Title, Tone
from gradx_cli.escape import safe
from gradx_cli.inputs import shown as where_of
from gradx_cli.numbers import NONE, counted, exactly, shown
from gradx_cli.pages.conclusion import JUDGED, Judged, judgement
from gradx_cli.pages.eval import DEFAULT_DIGITS
from gradx_cli.terminal import LONGEST_TITLE

MOST_SHOWN, MOST_DETAILS = 1_000, 3
"""Rows in a table on a terminal; rows of one kind of trouble that are told one by one."""

NARROWER: tuple[tuple[int, Align], ...] = ((8, "decimal"), (6, "decimal"), (6, "right"), (4, "right"))
"""Significant digits, and how numbers stand below each other, in less and less room. Digits asked for stay."""

NO_VALUE = Judged("! no value", "There is no value.", "no value")

LEFT = {
    "computed": Judged("computed", "Computed.", tone="quiet"),
    "skipped": Judged("! skipped", "Skipped.", "skipped"),
    "unchecked": JUDGED["unchecked"],
}
"""How a row is told that is not judged."""

HOW = "computed rows are not proved: judged are those that may not be smooth, and some spread over the file"


def _nothing(_: Medium) -> Iterable[Block]:
    return ()


class Wanted(NamedTuple):
    """What is wanted of each row, and by which command: which derivatives, what finds them, with how many digits;
    `record` is what an object holds of them.

    `wrt`: the inputs along which these are, and a large file of rows may be computed for; None: each row is judged.
    Then whether the command is about derivatives alone, what stands above and below its table, what its object holds
    beside the rows.
    """

    command: str
    derivatives: Sequence[str]
    at_point: AtPoint
    digits: int
    record: Callable[[Row], Record]
    wrt: Sequence[int] | None = None
    is_of_derivatives: bool = False
    above: Callable[[Medium], Iterable[Block]] = _nothing
    items: Sequence[Item] = ()
    beside: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rows are rows of: a program, the inputs that change from row to row and those that do not."""

    program: Program
    moving: Sequence[str]
    held: Mapping[str, float]
    warnings: tuple[str, ...]
    wanted: Wanted

    @property
    def output(self) -> str:
        return self.program.graph.names[self.program.graph.output]


def answer(asked: Asked, answered: Callable[[], Iterator[Row]]) -> Answer:
    """The table and what it comes to, one object with all rows, a row a line, the values alone."""
    alone = (_alone(asked, row) for row in answered())
    page = partial(_page, asked, answered)
    return Answer(page, _records(asked, answered), map(_flat(asked), answered()), asked.warnings, alone)


def _alone(asked: Asked, row: Row) -> str:
    """The value, or the derivatives of a command that is about them."""
    numbers = map(row.gradients.get, asked.wanted.derivatives) if asked.wanted.is_of_derivatives else [row.value]
    return " ".join("nan" if x is None else shown(x, asked.wanted.digits) for x in numbers)


@dataclass(slots=True)
class _Found:
    """The rows of one kind: how many, and the first of them in words."""

    judged: Judged
    status: RowStatus
    count: int = 0
    details: list[str] = field(default_factory=list)


class Tally:
    """How many rows there are of each kind, as they come."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.kinds: dict[str, _Found] = {}

    @property
    def count(self) -> int:
        return sum(kind.count for kind in self.kinds.values())

    def add(self, row: Row) -> None:
        """One more."""
        judged = _judged(row)
        kind = self.kinds.setdefault(judged.mark, _Found(judged, row.status))
        kind.count += 1
        if len(kind.details) < MOST_DETAILS and row.reason is not None:
            place = "" if row.left == "skipped" else f"{_place(self._asked, row)}: "
            kind.details.append(f"{place}{safe(row.reason)}")

    def add_computed(self, count: int) -> None:
        """So many more that are just computed."""
        judged = LEFT["computed"]
        if count:
            self.kinds.setdefault(judged.mark, _Found(judged, "computed")).count += count

    def told(self) -> Iterator[Item]:
        """What was found of the rows: problems first."""
        for kind in sorted(self.kinds.values(), key=lambda kind: kind.judged.tone == "confirmed"):
            some = counted(kind.count, "row")
            if kind.judged.tone == "confirmed":
                whole = (
                    f"all {some} are"
                    if kind.count == self.count > 1
                    else f"{some} {'is' if kind.count == 1 else 'are'}"
                )
                yield Item("✓", f"{whole} proved", "confirmed")
                continue
            mark, _, name = (
                kind.judged.mark.rpartition(" ") if kind.judged.tone == "quiet" else kind.judged.mark.partition(" ")
            )
            rest = kind.count - len(kind.details)
            more = [*kind.details, *([f"(and so on for {rest:,} more)"] if rest and kind.details else [])]
            yield Item(mark, f"{some}: {name}", kind.judged.tone, more=tuple(map(Sentence, more)))
        if LEFT["computed"].mark in self.kinds:
            yield Item("", HOW)


def _page(asked: Asked, answered: Callable[[], Iterator[Row]], medium: Medium) -> Iterator[Block]:
    kept: list[Row] = []
    tally = Tally(asked)
    for row in answered():
        tally.add(row)
        if medium.whole or len(kept) < MOST_SHOWN:
            kept.append(row)
    yield from _head(asked, medium)
    yield from (GAP, _table(asked, kept, asked.wanted.digits), GAP)
    if len(kept) < tally.count:
        yield Sentence(f"the first {len(kept):,} of {tally.count:,} rows; --json and --format csv give all")
    yield Items([*asked.wanted.items, *tally.told()])


def _head(asked: Asked, medium: Medium) -> Iterator[Block]:
    reading = asked.program.reading if medium.whole else asked.program.shortened(LONGEST_TITLE)
    yield from (GAP, Title(safe(reading)))
    if asked.held:
        yield Sentence("at " + _point(asked.held, asked.wanted.digits))
    yield from asked.wanted.above(medium)


def saved(asked: Asked, tally: Tally, output: Path) -> Answer:
    """What the rows come to that were written to a file."""
    counts = {kind.status: kind.count for kind in tally.kinds.values()}
    reasons = [detail for kind in tally.kinds.values() for detail in kind.details]
    where = f"{counted(tally.count, 'row')} in {where_of(output)}"

    def page(medium: Medium) -> Iterator[Block]:
        yield from _head(asked, medium)
        yield from (GAP, Items([Item("", where), *tally.told()]))

    found = {"output": asked.output, "written": str(output), "statuses": counts, "reasons": reasons}
    record = {**head(asked.wanted.command, asked.program, asked.warnings), **found}
    rows = [{"status": status, "rows": count} for status, count in counts.items()]
    return Answer(page, [record], rows, asked.warnings, [str(output)])


def _judged(row: Row) -> Judged:
    if row.left is not None:
        return LEFT[row.left]
    if row.verdict is None:
        return NO_VALUE
    if row.worst is None:
        return JUDGED["agree"]
    verdict = row.worst[1]
    return judgement(verdict)


def _place(asked: Asked, row: Row) -> str:
    return _point({name: row.point[name] for name in asked.moving}, asked.wanted.digits)


def _point(numbers: Mapping[str, float], digits: int) -> str:
    return ", ".join(f"{safe(name)} = {shown(x, digits)}" for name, x in numbers.items())


def _table(asked: Asked, rows: Sequence[Row], digits: int, align: Align = "decimal") -> Table:
    """With so many digits, and fewer where the room asks for it. What was asked for stays."""
    numbers = partial(_numbers, align=align)
    columns = [numbers(safe(name), [_number(row, name, digits) for row in rows]) for name in asked.moving]
    columns.append(numbers(safe(asked.output), [_value(row, digits) for row in rows], "forward"))
    columns += [
        numbers(safe(name), [_gradient(row, name, digits) for row in rows], "backward")
        for name in asked.wanted.derivatives
    ]
    columns[0] = columns[0]._replace(label=f"{columns[0].heading} = ")
    judged = list(map(_judged, rows))
    said = [
        ", ".join(f"{column.heading} = {column.cell(k)}" for column in columns) + f". {each.sentence}"
        for k, each in enumerate(judged)
    ]
    columns.append(Column("status", (Part([each.mark for each in judged]),), [each.tone for each in judged], mark=True))
    less = (
        NARROWER
        if digits == asked.wanted.digits == DEFAULT_DIGITS
        else ((digits, "right"),)
        if align == "decimal"
        else ()
    )
    narrower = [partial(_table, asked, rows, *version) for version in less]
    what = "a row a point: its value and its derivatives"
    return Table(columns, what, "plain", heads=1, sentences=said, narrower=narrower)


def _numbers(heading: str, texts: Sequence[str], tone: Tone = "", *, align: Align) -> Column:
    return Column(heading, (Part(texts, align),), tone, right=True)


def _number(row: Row, name: str, digits: int) -> str:
    number = row.point[name]
    return NONE if math.isnan(number) else shown(number, digits)


def _value(row: Row, digits: int) -> str:
    return exactly(row.value, row.verdict and row.verdict.exact, digits)


def _gradient(row: Row, name: str, digits: int) -> str:
    gradient = row.gradients.get(name)
    verdict = row.verdicts.get(name)
    return NONE if gradient is None else exactly(gradient, verdict and verdict.exact, digits)


def _records(asked: Asked, answered: Callable[[], Iterator[Row]]) -> Iterator[Record]:
    yield {
        **head(asked.wanted.command, asked.program, asked.warnings),
        "output": asked.output,
        **asked.wanted.beside,
        "rows": map(partial(_record, asked), answered()),
    }


def _record(asked: Asked, row: Row) -> Record:
    told: dict[str, RowStatus | str | bool | None]
    told = {"status": row.status, "reason": row.reason, "proved": row.proved}
    point = {name: None if math.isnan(number) else number for name, number in row.point.items()}
    return {"point": point, "value": row.value, **asked.wanted.record(row), **told}


class Headings(NamedTuple):
    """Of the columns: for inputs, the value, the derivatives by their names, the status and its reason.

    A heading that an input bears gets a `_` behind it.
    """

    inputs: Sequence[str]
    value: str
    derivatives: Mapping[str, str]
    status: str
    reason: str


def headings(asked: Asked, inputs: Sequence[str]) -> Headings:
    """Those of these rows, with columns for the `inputs`."""
    derivatives = {name: _free(name, inputs) for name in asked.wanted.derivatives}
    return Headings(inputs, _free("value", inputs), derivatives, _free("status", inputs), _free("reason", inputs))


def _flat(asked: Asked) -> Callable[[Row], Record]:
    """What makes a line of a row."""
    head = headings(asked, [asked.program.graph.names[i] for i in asked.program.graph.inputs])

    def flat(row: Row) -> Record:
        point = {name: None if math.isnan(number) else number for name, number in row.point.items()}
        slopes = {heading: row.gradients.get(name) for name, heading in head.derivatives.items()}
        return {**point, head.value: row.value, **slopes, head.status: row.status, head.reason: row.reason}

    return flat


def _free(heading: str, taken: Collection[str]) -> str:
    while heading in taken:
        heading += "_"
    return heading
