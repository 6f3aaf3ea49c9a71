"""A page on a terminal: in colour or plain, in Unicode or ASCII, at any width."""

from __future__ import annotations

from collections.abc import Iterator

from gradx_cli import blocks
from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import Block, joined
from gradx_cli.layout import STYLES
from gradx_cli.layout.tables import table_lines
from gradx_cli.notation import TextNotation
from gradx_cli.terminal import Segment, Terminal
from gradx_cli.width import cells, padded

INDENT, DEEPER = "  ", "    "

BESIDE = "   "

Line = list[Segment]


def render(answer: Answer, screen: Terminal) -> None:
    """Write the page, each block as soon as it is there."""
    for block in answer.page(Medium(TextNotation)):
        if isinstance(block, blocks.Chart):
            from gradx_cli.layout.pictures import chart_lines

            screen.write(chart_lines(block, screen))
        else:
            screen.write_styled(lines_of(block, screen))
        screen.flush()


def lines_of(block: Block, screen: Terminal) -> Iterator[Line]:
    """The lines of a block."""
    drawn = screen.drawn
    match block:
        case blocks.Gap():
            yield []
        case blocks.Title(text):
            yield from screen.folded_lines(drawn(text), INDENT, "")
        case blocks.Heading():
            yield from _heading(block, screen)
        case blocks.Sentence(words, tone, mark):
            text, indent = drawn(" ".join(filter(None, (mark, joined(words))))), " " * block.indent
            style = STYLES[tone]
            yield from screen.folded_lines(text, indent, style) if block.folds else [[(indent + text, style)]]
        case blocks.Excerpt(span):
            from gradx_cli.diagnostics import CARET, pointed_at

            source, caret = pointed_at(span, screen, len(DEEPER))
            yield from ([(DEEPER + source, "")], [(DEEPER + caret, CARET)])
        case blocks.Fault():
            yield from _fault(block, screen)
        case blocks.Items():
            yield from _items(block, screen)
        case blocks.Entry():
            yield from _entry(block, screen)
        case blocks.Listing(_, lines):
            yield from ([(line, "")] for line in lines)
        case blocks.Table():
            yield from table_lines(block, screen)
        case blocks.Equations():
            from gradx_cli.layout.equations import equation_lines

            yield from equation_lines(block, screen)
        case blocks.Drawing():
            from gradx_cli.layout.pictures import drawing_lines

            yield from drawing_lines(block, screen)


def _entry(entry: blocks.Entry, screen: Terminal) -> Iterator[Line]:
    name = screen.drawn(entry.name)
    first, *_ = screen.folded(screen.drawn(entry.words), cells(INDENT + name + INDENT))
    yield [(INDENT + name, STYLES["strong"]), (INDENT + first, "")]
    rest = screen.drawn(entry.words)[len(first) :].strip()
    yield from screen.folded_lines(rest, DEEPER, "") if rest else ()
    for line in map(screen.drawn, entry.lines):
        yield from screen.folded_lines(line, DEEPER, "")


def _fault(fault: blocks.Fault, screen: Terminal) -> Iterator[Line]:
    from gradx_cli.diagnostics import caret_lines

    where = f"{fault.where}: "
    first, *rest = caret_lines(fault.problem, screen, cells(where))
    yield from ([(where, ""), *first], *rest)


def _heading(heading: blocks.Heading, screen: Terminal) -> Iterator[Line]:
    style = STYLES[heading.tone]
    if heading.short:
        yield [(INDENT + screen.drawn(heading.short), style)]
    if heading.words:
        yield from screen.folded_lines(screen.drawn(joined(heading.words)), INDENT, "")
    if heading.given:
        given = [screen.drawn(f"{value.left} = {value.chain[0]},") for value in heading.given]
        yield from screen.folded_lines([*given[:-1], given[-1].removesuffix(",")], DEEPER, style)


def _items(items: blocks.Items, screen: Terminal) -> Iterator[Line]:
    width = max((cells(screen.drawn(joined(item.words))) for item in items.items if item.beside), default=0)
    room = screen.width or items.widest
    for item in items.items:
        yield from _item(item, width, room, screen)


def _item(item: blocks.Item, width: int, room: int | None, screen: Terminal) -> Iterator[Line]:
    mark = f"{screen.drawn(item.mark)} " if item.mark else ""
    text, beside = screen.drawn(joined(item.words)), screen.drawn(item.beside)
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
        if isinstance(part, blocks.Sentence):
            part = blocks.Sentence(part.words, part.tone, indent=cells(hanging), folds=part.folds)
        yield from lines_of(part, screen)
