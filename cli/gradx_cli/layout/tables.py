"""Tables in columns of characters: aligned, narrowed where the room asks for it, a block a row where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from gradx_cli.blocks import Column, Part, Table, Tone
from gradx_cli.layout import STYLES
from gradx_cli.numbers import aligned
from gradx_cli.terminal import UNLIMITED, Segment, Terminal
from gradx_cli.width import cells, evened, padded

GAP_COLUMNS, TIGHT_GAP_COLUMNS = 3, 2
LEAST_COLUMNS = 8
"""Columns that a column which spills needs to stand beside the others at all."""

WIDEST_COLUMNS = 20
"""Columns of the names before what stands below a table: more push it to the right."""

BELOW = "↓"
"""What stands in the place of a cell that is below the table."""

Line = list[Segment]


class Laid(NamedTuple):
    """A column as it is seen: heading and cells, all `width` columns wide, and the cells' styles."""

    heading: str
    texts: Sequence[str]
    width: int
    styles: Sequence[str]
    column: Column

    @classmethod
    def of(cls, column: Column, heading: str, texts: Sequence[str]) -> Laid:
        heading, *texts = evened([heading, *texts], right=column.right)
        return cls(heading, texts, cells(heading), [STYLES[tone] for tone in column.tones], column)


class Fitted(NamedTuple):
    """A table as it fits: its columns, the blanks between them, and what stands below it: the heading of a column, and
    texts with the names of their rows."""

    table: Table
    columns: list[Laid]
    gap: int
    heading: str = ""
    spilled: Mapping[str, str] = MappingProxyType({})

    @property
    def width(self) -> int:
        return self.table.indent + sum(column.width for column in self.columns) + self.gap * (len(self.columns) - 1)


def table_lines(table: Table, screen: Terminal) -> Iterator[Line]:
    """The table as wide as it gets; where that is too wide, with less in its cells, and then in another form."""
    if table.shown_caption:
        yield [("  " + screen.drawn(table.caption), STYLES["quiet"])]
    fitted = _fitted(table, screen)
    if fitted is not None:
        yield from _rows(fitted, screen)
        yield from _below(fitted, screen)
    elif table.folds:
        yield from _folded(table, _laid(table, GAP_COLUMNS, screen), screen)
    else:
        yield from _blocks(table.blocks() if table.blocks else table, screen)


def _fitted(table: Table, screen: Terminal) -> Fitted | None:
    """The first version that fits with at most a text below it for every two rows, else that with the fewest lines."""
    for versions in (chain([table], (make() for make in table.narrower)), (make() for make in table.narrowest)):
        found: list[Fitted] = []
        for version in versions:
            for gap in (GAP_COLUMNS, TIGHT_GAP_COLUMNS) if table.heads else (GAP_COLUMNS,):
                fitted = _spilled(Fitted(version, _laid(version, gap, screen), gap), screen)
                if fitted is not None:
                    if 2 * len(fitted.spilled) <= len(table.rows):
                        return fitted
                    found.append(fitted)
        if found:
            return min(found, key=lambda fitted: len(list(_below(fitted, screen))))
    return None


def _spilled(fitted: Fitted, screen: Terminal) -> Fitted | None:
    """The table with what has no room below it; None where it does not fit even so."""
    if screen.width is None or fitted.width <= screen.width:
        return fitted
    columns = fitted.columns
    at = next((k for k, laid in enumerate(columns) if laid.column.spills), None)
    if at is None:
        return None
    wide = columns[at]
    texts = [text.rstrip() for text in wide.texts]
    room = screen.width - (fitted.width - wide.width)
    if room < max(LEAST_COLUMNS, cells(wide.heading.rstrip())):
        room, kept = 0, []
    else:
        seen = [text if cells(text) <= room else screen.drawn(BELOW) for text in texts]
        kept = [Laid.of(wide.column, wide.heading.rstrip(), seen)]
    below: dict[str, str] = {}
    for row, text in enumerate(texts):
        if cells(text) > room:
            name = wide.column.spills.format(fitted.table.columns[0].cell(row))
            below[text] = ", ".join(filter(None, (below.get(text), name)))
    narrower = fitted._replace(
        columns=[*columns[:at], *kept, *columns[at + 1 :]], heading=wide.heading.rstrip(), spilled=below
    )
    return narrower if narrower.width <= screen.width else None


def _below(fitted: Fitted, screen: Terminal) -> Iterator[Line]:
    """What was spilled: a line for each text, broken at blanks where even that is too wide."""
    table, names = fitted.table, [screen.drawn(names) for names in fitted.spilled.values()]
    head = " " * table.indent + padded(fitted.heading, cells(fitted.heading) + GAP_COLUMNS)
    wide = min(max(map(cells, names), default=0), WIDEST_COLUMNS)
    for whole, text in zip(names, fitted.spilled, strict=True):
        needed = cells(" = ") + max(map(cells, text.split(" ")))
        *above, name = screen.folded(whole, 0, max((screen.width or 0) - cells(head) - needed, WIDEST_COLUMNS))
        before = f"{name if above else padded(name, wide)} = "
        hanging = cells(head) + min(cells(before), WIDEST_COLUMNS)
        first, *rest = screen.folded(text, cells(head) + cells(before))
        for line in above:
            yield [(head, STYLES["strong"]), (line, "")]
            head = " " * cells(head)
        yield [(head, STYLES["strong"]), (before + first, "")]
        yield from ([(" " * hanging + line, "")] for line in rest)
        head = " " * cells(head)


def _laid(table: Table, gap: int, screen: Terminal) -> list[Laid]:
    found: list[tuple[Column, str, list[str]]] = []
    for column in table.columns:
        if column.mark and set(column.tone) == {"quiet"}:
            continue
        parts = [texts_of(part, screen.all_drawn(part.texts)) for part in column.parts]
        texts = ["".join(row) for row in zip(*parts, strict=True)]
        if column.joined:
            before, heading, left = found.pop()
            found.append((before, heading, [f"{one}{' ' * gap}{two}" for one, two in zip(left, texts, strict=True)]))
        else:
            heading = "" if column.mark or table.header == "hidden" else screen.drawn(column.heading)
            found.append((column, heading, texts))
    return [Laid.of(*parts) for parts in found]


def texts_of(part: Part, texts: Sequence[str]) -> list[str]:
    """The texts of a part, drawn, as they are aligned: all of one width."""
    return aligned(texts) if part.align == "decimal" else evened(texts, right=part.align == "right")


def _rows(fitted: Fitted, screen: Terminal) -> Iterator[Line]:
    table, columns, gap = fitted[:3]
    if table.header in ("strong", "plain"):
        tone: Tone = "strong" if table.header == "strong" else ""
        yield _line(table, columns, [column.heading for column in columns], [STYLES[tone]] * len(columns), gap)
        yield [(" " * table.indent + screen.drawn("─") * (fitted.width - table.indent), "")]
    for texts, styles in _seen(table, columns):
        yield _line(table, columns, texts, styles, gap)


def _seen(table: Table, columns: Sequence[Laid]) -> Iterator[tuple[list[str], list[str]]]:
    """The rows, and before them the headings where they look like rows."""
    if table.header == "toned":
        yield [column.heading for column in columns], [column.styles[0] for column in columns]
    for row in table.rows:
        yield [column.texts[row] for column in columns], [column.styles[row] for column in columns]


def _line(table: Table, columns: Sequence[Laid], texts: Sequence[str], styles: Sequence[str], gap: int) -> Line:
    """One row. In a table with a strong head the blanks behind a cell are of its colour, but for one."""
    inside = gap - 1 if table.header == "strong" else 0
    line: Line = [(" " * table.indent, "")]
    for text, style in zip(texts, styles, strict=True):
        line += [(text + " " * inside, style), (" " * (gap - inside), "")]
    return [*line[:-2], (texts[-1], styles[-1])]


def _folded(table: Table, columns: Sequence[Laid], screen: Terminal) -> Iterator[Line]:
    """A row on several lines: the columns `folds` begin new ones, and those that have no room beside the others."""
    indent, deeper = " " * table.indent, " " * (table.indent + GAP_COLUMNS)
    begins = _beginnings(table, columns, screen.width or UNLIMITED)
    for texts, styles in _seen(table, columns):
        lines: list[Line] = [[(indent, ""), (texts[0], styles[0])]]
        for k, (text, style) in enumerate(zip(texts[1:], styles[1:], strict=True), 1):
            if k in begins:
                broken = list(screen.folded(text.rstrip(), len(deeper)))
                lines += ([(deeper, ""), (part, style)] for part in (broken if len(broken) > 1 else [text]))
            else:
                lines[-1] += [(" " * GAP_COLUMNS, ""), (text, style)]
        yield from (line for line in lines if any(text.strip() for text, _ in line))


def _beginnings(table: Table, columns: Sequence[Laid], width: int) -> set[int]:
    """The columns that begin a line."""
    found = set(table.folds)
    end = table.indent + columns[0].width
    for k, column in enumerate(columns[1:], 1):
        if end + GAP_COLUMNS + column.width > width:
            found.add(k)
        end = (table.indent if k in found else end) + GAP_COLUMNS + column.width
    return found


def _blocks(table: Table, screen: Terminal) -> Iterator[Line]:
    """A block a row, for every cell that is not empty a line, or as many as it needs."""
    drawn = screen.drawn
    heads, columns = table.columns[: table.heads], table.columns[table.heads :]
    labels = [drawn(column.label or column.heading) for column in columns]
    indent = " " * (table.indent + 2 * bool(heads))
    wide = max(map(cells, labels)) + 2
    for row in table.rows:
        if heads:
            yield from [[]] if row else []
            names = "  ".join(drawn(column.label + column.cell(row)) for column in heads)
            yield [(" " * table.indent + names, STYLES["strong"])]
        lines: list[Line] = []
        for label, column in zip(labels, columns, strict=True):
            text = drawn(column.cell(row))
            if column.joined:
                lines[-1].append((f", {label} {text}", ""))
            elif text:
                style = STYLES[column.tones[row]]
                is_narrow = (screen.width or 0) < len(indent) + wide + WIDEST_COLUMNS
                first, *rest = [text] if is_narrow else screen.folded(text, len(indent) + wide)
                lines.append([(indent + padded(label, wide), ""), (first, style)])
                lines += [[(" " * (len(indent) + wide) + line, style)] for line in rest]
        yield from lines
        if not heads:
            yield []
