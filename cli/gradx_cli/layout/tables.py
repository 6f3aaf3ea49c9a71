"""Tables in columns of characters: aligned, narrowed where the room asks for it, a block a row where it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gradx_cli.blocks import Column, Part, Table, Tone
from gradx_cli.layout import STYLES
from gradx_cli.numbers import aligned
from gradx_cli.terminal import Segment, Terminal
from gradx_cli.width import cells, evened, padded

GAP, TIGHT_GAP = 3, 2

Drawn = Callable[[str], str]
Line = list[Segment]


@dataclass(frozen=True, slots=True)
class Laid:
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


def table_lines(table: Table, screen: Terminal) -> Iterator[Line]:
    """The table as wide as it gets; where that is too wide, with less in its cells, and then in another form."""
    if table.shown_caption:
        yield [("  " + screen.drawn(table.caption), STYLES["quiet"])]
    versions = [(k, GAP) for k in range(1 + max(len(column.narrower) for column in table.columns))]
    if table.heads:
        versions.append((versions[-1][0], TIGHT_GAP))
    for version, gap in versions:
        columns = _laid(table, version, gap, screen)
        width = table.indent + sum(column.width for column in columns) + gap * (len(columns) - 1)
        if screen.width is None or width <= screen.width:
            yield from _rows(table, columns, gap, width, screen)
            return
    if table.folds:
        yield from _folded(table, columns)
    else:
        yield from _blocks(table, screen.drawn)


def _laid(table: Table, version: int, gap: int, screen: Terminal) -> list[Laid]:
    found: list[tuple[Column, str, list[str]]] = []
    for column in table.columns:
        if column.mark and set(column.tone) == {"quiet"}:
            continue
        parts = [texts_of(part, screen.all_drawn(part.texts)) for part in _parts(column, version)]
        texts = ["".join(row) for row in zip(*parts, strict=True)]
        if column.joined:
            before, heading, left = found.pop()
            found.append((before, heading, [f"{one}{' ' * gap}{two}" for one, two in zip(left, texts, strict=True)]))
        else:
            found.append(
                (column, "" if column.mark or table.header == "hidden" else screen.drawn(column.heading), texts)
            )
    return [Laid.of(*parts) for parts in found]


def _parts(column: Column, version: int) -> tuple[Part, ...]:
    versions = (column.parts, *column.narrower)
    return versions[min(version, len(versions) - 1)]


def texts_of(part: Part, texts: Sequence[str]) -> list[str]:
    """The texts of a part, drawn, as they are aligned: all of one width."""
    return aligned(texts) if part.align == "decimal" else evened(texts, right=part.align == "right")


def _rows(table: Table, columns: Sequence[Laid], gap: int, width: int, screen: Terminal) -> Iterator[Line]:
    if table.header in ("strong", "plain"):
        tone: Tone = "strong" if table.header == "strong" else ""
        yield _line(table, columns, [column.heading for column in columns], [STYLES[tone]] * len(columns), gap)
        yield [(" " * table.indent + screen.drawn("─") * (width - table.indent), "")]
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
    for k, (text, style) in enumerate(zip(texts, styles, strict=True)):
        last = k == len(columns) - 1
        line.append((text + " " * (0 if last else inside), style))
        line += [] if last else [(" " * (gap - inside), "")]
    return line


def _folded(table: Table, columns: Sequence[Laid]) -> Iterator[Line]:
    """A row on several lines: the columns `folds` begin new ones."""
    for texts, styles in _seen(table, columns):
        line: Line = [(" " * table.indent, "")]
        for k, (text, style) in enumerate(zip(texts, styles, strict=True)):
            if k in table.folds:
                yield line
                line = [(" " * (table.indent + GAP), "")]
            elif k:
                line.append((" " * GAP, ""))
            line.append((text, style))
        if any(text.strip() for text, _ in line):
            yield line


def _blocks(table: Table, drawn: Drawn) -> Iterator[Line]:
    """A block a row, a line for every cell that is not empty."""
    heads, columns = table.columns[: table.heads], table.columns[table.heads :]
    labels = [drawn(column.label or column.heading) for column in columns]
    indent = " " * (table.indent + 2 * bool(heads))
    wide = max(map(cells, labels)) + 2
    for row in table.rows:
        if heads:
            yield from [[]] if row else []
            names = "  ".join(_alone(column, row, drawn) for column in heads)
            yield [(" " * table.indent + names, STYLES["strong"])]
        lines: list[Line] = []
        for label, column in zip(labels, columns, strict=True):
            text = _alone(column, row, drawn)
            if column.joined:
                lines[-1].append((f", {label} {text}", ""))
            elif text:
                lines.append([(indent + padded(label, wide), ""), (text, STYLES[column.tones[row]])])
        yield from lines
        if not heads:
            yield []


def _alone(column: Column, row: int, drawn: Drawn) -> str:
    """A cell that stands in no column, in its shortest version."""
    return drawn("".join(part.texts[row] for part in _parts(column, len(column.narrower))))
