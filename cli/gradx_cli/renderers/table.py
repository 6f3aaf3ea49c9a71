"""A page on a terminal: in colour or plain, in Unicode or ASCII, at any width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import (
    Block,
    Chart,
    Drawing,
    Entry,
    Equations,
    Excerpt,
    Fault,
    Gap,
    Heading,
    Item,
    Items,
    Sentence,
    Table,
    Title,
    pieces,
)  # fmt: skip
from gradx_cli.layout import STYLES
from gradx_cli.layout.tables import table_lines
from gradx_cli.notation import TextNotation
from gradx_cli.terminal import Segment, Terminal
from gradx_cli.width import cells, padded

if TYPE_CHECKING:
    pass

INDENT, DEEPER = "  ", "    "

BESIDE = "   "

Line = list[Segment]


def render(answer: Answer, screen: Terminal) -> None:
    """Write the page, each block as soon as it is there."""
    for block in answer.page(Medium(TextNotation)):
        if isinstance(block, Chart):
            from gradx_cli.layout.charts import chart_lines

            screen.write(chart_lines(block, screen))
        elif isinstance(block, Drawing):
            from gradx_cli.layout.drawings import drawing_lines

            screen.write_styled(drawing_lines(block, screen))
        else:
            screen.write_styled(lines_of(block, screen))
        screen.flush()


def lines_of(block: Block, screen: Terminal) -> Iterator[Line]:
    """The lines of a block of words and numbers."""
    write = cast("Callable[[Block, Terminal], Iterator[Line]]", WRITERS[type(block)])
    return write(block, screen)


def _gap(_gap: Gap, _screen: Terminal) -> Iterator[Line]:
    yield []


def _title(title: Title, screen: Terminal) -> Iterator[Line]:
    return screen.folded_lines(screen.drawn(title.text), INDENT, "")


def _heading(heading: Heading, screen: Terminal) -> Iterator[Line]:
    style = STYLES[heading.tone]
    if heading.short:
        yield [(INDENT + screen.drawn(heading.short), style)]
    if heading.words:
        yield from screen.folded_lines(screen.drawn("".join(pieces(heading.words))), INDENT, "")
    if heading.given:
        given = [screen.drawn(f"{value.left} = {value.chain[0]},") for value in heading.given]
        yield from screen.folded_lines([*given[:-1], given[-1].removesuffix(",")], DEEPER, style)


def _sentence(sentence: Sentence, screen: Terminal) -> Iterator[Line]:
    text = screen.drawn(" ".join(filter(None, (sentence.mark, "".join(pieces(sentence.words))))))
    indent, style = " " * sentence.indent, STYLES[sentence.tone]
    return screen.folded_lines(text, indent, style) if sentence.folds else iter([[(indent + text, style)]])


def _excerpt(excerpt: Excerpt, screen: Terminal) -> Iterator[Line]:
    from gradx_cli.diagnostics import pointed_at

    source, caret = pointed_at(excerpt.span, screen.drawn)
    yield [(DEEPER + source, "")]
    yield [(DEEPER + caret, STYLES["doubtful"])]


def _fault(fault: Fault, screen: Terminal) -> Iterator[Line]:
    from gradx_cli.diagnostics import caret_text

    first, *rest = caret_text(fault.problem, screen.drawn)
    yield [(f"{fault.where}: {first}", "")]
    yield from ([(line, "")] for line in rest)


def _items(items: Items, screen: Terminal) -> Iterator[Line]:
    width = max((cells(screen.drawn("".join(pieces(item.words)))) for item in items.items if item.beside), default=0)
    room = screen.width or items.widest
    for item in items.items:
        yield from _item(item, width, room, screen)


def _item(item: Item, width: int, room: int | None, screen: Terminal) -> Iterator[Line]:
    mark = f"{screen.drawn(item.mark)} " if item.mark else ""
    text, beside = screen.drawn("".join(pieces(item.words))), screen.drawn(item.beside)
    hanging = INDENT + " " * cells(mark)
    head: Line = [(INDENT, ""), (mark, STYLES[item.tone])]
    if beside:
        fits = room is None or cells(hanging) + width + cells(BESIDE + beside) <= room
        yield [*head, (padded(text, width) if fits else text, ""), (BESIDE + beside if fits else "", STYLES["quiet"])]
        yield from () if fits else screen.folded_lines(beside, hanging, STYLES["quiet"])
    else:
        first, *rest = screen.folded(text, cells(hanging), room) if item.folds else [text]
        yield [*head, (first, "")]
        yield from ([(hanging + line, "")] for line in rest)
    for part in item.more:
        if isinstance(part, Sentence):
            part = Sentence(part.words, part.tone, indent=cells(hanging), folds=part.folds)
        yield from lines_of(part, screen)


def _equations(equations: Equations, screen: Terminal) -> Iterator[Line]:
    from gradx_cli.layout.equations import equation_lines

    return equation_lines(equations, screen)


def _entry(entry: Entry, screen: Terminal) -> Iterator[Line]:
    yield [(INDENT + screen.drawn(entry.name), STYLES["strong"]), (INDENT + screen.drawn(entry.words), "")]
    yield from ([(DEEPER + screen.drawn(line), "")] for line in entry.lines)


WRITERS = {
    Gap: _gap,
    Title: _title,
    Heading: _heading,
    Sentence: _sentence,
    Excerpt: _excerpt,
    Fault: _fault,
    Items: _items,
    Entry: _entry,
    Equations: _equations,
    Table: table_lines,
}
